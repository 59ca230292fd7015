"""The office's roster: reading and checking one row. Pure; files are read elsewhere, and nothing is saved here.

The columns, in any order; only one of the first two is needed, in the heading and in each row:

=================  ==================================================================================================
alum_id            the office's own key, at most 64 characters
email              where the invitation goes; kept only as a keyed hash
given_name         and family_name: may be missing, somebody who joins tells them
title              what they do now
employer           for whom
industry           in which line of work
past_titles        what they did before; several with `;` or `|` between them
topics             what they gladly talk about, the same way
degree             as on the certificate
grad_year          four digits, not in the future
languages          names in English or codes, with `;`, `|` or `,` between them; English if empty
zone               an IANA name (`Europe/London`)
room_link          their own video room, http or https
capacity_month     talks a month, 1 to 10
capacity_at_once   talks at a time, 1 to 5
=================  ==================================================================================================

Heading names are read without regard to case, spaces, hyphens or underscores, and by the other names an office would
have for them (`[signals] roster_columns`). Other columns are named in the report and not used.

A cell is text and stays text: what could act in a spreadsheet (a leading `=`, `+`, `-` or `@`), in a page (tags) or on
a screen (direction overrides, control characters) is taken out.
"""

from __future__ import annotations

import hashlib
import html
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from bot.domain.asks import plain
from bot.domain.campus import LIMITS

COLUMNS = (
    "alum_id", "email", "given_name", "family_name", "title", "employer", "industry", "past_titles", "topics", "degree",
    "grad_year", "languages", "zone", "room_link", "capacity_month", "capacity_at_once",
)  # fmt: skip
LONGEST_CELL = 200
"""Characters of a cell that holds one thing."""
LONGEST_LIST = 2000
"""Characters of a cell that holds several."""
LONGEST_LINK = 500
LONGEST_ID = 64
MOST_ITEMS = 20
OLDEST_YEAR = 1930
_LISTS = frozenset({"past_titles", "topics", "languages"})
_LONGEST: Mapping[str, int] = {
    **dict.fromkeys(COLUMNS, LONGEST_CELL), **dict.fromkeys(_LISTS, LONGEST_LIST), "room_link": LONGEST_LINK,
}  # fmt: skip


@dataclass(frozen=True)
class Problem:
    """Why a row or a file was not used: the key of a phrase under `[roster]`, and what fills it."""

    key: str
    params: Mapping[str, str | int] = field(default_factory=dict)


class Unreadable(Exception):
    """The file as a whole can't be used; `problem` says why."""

    def __init__(self, key: str, **params: str | int) -> None:
        super().__init__(key)
        self.problem = Problem(key, params)


@dataclass(frozen=True)
class Known:
    """What rows are checked against: languages by casefolded name and code, zones by casefolded name."""

    this_year: int
    languages: Mapping[str, str]
    zones: Mapping[str, str]


@dataclass(frozen=True)
class RosterRow:
    """One row, checked. Empty means the office doesn't say."""

    alum_id: str = ""
    email: str = ""
    given_name: str = ""
    family_name: str = ""
    title: str = ""
    employer: str = ""
    industry: str = ""
    past_titles: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    degree: str = ""
    grad_year: int | None = None
    languages: tuple[str, ...] = ()
    zone: str = ""
    room_link: str = ""
    capacity_month: int | None = None
    capacity_at_once: int | None = None

    @property
    def fingerprint(self) -> str:
        """The same for the same facts. Who it is about is left out: an unkeyed hash of an e-mail can be guessed."""
        facts = [[name, getattr(self, name)] for name in COLUMNS if name not in ("alum_id", "email")]
        return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


@dataclass(frozen=True)
class Heading:
    """A file's first line: the column of each cell (None: not used), and the names we don't know."""

    columns: tuple[str | None, ...]
    unknown: tuple[str, ...]


def read_heading(names: Sequence[str], also: Iterable[tuple[str, Sequence[str]]]) -> Heading:
    """Which column is which; `also` gives other names of each. Raises Unreadable (`header_no_id`, `header_twice`)."""
    by_name = {_bare(other): column for column, others in also for other in others}
    by_name |= {_bare(column): column for column in COLUMNS}
    columns = tuple(by_name.get(_bare(name)) for name in names)
    used = [column for column in columns if column is not None]
    twice = next((column for column in used if used.count(column) > 1), None)
    if twice is not None:
        raise Unreadable("header_twice", column=twice)
    if not {"alum_id", "email"} & set(used):
        raise Unreadable("header_no_id")
    unknown = tuple(plain(name)[:40] for name, column in zip(names, columns, strict=True) if column is None and name)
    return Heading(columns, unknown)


