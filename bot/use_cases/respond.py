"""The alum answers a request: yes, not this time, a question first, I'm away. And the student answers the question."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.domain.asks import LONGEST, hold_back_contact, plain
from bot.domain.calendar import local_day, month_began, zone_of
from bot.domain.capacity import has_room_to_accept
from bot.domain.intro import AGREED, ALUM, STUDENT, Intro, State
from bot.domain.people import AlumProfile, Person, Standing
from bot.domain.refusals import Mend, MovedOn, NotYours, Refusal
from bot.ports import LetterKind, Step, UnitOfWork
from bot.use_cases.advance import advance
from bot.use_cases.doorway import refresh
from bot.use_cases.tally import alum_step, pause_days
from bot.use_cases.visit import Say, Visit

REASONS = ("busy", "not_my_field", "too_soon", "other")
PAUSE_DAYS = 30
LONGEST_PAUSE = timedelta(days=366)


def accept(visit: Visit) -> Say:
    """Yes. The capacity is checked again here, where both people are held; this request's own place apart."""
    intro = visit.intro
    if intro.state is not State.REQUESTED:
        raise MovedOn(intro.state, intro.id)
    alum = visit.me.alum
    load = visit.uow.intros.load_of(visit.me.id, month_began(visit.now, visit.campus))
    if alum is None or not has_room_to_accept(alum.pace, load.at_once, load.accepted_this_month, load.requested):
        raise Refusal("full")
    intro = advance(visit.uow, intro, "accept", by=ALUM, now=visit.now)
    return Say("accepted", {"intro": intro.id})


def decline(visit: Visit) -> Say:
    """Not this time: one press, no question before it. A reason may be given after, and stays private."""
    intro = advance(visit.uow, visit.intro, "decline", by=ALUM, now=visit.now)
    return Say("declined_thanks", {"intro": intro.id})


def decline_reason(visit: Visit) -> Say:
    """Why, in a closed word, for the office's figures only; never told to the student."""
    if visit.intro.state is not State.DECLINED or visit.press.arg not in REASONS:
        raise NotYours
    visit.uow.steps.add(
        Step("decline_reason", visit.now, who=visit.me.who, intro=visit.intro.id, detail=visit.press.arg)
    )
    return Say("reason_kept")


def send_question(visit: Visit) -> Say:
    """A question first, once; the wait starts anew, and the nudges go to the student."""
    text, held_back = _text(visit, "question")
    intro = advance(visit.uow, visit.intro, "ask_more", by=ALUM, now=visit.now)
    visit.uow.letters.add(LetterKind.MORE, visit.me.id, text, visit.now, intro=intro.id)
    return Say("question_sent", {"intro": intro.id}, held_back)


def send_answer(visit: Visit) -> Say:
    """The student's answer to it; the wait for the alum starts anew."""
    text, held_back = _text(visit, "answer")
    intro = advance(visit.uow, visit.intro, "answer", by=STUDENT, now=visit.now)
    visit.uow.letters.add(LetterKind.MORE, visit.me.id, text, visit.now, intro=intro.id)
    return Say("answer_sent", {"intro": intro.id}, held_back)


def _text(visit: Visit, name: str) -> tuple[str, dict[str, str]]:
    text = written(visit, name)
    kept, held = hold_back_contact(text)
    return kept, {"held_back": "1"} if held else {}


def written(visit: Visit, name: str) -> str:
    """What somebody wrote in one field, cleaned. Raises Mend where there is nothing, or too much."""
    text = plain(visit.text(name))
    if not text:
        raise Mend({name: "text_empty"})
    if len(text) > LONGEST:
        raise Mend({name: ("too_long", {"most": LONGEST, "count": len(text)})})
    return text


# --- away ----------------------------------------------------------------------------------------------------------


def send_pause(visit: Visit) -> Say:
    """I'm away until …: nobody new asks, and those who wait are told kindly and moved on. Agreed talks stand."""
    until = _until(visit)
    moved = pause(visit.uow, visit.me, until, visit.now)
    visit.matcher.changed()
    return Say("paused", {}, {"until": until.isoformat() if until else "", "moved": str(moved)})


def pause_month(visit: Visit) -> Say:
    """The same in one press, beside a decline."""
    until = _today(visit) + timedelta(days=PAUSE_DAYS)
    moved = pause(visit.uow, visit.me, until, visit.now)
    visit.matcher.changed()
    return Say("paused", {}, {"until": until.isoformat(), "moved": str(moved)})


def keep_talk(visit: Visit) -> Say:
    """On a break, and this one stands all the same."""
    if visit.intro.state not in AGREED:
        raise MovedOn(visit.intro.state, visit.intro.id)
    return Say("talk_kept", {"intro": visit.intro.id})


def _until(visit: Visit) -> date | None:
    text = visit.text("until")
    if not text:
        return None
    try:
        until = date.fromisoformat(text)
    except ValueError:
        raise Mend({"until": "day_unreadable"}) from None
    today = _today(visit)
    if not today <= until <= today + LONGEST_PAUSE:
        raise Mend({"until": "day_out_of_range"})
    return until


def _today(visit: Visit) -> date:
    """On the campus's clock, by which a break ends."""
    return local_day(visit.now, zone_of("", visit.campus))


def profile_of(person: Person) -> AlumProfile:
    """Raises Refusal (`not_an_alum`) for somebody who never joined as one, or is one no more."""
    if person.alum is None or person.alum.standing not in (Standing.WAITING, Standing.APPROVED):
        raise Refusal("not_an_alum")
    return person.alum


def pause(uow: UnitOfWork, alum: Person, until: date | None, now: datetime, *, why: str = "") -> int:
    """Pause an alum; how many waiting students were moved on."""
    uow.people.save_alum(alum.id, replace(profile_of(alum), paused_since=now, paused_until=until, silent=0))
    days = pause_days(until, now, uow.places.campus())
    uow.steps.add(alum_step("pause", now, alum, detail=why, amount=days))
    refresh(uow, (alum.id,), now)
    return move_waiting_on(uow, alum, now)


def move_waiting_on(uow: UnitOfWork, alum: Person, now: datetime) -> int:
    """Every request that waits for this alum ends kindly, and the student's next choice is asked."""
    waiting: list[Intro] = [
        intro
        for intro in uow.intros.of(alum.id, live_only=True)
        if intro.alum == alum.id and intro.state is State.REQUESTED
    ]
    for intro in waiting:
        advance(uow, intro, "alum_away", by=ALUM, now=now)
    return len(waiting)


def resume(visit: Visit) -> Say:
    """Back again, with one press."""
    profile = profile_of(visit.me)
    visit.uow.people.save_alum(visit.me.id, replace(profile, paused_since=None, paused_until=None, silent=0))
    visit.uow.steps.add(alum_step("resume", visit.now, visit.me))
    refresh(visit.uow, (visit.me.id,), visit.now)
    visit.matcher.changed()
    return Say("resumed")
