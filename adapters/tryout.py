"""What would be: whom the bot would offer for a question, what an import would do. Nothing of it stays."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from bot.domain.calendar import local_day, zone_of
from bot.domain.capacity import can_be_offered
from bot.domain.matches import Match
from bot.domain.people import Person
from bot.matching.fairness import pick_three
from bot.matching.ranking import Wish, rank
from bot.phrases import say
from bot.ports import Reading, UnitOfWork
from bot.use_cases.find import MATCHES
from bot.use_cases.matcher import Matcher


@dataclass(frozen=True)
class Offer:
    """One alum as a student would be shown them."""

    name: str
    title: str
    employer: str
    score: float
    reasons: tuple[str, ...]


def offers_for(reading: Reading, text: str, now: datetime, language: str) -> tuple[Offer, ...]:
    """The same search a student's ask makes, of somebody we know nothing about."""
    matcher = Matcher()
    matcher.refresh(reading)
    today = local_day(now, zone_of("", reading.places.campus()))
    alumni = {alum.id: alum for alum in reading.people.alumni(standing="approved") if can_be_offered(alum.alum, today)}
    seed = zlib.crc32(text.encode())
    ranked = rank(Wish(text, language=language), matcher.index, alumni.keys(), seed)
    return tuple(
        _offer(match, alumni[match.alum], language) for match in pick_three(ranked, matcher.index, seed, MATCHES)
    )


def _offer(match: Match, person: Person, language: str) -> Offer:
    alum, hides = person.alum, person.alum.hides if person.alum else frozenset()
    return Offer(
        name=person.short_name,
        title=alum.title if alum and "title" not in hides else "",
        employer=alum.employer if alum and "employer" not in hides else "",
        score=round(match.score, 2),
        reasons=tuple(say(f"reasons.{reason.key}", language, **reason.params) for reason in match.reasons),
    )


class Rehearsal:
    """A unit of work that does everything but stay."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._uow = uow

    def __getattr__(self, name: str) -> Any:
        return getattr(self._uow, name)

    def commit(self) -> None:
        """Left out: what was not committed is undone."""


def rehearsed(
    begin: Callable[[], AbstractContextManager[UnitOfWork]],
) -> Callable[[], AbstractContextManager[UnitOfWork]]:
    """The same transactions, none of which stays."""

    @contextmanager
    def rehearse() -> Iterator[UnitOfWork]:
        with begin() as uow:
            yield cast("UnitOfWork", Rehearsal(uow))

    return rehearse
