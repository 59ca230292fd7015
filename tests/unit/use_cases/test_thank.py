"""After the talk: did it happen, the thank-you, and its arrival."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.intro import Intro, State
from bot.views.elements import Fix, View
from tests.words import a_no, moved_on, said
from tests.world import Somebody, World

S = State
WORDS = "Nobody starts ready"


def after(world: World, state: State) -> tuple[Intro, Somebody, Somebody]:
    student, alum = world.student(), world.alum()
    return world.an_intro(state, student, alum), student, alum


def just_over(world: World) -> tuple[Intro, Somebody, Somebody]:
    intro, student, alum = after(world, S.SCHEDULED)
    world.talk_is_over(intro, student, alum)
    world.deliver()
    world.forget_what_was_shown()
    return intro, student, alum


def labels(view: View) -> list[str]:
    return [button.label for button in view.buttons]


# --- did it happen -------------------------------------------------------------------------------------------------


def test_two_hours_after_the_end_both_are_asked(world: World) -> None:
    intro, student, alum = after(world, S.SCHEDULED)
    world.talk_is_over(intro, student, alum)
    world.forget_what_was_shown()
    world.deliver()

    assert student.heard == [said("happened.title", name="Maya")]
    assert alum.heard == [said("happened.title", name="Priya")]


def test_the_first_to_say_yes_leads_the_student_to_the_thanks_and_the_other_is_a_fact(world: World) -> None:
    intro, student, alum = just_over(world)

    world.do(alum, "happened", intro)
    world.deliver()
    assert (alum.last.title, student.last.title) == (said("thanks.alum_title"), said("thanks.now_title"))
    assert (world.fresh(intro).state, world.fresh(intro).met_by_both) == (S.MET, False)

    world.do(student, "happened", intro)
    world.deliver()
    assert world.fresh(intro).met_by_both
    assert world.do(alum, "happened", intro) == a_no("said_already")


def test_an_alum_who_says_yes_after_the_thanks_is_promised_none(world: World) -> None:
    intro, student, alum = just_over(world)
    world.do(student, "thank", intro, thanks=WORDS)
    world.deliver()

    world.do(alum, "happened", intro)
    assert alum.last.text == said("thanks.alum_thanked", name="Priya")
    assert labels(alum.last) == [said("thanks.received")]


def test_an_alum_who_says_yes_when_all_is_over_has_nothing_else_to_do(world: World) -> None:
    intro, student, alum = just_over(world)
    world.do(student, "happened", intro)
    world.deliver()
    world.wait(days=21)
    world.deliver()

    world.do(alum, "happened", intro)
    assert world.state_of(intro) is S.UNTHANKED
    assert (alum.last.text, labels(alum.last)) == (said("thanks.alum_over"), [])


def test_before_the_talk_nobody_says_how_it_was(world: World) -> None:
    intro, student, alum = after(world, S.SCHEDULED)

    assert world.do(alum, "happened", intro) == a_no("not_yet")
    assert world.do(alum, "missed", intro) == a_no("not_yet")
    assert world.do(student, "thank", intro) == a_no("not_yet")


def test_when_nobody_says_anything_it_is_closed_as_unknown(world: World) -> None:
    intro, _, _ = just_over(world)
    assert intro.ends_at is not None

    world.now = world.wall = intro.ends_at + timedelta(hours=96)
    world.deliver()
    assert world.state_of(intro) is S.UNCONFIRMED

    world.wait(days=21)
    world.deliver()
    assert world.state_of(intro) is S.CLOSED
    assert world.steps(intro)[-2:] == ["nobody_said", "close_unknown"]


# --- missed --------------------------------------------------------------------------------------------------------


def test_a_missed_talk_is_moved_once_without_blame(world: World) -> None:
    intro, student, alum = just_over(world)

    world.do(student, "missed", intro)
    world.deliver()
    assert alum.last.text == said("missed.told", name="Priya")
    assert labels(alum.last)[0] == said("talk.another_time")

    world.press(alum, "Another time")
    world.find_a_time(world.fresh(intro), student, alum)
    world.talk_is_over(world.fresh(intro), student, alum)
    world.do(alum, "missed", intro)
    assert labels(alum.last)[0] == said("happened.yes")
    assert world.do(student, "reschedule", intro) == a_no("rescheduled_already")


def test_a_missed_talk_is_given_up_after_two_weeks(world: World) -> None:
    intro, _, _ = after(world, S.MISSED)

    world.wait(days=14)
    world.deliver()

    assert world.state_of(intro) is S.CANCELLED


def test_where_the_two_do_not_agree_the_office_has_a_look(world: World) -> None:
    intro, student, alum = just_over(world)
    world.do(alum, "happened", intro)

    world.do(student, "missed", intro)
    world.deliver()

    assert [view.title for view in world.desk] == [said("desk.disagree_title")] * 2
    assert world.state_of(intro) is S.MISSED


def test_whoever_pressed_the_wrong_button_troubles_no_office(world: World) -> None:
    intro, student, _ = just_over(world)
    world.do(student, "happened", intro)

    world.do(student, "missed", intro)
    world.deliver()
    assert (world.state_of(intro), world.desk) == (S.MISSED, [])

    world.do(student, "happened", intro)
    assert world.state_of(intro) is S.MET


# --- thanks --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", [S.MET, S.UNCONFIRMED, S.UNTHANKED, S.MISSED])
def test_thanks_are_carried_over_from_wherever_it_stood(world: World, state: State) -> None:
    intro, student, alum = after(world, state)

    world.do(student, "thank", intro, thanks=WORDS)
    world.deliver()

    assert (student.last.title, alum.last.title) == (
        said("thanks.sent_title"),
        said("thanks.told_title", name="Priya"),
    )
    assert alum.last.text.split("\n\n")[0] == said("thanks.told", name="Priya", text=f"“{WORDS}”")
    assert (world.fresh(intro).state, world.fresh(intro).met_by_student) == (S.THANKED, True)


def test_thanks_right_after_the_talk_say_that_it_happened(world: World) -> None:
    intro, student, alum = just_over(world)

    world.do(student, "thank", intro, thanks=WORDS)
    world.deliver()

    assert world.steps(intro)[-2:] == ["confirm_met", "thank"]
    assert alum.heard == [said("thanks.told_title", name="Priya")]


@pytest.mark.parametrize("state", [S.REQUESTED, S.FROZEN, S.THANKED, S.CLOSED])
def test_there_is_a_time_for_thanks(world: World, state: State) -> None:
    intro, student, _ = after(world, state)

    assert world.do(student, "thank", intro) == moved_on(state, intro.student_token)


def test_empty_thanks_are_mended(world: World) -> None:
    intro, student, _ = after(world, S.MET)

    shown = world.do(student, "thank", intro, thanks="\u200b")

    assert isinstance(shown, Fix)
    assert shown.errors == {"thanks": said("mend.text_empty")}


def test_a_student_who_forgot_is_reminded_twice_and_never_scolded(world: World) -> None:
    intro, student, _ = after(world, S.MET)
    world.forget_what_was_shown()

    world.pass_days(4)
    assert student.heard == [said("nudges.thank_title", name="Maya")] * 2

    world.wait(days=17)
    world.deliver()
    assert world.state_of(intro) is S.UNTHANKED


def test_thanks_that_nobody_answers_are_closed_as_delivered(world: World) -> None:
    intro, _, _ = after(world, S.THANKED)

    world.wait(days=30)
    world.deliver()

    assert (world.state_of(intro), world.steps(intro)[-1]) == (S.CLOSED, "close_delivered")


def test_a_line_in_answer_says_that_they_arrived(world: World) -> None:
    intro, student, alum = after(world, S.THANKED)

    world.press(alum, "Answer in a line")
    world.submit(alum, reply="You'll be fine")
    world.deliver()

    assert world.state_of(intro) is S.CLOSED
    assert student.last.text.split("\n\n")[1] == said("thanks.replied", name="Maya", text="“You'll be fine”")
    assert world.do(alum, "received", intro) == moved_on(S.CLOSED, intro.alum_token)


def test_a_late_yes_of_the_alum_is_still_a_fact(world: World) -> None:
    intro, student, alum = just_over(world)
    world.do(student, "thank", intro, thanks=WORDS)

    world.do(alum, "happened", intro)

    assert (world.fresh(intro).state, world.fresh(intro).met_by_both) == (S.THANKED, True)
