"""The checker of a simulated term: on a good term it is silent, and each kind of breach is found."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from adapters.term.rules import Breach, Copy, Facts, Line, Silence, Wish, breaches

MONDAY = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
AWAY = "to somebody who is away or asked for peace"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MAYA = "discord/1"
REQUESTED = ((MONDAY - 4 * DAY, "requested"), (MONDAY + DAY, "declined"))
REQUESTED_TWO = {3: REQUESTED, 4: REQUESTED}
NUDGE = Line("n1", "nudge", "nudge_request", "sent", to=7, intro=3)
NEWS = Line("w1", "news", "declined", "sent", to=8, intro=3)
GOOD = Facts(
    lines=(NUDGE, NEWS, Line("v1", "nudge", "nudge_request", "void", "moved_on", to=7, intro=3)),
    copies=(Copy("n1", MAYA, MONDAY), Copy("w1", "slack/2", MONDAY + DAY + 14 * HOUR)),
    zones={MAYA: ((MONDAY - 30 * DAY, "Europe/London"),)},
    states={3: REQUESTED},
    until=MONDAY + 30 * DAY,
)


def found(facts: Facts) -> list[str]:
    return [breach.rule for breach in breaches(facts)]


def seen_at(at: datetime, **facts: object) -> Facts:
    """The same term, but for when Maya's nudge came."""
    copies = (Copy("n1", MAYA, at), *GOOD.copies[1:])
    return replace(GOOD, copies=copies, **facts)  # type: ignore[arg-type]  # fields of Facts


def test_a_good_term_breaks_no_rule() -> None:
    assert breaches(GOOD) == []


def test_news_may_come_at_night() -> None:
    assert GOOD.copies[1].at.hour == 0
    assert found(GOOD) == []


@pytest.mark.parametrize("hour", [0, 8, 20, 23])
def test_a_nudge_at_a_bad_hour_is_found(hour: int) -> None:
    assert found(seen_at(MONDAY.replace(hour=hour))) == ["outside allowed hours"]


def test_the_hour_is_the_readers_own() -> None:
    in_california = {MAYA: ((MONDAY - 30 * DAY, "America/Los_Angeles"),)}

    assert found(replace(GOOD, zones=in_california)) == ["outside allowed hours"]
    assert found(seen_at(MONDAY + 7 * HOUR, zones=in_california)) == []


def test_a_zone_counts_from_when_the_bot_was_told_of_it() -> None:
    moved = {MAYA: ((MONDAY - 30 * DAY, "Europe/London"), (MONDAY - HOUR, "Asia/Kathmandu"))}

    assert found(replace(GOOD, zones=moved)) == []
    assert breaches(seen_at(MONDAY + 5 * HOUR, zones=moved)) == [
        Breach("outside allowed hours", "nudge_request to discord/1 on Mon 02 Mar 20:45 +0545, allowed 9 to 20")
    ]


def test_summer_time_is_known_here_too() -> None:
    eight_in_london = datetime(2026, 3, 30, 7, 30, tzinfo=UTC)
    facts = seen_at(eight_in_london, states={3: ((MONDAY, "requested"), (MONDAY + 60 * DAY, "expired"))})

    assert found(facts) == ["outside allowed hours"]
    assert found(replace(facts, copies=(Copy("n1", MAYA, eight_in_london + HOUR), GOOD.copies[1]))) == []


def test_narrowed_hours_are_kept() -> None:
    evenings = {MAYA: (Wish(MONDAY - DAY, 17, 20),)}

    assert found(replace(GOOD, wishes=evenings)) == ["outside allowed hours"]
    assert found(seen_at(MONDAY + 7 * HOUR, wishes=evenings)) == []
    assert found(replace(GOOD, wishes={MAYA: (Wish(MONDAY + HOUR, 17, 20),)})) == []


def test_hours_that_leave_nothing_are_the_campuss() -> None:
    assert found(replace(GOOD, wishes={MAYA: (Wish(MONDAY - DAY, 21, 23),)})) == []


