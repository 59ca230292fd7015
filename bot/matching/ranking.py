"""Ranking: which alumni answer a wish, best first.

A score is a sum of things that can each be told as a reason: how much of what was hoped for somebody speaks to (idf of
the words, weighed by where they stand), whether they work in the field, whether their employer was named, whether they
made the very change, whether they hold the degree. Words of rank (`manager`) count little, and alone make no match.

Scores are rounded to steps and ties broken by the seed, so that people who are as good take turns; the order of the
roster never matters. A wish that names nothing is answered from the degree, or from what the student comes from, or
with whoever is glad to be asked.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from math import log

from rapidfuzz import fuzz, process

from bot.domain.matches import Match, Reason
from bot.domain.people import Person, PersonId
from bot.matching import reading
from bot.matching import vocabulary as v
from bot.matching.index import Entry, Index, at_employer, at_field, entry_of, was_in, with_degree
from bot.matching.reading import Hope
from bot.matching.reasons import made_the_change, reasons

FIELD = 0.35
"""Works in the field, beside 1.0 for speaking to every word."""
EMPLOYER = 1.0
CHANGE = 0.5
DEGREE = 0.15
RANK_WORD = 0.15
"""What a word of rank counts beside one that says what the work is."""
ENOUGH = 0.25
"""Below this nobody is offered: one word in four, or no more than half a field."""
OF_THE_BEST = 0.25
"""And nobody who is far behind the best. Only what was hoped for counts here, not the change made or the degree."""
TELLING_WORDS = 4
"""So many words of a wish must be answered for a full score; people who write more must not find fewer."""
STEP = 0.05
NEAR = 80.0
"""How alike an unknown word must be to one we know (rapidfuzz ratio): typing errors, not other words."""
SHORT = 5
"""Words shorter than this are taken as they are: one letter makes another word of them."""
NEAR_WORTH = 0.6
MOST = 200
"""Nobody leafs further."""


@dataclass(frozen=True)
class Wish:
    """What one student wonders, with the degree they told us; `unsure` when they said so in the form."""

    text: str
    degree: str = ""
    language: str = "en"
    unsure: bool = False


def rank(wish: Wish, index: Index, allowed: AbstractSet[PersonId], seed: int) -> tuple[Match, ...]:
    """Everybody allowed who is good enough, best first, each with reasons. The same seed gives the same order."""
    hope = reading.read(wish.text, wish.degree, wish.language, wish.unsure)
    meant = {word: _known(word, index) for word in hope.goal}
    scores = _by_interest(hope, meant, index, allowed)
    if not scores and (hope.is_open or hope.unsure):
        scores = _by_origin(hope, index, allowed)
    steps = {alum: round(score / STEP) for alum, score in scores.items()}
    first = sorted(steps, key=lambda alum: (-steps[alum], _turn(seed, alum), alum))[:MOST]
    told = replace(hope, goal=tuple(known for near in meant.values() for known, _ in near) or hope.goal)
    return tuple(Match(alum, steps[alum] * STEP, reasons(told, index.entries[alum])) for alum in first)


def explain(wish: Wish, alum: Person) -> tuple[Reason, ...]:
    """Why this one person, ranked or not: what is true of them for this wish."""
    if alum.alum is None:
        return ()
    hope = reading.read(wish.text, wish.degree, wish.language, wish.unsure)
    return reasons(hope, entry_of(alum, alum.alum))


def _turn(seed: int, alum: PersonId) -> int:
    """A number that looks random, the same for the same seed."""
    return zlib.crc32(f"{alum}:{seed}:{alum}".encode()) * 2654435761 % 2**32


Meant = Mapping[str, Sequence[tuple[str, float]]]
"""Each word of a wish: the words of the index that it stands for, and how alike they are."""


def _by_interest(hope: Hope, meant: Meant, index: Index, allowed: AbstractSet[PersonId]) -> Mapping[PersonId, float]:
    """Who speaks to what is hoped for."""
    found = _by_words(meant, index)
    for key, clear in hope.goal_fields.items():
        _add(found, index.marks.get(at_field(key), ()), FIELD * clear)
    _add(found, _employed_where_named(hope, index), EMPLOYER)
    good = {alum: score for alum, score in found.items() if score >= ENOUGH and alum in allowed}
    line = max(good.values(), default=0.0) * OF_THE_BEST
    near = {alum: score for alum, score in good.items() if score >= line}
    return {alum: score + _besides(hope, index.entries[alum]) for alum, score in near.items()}


def _by_words(meant: Meant, index: Index) -> dict[PersonId, float]:
    """A word that nobody here has counts no more than the rarest that somebody has: it must not outweigh a word that
    everybody answers to."""
    worth = {word: _worth(word, index) for word in meant}
    most = max((value for word, value in worth.items() if meant[word]), default=0.0)
    worth = {word: value if meant[word] else min(value, most) for word, value in worth.items()}
    telling = sum(sorted(worth.values(), reverse=True)[:TELLING_WORDS]) or 1.0
    found: dict[PersonId, float] = {}
    for word, value in worth.items():
        for known, alike in meant[word]:
            for alum, weight in index.words[known].items():
                found[alum] = found.get(alum, 0.0) + weight * alike * value / telling
    return {alum: min(score, 1.0) for alum, score in found.items()}


def _worth(word: str, index: Index) -> float:
    """What is rare tells more (idf)."""
    rarity = log(1 + (len(index.entries) + 1) / (len(index.words.get(word, ())) + 0.5))
    return rarity * (RANK_WORD if word in v.rank_stems() else 1.0)


def _known(word: str, index: Index) -> list[tuple[str, float]]:
    """The word itself; if nobody has it, those it may have meant."""
    if word in index.words:
        return [(word, 1.0)]
    if len(word) < SHORT:
        return []
    near = process.extract(word, sorted(index.words), scorer=fuzz.ratio, score_cutoff=NEAR, limit=3)
    return [(other, NEAR_WORTH * alike / 100) for other, alike, _ in near]


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
