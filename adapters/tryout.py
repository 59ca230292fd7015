"""What would be: whom the bot would offer for a question, what an import would do. Nothing of it stays."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, cast

from bot.domain.disclosure import Field, Stage, disclose
from bot.domain.intro import ALUM
from bot.domain.matches import Match
from bot.domain.people import Person
from bot.matching.ranking import Wish
from bot.phrases import say, say_reason
from bot.ports import Reading, UnitOfWork
from bot.use_cases.matcher import Matcher
from bot.use_cases.why import look_closer


@dataclass(frozen=True)
class Offer:
    """One alum as a student would be shown them."""

    name: str
    title: str
    employer: str
    score: float
    reasons: tuple[str, ...]
    why_not: str = ""
    """What keeps them from being offered, in the office's words; empty for who is."""

    def __str__(self) -> str:
        work = ", ".join(part for part in (self.name, self.title, self.employer) if part)
        return " ".join(part for part in (f"{work}.", *self.reasons, self.why_not) if part)


@dataclass(frozen=True)
class Offers:
    """Whom a wish finds: `matches` are offered; `closest` are the ten that fit best, whoever is offered."""

    matches: tuple[Offer, ...]
    closest: tuple[Offer, ...]

    def as_json(self, *, explain: bool) -> dict[str, Any]:
        told = {"matches": [asdict(one) for one in self.matches]}
        return told | {"closest": [asdict(one) for one in self.closest]} if explain else told


def offers_for(reading: Reading, text: str, degree: str, now: datetime, language: str) -> Offers:
    """The same search a student's ask makes, of somebody we know nothing about but what they say."""
    matcher = Matcher()
    matcher.refresh(reading)
    looked = look_closer(reading, matcher.index, Wish(text, degree, language=language), now)
    held = {match.alum: say(f"why_not.{reason}", language) for match, reason in looked.kept_back}

    def told(matches: tuple[Match, ...]) -> tuple[Offer, ...]:
        return tuple(
            _offer(match, reading.people.get(match.alum), language, held.get(match.alum, "")) for match in matches
        )

    return Offers(told(looked.offered), told(looked.closest))


def _offer(match: Match, person: Person, language: str, why_not: str) -> Offer:
    shown = disclose(person, ALUM, Stage.MATCH)
    return Offer(
        name=shown.short_name,
        title=shown[Field.TITLE],
        employer=shown[Field.EMPLOYER],
        score=round(match.score, 2),
        reasons=tuple(say_reason(reason, language) for reason in match.reasons),
        why_not=why_not,
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
