"""What the core needs of a store, in its own words. `storage/` keeps these promises, once for SQLite and Postgres.

`Reading` never writes and never waits for a writer. `UnitOfWork` is one transaction; whoever opened it commits it,
once; a use case never does. Everything a use case reads through it is of that transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from bot.domain.asks import Ask, AskId
from bot.domain.campus import Campus
from bot.domain.doorway import Doorway, DoorwayId
from bot.domain.intro import Intro, IntroId, State
from bot.domain.messages import Copy, Message, MessageId, Status
from bot.domain.people import AlumProfile, Consent, ConsentTo, Handle, Person, PersonId, Platform, Space, StudentProfile


class LetterKind(StrEnum):
    """Free text and where it belongs. Kept in one encrypted column."""

    NOTE = "note"
    """The request's note."""
    MORE = "more"
    """A question first, its answer, and every note after: carried between the two."""
    PLACE = "place"
    CONTACT = "contact"
    """What one of the two typed to share."""
    THANKS = "thanks"
    REPLY = "reply"
    FLAG = "flag"
    REASON = "reason"
    DRAFT = "draft"
    """What has been typed into a form so far; kept 7 days."""


@dataclass(frozen=True)
class Letter:
    """A text somebody wrote; `intro` it belongs to, if any; `about` names the form of a draft."""

    id: int
    kind: LetterKind
    writer: PersonId
    text: str
    at: datetime
    intro: IntroId | None = None
    about: str = ""


@dataclass(frozen=True)
class Load:
    """What an alum carries now: places taken at a time; intros accepted this campus month; requests open now."""

    at_once: int = 0
    accepted_this_month: int = 0
    requested: int = 0


@dataclass(frozen=True)
class Allowance:
    """What a student has used: requests open now; intros of the last 30 days that count."""

    open: int = 0
    in_30_days: int = 0


@dataclass(frozen=True)
class Shown:
    """An alum offered to a student for an ask; `token` points at the offer, for that student alone."""

    ask: AskId
    alum: PersonId
    token: str
    at: datetime


@dataclass(frozen=True)
class Remembered:
    """A gesture's answer as it was given: a view's name, its keys and params, never its text."""

    view: str
    keys: Mapping[str, int]
    params: Mapping[str, str]


@dataclass(frozen=True)
class Step:
    """A dated fact, kept for ever, with nobody's name in it. `who` and `whom` are random keys."""

    what: str
    at: datetime
    who: str = ""
    whom: str = ""
    intro: int | None = None
    ask: int | None = None
    detail: str = ""
    platform: str = ""
    field: str = ""


class PeopleReading(Protocol):
    def get(self, person: PersonId) -> Person:
        """Raises LookupError."""

    def by_handle(self, handle: Handle) -> Person | None: ...

    def by_desk_token(self, token: str) -> Person | None: ...

    def alumni(self, *, standing: str | None = None) -> Sequence[Person]:
        """Every alum (of one standing), in a stable order."""

    def consent(self, person: PersonId, to: ConsentTo) -> Consent | None:
        """The newest of its kind, whether given or withdrawn."""

    def avoided_by(self, person: PersonId) -> frozenset[PersonId]:
        """Whom never to match this person with, whichever of the two said so."""

    def count_alumni(self, standing: str) -> int: ...

    def is_welcomed(self, handle: Handle) -> bool:
        """Whether its owner has been to the bot's own place (its page, its DM) before."""

    def pages_of(self, person: PersonId) -> Sequence[Handle]:
        """Their welcomed accounts on platforms that have a page to keep up to date."""


class People(PeopleReading, Protocol):
    def lock(self, people: Iterable[PersonId]) -> None:
        """The first statement of a gesture: holds everybody it will touch, at once and in id order."""

    def add(self, handle: Handle | None, given_name: str, family_name: str, zone: str, language: str) -> Person:
        """A new person (with a fresh `who`)."""

    def link(self, person: PersonId, handle: Handle, *, preferred: bool = False) -> None:
        """One more account of this person. Raises Conflict when it is somebody's already."""

    def prefer(self, person: PersonId, handle: Handle) -> None:
        """Write to them there first from now on."""

    def set_closed(self, handle: Handle, closed: bool) -> None:
        """Whether this account refuses direct messages."""

    def is_closed(self, handle: Handle) -> bool: ...

    def welcome(self, handle: Handle, at: datetime) -> None:
        """Its owner has come to the bot's own place for the first time."""

    def save(self, person: Person) -> None:
        """Names, zone, language, good hours."""

    def save_alum(self, person: PersonId, alum: AlumProfile) -> None: ...

    def drop_alum(self, person: PersonId) -> None:
        """No alum any more, and else as before."""

    def save_student(self, person: PersonId, student: StudentProfile) -> None: ...

    def record(self, person: PersonId, consent: Consent) -> None: ...

    def avoid(self, person: PersonId, whom: PersonId, at: datetime) -> None: ...

    def erase(self, person: PersonId) -> None:
        """Names, handles, profile, consents, letters and the row that ties the steps to this person: gone. What is
        left is a key without a name."""


