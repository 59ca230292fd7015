"""Corners: three people in different corners and at different stages, instead of three of a kind.

Maximal marginal relevance: the best comes first; each next one is who is still good and least like those chosen. What
makes two alike: the same field, words shared by their titles, one employer, years of graduation close together."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.matches import Match
from bot.matching import vocabulary as v
from bot.matching.index import Entry, Index

FIT = 0.8
"""How much being good counts beside being different."""
FIELD, TITLE, EMPLOYER, STAGE = 0.4, 0.35, 0.15, 0.1
YEARS_APART = 5
"""Closer than this, two people are at the same stage."""
NEAR_THE_BEST = 0.85
"""Only who is about as good as the best may be preferred for being different; the rest fill up what is left."""


def in_different_corners(matches: Sequence[Match], index: Index, most: int) -> tuple[Match, ...]:
    """Up to `most` of the matches, different from one another; the best first. `matches` come best first."""
    left = [match for match in matches if match.alum in index.entries]
    good = left[0].score if left else 0.0
    picked: list[Match] = []
    while left and len(picked) < most:
        near = [match for match in left if match.score >= good * NEAR_THE_BEST] or left
        best = max(near, key=lambda match: _worth(match, picked, good, index))
        picked.append(best)
        left.remove(best)
    return tuple(picked)


def _worth(match: Match, picked: Sequence[Match], best: float, index: Index) -> float:
    alike = max((_alike(index.entries[match.alum], index.entries[other.alum]) for other in picked), default=0.0)
    return FIT * match.score / (best or 1.0) - (1 - FIT) * alike


def _alike(one: Entry, other: Entry) -> float:
    """How alike two alumni are: 0 in no way, 1 in every way."""
    return (
        FIELD * (one.field == other.field)
        + TITLE * _shared(_telling(one.title), _telling(other.title))
        + EMPLOYER * (bool(one.employer) and v.words(one.employer) == v.words(other.employer))
        + STAGE * _same_stage(one.grad_year, other.grad_year)
    )


def _telling(title: str) -> frozenset[str]:
    return frozenset(v.stems(title)) - v.rank_stems()


def _shared(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other) if one | other else 0.0


def _same_stage(one: int | None, other: int | None) -> bool:
    return one is not None and other is not None and abs(one - other) < YEARS_APART
