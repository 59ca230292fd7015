"""Reading a wish: what it hopes for, what it comes from, what was studied.

"I work in events and wonder about wellness" says three things at once, and the words of the first must not find more
events people. Markers from the catalogue (`from_markers`, `to_markers`, `study_markers`) switch the part that words
belong to; what stands before any marker is hope. A degree is a signal and no wish: "BSc in Biology" ends with its
subject. `from` is a marker only at the beginning or after a word of moving, since people also learn *from* others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache, lru_cache

from bot.matching import pieces as p
from bot.matching import vocabulary as v
from bot.matching.fields import fields_in


class Part(StrEnum):
    HOPE = "hope"
    ORIGIN = "origin"
    STUDY = "study"


@dataclass(frozen=True)
class Hope:
    """A wish as read. Words are stems; `said` are all its words, for names of employers in it."""

    goal: tuple[str, ...] = ()
    origin: tuple[str, ...] = ()
    subjects: frozenset[str] = frozenset()
    goal_fields: Mapping[str, float] = field(default_factory=dict)
    """Fields that are hoped for, and how clearly (the clearest is 1.0)."""
    origin_fields: Mapping[str, float] = field(default_factory=dict)
    said: tuple[str, ...] = ()
    unsure: bool = False
    meant: tuple[str, ...] = ()
    """What is hoped for in the writer's own words and order, for the model; of a sentence only what carries meaning."""

    @property
    def is_open(self) -> bool:
        """Nothing is named that somebody could do: then the degree, or what one comes from, is where to look."""
        return not self.goal


@lru_cache(maxsize=32)
def read(text: str, degree: str, language: str, unsure: bool) -> Hope:
    """Read a wish. `degree` is the one the student told us before, if any. A few are remembered: one gesture looks at
    its wish several times."""
    said = v.words(text)
    parts: dict[Part, list[str]] = {part: [] for part in Part}
    degrees: list[str] = [degree] if degree else []
    lost = unsure
    part = Part.HOPE
    subject: list[str] | None = None
    for start, length, sign in v.spot(said, _signs(language)):
        here = said[start : start + length]
        if subject is not None and _goes_on(subject, sign, here, language):
            subject.extend(here)
            continue
        degrees += [" ".join(subject)] if subject else []
        subject = [] if sign == _DEGREE else None
        if isinstance(sign, Part):
            part = _next(part, sign, here, said[:start], language)
        elif sign is None:
            parts[part].extend(here)
        elif sign != _DEGREE:
            lost, part = (True, Part.HOPE) if sign == _UNSURE else (lost, part)
            degrees += [] if sign == _UNSURE else [" ".join(here)]
    degrees += [" ".join(subject)] if subject else []
    degrees.append(" ".join(w for w in parts[Part.STUDY] if w not in v.stop_words(language)))
    subjects = frozenset[str]().union(*map(v.subjects, degrees))
    return _settled(parts, said, subjects, lost, language)


_UNSURE, _DEGREE = "?", "°"
LONGEST_SUBJECT = 4
"""Words of what a degree is in."""
Sign = Part | str


@cache
def _signs(language: str) -> v.Phrases[Sign]:
    """Everything that is no plain word: markers, degrees, words of not knowing."""
    signs: dict[v.Phrase, Sign] = {}
    signs.update(dict.fromkeys(v.degree_heads(), _DEGREE))
    signs.update(v.degree_names())
    signs.update(dict.fromkeys(v.phrases_of("unsure", language), _UNSURE))
    for name, part in (("from", Part.ORIGIN), ("to", Part.HOPE), ("study", Part.STUDY)):
        signs.update(dict.fromkeys(v.phrases_of(f"{name}_markers", language), part))
    return v.Phrases(signs)


def _goes_on(subject: Sequence[str], sign: Sign | None, here: v.Phrase, language: str) -> bool:
    """Whether what a degree is in goes on; its subject ends at the first word that says nothing."""
    return sign is None and len(subject) < LONGEST_SUBJECT and not set(here) & v.stop_words(language)


def _next(now: Part, sign: Part, marker: v.Phrase, before: v.Phrase, language: str) -> Part:
    """One-word markers are weak: `to` and `for` end what one comes from, and mean nothing elsewhere."""
    if len(marker) == 1 and sign is Part.HOPE and now is Part.STUDY:
        return now
    if marker == _FROM and before and (before[-1],) not in v.phrases_of("moving_words", language):
        return now
    return sign


_FROM = ("from",)


def _in_own_words(hoped: Sequence[str], said: Sequence[str], language: str) -> tuple[str, ...]:
    """A title stays whole (`life coach`); a sentence loses the words that say nothing of work."""
    is_sentence = any((word,) in v.phrases_of("sentence_words", language) for word in said)
    kept = [word for word in hoped if word not in v.stop_words(language)] if is_sentence else hoped
    return p.tokens(" ".join(kept))


def _settled(
    parts: Mapping[Part, list[str]], said: tuple[str, ...], subjects: frozenset[str], unsure: bool, language: str
) -> Hope:
    """Somebody who only says where they are is curious about just that, unless they are unsure or named a degree."""
    goal, origin = (v.content(parts[part], language) for part in (Part.HOPE, Part.ORIGIN))
    goal_fields, origin_fields = fields_in(parts[Part.HOPE]), fields_in(parts[Part.ORIGIN])
    if not goal and origin and not unsure and not subjects:
        goal, origin, goal_fields, origin_fields = origin, (), origin_fields, {}
        parts = {**parts, Part.HOPE: parts[Part.ORIGIN]}
    meant = _in_own_words(parts[Part.HOPE], said, language)
    return Hope(goal, origin, subjects, goal_fields, origin_fields, said, unsure, meant)
