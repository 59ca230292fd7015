"""`Invite them`, from the chat: the letters that a mail merge sends, as a file for the coordinator who asked.

We write to nobody who hasn't come in by themselves (`use_cases/invite.py`), so nothing is sent to an alum here: whoever
is invited has no account that we know. The file holds addresses and codes that let somebody in, so it needs the right
to take files out, goes only to the account that asked, and is kept like a draft, to be had again. A press writes to so
many and no more, in a task of its own, and never ends a code that works: a letter that was sent stays true. Whose
letter is lost gets another from the terminal.
"""

from __future__ import annotations

from dataclasses import astuple
from datetime import datetime

from bot.domain.calendar import local_day, zone_of
from bot.domain.messages import Kind, Message
from bot.domain.people import Handle, PersonId
from bot.domain.refusals import Refusal
from bot.ports import LetterKind, UnitOfWork
from bot.use_cases.invite import invite
from bot.use_cases.visit import Say, Visit
from bot.views.invitations import COLUMNS, as_csv

MOST = 500
"""Letters of one press: in one transaction, and nobody waits for it longer than a breath."""


def begin(visit: Visit) -> Say:
    """The letters will be written. Raises Refusal (`nobody_to_invite`)."""
    waiting = visit.uow.imports.without_letter(visit.now)
    if not waiting:
        raise Refusal("nobody_to_invite")
    task = Message(Kind.TASK, "write_invitations", visit.now, handle=visit.handle, keys={"by": visit.me.id})
    visit.uow.outbox.add(task)
    return Say("inviting_desk", {}, {"count": str(min(waiting, MOST))})


def write(uow: UnitOfWork, by: PersonId, handle: Handle | None, now: datetime) -> bool:
    """Write them, and give the file to the account that asked; nothing where another press has written them all,
    or whoever asked has gone."""
    asked = uow.people.get(by)
    if asked.is_erased:
        return False  # before there are codes that nobody would be sent
    without = [row for row in uow.roster.invited(now) if not row.has_code]
    written = invite(uow, without[:MOST], now)
    if not written:
        return False
    rows = (astuple(one)[: len(COLUMNS)] for one in written)
    uow.letters.add(LetterKind.INVITATIONS, by, as_csv(rows), now)
    uow.audit.add(now, asked.who, "invitations", str(len(written)))
    told = {"count": str(len(written)), "no_email": str(sum(not one.email for one in written))}
    news = Message(Kind.NEWS, "invited_desk", now, to=by, handle=handle, params=told)
    uow.outbox.add(news, _file(uow, by, handle, now))
    return True


def again(visit: Visit) -> Say:
    """The newest file once more. Raises Refusal (`invitations_gone`)."""
    letter = visit.uow.letters.newest(LetterKind.INVITATIONS, writer=visit.me.id)
    if letter is None:
        raise Refusal("invitations_gone")
    visit.uow.audit.add(visit.now, visit.me.who, "invitations_again", "")
    visit.uow.outbox.add(_file(visit.uow, visit.me.id, visit.handle, visit.now))
    return Say("file_sent")


def _file(uow: UnitOfWork, by: PersonId, handle: Handle | None, now: datetime) -> Message:
    letter = uow.letters.newest(LetterKind.INVITATIONS, writer=by)
    assert letter is not None, "it was just written, or looked for"
    day = local_day(now, zone_of("", uow.places.campus())).isoformat()
    keys = {"letters": letter.id}
    return Message(Kind.FILE, "invitations_desk", now, to=by, handle=handle, keys=keys, params={"day": day})
