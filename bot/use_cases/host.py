"""Alumni come in: a consent, a short form, the office's approval; and change, pause or leave when they like."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.domain.asks import plain
from bot.domain.campus import known_zone
from bot.domain.intro import ALUM, FINAL, STUDENT, State
from bot.domain.messages import Kind, Message
from bot.domain.people import CONSENT_VERSIONS, AlumProfile, Consent, ConsentTo, Pace, Person, Standing
from bot.domain.refusals import Mend, Refusal
from bot.matching.fields import field_of
from bot.ports import Step, UnitOfWork
from bot.use_cases.advance import advance
from bot.use_cases.respond import profile_of
from bot.use_cases.visit import Say, Visit

LINK = re.compile(r"https://[\w.-]+\.\w{2,}(?:[/?#]\S*)?", re.ASCII)
FIRST_YEAR, YEARS_AHEAD = 1940, 10


def host(visit: Visit) -> Say:
    """`/host join`: what it means to be asked, before anything is filled in; or where one's request to join stands."""
    alum = visit.me.alum
    if alum is None or alum.standing in (Standing.LEFT, Standing.INVITED):
        return Say("join_consent")
    if alum.standing is Standing.WAITING:
        return Say("join_waiting")
    if alum.standing is Standing.TURNED_AWAY:
        raise Refusal("turned_away")
    return Say("host_card")


def send_join(visit: Visit) -> Say:
    """The short form came back: the opt-in with its version and date, and a card for the office to approve."""
    if visit.me.alum is not None and visit.me.alum.standing is Standing.TURNED_AWAY:
        raise Refusal("turned_away")
    before = visit.me.alum or AlumProfile(Standing.WAITING)
    approved = before.standing is Standing.APPROVED
    profile = replace(
        _filled_in(visit, before),
        standing=Standing.APPROVED if approved else Standing.WAITING,
        joined_at=before.joined_at or visit.now,
        desk_token=before.desk_token,
    )
    visit.uow.people.save(_named(visit))
    visit.uow.people.save_alum(visit.me.id, profile)
    version = CONSENT_VERSIONS[ConsentTo.BE_ASKED]
    visit.uow.people.record(visit.me.id, Consent(ConsentTo.BE_ASKED, version, True, visit.now))
    visit.uow.steps.add(Step("joined", visit.now, who=visit.me.who, field=profile.field))
    visit.matcher.changed()
    if approved:
        return Say("host_card")
    visit.uow.outbox.add(Message(Kind.NEWS, "join_desk", visit.now, desk=True, keys={"alum": visit.me.id}))
    return Say("join_waiting")


def send_profile(visit: Visit) -> Say:
    """The same form, by somebody who is in already: nothing to approve."""
    profile = profile_of(visit.me)
    visit.uow.people.save(_named(visit))
    visit.uow.people.save_alum(visit.me.id, _filled_in(visit, profile))
    visit.matcher.changed()
    return Say("host_card", {}, {"saved": "1"})


def _named(visit: Visit) -> Person:
    given, _, family = plain(visit.text("name")).partition(" ")
    zone = visit.text("zone")
    return replace(
        visit.me,
        given_name=given[:60] or visit.me.given_name,
        family_name=family[:60] or visit.me.family_name,
        zone=known_zone(zone) if zone else visit.me.zone,
    )


def _filled_in(visit: Visit, before: AlumProfile) -> AlumProfile:
    title = plain(visit.text("title"))
    if not title:
        raise Mend({"title": "title_empty"})
    employer = plain(visit.text("employer"))[:120]
    room = plain(visit.text("room"))
    if room and not LINK.fullmatch(room):
        raise Mend({"room": "link_unreadable"})
    month = int(visit.text("month") or before.pace.month)
    return replace(
        before,
        title=title[:120],
        employer=employer,
        field=field_of(title, before.industry),
        past_titles=_several(visit.text("past")) or before.past_titles,
        topics=_several(visit.text("topics")),
        degree=plain(visit.text("degree"))[:120] or before.degree,
        grad_year=_year(visit) or before.grad_year,
        pace=Pace(month=max(1, min(10, month)), at_once=before.pace.at_once),
        room_link=room,
    )


