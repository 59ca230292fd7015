"""The front door: one gesture in, one answer out, one transaction.

In this order: the Space must be admitted and the person of it, before any row is written; the gesture's key is taken,
and where it was taken before the answer is given as before; everybody concerned is held, in id order; the use case runs
in a savepoint, so that a refusal undoes just what it began; the answer is kept as (view, keys, params), never its text;
commit, once. A conflict is tried once more with a new unit of work.

Where the platform's acknowledgement carries no message (`Surface.LATER`), the answer is a line of the outbox in the
same transaction: what was acknowledged can't be lost. But what only looks, and takes its time, is promised with a word
and looked up afterwards (`look`), with no transaction open and no line of the outbox: asking again is as good.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeAlias

from bot.conversation.draw import draw
from bot.conversation.forms import draft, fixed, form_of, keep_page
from bot.conversation.gestures import Command, Gesture, Opened, Submission, Surface
from bot.conversation.looking import look, opening
from bot.conversation.meaning import check_right, is_at_home, keep_if_unknown, language_of, promised, verb_of
from bot.conversation.verbs import VERBS, WORDS, Verb, opens_form, takes_time
from bot.domain.asks import plain
from bot.domain.codes import read_code
from bot.domain.messages import Kind, Message
from bot.domain.people import AT_THE_DESK, Person, PersonId
from bot.domain.refusals import Conflict, Mend, MovedOn, NotYours, Refusal
from bot.phrases import known_language, own_words
from bot.ports import LetterKind, UnitOfWork
from bot.use_cases import doorway, first_hour
from bot.use_cases.desk_export import TAKEN_OUT, forget_sent
from bot.use_cases.matcher import Matcher
from bot.use_cases.visit import Found, Say, Target, Visit, look_up
from bot.views import common
from bot.views.elements import NO_TOKEN, Fix, Later, Nothing, PressId, Shown, Values, View

OpenUnitOfWork: TypeAlias = Callable[[], AbstractContextManager[UnitOfWork]]

__all__ = ["answer", "gate", "look", "not_done", "opening", "opens_form", "sorry", "takes_time"]

MOST_ARG = 40
FIRST = timedelta(microseconds=1)


def gate(language: str) -> View:
    """What an outsider is told. Writes nothing."""
    return common.gate(known_language(language))


def sorry(language: str) -> View:
    """What is said when something of ours broke."""
    return common.sorry(known_language(language))


def not_done(gesture: Gesture) -> View:
    """What is said when an answer that takes its time came to nothing, with the way to ask for it again."""
    press, values = verb_of(gesture)
    words = ".".join(str(value) for value in values.values()).split() if isinstance(gesture, Command) else [press.arg]
    arg = ".".join(words)
    again = PressId(press.verb, press.token or NO_TOKEN, arg if len(arg) <= MOST_ARG else "")
    return common.not_done(known_language(gesture.actor.language), again)


def answer(gesture: Gesture, open_uow: OpenUnitOfWork, now: datetime, matcher: Matcher) -> Shown:
    """One gesture, one transaction. Every refusal is a view already; a second conflict in a row is raised."""
    try:
        return _answer(gesture, open_uow, now, matcher)
    except Conflict:
        return _answer(gesture, open_uow, now, matcher)


def _answer(gesture: Gesture, open_uow: OpenUnitOfWork, now: datetime, matcher: Matcher) -> Shown:
    try:
        return _in_one_transaction(gesture, open_uow, now, matcher)
    except Mend as mend:
        return _mend(open_uow, gesture, mend, now)


def _in_one_transaction(gesture: Gesture, open_uow: OpenUnitOfWork, now: datetime, matcher: Matcher) -> Shown:
    with open_uow() as uow, own_words(uow.wording.live()):
        if not is_at_home(uow, gesture):
            return gate(gesture.actor.language)
        if not uow.gestures.begin(gesture.key, now):
            return _again(uow, gesture, now)
        known = uow.people.by_handle(gesture.actor.handle)
        me = _who_is(uow, gesture, known)
        try:
            with uow.savepoint():
                said = _do(uow, gesture, me, now, matcher, is_new=known is None)
        except Refusal as refusal:
            said = _refused(refusal)
        if _is_first_contact(uow, gesture, known):
            doorway.welcome(uow, me, gesture.actor.handle, now)
        return _say(uow, gesture, me, said, now)


def _who_is(uow: UnitOfWork, gesture: Gesture, known: Person | None) -> Person:
    actor = gesture.actor
    if known is not None:
        if uow.people.is_closed(actor.handle):
            uow.people.set_closed(actor.handle, False)
        return _where_they_are(uow, known, actor.zone)
    language = known_language(actor.language)
    return uow.people.add(actor.handle, plain(actor.given_name), plain(actor.family_name), actor.zone, language)


def _is_first_contact(uow: UnitOfWork, gesture: Gesture, known: Person | None) -> bool:
    """The first time that an account opens the bot's own page; where there is none, the first word of somebody new in
    the bot's DM. (Whoever is known there already needs no doorway any more.)"""
    handle = gesture.actor.handle
    if isinstance(gesture, Opened):
        return not uow.people.is_welcomed(handle)
    return known is None and isinstance(gesture, Command) and not gesture.channel and not handle.platform.has_home