@pytest.mark.parametrize("wish", [Wish(MONDAY - DAY, weekdays=(1, 2)), Wish(MONDAY - DAY, stopped=True)])
def test_a_nudge_on_another_day_or_to_who_wants_none_is_found(wish: Wish) -> None:
    assert found(replace(GOOD, wishes={MAYA: (wish,)})) == ["outside allowed hours"]
    assert found(replace(GOOD, wishes={MAYA: (replace(wish, since=MONDAY + DAY),)})) == []


def test_a_day_off_is_kept() -> None:
    assert found(replace(GOOD, days_off=frozenset({date(2026, 3, 2)}))) == ["outside allowed hours"]


def four_nudges(last: timedelta) -> Facts:
    lines = tuple(replace(NUDGE, token=f"n{number}", intro=number) for number in range(4))
    times = (timedelta(), 2 * DAY, 4 * DAY, last)
    copies = tuple(Copy(f"n{number}", MAYA, MONDAY + wait) for number, wait in enumerate(times))
    states = dict.fromkeys(range(4), ((MONDAY - DAY, "requested"), (MONDAY + 30 * DAY, "expired")))
    return replace(GOOD, lines=lines, copies=copies, states=states)


def test_a_fourth_nudge_within_seven_days_is_found() -> None:
    assert found(four_nudges(7 * DAY - HOUR)) == ["above the weekly cap"]
    assert found(four_nudges(7 * DAY)) == []


def test_a_cap_of_ones_own_is_kept() -> None:
    facts = replace(four_nudges(20 * DAY), wishes={MAYA: (Wish(MONDAY - DAY, a_week=2),)})

    assert found(facts) == ["above the weekly cap"]
    assert found(replace(facts, wishes={MAYA: (Wish(MONDAY - DAY, a_week=5),)})) == []


def test_a_digest_counts_too() -> None:
    facts = four_nudges(6 * DAY)
    digest = replace(facts.lines[3], kind="digest", view="digest", intro=None)

    assert found(replace(facts, lines=(*facts.lines[:3], digest))) == ["above the weekly cap"]


def test_a_nudge_to_somebody_away_is_found() -> None:
    away = {MAYA: ((MONDAY - DAY, MONDAY + DAY),)}

    assert found(replace(GOOD, away=away)) == [AWAY]
    assert found(replace(GOOD, away={MAYA: ((MONDAY - 3 * DAY, MONDAY - DAY),)})) == []


def test_a_nudge_about_what_somebody_asked_peace_for_is_found() -> None:
    snoozed = {MAYA: (Silence("tok", MONDAY - DAY, MONDAY + DAY),)}

    assert found(replace(GOOD, silences=snoozed, points_at={"tok": 3})) == [AWAY]
    assert found(replace(GOOD, silences=snoozed, points_at={"tok": 4}, states=REQUESTED_TWO)) == []
    assert found(replace(GOOD, silences={MAYA: (Silence("tok", MONDAY - DAY),)}, points_at={"tok": 3})) == [AWAY]
    assert found(replace(GOOD, silences={MAYA: (Silence("tok", MONDAY),)}, points_at={"tok": 3})) == []


def test_a_nudge_to_who_wants_a_digest_alone_is_found() -> None:
    wish = {MAYA: (Wish(MONDAY - DAY, digest_only=True),)}
    digest = replace(NUDGE, kind="digest", view="digest", intro=None)

    assert found(replace(GOOD, wishes=wish)) == ["outside allowed hours"]
    assert found(replace(GOOD, wishes=wish, lines=(digest, NEWS))) == []


def test_news_to_somebody_erased_is_found() -> None:
    assert found(replace(GOOD, erased={"slack/2": MONDAY})) == [AWAY]


@pytest.mark.parametrize("state", ["accepted", "declined", "frozen"])
def test_a_nudge_about_a_past_state_is_found(state: str) -> None:
    moved = {3: ((MONDAY - 4 * DAY, "requested"), (MONDAY - HOUR, state), (MONDAY + DAY, "declined"))}

    assert found(replace(GOOD, states=moved)) == ["about a past state"]


def test_what_moved_in_the_same_moment_is_no_breach() -> None:
    moved = {3: ((MONDAY - 4 * DAY, "requested"), (MONDAY, "declined"))}

    assert found(replace(GOOD, states=moved)) == []


