"""From the name of a view or a form to what is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from bot.domain.people import Person
from bot.ports import Reading, UnitOfWork
from bot.use_cases import first_use
from bot.use_cases.stage import set_stage, stage_for
from bot.use_cases.visit import Found
from bot.views import FORMS, VIEWS
from bot.views.elements import Form, View
from bot.views.stage import Stage


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
    age = first_use.of_age(reading, reader.id, now) if reader else None
    return replace(stage, untold=first_use.is_untold(reading, reader), of_age=age)
