"""Was it worth it, and is it clearer now: three presses below the thanks, each once, by the student, and each may be
left."""

from __future__ import annotations

import pytest

from bot.domain.intro import Intro, State
from bot.views.elements import View
from tests.words import a_no, moved_on, said
from tests.world import Somebody, World

S = State
ASKED, BEFORE, NOW = (said(f"worth.{name}", name="Maya") for name in ("worth", "clear_before", "clear_after"))
WORTH = [said(f"worth.worth_{points}") for points in range(1, 6)]
CLEAR = [said(f"worth.clear_{points}") for points in range(1, 6)]
KEEP = said("keep.button_student", name="Maya")


def thanked(world: World) -> tuple[Intro, Somebody, Somebody]:
    student, alum = world.student(), world.alum()
    intro = world.an_intro(S.THANKED, student, alum)
    return intro, student, alum


def answers(world: World, intro: Intro) -> list[tuple[str, int | None]]:
    """What was said of it."""
    with world.store.read() as reading:
        told = reading.steps.of_intro(intro.id)
    return [(step.what, step.amount) for step in told if step.what.startswith(("worth", "clear"))]


def labels(view: View) -> list[str]:
    return [button.label for button in view.buttons]


def test_below_the_thanks_one_question_stands_and_each_answer_brings_the_next(world: World) -> None:
    intro, student, _ = thanked(world)
    asked = next(view for view in student.shown if view.title == said("thanks.sent_title"))
    assert (asked.text, labels(asked)) == (
        f"{said('thanks.sent', name='Maya')}\n\n{ASKED}", [*WORTH, KEEP, said("count_me.button")]
    )  # fmt: skip

    world.press(student, said("worth.worth_5"))
    assert (student.last.text, labels(student.last)) == (f"{said('worth.noted')}\n\n{BEFORE}", CLEAR)
    world.press(student, said("worth.clear_2"))
    assert (student.last.text, labels(student.last)) == (f"{said('worth.noted')}\n\n{NOW}", CLEAR)
    world.press(student, said("worth.clear_4"))

    assert (student.last.text, labels(student.last)) == (
        f"{said('worth.noted')}\n\n{said('worth.end', name='Maya')}", [KEEP]
    )  # fmt: skip
    assert answers(world, intro) == [("worth", 5), ("clear_before", 2), ("clear_after", 4)]
    assert world.state_of(intro) is S.THANKED


def test_the_thanks_arrive_whether_or_not_anything_is_said(world: World) -> None:
    intro, student, alum = thanked(world)
    assert alum.last.title == said("thanks.told_title", name="Priya")

    world.do(alum, "received", intro)
    world.deliver()

    assert student.last.title == said("thanks.arrived_title", name="Maya")
    assert WORTH[0] not in labels(student.last)
    assert (world.state_of(intro), answers(world, intro)) == (S.CLOSED, [])


def test_nobody_is_asked_by_a_nudge_and_nobody_twice(world: World) -> None:
    _, student, _ = thanked(world)
    world.forget_what_was_shown()
    world.pass_days(40)

    assert [view for view in student.shown if ASKED in view.text] == []


def test_of_two_presses_the_first_counts_and_the_second_hears_so(world: World) -> None:
    intro, student, _ = thanked(world)
    world.do(student, "worth", intro, "worth.4")
    world.do(student, "worth", intro, "worth.1")

    assert student.last.text == f"{said('worth.noted_before')}\n\n{BEFORE}"
    assert answers(world, intro) == [("worth", 4)]


def test_the_same_press_told_twice_by_the_platform_is_one_answer(world: World) -> None:
    intro, student, _ = thanked(world)
    button = next(button for button in student.buttons() if button.label == WORTH[2])

    first = world.press_id(student, button.press, key="same")
    again = world.press_id(student, button.press, key="same")

    assert (first, answers(world, intro)) == (again, [("worth", 3)])


@pytest.mark.parametrize("state", [S.CLOSED, S.UNTHANKED])
def test_a_late_press_is_taken(world: World, state: State) -> None:
    student, alum = world.student(), world.alum()
    intro = world.an_intro(state, student, alum)
    world.wait(days=60)

    world.do(student, "worth", intro, "worth.5")

    assert student.last.text == f"{said('worth.noted')}\n\n{BEFORE}"
    assert answers(world, intro) == [("worth", 5)]


def test_whoever_comes_back_to_a_talk_finds_what_is_still_open(world: World) -> None:
    intro, student, _ = thanked(world)
    world.do(student, "worth", intro, "worth.5")
    world.do(student, "show", intro)
    assert said("worth.button") in labels(student.last)

    world.press(student, said("worth.button"))
    assert (student.last.text, labels(student.last)) == (BEFORE, CLEAR)
    world.do(student, "worth", intro, "clear_before.1")
    world.do(student, "worth", intro, "clear_after.1")
    world.do(student, "show", intro)

    assert said("worth.button") not in labels(student.last)


def test_only_of_a_talk_that_was_and_that_nobody_has_stopped(world: World) -> None:
    student, alum = world.student(), world.alum()
    intro = world.an_intro(S.SCHEDULED, student, alum)
    assert world.do(student, "worth", intro, "worth.5") == moved_on(S.SCHEDULED, intro.student_token)
    world.talk_is_over(intro, student, alum)
    world.pass_days(30)

    assert world.state_of(intro) is S.CLOSED  # and nobody knows whether they met
    assert world.do(student, "worth", intro, "worth.5") == moved_on(S.CLOSED, intro.student_token)
    assert answers(world, intro) == []


def test_a_flagged_talk_is_not_asked_about(world: World) -> None:
    intro, student, alum = thanked(world)
    world.do(alum, "flag", intro)

    assert world.do(student, "worth", intro, "worth.5") == moved_on(S.FROZEN, intro.student_token)


def test_nobody_else_can_answer_and_no_made_up_answer_is_taken(world: World) -> None:
    intro, student, alum = thanked(world)
    stranger = world.student("Sam Okoro")

    assert world.do(alum, "worth", intro, "worth.1") == a_no("not_yours")
    for arg in ("worth.6", "worth.0", "worth", "love.3", "clear_after.", "worth.²"):
        assert world.do(student, "worth", intro, arg) == a_no("not_yours")
    pressed = next(button.press for button in student.buttons() if button.label == WORTH[4])
    assert world.press_id(stranger, pressed) == a_no("not_yours")

    assert answers(world, intro) == []


def test_with_the_student_goes_whose_answer_it_was_and_the_answer_counts_on(world: World) -> None:
    intro, student, _ = thanked(world)
    who = world.known(student).who
    world.do(student, "worth", intro, "worth.5")

    world.command(student, "/mydata erase")
    world.press(student, "Yes")
    world.pass_days(1)

    assert world.do(student, "worth", intro, "clear_before.1") == a_no("not_yours")
    assert answers(world, intro) == [("worth", 5)]
    with world.store.read() as reading:
        assert reading.people.by_who(who) is None
