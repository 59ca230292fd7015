"""Knocking: somebody who takes no direct messages was asked to come, and has come."""

from __future__ import annotations

from bot.domain.messages import NEWEST_WINS
from bot.domain.refusals import NotYours
from bot.use_cases.visit import Say, Visit


def open_waiting(visit: Visit) -> Say:
    """What waited for them, as it is now. Raises NotYours for anybody else, and for what is long forgotten."""
    line = visit.uow.outbox.by_token(visit.press.token)
    if line is None or line.to != visit.me.id or line.kind in NEWEST_WINS:
        raise NotYours
    return Say(line.view, line.keys, line.params)
