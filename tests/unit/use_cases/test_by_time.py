"""What happens by itself: moves that time makes, each in a transaction of its own, and void once the intro moved."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.intro import State
from bot.use_cases import by_time, post
from tests.words import said
from tests.world import WORKER, World

S = State


@pytest.mark.parametrize(
    ("state", "days", "end"),
    [
        (S.REQUESTED, 10, S.EXPIRED),
        (S.ACCEPTED, 21, S.LAPSED),
        (S.MISSED, 14, S.CANCELLED),
        (S.UNCONFIRMED, 21, S.CLOSED),
        (S.MET, 21, S.UNTHANKED),
        (S.THANKED, 30, S.CLOSED),
        (S.FROZEN, 30, S.CANCELLED),
    ],
)
def test_time_ends_what_people_leave(world: World, state: State, days: int, end: State) -> None:
    intro = world.an_intro(state, world.student(), world.alum())
    assert world.now == intro.since

    world.wait(days=days, seconds=-1)
    world.deliver()
    assert world.state_of(intro) is state

    world.wait(seconds=1)
    world.deliver()
    assert world.state_of(intro) is end


def test_both_hear_that_a_request_was_let_go(world: World) -> None:
    student, alum = world.student(), world.alum()
    world.an_intro(S.REQUESTED, student, alum)

    world.wait(days=10)
    world.deliver()

    assert student.last.title == said("ends.expired_title", name="Maya")
    assert alum.last.title == said("ends.expired_alum_title", name="Priya")


def test_a_nudge_dies_when_the_intro_moves(world: World) -> None:
    student, alum = world.student(), world.alum()
    intro = world.an_intro(S.REQUESTED, student, alum)
    world.do(alum, "accept", intro)
    world.deliver()
    world.forget_what_was_shown()

    world.wait(days=3)
    world.deliver()

    assert (student.shown, alum.shown) == ([], [])


def test_a_move_that_was_claimed_does_nothing_once_somebody_was_faster(world: World) -> None:
    student, alum = world.student(), world.alum()
    intro = world.an_intro(S.REQUESTED, student, alum)
    world.wait(days=10)
    with world.store.begin() as uow:
        got = post.collect(uow, world.now, world.wall, worker=WORKER, lease_seconds=30, most=50)
        uow.commit()
    world.do(alum, "accept", intro)

    for task in got.tasks:
        with world.store.begin() as uow:
            by_time.run_task(uow, task, world.now, worker=WORKER)
            uow.commit()

    assert [task.message.view for task in got.tasks] == ["expire"]
    assert world.state_of(intro) is S.ACCEPTED


def test_whoever_was_stopped_past_the_end_of_its_claim_does_nothing_any_more(world_on_both: World) -> None:
    world = world_on_both
    intro = world.an_intro(S.REQUESTED, world.student(), world.alum())
    world.wait(days=10)
    tasks = []
    for worker in ("stopped", "other"):
        with world.store.begin() as uow:
            got = post.collect(uow, world.now, world.wall, worker=worker, lease_seconds=30, most=50)
            uow.commit()
        tasks += got.tasks
        world.wall += timedelta(seconds=31)
    first, second = tasks

    with world.store.begin() as uow, pytest.raises(by_time.TakenOver):
        by_time.run_task(uow, first, world.now, worker="stopped")
    assert world.state_of(intro) is S.REQUESTED
    with world.store.begin() as uow:
        by_time.run_task(uow, second, world.now, worker="other")
        uow.commit()
    assert world.state_of(intro) is S.EXPIRED


def test_a_bot_that_slept_catches_up_in_order(world: World) -> None:
    """Three weeks without a sweep: the talk was never asked about, and is closed as unknown in the end."""
    intro = world.an_intro(S.SCHEDULED, world.student(), world.alum())

    world.wait(days=30)
    world.deliver()
    assert world.state_of(intro) is S.UNCONFIRMED
    world.wait(days=21)
    world.deliver()

    assert world.state_of(intro) is S.CLOSED


def test_two_workers_never_have_the_same_line(world_on_both: World) -> None:
    world = world_on_both
    world.an_intro(S.REQUESTED, world.student(), world.alum())
    world.wait(days=3)

    claimed = []
    for worker in ("one", "two"):
        with world.store.begin() as uow:
            got = post.collect(uow, world.now, world.wall, worker=worker, lease_seconds=30, most=50)
            claimed.append(got.claimed)
            uow.commit()

    assert claimed == [1, 0]  # the head of the alum's queue


def test_a_claim_ends_with_its_lease(world: World) -> None:
    intro = world.an_intro(S.REQUESTED, world.student(), world.alum())
    world.wait(days=10)
    with world.store.begin() as uow:
        post.collect(uow, world.now, world.wall, worker="it died", lease_seconds=30, most=50)
        uow.commit()

    world.deliver()
    assert world.state_of(intro) is S.REQUESTED
    world.wall += timedelta(seconds=31)
    world.deliver()
    assert world.state_of(intro) is S.EXPIRED