def _where_they_are(uow: UnitOfWork, known: Person, zone: str) -> Person:
    """A platform that tells the zone is followed when somebody travels, so that a reminder says the hour of where they
    are. An alum has chosen theirs in the profile, and it is in their good hours."""
    if not zone or zone == known.zone or known.alum is not None:
        return known
    moved = replace(known, zone=zone)
    uow.people.save(moved)
    return moved


def _again(uow: UnitOfWork, gesture: Gesture, now: datetime) -> Shown:
    """The same gesture once more: the platform repeated itself. The same answer, and nothing happens."""
    before = uow.gestures.remembered(gesture.key)
    if before is None or gesture.surface is Surface.LATER:
        return Nothing()
    me = uow.people.by_handle(gesture.actor.handle)
    return draw(uow, me, before.view, before.keys, before.params, now, language_of(me, gesture))


def _say(uow: UnitOfWork, gesture: Gesture, me: Person, said: Say, now: datetime) -> Shown:
    """Keep the answer, give it where it can be given, and commit. As a line it goes before whatever else the gesture
    sets off for the same person: first that the talk stands, then its file."""
    once = said.view in TAKEN_OUT  # it is forgotten with its showing: the same gesture again can't show it again
    uow.gestures.remember(gesture.key, (Say("file_sent") if once else said).as_remembered())
    takes_time = said.view in WORDS
    if gesture.surface is Surface.LATER and not takes_time:
        uow.outbox.add(
            Message(
                Kind.ANSWER,
                said.view,
                now - FIRST,
                to=me.id,
                handle=gesture.actor.handle,
                keys=said.keys,
                params=said.params,
                intro=said.keys.get("intro"),
            )
        )
        uow.commit()
        return Nothing()
    me = uow.people.by_handle(gesture.actor.handle) or me
    shown = draw(uow, me, said.view, said.keys, said.params, now, language_of(me, gesture))
    forget_sent(uow, said.view, said.keys)
    uow.commit()
    return Later(shown) if takes_time else shown


def _refused(refusal: Refusal) -> Say:
    params = {name: str(value) for name, value in refusal.params.items()}
    keys = {"intro": refusal.intro} if isinstance(refusal, MovedOn) else {}
    if refusal.about is not None:
        keys["alum"] = refusal.about
    return Say("refusal", keys, {"key": refusal.key, **params})


# --- doing ---------------------------------------------------------------------------------------------------------


