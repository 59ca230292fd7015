"""What stands on a Step beside what happened: the split fields and the amount, as they are at that moment.

All of them are of coarse closed lists, since a Step is kept for ever: a college and not a degree, a field and not a
title. Whoever wants another split adds a list, never a text.
"""

from __future__ import annotations

from datetime import date, datetime

from bot.domain.calendar import local_day, zone_of
from bot.domain.campus import Campus
from bot.domain.intro import Intro, State, Who
from bot.domain.people import Pace, Person
from bot.matching.colleges import college_of
from bot.matching.fields import FIELDS, field_of
from bot.ports import Step
from bot.views.finding import YEARS


def intro_step(student: Person, alum: Person, intro: Intro, name: str, by: Who, now: datetime, detail: str) -> Step:
    """A dated fact about an intro: the field is the alum's, college and year are the student's."""
    actor = alum if by is Who.ALUM else student
    return Step(
        what=name,
        at=now,
        who=alum.who if by is Who.ALUM else student.who if by is Who.STUDENT else "",
        whom=student.who if by is Who.ALUM else alum.who,
        intro=intro.id,
        ask=intro.ask,
        detail=detail or intro.state.value,
        platform=platform_of(actor),
        field=alum_field(alum),
        college=college(student),
        year=year(student),
        amount=amount_of(intro, name, now),
    )


def amount_of(intro: Intro, name: str, now: datetime) -> int | None:
    """What stands in `amount` by the list in `domain/steps.py`, for a move just made."""
    match name:
        case "request" | "ask_more" | "answer":
            return intro.expires_days
        case "release":
            return intro.expires_days if intro.state is State.REQUESTED else None
        case "accept":
            return intro.minutes
        case "offer_times":
            return len(intro.slots)
        case "pick_time" | "arrange" if intro.starts_at is not None:
            return int((intro.starts_at - now).total_seconds() // 60)
        case _:
            return None


def platform_of(person: Person) -> str:
    """Where somebody is written to first."""
    return person.handles[0].platform.value if person.handles else ""


def alum_field(person: Person) -> str:
    """The field of an alum, of the closed list; empty for somebody who is none (any more)."""
    alum = person.alum
    if alum is None:
        return ""
    return alum.field if alum.field in FIELDS else field_of(alum.title, alum.industry)


def college(person: Person) -> str:
    """The college of what a student studies, where they said it."""
    return college_of(person.student.degree) if person.student else ""


def year(person: Person) -> str:
    """A student's year, of the closed list."""
    return person.student.year if person.student and person.student.year in YEARS else ""


def alum_step(what: str, now: datetime, person: Person, *, detail: str = "", amount: int | None = None) -> Step:
    """A dated fact about an alum."""
    return Step(
        what, now, who=person.who, detail=detail, platform=platform_of(person), field=alum_field(person), amount=amount
    )


def pace_step(now: datetime, person: Person, pace: Pace) -> Step:
    """How often somebody may be asked from now on: what capacity is counted from."""
    return alum_step("pace", now, person, detail=str(pace.at_once), amount=pace.month)


def pause_days(until: date | None, now: datetime, campus: Campus) -> int | None:
    """How long a pause lasts, today among the days."""
    return None if until is None else (until - local_day(now, zone_of("", campus))).days + 1


def student_step(
    what: str, now: datetime, person: Person, *, ask: int | None = None, detail: str = "", field: str = "",
    whom: str = "", intro: int | None = None, amount: int | None = None,
) -> Step:  # fmt: skip
    """A dated fact about a student."""
    return Step(
        what, now, who=person.who, whom=whom, intro=intro, ask=ask, detail=detail, platform=platform_of(person),
        field=field, college=college(person), year=year(person), amount=amount,
    )  # fmt: skip
