"""What may be sent when: each rule, which of them decides, and what holds however they come together."""

from __future__ import annotations

import heapq
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.calendar import why_not
from bot.domain.campus import Campus
from bot.domain.digest import LastDigest
from bot.domain.holding import (
    WEEK,
    Drop,
    Facts,
    Fold,
    Hold,
    Send,
    Verdict,
    Why,
    decide,
    decide_for_desk,
    moved_on,
)
from bot.domain.intro import ALUM, STUDENT, Intro, State, Who
from bot.domain.messages import Kind, Message
from bot.domain.nudges import TURN, plan
from bot.domain.people import AlumProfile, Person, PersonId, Quiet, Standing
from tests.unit.domain.test_intro import NOW, an_intro

CAMPUS = Campus()
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
S = State
MORNING = NOW.replace(hour=10)


def reader(intro: Intro, role: Who = ALUM, **facts: Any) -> Person:
    profile = AlumProfile(Standing.APPROVED) if role is ALUM else None
    return Person(intro.person(role), "who", "Maya", "Rivers", **{"alum": profile, "zone": "Europe/London", **facts})


def a_nudge(intro: Intro, view: str = "nudge_request", turn: str = "1", campus: Campus = CAMPUS) -> Message:
    return next(line for line in plan(intro, campus, intro.since) if (line.view, line.params.get(TURN)) == (view, turn))


def facts(
    intro: Intro | None = None, role: Who = ALUM, *, now: datetime | None = None, campus: Campus = CAMPUS, **more: Any
) -> Facts:
    """The first nudge of a request, on its day, in the morning."""
    intro = intro or an_intro()
    line = more.pop("line", None) or a_nudge(intro, campus=campus)
    person = more.pop("person", None) or reader(intro, role)
    return Facts(line, now or line.due, campus, person, intro, **more)


def test_the_stories_begin_on_a_monday_morning_within_hours() -> None:
    assert (NOW.weekday(), 9 <= NOW.hour < 20) == (0, True)


def test_a_nudge_that_is_true_comes_in_good_hours_and_is_not_too_much_goes_out() -> None:
    assert decide(facts()) == Send()


# --- still to be said? ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"intro": an_intro(version=2)}, Why.MOVED_ON),
        ({"now": NOW + 10 * DAY}, Why.TOO_LATE),
        ({"person": replace(reader(an_intro()), who="")}, Why.ERASED),
        ({"person": reader(an_intro(), quiet=Quiet(stopped=True))}, Why.STOPPED_ALL),
        ({"intro": an_intro(stopped_by_alum=True)}, Why.STOPPED),
        (
            {"person": reader(an_intro(), alum=AlumProfile(Standing.APPROVED, paused_since=NOW))},
            Why.PAUSED,
        ),
    ],
)
def test_what_is_not_to_be_said_any_more_is_dropped(changed: dict[str, Any], why: Why) -> None:
    line = a_nudge(an_intro())

    assert decide(facts(**{"line": line, **changed})) == Drop(why)


def test_what_the_other_stopped_or_snoozed_is_the_other_s() -> None:
    assert decide(facts(an_intro(stopped_by_student=True, snoozed_by_student=NOW + 9 * DAY))) == Send()


def test_a_reminder_of_a_talk_is_void_once_it_is_of_no_use_whatever_its_kind() -> None:
    talk = an_intro(S.SCHEDULED, starts_at=NOW + 5 * DAY)
    soon = a_nudge(talk, "reminder_soon")

    assert moved_on(soon, talk, CAMPUS, NOW + 5 * DAY - HOUR) is None
    assert moved_on(soon, talk, CAMPUS, NOW + 5 * DAY) is Why.TOO_LATE


# --- a good moment? ------------------------------------------------------------------------------------------------


def test_who_snoozed_hears_of_it_in_a_good_moment_after() -> None:
    until = NOW.replace(hour=22) + 5 * DAY

    assert decide(facts(an_intro(snoozed_by_alum=until))) == Hold(NOW.replace(hour=9) + 6 * DAY, Why.SNOOZED)


def test_a_break_with_an_end_holds_what_an_alum_would_hear_and_not_what_they_asked_as_a_student() -> None:
    away = AlumProfile(Standing.APPROVED, paused_since=NOW, paused_until=(NOW + 4 * DAY).date())
    talk = an_intro(S.SCHEDULED, starts_at=NOW + 2 * DAY)
    over = NOW + 2 * DAY + HOUR * 3

    def asked(role: Who) -> Verdict:
        line = next(
            one for one in plan(talk, CAMPUS, NOW) if one.view == "nudge_happened" and one.to == talk.person(role)
        )
        return decide(facts(talk, role, line=line, now=over, person=reader(talk, role, alum=away)))

    assert asked(ALUM) == Drop(Why.NEXT_TURN)  # by then the second of its row is due
    assert asked(STUDENT) == Send()


