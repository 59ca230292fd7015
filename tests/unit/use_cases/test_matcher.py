"""The matching index as it is refreshed: by what changed, and as if it had been built anew."""

from __future__ import annotations

import pytest

from bot.matching.index import Index
from bot.use_cases.matcher import FEW, Matcher
from tests.world import World


def refreshed(world: World, matcher: Matcher) -> Index:
    """Refreshed, and nothing in it is another than in an index that knows of no before."""
    with world.store.read() as reading:
        matcher.refresh(reading)
        anew = Index.build(reading.people.alumni(standing="approved"))
    assert (matcher.index.entries, matcher.index.marks) == (anew.entries, anew.marks)
    assert matcher.index.snapshot == anew.snapshot
    return matcher.index


@pytest.mark.parametrize("many", [3, FEW + 5])
def test_whoever_joins_changes_or_leaves_is_taken_in(world: World, many: int) -> None:
    matcher = Matcher()
    maya, *_ = world.alumni(*(f"Maya{number} Rivers" for number in range(many)))
    first = refreshed(world, matcher).entries.keys()

    world.command(maya, "/host pause")
    world.submit(maya, until="2026-03-20")
    tom = world.known(world.alum("Tom Baker")).id
    assert refreshed(world, matcher).entries.keys() == first | {tom}

    left = world.known(maya).id
    world.command(maya, "/mydata erase")
    world.press(maya, "Yes, erase me")
    assert refreshed(world, matcher).entries.keys() == (first | {tom}) - {left}


def test_where_nothing_changed_the_index_stays_the_same(world: World) -> None:
    matcher = Matcher()
    world.alumni("Maya Rivers", "Tom Baker")

    assert refreshed(world, matcher) is refreshed(world, matcher)
