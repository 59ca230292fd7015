"""A coordinator asks who would be offered, and why not somebody else."""

from __future__ import annotations

from bot.domain.people import Pace
from bot.views.elements import Fix
from tests.words import a_no, said
from tests.world import World

WONDER = "communications at a charity"


def test_the_office_sees_who_would_be_offered_and_who_is_kept_back(world: World) -> None:
    robin = world.coordinator()
    _maya, away, _full = world.alumni("Maya Rivers", "Tom Bell", "Lea Kern", pace=Pace(1, 1))
    student = world.student()
    world.command(student, "/intro")
    world.submit(student, wonder=WONDER, question="What surprised you?")
    world.requests(student, "Lea")
    world.command(away, "/host pause")
    world.submit(away)

    world.command(robin, "/desk why")
    world.submit(robin, wonder=WONDER)
    world.deliver()

    cards = {card.title: card.text.split("\n")[-1] for card in robin.last.cards}
    assert robin.last.title == said("why.found_title")
    assert cards == {
        "Maya R.": " ".join((said("reasons.title"), said("reasons.topic", topic="communications"))),
        "Tom B.": said("why_not.paused"),
        "Lea K.": said("why_not.full"),
    }


def test_a_question_that_finds_nobody_is_told_so(world: World) -> None:
    robin = world.coordinator()

    world.command(robin, "/desk why")
    world.submit(robin, wonder="deep-sea welding")
    world.deliver()

    assert (robin.last.text, robin.last.cards) == (
        f"{said('why.asked', wonder='deep-sea welding')}\n\n{said('why.found', count=0)}",
        (),
    )


def test_an_empty_question_comes_back_to_be_filled_in(world: World) -> None:
    robin = world.coordinator()

    world.command(robin, "/desk why")

    assert isinstance(world.submit(robin, wonder=" "), Fix)


def test_a_student_learns_nothing_of_it(world: World) -> None:
    student = world.student()

    shown = world.command(student, "/desk why")

    assert shown == a_no("desk_only")
