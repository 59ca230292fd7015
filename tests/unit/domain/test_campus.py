"""The rules of a campus: defaults within their ranges, and settings read from text."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.campus import LIMITS, TALK_LENGTHS, Campus, in_words, with_setting
from bot.domain.refusals import Refusal

NUMBERS = [field.name for field in fields(Campus) if type(field.default) is int]


@pytest.mark.parametrize("key", [name for name in NUMBERS if name != "talk_minutes"])
def test_every_number_has_a_range_and_its_default_lies_in_it(key: str) -> None:
    limit, default = LIMITS[key], getattr(Campus(), key)

    assert limit.low <= default <= limit.high


@pytest.mark.parametrize("key", LIMITS)
def test_both_ends_of_a_range_are_allowed_and_what_lies_beyond_is_not(key: str) -> None:
    low, high = LIMITS[key].low, LIMITS[key].high

    assert [getattr(with_setting(Campus(), key, str(value)), key) for value in (low, high)] == [low, high]
    for beyond in (low - 1, high + 1):
        with pytest.raises(Refusal, match="setting_range") as told:
            with_setting(Campus(), key, str(beyond))
        assert told.value.params == {"setting": key, "low": low, "high": high}


def test_a_talk_is_as_long_as_one_of_four() -> None:
    assert [with_setting(Campus(), "talk_minutes", str(n)).talk_minutes for n in TALK_LENGTHS] == [10, 15, 20, 30]
    with pytest.raises(Refusal, match="setting_length") as told:
        with_setting(Campus(), "talk_minutes", "25")
    assert told.value.params == {"setting": "talk_minutes", "lengths": "10, 15, 20, 30"}


@pytest.mark.parametrize(
    ("key", "value", "refusal"),
    [
        ("colour", "blue", "no_such_setting"),
        ("request_days", "ten", "setting_not_a_number"),
        ("request_days", "", "setting_not_a_number"),
        ("request_days", "10.5", "setting_not_a_number"),
        ("zone", "Mars/Olympus", "setting_zone"),
        ("zone", "", "setting_zone"),
        ("office_email", "the office", "setting_email"),
        ("office_email", "a@example.edu\nATTENDEE:b", "setting_email"),
        ("office_email", "mailto:a@example.edu", "setting_email"),
        ("privacy_link", "www.example.edu/privacy", "setting_link"),
        ("adviser_link", "javascript:alert(1)", "setting_link"),
        ("adviser_link", "https://advice.example.edu:https", "setting_link"),
        ("room_template", "https://rooms.example.edu/everybody", "setting_room"),
        ("room_template", "{room}", "setting_room"),
        ("name", " ", "setting_name"),
        ("language", "English", "setting_language"),
        ("language", "", "setting_language"),
        ("name", "x" * 81, "setting_name"),
        ("closures", "24 December", "setting_day"),
        ("closures", "2026-02-30", "setting_day"),
    ],
)
def test_what_makes_no_sense_is_refused_by_its_name(key: str, value: str, refusal: str) -> None:
    with pytest.raises(Refusal) as told:
        with_setting(Campus(), key, value)

    assert told.value.key == refusal


def test_a_campus_s_own_server_may_stand_at_a_port_of_its_own() -> None:
    room = "https://talks.example.edu:8443/{room}"

    assert with_setting(Campus(), "room_template", room).room_template == room


def test_one_rule_changes_and_the_others_stay() -> None:
    assert with_setting(Campus(), "zone", " Asia/Kolkata ") == replace(Campus(), zone="Asia/Kolkata")
    assert with_setting(Campus(), "language", "CY") == replace(Campus(), language="cy")


def test_closures_are_days_in_order_however_they_are_separated() -> None:
    closed = with_setting(Campus(), "closures", "2026-12-25, 2026-12-24 2027-01-01")

    assert closed.closures == (date(2026, 12, 24), date(2026, 12, 25), date(2027, 1, 1))
    assert with_setting(closed, "closures", "").closures == ()


def test_days_that_follow_one_another_are_a_first_and_a_last_one() -> None:
    exams = with_setting(Campus(), "exam_weeks", "2026-05-13 2026-05-11/2026-05-12 2026-12-31/2027-01-01")

    assert exams.exam_weeks == (
        date(2026, 5, 11),
        date(2026, 5, 12),
        date(2026, 5, 13),
        date(2026, 12, 31),
        date(2027, 1, 1),
    )
    assert in_words(exams, "exam_weeks") == "2026-05-11/2026-05-13 2026-12-31/2027-01-01"


@pytest.mark.parametrize("value", ["2026-05-12/2026-05-11", "2026-01-01/2028-01-01", "/", "9999-12-31/x"])
def test_a_first_day_after_the_last_or_years_of_closure_are_no_days(value: str) -> None:
    with pytest.raises(Refusal) as told:
        with_setting(Campus(), "closures", value)
    assert told.value.key == "setting_day"


@pytest.mark.parametrize(("value", "kept"), [("gb-sct", "GB-SCT"), ("DE", "DE"), ("", "")])
def test_holidays_are_those_of_a_country_or_a_part_of_one(value: str, kept: str) -> None:
    assert with_setting(Campus(), "holidays_of", value).holidays_of == kept


@pytest.mark.parametrize("value", ["Narnia", "GB-XYZ", "-", "GB_SCT"])
def test_a_country_that_is_none_is_no_country(value: str) -> None:
    with pytest.raises(Refusal) as told:
        with_setting(Campus(), "holidays_of", value)
    assert told.value.key == "setting_country"


@given(st.lists(st.dates(), max_size=5), st.sampled_from(sorted(LIMITS)))
def test_a_setting_in_words_is_read_back_as_it_was(days: list[date], key: str) -> None:
    campus = replace(Campus(name="Ystrad"), closures=tuple(sorted(set(days))))

    for name in ("closures", "name", "zone", key):
        assert with_setting(campus, name, in_words(campus, name)) == campus


def test_the_office_may_name_its_address_or_none() -> None:
    named = with_setting(Campus(), "office_email", " careers@example.edu ")

    assert named.office_email == "careers@example.edu"
    assert with_setting(named, "office_email", "") == Campus()