@pytest.mark.parametrize("view", ["digest", "impact_alum"])
def test_a_break_holds_a_digest_too_unless_it_tells_them_something_as_a_student(view: str) -> None:
    away = AlumProfile(Standing.APPROVED, paused_since=NOW, paused_until=(NOW + 4 * DAY).date())
    on_leave = replace(reader(an_intro()), alum=away)
    line = Message(Kind.DIGEST, view, MORNING, to=on_leave.id)

    assert decide(Facts(line, MORNING, CAMPUS, on_leave)) == Hold(NOW.replace(hour=9) + 5 * DAY, Why.PAUSED)
    assert decide(Facts(line, MORNING, CAMPUS, on_leave, asks=True)) == Send()


def test_nothing_that_they_asked_for_as_a_student_waits_for_a_digest_that_waits_for_the_end_of_a_break() -> None:
    away = AlumProfile(Standing.APPROVED, paused_since=NOW, paused_until=(NOW + 30 * DAY).date())
    asked = an_intro(S.MET)
    line = next(one for one in plan(asked, CAMPUS, NOW) if one.view == "nudge_thank")
    waits = LastDigest(NOW + 31 * DAY, waits=True)

    assert decide(facts(asked, STUDENT, line=line, digest=waits)) == Fold(Why.DIGEST)
    person = reader(asked, STUDENT, alum=away)
    assert decide(facts(asked, STUDENT, line=line, digest=waits, person=person)) == Send()


@pytest.mark.parametrize(
    ("campus", "quiet", "until", "why"),
    [
        (Campus(closures=((NOW + 3 * DAY).date(),)), Quiet(), NOW.replace(hour=9) + 4 * DAY, Why.CLOSURE),
        (Campus(exam_weeks=((NOW + 3 * DAY).date(),)), Quiet(), NOW.replace(hour=9) + 4 * DAY, Why.EXAM_WEEK),
        (CAMPUS, Quiet(weekdays=(4, 5)), NOW.replace(hour=9) + 4 * DAY, Why.DAYS),
        (CAMPUS, Quiet(from_hour=17), NOW.replace(hour=17) + 3 * DAY, Why.HOURS),
    ],
)
def test_a_bad_moment_holds_until_the_next_good_one(campus: Campus, quiet: Quiet, until: datetime, why: Why) -> None:
    intro = an_intro()
    due = a_nudge(intro).due.replace(hour=10)

    verdict = decide(facts(intro, campus=campus, now=due, person=reader(intro, quiet=quiet)))

    assert verdict == Hold(until, why)


@pytest.mark.parametrize(
    ("campus", "now", "verdict"),
    [
        (CAMPUS, MORNING, Send()),
        (CAMPUS, NOW.replace(hour=5), Hold(NOW.replace(hour=9), Why.HOURS)),
        (CAMPUS, NOW.replace(hour=22), Hold(NOW.replace(hour=9) + DAY, Why.HOURS)),
        (Campus(closures=(NOW.date(),)), MORNING, Hold(NOW.replace(hour=9) + DAY, Why.CLOSURE)),
        (Campus(exam_weeks=(NOW.date(),)), MORNING, Hold(NOW.replace(hour=9) + DAY, Why.EXAM_WEEK)),
    ],
)
def test_the_desk_s_own_digest_keeps_to_the_campus_s_days_and_hours(
    campus: Campus, now: datetime, verdict: Verdict
) -> None:
    assert decide_for_desk(now, campus) == verdict


def test_what_could_only_wait_until_it_is_too_late_is_dropped_with_the_reason_for_waiting() -> None:
    closed = tuple((NOW + number * DAY).date() for number in range(3, 30))
    campus = Campus(closures=closed)
    first, second = (a_nudge(an_intro(), turn=turn) for turn in "12")

    assert decide(facts(campus=campus, line=second)) == Drop(Why.CLOSURE)
    assert decide(facts(campus=campus, line=first)) == Drop(Why.CLOSURE)
    assert decide(facts(campus=Campus(closures=closed[:5]), line=first)) == Drop(Why.NEXT_TURN)


# --- a digest? -----------------------------------------------------------------------------------------------------


def test_several_open_requests_are_one_digest() -> None:
    assert decide(facts(open_requests=1)) == Send()
    assert decide(facts(open_requests=2)) == Fold(Why.SEVERAL, new=True)


def test_who_wishes_a_digest_gets_all_that_fits_into_one() -> None:
    intro = an_intro()
    wishes = reader(intro, quiet=Quiet(digest_only=True))

    assert decide(facts(intro, person=wishes)) == Fold(Why.DIGEST_ONLY, new=True)


def test_a_digest_that_waits_or_has_gone_today_tells_it_too() -> None:
    intro = an_intro()
    now = intro.since + 3 * DAY

    assert decide(facts(intro, digest=LastDigest(now + 5 * DAY, waits=True))) == Fold(Why.DIGEST)
    assert decide(facts(intro, digest=LastDigest(now - HOUR / 2, waits=False))) == Fold(Why.DIGEST)
    assert decide(facts(intro, digest=LastDigest(now - DAY, waits=False))) == Send()


