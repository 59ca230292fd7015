"""An alum leaves when they like, and what they agreed ends kindly."""

from __future__ import annotations

from bot.domain.intro import State
from bot.domain.people import ConsentTo
from bot.views.elements import PressId
from tests.words import a_no, said
from tests.world import World

S = State


def test_leaving_moves_the_waiting_on_and_ends_what_was_agreed(world: World) -> None:
    maya, priya, sam = world.alum(), world.student(), world.student("Sam Oduya")
    agreed = world.an_intro(S.SCHEDULED, priya, maya)
    waiting = world.an_intro(S.REQUESTED, sam, maya)

    world.command(maya, "/host leave")
    assert (maya.last.title, world.state_of(waiting)) == (said("host.leave_title"), S.REQUESTED)
    world.press(maya, "Yes, leave")
    world.deliver()

    assert (world.state_of(agreed), world.state_of(waiting)) == (S.CANCELLED, S.DECLINED)
    assert said("cancel.told_title", name="Maya") in priya.heard
    assert sam.last.title == said("decline.told_title", name="Maya")
    with world.store.read() as reading:
        given = reading.people.consent(world.known(maya).id, ConsentTo.BE_ASKED)
    assert given is not None
    assert not given.given


def test_an_alum_who_leaves_stays_a_student(world: World) -> None:
    maya, tom = world.alum(), world.alum("Tom Bell")
    world.change_alum(tom, title="Nurse", employer="City Hospital", topics=("nursing",))
    maya.rights = world.student().rights
    world.command(maya, "/intro")
    world.submit(maya, wonder="I wonder about nursing in a hospital", question="What surprised you most there?")
    intro = world.requests(maya, "Tom")

    world.press_id(maya, PressId("leave_yes"))

    assert world.state_of(intro) is S.REQUESTED
    assert world.known(tom).alum is not None


def test_whoever_never_joined_has_nothing_to_leave(world: World) -> None:
    student = world.student()

    assert world.command(student, "/host leave") == a_no("not_an_alum")
    assert world.press_id(student, PressId("leave_yes")) == a_no("not_an_alum")
