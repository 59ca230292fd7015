"""Something isn't right: it stands still at once, the office hears of it, and nobody else learns why."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.intro import Intro, State
from bot.domain.people import Right
from bot.views.elements import PressId, View
from tests.words import a_no, moved_on, said
from tests.world import DISCORD, Somebody, World

S = State


def flagged(world: World, state: State = S.ACCEPTED, **values: str) -> tuple[Intro, Somebody, Somebody]:
    student, alum = world.student(), world.alum()
    intro = world.an_intro(state, student, alum)
    world.forget_what_was_shown()
    world.do(student, "flag", intro, **values)
    world.deliver()
    return world.fresh(intro), student, alum


@pytest.mark.parametrize("state", [S.REQUESTED, S.SCHEDULED, S.MET, S.THANKED])
def test_it_stops_at_once_and_the_other_learns_only_that(world: World, state: State) -> None:
    _, student, alum = flagged(world, state, what="He wants me to sit a test for him")

    assert student.heard == [said("flag.done_title")]
    assert alum.shown == [View(said("flag.frozen_title"), said("flag.frozen"))]


def test_every_desk_has_a_card_with_whom_it_is_about_and_no_text_of_theirs(world: World) -> None:
    flagged(world, what="He wants me to sit a test for him")

    whom = said("desk.whom", student="Priya S.", alum="Maya R.")
    assert [view.title for view in world.desk] == [said("desk.flag_title")] * 2
    assert [view.text.split("\n\n")[0] for view in world.desk] == [whom] * 2
    assert "test" not in "".join(view.aloud() for view in world.desk)


def test_a_space_without_a_desk_gets_no_card(world: World) -> None:
    with world.store.begin() as uow:
        uow.places.admit(replace(DISCORD, desk_channel=""))
        uow.commit()

    flagged(world)

    assert len(world.desk) == 1


def test_nothing_moves_while_it_stands_still(world: World) -> None:
    intro, student, alum = flagged(world)

    for who, verb in ((alum, "offer_times"), (alum, "cancel"), (student, "note"), (alum, "flag"), (student, "thank")):
        token = intro.alum_token if who is alum else intro.student_token
        assert world.do(who, verb, intro) == moved_on(S.FROZEN, token)
    world.forget_what_was_shown()
    world.wait(days=14)
    world.deliver()
    assert (student.heard, alum.heard) == ([], [])


@pytest.mark.parametrize("email", ["careers@example.edu", ""])
def test_what_has_ended_cannot_be_stopped_and_who_listens_is_named(world: World, email: str) -> None:
    world.set_rule("office_email", email)
    student, alum = world.student(), world.alum()
    intro = world.an_intro(S.MET, student, alum)
    world.press_id(student, PressId("flag", intro.student_token))
    form = student.form
    world.wait(days=22)
    world.deliver()
    too_late = moved_on(S.UNTHANKED, intro.student_token)
    listens = said("flag.over", email=email) if email else said("flag.over_anyhow")

    opened = world.do(student, "flag", intro)
    student.form = form
    sent = world.submit(student, what="He wants me to sit a test for him")

    assert (opened, sent) == (replace(too_late, text=f"{too_late.text}\n\n{listens}"),) * 2
    assert world.do(student, "cancel", intro) == too_late


def test_a_coordinator_lets_it_go_on_where_it_was(world: World) -> None:
    intro, student, alum = flagged(world, S.SCHEDULED)
    robin = world.coordinator()

    world.press_id(robin, world.desk[0].buttons[0].press)
    world.deliver()

    assert (world.state_of(intro), robin.last.title) == (S.SCHEDULED, said("desk.released_title"))
    assert (student.last.title, alum.last.title) == (said("flag.released_title"),) * 2
    assert world.press_id(robin, world.desk[1].buttons[0].press) == a_no("taken_by_you")


def test_a_coordinator_ends_it_kindly_for_both(world: World) -> None:
    intro, student, alum = flagged(world)
    robin = world.coordinator()
    world.command(robin, "/desk queue")

    world.press(robin, said("queue.do_close"))
    world.deliver()

    assert (world.state_of(intro), robin.last.title) == (S.CANCELLED, said("queue.empty_title"))
    assert (student.last.title, alum.last.title) == (said("flag.closed_title"),) * 2
    assert [button.label for button in student.last.buttons] == [said("common.find_again")]
    assert alum.last.buttons == ()


def test_only_the_office_decides(world: World) -> None:
    intro, student, _ = flagged(world)
    release = world.desk[0].buttons[0].press

    assert world.press_id(student, release) == a_no("desk_only")
    unknown = world.coordinator()
    unknown.rights = None
    assert world.press_id(unknown, release) == a_no("rights_unknown")
    assert world.state_of(intro) is S.FROZEN


def test_a_coordinator_s_token_is_of_no_use_to_the_two_nor_theirs_to_the_desk(world: World) -> None:
    intro, student, _ = flagged(world)
    robin = world.coordinator()

    student.rights = frozenset({Right.STUDENT, Right.COORDINATOR})
    assert world.press_id(robin, PressId("release", intro.student_token)) == a_no("not_yours")
    assert world.press_id(student, PressId("show", intro.desk_token)) == a_no("not_yours")


def test_without_a_coordinator_it_ends_by_itself_and_the_office_is_told(world: World) -> None:
    intro, _, _ = flagged(world)

    world.wait(days=30)
    world.deliver()

    assert world.state_of(intro) is S.CANCELLED
    assert [view.title for view in world.desk[2:]] == [said("desk.thawed_title")] * 2


def test_two_who_must_not_meet_again_are_never_matched_again(world: World) -> None:
    intro, student, alum = flagged(world, never=("never_again",))  # type: ignore[arg-type]
    robin = world.coordinator()
    world.do(robin, "close", intro)
    world.wait(days=200)

    assert world.asks(student).title == said("none.title")
    assert world.asks(world.student("Sam Oduya")).title == said("matches.title_1")
    assert alum.heard != []


def test_why_is_kept_for_the_office_alone(world: World) -> None:
    from bot.ports import LetterKind

    intro, student, _ = flagged(world, what="He wants me to sit a test for him")

    with world.store.read() as reading:
        letter = reading.letters.newest(LetterKind.FLAG, intro=intro.id)
    assert letter is not None
    assert (letter.text, letter.writer) == ("He wants me to sit a test for him", world.known(student).id)


def test_when_the_one_is_erased_the_other_hears_kindly_that_it_is_over(world: World) -> None:
    _, student, alum = flagged(world)
    world.forget_what_was_shown()

    world.command(student, "/mydata erase")
    world.press(student, said("mydata.erase_yes"))
    world.deliver()

    assert alum.shown == [View(said("ends.parted_title"), said("ends.parted_frozen"))]
    assert world.desk[-1].title == said("desk.parted_title")


def test_when_the_alum_leaves_the_student_hears_it_and_can_look_again(world: World) -> None:
    _, student, alum = flagged(world)
    world.forget_what_was_shown()

    world.command(alum, "/host leave")
    world.press(alum, said("host.leave_yes"))
    world.deliver()

    assert student.heard == [said("ends.parted_title")]
    assert student.last.text == said("ends.parted_frozen")
    assert [button.label for button in student.last.buttons] == [said("common.find_again")]