def test_what_the_digest_of_today_could_not_tell_waits_for_tomorrow() -> None:
    talk = an_intro(S.SCHEDULED, starts_at=MORNING + DAY)
    line = next(one for one in plan(talk, CAMPUS, NOW) if one.view == "nudge_happened" and one.to == talk.student)
    before_the_talk = LastDigest(MORNING + DAY - HOUR / 2, waits=False)

    verdict = decide(facts(talk, STUDENT, line=line, digest=before_the_talk))

    assert verdict == Hold(MORNING.replace(hour=9) + 2 * DAY, Why.DIGEST_TODAY)


def test_there_is_one_digest_a_day() -> None:
    intro = an_intro()
    line = Message(Kind.DIGEST, "digest", MORNING, to=intro.alum)
    today, yesterday = LastDigest(MORNING - HOUR, waits=False), LastDigest(MORNING - DAY, waits=False)

    assert decide(Facts(line, MORNING, CAMPUS, reader(intro), digest=today)) == Drop(Why.DIGEST_TODAY)
    assert decide(Facts(line, MORNING, CAMPUS, reader(intro), digest=yesterday)) == Send()


def test_a_word_at_the_end_of_a_term_comes_another_day_than_the_digest() -> None:
    intro = an_intro()
    line = Message(Kind.DIGEST, "impact_alum", MORNING, to=intro.alum)
    today = LastDigest(MORNING - HOUR, waits=False)

    verdict = decide(Facts(line, MORNING, CAMPUS, reader(intro), digest=today))
    assert verdict == Hold(MORNING.replace(hour=9) + DAY, Why.DIGEST_TODAY)


def test_old_talks_are_remembered_three_times_a_year() -> None:
    over = an_intro(S.CLOSED, ended_at=NOW, keeps_student=True, keeps_alum=True)
    line = a_nudge(over, "nudge_keep")

    assert decide(facts(over, STUDENT, line=line, kept=2)) == Send()
    assert decide(facts(over, STUDENT, line=line, kept=3)) == Drop(Why.KEPT_ENOUGH)


# --- enough for this week? -------------------------------------------------------------------------------------------


def test_over_the_cap_it_waits_until_the_oldest_is_a_week_old() -> None:
    intro = an_intro()
    now = intro.since + 3 * DAY
    nudged = [now - 6 * DAY, now - 2 * DAY, now - DAY]

    assert decide(facts(intro, nudged=nudged[1:])) == Send()
    assert decide(facts(intro, nudged=nudged)) == Hold(now - 6 * DAY + WEEK, Why.CAP)
    fewer = reader(intro, quiet=Quiet(a_week=1))
    assert decide(facts(intro, nudged=nudged[:1], person=fewer)) == Hold(now - 6 * DAY + WEEK, Why.CAP)


def test_nobody_can_wish_for_more_than_the_campus_sends() -> None:
    intro = an_intro()
    nudged = [intro.since + 2 * DAY] * 3

    verdict = decide(facts(intro, nudged=nudged, person=reader(intro, quiet=Quiet(a_week=7))))

    assert verdict == Drop(Why.NEXT_TURN)


ZONES = ["Europe/London", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Auckland"]
quiets = st.builds(
    Quiet,
    from_hour=st.none() | st.integers(9, 18),
    until_hour=st.none() | st.integers(10, 20),
    weekdays=st.sets(st.integers(0, 6), min_size=1).map(lambda days: tuple(sorted(days))),
    a_week=st.none() | st.integers(1, 7),
)


@settings(max_examples=60)
@given(
    st.lists(st.integers(0, 30 * 24 * 60), min_size=1, max_size=25),
    st.sampled_from(ZONES),
    quiets,
    st.integers(1, 7),
    st.sets(st.dates(date(2026, 3, 1), date(2026, 5, 30)), max_size=15),
    st.integers(0, 59),
)
def test_however_many_are_due_each_goes_out_in_hours_and_never_more_than_the_cap_in_any_week(
    due: list[int], zone: str, quiet: Quiet, most: int, closures: set[date], late: int
) -> None:
    """A sweep that is up to a minute late, and lines that come due together: held, they must not break out together.
    From mid-March on, so that the clocks change in London, New York and on Lord Howe while they wait."""
    campus = Campus(nudges_a_week=most, closures=tuple(sorted(closures)))
    person = Person(PersonId(1), "who", zone=zone, quiet=quiet)
    begin, order = datetime(2026, 3, 14, tzinfo=UTC), count()
    waiting = [(begin + timedelta(minutes=minutes), next(order)) for minutes in due]
    heapq.heapify(waiting)
    sent: list[datetime] = []
    while waiting:
        at, number = heapq.heappop(waiting)
        now = max([at + timedelta(seconds=late), *sent[-1:]])
        line = Message(Kind.NUDGE, "nudge", at, to=person.id)
        match decide(Facts(line, now, campus, person, nudged=[one for one in sent if one >= now - WEEK])):
            case Hold(until):
                assert until > now
                heapq.heappush(waiting, (until, number))
            case verdict:
                assert verdict == Send()
                sent.append(now)

    assert len(sent) == len(due)
    cap = min(most, quiet.a_week or most)
    assert [at for at in sent if why_not(at, ZoneInfo(zone), campus, quiet)] == []
    assert max(sum(at - timedelta(days=7) < other <= at for other in sent) for at in sent) <= cap