def test_a_button_of_a_digest_that_points_at_the_past_is_found() -> None:
    digest = replace(NUDGE, kind="digest", view="nudge_request", intro=None)
    facts = replace(GOOD, lines=(digest, NEWS), copies=(replace(GOOD.copies[0], about=("tok",)), GOOD.copies[1]))

    assert found(replace(facts, points_at={"tok": 3})) == []
    assert found(replace(facts, points_at={"tok": 4}, states={**GOOD.states, 4: ((MONDAY - DAY, "expired"),)})) == [
        "about a past state"
    ]


def test_a_reminder_of_a_talk_that_was_called_off_is_found() -> None:
    reminder = Line("n1", "appointment", "reminder", "sent", to=7, intro=3)

    assert found(replace(GOOD, lines=(reminder, NEWS))) == ["about a past state"]


def test_a_nudge_that_no_rule_knows_is_found() -> None:
    assert found(replace(GOOD, lines=(replace(NUDGE, view="nudge_new"), NEWS))) == ["about a past state"]


@pytest.mark.parametrize(
    "line",
    [
        Line("x", "news", "declined", "waiting", to=7, due=MONDAY),
        Line("x", "news", "declined", "sending", to=7, due=MONDAY),
        Line("x", "news", "declined", "undeliverable", to=7),
        Line("x", "note", "note", "unclear", to=7),
        Line("x", "news", "declined", "sent", to=7),
    ],
)
def test_a_lost_line_is_found(line: Line) -> None:
    assert found(replace(GOOD, lines=(*GOOD.lines, line))) == ["lost"]


@pytest.mark.parametrize(
    "line",
    [
        Line("x", "news", "declined", "waiting", to=7, due=MONDAY + 60 * DAY),
        Line("x", "news", "declined", "undeliverable", "closed", to=7),
        Line("x", "home", "home", "sent", to=7),
        Line("x", "task", "expire", "void"),
    ],
)
def test_a_line_that_has_ended_or_is_for_later_is_none_that_is_lost(line: Line) -> None:
    assert found(replace(GOOD, lines=(*GOOD.lines, line))) == []


def test_a_line_that_was_void_and_yet_seen_is_found() -> None:
    assert found(replace(GOOD, copies=(*GOOD.copies, Copy("v1", MAYA, MONDAY + 13 * HOUR - 4 * HOUR)))) == [
        "never planned",
        "doubled",
    ]


def test_what_a_first_try_brought_may_count_as_undeliverable_after_a_second() -> None:
    line = Line("w1", "news", "declined", "undeliverable", "closed", to=8, intro=3, attempts=2)

    assert found(replace(GOOD, lines=(NUDGE, line))) == []
    assert found(replace(GOOD, lines=(NUDGE, replace(line, attempts=1)))) == ["never planned"]


def test_a_message_that_is_no_line_is_found() -> None:
    assert found(replace(GOOD, copies=(*GOOD.copies, Copy("zz", MAYA, MONDAY)))) == ["never planned"]


def test_a_doubled_message_is_found_unless_it_says_so() -> None:
    again = Copy("w1", "slack/2", MONDAY + 2 * DAY)

    assert found(replace(GOOD, copies=(*GOOD.copies, again))) == ["doubled"]
    assert found(replace(GOOD, copies=(*GOOD.copies, replace(again, marked=True)))) == []


def test_the_same_nudge_from_two_lines_is_found() -> None:
    twin = replace(NUDGE, token="n2")
    facts = replace(GOOD, lines=(*GOOD.lines, twin))

    assert found(replace(facts, copies=(*GOOD.copies, Copy("n2", MAYA, MONDAY + HOUR)))) == ["doubled"]
    assert found(replace(facts, copies=(*GOOD.copies, Copy("n2", MAYA, MONDAY + 23 * HOUR)))) == []


def test_an_intro_that_never_ends_is_found() -> None:
    assert found(replace(GOOD, states={3: REQUESTED, 4: ((MONDAY, "met"),)})) == ["never ended"]


BETWEEN_TWO = replace(
    GOOD,
    lines=(*GOOD.lines, Line("r1", "news", "request", "sent", to=7, intro=3)),
    copies=(*GOOD.copies, Copy("r1", MAYA, MONDAY - 4 * DAY)),
    parties={3: (8, 7)},
)
"""Maya was asked by somebody, and said no; both heard of it."""


