"""The made-up people of a simulated term, and the chart of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.roster_file import read_roster
from adapters.sandbox_run import ROSTER
from adapters.term import cast
from adapters.term.chart import draw, times
from adapters.term.habits import HABITS, delay_hours
from adapters.term.play import awake
from adapters.term.rules import Copy, Facts, Line
from adapters.term.writing import what_to_write
from bot.conversation.verbs import REOPEN, VERBS

NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
MOMENTS = st.integers(0, 365 * 24 * 60).map(lambda minutes: NEW_YEAR + timedelta(minutes=minutes))
ZONES = st.sampled_from([zone for zone, _ in cast.ZONES[cast.ALUM]])


def test_the_same_seed_makes_the_same_people() -> None:
    first, again, other = (cast.draw(seed, cast.STUDENT, 50) for seed in (1, 1, 2))

    assert [(one.name, one.persona, one.truth) for one in first] == [
        (one.name, one.persona, one.truth) for one in again
    ]
    assert [one.name for one in first] != [one.name for one in other]
    assert [one.rng.random() for one in first] == [one.rng.random() for one in again]


def test_nobody_bears_anothers_name() -> None:
    assert len({one.name for one in cast.draw(1, cast.ALUM, 300)}) == 300


@pytest.mark.parametrize("role", [cast.STUDENT, cast.ALUM, cast.COORDINATOR])
def test_the_personas_of_a_role_are_all_of_it(role: str) -> None:
    assert sum(one.share for one in cast.PERSONAS if one.role == role) == pytest.approx(1.0)


def test_habits_and_personas_name_verbs_that_there_are() -> None:
    known = {*VERBS, REOPEN}
    named = {verb for habits in HABITS.values() for habit in habits for verb in (habit.verb, habit.with_verb) if verb}
    named |= {verb for persona in cast.PERSONAS for verb in persona.does}

    assert named - known == set()


def test_the_offices_list_of_them_can_be_imported(tmp_path: Path) -> None:
    alumni = cast.draw(1, cast.ALUM, 120)
    file = tmp_path / "roster.csv"
    file.write_text(cast.roster(alumni, ROSTER, 1))

    rows = [row for _, row in read_roster(file).rows]

    assert [row["alum_id"] for row in rows if isinstance(row, dict)] == [one.alum_id for one in alumni]
    assert [row["zone"] for row in rows if isinstance(row, dict)] == [one.truth for one in alumni]


@given(MOMENTS, ZONES, st.floats(0, 1))
def test_whoever_acts_is_up(moment: datetime, zone: str, dice: float) -> None:
    at = awake(moment, zone, dice)

    assert moment <= at <= moment + timedelta(hours=18)
    assert 8 <= at.astimezone(ZoneInfo(zone)).hour < 22


def test_most_answer_about_their_usual_time() -> None:
    rng = Random(1)
    waits = sorted(delay_hours(rng, 8.0) for _ in range(1001))

    assert 7 < waits[500] < 9
    assert waits[0] > 0


def test_a_line_about_oneself_may_be_empty_and_an_unknown_item_stays_as_it_is() -> None:
    human = cast.draw(1, cast.STUDENT, 1)[0]

    assert what_to_write(human, "wonder")
    assert what_to_write(human, "place") is None


def test_messages_are_counted_by_the_readers_own_clock(tmp_path: Path) -> None:
    monday = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)
    facts = Facts(
        lines=(Line("n", "nudge", "nudge_thank", "sent"), Line("w", "news", "met", "sent")),
        copies=(Copy("n", "slack/1", monday), Copy("w", "slack/1", monday), Copy("", "slack/1", monday)),
        zones={"slack/1": ((monday - timedelta(days=1), "Asia/Kathmandu"),)},
    )

    nudges, appointments, rest = times(facts).values()

    assert nudges.by_hour == [0, 0, 0, 0, 0, 1, *[0] * 18]
    assert nudges.by_day == rest.by_day == [0, 1, 0, 0, 0, 0, 0]
    assert sum(appointments.by_hour) == 0
    draw(facts, tmp_path / "chart.png", "A chart")
    assert (tmp_path / "chart.png").read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
