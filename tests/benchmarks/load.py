"""`grounds bench load`: many people acting at once through both pretend platforms, while one call in twenty goes wrong.

Everybody does whatever they were just shown and takes a few seconds to read it (`--pause`), so that there are some
twenty gestures a second: far more than a campus ever sees. Without a pause it is a race, which shows only how many
gestures a second one process takes. The calls that the bot makes fail in all the ways there are: held back (429),
refused (5xx), cut before they are carried out, cut after (the answer is lost), slow. At the end the faults stop, what
is left is delivered, and everything is looked over: each intro's history, what was lost, what came twice, and how much
memory the bot had after a quarter, after a half and at the end.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import click
from pydantic import SecretStr

from adapters.bench import Goal, Measured, show
from adapters.main import new_keys, opened
from adapters.sandbox.clock import SandboxClock
from adapters.sandbox.play import Cannot, Event
from adapters.sandbox_run import ROSTER, Running, a_town
from adapters.settings import Settings
from adapters.term import cast
from adapters.term.facts import facts_of
from adapters.term.play import Act, Term, settle_students
from adapters.term.rules import Breach, breaches
from adapters.term.simulate import BEGIN, ROLES, percentile
from adapters.terminal import json_option
from bot.domain.intro import AT_A_TIME, LIFECYCLE, LIVE, Intro, State
from bot.phrases import say
from bot.ports import Reading

FAULTS = 0.05
KINDS = (("rate_limited", 1.0), ("server_error", 0.0), ("cut", 0.0), ("lose_answer", 0.0), ("slow", 2.0))
PLATFORM_MS = 3000.0
FLAT = 1.15
"""Memory at the end over memory after a quarter of the time: more than this is a leak."""
CALM_SECONDS = 120.0
DESKS = 2
"""One in front of each desk's channel, who only looks."""
PATIENCE = timedelta(minutes=20)
STARTS = ("/intro", "/intro mine", "/intro", "/intro help")
HOST = ("/host mine", "/host help")
RULES = {"student_open": "5", "student_in_30_days": "10", "shown_in_30_days": "60", "same_pair_days": "30"}
MOVES = frozenset(row.move for row in LIFECYCLE) | {"request"}
"""The steps that say that an intro moved: each makes it one version newer."""


@dataclass
class Crowd(Term):
    """Everybody acts as fast as they are answered; what they are shown lies on their table until they come to it."""

    tables: dict[str, deque[tuple[str, str]]] = field(default_factory=dict)
    faults: Counter[str] = field(default_factory=Counter)
    pause: float = 0.0

    def _sees(self, account: str, message: str, buttons: tuple[str, ...]) -> None:
        human = self._by_account.get(account)
        meant = self._meant(human, buttons) if human else None
        if meant is not None:
            self._pending.add(meant[0])
            self.tables.setdefault(account, deque()).append((meant[0], message))

    async def live(self, human: cast.Human, until: float) -> None:
        while time.monotonic() < until:
            act = self._next(human)
            try:
                await act(human)
            except Cannot as cannot:
                self.troubles[f"could not: {str(cannot)[:60]}"] += 1
            await asyncio.sleep(self.pause * human.rng.uniform(0.4, 1.6))

    def _next(self, human: cast.Human) -> Act:
        table = self.tables.get(human.account)
        if table:
            return self.pressing(*table.popleft())
        command, _, words = human.rng.choice(STARTS if human.role == cast.STUDENT else HOST).partition(" ")
        return self.typing(command, words)

    def go_wrong(self, seed: int) -> None:
        """From now on one call in twenty fails: ordered as the call comes in, so that it is this one which does."""
        rng = Random(seed)

        def tap(event: Event) -> None:
            if event.what.startswith("call ") and rng.random() < FAULTS:
                kind, seconds = rng.choice(KINDS)
                self.faults[f"{event.platform} {kind}"] += 1
                self.town.pretend(event.platform).trouble(kind, event.user, seconds=seconds, on="*")

        self._tap = tap
        self.town.wire.taps.append(tap)

    def go_right(self) -> None:
        self.town.wire.taps.remove(self._tap)


