"""One institution's running of this: its rules, with the ranges in which they may be set.

Each default is the field's (PRACTICE: what coordinators of comparable programmes run); the range is what keeps the
promise made to people. A message that names a limit reads it from here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date

from bot.domain.refusals import Refusal


@dataclass(frozen=True)
class Limit:
    """The range of a number setting, both ends allowed."""

    low: int
    high: int


@dataclass(frozen=True)
class Campus:
    """The rules in force. Days and hours are whole; zone is an IANA name."""

    name: str = "our university"
    zone: str = "Europe/London"
    language: str = "en"
    room_template: str = ""
    """A video room's address with `{room}` in it, filled with an unguessable name for each talk."""
    in_person: bool = False
    """Whether a first talk may also be in person, in a public place."""
    adviser_link: str = ""
    privacy_link: str = ""
    talk_minutes: int = 20
    alum_month: int = 2
    alum_at_once: int = 2
    student_open: int = 1
    student_next_choices: int = 2
    student_in_30_days: int = 3
    request_days: int = 10
    request_days_with_next: int = 7
    nudge_first_day: int = 3
    nudge_second_day: int = 7
    nudge_second_day_with_next: int = 5
    ask_next_from_day: int = 4
    no_time_warn_day: int = 14
    no_time_lapse_day: int = 21
    happened_after_hours: int = 2
    happened_again_hours: int = 48
    unconfirmed_after_hours: int = 96
    unconfirmed_days: int = 21
    missed_days: int = 14
    thank_first_hours: int = 24
    thank_second_hours: int = 72
    thanks_queue_day: int = 7
    """From then on a thank-you that nobody wrote is the career office's to see."""
    unthanked_days: int = 21
    thanks_unanswered_days: int = 30
    frozen_days: int = 30
    same_pair_days: int = 180
    shown_in_30_days: int = 12
    nudge_from_hour: int = 9
    nudge_until_hour: int = 20
    nudges_a_week: int = 3
    notes_kept_days: int = 90
    slack_invite: str = ""
    discord_invite: str = ""
    """The links by which an invited alum comes into the campus's Slack or Discord."""
    code_days: int = 60
    """How long the code in an invitation works."""
    approve_without_code: bool = True
    """Whether the office has a look at whoever joins without a code."""
    office_email: str = ""
    """The organizer in calendar files; without one they name none."""
    closures: tuple[date, ...] = ()
    """Days on which no nudge goes out."""
    term_starts: tuple[str, ...] = ("09-01", "01-01", "05-01")
    """On which month and day each term begins, in every year; the first begins the academic year."""
    smallest_group: int = 5
    """A report shows no group under this."""


LIMITS: Mapping[str, Limit] = {
    "alum_month": Limit(1, 10),
    "alum_at_once": Limit(1, 5),
    "student_open": Limit(1, 5),
    "student_next_choices": Limit(0, 2),
    "student_in_30_days": Limit(1, 10),
    "request_days": Limit(5, 21),
    "request_days_with_next": Limit(5, 21),
    "nudge_first_day": Limit(1, 10),
    "nudge_second_day": Limit(2, 15),
    "nudge_second_day_with_next": Limit(2, 15),
    "ask_next_from_day": Limit(1, 20),
    "no_time_warn_day": Limit(3, 30),
    "no_time_lapse_day": Limit(7, 60),
    "happened_after_hours": Limit(1, 24),
    "happened_again_hours": Limit(24, 96),
    "unconfirmed_after_hours": Limit(72, 240),
    "unconfirmed_days": Limit(7, 60),
    "missed_days": Limit(7, 30),
    "thank_first_hours": Limit(1, 72),
    "thank_second_hours": Limit(24, 168),
    "unthanked_days": Limit(7, 60),
    "thanks_unanswered_days": Limit(7, 60),
    "frozen_days": Limit(7, 60),
    "thanks_queue_day": Limit(4, 20),
    "same_pair_days": Limit(30, 730),
    "shown_in_30_days": Limit(6, 60),
    "nudge_from_hour": Limit(6, 12),
    "nudge_until_hour": Limit(15, 22),
    "nudges_a_week": Limit(1, 7),
    "notes_kept_days": Limit(30, 365),
    "code_days": Limit(7, 180),
    "smallest_group": Limit(5, 30),
}
TALK_LENGTHS = (10, 15, 20, 30)
_SETTABLE = {field.name: field for field in fields(Campus)}