def _bare(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def read_row(cells: Mapping[str, str], known: Known) -> RosterRow | tuple[Problem, ...]:
    """A row checked, or everything that is wrong with it."""
    damaged = _damage(cells)
    if damaged:
        return damaged
    reader = _Reader({name: _harmless(cells.get(name, "")) for name in COLUMNS}, known, [])
    row = RosterRow(
        alum_id=reader.alum_id(),
        email=reader.email(),
        given_name=reader.name("given_name"),
        family_name=reader.name("family_name"),
        title=reader.cells["title"],
        employer=reader.cells["employer"],
        industry=reader.cells["industry"],
        past_titles=reader.items("past_titles"),
        topics=reader.items("topics"),
        degree=reader.cells["degree"],
        grad_year=reader.year(),
        languages=reader.languages(),
        zone=reader.zone(),
        room_link=reader.link(),
        capacity_month=reader.number("capacity_month", "alum_month"),
        capacity_at_once=reader.number("capacity_at_once", "alum_at_once"),
    )
    if not row.alum_id and not cells.get("email", "").strip():
        reader.problems.insert(0, Problem("no_id"))
    return tuple(reader.problems) or row


def _damage(cells: Mapping[str, str]) -> tuple[Problem, ...]:
    """What was broken on the way, and cells too long to be looked at any further."""
    if any("\0" in cell for cell in cells.values()):
        return (Problem("nul_bytes"),)
    if any("�" in cell for cell in cells.values()):
        return (Problem("replacement"),)
    long = ((name, len(cell), _LONGEST[name]) for name, cell in cells.items() if name in _LONGEST)
    return tuple(
        Problem("cell_too_long", {"column": name, "length": length, "longest": longest})
        for name, length, longest in long
        if length > longest
    )


_PLAIN_ALREADY = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9 .,;:|/()'_@-]*[A-Za-z0-9.,;:|/()'_@-])?)?")
_TAG = re.compile(r"<[!/?a-zA-Z][^<>]{0,500}>")


def _harmless(cell: str) -> str:
    """A cell as plain text on one line. Most cells are so already, or empty."""
    if _PLAIN_ALREADY.fullmatch(cell):
        return " ".join(cell.split())
    text = " ".join(plain(_TAG.sub(" ", html.unescape(cell))).split())
    return text.lstrip("=+-@ ").strip()


_EMAIL = re.compile(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z]{2,}")
LONGEST_EMAIL = 254
"""RFC 5321, section 4.5.3.1.3: a path of 256 with its two brackets."""


@dataclass(frozen=True)
class _Reader:
    """One row's cells, made harmless, and the problems found while reading them."""

    cells: Mapping[str, str]
    known: Known
    problems: list[Problem]

    def _found(self, key: str, **params: str | int) -> None:
        self.problems.append(Problem(key, params))

    def alum_id(self) -> str:
        if len(self.cells["alum_id"]) > LONGEST_ID:
            self._found("bad_alum_id", longest=LONGEST_ID)
        return self.cells["alum_id"]

    def email(self) -> str:
        email = self.cells["email"].removeprefix("mailto:").casefold()
        if email and (len(email) > LONGEST_EMAIL or ".." in email or not _EMAIL.fullmatch(email)):
            self._found("bad_email")
        return email

    def name(self, column: str) -> str:
        name = self.cells[column]
        if "@" in name:
            self._found("name_is_address", column=column)
        elif any(letter.isdigit() for letter in name):
            self._found("name_has_digits", column=column)
        return name

    def items(self, column: str, between: str = ";|") -> tuple[str, ...]:
        every = (each.strip() for each in re.split(f"[{between}]", self.cells[column]))
        items = tuple(dict.fromkeys(each for each in every if each))
        longest = max(map(len, items), default=0)
        if len(items) > MOST_ITEMS:
            self._found("too_many_items", column=column, count=len(items), most=MOST_ITEMS)
        elif longest > LONGEST_CELL:
            self._found("item_too_long", column=column, length=longest, longest=LONGEST_CELL)
        return items

    def year(self) -> int | None:
        value = self.cells["grad_year"].removesuffix(".0")
        if not value:
            return None
        if not re.fullmatch(r"[0-9]{4}", value):
            self._found("year_not_a_number", value=value[:40])
            return None
        if int(value) > self.known.this_year:
            self._found("year_in_future", value=value)
        elif int(value) < OLDEST_YEAR:
            self._found("year_too_old", value=value)
        return int(value)

    def languages(self) -> tuple[str, ...]:
        codes: list[str] = []
        for name in self.items("languages", ";|,"):
            code = self.known.languages.get(name.casefold())
            if code is None:
                self._found("unknown_language", value=name[:40])
            else:
                codes.append(code)
        return tuple(dict.fromkeys(codes))

    def zone(self) -> str:
        value = self.cells["zone"]
        if value and value.casefold() not in self.known.zones:
            self._found("unknown_zone", value=value[:40])
        return self.known.zones.get(value.casefold(), "")

    def link(self) -> str:
        value = self.cells["room_link"]
        if not value:
            return ""
        try:
            parts = urlsplit(value)
            good = parts.scheme in ("http", "https") and bool(parts.hostname) and " " not in value
        except ValueError:
            parts, good = None, False
        if not good:
            self._found("bad_link")
        elif parts is not None and "@" in parts.netloc:
            self._found("link_with_password")
        return value

    def number(self, column: str, setting: str) -> int | None:
        value = self.cells[column].removesuffix(".0")
        if not value:
            return None
        if not re.fullmatch(r"[0-9]{1,9}", value):
            self._found("not_a_number", column=column, value=value[:40])
            return None
        limit = LIMITS[setting]
        if not limit.low <= int(value) <= limit.high:
            self._found("out_of_range", column=column, value=value, low=limit.low, high=limit.high)
        return int(value)


def known_by_name(names: AbstractSet[str]) -> Mapping[str, str]:
    """Names by their casefolded selves."""
    return {name.casefold(): name for name in names}
