"""Days, hours and zones: times that suit two people, and moments at which a nudge may arrive."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.calendar import (
    SLOTS,
    WAKING,
    allowed_hours,
    good_moment,
    hours_apart,
    local_day,
    month_began,
    propose_slots,
    read_when,
    spans_weekend,
    why_not,
    zone_of,
)
from bot.domain.campus import Campus
from bot.domain.closures import closed_on
from bot.domain.people import GoodHours, Quiet


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type,misc]  # year, month, day, hour, minute


LONDON, NEW_YORK, TOKYO = ZoneInfo("Europe/London"), ZoneInfo("America/New_York"), ZoneInfo("Asia/Tokyo")
KOLKATA, KATHMANDU, AUCKLAND = ZoneInfo("Asia/Kolkata"), ZoneInfo("Asia/Kathmandu"), ZoneInfo("Pacific/Auckland")
CAMPUS = Campus()
NOW = utc(2026, 3, 2, 10)
USUAL = GoodHours()
zones = st.sampled_from([LONDON, NEW_YORK, TOKYO, KOLKATA, KATHMANDU, AUCKLAND, ZoneInfo("America/St_Johns")])
moments = st.integers(0, 2 * 365 * 24 * 60).map(lambda minutes: utc(2026, 1, 1) + timedelta(minutes=minutes))


def within(start: datetime, hours: GoodHours, zone: ZoneInfo, minutes: int = 20) -> bool:
    here, until = start.astimezone(zone), (start + timedelta(minutes=minutes)).astimezone(zone)
    in_span = any(begin <= here.time() and until.time() <= end for begin, end in hours.spans)
    return here.weekday() in hours.weekdays and here.date() == until.date() and in_span


def test_ten_times_on_each_of_eight_weekdays_in_the_hours_of_both() -> None:
    slots = propose_slots(NOW, (USUAL, LONDON), (USUAL, LONDON), 20)

    assert (len(slots), len({slot.date() for slot in slots})) == (SLOTS, 8)
    assert [within(slot, USUAL, LONDON) for slot in slots] == [True] * SLOTS


def test_five_hours_apart_there_is_a_time_for_lunch_here_and_after_work_there() -> None:
    slots = propose_slots(NOW, (USUAL, NEW_YORK), (USUAL, LONDON), 20)

    assert {slot.astimezone(NEW_YORK).hour for slot in slots} <= {12, 13}
    assert {slot.astimezone(LONDON).hour for slot in slots} <= {16, 17, 18, 19}
    assert len(slots) == SLOTS


def test_half_a_world_apart_nobody_gets_up_at_night() -> None:
    slots = propose_slots(NOW, (USUAL, LONDON), (USUAL, AUCKLAND), 20)

    assert len(slots) == SLOTS
    assert [within(slot, WAKING, LONDON) and within(slot, WAKING, AUCKLAND) for slot in slots] == [True] * SLOTS


@pytest.mark.parametrize("zone", [KOLKATA, KATHMANDU])
def test_a_zone_of_half_hours_has_times_of_its_own(zone: ZoneInfo) -> None:
    slots = propose_slots(NOW, (USUAL, zone), (USUAL, zone), 30)

    assert [within(slot, USUAL, zone, 30) for slot in slots] == [True] * SLOTS


def test_the_hour_stays_when_the_clocks_change() -> None:
    """29 March 2026: London springs forward, in the middle of the fortnight ahead."""
    evening = GoodHours((0, 1, 2, 3, 4, 5, 6), ((time(18), time(18, 30)),))

    slots = propose_slots(utc(2026, 3, 22, 10), (evening, LONDON), (evening, LONDON), 30)

    assert {slot.astimezone(LONDON).time() for slot in slots} == {time(18)}
    assert {slot.time() for slot in slots} == {time(18), time(17)}


def test_closures_are_kept_free_unless_there_is_nothing_else() -> None:
    monday = date(2026, 3, 9)
    fortnight = tuple(date(2026, 3, 2) + timedelta(days=n) for n in range(20))

    some = propose_slots(NOW, (USUAL, LONDON), (USUAL, LONDON), 20, (monday,))
    none = propose_slots(NOW, (USUAL, LONDON), (USUAL, LONDON), 20, fortnight)

    assert monday not in {slot.date() for slot in some}
    assert len(none) == SLOTS


@given(moments, zones, zones, st.sampled_from([10, 15, 20, 30]))
def test_there_is_always_a_time_two_to_fourteen_days_ahead(
    now: datetime, here: ZoneInfo, there: ZoneInfo, minutes: int
) -> None:
    slots = propose_slots(now, (USUAL, here), (USUAL, there), minutes)

    assert 1 <= len(slots) <= SLOTS
    assert list(slots) == sorted(set(slots))
    assert slots[0] >= now + timedelta(days=2)
    assert slots[-1] <= now + timedelta(days=14)
    assert [within(slot, WAKING, here, minutes) for slot in slots] == [True] * len(slots)
    assert [within(slot, WAKING, there, minutes) for slot in slots] == [True] * len(slots)


# --- a good moment -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("due", "zone", "moment"),
    [
        (utc(2026, 3, 2, 10), LONDON, utc(2026, 3, 2, 10)),
        (utc(2026, 3, 2, 3), LONDON, utc(2026, 3, 2, 9)),
        (utc(2026, 3, 2, 20), LONDON, utc(2026, 3, 3, 9)),
        (utc(2026, 3, 2, 10), TOKYO, utc(2026, 3, 2, 10)),
        (utc(2026, 3, 2, 12), TOKYO, utc(2026, 3, 3, 0)),
        (utc(2026, 3, 2, 15), KATHMANDU, utc(2026, 3, 3, 3, 15)),
        (utc(2026, 3, 28, 22), LONDON, utc(2026, 3, 29, 8)),
        (utc(2026, 10, 24, 22), LONDON, utc(2026, 10, 25, 9)),
    ],
    ids=["now", "early", "late", "elsewhere", "evening there", "45 minutes", "spring forward", "fall back"],
)
def test_a_nudge_waits_for_the_morning_of_its_reader(due: datetime, zone: ZoneInfo, moment: datetime) -> None:
    assert good_moment(due, zone, CAMPUS) == moment


def test_a_nudge_waits_until_the_office_is_open_again() -> None:
    closed = Campus(closures=(date(2026, 12, 24), date(2026, 12, 25), date(2026, 12, 26)))

    moment = good_moment(utc(2026, 12, 24, 12), LONDON, closed)

    assert moment == utc(2026, 12, 27, 9)


@given(moments, zones, st.lists(st.dates(date(2026, 1, 1), date(2027, 12, 31)), max_size=30))
def test_a_good_moment_is_never_early_and_always_in_allowed_hours(
    due: datetime, zone: ZoneInfo, closures: list[date]
) -> None:
    campus = Campus(closures=tuple(closures))

    moment = good_moment(due, zone, campus)

    here = moment.astimezone(zone)
    assert moment >= due
    assert 9 <= here.hour < 20
    assert here.date() not in closures
    assert good_moment(moment, zone, campus) == moment


# --- as somebody wishes it -----------------------------------------------------------------------------------------

ODD_ZONES = [
    LONDON, NEW_YORK, KOLKATA, KATHMANDU, AUCKLAND, ZoneInfo("Australia/Lord_Howe"), ZoneInfo("America/St_Johns"),
    ZoneInfo("Pacific/Kiritimati"), ZoneInfo("America/Santiago"), ZoneInfo("UTC"),
]  # fmt: skip
CHANGES = [
    utc(2026, 3, 29, 1), utc(2026, 10, 25, 1), utc(2026, 3, 8, 7), utc(2026, 11, 1, 6), utc(2026, 4, 4, 15),
    utc(2026, 10, 3, 15, 30), utc(2028, 2, 29), utc(2028, 3, 1), utc(2027, 1, 1), utc(2028, 2, 28, 23, 59),
]  # fmt: skip
"""The clocks change in London, New York and on Lord Howe (by half an hour); a leap day; a new year."""
quiets = st.builds(
    Quiet,
    from_hour=st.none() | st.integers(6, 21),
    until_hour=st.none() | st.integers(7, 22),
    weekdays=st.sets(st.integers(0, 6), min_size=1).map(lambda days: tuple(sorted(days))),
)
around = st.sampled_from(CHANGES).flatmap(
    lambda change: st.integers(-3 * 24 * 60, 3 * 24 * 60).map(lambda minutes: change + timedelta(minutes=minutes))
)
odd_zones = st.sampled_from(ODD_ZONES)


@given(around, odd_zones, quiets, st.sets(st.dates(date(2026, 1, 1), date(2028, 12, 31)), max_size=10))
def test_a_good_moment_is_in_hours_that_campus_and_reader_both_allow(
    due: datetime, zone: ZoneInfo, quiet: Quiet, exams: set[date]
) -> None:
    campus = Campus(exam_weeks=tuple(sorted(exams)), nudge_from_hour=8, nudge_until_hour=21)
    begins, ends = allowed_hours(campus, quiet)

    moment = good_moment(due, zone, campus, quiet)

    here = moment.astimezone(zone)
    assert moment >= due
    assert (moment.utcoffset(), why_not(moment, zone, campus, quiet)) == (timedelta(), "")
    assert (8 <= begins <= here.hour < ends <= 21, here.weekday() in quiet.weekdays, here.date() in exams) == (
        True, True, False,
    )  # fmt: skip
    assert good_moment(moment, zone, campus, quiet) == moment
    assert moment == due or why_not(due, zone, campus, quiet) != ""


@given(around, around, odd_zones, quiets)
def test_what_is_due_later_never_comes_sooner(one: datetime, other: datetime, zone: ZoneInfo, quiet: Quiet) -> None:
    first, second = sorted((one, other))

    assert good_moment(first, zone, CAMPUS, quiet) <= good_moment(second, zone, CAMPUS, quiet)


def test_hours_that_leave_nothing_of_the_campus_s_are_the_campus_s() -> None:
    assert allowed_hours(CAMPUS, Quiet(from_hour=12, until_hour=14)) == (12, 14)
    assert allowed_hours(CAMPUS, Quiet(from_hour=6, until_hour=23)) == (9, 20)
    assert allowed_hours(Campus(nudge_until_hour=15), Quiet(from_hour=17, until_hour=19)) == (9, 15)


def test_why_not_is_said_in_one_word() -> None:
    campus = Campus(closures=(date(2026, 3, 3),), exam_weeks=(date(2026, 3, 4),), holidays_of="GB-ENG")
    asked = [utc(2026, 3, 2, 10), utc(2026, 3, 3, 10), utc(2026, 3, 4, 10), utc(2026, 4, 3, 10), utc(2026, 3, 7, 10)]

    assert [why_not(at, LONDON, campus, Quiet(weekdays=(0, 1, 2, 3, 4))) for at in (*asked, utc(2026, 3, 2, 8))] == [
        "", "closure", "exam_week", "closure", "days", "hours",
    ]  # fmt: skip


def test_where_every_day_is_closed_at_least_the_hours_hold() -> None:
    always = Campus(closures=tuple(date(2026, 1, 1) + timedelta(days=number) for number in range(2000)))

    assert good_moment(utc(2026, 3, 2, 22), LONDON, always) == utc(2026, 3, 3, 9)


def test_holidays_are_the_place_s_and_known_for_every_year() -> None:
    english, scottish = Campus(holidays_of="GB-ENG"), Campus(holidays_of="GB-SCT")
    easter_monday, after_new_year = date(2027, 3, 29), date(2026, 1, 2)

    assert [closed_on(day, campus) for day in (easter_monday, after_new_year) for campus in (english, scottish)] == [
        "closure", "", "", "closure",
    ]  # fmt: skip
    assert closed_on(easter_monday, CAMPUS) == ""


@pytest.mark.parametrize(
    ("begin", "end", "spans"),
    [
        (utc(2026, 3, 2, 10), utc(2026, 3, 9), True),
        (utc(2026, 3, 2, 10), utc(2026, 3, 8, 23, 59), False),
        (utc(2026, 3, 7), utc(2026, 3, 9), True),
        (utc(2026, 3, 7, 0, 1), utc(2026, 3, 14, 0, 1), False),
        (utc(2026, 3, 7, 0, 1), utc(2026, 3, 16), True),
        (utc(2026, 3, 27, 12), utc(2026, 3, 29, 23), True),
    ],
    ids=["week", "too short", "just", "halves", "next one", "spring forward"],
)
def test_a_weekend_is_a_whole_saturday_and_its_sunday(begin: datetime, end: datetime, spans: bool) -> None:
    assert spans_weekend(begin, end, LONDON) is spans


# --- zones, days, months -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("unknown", ["", "Nowhere/Land", "../../etc/passwd", "x" * 300, "Europe", "a\0b"])
def test_a_zone_nobody_knows_is_the_campus_s(unknown: str) -> None:
    assert zone_of(unknown, CAMPUS) == LONDON


def test_a_month_begins_at_the_campus_s_midnight() -> None:
    tokyo = Campus(zone="Asia/Tokyo")

    assert month_began(utc(2026, 6, 15), CAMPUS) == utc(2026, 5, 31, 23)
    assert month_began(utc(2026, 3, 31, 16), tokyo) == utc(2026, 3, 31, 15)


def test_a_day_is_the_one_on_the_wall_there() -> None:
    late = utc(2026, 3, 2, 22)

    assert [local_day(late, zone) for zone in (LONDON, TOKYO)] == [date(2026, 3, 2), date(2026, 3, 3)]


def test_hours_apart_are_those_of_the_day_and_may_be_halves() -> None:
    before, after = utc(2026, 3, 7, 12), utc(2026, 3, 9, 12)

    assert [hours_apart(LONDON, NEW_YORK, at) for at in (before, after)] == [-5, -4]
    assert hours_apart(LONDON, KOLKATA, before) == 5.5
    assert hours_apart(KATHMANDU, LONDON, before) == -5.75


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("2026-03-14 17:30", utc(2026, 3, 14, 17, 30)),
        (" 2026-07-01 09:00 ", utc(2026, 7, 1, 8)),
        ("@1773509400", utc(2026, 3, 14, 17, 30)),
        ("tomorrow at five", None),
        ("2026-02-30 12:00", None),
        ("2026-03-14", None),
        ("@", None),
        ("@99999999999999999999", None),
        ("@²", None),
        ("", None),
    ],
)
def test_a_time_is_read_on_the_clock_of_whoever_typed_it(typed: str, read: datetime | None) -> None:
    assert read_when(typed, LONDON) == read
