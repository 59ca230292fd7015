"""What is only looked up: the form that a press opens, somebody's own page, an answer that was promised.

From `Reading`, with no transaction and no row written; what may not be, `answer` says why, through the one door for
refusals.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import cast

from bot.conversation.draw import NOBODY_YET, draw
from bot.conversation.forms import form_of
from bot.conversation.gestures import Gesture, Opened, Submission
from bot.conversation.meaning import check_right, is_at_home, language_of, promised, verb_of
from bot.conversation.verbs import VERBS, opens_form, takes_time
from bot.domain.asks import plain
from bot.domain.people import AT_THE_DESK, Person
from bot.domain.refusals import Refusal
from bot.phrases import known_language, own_words
from bot.ports import Reading, UnitOfWork
from bot.use_cases import doorway, first_hour
from bot.use_cases.matcher import Matcher
from bot.use_cases.visit import Say, Visit
from bot.views.elements import Form, Later, PressId, Value, View


def look(gesture: Gesture, reading: Reading, now: datetime, matcher: Matcher) -> View | None:
    """The answer that was promised with a `Later`; None where it may not be given any more."""
    with own_words(reading.wording.live()):
        press, values = verb_of(gesture)
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
    if isinstance(gesture, Submission) or not is_at_home(reading, gesture):
        return None
    if isinstance(gesture, Opened):
        return _own_page(gesture, reading, now)
    press, values = verb_of(gesture)
    if takes_time(press.verb):
        found = _looked_up(gesture, press, values, reading, now, matcher)
        if found is None:
            return None
        said, me = found
        return Later(_drawn(gesture, promised(VERBS[press.verb], said, gesture), me, reading, now))
    if not opens_form(press.verb):
        return None
    me = reading.people.by_handle(gesture.actor.handle) or _stranger(gesture)
    try:
        return form_of(reading, me, press, gesture.actor, now, language_of(me, gesture))
    except Refusal:
        return None


def _looked_up(
    gesture: Gesture, press: PressId, values: Mapping[str, Value], reading: Reading, now: datetime, matcher: Matcher
) -> tuple[Say, Person] | None:
    """What only has to be looked up. A refusal is for `answer` to tell; so is whoever is new at the desk to greet."""
    verb, me = VERBS[press.verb], reading.people.by_handle(gesture.actor.handle)
    try:
        check_right(verb, gesture.actor)
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
    return draw(reading, me, said.view, said.keys, said.params, now, language_of(me, gesture))


def _own_page(gesture: Opened, reading: Reading, now: datetime) -> View | None:
    me = reading.people.by_handle(gesture.actor.handle)
    if me is None or not reading.people.is_welcomed(gesture.actor.handle):
        return None
    return draw(reading, me, "home", {}, doorway.home_params(gesture.actor.rights), now, language_of(me, gesture))


def _stranger(gesture: Gesture) -> Person:
    """Somebody not known yet, as a form sees them: nothing is written until they send it."""
    actor = gesture.actor
    return Person(
        NOBODY_YET, "", plain(actor.given_name), plain(actor.family_name), actor.zone, known_language(actor.language)
    )
