"""A yes becomes a talk: times, a place, notes both ways, contact when both share; and changes of plan."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta

from bot.domain.asks import hold_back_contact, plain
from bot.domain.calendar import LAST_SLOT_DAYS, read_when, zone_of
from bot.domain.campus import ROOM
from bot.domain.intro import ALUM, LIVE, Intro, State, Who, other
from bot.domain.messages import Kind, Message
from bot.domain.place import check_place
from bot.domain.refusals import Mend, MovedOn, Refusal
from bot.phrases import word_list
from bot.ports import LetterKind, Step, UnitOfWork
from bot.use_cases.advance import advance
from bot.use_cases.respond import written
from bot.use_cases.visit import Say, Visit

MOST_TIMES = 5
IN_WRITING = "in_writing"
LONGEST_WAIT = timedelta(days=180)
PLACE_LONGEST = 300


def send_times(visit: Visit) -> Say:
    """Up to five times offered; the other picks one."""
    times = _times(visit)
    _keep_place(visit)
    intro = advance(visit.uow, visit.intro, "offer_times", by=visit.role, now=visit.now, slots=times)
    return Say("times_sent", {"intro": intro.id})


def _times(visit: Visit) -> tuple[datetime, ...]:
    chosen = visit.many("times")
    if not 1 <= len(chosen) <= MOST_TIMES:
        raise Mend({"times": ("times_count", {"most": MOST_TIMES})})
    read = (read_when(f"@{value}", UTC) for value in chosen)
    times = tuple(sorted(time for time in read if time is not None))
    latest = visit.now + timedelta(days=LAST_SLOT_DAYS + 1)
    if len(times) != len(chosen) or any(not visit.now < time < latest for time in times):
        raise Mend({"times": "times_past"})
    return times


def _keep_place(visit: Visit) -> None:
    place = plain(visit.text("place"))[:PLACE_LONGEST]
    language = visit.me.language
    check_place(
        place,
        in_person_allowed=visit.campus.in_person,
        in_person=word_list("in_person", language),
        private=word_list("private", language),
    )
    if place:
        visit.uow.letters.add(LetterKind.PLACE, visit.me.id, place, visit.now, intro=visit.intro.id)


def pick_time(visit: Visit) -> Say:
    """One of the offered times: the talk stands."""
    start = next((time for time in visit.intro.slots if str(int(time.timestamp())) == visit.press.arg), None)
    if visit.intro.state is not State.ACCEPTED:
        raise MovedOn(visit.intro.state, visit.intro.id)
    if start is None:
        raise Refusal("time_gone")
    if start <= visit.now:
        raise Refusal("time_past")
    _settle_place(visit)
    intro = advance(visit.uow, visit.intro, "pick_time", by=visit.role, now=visit.now, starts_at=start)
    return Say("scheduled", {"intro": intro.id})


def _settle_place(visit: Visit) -> None:
    """The alum's own room, else what was typed with the times, else the campus's room with an unguessable name."""
    if visit.uow.letters.newest(LetterKind.PLACE, intro=visit.intro.id) is not None:
        return
    alum = visit.uow.people.get(visit.intro.alum)
    room = alum.alum.room_link if alum.alum else ""
    place = room or visit.campus.room_template.replace(ROOM, secrets.token_urlsafe(16))
    if place:
        visit.uow.letters.add(LetterKind.PLACE, alum.id, place, visit.now, intro=visit.intro.id)


def send_arranged(visit: Visit) -> Say:
    """Agreed elsewhere: the time and the place, or "in writing" with a day to begin."""
    start = read_when(visit.text("when"), zone_of(visit.me.zone, visit.campus))
    if start is None:
        raise Mend({"when": "when_unreadable"})
    if not visit.now < start < visit.now + LONGEST_WAIT:
        raise Mend({"when": "when_out_of_range"})
    _keep_place(visit)
    in_writing = visit.text("how") == IN_WRITING
    if not in_writing:
        _settle_place(visit)
    intro = advance(
        visit.uow, visit.intro, "arrange", by=visit.role, now=visit.now, starts_at=start, in_writing=in_writing
    )
    if in_writing:
        visit.uow.steps.add(Step(IN_WRITING, visit.now, who=visit.me.who, intro=intro.id, detail=visit.role.value))
    return Say("scheduled", {"intro": intro.id})


def file_again(visit: Visit) -> Say:
    """The calendar file once more, to where it was asked for: one that ended unclearly is not repeated by itself."""
    intro = visit.intro
    if intro.state is not State.SCHEDULED or intro.in_writing or intro.ends_at is None or intro.ends_at <= visit.now:
        raise MovedOn(intro.state, intro.id)
    visit.uow.outbox.add(
        Message(
            Kind.FILE, "calendar_file", visit.now, to=visit.me.id, handle=visit.handle, keys={"intro": intro.id},
            intro=intro.id, version=intro.version,
        )
    )  # fmt: skip
    return Say("file_sent", {"intro": intro.id})


def send_booking(visit: Visit) -> Say:
    """The alum's booking page, sent on purpose while a time is sought: it goes over as a note of theirs. What is booked
    there we can't know, so the student says when it is."""
    intro = visit.intro
    if intro.state is not State.ACCEPTED:
        raise MovedOn(intro.state, intro.id)
    link = visit.me.alum.booking_link if visit.me.alum else ""
    if not link:
        raise Refusal("no_booking_link")
    letter = visit.uow.letters.add(LetterKind.MORE, visit.me.id, link, visit.now, intro=intro.id)
    visit.uow.steps.add(Step("note", visit.now, who=visit.me.who, intro=intro.id, detail="booking"))
    visit.uow.outbox.add(
        Message(
            Kind.NOTE, "booking", visit.now, to=intro.student, keys={"intro": intro.id, "letter": letter.id},
            intro=intro.id,
        )
    )  # fmt: skip
    return Say("booking_sent", {"intro": intro.id})


