"""An intro is requested: by the student's own hand, or as the next choice they agreed to."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.asks import NOTE_LONGEST, Ask, AskId, hold_back_contact, plain
from bot.domain.calendar import local_day, month_began, zone_of
from bot.domain.campus import Campus, known_zone
from bot.domain.capacity import check_allowance
from bot.domain.intro import ALUM, LIVE, STUDENT, Intro
from bot.domain.messages import Kind, Message
from bot.domain.news import news
from bot.domain.nudges import plan
from bot.domain.offering import Asker, why_not, why_not_to
from bot.domain.people import CONSENT_VERSIONS, AlumProfile, Consent, ConsentTo, Person, PersonId
from bot.domain.refusals import Mend, Refusal
from bot.ports import LetterKind, Reading, UnitOfWork
from bot.use_cases.advance import advance, step
from bot.use_cases.doorway import refresh
from bot.use_cases.first_use import check_age
from bot.use_cases.tally import student_step
from bot.use_cases.visit import Say, Visit


def send_request(visit: Visit) -> Say:
    """The request form came back: consent, allowance, capacity, intro, step and outbox, or nothing of it."""
    note = plain(visit.text("note"))
    if not note:
        raise Mend({"note": "note_empty"})
    if len(note) > NOTE_LONGEST:
        raise Mend({"note": ("too_long", {"most": NOTE_LONGEST, "count": len(note)})})
    me = _with_zone(visit)
    alum, ask = visit.alum, visit.ask
    check_request(visit.uow, me, alum, visit.campus, visit.now, by_desk=visit.offer.by_desk)
    _consent(visit)
    following = _next_choices(visit) if visit.many("next") else ()
    visit.uow.asks.save(replace(ask, next_choices=following, closed=False))
    kept, held_back = hold_back_contact(note)
    intro = request_intro(visit.uow, ask, alum.id, kept, visit.campus, visit.now, rank=1, has_next=bool(following))
    return Say("requested", {"intro": intro.id}, {"held_back": "1"} if held_back else {})


def _with_zone(visit: Visit) -> Person:
    zone = visit.text("zone")
    if not zone:
        return visit.me
    me = replace(visit.me, zone=known_zone(zone))
    visit.uow.people.save(me)
    return me


def _next_choices(visit: Visit) -> tuple[PersonId, ...]:
    """The others of the same three, in the order they were shown."""
    others = [shown.alum for shown in visit.uow.asks.shown_for(visit.ask.id) if shown.alum != visit.alum.id]
    return tuple(others[: visit.campus.student_next_choices])


def _consent(visit: Visit) -> None:
    version = CONSENT_VERSIONS[ConsentTo.ASK]
    given = visit.uow.people.consent(visit.me.id, ConsentTo.ASK)
    if given is None or not given.given or given.version < version:
        visit.uow.people.record(visit.me.id, Consent(ConsentTo.ASK, version, True, visit.now))


def check_request(
    reading: Reading | UnitOfWork,
    student: Person,
    alum: Person,
    campus: Campus,
    now: datetime,
    *,
    by_desk: bool = False,
) -> None:
    """Whether this student may send a request to this alum now; under 18 where the office introduced the two
    (`by_desk`). Raises Refusal."""
    if not by_desk:
        check_age(reading, student.id)
    allowance = reading.intros.allowance_of(student.id, now - timedelta(days=30))
    check_allowance(campus, allowance.open, allowance.in_30_days)
    check_can_ask(reading, student, alum, campus, now)


def check_can_ask(reading: Reading | UnitOfWork, student: Person, alum: Person, campus: Campus, now: datetime) -> None:
    """Whether this alum can be asked by this student now; to be relied on only while both are held.

    Full, paused, gone and avoided are told alike: an alum's reasons are their own. Raises Refusal (`not_free`,
    `asked_before`).
    """
    if alum.id in reading.intros.asked_since(student.id, now - timedelta(days=campus.same_pair_days)):
        raise Refusal("asked_before", about=alum.id, count=campus.same_pair_days)
    load = reading.intros.load_of(alum.id, month_began(now, campus))
    today = local_day(now, zone_of("", campus))
    free = alum.alum is not None and why_not(alum.alum.terms, load, campus, today, student.language) is None
    if not free or why_not_to(Asker(student.id, reading.people.avoided_by(student.id)), alum.id) is not None:
        raise Refusal("not_free", about=alum.id)


def request_intro(
    uow: UnitOfWork, ask: Ask, alum: PersonId, note: str, campus: Campus, now: datetime, *, rank: int, has_next: bool
) -> Intro:
    """A new intro in `requested`, its note, its step, its card for the alum and everything that comes by time."""
    days = campus.request_days_with_next if has_next else campus.request_days
    profile = uow.people.get(alum).alum
    intro = uow.intros.add(
        ask.id, ask.student, alum, now,
        expires_days=days, minutes=profile.minutes(campus.talk_minutes) if profile else campus.talk_minutes, rank=rank,
        has_next=has_next,
    )  # fmt: skip
    uow.letters.add(LetterKind.NOTE, ask.student, note, now, intro=intro.id)
    uow.steps.add(step(uow, intro, "request", STUDENT, now, detail=str(rank)))
    telling = {"still_right": "1"} if _time_to_confirm(uow, alum, profile, campus, now) else {}
    uow.outbox.add(*news(intro, "request", (ALUM,), STUDENT, now, telling), *plan(intro, campus, now))
    refresh(uow, (intro.student, intro.alum), now)
    return intro


def _time_to_confirm(
    uow: UnitOfWork, alum: PersonId, profile: AlumProfile | None, campus: Campus, now: datetime
) -> bool:
    """Whether the card shall also ask if the alum's profile is still right: once, when it is old."""
    if profile is None or not profile.is_to_confirm(now, campus.profile_days):
        return False
    uow.people.save_alum(alum, replace(profile, asked_at=now))
    return True


