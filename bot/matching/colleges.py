"""Colleges: a coarse closed list, so that a report can be split without pointing at anybody.

A degree as somebody wrote it ("BA Hons Hist.") would be as good as a name in a small class; the college that it
belongs to is not. The words by which each is known stand in the catalogue (`[signals] colleges`), its name under
`[colleges]`.
"""

from __future__ import annotations

from functools import cache, lru_cache

from bot.matching import vocabulary as v

COLLEGES = ("arts", "society", "business", "law", "education", "science", "technology", "health")
"""Every college there is, in the order in which a report lists them; empty where nobody said."""


@cache
def _signs() -> v.Phrases[str]:
    known = {v.stems(name): key for key, names in reversed(v.listed("colleges")) for name in names if v.words(name)}
    return v.Phrases(known)


@lru_cache(maxsize=20_000)
def college_of(degree: str) -> str:
    """The college of a degree as written; the longest word for it wins, then the last. Empty where none is known."""
    best, found = 0, ""
    stems = [v.stem(word) for word in v.one_way(v.words(degree))]
    for _, length, key in v.spot(stems, _signs()):
        if key is not None and length >= best:
            best, found = length, key
    return found
