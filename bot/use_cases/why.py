"""Why somebody is offered, and why not: for the office, which wants to understand and can often mend it.

The question is put as if by a student of whom nothing is known. So what is between an alum and one student (who avoids
whom, who was asked before) plays no part, and a coordinator learns nothing of it.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import datetime

from bot.domain.asks import LONGEST, plain
from bot.domain.calendar import local_day, month_began, zone_of
from bot.domain.capacity import Load
from bot.domain.matches import Match
from bot.domain.offering import WhyNot, why_not
from bot.domain.refusals import Mend
from bot.matching.choosing import choose
from bot.matching.index import Index
from bot.matching.ranking import Wish, ranked
from bot.ports import LetterKind, Reading, UnitOfWork
from bot.use_cases.find import EVER, LATELY
from bot.use_cases.visit import Say, Visit

CLOSEST = 10
KEPT_BACK = 5
"""Cards beside those who are offered."""


ABOUT = "why"


@dataclass(frozen=True)
class Looked:
    """What a wish finds. `kept_back` would have come among the ten closest, and why they are not offered."""

    offered: tuple[Match, ...]
    closest: tuple[Match, ...]
    kept_back: tuple[tuple[Match, WhyNot], ...]


def look_closer(reading: Reading | UnitOfWork, index: Index, wish: Wish, now: datetime) -> Looked:
    """Whom a student with this wish would be offered now, and who fits but is kept back."""
    campus, seed = reading.places.campus(), zlib.crc32(wish.text.encode())
    today, loads = local_day(now, zone_of("", campus)), reading.intros.loads(month_began(now, campus))
    held = {
        alum: why_not(terms, loads.get(alum, Load()), campus, today, wish.language)
        for alum, terms in reading.people.on_offer().items()
    }
    free = frozenset(alum for alum, reason in held.items() if reason is None)
    records = reading.intros.records(lately=now - LATELY, ever=now - EVER)
    found = ranked(wish, index, held.keys(), seed)
    closest = found.with_reasons(found.matches[:CLOSEST])
    kept_back = tuple((match, reason) for match in closest if (reason := held[match.alum]) is not None)
    return Looked(choose(wish, index, free, records, seed), closest, kept_back)


def send_why(visit: Visit) -> Say:
    """What was asked stays for as long as a draft does; who was found is drawn from their profiles when it is read."""
    wonder, degree = plain(visit.text("wonder")), plain(visit.text("degree"))
    if not wonder:
        raise Mend({"wonder": "wonder_empty"})
    if len(wonder) > LONGEST:
        raise Mend({"wonder": ("too_long", {"most": LONGEST, "count": len(wonder)})})
    looked = look_closer(visit.uow, visit.matcher.index, Wish(wonder, degree, visit.campus.language), visit.now)
    visit.uow.letters.drop(LetterKind.DRAFT, writer=visit.me.id, about=ABOUT)
    asked = visit.uow.letters.add(
        LetterKind.DRAFT, visit.me.id, "\n".join((wonder.replace("\n", " "), degree)), visit.now, about=ABOUT
    )
    found = [(match.alum, "") for match in looked.offered]
    found += [(match.alum, reason.value) for match, reason in looked.kept_back[:KEPT_BACK]]
    keys = {f"alum{number}": int(alum) for number, (alum, _) in enumerate(found)}
    params = {f"why{number}": reason for number, (_, reason) in enumerate(found) if reason}
    return Say("why_desk", {"asked": asked.id, **keys}, params)


def asked_about(reading: Reading | UnitOfWork, letter: int, language: str) -> Wish:
    """What a coordinator asked about. Raises LookupError once it is forgotten."""
    draft = reading.letters.get(letter)
    if draft is None:
        raise LookupError(f"letter {letter}")
    wonder, _, degree = draft.text.partition("\n")
    return Wish(wonder, degree, language)