def with_setting(campus: Campus, key: str, value: str) -> Campus:
    """The campus with one rule changed, read from text.

    Raises Refusal (`no_such_setting`, `setting_range`, `setting_not_a_number`, `setting_yes_no`, `setting_link`,
    `setting_email`, `setting_zone`, `setting_day`, `setting_terms`).
    """
    if key not in _SETTABLE:
        raise Refusal("no_such_setting", setting=key)
    return replace(campus, **{key: _read(key, value.strip())})  # type: ignore[arg-type]  # _read gives the field's type


def _read(key: str, value: str) -> object:
    if key == "closures":
        return _days(value)
    if key == "term_starts":
        return _terms(value)
    if key == "zone":
        return known_zone(value)
    if isinstance(_SETTABLE[key].default, bool):
        return _yes_or_no(key, value)
    if key == "office_email":
        return _email(value)
    if key.endswith("_invite"):
        return _link(key, value)
    if not isinstance(_SETTABLE[key].default, int):
        return value
    try:
        number = int(value)
    except ValueError:
        raise Refusal("setting_not_a_number", setting=key, value=value[:40]) from None
    if key == "talk_minutes":
        if number not in TALK_LENGTHS:
            raise Refusal("setting_range", setting=key, low=TALK_LENGTHS[0], high=TALK_LENGTHS[-1])
        return number
    limit = LIMITS[key]
    if not limit.low <= number <= limit.high:
        raise Refusal("setting_range", setting=key, low=limit.low, high=limit.high)
    return number


YES, NO = ("yes", "on", "true", "1"), ("no", "off", "false", "0")
LINK = re.compile(r"https://[\w.-]+\.\w{2,}(?:[/?#]\S*)?", re.ASCII)


def _yes_or_no(key: str, value: str) -> bool:
    if value.lower() not in (*YES, *NO):
        raise Refusal("setting_yes_no", setting=key, value=value[:40])
    return value.lower() in YES


def _link(key: str, value: str) -> str:
    """An address out of the house, or nothing."""
    if value and not LINK.fullmatch(value):
        raise Refusal("setting_link", setting=key, value=value[:40])
    return value


EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)


def _email(value: str) -> str:
    """An address that can stand in a calendar file as it is, or nothing."""
    if value and not EMAIL.fullmatch(value):
        raise Refusal("setting_email", value=value[:40])
    return value


def known_zone(value: str) -> str:
    """An IANA zone by its name. Raises Refusal (`setting_zone`)."""
    from zoneinfo import available_timezones

    if value not in available_timezones():
        raise Refusal("setting_zone", value=value[:40])
    return value


def _days(value: str) -> tuple[date, ...]:
    try:
        return tuple(sorted(date.fromisoformat(day) for day in value.replace(",", " ").split()))
    except ValueError:
        raise Refusal("setting_day", value=value[:40]) from None


def _terms(value: str) -> tuple[str, ...]:
    """Months and days like 09-01, of which there is one in every year; the academic year begins with the first."""
    starts = tuple(value.replace(",", " ").split())
    try:
        days = [date.fromisoformat(f"2001-{start}") for start in starts]
    except ValueError:
        raise Refusal("setting_terms", value=value[:40]) from None
    first = [day.toordinal() for day in days[:1]]
    turned = [(day.toordinal() - first[0]) % 365 for day in days]
    if not days or len(set(days)) < len(days) or turned != sorted(turned) or any(len(start) != 5 for start in starts):
        raise Refusal("setting_terms", value=value[:40])
    return starts


def in_words(campus: Campus, key: str) -> str:
    """A setting as text, as `with_setting` reads it."""
    value = getattr(campus, key)
    if isinstance(value, bool):
        return YES[0] if value else NO[0]
    if key == "term_starts":
        return " ".join(value)
    return " ".join(day.isoformat() for day in value) if key == "closures" else str(value)