def test_what_was_told_to_whom_it_concerns_is_no_breach() -> None:
    assert found(BETWEEN_TWO) == []


@pytest.mark.parametrize("token", ["r1", "w1"])
def test_a_turn_of_which_nobody_was_told_is_found(token: str) -> None:
    lines = tuple(line for line in BETWEEN_TWO.lines if line.token != token)
    copies = tuple(copy for copy in BETWEEN_TWO.copies if copy.token != token)

    assert found(replace(BETWEEN_TWO, lines=lines, copies=copies)) == ["not told"]


def test_what_was_told_to_the_wrong_one_is_found() -> None:
    assert found(replace(BETWEEN_TWO, parties={3: (9, 7)})) == ["not told"]


def test_each_time_that_something_happened_is_told() -> None:
    twice = ("requested", "accepted", "scheduled", "accepted", "scheduled", "cancelled")
    history = tuple((MONDAY + number * HOUR, state) for number, state in enumerate(twice))
    told = ("request", "yes", "scheduled", "rescheduled", "scheduled", "cancelled")
    lines = tuple(
        Line(f"l{number}", "news", view, "undeliverable", "closed", to=7 if view == "request" else 8, intro=3)
        for number, view in enumerate(told)
    )
    facts = Facts(lines, states={3: history}, parties={3: (8, 7)})

    assert found(facts) == []
    assert breaches(replace(facts, lines=lines[:4] + lines[5:])) == [
        Breach(
            "not told",
            "intro 3 came to be scheduled 2 times: of scheduled there were 1 for the student, 0 for the alum",
        )
    ]


def left_to_a_digest(told_at: datetime | None, about: str = "tok") -> Facts:
    """Maya's nudge was folded on Monday; a digest came, or didn't."""
    folded = replace(NUDGE, token="f1", status="void", reason="digest", due=MONDAY)
    digest = Line("d1", "digest", "digest", "sent", to=7)
    states = {3: ((MONDAY - 4 * DAY, "requested"), (MONDAY + 20 * DAY, "expired"))}
    came = (Copy("d1", MAYA, told_at, about=(about,)),) if told_at else ()
    return Facts((folded, *((digest,) if told_at else ())), came, states=states, points_at={"tok": 3})


def test_a_nudge_that_was_left_to_a_digest_is_told_by_one() -> None:
    assert found(left_to_a_digest(MONDAY + HOUR)) == []
    assert found(left_to_a_digest(MONDAY - HOUR)) == []
    assert found(left_to_a_digest(None)) == ["left to a digest that did not tell"]
    assert found(left_to_a_digest(MONDAY + HOUR, about="other")) == ["left to a digest that did not tell"]
    assert found(left_to_a_digest(MONDAY + 10 * DAY)) == ["left to a digest that did not tell"]


def test_what_moved_on_before_its_digest_came_needs_none() -> None:
    moved = {3: ((MONDAY - 4 * DAY, "requested"), (MONDAY + DAY, "accepted"), (MONDAY + 20 * DAY, "lapsed"))}
    about_another = left_to_a_digest(MONDAY + 2 * DAY, about="other")

    assert found(about_another) == ["left to a digest that did not tell"]
    assert found(replace(about_another, states=moved)) == []
    assert found(replace(left_to_a_digest(None), states=moved)) == ["left to a digest that did not tell"]


def test_a_digest_that_could_not_be_sent_tells_nothing() -> None:
    facts = left_to_a_digest(None)
    failed = Line("d1", "digest", "digest", "undeliverable", "closed", to=7, due=MONDAY)

    assert found(replace(facts, lines=(*facts.lines, failed))) == []
    assert found(replace(facts, lines=(*facts.lines, replace(failed, to=8)))) == ["left to a digest that did not tell"]


@pytest.mark.parametrize("kind", ["nudge", "digest"])
def test_a_nudge_that_was_not_sent_says_why(kind: str) -> None:
    line = Line("x", kind, "nudge_request", "void", to=7)

    assert found(replace(GOOD, lines=(*GOOD.lines, line))) == ["lost"]
    assert found(replace(GOOD, lines=(*GOOD.lines, replace(line, reason="cap")))) == []
