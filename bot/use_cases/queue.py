"""The coordinators' queue: found anew when somebody looks, and one press for each thing in it.

Whatever is done here is a Step, with what was needed and what was done as its detail, and stands in the audit. A row
is taken before anything is done about it, in the same transaction: of two who press at once one acts, and the other is
told who it was.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from bot.domain.asks import AskId
from bot.domain.campus import Campus
from bot.domain.intro import COORDINATOR, STUDENT, Intro
from bot.domain.messages import Kind, Message
from bot.domain.people import Person, PersonId, Standing
from bot.domain.queue import (
    ASKED_WITHIN,
    NO_SHOWS,
    NO_SHOWS_WITHIN,
    SNOOZE,
    WRITES_TO_BOTH,
    Act,
    Finding,
    Need,
    looked_at_since,
    need_of,
    offers,
)
from bot.domain.refusals import NotYours, Refusal
from bot.ports import LetterKind, QueueRow, Reading, Step, UnitOfWork
from bot.use_cases import approve, respond
from bot.use_cases.advance import advance
from bot.use_cases.stage import EPOCH
from bot.use_cases.visit import Say, Visit

HELP: Mapping[str, Need] = {
    "introduce_me": Need.INTRODUCE,
    "ask_office": Need.OFFICE_ASKED,
    "no_next": Need.RAN_OUT,
}
"""The steps by which a student asks for help, or comes to the end of their list."""
IMPORTED_WITHIN = timedelta(days=7)
"""After that the lines that were wrong are forgotten, like any draft."""


def look(visit: Visit) -> Say:
    """`/desk queue`."""
    refresh(visit.uow, visit.campus, visit.now)
    return Say("queue_desk")


def refresh(uow: UnitOfWork, campus: Campus, now: datetime) -> None:
    """Find what needs a person now, and give each a row."""
    uow.queue.keep(findings(uow, campus, now), now)


def findings(uow: UnitOfWork, campus: Campus, now: datetime) -> list[Finding]:
    """Everything that needs a person now."""
    found = []
    for intro in uow.intros.standing_since(looked_at_since(campus, now)):
        need = need_of(intro, campus, now)
        if need is not None:
            found.append(Finding(need, intro.since, intro=intro.id))
    for person, about, due in uow.queue.unreached():
        reader = uow.people.get(person)
        hosts = _hosts(reader, None if about is None else uow.intros.get(about))
        need = Need.UNREACHED_ALUM if hosts else Need.UNREACHED_STUDENT
        found.append(Finding(need, due, intro=about, person=person))
    for person, last, at in uow.queue.no_shows(now - NO_SHOWS_WITHIN, NO_SHOWS):
        is_student = uow.intros.get(last).role_of(person) is STUDENT
        found.append(Finding(Need.NO_SHOW_STUDENT if is_student else Need.NO_SHOW_ALUM, at, intro=last, person=person))
    for alum in uow.people.alumni(standing=Standing.WAITING):
        joined = alum.alum.joined_at if alum.alum else None
        found.append(Finding(Need.WAITING, joined or EPOCH, person=alum.id))
    for what, ask, at in uow.queue.asked_for_help(HELP, now - ASKED_WITHIN):
        found.append(Finding(HELP[what], at, ask=ask, person=uow.asks.get(ask).student))
    rosters = uow.imports.with_errors(now - IMPORTED_WITHIN)
    return found + [Finding(Need.IMPORT, roster.at, roster=roster.id) for roster in rosters]


def _hosts(reader: Person, intro: Intro | None) -> bool:
    return intro.alum == reader.id if intro is not None else reader.alum is not None


# --- acting --------------------------------------------------------------------------------------------------------


def act(visit: Visit) -> Say:
    """One press on a row. Raises Refusal (`taken`) for the second of two."""
    chosen = Act(visit.press.arg) if visit.press.arg in {each.value for each in DOES} else None
    if chosen is None or chosen not in offers(visit.row.need):
        raise NotYours
    if chosen is not Act.SNOOZE:
        take(visit, chosen)
    else:
        check_free(visit)
    DOES[chosen](visit, visit.row)
    if chosen is Act.LOOK and visit.row.roster is not None:
        return Say("import_desk", {"roster": visit.row.roster})
    return done(visit, UNHEARD if chosen is Act.PAUSE and visit.row.need is Need.UNREACHED_ALUM else chosen)


UNHEARD = "pause_unheard"
"""Paused, and they can't be told: no message reaches them, and one more that doesn't only comes back to the desk."""


def check_free(visit: Visit) -> None:
    """Raises Refusal (`taken`, naming who was first; `passed` where it went by itself)."""
    row = visit.row
    if row.settled_at is None:
        return
    first = visit.uow.people.by_who(row.settled_by)
    if first is None:
        raise Refusal("passed")
    raise Refusal("taken" if first.id != visit.me.id else "taken_by_you", about=first.id)


def take(visit: Visit, chosen: Act) -> None:
    """This one is mine: written down at once, so that nobody else does it as well. Raises Refusal."""
    check_free(visit)
    row, who = visit.row, visit.me.who
    if not visit.uow.queue.settle(row.id, who, chosen.value, visit.now):
        raise Refusal("passed")
    note(visit, chosen)


def note(visit: Visit, chosen: Act) -> None:
    """A Step and a line in the audit, for whatever was done about a row."""
    row = visit.row
    about = visit.uow.people.get(row.person).who if row.person is not None else ""
    visit.uow.steps.add(
        Step(
            "desk", visit.now, who=visit.me.who, whom=about, intro=row.intro, ask=row.ask, detail=f"{row.need}.{chosen}"
        )
    )
    visit.uow.audit.add(visit.now, visit.me.who, f"queue_{chosen}", str(row.intro or "") or about)


def done(visit: Visit, chosen: str) -> Say:
    """What was done, above what is left."""
    refresh(visit.uow, visit.campus, visit.now)
    return Say("queue_desk", {}, {"done": str(chosen)})


def _intro(visit: Visit, row: QueueRow) -> Intro:
    if row.intro is None:
        raise NotYours
    return visit.uow.intros.get(row.intro)


def _release(visit: Visit, row: QueueRow) -> None:
    advance(visit.uow, _intro(visit, row), "release", by=COORDINATOR, now=visit.now)


def _close(visit: Visit, row: QueueRow) -> None:
    advance(visit.uow, _intro(visit, row), "close", by=COORDINATOR, now=visit.now)


def _rematch(visit: Visit, row: QueueRow) -> None:
    """This request ends kindly for both, and the student's next choice is asked; without one they look again."""
    advance(visit.uow, _intro(visit, row), "rematch", by=COORDINATOR, now=visit.now)