@click.command()
@click.option("--seconds", default=300, show_default=True, help="How long they act.")
@click.option("--people", default=64, show_default=True, help="How many act at once.")
@click.option("--pause", default=3.0, show_default=True, help="How long somebody reads before they act, in seconds.")
@click.option("--seed", default=1, show_default=True)
@json_option
def bench(seconds: int, people: int, pause: float, seed: int, as_json: bool) -> None:
    """Everybody at once for minutes, with one call in twenty going wrong."""
    show(asyncio.run(_load(seconds, people, pause, seed)), as_json=as_json)


async def _load(seconds: int, people: int, pause: float, seed: int) -> Measured:
    alumni = cast.draw(seed, cast.ALUM, max(3, people * 3 // 8))
    students = cast.draw(seed, cast.STUDENT, people - len(alumni))
    for human in alumni:
        human.truth = cast.HOME_ZONE
    keys = new_keys()
    with TemporaryDirectory(prefix="grounds-load-") as name:
        folder = Path(name)
        roster = folder / "roster.csv"
        roster.write_text(cast.roster(alumni, ROSTER, seed), encoding="utf-8")
        town = a_town(
            f"sqlite:///{folder / 'grounds.db'}", roster=roster, keys=keys, clock=SandboxClock(BEGIN),
            accounts=len(alumni), others=False, rules=RULES,
        )  # fmt: skip
        async with town as running:
            by_id = {human.alum_id: human for human in alumni}
            for one in running.people:
                by_id[one.alum_id].platform, by_id[one.alum_id].user = one.platform, one.user
            settle_students(running.town, [*students, *cast.draw(seed, cast.COORDINATOR, DESKS)], ROLES)
            crowd = Crowd(running.town, [*alumni, *students], BEGIN, 1, pause=pause)
            crowd.listen(say("nudges.seen", "en"))
            _much_room(running)
            return await _watched(running, crowd, seconds, seed)


async def _watched(running: Running, crowd: Crowd, seconds: int, seed: int) -> Measured:
    crowd.go_wrong(seed)
    began = time.monotonic()
    acting = asyncio.gather(*(crowd.live(human, began + seconds) for human in crowd.humans))
    memory: dict[str, float | None] = {}
    for name, share in (("quarter", 0.25), ("half", 0.5), ("end", 1.0)):
        while time.monotonic() < began + seconds * share:
            await asyncio.sleep(min(1.0, max(0.0, began + seconds * share - time.monotonic())))
            running.town.wire.events.clear()
        memory[name] = resident_mb(running.bot_pid)
    await acting
    crowd.go_right()
    crowd.over = True
    gestures, waits = sum(crowd.gestures.values()), list(crowd.waits)
    calm = time.monotonic()
    await running.town.clock.move(PATIENCE, timeout=CALM_SECONDS)
    await running.town.clock.settle(timeout=CALM_SECONDS)
    calm = time.monotonic() - calm
    with opened(_settings(running)) as store, store.read() as reading:
        facts = facts_of(crowd, reading.history.lines(), reading)
        wrong = [*inconsistent(reading), *(breach for breach in breaches(facts) if breach.rule != "never ended")]
        states = Counter(intro.state.value for intro in reading.intros.in_states(*State))
    return _measured(crowd, seconds, gestures, waits, memory, calm, states, wrong)


def _measured(
    crowd: Crowd,
    seconds: int,
    gestures: int,
    waits: list[float],
    memory: Mapping[str, float | None],
    calm: float,
    states: Mapping[str, int],
    wrong: list[Breach],
) -> Measured:
    by_rule = Counter(breach.rule for breach in wrong)
    quarter, end = memory["quarter"], memory["end"]
    growth = round(end / quarter, 3) if quarter and end else None
    unanswered = sum(wait >= PLATFORM_MS for wait in waits)
    goals = [
        Goal("inconsistent_intros", by_rule["inconsistent"], 0, at_most=True),
        Goal("lost", by_rule["lost"] + by_rule["never planned"], 0, at_most=True),
        Goal("doubled_unmarked", by_rule["doubled"], 0, at_most=True),
        Goal("other_broken_rules", len(wrong) - sum(by_rule[rule] for rule in COUNTED), 0, at_most=True),
        Goal("p99_ms", percentile(waits, 99), PLATFORM_MS, at_most=True),
        Goal("memory_end_over_quarter", growth, FLAT, at_most=True),
    ]
    figures: dict[str, Any] = {
        "people": len(crowd.humans),
        "seconds": seconds,
        "pause_s": crowd.pause,
        "gestures": gestures,
        "gestures_per_s": round(gestures / seconds, 1),
        "ms": {"p50": percentile(waits, 50), "p90": percentile(waits, 90), "p99": percentile(waits, 99)},
        "not_answered_in_time": unanswered,
        "calls": crowd.record.calls,
        "faults": dict(crowd.faults),
        "fault_share": round(sum(crowd.faults.values()) / max(1, crowd.record.calls), 4),
        "memory_mb": dict(memory),
        "seconds_to_calm_down": round(calm, 1),
        "intros": dict(states),
        "messages_seen": len(crowd.record.seen),
        "what_people_met": dict(crowd.troubles.most_common(12)),
        "wrong": [f"{breach.rule}: {breach.what}" for breach in wrong[:20]],
    }
    return Measured("load", goals, figures)


COUNTED = ("inconsistent", "lost", "never planned", "doubled")


def inconsistent(reading: Reading) -> list[Breach]:
    """What does not fit together in the intros: their history against where they stand, and everybody's limits."""
    steps: dict[int, list[Any]] = {}
    for step in reading.history.steps():
        if step.intro is not None and step.what in MOVES:
            steps.setdefault(step.intro, []).append(step)
    intros = reading.intros.in_states(*State)
    wrong = [what for intro in intros for what in _at_odds(intro, steps.get(intro.id, []))]
    campus = reading.places.campus()
    carried = Counter(intro.alum for intro in intros if intro.state in AT_A_TIME)
    asked = Counter(intro.student for intro in intros if intro.state is State.REQUESTED)
    twice = Counter((intro.student, intro.alum) for intro in intros if intro.state in LIVE)
    paces = {alum.id: alum.alum.pace.at_once for alum in reading.people.alumni() if alum.alum}
    wrong += [f"alum {who} carries {count}" for who, count in carried.items() if count > paces.get(who, count)]
    wrong += [f"student {who} has {count} open" for who, count in asked.items() if count > campus.student_open]
    wrong += [f"{pair} have {count} live intros" for pair, count in twice.items() if count > 1]
    return [Breach("inconsistent", what) for what in wrong]


def _at_odds(intro: Intro, history: list[Any]) -> list[str]:
    if not history or history[0].what != "request":
        return [f"intro {intro.id} begins with {history[0].what if history else 'nothing'}"]
    wrong = []
    if len(history) > 1 and history[-1].detail != intro.state.value:
        wrong.append(f"intro {intro.id} is {intro.state}, its last step says {history[-1].detail}")
    if intro.version != history_version(history):
        wrong.append(f"intro {intro.id} is at version {intro.version} after {len(history)} moves")
    return wrong


def history_version(history: list[Any]) -> int:
    """A request is the first version, each move one more."""
    return len(history)


def _much_room(running: Running) -> None:
    """As many talks as anybody may take on: a crowd is to be served, not turned away."""
    from dataclasses import replace

    from bot.domain.people import Pace

    with opened(_settings(running)) as store, store.begin() as uow:
        for alum in uow.people.alumni():
            assert alum.alum is not None
            uow.people.save_alum(alum.id, replace(alum.alum, pace=Pace(month=10, at_once=5)))
        uow.commit()


def resident_mb(pid: int) -> float | None:
    """How much memory a process holds; not known where the machine does not tell it so."""
    if not sys.platform.startswith("linux"):
        return None
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return round(int(line.split()[1]) / 1024, 1)
    return None


def _settings(running: Running) -> Settings:
    return Settings.model_construct(
        database_url=SecretStr(running.database_url), keys=SecretStr(running.environment["GROUNDS_KEYS"])
    )
