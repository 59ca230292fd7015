"""The outbox, read: what is planned for an intro or a person, and what has become of it. It changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, select

from bot.domain.digest import DIGEST_VIEW, LastDigest
from bot.domain.intro import IntroId
from bot.domain.messages import Kind, MessageId, Status
from bot.domain.people import PersonId
from bot.ports import Line
from storage import tables as t
from storage.lines import LINES, line_of

_OPEN, _ARRIVED = (Status.WAITING, Status.SENDING), (Status.SENT, Status.UNCLEAR)


class SqlPlanned:
    """Lines as they are now."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of_intro(self, intro: IntroId) -> Sequence[Line]:
        c = t.message.c
        told = LINES.add_columns(c.status, c.reason, c.tried_at).where(c.intro == intro).order_by(c.due, c.id)
        return [Line(line_of(row), *row[-3:]) for row in self._connection.execute(told)]

    def nudged_at(self, person: PersonId, since: datetime, *, but: MessageId | None = None) -> Sequence[datetime]:
        c = t.message.c
        theirs = and_(c.to_person == person, c.kind.in_((Kind.NUDGE, Kind.DIGEST)), c.tried_at >= since)
        gone = c.status.in_((*_ARRIVED, Status.SENDING))
        found = select(c.tried_at).where(theirs, gone, _not(but)).order_by(c.tried_at)
        return [at for at in self._connection.execute(found).scalars() if at is not None]

    def last_digest(self, person: PersonId, *, but: MessageId | None = None) -> LastDigest | None:
        c = t.message.c
        digests = and_(c.to_person == person, c.kind == Kind.DIGEST, c.view == DIGEST_VIEW)
        theirs = and_(digests, c.status.in_((*_OPEN, *_ARRIVED)), _not(but))
        newest = select(c.status, c.due, c.tried_at).where(theirs).order_by(c.status.in_(_OPEN).desc(), c.id.desc())
        row = self._connection.execute(newest.limit(1)).first()
        if row is None:
            return None
        return LastDigest(row.due, True) if row.status in _OPEN else LastDigest(row.tried_at or row.due, False)


def _not(but: MessageId | None) -> ColumnElement[bool]:
    return t.message.c.id != (but or 0)
