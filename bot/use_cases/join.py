"""Coming in as an alum: by the code in the office's letter, or by a word of one's own that the office looks at.

A code proves who somebody is: whoever types it gets the office's row about them, wherever they are already known. The
row moves to the one who typed it and not they to the row, because they may be a student here too, with talks of their
own; names and addresses join nobody. A code that does not fit is refused with one sentence whatever the reason, and
after a few of them none is looked at for an hour: the tries are counted in the transaction, so that neither a restart
nor a second process gives new ones.
"""

from __future__ import annotations

import secrets
from dataclasses import replace

from bot.domain.campus import Campus
from bot.domain.codes import MOST_WRONG, WRONG_WITHIN, read_code
from bot.domain.messages import Kind, Message, Status
from bot.domain.people import CONSENT_VERSIONS, AlumProfile, Consent, ConsentTo, Pace, Person, Standing
from bot.domain.refusals import Refusal
from bot.ports import Step
from bot.use_cases.doorway import refresh
from bot.use_cases.first_use import keep_notice
from bot.use_cases.import_alumni import blanks_filled
from bot.use_cases.profile import in_zone, short_form
from bot.use_cases.respond import profile_of
from bot.use_cases.somebody_joined import announce
from bot.use_cases.tally import alum_step, pace_step
from bot.use_cases.visit import Say, Visit

BY_CODE, BY_OFFICE, BY_RULE = "code", "office", "rule"
"""How somebody came in, on the step: by code, approved by the office, or let in as this campus does."""


def host(visit: Visit) -> Say:
    """`/host join`: what it means to be asked, before anything is filled in; or where one stands already."""
    refused = _claim(visit) if visit.text("code") else None
    return refused or _where_they_stand(visit)


def _where_they_stand(visit: Visit) -> Say:
    me = visit.uow.people.get(visit.me.id)
    alum = me.alum
    if alum is None or alum.standing in (Standing.LEFT, Standing.INVITED):
        return Say("join_consent")
    if alum.standing is Standing.TURNED_AWAY:
        raise Refusal("turned_away")
    if alum.standing is Standing.WAITING:
        return _let_in_at_once(visit, me, alum) if visit.uow.roster.has(me.id) else Say("join_waiting")
    return Say("host_card", {}, _asked_in_passing(visit, alum))


def _asked_in_passing(visit: Visit, alum: AlumProfile) -> dict[str, str]:
    """What their own card says besides: that a message could not reach them, and, once in a while, a question."""
    params = {}
    if visit.uow.outbox.last_status(visit.me.id) is Status.UNDELIVERABLE:
        params["unreached"] = visit.handle.platform.value
    if alum.is_to_confirm(visit.now, visit.campus.profile_days):
        visit.uow.people.save_alum(visit.me.id, replace(alum, asked_at=visit.now))
        params["still_right"] = "1"
    return params


# --- by code -------------------------------------------------------------------------------------------------------


def _claim(visit: Visit) -> Say | None:
    """Use the code up; what to answer where it does not fit. Raises Refusal for somebody the office has turned away,
    whose code then stays as it is."""
    uow, me = visit.uow, visit.me
    if me.alum is not None and me.alum.standing is Standing.TURNED_AWAY:
        raise Refusal("turned_away")
    if uow.roster.has(me.id):
        return None  # a code has brought them in before: this one proves nothing new, so it is not looked at
    if uow.codes.wrong_tries(visit.handle, visit.now - WRONG_WITHIN) >= MOST_WRONG:
        return _no("code_later")
    owner = uow.codes.take(read_code(visit.text("code")), visit.now)
    theirs = uow.people.get(owner) if owner is not None else None
    if theirs is None or theirs.alum is None or theirs.alum.standing is not Standing.INVITED:
        uow.codes.note_wrong_try(visit.handle, visit.now)
        return _no("code_unknown")
    _merge(visit, theirs, theirs.alum)
    uow.steps.add(Step("claimed", visit.now, who=me.who, platform=visit.handle.platform))
    return None


def _no(key: str) -> Say:
    """A refusal that must not undo the counting of it."""
    return Say("refusal", {}, {"key": key})


