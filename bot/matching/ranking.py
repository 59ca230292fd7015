"""Ranking: which alumni answer a wish, best first.

A score is relevance (`relevance.py`: occupation, words, meaning) and what else can be told as a reason: whether they
work in the field, whether their employer was named, whether they made the very change, whether they hold the degree.

Scores are rounded to steps and ties broken by the seed, so that people who are as good take turns; the order of the
roster never matters. A wish that names nothing is answered from the degree, or from what the student comes from, or
with whoever is glad to be asked.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from bot.domain.matches import Match, Reason
from bot.domain.people import AlumProfile, Person, PersonId, Standing
from bot.matching import reading
from bot.matching.index import Entry, Index, at_employer, at_field, entry_of, was_in, with_degree
from bot.matching.model import shipped
from bot.matching.reading import Hope
from bot.matching.reasons import made_the_change, reasons
from bot.matching.relevance import Aim, aim, relevance, understood
from bot.matching.snapshot import Snapshot

FIELD = 0.35
"""Works in the field, beside 1.0 for speaking to every word."""
EMPLOYER = 1.0
CHANGE = 0.5
DEGREE = 0.15
ENOUGH = 0.25
"""Below this nobody is offered: one word in four, or no more than half a field."""
OF_THE_BEST = 0.45
"""And nobody who is far behind the best. Only what was hoped for counts here, not the change made or the degree."""
STEP = 0.05
FAINT = 0.05
"""Less relevant than this, and nothing else makes a match of it."""
LOOKED_AT = 300
"""So many of the most relevant are looked at closely."""
MOST = 200
"""Nobody leafs further."""


@dataclass(frozen=True)
class Wish:
    """What one student wonders, with the degree they told us; `unsure` when they said so in the form."""

    text: str
    degree: str = ""
    language: str = "en"
    unsure: bool = False


@dataclass(frozen=True)
class Ranked:
    """Everybody who is good enough, best first and with no reasons yet: of two hundred who are ranked three are told
    of."""

    matches: tuple[Match, ...]
    told: Hope
    """The wish in words that somebody's profile knows."""
    near: bool
    index: Index

    def with_reasons(self, matches: Iterable[Match]) -> tuple[Match, ...]:
        """Some of these, each with why."""
        entries = self.index.entries
        return tuple(
            replace(match, reasons=_why(self.told, entries[match.alum], lambda: self.near)) for match in matches
        )


def rank(wish: Wish, index: Index, allowed: AbstractSet[PersonId], seed: int) -> tuple[Match, ...]:
    """Everybody allowed who is good enough, best first, each with reasons. The same seed gives the same order."""
    found = ranked(wish, index, allowed, seed)
    return found.with_reasons(found.matches)


def ranked(wish: Wish, index: Index, allowed: AbstractSet[PersonId], seed: int) -> Ranked:
    """The same, for whoever chooses among them before reasons are given."""
    hope = reading.read(wish.text, wish.degree, wish.language, wish.unsure)
    meant = understood(hope, index.snapshot)
    scores = _by_interest(hope, aim(hope, meant, index.snapshot.model), index, allowed)
    near = bool(scores)
    if not scores and (hope.is_open or hope.unsure):
        scores = _by_origin(hope, index, allowed)
    steps = {alum: round(score / STEP) for alum, score in scores.items()}
    first = sorted(steps, key=lambda alum: (-steps[alum], _turn(seed, alum), alum))[:MOST]
    told = replace(hope, goal=tuple(known for near in meant.values() for known, _ in near) or hope.goal)
    return Ranked(tuple(Match(alum, steps[alum] * STEP) for alum in first), told, near, index)


def explain(wish: Wish, *alumni: Person) -> tuple[tuple[Reason, ...], ...]:
    """Why each of these, ranked or not: what is true of them for this wish."""
    hope = reading.read(wish.text, wish.degree, wish.language, wish.unsure)
    aims: dict[str, Aim] = {}
    return tuple(_explained(hope, alum, alum.alum, aims) if alum.alum else () for alum in alumni)


def _explained(hope: Hope, alum: Person, profile: AlumProfile, aims: dict[str, Aim]) -> tuple[Reason, ...]:
    """`aims` are those of this hope so far: it is aimed anew only for somebody to whom its words mean another thing."""
    entry, alone = _alone(alum.id, _of_matter(profile))

    def near() -> bool:
        meant = understood(hope, alone)
        aimed = aims.get(str(meant)) or aim(hope, meant, alone.model)
        aims[str(meant)] = aimed
        return bool(hope.goal) and float(relevance(aimed, alone)[0]) >= ENOUGH

    return _why(hope, entry, near)


