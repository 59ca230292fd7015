"""Alumni for these stories: made up one by one, or those of the sample roster."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from adapters.roster_file import read_roster
from bot.domain.matches import Match
from bot.domain.people import AlumProfile, Person, PersonId, Standing
from bot.domain.roster import RosterRow, read_row
from bot.matching.choosing import choose
from bot.matching.index import Index
from bot.matching.ranking import Wish, rank
from bot.use_cases.import_alumni import known

SAMPLE = Path(__file__).resolve().parents[3] / "adapters" / "sandbox" / "roster.csv"


def an_alum(number: int, title: str = "", name: str = "", **facts: Any) -> Person:
    """Somebody with just these facts."""
    profile = AlumProfile(Standing.APPROVED, title=title, **facts)
    return Person(PersonId(number), f"who{number}", given_name=name or f"P{number}", alum=profile)


@cache
def sample() -> dict[PersonId, Person]:
    """The sample roster as alumni, by id."""
    people: dict[PersonId, Person] = {}
    for number, (_line, cells) in enumerate(read_roster(SAMPLE).rows, start=1):
        assert isinstance(cells, dict)
        row = read_row(cells, known(2026))
        assert isinstance(row, RosterRow)
        facts = {name: getattr(row, name) for name in ("employer", "industry", "past_titles", "topics", "degree")}
        people[PersonId(number)] = an_alum(number, row.title, row.given_name, grad_year=row.grad_year, **facts)
    return people


@cache
def sample_index() -> Index:
    """The index of the sample roster."""
    return Index.build(list(sample().values()))


def ranked(wish: Wish, seed: int = 1) -> tuple[Match, ...]:
    """Everybody of the sample who answers a wish."""
    return rank(wish, sample_index(), frozenset(sample()), seed)


def three(wish: Wish, seed: int = 1) -> list[str]:
    """The first names of the three who are offered."""
    chosen = choose(wish, sample_index(), frozenset(sample()), {}, seed)
    return [sample()[match.alum].given_name for match in chosen]
