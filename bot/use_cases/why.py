"""Why somebody is offered, and why not: for the office, which wants to understand and can often mend it.

The question is put as if by a student of whom nothing is known. So what is between an alum and one student (who avoids
whom, who was asked before) plays no part, and a coordinator learns nothing of it.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import datetime

from bot.domain.calendar import local_day, month_began, zone_of
from bot.domain.capacity import Load
from bot.domain.matches import Match
from bot.domain.offering import WhyNot, why_not
from bot.matching.choosing import choose
from bot.matching.index import Index
from bot.matching.ranking import Wish, rank
from bot.ports import Reading, UnitOfWork
from bot.use_cases.find import EVER, LATELY

CLOSEST = 10


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
    closest = rank(wish, index, held.keys(), seed)[:CLOSEST]
    kept_back = tuple((match, reason) for match in closest if (reason := held[match.alum]) is not None)
    return Looked(choose(wish, index, free, records, seed), closest, kept_back)
