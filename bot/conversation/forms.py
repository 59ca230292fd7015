"""Forms between two gestures: opened, one page after the other, with what was typed so far and what is to be mended."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from bot.conversation.draw import draw_form, form_stage
from bot.conversation.gestures import Actor, Submission
from bot.conversation.meaning import check_right
from bot.conversation.verbs import REOPEN, VERBS, Verb, check_form
from bot.domain.people import Person, PersonId
from bot.domain.refusals import Mend, NotYours
from bot.phrases import say
from bot.ports import LetterKind, Reading, UnitOfWork
from bot.use_cases.visit import Found, Say, look_up
from bot.views import common
from bot.views.common import reopening
from bot.views.elements import Fix, Form, PressId, Text, Value, Values, fill
from bot.views.stage import Stage


def form_of(
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
    check_right(verb, actor)
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
    check_right(verb, actor)
    found = look_up(reading, verb.target, press.token, me)
    form = _form(form_stage(reading, me, found, now, language, arg), verb.form)
    if int(page) >= len(form.pages):
        raise NotYours
    return fill(replace(form, page=int(page)), draft(reading, form.send, me.id))


def draft(reading: Reading | UnitOfWork, send: PressId, writer: PersonId) -> dict[str, Value]:
    """What has been typed into a form so far."""
    letter = reading.letters.newest(LetterKind.DRAFT, writer=writer, about=str(send))
    if letter is None:
        return {}
    typed: dict[str, str | list[str]] = json.loads(letter.text)
    return {name: value if isinstance(value, str) else tuple(value) for name, value in typed.items()}


def keep_draft(uow: UnitOfWork, send: PressId, writer: PersonId, values: Values, now: datetime) -> None:
    typed = {**draft(uow, send, writer), **values}
    uow.letters.drop(LetterKind.DRAFT, writer=writer, about=str(send))
    uow.letters.add(LetterKind.DRAFT, writer, json.dumps(typed), now, about=str(send))


def keep_page(uow: UnitOfWork, gesture: Submission, verb: Verb, me: Person, found: Found, now: datetime) -> Say | None:
    """One page of several was sent: kept, and the way to the next one; None when it was the last."""
    form = _form(form_stage(uow, me, found, now, me.language, gesture.press.arg), verb.form)
    page = gesture.page or 0
    if page + 1 >= len(form.pages):
        return None
    keep_draft(uow, gesture.press, me.id, gesture.values, now)
    params = {"page": str(page + 1), "pages": str(len(form.pages)), "verb": gesture.press.verb}
    return Say("go_on", {}, {**params, "token": gesture.press.token, "arg": gesture.press.arg})


def fixed(
    uow: UnitOfWork, gesture: Submission, mend: Mend, me: Person, found: Found, now: datetime, language: str
) -> Fix:
    """The form as it goes back, with what to mend; what was typed is a draft until it is sent."""
    keep_draft(uow, gesture.press, me.id, gesture.values, now)
    values = draft(uow, gesture.press, me.id)
    verb = VERBS[gesture.press.verb]
    form = _form(form_stage(uow, me, found, now, language, gesture.press.arg), verb.form)
    errors = {name: _mend_words(language, error) for name, error in mend.errors.items()}
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
