"""After the talk: did it happen, the thank-you, and its arrival."""

from __future__ import annotations

from datetime import datetime

from bot.domain.intro import ALUM, STUDENT, Intro, State
from bot.domain.messages import Kind, Message
from bot.domain.refusals import MovedOn, Refusal
from bot.ports import MAY_BE_QUOTED, LetterKind, Step
from bot.use_cases.advance import advance
from bot.use_cases.respond import written
from bot.use_cases.visit import Say, Visit
from bot.views.thanks import LEAVE


def happened(visit: Visit) -> Say:
    """Yes, we talked. The student is led on to the thanks."""
    _check_began(visit.intro, visit.now)
    intro = advance(visit.uow, visit.intro, "confirm_met", by=visit.role, now=visit.now)
    return Say("met" if visit.role is STUDENT else "met_alum", {"intro": intro.id})


def missed(visit: Visit) -> Say:
    """It didn't happen. No blame; where the other said it did, a coordinator looks."""
    _check_began(visit.intro, visit.now)
    said_met = visit.intro.met_by_alum if visit.role is STUDENT else visit.intro.met_by_student
    intro = advance(visit.uow, visit.intro, "report_missed", by=visit.role, now=visit.now)
    if said_met:
        visit.uow.steps.add(Step("met_against_missed", visit.now, who=visit.me.who, intro=intro.id))
        visit.uow.outbox.add(
            Message(Kind.SAFETY, "disagree_desk", visit.now, desk=True, keys={"intro": intro.id}, intro=intro.id)
        )
    return Say("missed_said", {"intro": intro.id})


def _check_began(intro: Intro, now: datetime) -> None:
    if intro.state is State.SCHEDULED and intro.starts_at is not None and now < intro.starts_at:
        raise Refusal("not_yet")


NOT_SAID_YET = frozenset({State.SCHEDULED, State.ACCEPTED, State.MISSED})
CAN_BE_THANKED = NOT_SAID_YET | {State.MET, State.UNCONFIRMED, State.UNTHANKED}


def check_thanks(intro: Intro, now: datetime) -> None:
    """Whether it is time for thanks, and not said yet. Raises Refusal."""
    _check_began(intro, now)
    if intro.state not in CAN_BE_THANKED:
        raise MovedOn(intro.state, intro.id)


def send_thanks(visit: Visit) -> Say:
    """The thank-you, carried to the alum. Thanking says that it happened, so the one press does both."""
    text = written(visit, "thanks")
    intro = visit.intro
    check_thanks(intro, visit.now)
    if intro.state in NOT_SAID_YET:
        intro = advance(visit.uow, intro, "confirm_met", by=STUDENT, now=visit.now)
    intro = advance(visit.uow, intro, "thank", by=STUDENT, now=visit.now)
    about = MAY_BE_QUOTED if LEAVE in visit.many("leave") else ""
    visit.uow.letters.add(LetterKind.THANKS, visit.me.id, text, visit.now, intro=intro.id, about=about)
    return Say("thanks_sent", {"intro": intro.id})


def received(visit: Visit) -> Say:
    """The alum confirms that the thanks arrived."""
    intro = advance(visit.uow, visit.intro, "confirm_thanks", by=ALUM, now=visit.now)
    return Say("closed_alum", {"intro": intro.id})


def send_reply(visit: Visit) -> Say:
    """A written reply counts as a confirmation."""
    text = written(visit, "reply")
    intro = visit.intro
    visit.uow.letters.add(LetterKind.REPLY, visit.me.id, text, visit.now, intro=intro.id)
    intro = advance(visit.uow, intro, "confirm_thanks", by=ALUM, now=visit.now)
    return Say("closed_alum", {"intro": intro.id})
