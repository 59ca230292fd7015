"""Knocking: somebody who takes no direct messages was asked to come, and has come."""

from __future__ import annotations

from bot.domain.messages import NEWEST_WINS
from bot.domain.people import Right
from bot.domain.refusals import NotYours, Refusal
from bot.use_cases.desk_export import TAKEN_OUT
from bot.use_cases.visit import Say, Visit


def open_waiting(visit: Visit) -> Say:
    """What waited for them, as it is now. Raises NotYours for anybody else, for a file that another account of theirs
    took out, and for what is long forgotten; Refusal (`export_only`, `rights_unknown`) for a file that was taken out,
    where the right to it is gone."""
    line = visit.uow.outbox.by_token(visit.press.token)
    if line is None or line.to != visit.me.id or line.kind in NEWEST_WINS:
        raise NotYours
    if line.view in TAKEN_OUT:
        if line.handle not in (None, visit.handle):
            raise NotYours
        if visit.rights is None:
            raise Refusal("rights_unknown")
        if Right.EXPORT not in visit.rights:
            raise Refusal("export_only")
        if any(visit.uow.letters.get(letter) is None for letter in line.keys.values()):
            raise NotYours
    return Say(line.view, line.keys, line.params)
