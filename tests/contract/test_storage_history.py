"""Looking back: what was planned, and how it ended, on each kind of database."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.intro import State
from bot.domain.messages import Kind, Status, Unclear
from tests.world import World


def test_every_line_is_told_with_how_it_ended(world_on_both: World) -> None:
    world = world_on_both
    student, alum = world.student(), world.alum()
    world.asks(student)
    world.platform_says(alum, Unclear("timeout"))
    intro = world.requests(student, "Maya")
    asked_at = world.now

    with world.store.read() as reading:
        lines = reading.history.lines()

    card, nudge = (next(one for one in lines if one.view == view) for view in ("request", "nudge_request"))
    assert (card.kind, card.to, card.intro, card.status, card.reason) == (
        Kind.NEWS, world.known(alum).id, intro.id, Status.WAITING, "timeout",
    )  # fmt: skip
    assert (card.attempt, card.repeat, card.tried_at) == (1, True, asked_at)
    assert (nudge.status, nudge.due) == (Status.WAITING, asked_at + timedelta(days=3))
    assert (nudge.attempt, nudge.tried_at) == (0, None)
    assert len({one.token for one in lines}) == len(lines)


def test_every_step_is_told_in_order(world_on_both: World) -> None:
    world = world_on_both
    student, alum = world.student(), world.alum()
    intro = world.an_intro(State.CLOSED, student, alum)

    with world.store.read() as reading:
        steps = reading.history.steps()

    assert [step.what for step in steps] == world.steps()
    with world.store.read() as reading:
        assert [step for step in steps if step.intro == intro.id] == reading.steps.of_intro(intro.id)
    assert sorted(step.at for step in steps) == [step.at for step in steps]
