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

import json
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeAlias, cast

from bot.conversation.commands import BY_NAME
from bot.conversation.draw import draw, draw_form, form_stage
from bot.conversation.gestures import Actor, Command, Gesture, Opened, Press, Submission, Surface
from bot.conversation.verbs import REOPEN, VERBS, WORDS, Verb, check_form, opens_form, takes_time
from bot.domain.asks import plain
from bot.domain.codes import read_code
from bot.domain.messages import Kind, Message
from bot.domain.people import AT_THE_DESK, Person, PersonId, Right
from bot.domain.refusals import Conflict, Mend, MovedOn, NotYours, Refusal
from bot.phrases import known_language, own_words, say
from bot.ports import LetterKind, Reading, UnitOfWork
from bot.use_cases import doorway, first_hour
from bot.use_cases.matcher import Matcher
from bot.use_cases.visit import Found, Say, Target, Visit, look_up
from bot.views import common
from bot.views.common import reopening
from bot.views.elements import NO_TOKEN, Fix, Form, Later, Nothing, PressId, Shown, Text, Value, Values, View, fill
from bot.views.stage import Stage

OpenUnitOfWork: TypeAlias = Callable[[], AbstractContextManager[UnitOfWork]]

__all__ = ["answer", "gate", "look", "not_done", "opening", "opens_form", "sorry", "takes_time"]

MOST_TYPED = 12_000
"""Characters in one submission, over all its fields: no form of ours takes more."""
MOST_IN_A_FILE = 1_000_000
"""Characters: a roster of five thousand people is smaller."""
MOST_ARG = 40
FIRST = timedelta(microseconds=1)
REFUSED = {
    Right.STUDENT: "students_only",
    Right.COORDINATOR: "desk_only",
    Right.EXPORT: "export_only",
    Right.SETTINGS: "settings_only",
    Right.AUDIT: "audit_only",
}


def gate(language: str) -> View:
    """What an outsider is told. Writes nothing."""
    return common.gate(known_language(language))


def sorry(language: str) -> View:
    """What is said when something of ours broke."""
    return common.sorry(known_language(language))


def not_done(gesture: Gesture) -> View:
    """What is said when an answer that takes its time came to nothing, with the way to ask for it again."""
    press, values = _verb_of(gesture)
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
        if not _is_at_home(uow, gesture):
            return gate(gesture.actor.language)
        if not uow.gestures.begin(gesture.key, now):
            return _again(uow, gesture, now)
        known = uow.people.by_handle(gesture.actor.handle)
        me = _who_is(uow, gesture, known)
        try:
            with uow.savepoint():
                said = _do(uow, gesture, me, now, matcher)
        except Refusal as refusal:
            said = _refused(refusal)
        if _is_first_contact(uow, gesture, known):
            doorway.welcome(uow, me, gesture.actor.handle, now)
        return _say(uow, gesture, me, said, now)


def _is_at_home(uow: UnitOfWork | Reading, gesture: Gesture) -> bool:
    actor = gesture.actor
    if actor.outsider:
        return False
    if not actor.space:
        return bool(uow.places.spaces())
    return uow.places.space(actor.handle.platform, actor.space, actor.app) is not None


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
    return draw(uow, me, before.view, before.keys, before.params, now, _language(me, gesture))


def _language(me: Person | None, gesture: Gesture) -> str:
    return me.language if me is not None and me.who else known_language(gesture.actor.language)


def _say(uow: UnitOfWork, gesture: Gesture, me: Person, said: Say, now: datetime) -> Shown:
    """Keep the answer, give it where it can be given, and commit. As a line it goes before whatever else the gesture
    sets off for the same person: first that the talk stands, then its file."""
    uow.gestures.remember(gesture.key, said.as_remembered())
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
    shown = draw(uow, me, said.view, said.keys, said.params, now, _language(me, gesture))
    uow.commit()
    return Later(shown) if takes_time else shown


def _refused(refusal: Refusal) -> Say:
    params = {name: str(value) for name, value in refusal.params.items()}
    keys = {"intro": refusal.intro} if isinstance(refusal, MovedOn) else {}
    if refusal.about is not None:
        keys["alum"] = refusal.about
    return Say("refusal", keys, {"key": refusal.key, **params})


