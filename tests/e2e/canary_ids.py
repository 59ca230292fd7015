"""The identifiers of ours that left the house: found in what was sent, and compared with the keys of our tables.

Before anybody moves in, every table begins to count at a height of its own, so that a key is a canary too: a figure
between `LOWEST_KEY` and `HIGHEST_KEY` that is seen outside is one of ours.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Any
from zoneinfo import available_timezones

LOWEST_KEY, STRIDE, HIGHEST_KEY = 7_300_000, 1_000, 7_399_999

TOKEN = r"[A-Za-z0-9_-]{22}"
LOOSE_TOKEN = re.compile(rf"(?<![A-Za-z0-9_-]){TOKEN}(?![A-Za-z0-9_-])")
PRESS = re.compile(rf"[a-z_]+:(-|{TOKEN})(:([a-z_]+(\.\d)?|\d{{10}}))?(#\d)?")
"""`verb:token[:arg][#page]`: the argument is a closed word, a form with its page, or a time."""
HARMLESS = re.compile(
    r"|[a-z_]+"  # a closed word: the name of an item, an option
    r"|(press|link):\d"  # Slack wants each button of a message told from the others
    r"|[ab]0S[0-9A-F]{7}"  # Slack's own, where we gave none
    r"|\d{10}"  # a time that is offered
)
ID_KEYS = frozenset({
    "value", "custom_id", "private_metadata", "callback_id", "action_id", "block_id", "external_id", "nonce", "token",
})  # fmt: skip
TEXT_INPUTS = (4, "plain_text_input")


def number_apart(file: str) -> None:
    """Let each table count from a height of its own."""
    with closing(sqlite3.connect(file)) as database:
        made = database.execute("SELECT name FROM sqlite_master WHERE sql LIKE '%AUTOINCREMENT%' ORDER BY name")
        for number, (table,) in enumerate(made.fetchall()):
            database.execute("DELETE FROM sqlite_sequence WHERE name = ?", (table,))
            database.execute("INSERT INTO sqlite_sequence VALUES (?, ?)", (table, LOWEST_KEY + STRIDE * number))
        database.commit()


def table_keys(file: str) -> set[str]:
    """Every key of every table that counts."""
    found: set[str] = set()
    with closing(sqlite3.connect(file)) as database:
        for (table,) in database.execute("SELECT name FROM sqlite_sequence").fetchall():
            found.update(str(key) for (key,) in database.execute(f"SELECT id FROM {table}"))
    return found


def house_keys(file: str) -> set[str]:
    """The random keys that stand for people on Steps: they are for our own tables only."""
    with closing(sqlite3.connect(file)) as database:
        return {str(key) for (key,) in database.execute("SELECT key FROM who")}


def is_on_its_way(file: str, view: str) -> bool:
    """Whether a line with this view waits or is being sent."""
    with closing(sqlite3.connect(file)) as database:
        status = database.execute("SELECT status FROM message WHERE view = ?", (view,)).fetchall()
    return bool({"waiting", "sending"} & {word for (word,) in status})


def figures(text: str) -> set[str]:
    """Figures of our tables' height."""
    return {found for found in re.findall(r"(?<!\d)\d{7}(?!\d)", text) if LOWEST_KEY <= int(found) <= HIGHEST_KEY}


def tokens(text: str) -> set[str]:
    """Whatever looks like a token of ours, wherever it stands: in an id, in metadata, in a link."""
    return set(LOOSE_TOKEN.findall(text))


def ids_in(body: Any) -> Iterator[str]:
    """The ids in a payload. What is typed into a field, and a fact with its name, have a `value` too and are none."""
    if isinstance(body, list):
        for each in body:
            yield from ids_in(each)
    elif isinstance(body, dict):
        typed = body.get("type") in TEXT_INPUTS or "name" in body
        for key, inner in body.items():
            if key in ID_KEYS and isinstance(inner, str) and not (key == "value" and typed):
                yield inner
            yield from ids_in(inner)


def is_opaque(name: str) -> bool:
    """Whether an id says nothing: a token of 22 url-safe characters at most, beside closed words."""
    known = any(form.fullmatch(name) for form in (PRESS, HARMLESS)) or re.fullmatch(TOKEN, name) is not None
    return known or name in available_timezones()
