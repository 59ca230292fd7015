"""Asks: what a student hopes to learn; whether it is ready to be carried; what is not for a talk.

Readiness and the job-ask check give Advice and never silence anybody: the student may send anyway. Only what cannot be
carried at all must be mended. The words by which they are known come from the catalogue (`[signals]`), per language.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import NewType

from bot.domain.people import PersonId

AskId = NewType("AskId", int)

LONGEST = 1000
"""Characters of each answer; more must be mended."""
NOTE_LONGEST = 1000
FEWEST_WORDS = 4
"""A wish of fewer words rarely tells an alum what to speak about."""


class Advice(StrEnum):
    """What may make an ask better. Each is a phrase under `[advice]`; all can be sent anyway."""

    SHORT = "short"
    JOB = "job"
    SEARCHABLE = "searchable"
    UNSURE = "unsure"


@dataclass(frozen=True)
class Ask:
    """What one student wonders. The texts are letters; here they stand beside their dates for those who may read."""

    id: AskId
    student: PersonId
    token: str
    wonder: str
    question: str
    about: str
    created_at: datetime
    advised: bool = False
    """Whether the job-ask advice was given: it is given once."""
    unsure: bool = False
    next_choices: tuple[PersonId, ...] = ()
    """Whom to ask if the one before can't, in the student's own order."""
    closed: bool = False
    tell_when: bool = False
    """Whether the student wants to hear when somebody joins who fits."""


@dataclass(frozen=True)
class Signals:
    """Word lists of one language. A phrase of several words matches as a whole; case and spacing don't matter."""

    job: tuple[str, ...]
    unsure: tuple[str, ...]
    searchable: tuple[str, ...]
    degrees: Mapping[str, str]


def plain(text: str) -> str:
    """What a person wrote, without what could act: direction overrides, zero-width and control characters.

    Every kind of space is one space and every end of a line a newline, so that no two words grow together.
    """
    spaced = re.sub(r"[^\S\n]+", " ", "\n".join(text.splitlines()))
    kept = "".join(letter for letter in spaced if letter == "\n" or (letter.isprintable() and letter not in _BLANK))
    return re.sub(r"\n{3,}", "\n\n", re.sub(r" *\n *", "\n", re.sub(r" +", " ", kept))).strip()


_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Letters that count as printable and show nothing: a note of these alone would be an empty one."""


def advise(wonder: str, question: str, signals: Signals) -> tuple[Advice, ...]:
    """What might make this ask better, the most important first; empty when it is ready."""
    both = f"{wonder}\n{question}"
    found: list[Advice] = []
    if says(both, signals.job):
        found.append(Advice.JOB)
    if says(wonder, signals.unsure):
        found.append(Advice.UNSURE)
    elif len(wonder.split()) < FEWEST_WORDS:
        found.append(Advice.SHORT)
    if says(question, signals.searchable):
        found.append(Advice.SEARCHABLE)
    return tuple(found)


_APOSTROPHES = str.maketrans("'`´", "’’’")


def says(text: str, signs: Iterable[str]) -> bool:
    """Whether one of these words or phrases stands in the text."""
    words = " ".join(re.findall(r"[\w’]+", _alike(text)))
    said = f" {words} "
    return any(f" {_sign(sign)} " in said for sign in signs)


def _alike(text: str) -> str:
    return text.lower().translate(_APOSTROPHES)


_sign = lru_cache(maxsize=2000)(_alike)
"""The word lists are the same each time; what people write is not remembered."""


_AT, _DOT = r"(?:\s?@\s?|\s?[(\[]\s?at\s?[)\]]\s?)", r"(?:\.|\s?[(\[]\s?dot\s?[)\]]\s?)"
_CONTACT = re.compile(
    rf"https?://\S+|www\.\S+|[\w.+-]+{_AT}[\w-]+(?:{_DOT}[\w-]+)+|<[@#][^>]+>|@\w{{2,}}"
    r"|\b(?:[\w-]+\.)+(?:com|org|edu|(?-i:net|io|me|co|uk|app|dev|gg|link))\b(?:/\S*)?"
    r"|(?<![\d.])\+?\(?\d[\d ().-]{5,}\d(?!\d)",
    re.IGNORECASE,
)
_DATES = re.compile(
    r"\(?(?:19|20)\d\d(?:[ -]+(?:19|20)\d\d)+|\d{1,2}[.-]\d{1,2}[.-](?:19|20)?\d\d|(?:19|20)\d\d-\d\d?-\d\d?"
)
FEWEST_DIGITS = 7
"""A telephone number has at least so many."""


def hold_back_contact(text: str) -> tuple[str, bool]:
    """The text with addresses, numbers and links taken out, and whether there were any. In force until the yes."""
    held = False

    def instead(found: re.Match[str]) -> str:
        nonlocal held
        if _is_harmless(found[0]):
            return found[0]
        held = True
        return "[…]"

    cleaned = _CONTACT.sub(instead, text)
    return cleaned, held


def _is_harmless(found: str) -> bool:
    """Years, days and small numbers in a row look like a telephone number and are none."""
    if any(letter.isalpha() or letter in "@<" for letter in found):
        return False
    return bool(_DATES.fullmatch(found)) or sum(letter.isdigit() for letter in found) < FEWEST_DIGITS
