"""A visit: one gesture within its open unit of work, with everybody it concerns looked up and held.

A use case takes a visit and returns what to say, as the name of a view with the keys to draw it from. It raises a
Refusal for a polite no, a Mend for a form that needs another look; it never commits.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.domain.asks import Ask
from bot.domain.campus import Campus
from bot.domain.intro import COORDINATOR, Intro, Who
from bot.domain.people import Handle, Person, Right, Standing
from bot.domain.refusals import NotYours
from bot.ports import QueueRow, Reading, Remembered, RosterImport, Shown, UnitOfWork, Version
from bot.use_cases.matcher import Matcher
from bot.views.elements import PressId, Value


class Target(StrEnum):
    """What the token of a press may point at. Who may press is looked up from the actor alone."""

    NOTHING = "nothing"
    INTRO = "intro"
    """An intro of one's own, as its student or its alum."""
    STUDENTS_INTRO = "students_intro"
    ALUMS_INTRO = "alums_intro"
    FLAGGED = "flagged"
    """An intro from the coordinators' channel."""
    ASK = "ask"
    OFFER = "offer"
    """An alum offered for an ask of one's own."""
    ALUM = "alum"
    """An alum from the coordinators' channel."""
    WAITING = "waiting"
    """Everybody who waits to be let in."""
    STUDENT = "student"
    """A student, as a coordinator looked them up."""
    QUEUE = "queue"
    """A row of the coordinators' queue."""
    ROSTER = "roster"
    """A list of alumni that was handed over."""
    WORDING = "wording"
    """A version of one of our sentences."""
    CODE = "code"
    """Whoever is invited with the code that was typed, if one was: held, and found by the use case."""
    LINE = "line"
    """A line of the outbox to them, found by the use case."""


@dataclass(frozen=True)
class Found:
    """What a token pointed at."""

    intro: Intro | None = None
    role: Who | None = None
    ask: Ask | None = None
    offer: Shown | None = None
    alum: Person | None = None
    alumni: tuple[Person, ...] = ()
    student: Person | None = None
    row: QueueRow | None = None
    roster: RosterImport | None = None
    version: Version | None = None


@dataclass(frozen=True)
class Say:
    """What to answer: a view by its name, the keys to draw it from, closed words to fill in."""

    view: str
    keys: Mapping[str, int] = field(default_factory=dict)
    params: Mapping[str, str] = field(default_factory=dict)

    def as_remembered(self) -> Remembered:
        return Remembered(self.view, self.keys, self.params)


@dataclass(frozen=True)
class Visit:
    """One gesture, under way."""

    uow: UnitOfWork
    now: datetime
    campus: Campus
    me: Person
    handle: Handle
    rights: frozenset[Right] | None
    matcher: Matcher
    press: PressId
    values: Mapping[str, Value]
    found: Found = field(default_factory=Found)
    space: str = ""
    channel: str = ""
    """Where it was typed: the realm of its Space and the channel, if it was one."""
    is_new: bool = False
    """Nobody knew them before this gesture."""
    by_post: bool = False
    """The answer comes as a direct message of its own."""
    files: Mapping[str, str] = field(default_factory=dict)
    """What was handed over, as text, by the name of its item."""

    @property
    def intro(self) -> Intro:
        if self.found.intro is None:
            raise NotYours
        return self.found.intro

    @property
    def role(self) -> Who:
        if self.found.role is None:
            raise NotYours
        return self.found.role

    @property
    def ask(self) -> Ask:
        if self.found.ask is None:
            raise NotYours
        return self.found.ask

    @property
    def offer(self) -> Shown:
        if self.found.offer is None:
            raise NotYours
        return self.found.offer

    @property
    def alum(self) -> Person:
        if self.found.alum is None:
            raise NotYours
        return self.found.alum

    @property
    def student(self) -> Person:
        if self.found.student is None:
            raise NotYours
        return self.found.student

    @property
    def row(self) -> QueueRow:
        if self.found.row is None:
            raise NotYours
        return self.found.row

    @property
    def roster(self) -> RosterImport:
        if self.found.roster is None:
            raise NotYours
        return self.found.roster

    @property
    def version(self) -> Version:
        if self.found.version is None:
            raise NotYours
        return self.found.version

    def text(self, name: str) -> str:
        """What was typed or chosen under `name`, empty if nothing."""
        value = self.values.get(name, "")
        return value.strip() if isinstance(value, str) else ",".join(value)

    def many(self, name: str) -> tuple[str, ...]:
        """What was ticked under `name`."""
        value = self.values.get(name, ())
        return (value,) if isinstance(value, str) and value else tuple(value)


def look_up(reading: Reading | UnitOfWork, target: Target, token: str, me: Person | None) -> Found:
    """What a token points at, for this person. Raises NotYours: "not yours" and "no such thing" are told alike."""
    if target in (Target.NOTHING, Target.CODE, Target.LINE):
        return Found()
    if target is Target.WAITING:
        return Found(alumni=tuple(reading.people.alumni(standing=Standing.WAITING)))
    if target is Target.ALUM:
        alum = reading.people.by_desk_token(token)
        if alum is None or alum.alum is None:
            raise NotYours
        return Found(alum=alum)
    if target in OF_THE_DESK:
        return _at_the_desk(reading, target, token)
    if target is Target.FLAGGED:
        intro = reading.intros.by_token(token)
        if intro is None or intro.desk_token != token:
            raise NotYours
        return Found(intro=intro, role=COORDINATOR)
    if me is None:
        raise NotYours
    if target is Target.ASK:
        return Found(ask=_own_ask(reading.asks.by_token(token), me))
    if target is Target.OFFER:
        offer = reading.asks.shown_by_token(token)
        if offer is None:
            raise NotYours
        return Found(offer=offer, ask=_own_ask(reading.asks.get(offer.ask), me), alum=reading.people.get(offer.alum))
    return _own_intro(reading.intros.by_token(token), target, token, me)


OF_THE_DESK = frozenset({Target.STUDENT, Target.QUEUE, Target.ROSTER, Target.WORDING})


def _at_the_desk(reading: Reading | UnitOfWork, target: Target, token: str) -> Found:
    """What only coordinators have a token of; that they are one is checked before."""
    if target is Target.QUEUE and (row := reading.queue.by_token(token)):
        return Found(row=row)
    if target is Target.ROSTER and (roster := reading.imports.by_token(token)):
        return Found(roster=roster)
    if target is Target.WORDING and (version := reading.wording.by_token(token)):
        return Found(version=version)
    if target is Target.STUDENT:
        student = reading.people.by_desk_token(token)
        if student is not None and student.student is not None and student.student.desk_token == token:
            return Found(student=student)
    raise NotYours


def _own_ask(ask: Ask | None, me: Person) -> Ask:
    if ask is None or ask.student != me.id:
        raise NotYours
    return ask


def _own_intro(intro: Intro | None, target: Target, token: str, me: Person) -> Found:
    role = intro.role_of(me.id) if intro is not None else None
    if intro is None or role is None or intro.token_for(role) != token:
        raise NotYours
    if target is Target.STUDENTS_INTRO and role is not Who.STUDENT:
        raise NotYours
    if target is Target.ALUMS_INTRO and role is not Who.ALUM:
        raise NotYours
    return Found(intro=intro, role=role)