def ask_next(uow: UnitOfWork, ask_id: AskId, now: datetime) -> Intro | None:
    """Ask the student's next choice, skipping who is full, paused or gone; in a transaction of its own.

    It takes over the place of the one before in the allowance. Nothing happens while the student has a live intro
    from this ask, or another request open: then their list waits for them.
    """
    ask = uow.asks.get(ask_id)
    uow.people.lock((ask.student, *ask.next_choices))
    ask = uow.asks.get(ask_id)
    before = uow.intros.of_ask(ask_id)
    if not ask.next_choices or any(intro.state in LIVE for intro in before):
        return None
    campus = uow.places.campus()
    student = uow.people.get(ask.student)
    if student.is_erased or uow.intros.allowance_of(student.id, now - timedelta(days=30)).open >= campus.student_open:
        return None
    rest = list(ask.next_choices)
    while rest:
        alum = uow.people.get(rest.pop(0))
        try:
            check_can_ask(uow, student, alum, campus, now)
        except Refusal:
            continue
        uow.asks.save(replace(ask, next_choices=tuple(rest)))
        intro = request_intro(
            uow, ask, alum.id, _note_of(uow, before), campus, now, rank=len(before) + 1, has_next=bool(rest)
        )
        uow.outbox.add(Message(Kind.NEWS, "asked_next", now, to=student.id, keys={"intro": intro.id}, intro=intro.id))
        return intro
    uow.asks.save(replace(ask, next_choices=()))
    uow.steps.add(student_step("no_next", now, student, ask=ask.id))
    uow.outbox.add(Message(Kind.NEWS, "no_next", now, to=student.id, keys={"ask": ask.id}))
    return None


def _note_of(uow: UnitOfWork, intros: object) -> str:
    """The note that the student wrote for the one before."""
    assert isinstance(intros, list | tuple)
    for intro in intros:
        letter = uow.letters.newest(LetterKind.NOTE, intro=intro.id)
        if letter is not None:
            return letter.text
    return ""


def ask_next_now(visit: Visit) -> Say:
    """From the day the campus says, a student need not wait any longer: this request ends, the next one begins."""
    campus = visit.campus
    from_day = visit.intro.requested_at + timedelta(days=campus.ask_next_from_day)
    if visit.now < from_day:
        raise Refusal("ask_next_later", count=campus.ask_next_from_day)
    if not visit.uow.asks.get(AskId(visit.intro.ask)).next_choices:
        raise Refusal("no_next_choice")
    intro = advance(visit.uow, visit.intro, "withdraw", by=STUDENT, now=visit.now)
    visit.uow.outbox.add(Message(Kind.TASK, "ask_next", visit.now, keys={"ask": intro.ask}))
    return Say("asking_next", {"intro": intro.id})


def withdraw(visit: Visit) -> Say:
    """The student takes the request back; the list of next choices ends with it."""
    intro = advance(visit.uow, visit.intro, "withdraw", by=STUDENT, now=visit.now)
    ask = visit.uow.asks.get(AskId(intro.ask))
    visit.uow.asks.save(replace(ask, next_choices=()))
    return Say("withdrew", {"intro": intro.id})
