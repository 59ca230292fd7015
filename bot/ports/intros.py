"""The intros, and what they count up to: what an alum carries, what a student has used."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.asks import AskId
from bot.domain.capacity import Load
from bot.domain.intro import Intro, IntroId, State, Who
from bot.domain.matches import Record
from bot.domain.people import PersonId


@dataclass(frozen=True)
class Allowance:
    """What a student has used: requests open now; intros of the last 30 days that count."""

    open: int = 0
    in_30_days: int = 0


class IntrosReading(Protocol):
    def get(self, intro: IntroId) -> Intro: ...

    def by_token(self, token: str) -> Intro | None:
        """By any of its three tokens."""

    def of(self, person: PersonId, *, live_only: bool = False) -> Sequence[Intro]:
        """As student or alum, newest first."""

    def in_states(self, *states: State) -> Sequence[Intro]:
        """Everybody's, those that have stood longest first."""

    def standing_since(self, longest: Mapping[State, datetime]) -> Sequence[Intro]:
        """Those that stand in one of these states, and have since the time that is told for it or longer."""

    def of_ask(self, ask: AskId) -> Sequence[Intro]: ...

    def load_of(self, alum: PersonId, month_began: datetime) -> Load: ...

    def loads(self, month_began: datetime, of: Collection[PersonId] | None = None) -> Mapping[PersonId, Load]:
        """Of every alum (of these) that carries anything."""

    def allowance_of(self, student: PersonId, since: datetime) -> Allowance: ...

    def asked_since(self, student: PersonId, since: datetime) -> frozenset[PersonId]:
        """Alumni this student asked since then."""

    def records(self, *, lately: datetime, ever: datetime) -> Mapping[PersonId, Record]:
        """What has come of asking each alum: asked and shown since `lately`, how requests ended since `ever`. Who is
        missing was neither asked nor shown."""

    def reply_days(self, now: datetime) -> tuple[int, float]:
        """How many requests have closed with an answer, and the median days until it; as of now or of a little before,
        since it is only ever told as about so many days."""


class Intros(IntrosReading, Protocol):
    def add(
        self, ask: AskId, student: PersonId, alum: PersonId, now: datetime, *, expires_days: int, minutes: int,
        rank: int, has_next: bool,
    ) -> Intro:  # fmt: skip
        """A new intro in `requested`, with fresh tokens."""

    def save(self, intro: Intro) -> None:
        """With version - 1 in the WHERE. Raises Conflict."""

    def set_shared(self, intro: IntroId, *, student: bool = False, alum: bool = False) -> None:
        """One of the two shares how to be reached: a fact beside the lifecycle, so the version stays."""

    def set_five_minutes(self, intro: IntroId) -> None:
        """The student wishes to hear it five minutes before the end: a fact beside the lifecycle too."""

    def set_quiet(
        self, intro: IntroId, who: Who, *, snoozed: datetime | None = None, stopped: bool | None = None
    ) -> None:
        """How one of the two wishes to be nudged about it: facts beside the lifecycle. What is None stays as it is."""

    def set_keeps(self, intro: IntroId, who: Who, keeps: bool) -> None:
        """Whether one of the two would like to hear of the other again: another such fact."""
