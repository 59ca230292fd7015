"""Monday's word to the desk, and what a term's talks came to, each once and with nobody quoted who didn't say yes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.domain.calendar import due, term_that_ended, week_before
from bot.domain.campus import Campus
from bot.domain.intro import State
from bot.use_cases.forget import run_calendar
from tests.words import said
from tests.world import Somebody, World

CAMPUS = Campus()
MONDAY = datetime(2026, 3, 9, 9, tzinfo=UTC)
NEW_TERM = datetime(2026, 5, 1, 8, tzinfo=UTC)
"""Nine o'clock in London, which has summer time by then."""


def runs(world: World, last: datetime | None = None) -> None:
    with world.store.begin() as uow:
        run_calendar(uow, last, world.now)
        uow.commit()
    world.deliver()


def a_thanked_talk(world: World, student: Somebody, alum: Somebody, text: str, leave: tuple[str, ...]) -> None:
    intro = world.an_intro(State.MET, student, alum)
    world.do(student, "thank", intro, thanks=text, leave=leave)
    world.deliver()


def test_a_week_s_word_begins_on_monday_at_nine_on_the_campus_s_clock() -> None:
    a_minute = timedelta(minutes=1)

    assert due(MONDAY - a_minute, MONDAY, CAMPUS) == ("digest:2026-03-09",)
    assert due(MONDAY, MONDAY + a_minute, CAMPUS) == ()
    assert due(MONDAY - 2 * a_minute, MONDAY - a_minute, CAMPUS) == ()
    assert due(None, MONDAY + timedelta(days=2), CAMPUS) == ("retention:2026-03-11",)
    assert week_before(MONDAY, CAMPUS) == (
        datetime(2026, 3, 2, tzinfo=UTC),
        datetime(2026, 3, 9, tzinfo=UTC),
    )


def test_a_term_is_over_when_the_next_begins() -> None:
    assert term_that_ended(NEW_TERM, CAMPUS) == (
        datetime(2026, 1, 1, tzinfo=UTC),
        datetime(2026, 4, 30, 23, tzinfo=UTC),
    )
    assert due(NEW_TERM - timedelta(minutes=1), NEW_TERM, CAMPUS) == ("impact:2026-05-01",)
    assert due(None, NEW_TERM + timedelta(days=5), CAMPUS) == ("retention:2026-05-06",)


def test_monday_says_what_needs_somebody_what_took_place_what_is_missing_and_a_line_of_thanks(world: World) -> None:
    maya, priya = world.alum(field="communications"), world.student()
    dev, robin = world.student("Dev Shah"), world.coordinator()
    a_thanked_talk(world, priya, maya, "Nobody starts ready.", ("may_quote",))
    world.an_intro(State.FROZEN, dev, maya)
    world.asks(dev, "I wonder how one becomes a lawyer")
    world.asks(dev, "I wonder about public relations")
    talked = world.now
    world.now = world.wall = MONDAY + timedelta(weeks=(talked - MONDAY).days // 7 + 1)
    world.forget_what_was_shown()

    runs(world)
    runs(world)

    [first, second] = world.desk  # one in each of the two channels
    assert first == second
    assert first.title == said("desk_digest.title", count=1)
    assert first.text == "\n\n".join(
        (
            said("desk_digest.talks", count=1),
            said("desk_digest.missing", count=1, fields=said("fields.law")),
            said("desk_digest.thanks", text="“Nobody starts ready.”"),
        )
    )
    robin.shown.append(first)
    opened = world.press(robin, said("desk.open_queue"))
    assert getattr(opened, "title", "") == said("queue.title", count=1)


def test_thanks_are_quoted_only_with_leave(world: World) -> None:
    maya, priya = world.alum(), world.student()
    a_thanked_talk(world, priya, maya, "Only for you.", ())
    world.now = world.wall = MONDAY + timedelta(weeks=(world.now - MONDAY).days // 7 + 1)
    world.forget_what_was_shown()

    runs(world)

    assert [view.text for view in world.desk] == [said("desk_digest.talks", count=1)] * 2


def test_a_quiet_week_is_not_mentioned(world: World) -> None:
    world.now = world.wall = MONDAY

    runs(world)

    assert world.desk == []


def test_at_term_s_end_an_alum_hears_what_their_time_did(world: World) -> None:
    maya, tom = world.alumni("Maya Rivers", "Tom Baker")
    priya = world.student()
    a_thanked_talk(world, priya, maya, "I changed my course.", ("may_quote",))
    world.now = world.wall = NEW_TERM
    world.deliver()
    world.forget_what_was_shown()

    runs(world, NEW_TERM - timedelta(minutes=1))
    runs(world, NEW_TERM - timedelta(minutes=1))

    assert [view.text for view in maya.shown] == [
        "\n\n".join(
            (
                said("impact.gave", count=1, minutes=20),
                said("impact.wrote", text="“I changed my course.”"),
                said("impact.end"),
            )
        )
    ]
    assert tom.shown == []


def test_whoever_is_away_at_term_s_end_hears_it_when_they_are_back(world: World) -> None:
    maya, priya = world.alum(), world.student()
    a_thanked_talk(world, priya, maya, "Only for you.", ())
    world.now = world.wall = NEW_TERM
    world.command(maya, "/host pause")
    world.submit(maya, until=(NEW_TERM + timedelta(days=9)).date().isoformat())
    world.deliver()
    world.forget_what_was_shown()

    runs(world, NEW_TERM - timedelta(minutes=1))
    assert maya.shown == []
    world.wait(days=10)
    world.deliver()

    assert maya.heard == [said("impact.title")]


def test_a_nudge_of_the_day_on_which_a_term_ends_is_not_taken_for_told(world: World) -> None:
    maya, priya, dev = world.alum(), world.student(), world.student("Dev Shah")
    a_thanked_talk(world, priya, maya, "Only for you.", ())
    world.now = world.wall = NEW_TERM - timedelta(days=3) + timedelta(hours=1)
    world.an_intro(State.REQUESTED, dev, maya)
    world.deliver()
    world.forget_what_was_shown()

    world.now = world.wall = NEW_TERM
    runs(world, NEW_TERM - timedelta(minutes=1))
    world.wait(hours=1)
    world.deliver()

    assert maya.heard == [said("impact.title"), said("nudges.request_title", name="Dev")]
