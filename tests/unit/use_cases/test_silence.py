"""An alum who does not answer: after three requests in a row a kind break, and one press to come back."""

from __future__ import annotations

from bot.domain.intro import Intro, State
from bot.domain.people import Pace
from storage import tables
from tests.words import said
from tests.world import Somebody, World

S = State


def let_run_out(world: World, alum: Somebody, *names: str) -> list[Intro]:
    """Each of these asks, and hears nothing for ten days."""
    intros = []
    for name in names:
        intros.append(world.an_intro(S.REQUESTED, world.student(name), alum))
        world.wait(days=12)
        world.deliver()
        assert world.state_of(intros[-1]) is S.EXPIRED
    return intros


def is_paused(world: World, alum: Somebody) -> bool:
    profile = world.known(alum).alum
    assert profile is not None
    return profile.is_paused(world.now.date())


def test_after_three_in_a_row_an_alum_is_on_a_break_is_told_and_comes_back_with_one_press(world: World) -> None:
    alum = world.alum(pace=Pace(9, 5))

    let_run_out(world, alum, "Priya Sharma", "Sam Oduya")
    assert not is_paused(world, alum)
    let_run_out(world, alum, "Ben Okri")

    assert is_paused(world, alum)
    assert alum.last.title == said("ends.expired_alum_title", name="Ben")
    assert alum.last.text.split("\n\n") == [said("ends.expired_quiet", name="Ben"), said("away.silent", count=3)]
    assert [(row.what, row.detail) for row in world.rows(tables.step) if row.what == "pause"] == [("pause", "silent")]
    world.press(alum, said("away.resume"))
    assert (is_paused(world, alum), alum.last.title) == (False, said("away.resumed_title"))
    let_run_out(world, alum, "Ida Berg")
    assert not is_paused(world, alum)


def test_any_answer_ends_the_row(world: World) -> None:
    alum = world.alum(pace=Pace(9, 5))
    let_run_out(world, alum, "Priya Sharma", "Sam Oduya")

    world.do(alum, "decline", world.an_intro(S.REQUESTED, world.student("Ben Okri"), alum))
    let_run_out(world, alum, "Ida Berg", "Max Stone")

    assert not is_paused(world, alum)


def test_a_question_that_the_student_left_open_is_nobody_s_silence(world: World) -> None:
    alum = world.alum(pace=Pace(9, 5))
    let_run_out(world, alum, "Priya Sharma", "Sam Oduya")
    intro = world.an_intro(S.REQUESTED, world.student("Ben Okri"), alum)
    world.do(alum, "ask_first", intro, question="Which side of it?")
    world.wait(days=12)
    world.deliver()

    assert (world.state_of(intro), is_paused(world, alum)) == (S.EXPIRED, False)


def test_how_many_is_the_campus_s(world: World) -> None:
    world.set_rule("silent_expired", "2")
    alum = world.alum(pace=Pace(9, 5))

    let_run_out(world, alum, "Priya Sharma", "Sam Oduya")

    assert is_paused(world, alum)


def test_whoever_else_waits_is_moved_on_and_what_was_agreed_stands_and_is_asked_about(world: World) -> None:
    world.set_rule("silent_expired", "2")
    alum = world.alum(pace=Pace(9, 5))
    agreed = world.an_intro(S.ACCEPTED, world.student("Ida Berg"), alum)
    let_run_out(world, alum, "Priya Sharma")
    last = world.an_intro(S.REQUESTED, world.student("Sam Oduya"), alum)
    world.wait(days=2)
    waiting = world.an_intro(S.REQUESTED, world.student("Ben Okri"), alum)
    world.forget_what_was_shown()

    world.wait(days=8)
    world.deliver()

    assert [world.state_of(intro) for intro in (last, waiting, agreed)] == [S.EXPIRED, S.DECLINED, S.LAPSED]


def test_a_talk_is_kept_or_called_off_by_whoever_goes_on_a_break(world: World) -> None:
    world.set_rule("silent_expired", "2")
    alum, student = world.alum(pace=Pace(9, 5)), world.student("Ida Berg")
    world.set_rule("no_time_lapse_day", "60")
    agreed = world.an_intro(S.ACCEPTED, student, alum)
    let_run_out(world, alum, "Priya Sharma", "Sam Oduya")

    assert alum.last.title == said("away.agreed_title")
    [card] = alum.last.cards
    assert (card.title, [button.label for button in card.buttons]) == (
        "Ida", [said("away.keep_one", name="Ida"), said("away.cancel_one", name="Ida")],
    )  # fmt: skip
    world.press(alum, said("away.keep_one", name="Ida"))
    assert (alum.last.text, world.state_of(agreed)) == (said("away.kept_talk", name="Ida"), S.ACCEPTED)
    world.press(alum, said("away.cancel_one", name="Ida"))
    world.submit(alum, line="")
    assert world.state_of(agreed) is S.CANCELLED
    assert world.do(alum, "keep_talk", agreed) == world.do(alum, "cancel", agreed)
