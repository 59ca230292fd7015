"""From the name of a view or a form to what is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from bot.domain.people import Person, PersonId
from bot.ports import Reading, UnitOfWork
from bot.use_cases import first_use
from bot.use_cases.stage import set_stage, stage_for
from bot.use_cases.visit import Found
from bot.views import FORMS, VIEWS
from bot.views.elements import Form, View
from bot.views.stage import Stage

NOBODY_YET = PersonId(0)
"""Whoever is new, as a form sees them: there is nothing to read of them."""


def draw(
    reading: Reading | UnitOfWork,
    reader: Person | None,
    view: str,
    keys: Mapping[str, int],
    params: Mapping[str, str],
    now: datetime,
    language: str,
) -> View:
    """The view `view`, as its reader may see it now."""
    return VIEWS[view](stage_for(view, reading, reader, keys, params, now, language=language))


def draw_form(stage: Stage, form: str) -> Form:
    """The form `form` for the one whose stage it is."""
    return FORMS[form](stage)


def form_stage(
    reading: Reading | UnitOfWork, reader: Person | None, found: Found, now: datetime, language: str, arg: str = ""
) -> Stage:
    """What a form is drawn from: whatever its token pointed at, a closed word beside it, and what its reader has yet to
    be told or asked."""
    stage = set_stage(reading, reader, {}, {"arg": arg} if arg else {}, now, language=language, found=found)
    known = reader if reader and reader.id != NOBODY_YET else None
    age = first_use.of_age(reading, known.id, now) if known else None
    return replace(stage, untold=first_use.is_untold(reading, known), of_age=age)
