"""Headlines: what people put where a title belongs.

`Senior Brand Manager (m/f/d) – Remote, London` is a brand manager; `Nurse at St Mary's | Mum of two` is a nurse, works
at St Mary's, and says something else besides. What is no work is taken off: who may apply, where it is, how the
contract is, numbers of a vacancy. What stands after a bar is kept apart, since it may be a topic and may be anything.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from bot.matching import vocabulary as v

_BARS = re.compile(r"\s*[|•·●▪‖]+\s*|\s+/{2}\s+")
_ASIDE = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_DASH = re.compile(r"\s+[-–—~:]+\s+|\s*[;…]\s*|[:–—-]\s+|\s+[-–—](?=\S)")
_COMMA = re.compile(r"\s*,\s*")
_NUMBER = re.compile(
    r"(?:[#№]|\b(?:req|ref|job|id|no)\.?\s*[#:]?\s*)?\b[a-z]{0,4}-?\d{3,}\w*\b|[$£€]\s?\d[\d.,]*k?", re.IGNORECASE
)
_GENDER = re.compile(r"\b[mfwdxhn](?:\s*[/|]\s*[mfwdxhn]){1,3}\b", re.IGNORECASE)
_AT = re.compile(r"\s+(?:at|@|bei|chez)\s+|\s*@\s*", re.IGNORECASE)


@dataclass(frozen=True)
class Headline:
    """What somebody is, where, and what they say besides. `title` is never empty where the text says anything."""

    title: str
    employer: str = ""
    besides: tuple[str, ...] = ()


@lru_cache(maxsize=50_000)
def read_headline(text: str) -> Headline:
    """A headline in its parts."""
    first, *rest = [part for part in _BARS.split(_GENDER.sub(" ", text)) if part.strip()] or [""]
    said = _AT.split(first, maxsplit=1)
    employer = said[1].strip() if len(said) > 1 and said[0].strip() else ""
    main = said[0] if employer else first
    title, besides = _bare(main)
    return Headline(title or _spaced(text), _spaced(_DASH.split(employer)[0]), (*besides, *map(_spaced, rest)))


def _bare(text: str) -> tuple[str, tuple[str, ...]]:
    """The title without what is no work; what was put in brackets, if it is a name for the work, beside it."""
    asides = [aside[1:-1] for aside in _ASIDE.findall(text)]
    parts = [_without_terms(part) for part in _DASH.split(_NUMBER.sub(" ", _ASIDE.sub(" ", text)))]
    kept = [part for part in parts if v.words(part)]
    title, besides = (kept[0], kept[1:]) if kept else ("", [])
    named = [aside for aside in map(_without_terms, asides) if v.words(aside)]
    return title, (*besides, *named)


def _without_terms(text: str) -> str:
    """Without terms of a contract and places of work: a part between commas that is nothing else goes whole."""
    parts = [part for part in _COMMA.split(text) if not _is_terms(part)]
    tokens = " ".join(parts).split()
    while tokens and _is_terms(tokens[-1]):
        tokens.pop()
    return " ".join(tokens).strip(" -–—,.:;/")


def _is_terms(text: str) -> bool:
    said = v.words(text)
    return bool(said) and all(found for _, _, found in v.spot(said, _terms()))


@cache
def _terms() -> v.Phrases[bool]:
    return v.Phrases({v.words(entry): True for entry in v.everywhere("vacancy_words") if v.words(entry)})


def _spaced(text: str) -> str:
    return " ".join(text.split())