# --- doing ---------------------------------------------------------------------------------------------------------


def _verb_of(gesture: Gesture) -> tuple[PressId, Mapping[str, Value]]:
    """What a gesture means. Raises Refusal for what means nothing."""
    match gesture:
        case Command(name=name, words=words):
            command = BY_NAME.get(name)
            read = command.read(words) if command else None
            if read is None:
                return PressId(f"help_{name}" if command else "help_intro"), {}
            sub, rest = read
            return PressId(sub.verb), {sub.asks[0]: rest} if sub.asks else {}
        case Press(press=press):
            return press, {}
        case Submission(press=press, values=values):
            handed_over = sum(map(len, gesture.files.values()))
            if sum(map(_length, values.values())) > MOST_TYPED or handed_over > MOST_IN_A_FILE:
                raise Refusal("too_much")
            return press, values
        case Opened():
            return PressId("mine"), {}


def _length(value: Value) -> int:
    return len(value) if isinstance(value, str) else sum(map(len, value))


def _check_right(verb: Verb, actor: Actor) -> None:
    """Raises Refusal. What could not be looked up is no no: whoever it may be theirs of is asked to try again."""
    needs, rights = verb.needs, actor.rights
    if needs is None:
        return
    if rights is None:
        raise Refusal("rights_unknown")
    if needs in rights:
        return
    at_the_desk, may_be = bool(rights & AT_THE_DESK), bool(actor.unsure & AT_THE_DESK)
    if needs in actor.unsure or (needs in AT_THE_DESK and may_be and not at_the_desk):
        raise Refusal("rights_unknown")
    if needs in AT_THE_DESK and not at_the_desk:  # whoever is not of the desk learns nothing about it
        raise Refusal(REFUSED[Right.COORDINATOR])
    raise Refusal(REFUSED[needs])


def _do(uow: UnitOfWork, gesture: Gesture, me: Person, now: datetime, matcher: Matcher) -> Say:
    if isinstance(gesture, Opened):
        return Say("home", {}, doorway.home_params(gesture.actor.rights))
    press, values = _verb_of(gesture)
    verb = VERBS.get(press.verb)
    if opens_form(press.verb):
        _refuse_form(uow, gesture, me, now)
    if verb is None or verb.does is None or isinstance(gesture, Submission) != bool(verb.form):
        raise NotYours
    _check_right(verb, gesture.actor)
    found = _hold(uow, verb, press, me, values)
    if isinstance(gesture, Submission) and gesture.page is not None:
        going_on = _keep_page(uow, gesture, verb, me, found, now)
        if going_on is not None:
            return going_on
        values = {**_draft(uow, press, me.id), **values}
    if isinstance(gesture, Submission):
        uow.letters.drop(LetterKind.DRAFT, writer=me.id, about=str(press))
    me = uow.people.get(me.id)
    if verb.needs in AT_THE_DESK:
        first_hour.arrive(uow, me, gesture.actor.handle, now)
    visit = Visit(
        uow, now, uow.places.campus(), me, gesture.actor.handle, gesture.actor.rights, matcher, press, values, found,
        space=gesture.actor.space, channel=gesture.channel if isinstance(gesture, Command) else "",
        by_post=gesture.surface is Surface.LATER, files=gesture.files if isinstance(gesture, Submission) else {},
    )  # fmt: skip
    return _promised(verb, verb.does(visit), gesture)


def _promised(verb: Verb, said: Say, gesture: Gesture) -> Say:
    """The word that goes first, where the answer takes its time."""
    if not verb.word:
        return said
    here = {"here": "1"} if gesture.actor.handle.platform.answers_with_files else {}
    return Say(verb.word, said.keys, {**said.params, **here})


def _refuse_form(uow: UnitOfWork, gesture: Gesture, me: Person, now: datetime) -> None:
    """A form could not be opened from `Reading`: find out why, so that the person hears it. Raises Refusal."""
    press, _ = _verb_of(gesture)
    _form_of(uow, me, press, gesture.actor, now, me.language)


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