def _pause(visit: Visit, row: QueueRow) -> None:
    """Nobody new asks this alum until they come back, which is one press."""
    alum = visit.uow.people.get(_about(visit, row))
    if alum.alum is None or alum.alum.standing is not Standing.APPROVED:
        raise Refusal("decided_already", about=alum.id)
    pause_by_office(visit, alum, heard=row.need is not Need.UNREACHED_ALUM)


def pause_by_office(visit: Visit, alum: Person, *, heard: bool = True) -> None:
    """A pause without an end, told with the way back where messages reach them."""
    respond.pause(visit.uow, alum, None, visit.now)
    if heard:
        visit.uow.outbox.add(Message(Kind.NEWS, "paused_by_office", visit.now, to=alum.id))
    visit.matcher.changed()


def _about(visit: Visit, row: QueueRow) -> PersonId:
    if row.person is not None:
        return row.person
    return _intro(visit, row).alum


def _approve(visit: Visit, row: QueueRow) -> None:
    approve.let_one_in(visit, visit.uow.people.get(_about(visit, row)))


def _send_again(visit: Visit, row: QueueRow) -> None:
    """Their door may be open again: every account of theirs is tried once more."""
    person = visit.uow.people.get(_about(visit, row))
    for handle in person.handles:
        visit.uow.people.set_closed(handle, False)
    visit.uow.outbox.try_again(person.id, visit.now)


def _nothing(visit: Visit, row: QueueRow) -> None:
    """It is looked at, or put away: nothing else happens."""


def _snooze(visit: Visit, row: QueueRow) -> None:
    visit.uow.queue.snooze(row.id, visit.now + SNOOZE)
    note(visit, Act.SNOOZE)


DOES: Mapping[Act, Callable[[Visit, QueueRow], None]] = {
    Act.RELEASE: _release,
    Act.CLOSE: _close,
    Act.REMATCH: _rematch,
    Act.PAUSE: _pause,
    Act.APPROVE: _approve,
    Act.SEND_AGAIN: _send_again,
    Act.LOOK: _nothing,
    Act.DISMISS: _nothing,
    Act.SNOOZE: _snooze,
}
"""What one press does. (Writing and introducing open a form first.)"""


# --- a word from the office ----------------------------------------------------------------------------------------


def send_office_note(visit: Visit) -> Say:
    """A line from the career office: to both, or to the one whom it is for."""
    text = respond.written(visit, "text")
    if Act.WRITE not in offers(visit.row.need):
        raise NotYours
    take(visit, Act.WRITE)
    intro = _intro(visit, visit.row)
    letter = visit.uow.letters.add(LetterKind.OFFICE, visit.me.id, text, visit.now, intro=intro.id)
    for person in written_to(visit.row, intro):
        visit.uow.outbox.add(Message(Kind.NOTE, "office_writes", visit.now, to=person, keys={"office": letter.id}))
    return done(visit, Act.WRITE)


def written_to(row: QueueRow, intro: Intro) -> tuple[PersonId, ...]:
    """Whom a word about this row goes to."""
    if row.need in WRITES_TO_BOTH:
        return (intro.student, intro.alum)
    return (row.person or intro.student,)


# --- forms ---------------------------------------------------------------------------------------------------------


def student_of(reading: Reading | UnitOfWork, row: QueueRow) -> PersonId:
    """The student whom a row is about. Raises NotYours."""
    if row.ask is not None:
        return reading.asks.get(AskId(row.ask)).student
    if row.intro is not None:
        return reading.intros.get(row.intro).student
    raise NotYours


def check_row(row: QueueRow, opens: str) -> None:
    """A form about a row is opened only for what it offers, and only while nobody has taken it."""
    act = {"office_note": Act.WRITE, "introduction": Act.INTRODUCE}.get(opens)
    if act not in offers(row.need):
        raise NotYours
    if row.settled_at is not None:
        raise Refusal("passed")
