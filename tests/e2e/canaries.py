"""A unique word for every field of everybody, and the disclosure table once more, as DESIGN.md sections 3 to 5 have it.

Nothing here is taken from `bot/domain/disclosure.py`: a field that the product lets through by mistake is one that this
copy does not name. A word that stands in no row is seen by nobody but the one whose it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

STUDENT, ALUM, BYSTANDER, DESK = "student", "alum", "bystander", "desk"
SIDES = (STUDENT, ALUM, DESK)

# who may see what, when -----------------------------------------------------------------------------------------------

CARD = frozenset({"given", "initial", "title", "employer", "degree", "grad_year"})
WHY = frozenset({"past", "topic"})
"""The two strongest reasons of this ask; another past title, another topic and the industry are none."""
ASKED_FIRST = CARD | {"question_first"}
ALUM_SAID_YES = ASKED_FIRST | {"note", "apart"}
ALUM_TALKS = ALUM_SAID_YES | {"place"}
ALUM_SHARES = ALUM_TALKS | {"contact", "booking"}

TO_THE_STUDENT: Mapping[str, frozenset[str]] = {
    "matches": CARD | WHY,
    "requested": CARD,
    "asked first": ASKED_FIRST,
    "answered": ASKED_FIRST,
    "agreed": ALUM_SAID_YES - {"apart"},
    "times offered": ALUM_SAID_YES,
    "scheduled": ALUM_TALKS,
    "one shares": ALUM_TALKS,
    "both share": ALUM_SHARES,
    "reminded": ALUM_SHARES,
    "met": ALUM_SHARES,
    "thanked": ALUM_SHARES,
    "closed": ALUM_SHARES | {"reply"},
}
"""Of the alum, by stage; each says what is new by then, and what was agreed stays."""

REQUEST = frozenset({"given", "degree", "year", "note"})
ANSWERED = REQUEST | {"note_before", "answer"}
STUDENT_AGREED = ANSWERED | {"note_after"}
STUDENT_TALKS = STUDENT_AGREED | {"apart"}
STUDENT_SHARES = STUDENT_TALKS | {"contact"}

TO_THE_ALUM: Mapping[str, frozenset[str]] = {
    "matches": frozenset(),
    "requested": REQUEST | {"note_before"},
    "asked first": REQUEST | {"note_before"},
    "answered": ANSWERED,
    "agreed": STUDENT_AGREED,
    "times offered": STUDENT_TALKS,
    "scheduled": STUDENT_TALKS,
    "one shares": STUDENT_TALKS,
    "both share": STUDENT_SHARES,
    "reminded": STUDENT_SHARES,
    "met": STUDENT_SHARES,
    "thanked": STUDENT_SHARES | {"thanks"},
    "closed": STUDENT_SHARES | {"thanks"},
}
"""Of the student, by stage. The place is the alum's own, or the campus's: it stands above."""

FROZEN = frozenset({"given"})
"""What either sees of the other while the career office has paused it."""
FLAG_CARD = frozenset({"given", "initial"})
"""What the desk sees of either, from the flag on; before it, nothing."""
NEXT_CHOICE = frozenset({"given", "initial"})
"""What the student sees of somebody on their list of next choices, after the matches."""


@dataclass(frozen=True)
class Canary:
    """A word that stands in one field of one person only."""

    whose: str
    field: str
    word: str

    def __str__(self) -> str:
        return f"{self.whose}'s {self.field}"

    def is_in(self, text: str) -> bool:
        """Letters anywhere, also inside a longer word; figures only by themselves, or every clock would sing."""
        if self.word.isdigit():
            return re.search(rf"(?<!\d){self.word}(?!\d)", text) is not None
        return self.word.casefold() in text


FAMILY_INITIALS = {STUDENT: "K", ALUM: "W", BYSTANDER: "J"}
FROM_ROSTER = (
    "title", "employer", "industry", "past", "other_past", "topic", "other_topic", "degree", "email", "alum_id",
)  # fmt: skip
FROM_ACCOUNT = ("account_given", "account_family")
OF_AN_ALUM = (*FROM_ROSTER, *FROM_ACCOUNT, "place", "booking")
WRITTEN_BY_ALUM = ("question_first", "note", "contact", "reply", "held", "unsent", "flag")
OF_A_STUDENT = ("wonder", "question", "about", "degree")
WRITTEN_BY_STUDENT = ("note", "note_before", "answer", "note_after", "contact", "thanks", "held", "unsent", "flag")


def _word(whose: str, name: str) -> str:
    return f"zq{whose}{name.replace('_', '')}x"


def _names(whose: str) -> list[Canary]:
    given, initial = _word(whose, "given").title(), FAMILY_INITIALS[whose]
    family = f"{initial}{_word(whose, 'family')}"
    return [
        Canary(whose, "given", given),
        Canary(whose, "family", family),
        Canary(whose, "initial", f"{given} {initial}."),
    ]


ALUM_ZONE, STUDENT_ZONE = "Asia/Kathmandu", "America/St_Johns"


def all_canaries() -> list[Canary]:
    """Every field of the two, and of a third who is offered beside them. The accounts' ids come when they have them."""
    words = [Canary(whose, name, _word(whose, name)) for whose in (ALUM, BYSTANDER) for name in OF_AN_ALUM]
    words += [Canary(ALUM, name, _word(ALUM, name)) for name in WRITTEN_BY_ALUM]
    words += [Canary(STUDENT, name, _word(STUDENT, name)) for name in (*OF_A_STUDENT, *WRITTEN_BY_STUDENT)]
    words += [canary for whose in FAMILY_INITIALS for canary in _names(whose)]
    return [
        *dict.fromkeys(words),
        Canary(ALUM, "grad_year", "1951"),
        Canary(BYSTANDER, "grad_year", "1947"),
        Canary(ALUM, "language", "Wolaytta"),
        Canary(BYSTANDER, "language", "Zuni"),
        Canary(STUDENT, "year", "doctorate in"),
        Canary(ALUM, "zone", "Kathmandu"),
        Canary(STUDENT, "zone", "Johns"),
        Canary(ALUM, "apart", "9.2 hours ahead"),
        Canary(STUDENT, "apart", "9.2 hours behind"),
    ]


