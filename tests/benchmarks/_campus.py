"""A made-up campus for measuring: whom there is to ask, what students ask, and whom a counsellor would have named.

Its tables stand in `_campus.toml`. Whoever works in a line of work answers an ask for it (grade 3); who works in one
that a counsellor would name as well, or did it before, is worth a talk too (1). The graded truth comes from the tables
and never from the matcher. The words of an ask are mostly not those of the titles that answer it.

What students wonder about follows what people do for a living, but unevenly: some lines are on everybody's lips this
year, and some on nobody's.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from bot.domain.people import AlumProfile, Pace, Person, PersonId, Standing

TABLES = Path(__file__).with_name("_campus.toml")
SAME, NEAR = 3, 1
CHANGED = 0.35
"""How many came from another line of work."""
FASHION = 0.5
"""How far demand for a line strays from its share of the alumni (sigma of its logarithm)."""
UNSURE, CHANGING = 0.08, 0.12


@dataclass(frozen=True)
class Alum:
    """One alum: what the bot knows, the line of work as the tables know it, and how they take to being asked."""

    person: Person
    work: str
    before: str
    says_yes: float
    """How likely, when asked."""
    silent: float
    """How likely they never answer."""
    reply_days: float


@dataclass(frozen=True)
class Wondering:
    """One student's ask on a day of the term, and the graded truth (by alum; who is missing has 0)."""

    student: int
    day: int
    text: str
    degree: str
    unsure: bool
    work: str
    grades: dict[PersonId, int] = field(default_factory=dict)


@cache
def tables() -> dict[str, Any]:
    """The tables as they are written."""
    return tomllib.loads(TABLES.read_text(encoding="utf-8"))


def alumni(seed: int, count: int = 300) -> list[Alum]:
    """A believable roster."""
    chance, works = Random(f"alumni {seed}"), tables()["work"]
    lines = chance.choices(list(works), [work["many"] for work in works.values()], k=count)
    return [_alum(chance, number, line) for number, line in enumerate(lines, start=1)]


def _alum(chance: Random, number: int, line: str) -> Alum:
    told, work = tables(), tables()["work"][line]
    before = chance.choice(work["came"]) if work["came"] and chance.random() < CHANGED else ""
    past = [chance.choice(told["work"][before]["titles"])] if before else []
    if chance.random() < 0.4:
        past.append(f"Junior {chance.choice(work['titles'])}")
    profile = AlumProfile(
        Standing.APPROVED,
        title=chance.choice(work["titles"]),
        employer=chance.choice(told["employers"]),
        past_titles=tuple(past),
        topics=tuple(chance.sample(work["topics"], k=min(2, len(work["topics"])))) if chance.random() < 0.7 else (),
        degree=chance.choice((told["work"][before] if before else work)["degrees"]),
        grad_year=chance.randint(1995, 2025),
        pace=Pace(month=chance.choice((1, 2, 2, 2, 3, 4)), at_once=2),
    )
    person = Person(
        PersonId(number), f"who{number}", chance.choice(told["given"]), chance.choice(told["family"]),
        chance.choice(told["zones"]), alum=profile,
    )  # fmt: skip
    return Alum(
        person, line, before, says_yes=chance.betavariate(6, 3), silent=chance.choice((0.05, 0.1, 0.2, 0.5)),
        reply_days=chance.choice((0.5, 1, 1, 2, 3, 5)),
    )  # fmt: skip


def wonderings(seed: int, roster: list[Alum], count: int, days: int) -> list[Wondering]:
    """What students ask in a term, in the order of the days."""
    chance, works = Random(f"asks {seed}"), tables()["work"]
    lines = list(works)
    weights = [work["many"] * chance.lognormvariate(0, FASHION) for work in works.values()]
    asked = [_wondering(chance, student, days, lines, weights, roster) for student in range(count)]
    return sorted(asked, key=lambda one: (one.day, one.student))


def _wondering(
    chance: Random, student: int, days: int, lines: list[str], weights: list[float], roster: list[Alum]
) -> Wondering:
    told = tables()
    works = told["work"]
    day, line = chance.randrange(days), chance.choices(lines, weights)[0]
    degree = chance.choice(works[chance.choice(lines)]["degrees"])
    luck, before = chance.random(), chance.choice(works[line]["came"] or [""])
    if luck < UNSURE:
        text = chance.choice(told["unsure"]).format(degree=degree)
        grades = {one.person.id: SAME for one in roster if one.person.alum and one.person.alum.degree == degree}
        return Wondering(student, day, text, degree, True, "", grades)
    goal = chance.choice(works[line]["asks"])
    if before and luck < UNSURE + CHANGING:
        text = chance.choice(told["changing"]).format(goal, before=works[before]["asks"][0])
    else:
        text = chance.choice(told["wondering"]).format(goal, degree=degree)
    return Wondering(student, day, text, degree, False, line, _grades(line, roster))


def _grades(line: str, roster: list[Alum]) -> dict[PersonId, int]:
    near = tables()["work"][line]["near"]
    grades: dict[PersonId, int] = {}
    for one in roster:
        if one.work == line:
            grades[one.person.id] = SAME
        elif one.work in near or one.before == line:
            grades[one.person.id] = NEAR
    return grades
