"""Something isn't right: the intro stands still at once, and the career office is told at once."""

from __future__ import annotations

from bot.domain.asks import LONGEST, plain
from bot.domain.intro import COORDINATOR, other
from bot.ports import LetterKind
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


def release(visit: Visit) -> Say:
    """A coordinator lets it go on where it stood."""
    intro = advance(visit.uow, visit.intro, "release", by=COORDINATOR, now=visit.now)
    visit.uow.audit.add(visit.now, visit.me.who, "release", str(intro.id))
    return Say("released_desk", {"intro": intro.id})


def close(visit: Visit) -> Say:
    """A coordinator ends it, kindly for both."""
    intro = advance(visit.uow, visit.intro, "close", by=COORDINATOR, now=visit.now)
    visit.uow.audit.add(visit.now, visit.me.who, "close", str(intro.id))
    return Say("closed_desk", {"intro": intro.id})