@dataclass
class Words:
    """The canaries of one story, and who has seen which so far."""

    hidden: frozenset[str] = frozenset()
    """What this alum shows to no student."""
    every: list[Canary] = field(default_factory=all_canaries)
    seen: dict[str, set[Canary]] = field(default_factory=lambda: {side: set() for side in SIDES})

    def of(self, whose: str, name: str) -> str:
        """The word of one field."""
        return next(canary.word for canary in self.every if (canary.whose, canary.field) == (whose, name))

    def add(self, whose: str, name: str, word: str) -> None:
        self.every.append(Canary(whose, name, word))

    def heard(self, side: str, text: str) -> set[Canary]:
        """The words of others in what a side was sent."""
        folded = text.casefold()
        return {canary for canary in self.every if canary.whose != side and canary.is_in(folded)}

    def permitted(self, side: str, stage: str, *, frozen: bool = False, flagged: bool = False) -> set[Canary]:
        """What this side may see of the other at this stage."""
        if side == DESK:
            return self._named({STUDENT: FLAG_CARD, ALUM: FLAG_CARD} if flagged else {})
        if side == ALUM:
            return self._named({STUDENT: FROZEN if frozen else TO_THE_ALUM[stage]})
        return self._named({ALUM: FROZEN if frozen else TO_THE_STUDENT[stage] - self.hidden})

    def in_passing(self, side: str, stage: str) -> set[Canary]:
        """What may be seen besides of those who are offered beside the alum; it need not be."""
        if side != STUDENT:
            return set()
        return self._named({BYSTANDER: CARD | WHY if stage == "matches" else NEXT_CHOICE})

    def _named(self, fields: Mapping[str, frozenset[str]]) -> set[Canary]:
        return {canary for canary in self.every if canary.field in fields.get(canary.whose, ())}
