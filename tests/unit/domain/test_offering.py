"""Who may be offered at all."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from bot.domain.campus import Campus
from bot.domain.capacity import Load
from bot.domain.offering import PRIVATE, Asker, WhyNot, why_not, why_not_to
from bot.domain.people import Pace, PersonId, Standing, Terms
from bot.phrases import say

TODAY = date(2026, 3, 2)
APPROVED = Terms(Standing.APPROVED)


IDLE, CAMPUS = Load(), Campus()


def reason(terms: Terms, load: Load = IDLE, campus: Campus = CAMPUS, today: date = TODAY) -> WhyNot | None:
    return why_not(terms, load, campus, today, "en")


@pytest.mark.parametrize("standing", Standing)
def test_only_the_approved_are_offered(standing: Standing) -> None:
    assert reason(Terms(standing)) == (None if standing is Standing.APPROVED else WhyNot.NOT_APPROVED)


def test_a_pause_ends_by_itself_after_its_last_day_and_one_without_an_end_does_not() -> None:
    since = datetime(2026, 2, 1, tzinfo=UTC)
    until = Terms(Standing.APPROVED, paused_since=since, paused_until=TODAY)
    open_ended = Terms(Standing.APPROVED, paused_since=since)

    told = [reason(until, today=date(2026, 3, day)) for day in (1, 2, 3)]

    assert told == [WhyNot.PAUSED, WhyNot.PAUSED, None]
    assert reason(open_ended, today=date(2036, 1, 1)) is WhyNot.PAUSED


@pytest.mark.parametrize(
    "load", [Load(at_once=2), Load(accepted_this_month=2), Load(accepted_this_month=1, requested=1)]
)
def test_nobody_is_offered_beyond_their_own_limits(load: Load) -> None:
    assert reason(Terms(Standing.APPROVED, Pace(2, 2)), load) is WhyNot.FULL


def test_the_two_need_a_language_in_common_and_the_campus_has_its_own() -> None:
    welsh, english = Terms(Standing.APPROVED, languages=("cy",)), Terms(Standing.APPROVED, languages=("en",))

    assert reason(welsh) is WhyNot.LANGUAGE
    assert why_not(welsh, Load(), Campus(), TODAY, "cy") is None
    assert why_not(english, Load(), Campus(), TODAY, "cy") is None


def test_who_only_talks_in_person_is_offered_where_the_campus_allows_it() -> None:
    face_to_face = Terms(Standing.APPROVED, formats=("in_person",))

    assert reason(face_to_face) is WhyNot.IN_PERSON
    assert reason(face_to_face, campus=Campus(in_person=True)) is None
    assert reason(Terms(Standing.APPROVED, formats=("in_person", "video"))) is None


def test_what_is_between_an_alum_and_one_student_keeps_them_apart_and_is_told_to_nobody() -> None:
    me, alum = PersonId(1), PersonId(2)

    told = [
        why_not_to(Asker(me), me),
        why_not_to(Asker(me, avoided={alum}), alum),
        why_not_to(Asker(me, asked={alum}), alum),
        why_not_to(Asker(me, only={PersonId(3)}), alum),
    ]

    assert set(told) == PRIVATE
    assert why_not_to(Asker(me, only={alum}), alum) is None


@pytest.mark.parametrize("reason", [reason for reason in WhyNot if reason not in PRIVATE])
def test_every_other_reason_has_words(reason: WhyNot) -> None:
    assert say(f"why_not.{reason}", "en").startswith("Not offered")
