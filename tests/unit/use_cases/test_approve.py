"""The office lets in whoever came without a code: one by one, or all that it has just looked at."""

from __future__ import annotations

from bot.domain.people import Standing
from bot.views.elements import PressId
from tests.words import a_no, said
from tests.world import DISCORD, Somebody, World


def joins(world: World, name: str) -> Somebody:
    somebody = world.stranger(name, space=DISCORD)
    world.command(somebody, "/host join", channel="general")
    world.press(somebody, "Yes, ask me now and then")
    world.submit(somebody, title="Writer")
    world.deliver()
    return somebody


def standing(world: World, who: Somebody) -> Standing:
    alum = world.known(who).alum
    assert alum is not None
    return alum.standing


def test_all_that_were_looked_at_come_in_with_one_press_and_nobody_else(world: World) -> None:
    robin = world.coordinator()
    early = [joins(world, name) for name in ("Maya Rivers", "Tom Bell", "Lea Kay")]
    world.command(robin, "/desk approve")
    world.wait(minutes=1)
    late = joins(world, "Ivy Late")
    world.press(robin, said("desk.approve_all", count=3))
    world.deliver()

    assert [standing(world, who) for who in early] == [Standing.APPROVED] * 3
    assert standing(world, late) is Standing.WAITING
    assert [who.last.title for who in early] == [said("host.welcome_title")] * 3
    assert robin.last.text == said("desk.approved_all", count=3)
    assert [card.title for card in robin.last.cards] == ["Ivy L."]


def test_a_second_press_by_another_finds_nobody(world: World) -> None:
    robin, kit = world.coordinator(), world.coordinator("Kit Lane")
    for name in ("Maya Rivers", "Tom Bell"):
        joins(world, name)
    for who in (robin, kit):
        world.command(who, "/desk approve")
    world.press(robin, "Approve all")

    assert world.press(kit, "Approve all") == a_no("all_decided")


def test_ten_are_shown_and_ten_are_let_in(world: World) -> None:
    robin = world.coordinator()
    for n in range(12):
        world.wait(seconds=1)
        joins(world, f"Ann Number{n}")
    world.command(robin, "/desk approve")
    assert robin.last.title == said("desk.waiting_title", count=12)
    assert said("desk.waiting_more", count=2) in robin.last.text
    world.press(robin, said("desk.approve_all", count=10))

    assert len(robin.last.cards) == 2


def test_only_the_office_may_and_only_with_a_moment_that_there_is(world: World) -> None:
    joins(world, "Maya Rivers")

    assert world.press_id(world.student(), PressId("approve_all", arg="1")) == a_no("desk_only")
    for arg in ("", "soon", "9" * 40):
        assert world.press_id(world.coordinator(), PressId("approve_all", arg=arg)) == a_no("not_yours")


def test_one_alone_has_a_button_of_their_own(world: World) -> None:
    joins(world, "Maya Rivers")
    robin = world.coordinator()
    world.command(robin, "/desk approve")

    assert robin.last.buttons == ()


def test_who_was_turned_away_by_mistake_comes_in_after_all(world: World) -> None:
    maya, robin = joins(world, "Maya Rivers"), world.coordinator()
    world.press_id(robin, world.desk[0].buttons[1].press)
    assert standing(world, maya) is Standing.TURNED_AWAY
    world.press(robin, "Let Maya in after all")
    world.deliver()

    assert (standing(world, maya), maya.last.title) == (Standing.APPROVED, said("host.welcome_title"))
    assert world.press(robin, "Let Maya in after all") == a_no("decided_already", name="Maya")