# --- forms ---------------------------------------------------------------------------------------------------------


def look(gesture: Gesture, reading: Reading, now: datetime, matcher: Matcher) -> View | None:
    """The answer that was promised with a `Later`; None where it may not be given any more."""
    with own_words(reading.wording.live()):
        press, values = _verb_of(gesture)
        found = _looked_up(gesture, press, values, reading, now, matcher)
        return found and _drawn(gesture, *found, reading, now)


def opening(gesture: Gesture, reading: Reading, now: datetime, matcher: Matcher) -> Form | View | Later | None:
    """The form that a press or a command opens, drawn from `Reading`, or the word before what takes its time; None
    where it opens none, or may not now.

    (Then `answer` says why, through the one door for refusals.) So is somebody's own page, but for the first time.
    """
    with own_words(reading.wording.live()):
        return _opening(gesture, reading, now, matcher)


def _opening(gesture: Gesture, reading: Reading, now: datetime, matcher: Matcher) -> Form | View | Later | None:
    if isinstance(gesture, Submission) or not _is_at_home(reading, gesture):
        return None
    if isinstance(gesture, Opened):
        return _own_page(gesture, reading, now)
    press, values = _verb_of(gesture)
    if takes_time(press.verb):
        found = _looked_up(gesture, press, values, reading, now, matcher)
        if found is None:
            return None
        said, me = found
        return Later(_drawn(gesture, _promised(VERBS[press.verb], said, gesture), me, reading, now))
    if not opens_form(press.verb):
        return None
    me = reading.people.by_handle(gesture.actor.handle) or _stranger(gesture)
    try:
        return _form_of(reading, me, press, gesture.actor, now, _language(me, gesture))
    except Refusal:
        return None


def _looked_up(
    gesture: Gesture, press: PressId, values: Mapping[str, Value], reading: Reading, now: datetime, matcher: Matcher
) -> tuple[Say, Person] | None:
    """What only has to be looked up. A refusal is for `answer` to tell; so is whoever is new at the desk to greet."""
    verb, me = VERBS[press.verb], reading.people.by_handle(gesture.actor.handle)
    try:
        _check_right(verb, gesture.actor)
        if me is None or verb.does is None:
            return None
        if verb.needs in AT_THE_DESK and first_hour.is_new(reading, me):
            return None
        visit = Visit(
            cast(UnitOfWork, reading), now, reading.places.campus(), me, gesture.actor.handle, gesture.actor.rights,
            matcher, press, values,
        )  # fmt: skip
        return verb.does(visit), me
    except Refusal:
        return None


def _drawn(gesture: Gesture, said: Say, me: Person, reading: Reading, now: datetime) -> View:
    return draw(reading, me, said.view, said.keys, said.params, now, _language(me, gesture))


def _own_page(gesture: Opened, reading: Reading, now: datetime) -> View | None:
    me = reading.people.by_handle(gesture.actor.handle)
    if me is None or not reading.people.is_welcomed(gesture.actor.handle):
        return None
    return draw(reading, me, "home", {}, doorway.home_params(gesture.actor.rights), now, _language(me, gesture))


def _stranger(gesture: Gesture) -> Person:
    """Somebody not known yet, as a form sees them: nothing is written until they send it."""
    actor = gesture.actor
    return Person(
        PersonId(0), "", plain(actor.given_name), plain(actor.family_name), actor.zone, known_language(actor.language)
    )


def _form_of(
    reading: Reading | UnitOfWork,
    me: Person,
    press: PressId,
    actor: Actor,
    now: datetime,
    language: str,
) -> Form:
    """Raises Refusal where this form may not be opened."""
    if press.verb == REOPEN:
        return _reopened(reading, me, press, actor, now, language)
    verb = VERBS[press.verb]
    _check_right(verb, actor)
    found = look_up(reading, verb.target, press.token, me)
    stage = form_stage(reading, me, found, now, language, press.arg)
    check_form(reading, verb, stage, found)
    return _form(stage, verb.opens)


