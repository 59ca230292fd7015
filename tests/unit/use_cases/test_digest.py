"""The digest: several things in one message a day, drawn as they stand when it goes out."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.domain.intro import Intro, State
from bot.domain.messages import Status
from bot.domain.people import Pace
from bot.views.elements import View
from storage import tables
from tests.words import said
from tests.world import Somebody, World

S = State


def two_requests(world: World) -> tuple[list[Intro], Somebody]:
    """A Monday; Priya asked in the morning, Sam an hour later."""
    alum = world.alum(pace=Pace(5, 5))
    intros = [world.an_intro(S.REQUESTED, world.student("Priya Sharma"), alum)]
    world.wait(hours=1)
    intros.append(world.an_intro(S.REQUESTED, world.student("Sam Oduya"), alum))
    world.forget_what_was_shown()
    return intros, alum


def kept(world: World, view: str) -> list[tuple[Status, str]]:
    return [(row.status, row.reason) for row in world.rows(tables.message) if row.view == view]


def test_an_alum_with_several_requests_gets_one_message_with_a_line_for_each(world: World) -> None:
    _, alum = two_requests(world)

    world.wait(days=3)
    world.deliver()

    assert alum.heard == [said("digest.title", count=2)]
    assert [card.title for card in alum.last.cards] == ["Priya", "Sam"]
    assert [[button.label for button in card.buttons] for card in alum.last.cards] == [
        [said("digest.yes", name=name), said("digest.no", name=name), said("mine.open", name=name)]
        for name in ("Priya", "Sam")
    ]
    assert [button.label for button in alum.last.buttons] == [
        said("digest.away"), said("quiet.snooze_all", count=3), said("quiet.button"), said("quiet.stop_all"),
    ]  # fmt: skip
    assert kept(world, "nudge_request")[::2] == [(Status.VOID, "several"), (Status.VOID, "digest")]
    assert [(row.what, row.detail) for row in world.rows(tables.step) if row.what == "nudge_folded"] == [
        ("nudge_folded", "several"), ("nudge_folded", "digest"),
    ]  # fmt: skip


def test_what_comes_due_later_that_day_was_told_already(world: World) -> None:
    _, alum = two_requests(world)

    world.wait(days=2, hours=23)  # Priya's is due
    world.deliver()
    assert alum.heard == [said("digest.title", count=2)]
    world.wait(hours=1)  # Sam's
    world.deliver()

    assert len(alum.heard) == 1
    assert kept(world, "digest") == [(Status.SENT, "")]


def test_it_counts_as_one_of_the_week(world: World) -> None:
    world.set_rule("nudges_a_week", "1")
    _, alum = two_requests(world)

    for _ in range(9):
        world.wait(days=1)
        world.deliver()

    assert alum.heard == [said("digest.title", count=2)]


def test_each_is_answered_with_one_press(world: World) -> None:
    intros, alum = two_requests(world)
    world.wait(days=3)
    world.deliver()

    world.press(alum, said("digest.yes", name="Priya"))
    world.press(alum, said("digest.no", name="Sam"))

    assert [world.state_of(intro) for intro in intros] == [S.ACCEPTED, S.DECLINED]


def test_i_m_away_until_moves_them_all_on(world: World) -> None:
    intros, alum = two_requests(world)
    world.wait(days=3)
    world.deliver()

    world.press(alum, said("digest.away"))
    world.submit(alum, until="2026-04-01")
    world.deliver()

    assert [world.state_of(intro) for intro in intros] == [S.DECLINED, S.DECLINED]
    assert alum.last.text.split("\n\n")[-1] == said("away.moved", count=2)


def test_all_of_it_can_wait_three_days(world: World) -> None:
    _, alum = two_requests(world)
    world.wait(days=3)
    world.deliver()
    world.press(alum, said("quiet.snooze_all", count=3))
    world.forget_what_was_shown()

    for _ in range(3):
        world.wait(days=1)
        world.deliver()
    assert alum.heard == []
    world.wait(days=1)
    world.deliver()

    assert alum.heard == [said("digest.title", count=2)]


def test_what_somebody_asked_to_leave_in_peace_is_not_in_it(world: World) -> None:
    intros, alum = two_requests(world)
    world.an_intro(S.REQUESTED, world.student("Ben Okri"), alum)
    world.do(alum, "stop", intros[0])
    world.forget_what_was_shown()

    world.wait(days=3)
    world.deliver()

    assert alum.heard == [said("digest.title", count=2)]
    assert [card.title for card in alum.last.cards] == ["Sam", "Ben"]


def test_of_two_requests_of_which_one_is_left_in_peace_the_other_is_a_nudge_as_ever(world: World) -> None:
    intros, alum = two_requests(world)
    world.do(alum, "stop", intros[0])
    world.forget_what_was_shown()

    world.wait(days=3)
    world.deliver()

    assert alum.heard == [said("nudges.request_title", name="Sam")]


def test_what_was_answered_meanwhile_is_not_in_it(world: World) -> None:
    """Folded in the evening, held until the morning: by then one is left, and it is told all the same."""
    intros, alum = two_requests(world)
    world.command(alum, "/mydata quiet")
    world.submit(alum, how="digest")
    world.wait(days=3, hours=10)
    world.deliver()
    world.do(alum, "decline", intros[0])
    world.forget_what_was_shown()

    world.wait(hours=12)
    world.deliver()

    assert alum.heard == [said("digest.title", count=1)]
    assert [card.title for card in alum.last.cards] == ["Sam"]


def test_a_student_may_wish_for_it_too(world: World) -> None:
    student, alum = world.student(), world.alum()
    intro = world.an_intro(S.MET, student, alum)
    world.command(student, "/mydata quiet")
    world.submit(student, how="digest")
    world.forget_what_was_shown()

    world.now = world.wall = (world.fresh(intro).since + timedelta(days=2)).replace(hour=10)
    world.deliver()

    assert student.heard == [said("digest.title", count=1)]
    [card] = student.last.cards
    assert [button.label for button in card.buttons] == [
        said("thanks.button", name="Maya"), said("mine.open", name="Maya"),
    ]  # fmt: skip


def test_a_talk_that_is_near_says_what_is_to_be_got_ready(world: World) -> None:
    student, alum = world.student(), world.alum()
    intro = world.fresh(world.an_intro(S.SCHEDULED, student, alum))
    assert intro.starts_at is not None
    world.command(student, "/mydata quiet")
    world.submit(student, how="digest")
    world.forget_what_was_shown()

    world.now = world.wall = (intro.starts_at - timedelta(days=1)).replace(hour=10)
    world.deliver()

    [digest] = [view for view in student.shown if view.cards]
    assert (digest.title, digest.text) == (said("digest.title", count=1), said("digest.lead", count=1))
    assert digest.cards[0].text.endswith(f" {said('digest.near')}")


def test_more_than_five_are_behind_it(world: World) -> None:
    alum = world.alum(pace=Pace(10, 5))
    world.set_rule("alum_at_once", "5")
    with world.store.begin() as uow:
        person = world.known(alum)
        assert person.alum is not None
        uow.people.save_alum(person.id, replace(person.alum, pace=Pace(10, 10)))
        uow.commit()
    world.matcher.changed()
    for number in range(6):
        world.an_intro(S.REQUESTED, world.student(f"Sam{number} Oduya"), alum)
    world.forget_what_was_shown()

    world.wait(days=3)
    world.deliver()

    assert alum.heard == [said("digest.title", count=6)]
    assert isinstance(alum.last, View)
    assert (len(alum.last.cards), alum.last.text) == (
        5,
        f"{said('digest.lead', count=6)} {said('digest.more', count=1)}",
    )
