"""One institution's running of this: its rules, with the ranges in which they may be set.

Each default is the field's (PRACTICE: what coordinators of comparable programmes run); the range is what keeps the
promise made to people. A message that names a limit reads it from here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta

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
    silent_expired: int = 3
    """After so many requests in a row that nobody answered an alum is paused, kindly."""
    no_time_warn_day: int = 14
    no_time_lapse_day: int = 21
    remind_first_hours: int = 24
    remind_second_hours: int = 1
    happened_after_hours: int = 2
    happened_again_hours: int = 48
    unconfirmed_after_hours: int = 96
    unconfirmed_days: int = 21
    missed_days: int = 14
    late_cancel_hours: int = 24
    """Whoever calls off a talk later than this before it leaves a Step; a coordinator looks, never a machine."""
    thank_first_hours: int = 24
    thank_second_hours: int = 72
    thanks_queue_day: int = 7
    """From then on a thank-you that nobody wrote is the career office's to see."""
    unthanked_days: int = 21
    thanks_unanswered_days: int = 30
    keep_first_day: int = 60
    keep_second_day: int = 180
    keep_a_year: int = 3
    frozen_days: int = 30
    same_pair_days: int = 180
    shown_in_30_days: int = 12
    nudge_from_hour: int = 9
    nudge_until_hour: int = 20
    nudges_a_week: int = 3
    snooze_days: int = 3
    profile_days: int = 182
    """A profile older than this is asked about, once: still right?"""
    invited_days: int = 180
    invited_without_notice_days: int = 30
    """Whoever is invited and never joins is forgotten after so many days; sooner where nobody told them."""
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
    """Days on which the office is closed: no nudge goes out."""
    exam_weeks: tuple[date, ...] = ()
    """Days on which students have other things in mind: no nudge either."""
    holidays_of: str = ""
    """Whose public holidays are closures too: a country by its ISO 3166 code (`GB`), or a part of it (`GB-SCT`)."""
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
    "late_cancel_hours": Limit(1, 72),
    "thank_first_hours": Limit(1, 72),
    "thank_second_hours": Limit(24, 168),
    "unthanked_days": Limit(7, 60),
    "thanks_unanswered_days": Limit(7, 60),
    "frozen_days": Limit(7, 60),
    "silent_expired": Limit(2, 10),
    "remind_first_hours": Limit(12, 24),
    "remind_second_hours": Limit(1, 4),
    "keep_first_day": Limit(30, 120),
    "keep_second_day": Limit(121, 365),
    "keep_a_year": Limit(1, 12),
    "snooze_days": Limit(1, 7),
    "profile_days": Limit(90, 730),
    "invited_days": Limit(30, 365),
    "invited_without_notice_days": Limit(7, 60),
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

    Raises Refusal (`no_such_setting`, `setting_range`, `setting_length`, `setting_not_a_number`, `setting_yes_no`,
    `setting_name`, `setting_link`, `setting_room`, `setting_email`, `setting_language`, `setting_zone`, `setting_day`,
    `setting_country`, `setting_terms`).
    """
    if key not in _SETTABLE:
        raise Refusal("no_such_setting", setting=key)
    return replace(campus, **{key: _read(key, value.strip())})  # type: ignore[arg-type]  # _read gives the field's type


def _read(key: str, value: str) -> object:
    if key in DAYS:
        return _days(value)
    if key in READ:
        return READ[key](value)
    if isinstance(_SETTABLE[key].default, bool):
        return _yes_or_no(key, value)
    if key.endswith(("_invite", "_link")):
        return _link(key, value)
    if not isinstance(_SETTABLE[key].default, int):
        return value
    try:
        number = int(value)
    except ValueError:
        raise Refusal("setting_not_a_number", setting=key, value=value[:40]) from None
    if key == "talk_minutes":
        if number not in TALK_LENGTHS:
            raise Refusal("setting_length", setting=key, lengths=", ".join(map(str, TALK_LENGTHS)))
        return number
    limit = LIMITS[key]
    if not limit.low <= number <= limit.high:
        raise Refusal("setting_range", setting=key, low=limit.low, high=limit.high)
    return number


YES, NO = ("yes", "on", "true", "1"), ("no", "off", "false", "0")
LINK = re.compile(r"https://[\w.-]+\.\w{2,}(?::\d{1,5})?(?:[/?#]\S*)?", re.ASCII)


def _yes_or_no(key: str, value: str) -> bool:
    if value.lower() not in (*YES, *NO):
        raise Refusal("setting_yes_no", setting=key, value=value[:40])
    return value.lower() in YES


def _link(key: str, value: str) -> str:
    """An address out of the house, or nothing."""
    if value and not LINK.fullmatch(value):
        raise Refusal("setting_link", setting=key, value=value[:40])
    return value


ROOM = "{room}"


def _room_template(value: str) -> str:
    """A video room's address, another for each talk, or nothing: in one room for all, strangers would meet."""
    if value and not (ROOM in value and LINK.fullmatch(value.replace(ROOM, "room"))):
        raise Refusal("setting_room", value=value[:40])
    return value


