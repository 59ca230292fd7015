"""The term as it is played: an agenda of what people will do, and the sandbox's clock moved from one thing to the next.

The bot is the real `grounds run`, a process of its own on the pretend platforms' real sockets. Measured: a full term is
some 9,700 gestures and 16,300 messages, for which the bot takes seven minutes of one core and the players one minute of
another. Inside one process it would take as long and leave out half of what can go wrong.

People come at the half hour, so that many of them act at once, as they do on a campus; whoever is to act at the same
moment does, a few at a time. They know of the bot only what they were shown, and press what is on it.
"""

from __future__ import annotations

import asyncio
import heapq
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from adapters.sandbox.play import Cannot, Reaction
from adapters.sandbox.town import Town
from adapters.term import cast
from adapters.term.cast import Human
from adapters.term.habits import HABITS, delay_hours
from adapters.term.record import NOTHING, Record
from adapters.term.rules import Wish
from adapters.term.writing import what_to_enter

HALF_HOUR = 1800.0
AT_ONCE = 8
"""How many people act at the same time."""
UP, DOWN = time(8), time(22)
HOUR, DAY, A_MONTH = timedelta(hours=1), timedelta(days=1), timedelta(days=30)
PATIENCE = 300.0
TRIES = 3

Act = Callable[[Human], Awaitable[None]]


@dataclass
class Away:
    """Somebody said they are away from `since` to the end of the day `until`; `back` is when they said otherwise."""

    account: str
    since: datetime
    until: str
    back: datetime | None = None


