"""Something isn't right: the intro stands still at once, and the career office is told at once."""

from __future__ import annotations

from datetime import datetime

from bot.domain.asks import LONGEST, plain
from bot.domain.disclosure import REASONS_TO_READ, texts_open_to_desk
from bot.domain.intro import COORDINATOR, Intro, State, other
from bot.domain.refusals import Mend, Refusal
from bot.ports import LetterKind, Step
from bot.use_cases.advance import advance
from bot.use_cases.visit import Say, Visit

NEVER_AGAIN = "never_again"


def send_flag(visit: Visit) -> Say:
    """Freeze, tell the coordinators' channel, and, if wished, never match the two again. Saying why is optional."""
    text = plain(visit.text("what"))[:LONGEST]
    intro = visit.intro
    if text:
        visit.uow.letters.add(LetterKind.FLAG, visit.me.id, text, visit.now, intro=intro.id)
    if NEVER_AGAIN in visit.many("never"):
        visit.uow.people.avoid(visit.me.id, intro.person(other(visit.role)), visit.now)
    intro = advance(visit.uow, intro, "flag", by=visit.role, now=visit.now)
    visit.uow.audit.add(visit.now, visit.me.who, "flag", str(intro.id))
    return Say("flagged", {"intro": intro.id})


def read_thread(visit: Visit) -> Say:
    """A coordinator opens what the two wrote. The reason is one of a few words, so that the trace names nobody."""
    reason = visit.text("reason")
    if reason not in REASONS_TO_READ:
        raise Mend({"reason": "reason_empty"})
    check_open(visit.intro, visit.now)
    about = visit.intro
    visit.uow.steps.add(Step("thread_read", visit.now, who=visit.me.who, intro=about.id, ask=about.ask, detail=reason))
    visit.uow.audit.add(visit.now, visit.me.who, f"read_{reason}", str(about.id))
    return Say("thread_desk", {"intro": about.id})


def check_open(intro: Intro, now: datetime) -> None:
    """Raises Refusal (`sealed`) for an intro that isn't stopped."""
    if not texts_open_to_desk(intro):
        raise Refusal("sealed")


def release(visit: Visit) -> Say:
    """A coordinator lets it go on where it stood."""
    _check_first(visit)
    intro = advance(visit.uow, visit.intro, "release", by=COORDINATOR, now=visit.now)
    visit.uow.audit.add(visit.now, visit.me.who, "release", str(intro.id))
    return Say("released_desk", {"intro": intro.id})


def close(visit: Visit) -> Say:
    """A coordinator ends it, kindly for both."""
    _check_first(visit)
    intro = advance(visit.uow, visit.intro, "close", by=COORDINATOR, now=visit.now)
    visit.uow.audit.add(visit.now, visit.me.who, "close", str(intro.id))
    return Say("closed_desk", {"intro": intro.id})


def _check_first(visit: Visit) -> None:
    """Of two coordinators one is first; the other is told who. Raises Refusal (`taken`)."""
    if visit.intro.state is State.FROZEN:
        return
    target = str(visit.intro.id)
    acts = ("release", "close", "queue_release", "queue_close")
    entries = [entry for act in acts if (entry := visit.uow.audit.newest_about(target, act))]
    newest = max(entries, key=lambda entry: entry.at, default=None)
    if newest is not None and newest.person is not None:
        raise Refusal("taken" if newest.person != visit.me.id else "taken_by_you", about=newest.person)
