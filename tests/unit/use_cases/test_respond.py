"""The alum answers: yes, not this time, a question first, I'm away."""

from __future__ import annotations

from datetime import date

import pytest

from bot.domain.intro import Intro, State
from bot.domain.people import Pace
from bot.views.elements import Fix, PressId, View
from tests.words import a_no, moved_on, said
from tests.world import Somebody, World

S = State


def a_request(world: World) -> tuple[Intro, Somebody, Somebody]:
    student, alum = world.student(), world.alum()
    return world.an_intro(S.REQUESTED, student, alum), student, alum


# --- yes, and not this time --------------------------------------------------------------------------------------


def test_a_yes_is_told_to_both(world: World) -> None:
    _, student, alum = a_request(world)

    world.press(alum, "Yes, show times")
    world.deliver()

    assert alum.last.title == said("yes.thanks_title", name="Priya")
    assert student.last.title == said("yes.title", name="Maya")


def test_whoever_wanted_fewer_meanwhile_can_not_say_yes_to_more(world: World) -> None:
    intro, _, alum = a_request(world)
    other = world.student("Sam Oduya")
    second = world.an_intro(S.REQUESTED, other, alum)
    world.change_alum(alum, pace=Pace(1, 2))
    world.do(alum, "decline", intro)

    assert world.state_of(second) is S.REQUESTED
    world.do(alum, "accept", second)
    assert world.state_of(second) is S.ACCEPTED

    third = world.student("Ben Okri")
    world.change_alum(alum, pace=Pace(3, 3))
    last = world.an_intro(S.REQUESTED, third, alum)
    world.change_alum(alum, pace=Pace(1, 3))
    assert world.do(alum, "accept", last) == a_no("full")
    assert world.state_of(last) is S.REQUESTED


def test_of_more_that_wait_than_an_alum_now_wants_one_can_be_taken(world: World) -> None:
    first, _, alum = a_request(world)
    second = world.an_intro(S.REQUESTED, world.student("Sam Oduya"), alum)
    world.command(alum, "/host profile")
    world.submit(alum, month="1")

    world.do(alum, "accept", second)

    assert (world.state_of(second), world.state_of(first)) == (S.ACCEPTED, S.REQUESTED)
    assert world.do(alum, "accept", first) == a_no("full")


def test_a_no_takes_one_press_and_its_reason_stays_in_the_office(world: World) -> None:
    intro, student, alum = a_request(world)

    world.press(alum, "Not this time")
    world.press(alum, said("decline.because_busy"))
    world.deliver()

    assert alum.heard[-2:] == [said("decline.title"), said("decline.kept")]
    assert student.last.text == f"{said('decline.told')}\n\n{said('decline.no_next')}"
    assert world.steps(intro) == ["request", "decline", "decline_reason"]


@pytest.mark.parametrize("reason", ["she_was_rude", "", "busy:x"])
def test_a_reason_is_one_of_four(world: World, reason: str) -> None:
    intro, _, alum = a_request(world)
    world.press(alum, "Not this time")

    assert world.do(alum, "decline_reason", intro, reason) == a_no("not_yours")


def test_there_is_no_reason_before_a_no(world: World) -> None:
    intro, _, alum = a_request(world)

    assert world.do(alum, "decline_reason", intro, "busy") == a_no("not_yours")


def test_a_no_and_a_break_are_two_presses(world: World) -> None:
    _, _student, alum = a_request(world)
    waiting = world.an_intro(S.REQUESTED, world.student("Sam Oduya"), alum)

    world.press(alum, "Not this time")
    world.press(alum, said("decline.pause"))

    assert alum.last.title == said("away.paused_title")
    assert alum.last.text.split("\n\n")[-1] == said("away.moved", count=1)
    assert world.state_of(waiting) is S.DECLINED


# --- a question first ----------------------------------------------------------------------------------------------


def asks_first(world: World) -> tuple[Intro, Somebody, Somebody]:
    intro, student, alum = a_request(world)
    world.press(alum, "Ask Priya first")
    world.submit(alum, question="Which side of it?")
    world.deliver()
    return world.fresh(intro), student, alum


def test_a_question_goes_over_and_its_answer_comes_back(world: World) -> None:
    intro, student, alum = asks_first(world)
    assert student.last.title == said("first.told_title", name="Maya")
    assert student.last.text.split("\n\n")[-1] == "“Which side of it?”"

    world.wait(days=2)
    world.press(student, "Answer Maya")
    world.submit(student, answer="The writing")
    world.deliver()

    assert alum.last.title == said("request.card_title", name="Priya")
    assert said("request.writes", name="Priya", text="“The writing”") in alum.last.text.split("\n\n")
    assert world.fresh(intro).since == world.now


def test_a_question_is_asked_first_once(world: World) -> None:
    intro, _, alum = asks_first(world)

    assert said("request.ask_first", name="Priya") not in [button.label for button in show(world, alum, intro).buttons]
    assert world.do(alum, "ask_first", intro) == moved_on(S.REQUESTED, intro.alum_token)


def show(world: World, who: Somebody, intro: Intro) -> View:
    shown = world.do(who, "show", intro)
    assert isinstance(shown, View)
    return shown


