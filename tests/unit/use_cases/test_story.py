"""The whole story, from the first question to the thanks that arrived."""

from __future__ import annotations

from bot.domain.intro import State
from tests.world import World


def test_a_student_asks_and_an_alum_is_thanked(world: World) -> None:
    student, alum = world.student(), world.alum()

    matches = world.asks(student)
    assert [card.title for card in matches.cards] == ["Maya R."]
    intro = world.requests(student, "Maya")
    assert intro.state is State.REQUESTED
    assert "Priya" in alum.last.title
    intro = world.an_intro_from(intro, State.THANKED, student, alum)
    world.press(alum, "Received")
    world.deliver()

    assert world.state_of(intro) is State.CLOSED
    assert student.last.title == "Your thanks reached Maya"
