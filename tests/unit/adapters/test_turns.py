from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from adapters.turns import CALENDAR, GATEWAY, Kept, Turns


@dataclass
class Rows:
    """The lease rows: `held` is what this process gets."""

    held: frozenset[str] = frozenset()
    broken: bool = False
    given_up: list[str] = field(default_factory=list)

    async def keep_turns(self, names: Sequence[str], seconds: float) -> Kept:
        if self.broken:
            raise OSError("no database")
        return Kept(self.held & frozenset(names), 2, {"slack": 3.0})

    async def give_up_turns(self, names: Sequence[str]) -> None:
        self.given_up += names


@dataclass
class Player:
    now: float = 0.0
    told: list[str] = field(default_factory=list)

    async def gained(self) -> None:
        self.told.append("gained")

    async def lost(self) -> None:
        self.told.append("lost")


@pytest.fixture
def rows() -> Rows:
    return Rows()


@pytest.fixture
def player() -> Player:
    return Player()


@pytest.fixture
def turns(rows: Rows, player: Player) -> Turns:
    made = Turns(rows, seconds=10.0, monotonic=lambda: player.now)
    made.on(GATEWAY, player.gained, player.lost)
    return made


async def test_a_turn_begins_once_and_is_over_when_somebody_else_has_it(rows, player, turns):
    await turns.beat()
    rows.held = frozenset({GATEWAY, CALENDAR})
    await turns.beat()
    await turns.beat()
    rows.held = frozenset()
    await turns.beat()

    assert player.told == ["gained", "lost"]


async def test_a_database_that_is_away_for_a_moment_ends_no_turn(rows, player, turns):
    rows.held = frozenset({GATEWAY})
    await turns.beat()
    rows.broken, player.now = True, 9.0
    await turns.beat()

    assert (player.told, turns.held) == (["gained"], {GATEWAY})


async def test_who_was_stopped_past_the_lease_lets_go_before_it_asks_again(rows, player, turns):
    rows.held = frozenset({GATEWAY})
    await turns.beat()
    player.now = 11.0
    await turns.beat()

    assert player.told == ["gained", "lost", "gained"]


async def test_all_that_is_known_of_the_others_is_handed_on(rows, turns):
    heard: list[Kept] = []
    turns.on_kept = heard.append

    await turns.beat()

    assert heard == [Kept(frozenset(), 2, {"slack": 3.0})]


async def test_turns_are_given_up_at_the_end(rows, turns):
    turns.start()
    await turns.give_up()

    assert rows.given_up == [GATEWAY]
