"""Canaries: every field of both people holds a word of its own, and the wire tells who was sent which.

After each stage the bytes that student, alum and desk received since the stage before hold nothing but what the test's
own disclosure table permits there, and everything that it newly permits. At the end, what left the house as an
identifier is looked at: no key of our tables, nothing that two readers share.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path

import pytest

from tests.e2e.canaries import ALUM, DESK, SIDES, STUDENT
from tests.e2e.canary_ids import figures, house_keys, ids_in, is_on_its_way, is_opaque, table_keys, tokens
from tests.e2e.canary_town import Stage, a_stage, as_text

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

BOTH_WAYS = pytest.mark.parametrize(
    ("student_on", "alum_on"),
    [("slack", "discord"), ("discord", "slack"), ("slack", "slack"), ("discord", "discord")],
)
CROSSWISE = pytest.mark.parametrize(("student_on", "alum_on"), [("slack", "discord"), ("discord", "slack")])


def check(stage: Stage, name: str, *, frozen: bool = False, flagged: bool = False) -> dict[str, str]:
    """The bytes since the stage before hold what this stage permits: nothing more, and all of it that is new."""
    words, received = stage.words, stage.received()
    for side in SIDES:
        heard = words.heard(side, received[side])
        permitted = words.permitted(side, name, frozen=frozen, flagged=flagged)
        leaked = heard - permitted - words.in_passing(side, name)
        assert not leaked, f"{name}: the {side} was sent {sorted(map(str, leaked))}"
        missing = permitted - heard - words.seen[side]
        assert not missing, f"{name}: the {side} was not shown {sorted(map(str, missing))}"
        words.seen[side] |= heard
    return received


@BOTH_WAYS
async def test_each_side_is_sent_what_the_table_permits_from_the_first_question_to_the_thanks(
    tmp_path: Path, student_on: str, alum_on: str
) -> None:
    async with a_stage(tmp_path, student_on, alum_on) as stage:
        await find_and_request(stage)
        await question_first(stage)
        await agree(stage)
        start = await schedule(stage)
        await share(stage)
        await talk(stage, start)
        await thank(stage)
        await look_at_the_ids(stage)


@CROSSWISE
async def test_a_flag_leaves_each_side_a_first_name_and_the_desk_an_initial_more(
    tmp_path: Path, student_on: str, alum_on: str
) -> None:
    hides = frozenset({"employer", "grad_year", "initial"})
    async with a_stage(tmp_path, student_on, alum_on, hides=hides, room=False) as stage:
        await find_and_request(stage)
        await question_first(stage)
        await agree(stage)
        await schedule(stage, room=False)
        await flag_and_release(stage)
        await another_time_takes_the_place_along(stage)
        await flag_and_close(stage)
        await look_at_the_ids(stage, rooms=1)


# --- the story, stage by stage ----------------------------------------------------------------------------------------


CRAFT = "beekeeping, honey, hives, pollination and swarms"
"""Enough words that the roster knows, beside those that nobody knows."""


def _contacts(stage: Stage, whose: str, name: str = "held") -> str:
    """A link, an address and a number, each with the word in it, as people type them."""
    word = stage.words.of(whose, name)
    return f"https://{word}.example.com/me or {word}@mail.example.com or www.{word}.org"


async def find_and_request(stage: Stage) -> None:
    of = stage.words.of
    await stage.command(STUDENT, "/intro")
    await stage.submit(STUDENT, {
        "wonder": f"I work as a crane operator and wonder about {CRAFT}, {of(STUDENT, 'wonder')}",
        "question": f"What surprised you about {of(STUDENT, 'question')}?",
        "about": f"Glad to hear of {of(STUDENT, 'about')}",
        "adult": "yes",
    })  # fmt: skip
    await stage.press(STUDENT, "more_about_me")
    await stage.submit(STUDENT, {"degree": f"History {of(STUDENT, 'degree')}", "year": "doctoral"})
    check(stage, "matches")

    await stage.press(STUDENT, "ask", of(ALUM, "given"))
    note = f"I would love to hear about {of(STUDENT, 'note')}. Write to {_contacts(stage, STUDENT)} please"
    await stage.submit(STUDENT, {"note": note})
    await stage.press(STUDENT, "note")
    await stage.submit(STUDENT, {"note": f"Also {of(STUDENT, 'note_before')}, at {_contacts(stage, STUDENT)}"})
    for side in (STUDENT, ALUM):
        await stage.look_around(side)
    check(stage, "requested")


async def question_first(stage: Stage) -> None:
    of = stage.words.of
    await stage.press(ALUM, "ask_first")
    await stage.submit(ALUM, {"question": f"Why {of(ALUM, 'question_first')}? Tell {_contacts(stage, ALUM)}"})
    await stage.look_around(STUDENT)
    await stage.look_around(ALUM)
    check(stage, "asked first")

    await stage.press(STUDENT, "answer_first")
    await stage.submit(STUDENT, {"answer": f"For {of(STUDENT, 'answer')}, see {_contacts(stage, STUDENT)}"})
    await stage.look_around(STUDENT)
    await stage.look_around(ALUM)
    check(stage, "answered")


async def agree(stage: Stage) -> None:
    """From the yes on, a link may go over."""
    of = stage.words.of
    await stage.press(ALUM, "accept")
    await stage.press(ALUM, "note")
    await stage.submit(ALUM, {"note": f"Read https://{of(ALUM, 'note')}.example.com first"})
    await stage.press(STUDENT, "note")
    await stage.submit(STUDENT, {"note": f"Mine is https://{of(STUDENT, 'note_after')}.example.com"})
    for side in (STUDENT, ALUM):
        await stage.look_around(side)
    check(stage, "agreed")


async def schedule(stage: Stage, *, room: bool = True) -> datetime:
    """The alum offers, the student picks: both see the time on their own clocks, and the place. When it is."""
    await stage.press(ALUM, "offer_times")
    form = await stage.form(ALUM)
    options = next(item.options for item in form.items if item.id == "times")[2:5]
    await stage.submit(ALUM, {"times": [value for _, value in options]})
    for side in (STUDENT, ALUM):
        await stage.look_around(side)
    check(stage, "times offered")

    label, stamp = options[1]
    picks = {button.id.rsplit(":", 1)[-1]: button.label for _, button in await stage.buttons(STUDENT)}
    await stage.press(STUDENT, "pick", picks[stamp])
    for side in (STUDENT, ALUM):
        await stage.look_around(side)
    if not room:
        stage.words.every[:] = [word for word in stage.words.every if (word.whose, word.field) != (ALUM, "place")]
    received = check(stage, "scheduled")
    assert picks[stamp] in received[STUDENT]
    assert label in received[ALUM]
    return datetime.fromtimestamp(int(stamp), UTC)


async def share(stage: Stage) -> None:
    of = stage.words.of
    await stage.press(STUDENT, "share")
    await stage.submit(STUDENT, {"contact": f"{of(STUDENT, 'contact')}@mail.example.com"})
    for side in (STUDENT, ALUM):
        await stage.look_around(side)
    check(stage, "one shares")

    await stage.press(ALUM, "share")
    await stage.submit(ALUM, {"contact": f"https://{of(ALUM, 'contact')}.example.com"})
    check(stage, "both share")


async def talk(stage: Stage, start: datetime) -> None:
    await stage.running.town.clock.move_to(start - timedelta(minutes=30))
    check(stage, "reminded")

    await stage.running.town.clock.move_to(start + timedelta(hours=26))
    await stage.press(STUDENT, "happened")
    await stage.press(ALUM, "happened")
    for side in (STUDENT, ALUM):
        await stage.look_around(side)
    check(stage, "met")


async def thank(stage: Stage) -> None:
    of = stage.words.of
    await stage.press(STUDENT, "thank")
    await stage.submit(STUDENT, {"thanks": f"What stayed with me is {of(STUDENT, 'thanks')}"})
    for side in (STUDENT, ALUM):
        await stage.look_around(side)
    check(stage, "thanked")

    await stage.press(ALUM, "reply")
    await stage.submit(ALUM, {"reply": f"Glad about {of(ALUM, 'reply')}"})
    for side in (STUDENT, ALUM):
        await stage.look_around(side)
        await stage.command(side, "/mydata", "export")
    check(stage, "closed")


# --- something isn't right --------------------------------------------------------------------------------------------


HELD_SECONDS = 2.0
"""How long the platform bids us wait with the note: time enough to flag."""


async def flag_and_release(stage: Stage) -> None:
    """A note that is still on its way when the alum says so does not arrive any more."""
    of = stage.words.of
    await stage.press(STUDENT, "note")
    await stage.press(ALUM, "flag")
    held_back = await stage.hold_back(ALUM, HELD_SECONDS)
    await stage.submit(STUDENT, {"note": f"Why not {of(STUDENT, 'unsent')}?"}, settle=False)
    await asyncio.wait_for(held_back.wait(), 10)
    await stage.submit(ALUM, {"what": f"I feel {of(ALUM, 'flag')}", "never": ["never_again"]}, settle=False)
    assert is_on_its_way(stage.database, "note"), "the note was not held back, and the story shows nothing"
    await stage.settle()
    assert not is_on_its_way(stage.database, "note")
    for side in (STUDENT, ALUM):
        await stage.look_around(side)
    await stage.command(DESK, "/desk", "queue")
    check(stage, "scheduled", frozen=True, flagged=True)

    await stage.press(DESK, "release")
    for side in (STUDENT, ALUM):
        await stage.look_around(side)
    check(stage, "scheduled", flagged=True)


async def another_time_takes_the_place_along(stage: Stage) -> None:
    await stage.press(ALUM, "reschedule")
    for side in (STUDENT, ALUM):
        await stage.look_around(side)
    received = check(stage, "times offered", flagged=True)
    assert "rooms.example.edu" not in received[STUDENT] + received[ALUM]


async def flag_and_close(stage: Stage) -> None:
    await stage.press(STUDENT, "flag")
    await stage.submit(STUDENT, {"what": f"I feel {stage.words.of(STUDENT, 'flag')}"})
    for side in (STUDENT, ALUM):
        await stage.look_around(side)
    await stage.command(DESK, "/desk", "queue")
    check(stage, "times offered", frozen=True, flagged=True)

    await stage.press(DESK, "close")
    for side in (STUDENT, ALUM):
        await stage.look_around(side)
    check(stage, "times offered", flagged=True)


# --- identifiers ------------------------------------------------------------------------------------------------------


async def look_at_the_ids(stage: Stage, *, rooms: int = 0) -> None:
    """No id is a key of ours, each says nothing, and none but a room's name is seen by two."""
    texts: Mapping[str, str] = {side: as_text(bodies) for side, bodies in stage.sent.items()}
    keys = table_keys(stage.database)
    assert len(keys) > 50, "the tables have keys that would be known again"
    for side, text in texts.items():
        assert figures(text) & keys == set(), f"the {side} was sent keys of our tables"
        assert [key for key in house_keys(stage.database) if key in text] == []
        assert sorted({name for name in ids_in(stage.sent[side]) if not is_opaque(name)}) == []
    seen = {side: tokens(text) for side, text in texts.items()}
    assert all(len(seen[side]) > 3 for side in (STUDENT, ALUM))
    shared = {one: seen[one[0]] & seen[one[1]] for one in combinations(SIDES, 2)}
    assert len(shared.pop((STUDENT, ALUM))) == rooms
    assert all(not both for both in shared.values()), shared
