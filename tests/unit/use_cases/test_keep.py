"""Keeping in touch: only where both wish it, twice in half a year, and at most three times a year for one student."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.intro import Intro, State
from bot.domain.messages import Status
from storage import tables
from tests.words import moved_on, said
from tests.world import Somebody, World

S = State
NUDGED = said("keep.nudge_title", name="Maya")


def closed(world: World) -> tuple[Intro, Somebody, Somebody]:
    student, alum = world.student(), world.alum()
    return world.an_intro(S.CLOSED, student, alum), student, alum


def to_day(world: World, intro: Intro, days: int) -> None:
    """To the middle of the day so many days after the end; a nudge that waited for the morning has come by then."""
    ended = world.fresh(intro).ended_at
    assert ended is not None
    world.now = world.wall = (ended + timedelta(days=days + 1)).replace(hour=12)
    world.deliver()
    world.deliver()


def test_where_both_wish_it_the_student_is_reminded_twice(world: World) -> None:
    intro, student, alum = closed(world)
    world.press(alum, said("keep.button_alum"))
    assert alum.last.text == said("keep.kept_alum", name="Priya", first=60, second=180)
    world.press(student, said("keep.button_student", name="Maya"))
    world.forget_what_was_shown()

    to_day(world, intro, 60)
    assert student.heard == [NUDGED]
    to_day(world, intro, 180)

    assert (student.heard, alum.heard) == ([NUDGED, NUDGED], [])


def test_where_one_wishes_it_nobody_hears_of_it(world: World) -> None:
    intro, student, alum = closed(world)
    world.do(student, "keep", intro)
    world.forget_what_was_shown()

    to_day(world, intro, 60)
    to_day(world, intro, 180)

    assert (student.shown, alum.shown) == ([], [])


def test_the_student_may_have_said_so_with_the_thanks(world: World) -> None:
    student, alum = world.student(), world.alum()
    intro = world.an_intro(S.THANKED, student, alum)
    world.press(student, said("keep.button_student", name="Maya"))
    world.press(alum, said("thanks.received"))
    world.press(alum, said("keep.button_alum"))
    world.deliver()
    world.forget_what_was_shown()

    to_day(world, intro, 60)

    assert student.heard == [NUDGED]


def test_what_came_of_it_is_carried_over_and_answered(world: World) -> None:
    intro, student, alum = closed(world)
    for who in (student, alum):
        world.do(who, "keep", intro)
    to_day(world, intro, 60)

    world.press(student, said("notes.button", name="Maya"))
    world.submit(student, note="I've begun the course.")
    world.deliver()
    assert (alum.last.title, alum.last.text) == (said("notes.told_title", name="Priya"), "“I've begun the course.”")
    world.press(alum, said("notes.button", name="Priya"))
    world.submit(alum, note="Well done!")
    world.deliver()

    assert student.last.text == "“Well done!”"


def test_whoever_would_rather_not_hears_no_more(world: World) -> None:
    intro, student, alum = closed(world)
    for who in (student, alum):
        world.do(who, "keep", intro)
    world.do(alum, "let_go", intro)
    world.forget_what_was_shown()

    to_day(world, intro, 60)

    assert (student.shown, alum.shown) == ([], [])
    assert world.do(student, "note", intro) == moved_on(S.CLOSED, intro.student_token)


def test_a_change_of_mind_twice_plans_it_once(world: World) -> None:
    intro, student, alum = closed(world)
    for who, verb in ((student, "keep"), (alum, "keep"), (alum, "let_go"), (alum, "keep"), (alum, "keep")):
        world.do(who, verb, intro)

    waiting = [row for row in world.rows(tables.message) if row.view == "nudge_keep" and row.status is Status.WAITING]
    assert len(waiting) == 2


def test_before_the_thanks_there_is_nothing_to_keep(world: World) -> None:
    student, alum = world.student(), world.alum()
    intro = world.an_intro(S.ACCEPTED, student, alum)

    assert world.do(student, "keep", intro) == moved_on(S.ACCEPTED, intro.student_token)