NAME_LONGEST = 80


def _name(value: str) -> str:
    """What the campus is called in every letter; it must be called something."""
    if not 0 < len(value) <= NAME_LONGEST:
        raise Refusal("setting_name", most=NAME_LONGEST)
    return value


EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)


def _email(value: str) -> str:
    """An address that can stand in a calendar file as it is, or nothing."""
    if value and not EMAIL.fullmatch(value):
        raise Refusal("setting_email", value=value[:40])
    return value


LANGUAGE = re.compile(r"[a-z]{2,3}")


def _language(value: str) -> str:
    """By its ISO 639 code, as alumni's languages are kept: by a name nobody would have it in common with anybody."""
    code = value.lower()
    if not LANGUAGE.fullmatch(code):
        raise Refusal("setting_language", value=value[:40])
    return code


def known_zone(value: str) -> str:
    """An IANA zone by its name. Raises Refusal (`setting_zone`)."""
    from zoneinfo import available_timezones

    if value not in available_timezones():
        raise Refusal("setting_zone", value=value[:40])
    return value


def known_country(value: str) -> str:
    """A country or a part of one, by its ISO 3166 code, or nothing. Raises Refusal (`setting_country`)."""
    from holidays import list_supported_countries

    country, _, part = value.upper().partition("-")
    known = list_supported_countries(include_aliases=False)
    if value and (country not in known or (part and part not in known[country])):
        raise Refusal("setting_country", value=value[:40])
    return value.upper()


DAYS = frozenset({"closures", "exam_weeks"})
"""Settings that are days: `2026-12-24`, or a first and a last one, `2026-12-24/2027-01-03`."""
LONGEST_DAYS = 400


def _days(value: str) -> tuple[date, ...]:
    try:
        return tuple(sorted({day for each in value.replace(",", " ").split() for day in _from_to(each)}))
    except (ValueError, OverflowError):
        raise Refusal("setting_day", value=value[:40]) from None


def _from_to(text: str) -> list[date]:
    """One day, or all from the first to the last. Raises ValueError."""
    begins, _, ends = text.partition("/")
    first, last = date.fromisoformat(begins), date.fromisoformat(ends or begins)
    if not 0 <= (last - first).days < LONGEST_DAYS:
        raise ValueError(text)
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


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
    return " ".join(_runs(value)) if key in DAYS else str(value)


def _runs(days: tuple[date, ...]) -> list[str]:
    """Days that follow one another as a first and a last one."""
    runs: list[tuple[date, date]] = []
    for day in days:
        if runs and day - runs[-1][1] == timedelta(days=1):
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    return [first.isoformat() if first == last else f"{first}/{last}" for first, last in runs]


READ: Mapping[str, Callable[[str], object]] = {
    "holidays_of": known_country,
    "term_starts": _terms,
    "language": _language,
    "zone": known_zone,
    "office_email": _email,
    "room_template": _room_template,
    "name": _name,
}
"""Rules that are read in a way of their own."""
