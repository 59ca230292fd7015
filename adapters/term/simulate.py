"""`grounds simulate term`: sixteen weeks of a campus, played, checked and summed up.

The database lies in memory while the term is played, where the machine has such a place: a term is some ten thousand
commits, each of which waits for a disk otherwise, and no power fails in it. With `--keep` it is copied out at the end.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from adapters.bench import Goal, Measured
from adapters.main import new_keys, opened
from adapters.sandbox.clock import SandboxClock
from adapters.sandbox_run import ROSTER, Running, a_town
from adapters.settings import Settings
from adapters.term import cast
from adapters.term.chart import draw, times
from adapters.term.facts import facts_of
from adapters.term.plans import make_plans
from adapters.term.play import Term, settle_students
from adapters.term.rules import RULES, Breach, Facts, breaches
from bot.domain.intro import FINAL, State
from bot.phrases import say
from bot.ports import PastLine

BEGIN = datetime(2026, 1, 12, 8, 0, tzinfo=UTC)
"""A Monday. Sixteen weeks from here hold both changes to summer time (America's, Europe's), Easter, an exam week."""
PERIOD = "term-2025-2"
"""The second term of the academic year that began in 2025: what `grounds report` calls it once it has gone by."""
RULES_OF_THE_CAMPUS = {
    "name": "Eastmere University",
    "room_template": "https://rooms.example.edu/{room}",
    "closures": "2026-02-16",
    "exam_weeks": "2026-04-20/2026-04-24",
    "holidays_of": "GB-ENG",
}
DAYS_OFF = frozenset(
    {date(2026, 2, 16), *(date(2026, 4, day) for day in (3, 6, 20, 21, 22, 23, 24))}
    | {date(2026, 5, 4), date(2026, 5, 25), date(2026, 8, 31)}
)
"""The same days, by hand: the closure, Easter, the exam week, and the other public holidays of England until autumn."""
ROLES = {cast.STUDENT: "students", cast.COORDINATOR: "desk"}
COORDINATORS = 2
LONGEST_AFTERWARDS = timedelta(days=150)
SOME = 20
"""So many breaches are told one by one."""
IN_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it


@dataclass(frozen=True)
class Size:
    """How large the campus is, and how long the term."""

    students: int = 500
    alumni: int = 300
    weeks: int = 16


@dataclass(frozen=True)
class Played:
    """A term that is over: what was measured, and every rule that was broken."""

    measured: Measured
    broken: Sequence[Breach]


def simulate(
    seed: int, size: Size, *, keep: Path | None = None, png: Path | None = None, tell: Callable[[str], None]
) -> Played:
    """Play a term and look it over. `keep`: where its SQLite file shall be (the keys lie beside it); `png`: where the
    chart shall be; `tell` hears how far it is, now and then."""
    return asyncio.run(_simulate(seed, size, keep, png, tell))


async def _simulate(seed: int, size: Size, keep: Path | None, png: Path | None, tell: Callable[[str], None]) -> Played:
    alumni = cast.draw(seed, cast.ALUM, size.alumni)
    others = cast.draw(seed, cast.STUDENT, size.students) + cast.draw(seed, cast.COORDINATOR, COORDINATORS)
    clock = SandboxClock(BEGIN, frozen=True)
    keys = new_keys()
    began = time.monotonic()
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(_a_quick_place()))
        roster, database = folder / "roster.csv", folder / "grounds.db"
        roster.write_text(cast.roster(alumni, ROSTER, seed), encoding="utf-8")
        town = a_town(
            f"sqlite:///{database}", roster=roster, keys=keys, clock=clock, accounts=size.alumni, others=False,
            rules=RULES_OF_THE_CAMPUS,
        )  # fmt: skip
        running = await stack.enter_async_context(town)
        term = _gather(running, alumni, others, size)

        def tell_week(now: datetime) -> None:
            tell(f"{now:%d %B}, {time.monotonic() - began:.0f} s, {sum(term.gestures.values())} gestures")

        await term.play(tell_week)
        played = time.monotonic() - began
        lines = {line.token: line for line in _lines(running)}
        await term.run_on(lambda: _all_final(running), LONGEST_AFTERWARDS)
        lines |= {line.token: line for line in _lines(running)}
        with opened(_settings(running)) as store, store.read() as reading:
            facts = facts_of(term, lines.values(), reading, DAYS_OFF)
            states = Counter(intro.state.value for intro in reading.intros.in_states(*State))
        await running.stop_bot()
        if keep is not None:
            _keep(database, keep, keys)
            tell(f"Its reports: GROUNDS_DATABASE_URL=sqlite:///{keep} grounds report overview --period {PERIOD}")
    broken = breaches(facts)
    if png is not None:
        title = f"A simulated term (seed {seed}): {size.students} students, {size.alumni} alumni, {size.weeks} weeks"
        draw(facts, png, title)
    seconds = {"playing": round(played, 1), "altogether": round(time.monotonic() - began, 1)}
    return Played(_measured(seed, size, term, list(lines.values()), states, facts, broken, seconds), broken)


def _a_quick_place() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="grounds-term-", dir=IN_MEMORY if IN_MEMORY.is_dir() else None)


def _gather(running: Running, alumni: Sequence[cast.Human], others: Sequence[cast.Human], size: Size) -> Term:
    """Everybody has an account, and has made plans."""
    by_id = {human.alum_id: human for human in alumni}
    for one in running.people:
        by_id[one.alum_id].platform, by_id[one.alum_id].user = one.platform, one.user
    settle_students(running.town, others, ROLES)
    term = Term(running.town, [*alumni, *others], BEGIN, size.weeks)
    term.listen(say("nudges.seen", "en"))
    for human in alumni:
        term.record.learned(human.account, human.truth)
    make_plans(term)
    return term


def _keep(database: Path, keep: Path, keys: str) -> None:
    """The file, and its keys where the store looks for them."""
    shutil.copyfile(database, keep)
    keep.chmod(0o600)
    beside = keep.with_name(keep.name + ".key")
    beside.write_text("\n".join(keys.split(",")) + "\n", encoding="utf-8")
    beside.chmod(0o600)


def _settings(running: Running) -> Settings:
    return Settings.model_construct(
        database_url=SecretStr(running.database_url), keys=SecretStr(running.environment["GROUNDS_KEYS"])
    )


def _lines(running: Running) -> list[PastLine]:
    """While the term is on: some are let go after half a year."""
    with opened(_settings(running)) as store, store.read() as reading:
        return list(reading.history.lines())


def _all_final(running: Running) -> bool:
    with opened(_settings(running)) as store, store.read() as reading:
        return not reading.intros.in_states(*(set(State) - FINAL))


def percentile(values: Sequence[float], share: int) -> float:
    """The value that so many in a hundred do not exceed; 0 of nothing."""
    ordered = sorted(values)
    return round(ordered[min(len(ordered) - 1, len(ordered) * share // 100)], 1) if ordered else 0.0


def _measured(
    seed: int,
    size: Size,
    term: Term,
    lines: Sequence[PastLine],
    states: Counter[str],
    facts: Facts,
    broken: Sequence[Breach],
    seconds: dict[str, float],
) -> Measured:
    by_rule = Counter(breach.rule for breach in broken)
    sent = Counter(line.kind.value for line in lines if line.status.value == "sent")
    held = Counter(
        f"{line.kind.value} {line.status.value}: {line.reason or 'no longer needed'}"
        for line in lines
        if line.status.value != "sent"
    )
    goals = [Goal(f"broken: {rule}", by_rule[rule], 0, at_most=True) for rule in RULES]
    figures: dict[str, Any] = {
        "seed": seed,
        "students": size.students,
        "alumni": size.alumni,
        "weeks": size.weeks,
        "seconds": seconds,
        "gestures": sum(term.gestures.values()),
        "by_gesture": dict(term.gestures.most_common()),
        "answer_ms": {"p50": percentile(term.waits, 50), "p99": percentile(term.waits, 99)},
        "intros": dict(states.most_common()),
        "messages_seen": len(facts.copies),
        "sent": dict(sent.most_common()),
        "not_sent": dict(held.most_common()),
        "by_hour": {name: list(one.by_hour) for name, one in times(facts).items()},
        "by_weekday": {name: list(one.by_day) for name, one in times(facts).items()},
        "went_wrong_for_people": dict(term.troubles.most_common(SOME)),
        "broken": [f"{breach.rule}: {breach.what}" for breach in broken[:SOME]],
    }
    return Measured("simulate_term", goals, figures)