class AsksReading(Protocol):
    def get(self, ask: AskId) -> Ask: ...

    def by_token(self, token: str) -> Ask | None: ...

    def newest_of(self, student: PersonId) -> Ask | None: ...

    def shown_for(self, ask: AskId) -> Sequence[Shown]: ...

    def shown_by_token(self, token: str) -> Shown | None: ...

    def shown_since(self, student: PersonId, since: datetime) -> frozenset[PersonId]: ...


class Asks(AsksReading, Protocol):
    def add(
        self, student: PersonId, wonder: str, question: str, about: str, now: datetime, *, advised: bool, unsure: bool
    ) -> Ask: ...

    def save(self, ask: Ask) -> None: ...

    def show(self, ask: AskId, alumni: Sequence[PersonId], now: datetime) -> Sequence[Shown]:
        """Remember who was offered (those offered before keep their token)."""


class IntrosReading(Protocol):
    def get(self, intro: IntroId) -> Intro: ...

    def by_token(self, token: str) -> Intro | None:
        """By any of its three tokens."""

    def of(self, person: PersonId, *, live_only: bool = False) -> Sequence[Intro]:
        """As student or alum, newest first."""

    def in_states(self, *states: State) -> Sequence[Intro]:
        """Everybody's, those that have stood longest first."""

    def of_ask(self, ask: AskId) -> Sequence[Intro]: ...

    def load_of(self, alum: PersonId, month_began: datetime) -> Load: ...

    def loads(self, month_began: datetime) -> Mapping[PersonId, Load]:
        """Of every alum that carries anything."""

    def allowance_of(self, student: PersonId, since: datetime) -> Allowance: ...

    def asked_since(self, student: PersonId, since: datetime) -> frozenset[PersonId]:
        """Alumni this student asked since then."""

    def reply_days(self) -> tuple[int, float]:
        """How many requests have closed with an answer, and the median days until it."""


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


class LettersReading(Protocol):
    def get(self, letter: int) -> Letter | None: ...

    def newest(
        self, kind: LetterKind, *, intro: IntroId | None = None, writer: PersonId | None = None, about: str = ""
    ) -> Letter | None: ...


class Letters(LettersReading, Protocol):
    def add(
        self, kind: LetterKind, writer: PersonId, text: str, now: datetime, *, intro: IntroId | None = None,
        about: str = "",
    ) -> Letter: ...  # fmt: skip

    def drop(self, kind: LetterKind, *, writer: PersonId, about: str = "") -> None: ...


class Steps(Protocol):
    def add(self, step: Step) -> None: ...

    def of_intro(self, intro: IntroId) -> Sequence[Step]: ...


@dataclass(frozen=True)
class Claimed:
    """A due line, claimed: `status` is already SENDING for this worker and attempt."""

    message: Message
    attempt: int


class Outbox(Protocol):
    def add(self, *lines: Message) -> None:
        """New lines; one whose newest wins voids those before it that still wait."""

    def claim(self, now: datetime, wall: datetime, worker: str, lease_seconds: int, most: int) -> Sequence[Claimed]:
        """The oldest due lines, marked `sending` with a lease that ends by the wall clock; also lines whose lease ran
        out (these come back with `repeat` set). At most one line per recipient at a time, in order. SKIP LOCKED."""

    def settle(
        self, line: MessageId, worker: str, attempt: int, status: Status, *, copy: Copy | None = None,
        platform: Platform | None = None, due: datetime | None = None, hold_until: datetime | None = None,
        repeat: bool = False, reason: str = "",
    ) -> bool:  # fmt: skip
        """How a try ended. Only with WAITING: `due`, the campus's time at which it shall be sent instead, and
        `hold_until`, the wall's before which it (and whatever its recipient has after it) must not be tried.
        False when the fence says somebody else has it."""

    def end_leases(self, wall: datetime) -> None:
        """Every claim ends now, for who knows that no other worker lives: its line comes back as if its lease had run
        out."""

    def next_due(self) -> datetime | None: ...

    def in_flight(self) -> int: ...

    def count(self, *statuses: Status) -> int:
        """How many lines stand so."""

    def nudges_since(self, person: PersonId, since: datetime) -> int:
        """Nudges and digests sent to this person since then."""

    def last_status(self, person: PersonId) -> Status | None:
        """How the newest line to this person ended that was sent or could not be; None before the first."""

    def void_for(self, person: PersonId) -> None:
        """Everything still waiting for this person."""

    def undeliverable(self) -> Sequence[Message]: ...


class Gestures(Protocol):
    def begin(self, key: str, now: datetime) -> bool:
        """Insert the key; False if it is there already."""

    def remembered(self, key: str) -> Remembered | None: ...

    def remember(self, key: str, answer: Remembered) -> None: ...