def reschedule(visit: Visit) -> Say:
    """Another time: back to choosing. The place stays, and can be said anew with the times."""
    intro = advance(visit.uow, visit.intro, "reschedule", by=visit.role, now=visit.now)
    return Say("reschedule_times", {"intro": intro.id})


def send_cancel(visit: Visit) -> Say:
    """The talk is called off, with a line to the other if there is one to say."""
    line = plain(visit.text("line"))[:500]
    if line:
        visit.uow.letters.add(LetterKind.MORE, visit.me.id, line, visit.now, intro=visit.intro.id)
    late = visit.intro.starts_at is not None and visit.intro.starts_at - visit.now < timedelta(
        hours=visit.campus.late_cancel_hours
    )
    before = visit.intro.state
    intro = advance(
        visit.uow, visit.intro, "cancel", by=visit.role, now=visit.now, telling={"line": "1"} if line else {}
    )
    if late and before is State.SCHEDULED:
        visit.uow.steps.add(Step("late_cancel", visit.now, who=visit.me.who, intro=intro.id, detail=visit.role.value))
    return Say("cancel_done", {"intro": intro.id})


# --- notes and contact -----------------------------------------------------------------------------------------------


def send_note(visit: Visit) -> Say:
    """A note carried to the other. Until the yes, addresses, numbers and links stay out of it."""
    intro = visit.intro
    check_note(intro, visit.now)
    text, held = written(visit, "note"), False
    if intro.accepted_at is None:
        text, held = hold_back_contact(text)
    letter = visit.uow.letters.add(LetterKind.MORE, visit.me.id, text, visit.now, intro=intro.id)
    visit.uow.steps.add(Step("note", visit.now, who=visit.me.who, intro=intro.id))
    visit.uow.outbox.add(_note_line(intro, other(visit.role), letter.id, visit.now))
    return Say("note_sent", {"intro": intro.id}, {"held_back": "1"} if held else {})


def check_note(intro: Intro, now: datetime) -> None:
    """Whether notes are carried: while it lives, and after it closed between two who keep in touch. Raises MovedOn."""
    kept = intro.state is State.CLOSED and intro.both_keep
    if (intro.state not in LIVE or intro.state is State.FROZEN) and not kept:
        raise MovedOn(intro.state, intro.id)


def _note_line(intro: Intro, to: Who, letter: int, now: datetime) -> Message:
    return Message(
        Kind.NOTE, "note", now, to=intro.person(to), keys={"intro": intro.id, "letter": letter}, intro=intro.id
    )


def send_share(visit: Visit) -> Say:
    """Share how to be reached. It is shown only when both have."""
    intro = visit.intro
    check_share(intro, visit.now)
    contact = written(visit, "contact")[:300]
    visit.uow.letters.add(LetterKind.CONTACT, visit.me.id, contact, visit.now, intro=intro.id)
    shared = _shared(visit.uow, intro, visit.role)
    visit.uow.steps.add(Step("share", visit.now, who=visit.me.who, intro=intro.id))
    if shared.both_share:
        to = shared.person(other(visit.role))
        visit.uow.outbox.add(Message(Kind.NEWS, "contact", visit.now, to=to, keys={"intro": intro.id}, intro=intro.id))
        return Say("contact", {"intro": intro.id})
    to = intro.person(other(visit.role))
    visit.uow.outbox.add(Message(Kind.NEWS, "share_offer", visit.now, to=to, keys={"intro": intro.id}, intro=intro.id))
    return Say("share_waits", {"intro": intro.id})


def check_share(intro: Intro, now: datetime) -> None:
    """Whether contact may be shared: from the yes on, and after the end too. Raises Refusal (`share_after_yes`)."""
    if intro.state is State.FROZEN:
        raise MovedOn(intro.state, intro.id)
    if intro.accepted_at is None:
        raise Refusal("share_after_yes")


def _shared(uow: UnitOfWork, intro: Intro, role: Who) -> Intro:
    """Sharing is a fact and no move: the state, its waits and its planned nudges stay as they are."""
    uow.intros.set_shared(intro.id, student=role is not ALUM, alum=role is ALUM)
    return uow.intros.get(intro.id)
