"""What joining costs: with a code at most four taps and one form of one page (PRACTICE: four taps, 90 seconds)."""

from __future__ import annotations

import pytest

from bot.domain.people import Standing
from bot.views.elements import Form, PressId, Text
from tests.invited import a_code
from tests.world import DISCORD, SLACK, Somebody, World

TAPS_WITH_A_CODE = 4
ITEMS_IN_THE_FORM = 5


class Taps:
    """Counts what a person does; typing where the form holds it already costs nothing."""

    def __init__(self, world: World, who: Somebody) -> None:
        self.world, self.who, self.count = world, who, 0

    def command(self, text: str) -> None:
        self.count += 1
        self.world.command(self.who, text, channel="general")

    def press(self, label: str) -> None:
        self.count += 1
        self.world.press(self.who, label)

    def send(self, **typed: str) -> None:
        self.count += 1
        self.world.submit(self.who, None, **typed)


@pytest.mark.parametrize("space", [SLACK, DISCORD], ids=["slack", "discord"])
def test_joining_with_a_code_takes_three_taps(world: World, space: object) -> None:
    code = a_code(world)
    maya = Taps(world, world.stranger("mayar", space=SLACK if space is SLACK else DISCORD))
    maya.command(f"/host join {code}")
    maya.press("Yes, ask me now and then")
    form = maya.who.form
    maya.send()

    alum = world.known(maya.who).alum
    assert alum is not None
    assert alum.standing is Standing.APPROVED
    assert maya.count <= TAPS_WITH_A_CODE
    assert form is not None
    assert len(form.pages) == 1


def test_the_short_form_is_one_page_of_at_most_five_for_everybody(world: World) -> None:
    for who in (world.stranger("", space=DISCORD), world.stranger("Kim Lowe", space=SLACK), world.alum()):
        for verb in ("join", "host_profile"):
            form = world.press_id(who, PressId(verb))
            if isinstance(form, Form):
                assert [len(page.items) for page in form.pages] <= [ITEMS_IN_THE_FORM]
                assert not any(isinstance(item, Text) for page in form.pages for item in page.items)


def test_the_rest_is_three_pages_that_fit_a_discord_form(world: World) -> None:
    form = world.press_id(world.alum(), PressId("add_more"))

    assert isinstance(form, Form)
    assert [len(page.items) for page in form.pages] == [5, 5, 1]