def _form(stage: Stage, name: str) -> Form:
    """Raises NotYours where there is nothing to draw it from: a word that was never ours, somebody who has gone."""
    try:
        return draw_form(stage, name)
    except LookupError:
        raise NotYours from None


def _reopened(
    reading: Reading | UnitOfWork,
    me: Person,
    press: PressId,
    actor: Actor,
    now: datetime,
    language: str,
) -> Form:
    """A page of a form again, with what was typed so far."""
    name, page, arg = (*press.arg.split(".", 2), "", "")[:3]
    verb = VERBS.get(name)
    if verb is None or not verb.form or not page.isdecimal():
        raise NotYours
    _check_right(verb, actor)
    found = look_up(reading, verb.target, press.token, me)
    form = _form(form_stage(reading, me, found, now, language, arg), verb.form)
    if int(page) >= len(form.pages):
        raise NotYours
    return fill(replace(form, page=int(page)), _draft(reading, form.send, me.id))


def _draft(reading: Reading | UnitOfWork, send: PressId, writer: PersonId) -> dict[str, Value]:
    """What has been typed into a form so far."""
    letter = reading.letters.newest(LetterKind.DRAFT, writer=writer, about=str(send))
    if letter is None:
        return {}
    typed: dict[str, str | list[str]] = json.loads(letter.text)
    return {name: value if isinstance(value, str) else tuple(value) for name, value in typed.items()}


def _keep_draft(uow: UnitOfWork, send: PressId, writer: PersonId, values: Values, now: datetime) -> None:
    typed = {**_draft(uow, send, writer), **values}
    uow.letters.drop(LetterKind.DRAFT, writer=writer, about=str(send))
    uow.letters.add(LetterKind.DRAFT, writer, json.dumps(typed), now, about=str(send))


def _keep_page(uow: UnitOfWork, gesture: Submission, verb: Verb, me: Person, found: Found, now: datetime) -> Say | None:
    """One page of several was sent: kept, and the way to the next one; None when it was the last."""
    form = _form(form_stage(uow, me, found, now, me.language, gesture.press.arg), verb.form)
    page = gesture.page or 0
    if page + 1 >= len(form.pages):
        return None
    _keep_draft(uow, gesture.press, me.id, gesture.values, now)
    params = {"page": str(page + 1), "pages": str(len(form.pages)), "verb": gesture.press.verb}
    return Say("go_on", {}, {**params, "token": gesture.press.token, "arg": gesture.press.arg})


def _mend(open_uow: OpenUnitOfWork, gesture: Gesture, mend: Mend, now: datetime) -> Fix:
    """The form goes back with what to mend, and nothing is lost: what was typed is a draft until it is sent.

    In a unit of work of its own: the key of a form that is still open is not kept.
    """
    assert isinstance(gesture, Submission), "only a form can be mended"
    with open_uow() as uow, own_words(uow.wording.live()):
        me = _who_is(uow, gesture, uow.people.by_handle(gesture.actor.handle))
        verb = VERBS[gesture.press.verb]
        found = look_up(uow, verb.target, gesture.press.token, me)
        _keep_draft(uow, gesture.press, me.id, gesture.values, now)
        values = _draft(uow, gesture.press, me.id)
        language = _language(me, gesture)
        form = _form(form_stage(uow, me, found, now, language, gesture.press.arg), verb.form)
        errors = {name: _mend_words(language, error) for name, error in mend.errors.items()}
        uow.commit()
    page = _page_to_mend(form, errors)
    reopen = PressId(REOPEN, gesture.press.token, reopening(gesture.press.verb, page, gesture.press.arg))
    return Fix(replace(form, page=page), values, errors, common.mend(language, errors, reopen))


def _page_to_mend(form: Form, errors: Mapping[str, str]) -> int:
    """The first page on which something is to be mended."""
    names = [{item.name for item in page.items if not isinstance(item, Text)} for page in form.pages]
    return next((number for number, on_page in enumerate(names) if on_page & errors.keys()), 0)


def _mend_words(language: str, error: str | tuple[str, dict[str, str | int]]) -> str:
    key, params = error if isinstance(error, tuple) else (error, {})
    return say(key if "." in key else f"mend.{key}", language, **params)
