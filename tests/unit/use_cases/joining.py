"""Alumni who come in for a story."""

from __future__ import annotations

from bot.domain.people import Standing
from tests.world import DISCORD, Somebody, World

PROFILE = {"title": "Brand Writer", "employer": "Hart", "topics": "brands; copy,\nwords"}


def joins(world: World, name: str = "Maya Rivers") -> Somebody:
    """Somebody without a code says yes and fills in the short form: the office is asked."""
    somebody = world.stranger(name, space=DISCORD)
    world.command(somebody, "/host join")
    world.press(somebody, "Yes, ask me now and then")
    world.submit(somebody, None, **PROFILE)
    world.deliver()
    return somebody


def standing(world: World, who: Somebody) -> Standing:
    profile = world.known(who).alum
    assert profile is not None
    return profile.standing
