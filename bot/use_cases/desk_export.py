"""`/desk export`: a file for whoever asked, and for nobody else.

Asking is an act: it needs a right of its own, and stands in the audit. The file itself is a task in the outbox, written
where nobody waits for it, and comes as a direct message to the account that asked. So what was asked for can't be lost,
whatever is stopped in between. Until it has arrived the file is a letter, sealed like everything that is kept; then it
is forgotten. Where nobody can tell whether it arrived it is sent again: it is the reader's own, and nothing else brings
it. Letters that invite go the same way, but are kept for their week: the codes in them work, and they can be had again.

To no other account of the same person: that may be in a place whose administrators read along. Where the one that asked
can't be reached the file is given up and forgotten, and whoever asked is told, on any account of theirs, so that they
can ask again from there, by the rights of that one. Where they can't be told either, the desk is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.domain.exports import ALL, ALSO_NEEDS, Order, Written, read_order
from bot.domain.messages import Kind, Message
from bot.domain.people import Handle, PersonId, Right
from bot.domain.refusals import Refusal
from bot.domain.reports import period
from bot.ports import LetterKind, UnitOfWork
from bot.use_cases.visit import Say, Visit

TASK = "write_export"
TAKEN_OUT = frozenset({"export_file", "invitations_desk"})
"""The files that somebody has taken out."""
INSTEAD: Mapping[str, str] = {"failed": "export_failed", "closed": "export_closed", "large": "export_large"}
"""Why there is no file → what is said instead."""
NEVER_LET_GO = TAKEN_OUT | {*INSTEAD.values(), "invitations_failed_desk"}
"""None of these is given up in silence: neither a file nor what is said instead of it."""
REFUSED = {Right.AUDIT: "audit_only"}


def export(visit: Visit) -> Say:
    """Write it, and send it. Raises Refusal (`no_such_export`, `no_such_period`, `audit_only`)."""
    order = read_order(visit.text("export") or visit.press.arg)
    if order.period != ALL:
        period(order.period, visit.now, visit.campus)
    also = ALSO_NEEDS.get(order.what)
    if also is not None and also not in (visit.rights or ()):
        raise Refusal(REFUSED[also])
    visit.uow.audit.add(visit.now, visit.me.who, "export", order.as_words())
    asked = {"order": order.as_words(), "asked": str(int(visit.now.timestamp()))}
    task = Message(Kind.TASK, TASK, visit.now, handle=visit.handle, keys={"person": visit.me.id}, params=asked)
    visit.uow.outbox.add(task)
    return Say("export_begun", {}, asked)


@dataclass(frozen=True)
class Asked:
    """What a task asks for: which file, for whom, in which language, as of when."""

    order: Order
    person: PersonId
    handle: Handle | None
    language: str
    at: datetime


def asked_in(uow: UnitOfWork, task: Message) -> Asked | None:
    """None where whoever asked has gone."""
    person = uow.people.get(PersonId(task.keys["person"]))
    if person.is_erased:
        return None
    at = datetime.fromtimestamp(int(task.params["asked"]), UTC)
    return Asked(read_order(task.params["order"]), person.id, task.handle, person.language, at)


def send_written(uow: UnitOfWork, task: Message, file: Written | str, now: datetime) -> bool:
    """The file is there, or else why it isn't (`INSTEAD`). Whoever asked is told. False where they have gone."""
    uow.people.lock((PersonId(task.keys["person"]),))  # nothing is kept for somebody who is being erased
    asked = asked_in(uow, task)
    if asked is None:
        return False
    to, handle, words = asked.person, asked.handle, {"order": task.params["order"]}
    if isinstance(file, str):
        uow.outbox.add(Message(Kind.ANSWER, INSTEAD[file], now, to=to, handle=handle, params=words))
        return True
    letter = uow.letters.add(LetterKind.EXPORT, to, file.as_text(), now)
    keys = {"export": letter.id}
    uow.outbox.add(Message(Kind.FILE, "export_file", now, to=to, handle=handle, keys=keys, params=words))
    return True


def give_up(uow: UnitOfWork, line: Message, now: datetime) -> None:
    """One of `NEVER_LET_GO` can't be brought: whoever waits for a file is told, and else the desk."""
    if line.view not in TAKEN_OUT:
        assert line.to is not None, "a file is somebody's"
        uow.outbox.add(Message(Kind.NEWS, "file_unreached_desk", now, desk=True, keys={"alum": line.to}))
        return
    if line.view == "export_file":
        uow.letters.forget(line.keys["export"])
        is_closed = line.handle is not None and uow.people.is_closed(line.handle)
        view, words = INSTEAD["closed" if is_closed else "failed"], {"order": line.params["order"]}
    else:
        view, words = "invitations_failed_desk", {}
    uow.outbox.add(Message(Kind.ANSWER, view, now, to=line.to, handle=line.handle, params=words))


def forget_sent(uow: UnitOfWork, view: str, keys: Mapping[str, int]) -> None:
    """It has arrived, or was opened behind a door: nothing of it is kept here."""
    if view == "export_file":
        uow.letters.forget(keys["export"])