@dataclass
class Term:
    """Everybody, the town they live in, and what they mean to do."""

    town: Town
    humans: Sequence[Human]
    begin: datetime
    weeks: int
    record: Record = field(init=False)
    away: list[Away] = field(default_factory=list)
    peace: list[tuple[str, str, str, datetime]] = field(default_factory=list)
    """Who pressed *not now*, *no more of this* or *remind me after all*, about what, and when."""
    erased: dict[str, datetime] = field(default_factory=dict)
    left: set[str] = field(default_factory=set)
    wishes: dict[str, list[Wish]] = field(default_factory=dict)
    gestures: Counter[str] = field(default_factory=Counter)
    troubles: Counter[str] = field(default_factory=Counter)
    waits: list[float] = field(default_factory=list)
    """How long each gesture waited for its acknowledgement, in milliseconds."""
    over: bool = False
    _agenda: list[tuple[float, int, Human, Act]] = field(default_factory=list)
    _pending: set[str] = field(default_factory=set)
    _count: count[int] = field(default_factory=count)
    _by_account: dict[str, Human] = field(default_factory=dict)

    @property
    def end(self) -> datetime:
        return self.begin + timedelta(weeks=self.weeks)

    # --- the agenda ---

    def listen(self, mark: str) -> None:
        """Begin to write down what passes, and to react to it."""
        self._by_account = {human.account: human for human in self.humans}
        alumni = frozenset(human.account for human in self.humans if human.role == cast.ALUM)
        self.record = Record(self.town.clock.unix, self._sees, mark, own_word=alumni)
        self.town.wire.taps.append(self.record.tap)

    def plan(self, at: datetime, human: Human, act: Act) -> None:
        """Somebody will do something, at the next half hour in which they are up."""
        at = max(at, self.record.moment())
        at = awake(at, human.truth, human.rng.random())
        due = -(-at.timestamp() // HALF_HOUR) * HALF_HOUR
        heapq.heappush(self._agenda, (due, next(self._count), human, act))

    def at_once(self, human: Human, act: Act) -> None:
        """Somebody goes on with what they are doing."""
        heapq.heappush(self._agenda, (self.town.clock.unix(), next(self._count), human, act))

    async def play(self, told: Callable[[datetime], None]) -> None:
        """The whole term; `told` hears of each new week."""
        week = 0
        while True:
            await self._everybody_acts()
            now = self.record.moment()
            if (now - self.begin).days // 7 > week:
                week = (now - self.begin).days // 7
                told(now)
            if now >= self.end:
                return
            if not self._due():
                await self._on(self.end)

    async def run_on(self, is_over: Callable[[], bool], most: timedelta) -> None:
        """Nobody does anything any more, until time has ended everything; at the latest after `most`."""
        self.over = True
        self._agenda.clear()
        last = self.record.moment() + most
        while not is_over() and self.record.moment() < last:
            await self.town.clock.move(DAY, timeout=PATIENCE)
            self.town.wire.events.clear()

    def _due(self) -> bool:
        return bool(self._agenda) and self._agenda[0][0] <= self.town.clock.unix()

    async def _on(self, end: datetime) -> None:
        """To the next thing: what somebody means to do, or what the bot has planned."""
        moments = [end.timestamp(), *([self._agenda[0][0]] if self._agenda else [])]
        due = self.town.clock.next_due()
        if due is not None:
            moments.append(max(due.timestamp(), self.town.clock.unix()))
        await self.town.clock.move_to(datetime.fromtimestamp(min(moments), UTC), timeout=PATIENCE, at_rest=True)
        self.town.wire.events.clear()

    async def _everybody_acts(self) -> None:
        """All that is to be done now, and all that follows from it at once."""
        while self._due():
            now: dict[str, list[tuple[Human, Act]]] = {}
            while self._due():
                _, _, human, act = heapq.heappop(self._agenda)
                now.setdefault(human.account, []).append((human, act))
            places = asyncio.Semaphore(AT_ONCE)
            await asyncio.gather(*(self._in_turn(acts, places) for acts in now.values()))
            await self.town.clock.settle(timeout=PATIENCE)
            self.town.wire.events.clear()

    async def _in_turn(self, acts: Sequence[tuple[Human, Act]], places: asyncio.Semaphore) -> None:
        async with places:
            for human, act in acts:
                if not human.gone:
                    try:
                        await act(human)
                    except Cannot as cannot:
                        self.troubles[f"could not: {str(cannot)[:60]}"] += 1

    # --- what they see, and what they make of it ---

    def _sees(self, account: str, message: str, buttons: tuple[str, ...]) -> None:
        human = self._by_account.get(account)
        if human is None or human.gone or self.over:
            return
        meant = self._meant(human, buttons)
        if meant is None:
            return
        button, pace = meant
        self._pending.add(button)
        act = self.pressing(button, message, buttons)
        if pace == 0:
            self.at_once(human, act)
        else:
            hours = delay_hours(human.rng, human.persona.hours * pace)
            self.plan(self.record.moment() + timedelta(hours=hours), human, act)

    def _meant(self, human: Human, buttons: tuple[str, ...]) -> tuple[str, float] | None:
        """The button that somebody means to press, and how soon; None for none."""
        offered: dict[str, list[str]] = {}
        for button in buttons:
            offered.setdefault(button.partition(":")[0], []).append(button)
        for habit in HABITS[human.role]:
            if habit.verb not in offered or (habit.with_verb and habit.with_verb not in offered):
                continue
            if not human.chance(human.persona.does.get(habit.verb, habit.chance)):
                continue
            button = human.rng.choice(offered[habit.verb])
            return None if button in self._pending else (button, habit.pace)
        return None

    def pressing(self, button: str, message: str, beside: tuple[str, ...] = ()) -> Act:
        """Somebody presses this button of a message; `beside`, all the buttons on it."""

        async def press(human: Human) -> None:
            self._pending.discard(button)
            verb = button.partition(":")[0]
            pretend = self.town.pretend(human.platform)
            if await self._tried(verb, lambda: pretend.press(human.user, button, message=message)):
                await self._fill_in(human, verb)
                self._noted(human, verb, tokens_of((button,) if verb != "snooze_all" else beside))

        return press

    def typing(self, command: str, words: str = "") -> Act:
        """Somebody types a command, and fills in the form if one opens."""

        async def type_it(human: Human) -> None:
            pretend = self.town.pretend(human.platform)
            if await self._tried(f"{command} {words}".strip(), lambda: pretend.command(human.user, command, words)):
                await self._fill_in(human, command)
                self._noted(human, words, ())

        return type_it

    async def opening_home(self, human: Human) -> None:
        """Somebody looks at the bot's own page."""
        await self._tried("home", lambda: self.town.slack.open_home(human.user))

    async def _tried(self, what: str, act: Callable[[], Awaitable[Reaction]]) -> bool:
        """Done once, and again as a person would where nobody answered; whether it was taken."""
        for _ in range(TRIES):
            reaction = await act()
            self.gestures[what] += 1
            self.waits.append(reaction.ms)
            if reaction.acked and not reaction.errors:
                return True
            self.troubles[f"{what}: {reaction.why or sorted(reaction.errors.items())}"[:120]] += 1
            if reaction.errors:
                return False
        return False

    # --- forms ---

    async def _fill_in(self, human: Human, what: str) -> None:
        """The form that has opened, if one has: all its pages on a platform that shows them at once."""
        modal = self.town.pretend(human.platform).open_form(human.user)
        if modal is None:
            return
        values = {
            item.id: value
            for item in modal.items
            if (value := what_to_enter(human, item, self.record.moment())) is not None
        }
        pretend = self.town.pretend(human.platform)
        if await self._tried(f"send {what}", lambda: pretend.submit(human.user, values)):
            self._wrote(human, values)
        else:
            await self.town.dismiss(human.platform, human.user)

    # --- what the checker has to know of it ---

    def _wrote(self, human: Human, values: Mapping[str, Any]) -> None:
        if "until" in values:
            self._goes_away(human, values["until"])
        if values.get("zone"):
            self.record.learned(human.account, values["zone"])
        if "from_hour" in values:
            a_week = int(values["a_week"]) if values.get("a_week") else None
            wish = Wish(
                self.record.moment(), int(values["from_hour"]), int(values["until_hour"]),
                tuple(int(day) for day in values["days"]), a_week, values["how"] == "none", values["how"] == "digest",
            )  # fmt: skip
            self.wishes.setdefault(human.account, []).append(wish)

    def _goes_away(self, human: Human, until: str) -> None:
        """What was said last counts."""
        self._is_back(human)
        self.away.append(Away(human.account, self.record.moment(), until))

    def _is_back(self, human: Human) -> None:
        for one in self.away:
            if one.account == human.account and one.back is None:
                one.back = self.record.moment()

    def _noted(self, human: Human, verb: str, tokens: Sequence[str]) -> None:
        now = self.record.moment()
        match verb:
            case "snooze" | "snooze_all" | "stop" | "nudge_again":
                self.peace += [(human.account, token, verb, now) for token in tokens]
            case "stop_all":
                self.wishes.setdefault(human.account, []).append(Wish(now, stopped=True))
            case "resume" | "host_resume":
                self._is_back(human)
            case "pause_month":
                self._goes_away(human, (now + A_MONTH).date().isoformat())
            case "erase_yes":
                human.gone = True
                self.erased[human.account] = now
            case "leave_yes":
                human.gone = True
            case _:
                pass


def tokens_of(buttons: Sequence[str]) -> list[str]:
    """What buttons point at, each once."""
    return sorted({button.split(":")[1] for button in buttons if button.count(":")} - {NOTHING})


def awake(at: datetime, zone: str, dice: float) -> datetime:
    """The first moment from `at` on at which somebody there is up; whoever has just got up takes a while."""
    here = at.astimezone(ZoneInfo(zone))
    if UP <= here.time() < DOWN:
        return at
    day = here.date() + (DAY if here.time() >= DOWN else timedelta())
    return datetime.combine(day, UP, ZoneInfo(zone)).astimezone(UTC) + dice * 3 * HOUR


def settle_students(term_town: Town, humans: Sequence[Human], roles: Mapping[str, str]) -> None:
    """Accounts for those who come from no roster, on the two platforms in turn."""
    platforms = sorted(term_town.pretends)
    for number, human in enumerate(humans):
        human.platform = platforms[number % len(platforms)]
        zone = human.truth if human.platform == "slack" else cast.HOME_ZONE
        human.user = term_town.add_person(human.platform, human.name, zone=zone, roles=[roles[human.role]])
