"""Career fields: a closed list, so that an office can count where alumni are missing.

Their names (`[fields]`) and the words by which they are known (`[signals] fields`) stand in the catalogue; `other` has
no words. A phrase of several words weighs more than one word; at the same weight the later one wins, for
in a title the last word says what somebody is (a "marketing data analyst" is an analyst).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache

from bot.matching import vocabulary as v
from bot.phrases import say

OTHER = "other"
FIELDS = (
    "business", "finance", "marketing", "communications", "media", "charity", "government", "law", "education",
    "science", "health", "wellness", "sport", "care", "technology", "data", "engineering", "building", "making",
    "environment", "hospitality", "arts", "design", "hr", "transport", "safety", "retail", OTHER,
)  # fmt: skip
"""Every field there is, in the order in which a report lists them."""


def field_name(key: str, language: str) -> str:
    """A field as people read it."""
    return say(f"fields.{key}", language)


@cache
def _signs() -> v.Phrases[str]:
    known = {v.stems(name): key for key, names in reversed(v.listed("fields")) for name in names if v.words(name)}
    return v.Phrases(known)


def fields_in(tokens: Sequence[str]) -> Mapping[str, float]:
    """Which fields these words speak of, and how clearly (the clearest is 1.0)."""
    found: dict[str, float] = {}
    stems = [v.stem(word) for word in v.one_way(tokens)]
    for start, length, key in v.spot(stems, _signs()):
        if key is not None:
            found[key] = found.get(key, 0.0) + length + start * 0.001
    best = max(found.values(), default=1.0)
    return {key: weight / best for key, weight in found.items()}


@lru_cache(maxsize=32)
def nearest_field(text: str) -> str | None:
    """The field that a wish is most about; None when it names none. A few are remembered: each Step of a gesture names
    it."""
    found = fields_in(v.words(text))
    return max(found, key=lambda key: found[key]) if found else None


@lru_cache(maxsize=50_000)
def field_of(title: str, industry: str = "") -> str:
    """Where somebody works: by title first, since an accountant in a hospital is in finance, then by industry."""
    return nearest_field(title) or nearest_field(industry) or OTHER