def test_while_the_student_has_it_the_nudges_go_there_and_the_wait_is_a_new_one(world: World) -> None:
    intro, student, alum = a_request(world)
    world.wait(days=2)
    world.do(alum, "ask_first", intro, question="Which side of it?")
    world.deliver()
    world.forget_what_was_shown()

    world.pass_days(9)

    assert student.heard == [said("nudges.question_title", name="Maya")] * 2
    assert alum.heard == []
    world.pass_days(1)
    assert world.state_of(intro) is S.EXPIRED


def test_addresses_are_held_back_from_a_question_and_its_answer(world: World) -> None:
    intro, student, alum = a_request(world)

    shown = world.do(alum, "ask_first", intro, question="Will you write to maya@example.org?")
    assert isinstance(shown, View)
    assert shown.text.split("\n\n")[-1] == said("notes.held_back", name="Priya")
    world.deliver()
    assert student.last.text.split("\n\n")[-1] == "“Will you write to […]?”"

    world.do(student, "answer_first", intro, answer="Rather call 07700 900123")
    world.deliver()
    assert said("request.writes", name="Priya", text="“Rather call […]”") in alum.last.text.split("\n\n")


def test_an_answer_without_a_question_is_too_late_or_too_early(world: World) -> None:
    intro, student, _alum = a_request(world)

    assert world.do(student, "answer_first", intro) == moved_on(S.REQUESTED, intro.student_token)


# --- away ----------------------------------------------------------------------------------------------------------


def test_a_break_moves_the_waiting_on_and_leaves_what_was_agreed(world: World) -> None:
    agreed, _, alum = a_request(world)
    world.do(alum, "accept", agreed)
    student = world.student("Sam Oduya")
    waiting = world.an_intro(S.REQUESTED, student, alum)
    world.deliver()

    world.press(alum, "I'm away")
    world.submit(alum, until="2026-03-20")
    world.deliver()

    assert alum.last.text.split("\n\n") == [
        said("away.paused_until", day="20 March"), said("away.moved", count=1), said("away.agreed", count=1),
    ]  # fmt: skip
    assert student.last.title == said("decline.told_title", name="Maya")
    assert (world.state_of(agreed), world.state_of(waiting)) == (S.ACCEPTED, S.DECLINED)


def test_on_a_break_each_agreed_talk_is_kept_or_called_off(world: World) -> None:
    agreed, student, alum = a_request(world)
    world.do(alum, "accept", agreed)
    world.press_id(alum, PressId("pause_month"))

    [card] = alum.last.cards
    assert [button.label for button in card.buttons] == [
        said("away.keep_one", name="Priya"), said("away.cancel_one", name="Priya"),
    ]  # fmt: skip
    world.press(alum, said("away.cancel_one", name="Priya"))
    world.submit(alum, line="")
    world.deliver()

    assert world.state_of(agreed) is S.CANCELLED
    assert student.last.title == said("cancel.told_title", name="Maya")


def test_after_the_last_day_of_a_break_one_is_asked_again_without_a_press(world: World) -> None:
    alum, student = world.alum(), world.student()
    world.command(alum, "/host pause")
    world.submit(alum, until="2026-03-04")
    assert world.asks(student).title == said("none.title")

    world.wait(days=3)

    assert world.asks(student).title == said("matches.title_1")
    world.command(alum, "/host join")
    assert alum.last.text == said("host.card")


def test_a_break_without_an_end_ends_with_a_press(world: World) -> None:
    alum, student = world.alum(), world.student()
    world.command(alum, "/host pause")
    world.submit(alum, until="")
    assert alum.last.text == said("away.paused")
    world.wait(days=300)
    assert world.asks(student).title == said("none.title")

    world.press(alum, "I'm back")

    assert alum.last.title == said("away.resumed_title")
    assert world.asks(student, "I wonder about communications, truly").title == said("matches.title_1")


@pytest.mark.parametrize(
    ("until", "error"),
    [
        ("soon", "day_unreadable"),
        ("2026-02-30", "day_unreadable"),
        ("2026-03-01", "day_out_of_range"),
        ("2027-03-05", "day_out_of_range"),
    ],
)
def test_a_day_that_is_none_is_mended(world: World, until: str, error: str) -> None:
    alum = world.alum()
    world.command(alum, "/host pause")

    shown = world.submit(alum, until=until)

    assert isinstance(shown, Fix)
    assert (shown.errors, shown.values) == ({"until": said(f"mend.{error}")}, {"until": until})


def test_only_alumni_take_a_break_or_come_back(world: World) -> None:
    student, gone = world.student(), world.alum()
    world.press_id(gone, PressId("leave_yes"))

    for somebody in (student, gone):
        assert world.command(somebody, "/host pause") == a_no("not_an_alum")
        assert world.command(somebody, "/host resume") == a_no("not_an_alum")
        assert world.press_id(somebody, PressId("pause_month")) == a_no("not_an_alum")


def test_a_month_s_break_is_thirty_days(world: World) -> None:
    alum = world.alum()

    world.press_id(alum, PressId("pause_month"))

    profile = world.known(alum).alum
    assert profile is not None
    assert profile.paused_until == date(2026, 4, 1)
