"""Monday's word to the coordinators' channel, and a word to each alum when a term is over.

Both are calendar runs: each has a key of its own per period, taken in the transaction that writes the lines, so that of
several processes one sends it. Demand that was not met is what reports count as that, by the fields on the Steps; a
field has somebody where an alum is in, though they may not be free just now. Somebody's thanks are quoted only where
the student ticked that they may be.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from bot.domain.calendar import term_that_ended, week_before
from bot.domain.messages import Kind, Message
from bot.domain.people import Standing
from bot.domain.reports.facts import OF_ASK
from bot.ports import UnitOfWork
from bot.use_cases import queue
from bot.use_cases.tally import alum_field

WANTED_WITHIN = timedelta(days=30)
"""A field that a student wondered about lately, and nobody covers."""


def send_digest(uow: UnitOfWork, now: datetime) -> None:
    """What needs somebody, what came of last week, what is missing, and a line of thanks. Nothing at all where there is
    nothing to say."""
    campus = uow.places.campus()
    begins, ends = week_before(now, campus)
    queue.refresh(uow, campus, now)
    covered = {alum_field(alum) for alum in uow.people.alumni(standing=Standing.APPROVED)}
    missing = sorted(uow.queue.fields_wanted(OF_ASK, now - WANTED_WITHIN) - covered)
    thanks = uow.queue.thanks_to_quote(begins, ends)
    params = {
        "need": str(len(uow.queue.open(now))),
        "talks": str(sum(len(held.intros) for held in uow.queue.held(begins, ends))),
        "missing": ",".join(missing),
    }
    if thanks is None and params["missing"] == "" and {params["need"], params["talks"]} == {"0"}:
        return
    keys = {} if thanks is None else {"thanks": thanks}
    uow.outbox.add(Message(Kind.DIGEST, "digest_desk", now, desk=True, keys=keys, params=params))


def send_impact(uow: UnitOfWork, now: datetime) -> None:
    """To each alum whom somebody met in the term that has just ended: what their time did."""
    begins, ends = term_that_ended(now, uow.places.campus())
    for held in uow.queue.held(begins, ends):
        alum = uow.people.get(held.alum)
        if alum.is_erased or alum.alum is None or alum.alum.standing is not Standing.APPROVED:
            continue
        thanks = uow.queue.thanks_to_quote(begins, ends, held.intros)
        uow.outbox.add(
            Message(
                Kind.DIGEST,
                "impact_alum",
                now,
                to=alum.id,
                keys={} if thanks is None else {"thanks": thanks},
                params={"talks": str(len(held.intros)), "minutes": str(held.minutes)},
            )
        )


RUNS: Mapping[str, Callable[[UnitOfWork, datetime], None]] = {"digest": send_digest, "impact": send_impact}
"""What a run's key says to do, by its first word."""
