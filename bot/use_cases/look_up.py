"""`/desk alumni` and `/desk student`: finding somebody, and what the office may do for them.

A coordinator sees what somebody's card would show, how much they carry, and where their talks stand; never a text. What
was typed to search is not kept: the answer remembers whom it found.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import replace

from bot.domain.asks import plain
from bot.domain.calendar import local_day, zone_of
from bot.domain.messages import Kind, Message
from bot.domain.people import AlumProfile, Person, Standing
from bot.domain.refusals import Mend, Refusal
from bot.matching.fields import field_of
from bot.use_cases import queue
from bot.use_cases.doorway import refresh
from bot.use_cases.profile import FIRST_YEAR, YEARS_AHEAD, named
from bot.use_cases.tally import alum_step
from bot.use_cases.visit import Say, Visit

MOST_FOUND = 5
LONGEST_SEARCH = 60
_YEAR = re.compile(r"\d{4}")


def look_for_alumni(visit: Visit) -> Say:
    """`/desk alumni WORDS`: by name, work or employer. Without words: how many there are of each standing."""
    words = plain(visit.text("words"))[:LONGEST_SEARCH]
    if not words:
        return Say("alumni_desk", {}, {"all": "1"})
    found, count = visit.uow.people.search(words, alumni=True, most=MOST_FOUND)
    for alum in found:
        _with_token(visit, alum)
    return Say("alumni_desk", _keys(found), {"count": str(count)})


def look_for_students(visit: Visit) -> Say:
    """`/desk student NAME`."""
    words = plain(visit.text("words"))[:LONGEST_SEARCH]
    if not words:
        return Say("students_desk", {}, {"count": "", "how": "1"})
    found, count = visit.uow.people.search(words, alumni=False, most=MOST_FOUND)
    for student in found:
        if student.student is not None and not student.student.desk_token:
            known = replace(student.student, desk_token=secrets.token_urlsafe(16))
            visit.uow.people.save_student(student.id, known)
    return Say("students_desk", _keys(found), {"count": str(count)})


def _keys(found: Sequence[Person]) -> dict[str, int]:
    return {f"person{place}": person.id for place, person in enumerate(found)}


def _with_token(visit: Visit, alum: Person) -> None:
    if alum.alum is not None and not alum.alum.desk_token:
        visit.uow.people.save_alum(alum.id, replace(alum.alum, desk_token=secrets.token_urlsafe(16)))


def see_alum(visit: Visit) -> Say:
    """One alum, whole: as far as the office may."""
    return Say("alum_desk", {"alum": visit.alum.id})


def _standing(alum: Person, *standings: Standing) -> AlumProfile:
    """Raises Refusal (`decided_already`) for somebody who doesn't stand there any more."""
    if alum.alum is None or alum.alum.standing not in standings:
        raise Refusal("decided_already", about=alum.id)
    return alum.alum


def pause(visit: Visit) -> Say:
    """A break that the office gives: nobody new asks, those who wait are told kindly, agreed talks stand. Pressed
    twice it is given once."""
    profile = _standing(visit.alum, Standing.APPROVED)
    if profile.paused_since is None or profile.paused_until is not None:
        queue.pause_by_office(visit, visit.alum)
        visit.uow.audit.add(visit.now, visit.me.who, "pause", visit.alum.who)
    return Say("alum_desk", {"alum": visit.alum.id}, {"done": "paused"})


def resume(visit: Visit) -> Say:
    """The break is over; who has none is told nothing."""
    profile = _standing(visit.alum, Standing.APPROVED)
    if not profile.is_paused(local_day(visit.now, zone_of("", visit.campus))):
        return Say("alum_desk", {"alum": visit.alum.id}, {"done": "resumed"})
    visit.uow.people.save_alum(visit.alum.id, replace(profile, paused_since=None, paused_until=None))
    visit.uow.steps.add(alum_step("resume", visit.now, visit.alum))
    visit.uow.audit.add(visit.now, visit.me.who, "resume", visit.alum.who)
    visit.uow.outbox.add(Message(Kind.NEWS, "resumed", visit.now, to=visit.alum.id))
    refresh(visit.uow, (visit.alum.id,), visit.now)
    visit.matcher.changed()
    return Say("alum_desk", {"alum": visit.alum.id}, {"done": "resumed"})


def correct(visit: Visit) -> Say:
    """The office puts right what stands in a profile; who has joined is told, since it is theirs."""
    alum = visit.alum
    profile = _standing(alum, Standing.APPROVED, Standing.WAITING, Standing.INVITED)
    title = plain(visit.text("title"))[:120]
    if not title:
        raise Mend({"title": "title_empty"})
    visit.uow.people.save(named(visit, alum))
    changed = replace(
        profile,
        title=title,
        employer=plain(visit.text("employer"))[:120],
        degree=plain(visit.text("degree"))[:120],
        grad_year=_year(visit),
        field=field_of(title, profile.industry),
    )
    visit.uow.people.save_alum(alum.id, changed)
    visit.uow.audit.add(visit.now, visit.me.who, "correct", alum.who)
    if profile.joined_at is not None:
        visit.uow.outbox.add(Message(Kind.NEWS, "corrected_alum", visit.now, to=alum.id))
    visit.matcher.changed()
    return Say("alum_desk", {"alum": alum.id}, {"done": "corrected"})


def _year(visit: Visit) -> int | None:
    text = visit.text("grad_year")
    if not text:
        return None
    if not _YEAR.fullmatch(text) or not FIRST_YEAR <= int(text) <= visit.now.year + YEARS_AHEAD:
        raise Mend({"grad_year": "year_unreadable"})
    return int(text)