def _do(uow: UnitOfWork, gesture: Gesture, me: Person, now: datetime, matcher: Matcher, *, is_new: bool) -> Say:
    if isinstance(gesture, Opened):
        return Say("home", {}, doorway.home_params(gesture.actor.rights))
    press, values = verb_of(gesture)
    verb = VERBS.get(press.verb)
    if opens_form(press.verb):
        _refuse_form(uow, gesture, me, now)
    if verb is None or verb.does is None or isinstance(gesture, Submission) != bool(verb.form):
        raise NotYours
    keep_if_unknown(verb, gesture)
    check_right(verb, gesture.actor)
    found = _hold(uow, verb, press, me, values)
    if isinstance(gesture, Submission) and gesture.page is not None:
        going_on = keep_page(uow, gesture, verb, me, found, now)
        if going_on is not None:
            return going_on
        values = {**draft(uow, press, me.id), **values}
    if isinstance(gesture, Submission):
        uow.letters.drop(LetterKind.DRAFT, writer=me.id, about=str(press))
    me = uow.people.get(me.id)
    if me.is_erased:  # while we waited to hold them: once more, as somebody new
        raise Conflict
    if verb.needs in AT_THE_DESK:
        first_hour.arrive(uow, me, gesture.actor.handle, now)
    visit = Visit(
        uow, now, uow.places.campus(), me, gesture.actor.handle, gesture.actor.rights, matcher, press, values, found,
        space=gesture.actor.space, channel=gesture.channel if isinstance(gesture, Command) else "", is_new=is_new,
        by_post=gesture.surface is Surface.LATER, files=gesture.files if isinstance(gesture, Submission) else {},
    )  # fmt: skip
    return promised(verb, verb.does(visit), gesture)


def _refuse_form(uow: UnitOfWork, gesture: Gesture, me: Person, now: datetime) -> None:
    """A form could not be opened from `Reading`: find out why, so that the person hears it. Raises Refusal."""
    press, _ = verb_of(gesture)
    form_of(uow, me, press, gesture.actor, now, me.language)


def _hold(uow: UnitOfWork, verb: Verb, press: PressId, me: Person, values: Values) -> Found:
    """Everybody this will touch is held at once and in id order, and what was found is read again."""
    found = look_up(uow, verb.target, press.token, me)
    people: set[PersonId] = {me.id}
    if found.intro is not None:
        people |= {found.intro.student, found.intro.alum}
    if found.alum is not None:
        people.add(found.alum.id)
    if verb.target is Target.OFFER and found.ask is not None:
        people |= set(found.ask.next_choices)
    people |= {alum.id for alum in found.alumni}
    people |= _of_the_row(uow, found)
    if verb.target is Target.CODE and (invited := uow.codes.owner(read_code(str(values.get("code", ""))))):
        people.add(invited)
    uow.people.lock(people)
    return look_up(uow, verb.target, press.token, me) if verb.target is not Target.NOTHING else found


def _of_the_row(uow: UnitOfWork, found: Found) -> set[PersonId]:
    """Everybody whom a row of the queue, or a student who was looked up, is about."""
    people = {found.student.id} if found.student is not None else set[PersonId]()
    row = found.row
    if row is None:
        return people
    if row.intro is not None:
        intro = uow.intros.get(row.intro)
        people |= {intro.student, intro.alum}
    if row.ask is not None:
        people.add(uow.asks.get(row.ask).student)
    return people | ({row.person} if row.person is not None else set())


def _mend(open_uow: OpenUnitOfWork, gesture: Gesture, mend: Mend, now: datetime) -> Fix:
    """The form goes back with what to mend, and nothing is lost.

    In a unit of work of its own: the key of a form that is still open is not kept.
    """
    assert isinstance(gesture, Submission), "only a form can be mended"
    with open_uow() as uow, own_words(uow.wording.live()):
        me = _who_is(uow, gesture, uow.people.by_handle(gesture.actor.handle))
        found = look_up(uow, VERBS[gesture.press.verb].target, gesture.press.token, me)
        fix = fixed(uow, gesture, mend, me, found, now, language_of(me, gesture))
        uow.commit()
    return fix
