"""Tell me when someone joins: the wish is answered when somebody does who fits."""

from __future__ import annotations

from tests.unit.use_cases.test_approve import joins
from tests.words import said
from tests.world import Somebody, World


def waits(world: World, wonder: str = "I wonder what a writer does all day") -> Somebody:
    student = world.student()
    world.command(student, "/intro")
    world.submit(student, wonder=wonder, question="What surprised you?")
    world.press(student, said("none.tell_me"))
    world.deliver()
    return student


def lets_in(world: World, name: str) -> None:
    robin = world.coordinator(f"Robin {name}")
    world.command(robin, "/desk approve")
    world.press(robin, f"Approve {name}")
    world.deliver()


def test_a_student_who_waits_hears_of_the_first_who_fits_and_can_ask_at_once(world: World) -> None:
    student = waits(world)
    maya = joins(world, "Maya Rivers")
    lets_in(world, "Maya")

    assert student.last.title == said("none.joined_title")
    assert [card.title for card in student.last.cards] == ["Maya R."]

    world.press(student, "Ask Maya")
    world.submit(student)
    world.deliver()
    assert maya.last.title == said("request.card_title", name="Priya")


def test_who_was_told_is_not_told_again_unless_they_wish_it(world: World) -> None:
    student = waits(world)
    joins(world, "Maya Rivers")
    lets_in(world, "Maya")
    heard = len(student.shown)
    joins(world, "Tom Bell")
    lets_in(world, "Tom")
    assert len(student.shown) == heard

    world.press(student, said("none.tell_me"))
    joins(world, "Lea Kay")
    lets_in(world, "Lea")
    assert [card.title for card in student.last.cards] == ["Lea K."]


def test_nobody_hears_of_somebody_who_does_not_fit(world: World) -> None:
    student = waits(world, "I wonder what midwives do at night")
    joins(world, "Maya Rivers")
    lets_in(world, "Maya")

    assert student.last.title == said("none.will_tell_title")


def test_nobody_hears_of_somebody_whom_another_has_asked_meanwhile(world: World) -> None:
    world.set_rule("alum_month", "1")
    student = waits(world)
    joins(world, "Maya Rivers")
    robin = world.coordinator()
    world.command(robin, "/desk approve")
    world.press(robin, "Approve Maya")
    other = world.student("Sam Oduya")
    world.command(other, "/intro")
    world.submit(other, wonder="I wonder what a writer does all day", question="What surprised you?")
    world.requests(other, "Maya")
    world.deliver()

    assert student.last.title == said("none.will_tell_title")
