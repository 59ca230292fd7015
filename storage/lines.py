"""A row of the outbox, and the line that it is.

Read by place and not by name: finding each column by its name took longer than the database did.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, select

from bot.domain.messages import Message, MessageId
from bot.domain.people import Handle, PersonId
from storage import tables as t

_M, _H = t.message.c, t.handle.c
FIELDS: tuple[ColumnElement[Any], ...] = (
    _M.id, _M.kind, _M.view, _M.due, _M.to_person, _M.desk, _M.refs, _M.params, _M.intro, _M.version, _M.attempt,
    _M.failures, _M.token, _M.repeat, _M.handle,
)  # fmt: skip
TO_PERSON, HANDLE = 4, 14
_PLATFORM = len(FIELDS)
LINES: Select[Any] = select(*FIELDS, _H.platform, _H.realm, _H.user_id).select_from(
    t.message.outerjoin(t.handle, _M.handle == _H.id)
)


def line_of(row: Sequence[Any]) -> Message:
    """A row of `LINES`."""
    platform, realm, user_id = row[_PLATFORM : _PLATFORM + 3]
    return line_to(row, platform and Handle(platform, realm, user_id))


def line_to(row: Sequence[Any], handle: Handle | None) -> Message:
    """A row of `FIELDS`, and the account that its `HANDLE` is."""
    key, kind, view, due, to, desk, refs, params, intro, version, attempt, failures, token, repeat, *_ = row
    return Message(
        kind=kind,
        view=view,
        due=due,
        to=None if to is None else PersonId(to),
        handle=handle,
        desk=desk,
        keys=refs,
        params=params,
        intro=intro,
        version=version,
        id=MessageId(key),
        attempt=attempt,
        failures=failures,
        token=token,
        repeat=repeat,
    )