def _several(text: str) -> tuple[str, ...]:
    parts = (plain(part)[:80] for part in re.split(r"[;,\n]", text))
    return tuple(part for part in parts if part)[:12]


def _year(visit: Visit) -> int | None:
    text = visit.text("grad_year")
    if not text:
        return None
    if not text.isdecimal() or not FIRST_YEAR <= int(text) <= visit.now.year + YEARS_AHEAD:
        raise Mend({"grad_year": "year_unreadable"})
    return int(text)


def send_leave(visit: Visit) -> Say:
    """Leave as an alum: the opt-in is withdrawn, waiting students are moved on, agreed talks end kindly."""
    leave_as_alum(visit.uow, visit.me, visit)
    return Say("left")


def leave_as_alum(uow: UnitOfWork, alum: Person, visit: Visit) -> None:
    """Everything that leaving means, for somebody who is an alum."""
    profile = profile_of(alum)
    uow.people.save_alum(alum.id, replace(profile, standing=Standing.LEFT, paused_since=None, paused_until=None))
    version = CONSENT_VERSIONS[ConsentTo.BE_ASKED]
    uow.people.record(alum.id, Consent(ConsentTo.BE_ASKED, version, False, visit.now))
    uow.steps.add(Step("left", visit.now, who=alum.who))
    end_intros(visit, alum, as_student=False)
    visit.matcher.changed()


ENDS = {
    State.REQUESTED: ("alum_away", "withdraw"),
    State.ACCEPTED: ("cancel", "cancel"),
    State.SCHEDULED: ("cancel", "cancel"),
    State.MISSED: ("cancel", "cancel"),
    State.UNCONFIRMED: ("part", "part"),
    State.MET: ("part", "part"),
    State.THANKED: ("close_delivered", "close_delivered"),
    State.FROZEN: ("part", "part"),
}
"""How each live state ends when its alum, or its student, goes."""


def end_intros(visit: Visit, person: Person, *, as_student: bool = True) -> None:
    """Every live intro of somebody who goes ends kindly."""
    for intro in visit.uow.intros.of(person.id, live_only=True):
        role = intro.role_of(person.id)
        if intro.state in FINAL or (role is STUDENT and not as_student):
            continue
        by_alum, by_student = ENDS[intro.state]
        advance(
            visit.uow,
            intro,
            by_alum if role is ALUM else by_student,
            by=ALUM if role is ALUM else STUDENT,
            now=visit.now,
        )


# --- the office approves -------------------------------------------------------------------------------------------


def approve(visit: Visit) -> Say:
    """A coordinator lets somebody in; pressed twice, or by two, the second is told."""
    alum = visit.alum
    profile = _waiting(alum)
    visit.uow.people.save_alum(alum.id, replace(profile, standing=Standing.APPROVED))
    visit.uow.steps.add(Step("approved", visit.now, who=alum.who, field=profile.field))
    visit.uow.audit.add(visit.now, visit.me.who, "approve", alum.who)
    visit.uow.outbox.add(Message(Kind.NEWS, "welcome_alum", visit.now, to=alum.id))
    visit.matcher.changed()
    return Say("approved_desk", {"alum": alum.id})


def _waiting(alum: Person) -> AlumProfile:
    """Raises Refusal (`decided_already`) for somebody who doesn't wait, or not any more."""
    if alum.alum is None or alum.alum.standing is not Standing.WAITING:
        raise Refusal("decided_already", about=alum.id)
    return alum.alum


def turn_away(visit: Visit) -> Say:
    """A coordinator turns somebody away, kindly."""
    alum = visit.alum
    profile = _waiting(alum)
    visit.uow.people.save_alum(alum.id, replace(profile, standing=Standing.TURNED_AWAY))
    visit.uow.steps.add(Step("turned_away", visit.now, who=alum.who))
    visit.uow.audit.add(visit.now, visit.me.who, "turn_away", alum.who)
    visit.uow.outbox.add(Message(Kind.NEWS, "not_now_alum", visit.now, to=alum.id))
    return Say("turned_away_desk", {"alum": alum.id})