def _of_matter(profile: AlumProfile) -> AlumProfile:
    """What matching reads of a profile, without links and whatever else changes often or is nobody's business here."""
    return AlumProfile(
        Standing.APPROVED, title=profile.title, employer=profile.employer, industry=profile.industry,
        field=profile.field, past_titles=profile.past_titles, topics=profile.topics, degree=profile.degree,
        grad_year=profile.grad_year, pace=profile.pace, hides=profile.hides,
    )  # fmt: skip


@lru_cache(maxsize=1024)
def _alone(alum: PersonId, profile: AlumProfile) -> tuple[Entry, Snapshot]:
    """What can be told of one alum. The same few hundred are explained all the time, and reading a profile takes
    longer than all the rest."""
    entry = entry_of(alum, profile)
    return entry, Snapshot.build(shipped(), {alum: entry.said})


def _why(hope: Hope, entry: Entry, near: Callable[[], bool]) -> tuple[Reason, ...]:
    """What can be told of somebody; of one who shares neither word nor field with a wish and was found by what their
    work is (`near`, which takes longer to find out than all the rest), just that."""
    told = reasons(hope, entry)
    return (Reason("near"),) if told == (Reason("open"),) and near() else told


def _turn(seed: int, alum: PersonId) -> int:
    """A number that looks random, the same for the same seed."""
    return zlib.crc32(f"{alum}:{seed}:{alum}".encode()) * 2654435761 % 2**32


def _by_interest(hope: Hope, aimed: Aim, index: Index, allowed: AbstractSet[PersonId]) -> Mapping[PersonId, float]:
    """Who speaks to what is hoped for."""
    found = _relevant(aimed, index, allowed)
    named = _employed_where_named(hope, index) & allowed
    for key, clear in hope.goal_fields.items():
        _add(found, index.marks.get(at_field(key), frozenset()) & found.keys(), FIELD * clear)
    _add(found, named, EMPLOYER)
    line = max(ENOUGH, max(found.values(), default=0.0) * OF_THE_BEST)
    return {alum: score + _besides(hope, index.entries[alum]) for alum, score in found.items() if score >= line}


def _relevant(aimed: Aim, index: Index, allowed: AbstractSet[PersonId]) -> dict[PersonId, float]:
    """The most relevant of those allowed, by the snapshot."""
    scores = relevance(aimed, index.snapshot)
    some = np.flatnonzero(scores > FAINT)
    order = some[np.argsort(-scores[some], kind="stable")]
    found: dict[PersonId, float] = {}
    for row in order:
        alum = PersonId(int(index.snapshot.ids[row]))
        if alum in allowed:
            found[alum] = float(scores[row])
            if len(found) == LOOKED_AT:
                break
    return found


def _employed_where_named(hope: Hope, index: Index) -> AbstractSet[PersonId]:
    """Whose employer stands in the wish by its whole name."""
    said = hope.said
    spans = ((start, end) for start in range(len(said)) for end in range(start + 1, min(start + 6, len(said)) + 1))
    names = {at_employer(said[start:end]) for start, end in spans}
    return frozenset[PersonId]().union(*(index.marks.get(name, frozenset()) for name in names))


def _besides(hope: Hope, entry: Entry) -> float:
    """What makes a good match better: the change made, the degree shared."""
    change = CHANGE if made_the_change(hope, entry) else 0.0
    return change + DEGREE * _shared(hope, entry)


def _shared(hope: Hope, entry: Entry) -> float:
    return len(hope.subjects & entry.subjects) / len(hope.subjects) if hope.subjects else 0.0


def _by_origin(hope: Hope, index: Index, allowed: AbstractSet[PersonId]) -> Mapping[PersonId, float]:
    """Somebody who names nothing yet: people of the same degree, or who came from where they are; else anybody."""
    from_degree = {alum for subject in hope.subjects for alum in index.marks.get(with_degree(subject), ())}
    found = {alum: _shared(hope, index.entries[alum]) for alum in from_degree}
    for key in hope.origin_fields:
        _add(found, index.marks.get(was_in(key), ()), CHANGE)
    if not hope.subjects and not hope.origin:
        found = dict.fromkeys(index.entries, ENOUGH)
    line = max((score for alum, score in found.items() if alum in allowed), default=0.0) * OF_THE_BEST
    return {alum: score for alum, score in found.items() if alum in allowed and score >= max(line, ENOUGH)}


def _add(found: dict[PersonId, float], alumni: Iterable[PersonId], worth: float) -> None:
    for alum in alumni:
        found[alum] = found.get(alum, 0.0) + worth
