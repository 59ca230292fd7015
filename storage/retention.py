"""What is forgotten by itself. Deleting is by sets, so that a night's run is a few statements."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, Delete, and_, delete, exists, or_, select, update

from bot.domain.intro import FINAL
from bot.domain.messages import Status
from bot.domain.people import PersonId, Standing
from bot.ports import LetterKind
from storage import tables as t
from storage.people import SqlPeople
from storage.replicas import Changes

NOT_ENDED = (Status.WAITING, Status.SENDING)


class SqlRetention:
    """Forgets."""

    def __init__(self, connection: Connection, changes: Changes, people: SqlPeople) -> None:
        self._connection = connection
        self._changes = changes
        self._people = people

    def forget_notes(self, ended_before: datetime) -> int:
        over = select(t.intro.c.id).where(t.intro.c.state.in_(FINAL), t.intro.c.ended_at < ended_before)
        letters = self._gone(delete(t.letter).where(t.letter.c.intro.in_(over), t.letter.c.at < ended_before))
        office = and_(t.letter.c.kind == LetterKind.OFFICE, t.letter.c.intro.is_(None), t.letter.c.at < ended_before)
        letters += self._gone(delete(t.letter).where(office))
        old = select(t.ask.c.id).where(t.ask.c.created_at < ended_before)
        young = exists().where(
            t.intro.c.ask == t.ask_text.c.ask,
            or_(t.intro.c.ended_at.is_(None), t.intro.c.ended_at >= ended_before),
        )
        return letters + self._gone(delete(t.ask_text).where(t.ask_text.c.ask.in_(old), ~young))

    def forget_drafts(self, before: datetime) -> int:
        quoted = update(t.roster_import).where(t.roster_import.c.at < before)
        self._connection.execute(quoted.values(letter=None, errors=[], notes=[]))
        kinds = (LetterKind.DRAFT, LetterKind.ROSTER, LetterKind.INVITATIONS, LetterKind.EXPORT)
        return self._gone(delete(t.letter).where(t.letter.c.kind.in_(kinds), t.letter.c.at < before))

    def forget_gestures(self, before: datetime) -> int:
        for table in (t.code_try, t.calendar_run):
            self._gone(delete(table).where(table.c.at < before))
        return self._gone(delete(t.gesture).where(t.gesture.c.at < before))

    def forget_lines(self, before: datetime) -> int:
        c = t.message.c
        ended = and_(c.status.not_in(NOT_ENDED), c.due < before, or_(c.tried_at.is_(None), c.tried_at < before))
        return self._gone(delete(t.message).where(ended))

    def forget_invited(self, before: datetime, *, without_notice_before: datetime, now: datetime) -> int:
        c = t.roster.c
        late = or_(c.came_in < before, and_(c.notice.is_(None), c.came_in < without_notice_before))
        invited = select(c.person).join(t.alum, t.alum.c.person == c.person)
        coded = exists().where(t.invitation.c.person == c.person, t.invitation.c.ends_at > now)
        gone = invited.where(t.alum.c.standing == Standing.INVITED, late, ~coded)
        people = [PersonId(person) for person in self._connection.execute(gone).scalars()]
        for person in people:
            self._forget_one_invited(person)
        return len(people)

    def _forget_one_invited(self, person: PersonId) -> None:
        """Somebody with an account is known for more than the office's row: a student, say, who typed their code and
        went no further."""
        if self._connection.execute(select(t.handle.c.id).where(t.handle.c.person == person).limit(1)).first() is None:
            self._people.erase(person)
            return
        self._changes.people = True
        self._people.forget()
        for table in (t.alum, t.roster, t.invitation):
            self._gone(delete(table).where(table.c.person == person))

    def _gone(self, statement: Delete) -> int:
        return self._connection.execute(statement).rowcount
