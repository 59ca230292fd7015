"""What an alum typed that can not be, and what must not change with it."""

from __future__ import annotations

import pytest

from bot.domain.people import Standing
from bot.views.elements import Fix, PressId
from tests.unit.use_cases.joining import standing
from tests.words import a_no, said
from tests.world import World


@pytest.mark.parametrize(
    ("verb", "field", "typed", "error"),
    [
        ("host_profile", "title", "  ", "title_empty"),
        ("add_more", "room", "http://room.example", "link_unreadable"),
        ("add_more", "room", "javascript:alert(1)", "link_unreadable"),
        ("add_more", "room", "https://room.example/a b", "link_unreadable"),
        ("add_more", "studied", "BA History, 1895", "year_unreadable"),
        ("add_more", "studied", "BA History, 2096", "year_unreadable"),
    ],
)
def test_what_can_not_be_is_mended(world: World, verb: str, field: str, typed: str, error: str) -> None:
    maya = world.alum()
    world.press_id(maya, PressId(verb))

    shown = world.submit(maya, None, **{field: typed})

    assert isinstance(shown, Fix)
    assert shown.errors == {field: said(f"mend.{error}")}


def test_digits_that_are_none_are_no_year(world: World) -> None:
    maya = world.alum(grad_year=None)
    world.press_id(maya, PressId("add_more"))

    world.submit(maya, studied="BA History ²⁰¹⁵")

    profile = world.known(maya).alum
    assert profile is not None
    assert profile.grad_year is None


def test_a_profile_is_changed_without_asking_the_office_again(world: World) -> None:
    maya = world.alum()
    world.command(maya, "/host profile")
    world.submit(maya, title="Press Officer", month="1")
    world.deliver()

    assert maya.last.text.split("\n\n")[0] == said("common.saved")
    assert (standing(world, maya), world.desk) == (Standing.APPROVED, [])
    profile = world.known(maya).alum
    assert profile is not None
    assert (profile.title, profile.employer, profile.pace.month) == ("Press Officer", "Riverside Aid", 1)


def test_whoever_is_no_alum_has_no_profile(world: World) -> None:
    student, gone = world.student(), world.alum()
    world.press_id(gone, PressId("leave_yes"))

    for somebody in (student, gone):
        assert world.command(somebody, "/host profile") == a_no("not_an_alum")
        assert world.press_id(somebody, PressId("add_more")) == a_no("not_an_alum")