def _merge(visit: Visit, theirs: Person, row: AlumProfile) -> None:
    """The office's row and profile become the visitor's. What they said about themself stands, and their own talks,
    consents and accounts are not touched."""
    uow, me = visit.uow, visit.me
    uow.roster.move(theirs.id, me.id)
    own = me.alum
    said_already = own is not None and own.joined_at is not None
    if own is not None and said_already:
        profile = blanks_filled(own, row)
    else:
        profile = replace(row, standing=own.standing if own is not None else row.standing)
    uow.people.save_alum(me.id, profile)
    given, family = (me.given_name, me.family_name) if said_already else (theirs.given_name, theirs.family_name)
    uow.people.save(
        replace(
            me,
            given_name=given or me.given_name,
            family_name=family if given else me.family_name,
            zone=me.zone or theirs.zone,
        )
    )
    if theirs.handles:
        uow.people.drop_alum(theirs.id)
    else:
        uow.people.erase(theirs.id)


# --- the form ------------------------------------------------------------------------------------------------------


def send_join(visit: Visit) -> Say:
    """The short form came back: the opt-in with its version and date. Whoever came by code is in at once; for the
    others there is a card for the office to approve."""
    uow, me = visit.uow, visit.me
    if me.alum is not None and me.alum.standing is Standing.TURNED_AWAY:
        raise Refusal("turned_away")
    before = me.alum or newcomer(visit.campus)
    was_in = before.standing in (Standing.WAITING, Standing.APPROVED)
    how = BY_CODE if uow.roster.has(me.id) else BY_OFFICE if visit.campus.approve_without_code else BY_RULE
    approved = before.standing is Standing.APPROVED or how != BY_OFFICE
    profile = replace(
        short_form(visit, before),
        standing=Standing.APPROVED if approved else Standing.WAITING,
        joined_at=before.joined_at if was_in else visit.now,
        confirmed_at=visit.now,
        paused_since=before.paused_since if was_in else None,
        paused_until=before.paused_until if was_in else None,
        desk_token=before.desk_token or secrets.token_urlsafe(16),
    )
    keep_notice(visit)
    uow.people.save(in_zone(visit, me))
    uow.people.save_alum(me.id, profile)
    uow.codes.end(me.id)
    refresh(uow, (me.id,), visit.now)
    visit.matcher.changed()
    if was_in and approved is (before.standing is Standing.APPROVED):
        return Say("host_card", {}, {"saved": "1"})
    now_in = replace(me, alum=profile)
    if not was_in:
        version = CONSENT_VERSIONS[ConsentTo.BE_ASKED]
        uow.people.record(me.id, Consent(ConsentTo.BE_ASKED, version, True, visit.now))
        uow.steps.add(alum_step("joined", visit.now, now_in, detail=how))
        uow.steps.add(pace_step(visit.now, now_in, profile.pace))
    if approved:
        uow.steps.add(alum_step("approved", visit.now, now_in, detail=how))
        announce(uow, me, visit.now)
    else:
        uow.outbox.add(Message(Kind.NEWS, "join_desk", visit.now, desk=True, keys={"alum": me.id}))
    return Say("joined" if approved else "join_waiting", {}, _say_hello(visit))


def newcomer(campus: Campus) -> AlumProfile:
    """Somebody of whom nothing is known yet: asked as often as this campus does."""
    return AlumProfile(Standing.INVITED, pace=Pace(campus.alum_month, campus.alum_at_once))


def _let_in_at_once(visit: Visit, me: Person, alum: AlumProfile) -> Say:
    """They asked to come in, and now their code has come: nobody need look any more."""
    visit.uow.people.save_alum(me.id, replace(alum, standing=Standing.APPROVED))
    visit.uow.steps.add(alum_step("approved", visit.now, me, detail=BY_CODE))
    announce(visit.uow, me, visit.now)
    refresh(visit.uow, (me.id,), visit.now)
    visit.matcher.changed()
    return Say("joined", {}, _say_hello(visit))


# --- does a message reach them? -------------------------------------------------------------------------------------


def _say_hello(visit: Visit) -> dict[str, str]:
    """A first direct message while they are here to see whether it arrives. Where the answer itself comes as one, it
    is that."""
    if visit.by_post:
        return {}
    visit.uow.outbox.add(Message(Kind.ANSWER, "hello_alum", visit.now, to=visit.me.id, handle=visit.handle))
    return {"hello": visit.handle.platform.value}


def hello_again(visit: Visit) -> Say:
    """Once more, after they have looked at their settings; and how the last one ended."""
    profile_of(visit.me)
    last = visit.uow.outbox.last_status(visit.me.id)
    said = _say_hello(visit) or {"hello": visit.handle.platform.value}
    return Say("hello_sent", {}, {**said, "last": last.value if last else ""})
