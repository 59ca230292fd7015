"""What a view is drawn from. `use_cases/stage.py` fills it; see there for why no Person but the reader is in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.asks import Ask
from bot.domain.campus import Campus
from bot.domain.disclosure import Disclosed
from bot.domain.exports import Written
from bot.domain.intro import Intro, Who
from bot.domain.matches import Reason
from bot.domain.people import Person
from bot.domain.queue import Need
from bot.domain.reports import Report
from bot.phrases import say, say_when, say_zone


@dataclass(frozen=True)
class MatchCard:
    """One alum offered, or waiting to be let in. `token` points at the offer for this reader."""

    token: str
    them: Disclosed
    reasons: tuple[Reason, ...]
    free: bool
    why_not: str = ""
    """To the desk: what keeps them from being offered."""


@dataclass(frozen=True)
class IntroLine:
    """One of the reader's intros, in a list."""

    intro: Intro
    them: Disclosed
    next_names: tuple[str, ...] = ()


@dataclass(frozen=True)
class QueueCard:
    """One thing that needs a coordinator. `token` is the row's own, `intro_token` the intro's for the desk."""

    need: Need
    token: str
    days: int
    student: Disclosed = field(default_factory=Disclosed)
    alum: Disclosed = field(default_factory=Disclosed)
    intro_token: str = ""
    detail: str = ""


@dataclass(frozen=True)
class PersonCard:
    """Somebody a coordinator looked up: what their card shows, how they stand, what they carry; no text of theirs."""

    token: str
    them: Disclosed
    standing: str = ""
    paused: bool = False
    open_now: int = 0
    used: int = 0
    most: int = 0
    talks: tuple[tuple[str, str], ...] = ()
    """With whom, and in which state."""


@dataclass(frozen=True)
class AuditLine:
    """One line of the audit, with names as long as there are any."""

    at: datetime
    who: str
    act: str
    target: str


@dataclass(frozen=True)
class ThreadLine:
    """One text of a flagged intro: what it was, and by whom."""

    kind: str
    by: str
    text: str


@dataclass(frozen=True)
class RosterLook:
    """How far a list has come, and what was wrong with it, in words."""

    token: str
    stage: str
    source: str
    lines: int
    done_lines: int
    imported: int
    changed: int
    unchanged: int
    bad_rows: int
    problems: tuple[str, ...] = ()


@dataclass(frozen=True)
class Stage:
    """Everything one reader may be shown now. What a view does not need stays empty."""

    now: datetime
    campus: Campus
    language: str
    zone: str
    me: Person | None = None
    params: Mapping[str, str] = field(default_factory=dict)
    role: Who | None = None
    them: Disclosed = field(default_factory=Disclosed)
    student: Disclosed = field(default_factory=Disclosed)
    """To the desk: the student, where `them` is the alum."""
    this_intro: Intro | None = None
    this_ask: Ask | None = None
    offer: str = ""
    token: str = ""
    said: str = ""
    """The newest text that the other wrote: the note, a question, an answer."""
    thanks: str = ""
    reply: str = ""
    worth_open: str = ""
    """To the student, after a talk: which of the questions about it is still open."""
    matches: tuple[MatchCard, ...] = ()
    intros: tuple[IntroLine, ...] = ()
    slots: tuple[datetime, ...] = ()
    next_names: tuple[str, ...] = ()
    talks_left: int = 0
    open_now: int = 0
    reply_days: float | None = None
    near_field: str = ""
    hours_ahead: float = 0.0
    place_known: bool = False
    more: int = 0
    """How many there are beside those that are shown."""
    newest: str = ""
    """When the newest of those shown came, so that a press on all of them takes nobody else."""
    untold: bool = False
    """The reader has yet to see the privacy notice."""
    of_age: bool | None = None
    """What the reader said about being 18 or over; None where it is to be asked."""
    alumni: int = 0
    """How many former students agreed to be asked."""
    queue: tuple[int, int] | None = None
    """To a coordinator: how many talks stand still, and how many people wait to come in."""

    made: Report | None = None
    """To a coordinator: a report, with nothing in it that may not be shown."""
    file: Written | None = None
    """To a coordinator who asked for it."""
    needs: tuple[QueueCard, ...] = ()
    """To a coordinator: what needs them, the most urgent first."""
    this_need: QueueCard | None = None
    thread: tuple[ThreadLine, ...] = ()
    people: tuple[PersonCard, ...] = ()
    counts: tuple[tuple[str, int], ...] = ()
    person: Person | None = None
    """To a coordinator who corrects a profile: whose it is."""
    roster: RosterLook | None = None
    uninvited: int = 0
    """To a coordinator: on the list, and without a letter."""
    most_letters: int = 0
    letters: str = ""
    """To a coordinator: letters that invite, as a file."""
    versions: tuple[tuple[str, str], ...] = ()
    """(token, key) of the sentences that this campus says its own way."""
    version: tuple[str, str] | None = None
    """(key, text) of the sentence that is looked at before it goes live."""
    entries: tuple[AuditLine, ...] = ()

    @property
    def need(self) -> QueueCard:
        """The row of the queue that this form is about. LookupError where there is none."""
        if self.this_need is None:
            raise LookupError("this form needs a row of the queue")
        return self.this_need

    @property
    def intro(self) -> Intro:
        """The intro this view is about. LookupError where the keys named none: a programmer's error."""
        if self.this_intro is None:
            raise LookupError("this view needs an intro")
        return self.this_intro

    @property
    def ask(self) -> Ask:
        if self.this_ask is None:
            raise LookupError("this view needs an ask")
        return self.this_ask

    @property
    def reader(self) -> Who:
        if self.role is None:
            raise LookupError("this view needs a part in the intro")
        return self.role

    @property
    def my_token(self) -> str:
        """The reader's own token of the intro."""
        return self.intro.token_for(self.reader)

    @property
    def name(self) -> str:
        """The other one, as the reader may call them."""
        return self.them.first_name or self.say("names.somebody")

    @property
    def my_name(self) -> str:
        return (self.me.given_name if self.me else "") or self.say("names.you")

    def say(self, key: str, **params: object) -> str:
        """A phrase in the reader's language."""
        return say(key, self.language, **params)

    def when(self, at: datetime) -> str:
        """A moment on the reader's clock, with the place whose clock it is."""
        return self.say("times.when", when=say_when(at, self.zone, self.language), zone=say_zone(self.zone, ""))