class Places(Protocol):
    """Spaces and the campus's rules."""

    def campus(self) -> Campus: ...

    def set_campus(self, key: str, value: str) -> None: ...

    def spaces(self) -> Sequence[Space]: ...

    def space(self, platform: Platform, realm: str, app: str) -> Space | None: ...

    def admit(self, space: Space) -> None: ...

    def doorway(self, doorway: DoorwayId) -> Doorway | None: ...

    def doorway_at(self, platform: Platform, realm: str, channel: str) -> Doorway:
        """The doorway of this channel, a new one if there was none."""

    def hang_doorway(self, doorway: DoorwayId, message: str) -> None:
        """Its card is this message now."""

    def mark(self) -> str:
        """What the database is: empty, or `sandbox`."""

    def set_mark(self, mark: str) -> None: ...


@dataclass(frozen=True)
class Invited:
    """A row of the office's whose person hasn't joined. `has_code`: one that still works."""

    person: PersonId
    alum_id: str
    email: str
    source: str
    has_code: bool


class Roster(Protocol):
    """The office's own rows, found by its own key or by a keyed hash of an e-mail."""

    def find(self, alum_id: str, email: str) -> PersonId | None: ...

    def link(
        self, person: PersonId, alum_id: str, email: str, source: str, notice: date | None, at: datetime
    ) -> None: ...

    def fingerprint(self, person: PersonId) -> str:
        """Of the row as imported last: the same row again changes nothing."""

    def set_fingerprint(self, person: PersonId, fingerprint: str) -> None: ...

    def has(self, person: PersonId) -> bool:
        """Whether this person is a row of the office's. For somebody with an account only a code makes them one."""

    def move(self, row_of: PersonId, to: PersonId) -> None:
        """The row is another person's from now on, who has none yet."""

    def invited(self, now: datetime) -> Sequence[Invited]:
        """Everybody who is invited and hasn't joined, in the order in which they came in."""

    def was_told(self, person: PersonId, day: date) -> None:
        """They have had notice of where their data came from; an earlier day stands."""

    def keep_away(self, alum_id: str, email: str, at: datetime) -> None:
        """Somebody objected: a row with this key or e-mail never comes in again."""

    def keep_person_away(self, person: PersonId, at: datetime) -> None:
        """The same of a person, by their row; nothing for somebody who has none."""

    def is_kept_away(self, alum_id: str, email: str) -> bool: ...


class Codes(Protocol):
    """The one-time codes of those who are invited; nothing of one is kept that could be read."""

    def give(self, person: PersonId, ends_at: datetime) -> str:
        """A new code, told this once; an earlier one ends."""

    def owner(self, code: str) -> PersonId | None:
        """Whose code it is, whether it still works or not."""

    def take(self, code: str, now: datetime) -> PersonId | None:
        """Use it up: whose it was. Of two who try at once, one gets it."""

    def end(self, person: PersonId) -> None:
        """No code lets anybody in as this person any more."""

    def wrong_tries(self, account: Handle, since: datetime) -> int:
        """How many codes from this account did not fit since then."""

    def note_wrong_try(self, account: Handle, at: datetime) -> None: ...


class Retention(Protocol):
    """What is forgotten by itself, a retention class at a time; each tells how many rows went."""

    def forget_notes(self, ended_before: datetime) -> int:
        """Texts of intros that ended before then, and of asks with no intro that is younger."""

    def forget_drafts(self, before: datetime) -> int: ...

    def forget_gestures(self, before: datetime) -> int: ...

    def forget_lines(self, before: datetime) -> int:
        """Lines that ended, with their copies, by when they were last tried or due."""

    def forget_invited(self, before: datetime, *, without_notice_before: datetime, now: datetime) -> int:
        """Alumni invited and never joined, by when they came in, unless their code still works: whole people; of those
        who have an account, only what makes them an alum."""


class Audit(Protocol):
    def add(self, at: datetime, who: str, act: str, target: str = "") -> None: ...


class Reading(Protocol):
    """A consistent look, that never waits for a writer."""

    @property
    def people(self) -> PeopleReading: ...
    @property
    def asks(self) -> AsksReading: ...
    @property
    def intros(self) -> IntrosReading: ...
    @property
    def letters(self) -> LettersReading: ...
    @property
    def places(self) -> Places: ...
    @property
    def steps(self) -> Steps: ...


class UnitOfWork(Protocol):
    """One transaction over everything."""

    @property
    def people(self) -> People: ...
    @property
    def asks(self) -> Asks: ...
    @property
    def intros(self) -> Intros: ...
    @property
    def letters(self) -> Letters: ...
    @property
    def steps(self) -> Steps: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def gestures(self) -> Gestures: ...
    @property
    def places(self) -> Places: ...
    @property
    def roster(self) -> Roster: ...
    @property
    def codes(self) -> Codes: ...
    @property
    def audit(self) -> Audit: ...
    @property
    def retention(self) -> Retention: ...

    def savepoint(self) -> AbstractContextManager[None]:
        """Undone, and nothing else, when an exception leaves it."""

    def commit(self) -> None: ...
