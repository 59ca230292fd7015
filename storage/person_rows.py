"""The rows in which a person stands, and the person that they are.

Read by place and not by name, and good hours, of which there are few kinds, by their text: a sweep reads thousands of
people, and finding each column by its name took longer than the database did.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import time
from functools import lru_cache
from json import loads
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, cast, select

from bot.domain.people import AlumProfile, GoodHours, Handle, Pace, Person, PersonId, Quiet, StudentProfile
from storage import tables as t

PEOPLE = t.person.outerjoin(t.who).outerjoin(t.alum).outerjoin(t.student)
_P, _A, _S, _H = t.person.c, t.alum.c, t.student.c, t.handle.c
_AS_IT_STANDS = (
    "standing", "title", "employer", "industry", "field", "degree", "grad_year", "room_link", "booking_link",
    "paused_until", "paused_since", "joined_at", "confirmed_at", "asked_at",
    "silent",
)  # fmt: skip
_LISTS = ("past_titles", "topics", "languages", "lengths", "formats")
_PERSON: tuple[ColumnElement[Any], ...] = (
    _P.id, _P.given_name, _P.family_name, _P.zone, _P.language, cast(_P.hours, Text), cast(_P.quiet, Text), t.who.c.key,
)  # fmt: skip
_ALUM: tuple[ColumnElement[Any], ...] = (
    _A.person, _A.pace_month, _A.pace_at_once, _A.hides, _A.desk_token,
    *(_A[name] for name in _AS_IT_STANDS), *(_A[name] for name in _LISTS),
)  # fmt: skip
_STUDENT: tuple[ColumnElement[Any], ...] = (_S.person, _S.about, _S.degree, _S.year, _S.desk_token, _S.known_as)
_ACCOUNT: tuple[ColumnElement[Any], ...] = (_H.platform, _H.realm, _H.user_id, _H.closed, _H.id)
PERSON = 0
"""Where the person's key stands."""
_ALUM_AT = len(_PERSON)
_STUDENT_AT = _ALUM_AT + len(_ALUM)
_ACCOUNT_AT = _STUDENT_AT + len(_STUDENT)
CLOSED, ACCOUNT = _ACCOUNT_AT + 3, _ACCOUNT_AT + 4
"""Where it stands whether the account is closed, and its key."""


def everything_of(which: ColumnElement[bool]) -> Select[Any]:
    """A row for each account of each of these people, and one for somebody who has none: in the order in which they
    became known, of each the preferred account first."""
    everything = select(*_PERSON, *_ALUM, *_STUDENT, *_ACCOUNT)
    found = everything.select_from(PEOPLE.outerjoin(t.handle, _H.person == _P.id)).where(which)
    return found.order_by(_P.id, _H.preferred.desc(), _H.id)


def person_of(rows: Sequence[Sequence[Any]]) -> Person:
    """One person's rows, of which there is at least one."""
    row = rows[0]
    key, given_name, family_name, zone, language, hours, quiet, who = row[:_ALUM_AT]
    handles = [Handle(*each[_ACCOUNT_AT:CLOSED]) for each in rows if each[_ACCOUNT_AT] is not None]
    return Person(
        id=PersonId(key),
        who=who or "",
        given_name=given_name,
        family_name=family_name,
        zone=zone,
        language=language,
        alum=_alum(row[_ALUM_AT + 1 : _STUDENT_AT]) if row[_ALUM_AT] is not None else None,
        student=_student(row[_STUDENT_AT + 1 : _ACCOUNT_AT]) if row[_STUDENT_AT] is not None else None,
        hours=_hours(hours),
        quiet=_quiet(quiet),
        handles=tuple(handles),
    )


def _student(told: Sequence[Any]) -> StudentProfile:
    about, degree, year, desk_token, known_as = told
    return StudentProfile(about, degree, year, desk_token or "", known_as)


def _alum(told: Sequence[Any]) -> AlumProfile:
    month, at_once, hides, desk_token, *more = told
    facts: dict[str, Any] = dict(zip(_AS_IT_STANDS, more, strict=False))
    facts |= {name: tuple(each) for name, each in zip(_LISTS, more[len(_AS_IT_STANDS) :], strict=True)}
    return AlumProfile(**facts, pace=Pace(month, at_once), hides=frozenset(hides), desk_token=desk_token or "")


def alum_told(alum: AlumProfile) -> dict[str, Any]:
    """The row of an alum's profile."""
    return {
        **{name: getattr(alum, name) for name in _AS_IT_STANDS},
        **{name: list(getattr(alum, name)) for name in _LISTS},
        "pace_month": alum.pace.month,
        "pace_at_once": alum.pace.at_once,
        "hides": sorted(alum.hides),
        "desk_token": alum.desk_token or None,
    }


@lru_cache(maxsize=1024)
def _hours(text: str) -> GoodHours:
    told = loads(text)
    spans = tuple((time.fromisoformat(begin), time.fromisoformat(end)) for begin, end in told["spans"])
    return GoodHours(tuple(told["weekdays"]), spans)


def hours_told(hours: GoodHours) -> dict[str, Any]:
    """What stands in the column."""
    spans = [[begin.isoformat("minutes"), end.isoformat("minutes")] for begin, end in hours.spans]
    return {"weekdays": list(hours.weekdays), "spans": spans}


@lru_cache(maxsize=1024)
def _quiet(text: str | None) -> Quiet:
    told = loads(text) if text else None
    return Quiet(**told | {"weekdays": tuple(told["weekdays"])}) if told else Quiet()


def quiet_told(quiet: Quiet) -> dict[str, Any] | None:
    """What stands in the column: nothing, where somebody leaves it all to the campus."""
    return None if quiet == Quiet() else asdict(quiet) | {"weekdays": list(quiet.weekdays)}
