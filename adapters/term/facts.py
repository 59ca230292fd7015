"""From a played term to what the checker looks at: the record of the platforms, and plain facts of the database.

What the campus promises (its hours, its days off, how often, how long a *not now* lasts) is not read from the bot: it
stands here and in `rules.py` a second time, by hand, so that a rule which the bot read wrongly is found too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from adapters.term.cast import HOME_ZONE
from adapters.term.play import Term
from adapters.term.rules import Copy, Facts, Line, Silence
from bot.domain.intro import State
from bot.ports import PastLine, Reading

STATES = frozenset(state.value for state in State)
SNOOZE = timedelta(days=3)
"""How long a *not now* lasts."""
REQUEST = "request"
"""The first step of an intro, which says of it only what rank it has."""


def facts_of(term: Term, lines: Iterable[PastLine], reading: Reading, days_off: frozenset[date] = frozenset()) -> Facts:
    """Everything there is to check, once nobody does anything any more."""
    record = term.record
    return Facts(
        lines=[_line(line) for line in lines],
        copies=[Copy(seen.token, seen.account, seen.at, seen.marked, seen.about) for seen in record.seen],
        zones=record.zones,
        wishes=term.wishes,
        silences=_silences(term),
        away=_away(term),
        erased=term.erased,
        left=frozenset(term.left),
        states=_states(reading),
        points_at=_points_at(reading),
        parties={intro.id: (intro.student, intro.alum) for intro in reading.intros.in_states(*State)},
        days_off=days_off,
        home_zone=HOME_ZONE,
        until=record.moment(),
    )


def _line(line: PastLine) -> Line:
    return Line(
        line.token, line.kind.value, line.view, line.status.value, line.reason, line.to, line.intro, line.due,
        line.attempt,
    )  # fmt: skip


def _silences(term: Term) -> Mapping[str, list[Silence]]:
    """A *not now* lasts so many days; *no more of this* until they say otherwise."""
    found: dict[str, list[Silence]] = {}
    for account, token, verb, at in term.peace:
        mine = found.setdefault(account, [])
        if verb == "nudge_again":
            mine[:] = [replace(one, until=at) if one.token == token and not one.until else one for one in mine]
        else:
            mine.append(Silence(token, at, None if verb == "stop" else at + SNOOZE))
    return found


def _away(term: Term) -> Mapping[str, list[tuple[datetime, datetime]]]:
    """To the end of the day that they named, on the campus's calendar, unless they came back before."""
    found: dict[str, list[tuple[datetime, datetime]]] = {}
    for one in term.away:
        day = date.fromisoformat(one.until) + timedelta(days=1)
        ends = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(HOME_ZONE)).astimezone(UTC)
        found.setdefault(one.account, []).append((one.since, min(one.back or ends, ends)))
    return found


def _states(reading: Reading) -> Mapping[int, list[tuple[datetime, str]]]:
    """Each intro's history, by what its steps say about where it stood after them."""
    found: dict[int, list[tuple[datetime, str]]] = {intro.id: [] for intro in reading.intros.in_states(*State)}
    for step in reading.history.steps():
        state = State.REQUESTED.value if step.what == REQUEST else step.detail
        if step.intro is not None and state in STATES:
            found.setdefault(step.intro, []).append((step.at, state))
    return found


def _points_at(reading: Reading) -> Mapping[str, int]:
    return {
        token: intro.id
        for intro in reading.intros.in_states(*State)
        for token in (intro.student_token, intro.alum_token)
    }
