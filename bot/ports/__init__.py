"""What the core needs of a store, in its own words. `storage/` keeps these promises, once for SQLite and Postgres.

`Reading` never writes and never waits for a writer. `UnitOfWork` is one transaction; whoever opened it commits it,
once; a use case never does. Everything a use case reads through it is of that transaction.
"""

from bot.ports.asks import Asks, AsksReading, Shown
from bot.ports.exports import CountedStudent, Exports, IntroRow, NameRow, OfficeKey
from bot.ports.gestures import Gestures, Remembered
from bot.ports.history import History, PastLine
from bot.ports.intros import Allowance, Intros, IntrosReading
from bot.ports.letters import MAY_BE_QUOTED, Letter, LetterKind, Letters, LettersReading
from bot.ports.outbox import Arrival, Claimed, Outbox, OutboxReading
from bot.ports.people import People, PeopleReading
from bot.ports.places import Places
from bot.ports.planned import Line, Planned
from bot.ports.queue import Held, Queue, QueueReading, QueueRow
from bot.ports.replicas import Leases, Revision, Revisions, Runs
from bot.ports.roster import Codes, Invited, Roster
from bot.ports.steps import Step, Steps
from bot.ports.unit_of_work import Reading, UnitOfWork
from bot.ports.upkeep import Audit, AuditReading, Entry, Retention
from bot.ports.wording import Imports, ImportsReading, RosterImport, Version, Wording, WordingReading

__all__ = [
    "MAY_BE_QUOTED",
    "Allowance",
    "Arrival",
    "Asks",
    "AsksReading",
    "Audit",
    "AuditReading",
    "Claimed",
    "Codes",
    "CountedStudent",
    "Entry",
    "Exports",
    "Gestures",
    "Held",
    "History",
    "Imports",
    "ImportsReading",
    "IntroRow",
    "Intros",
    "IntrosReading",
    "Invited",
    "Leases",
    "Letter",
    "LetterKind",
    "Letters",
    "LettersReading",
    "Line",
    "NameRow",
    "OfficeKey",
    "Outbox",
    "OutboxReading",
    "PastLine",
    "People",
    "PeopleReading",
    "Places",
    "Planned",
    "Queue",
    "QueueReading",
    "QueueRow",
    "Reading",
    "Remembered",
    "Retention",
    "Revision",
    "Revisions",
    "Roster",
    "RosterImport",
    "Runs",
    "Shown",
    "Step",
    "Steps",
    "UnitOfWork",
    "Version",
    "Wording",
    "WordingReading",
]
