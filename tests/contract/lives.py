"""People who do anything at all, in any order, on a real database: the machine behind test_whatever_people_do.

Hypothesis chooses who does what; the front door, the post and the moves by time are the real ones. A platform answers
in every way that one may, the process dies between sending and writing down, the clock jumps. What was shown to whom
is kept as a platform would, and looked over after each step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from itertools import product
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from adapters.term.rules import Copy as Seen
from adapters.term.rules import Facts, Line, breaches
from bot.conversation.answer import answer
from bot.conversation.gestures import Gesture, Opened
from bot.domain.calendar import month_began
from bot.domain.intro import FINAL, Intro, State
from bot.domain.messages import Address, HeldBack, Kind, Outcome, Unclear, Undeliverable
from bot.domain.people import AlumProfile, Pace, Standing
from bot.phrases import say
from bot.use_cases import post
from bot.views.elements import Button, Choose, ChooseMany, Form, Shown, Value, View, When
from storage.engine import open_store
from tests import databases
from tests.world import DISCORD, SLACK, Somebody, World, buttons_of

FAR = timedelta(days=400)
STATES = frozenset(state.value for state in State)
HOLDS_A_PLACE = (State.REQUESTED, State.ACCEPTED, State.SCHEDULED)
COMMANDS: Mapping[str, tuple[str, ...]] = {
    "student": ("/intro", "/intro mine", "/mydata export", "/mydata erase"),
    "alum": ("/host mine", "/host pause", "/host resume", "/host profile", "/host leave", "/mydata erase"),
    "desk": ("/desk queue", "/desk approve"),
}
ENDS_IT = ("erase_yes", "leave_yes")
"""Seldom, or soon nobody would be left."""
FOR_GOOD = ("/mydata erase", "/host leave")
USUAL: Mapping[str, tuple[str, ...]] = {
    "student": ("thank", "pick", "answer_first", "happened", "ask"),
    "alum": ("received", "happened", "pick", "offer_times", "accept"),
    "desk": ("release", "close"),
}
"""What leads an intro on: without it few lives would come far."""
OUTCOMES: tuple[Outcome, ...] = (
    HeldBack(20.0),
    HeldBack(3.0, whole_platform=True),
    Unclear("timeout"),
    Unclear("server_error"),
    Undeliverable("closed"),
    Undeliverable("gone"),
    Undeliverable("refused"),
    Undeliverable("bad_token"),
)
MAY_HAVE_ARRIVED = Unclear("timeout")
"""The one bad answer after which the message is there all the same."""
NEVER = "Neverasked and Daughters"
MARK = say("nudges.seen", "en")


@contextmanager
def a_database(kind: str) -> Iterator[str]:
    """The address of a fresh migrated one."""
    if kind == "postgres":
        with databases.new_postgres() as url:
            yield url
    else:
        with TemporaryDirectory(prefix="grounds-lives-") as folder:
            yield databases.new_sqlite(Path(folder))


@dataclass(frozen=True)
class Arrival:
    """A copy of a line on somebody's screen."""

    line: post.Posting
    account: str
    view: View
    at: Any


@dataclass
class Life:
    """Somebody, and the words that nobody may read before they agreed."""

    who: Somebody
    role: str
    secret: str
    contact: str
    pressed: set[str] = field(default_factory=set)


class Lives(World):
    """A world that writes down what arrived, and in which the process can die."""

    arrivals: list[Arrival]
    last: tuple[Somebody, Gesture] | None = None
    """What was done last and is kept by its key: a form that was only opened is not."""
    dies_after: int | None = None
    """So many more lines are sent before the process dies: the last arrives, and nobody writes that down."""

    def _take(self, who: Somebody, gesture: Gesture) -> Shown:
        shown = super()._take(who, gesture)
        self.last = (who, gesture) if isinstance(shown, View) and not isinstance(gesture, Opened) else None
        return shown

    def _deliver(self, posting: post.Posting) -> None:
        self._posting = posting
        waiting = self.outcomes.get(posting.address.destination, [])
        dead = self.dies_after is not None and self.dies_after <= 0
        dying = self.dies_after == 1
        self.dies_after = None if self.dies_after is None else self.dies_after - 1
        if dying or (not dead and waiting[:1] == [MAY_HAVE_ARRIVED]):
            self._arrives(posting)
        if not dead and not dying:
            super()._deliver(posting)

    def _arrives(self, posting: post.Posting) -> None:
        """It was carried out, and nobody heard of it."""
        view = getattr(posting, "again", posting.view) if posting.message.repeat else posting.view
        if view is not None:
            self._show(posting.address, view)

    def _show(self, address: Address, view: View) -> None:
        super()._show(address, view)
        self.arrivals.append(Arrival(self._posting, address.destination, view, self.now))


class WhateverPeopleDo(RuleBasedStateMachine):
    """Two students, three alumni with little room, a coordinator; everybody does anything."""

    kind = "sqlite"

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        store = open_store(self.stack.enter_context(a_database(self.kind)), databases.keys())
        self.stack.callback(store.close)
        self.world = Lives(store)
        self.world.arrivals = []
        self.lives: list[Life] = []
        self._ids: dict[str, set[int]] = {}

    # --- who is there -----------------------------------------------------------------------------------------------

    @initialize()
    def people_come(self) -> None:
        world = self.world
        world.set_rule("room_template", "https://rooms.example.edu/{room}")
        world.set_rule("same_pair_days", "30")
        for number, space in enumerate((SLACK, DISCORD)):
            self._joins(world.student(f"Student{number} Zwilling{number}", space=space), "student")
        for number, space in enumerate((DISCORD, SLACK, DISCORD)):
            alum = world.alum(
                f"Alum{number} Quittung{number}", space=space, pace=Pace(month=2, at_once=1),
                employer=f"Employer{number}",
            )  # fmt: skip
            self._joins(alum, "alum")
        self._joins(world.coordinator(), "desk")
        self._an_alum_who_never_said_yes()

    def _an_alum_who_never_said_yes(self) -> None:
        """On the office's list, and no more."""
        with self.world.store.begin() as uow:
            person = uow.people.add(None, "Nina", "Niemals", "Europe/London", "en")
            work = AlumProfile(Standing.INVITED, "Communications Lead", NEVER, topics=("communications",))
            uow.people.save_alum(person.id, work)
            uow.commit()
        self.world.matcher.changed()

    def _joins(self, who: Somebody, role: str) -> None:
        number = len(self.lives)
        self.lives.append(Life(who, role, f"secretword{number}", f"contact{number}@example.org"))

    def _life(self, number: int, role: str = "") -> Life:
        mine = [life for life in self.lives if role in ("", life.role)]
        return mine[number % len(mine)]

    # --- what they do -----------------------------------------------------------------------------------------------

    @rule(acts=st.integers(5, 40), dice=st.integers(0, 2**32))
    def people_do_things(self, acts: int, dice: int) -> None:
        """One after another, each what is usual, or anything; the post goes out between, or it doesn't."""
        rng = Random(dice)
        for _ in range(acts):
            life, way = rng.choice(self.lives), rng.random()
            if way < 0.55:
                self._goes_on(rng.choice([life, *filter(self._next_press, self.lives)]), rng)
            elif way < 0.85:
                self._presses_anything(life, rng)
            else:
                self._types(life, rng)
            self._who_is_who()
            if rng.random() < 0.15:
                self.world.platform_says(rng.choice(self.lives).who, rng.choice(OUTCOMES))
            if rng.random() < 0.7:
                self.world.deliver()

    def _goes_on(self, life: Life, rng: Random) -> None:
        """The usual way, from the newest message back; a student with nothing to do asks."""
        button = self._next_press(life)
        if button is not None:
            life.pressed.add(str(button.press))
            self._acts(life, partial(self.world.press_id, life.who, button.press), rng)
        elif life.role == "student":
            self._acts(life, partial(self.world.command, life.who, "/intro"), rng)
            asks = [button for button in life.who.buttons()[:4] if button.press.verb == "ask"]
            if asks:
                self._acts(life, partial(self.world.press_id, life.who, rng.choice(asks).press), rng)

    def _next_press(self, life: Life) -> Button | None:
        """The newest thing that leads on, once."""
        usual = (one for one in self._buttons(life)[:16] if one.press.verb in USUAL[life.role])
        return next((one for one in usual if str(one.press) not in life.pressed), None)

    def _presses_anything(self, life: Life, rng: Random) -> None:
        """What is on the newest messages most often, whatever was ever shown now and then."""
        buttons = self._buttons(life)
        if buttons:
            newest = buttons[: max(1, len(buttons) // 4)]
            button = rng.choice(newest if rng.random() < 0.7 else buttons)
            if button.press.verb in ENDS_IT and rng.random() < 0.85:
                return
            self._acts(life, partial(self.world.press_id, life.who, button.press), rng)

    def _types(self, life: Life, rng: Random) -> None:
        text = rng.choice(COMMANDS[life.role])
        if text in FOR_GOOD and rng.random() < 0.8:
            text = COMMANDS[life.role][0]
        self._acts(life, partial(self.world.command, life.who, text), rng)

    def _buttons(self, life: Life) -> list[Button]:
        """Newest first."""
        if life.role == "desk":
            shown = [button for view in reversed(self.world.desk) for button in buttons_of(view)]
        else:
            shown = life.who.buttons()
        return [button for button in shown if not button.url]

    @rule(number=st.integers(0, 5))
    def somebody_opens_the_page(self, number: int) -> None:
        self.world.opens_home(self._life(number).who)

    @rule()
    def a_platform_repeats_the_last_gesture(self) -> None:
        """The same key again: nothing may happen a second time."""
        if self.world.last is None:
            return
        before = self._everything()
        _, gesture = self.world.last
        answer(gesture, self.world.store.begin, self.world.now, self.world.matcher)
        assert self._everything() == before

    @rule(setting=st.sampled_from([("student_open", "1"), ("student_open", "2"), ("nudges_a_week", "3")]))
    def the_office_changes_a_rule(self, setting: tuple[str, str]) -> None:
        """Only upwards while requests are open: a lower limit takes nothing back."""
        with self.world.store.read() as reading:
            if setting[0] == "student_open" and reading.intros.in_states(State.REQUESTED):
                return
        self.world.set_rule(*setting)

    # --- what happens to them ---------------------------------------------------------------------------------------

    @rule(hours=st.sampled_from([1, 5, 20, 30, 75, 200, 600]))
    def time_passes(self, hours: int) -> None:
        """Stop by stop, as a bot that is running sees it."""
        self._until(self.world.now + timedelta(hours=hours))

    @rule(hours=st.sampled_from([2, 26, 100, 260]))
    def nobody_is_running_for_a_while(self, hours: int) -> None:
        """And then everything is due at once."""
        self.world.wait(hours=hours)
        self.world.deliver()

    @rule()
    def the_post_goes_out(self) -> None:
        self.world.deliver()

    @rule(number=st.integers(0, 5), outcome=st.sampled_from(OUTCOMES), times=st.integers(1, 3))
    def a_platform_will_answer_badly(self, number: int, outcome: Outcome, times: int) -> None:
        self.world.platform_says(self._life(number).who, *[outcome] * times)

    @rule(after=st.integers(1, 3))
    def the_process_dies_while_it_sends(self, after: int) -> None:
        """Some lines were sent and written down, one was sent, the rest was only claimed; then it starts again."""
        self.world.dies_after = after
        self.world.deliver()
        self.world.dies_after = None
        with self.world.store.begin() as uow:
            uow.outbox.end_leases(self.world.wall)
            uow.commit()
        self.world.matcher.changed()
        self.world.deliver()

    # --- what is always true ----------------------------------------------------------------------------------------

    @invariant()
    def capacity_is_never_exceeded(self) -> None:
        with self.world.store.read() as reading:
            for life in self.lives:
                person = reading.people.by_handle(life.who.handle) if life.role == "alum" else None
                if person is None or person.alum is None:
                    continue
                month = month_began(self.world.now, reading.places.campus())
                mine = [intro for intro in reading.intros.of(person.id) if intro.alum == person.id]
                holding = [one for one in mine if one.state in HOLDS_A_PLACE and not self._talked(reading, one)]
                agreed = [one for one in mine if one.accepted_at and one.accepted_at >= month]
                assert len(holding) <= person.alum.pace.at_once
                assert len(agreed) <= person.alum.pace.month

    @staticmethod
    def _talked(reading: Any, intro: Intro) -> bool:
        """A talk that was had gave its place back; if it is said later that it wasn't, it does not take it again from
        somebody else."""
        return any(step.what == "confirm_met" for step in reading.steps.of_intro(intro.id))

    @invariant()
    def nobody_has_more_open_than_the_setting(self) -> None:
        with self.world.store.read() as reading:
            most = reading.places.campus().student_open
            for life in self.lives:
                person = reading.people.by_handle(life.who.handle) if life.role == "student" else None
                if person is not None:
                    mine = [one for one in reading.intros.of(person.id) if one.student == person.id]
                    assert sum(one.state is State.REQUESTED for one in mine) <= most

    @invariant()
    def nothing_about_one_reaches_another_before_a_consent_covers_it(self) -> None:
        shown = [(life, view) for life in self.lives for view in life.who.shown]
        for life in self.lives:
            life.who.shown[:] = life.who.shown[-12:]  # older ones have been looked at
        for reader, view in shown:
            text = str(view)
            assert NEVER not in text or reader.role == "desk"
            for other in self.lives:
                if other is not reader and "desk" not in (reader.role, other.role):
                    self._may_read(reader, other, text)

    def _may_read(self, reader: Life, other: Life, text: str) -> None:
        family = other.who.name.split()[1]
        assert family not in text, f"{reader.who.name} reads the family name of {other.who.name}"
        has_secret, has_contact = other.secret in text, other.contact in text
        if not has_secret and not has_contact:
            return
        between = self._between(reader, other)
        assert not has_secret or between, f"{reader.who.name} reads what {other.who.name} wrote, and was never asked"
        assert not has_contact or any(intro.both_share for intro in between), f"{other.who.name}'s address went over"

    def _between(self, one: Life, two: Life) -> list[Intro]:
        first, second = self._ids.get(one.who.name, set()), self._ids.get(two.who.name, set())
        pairs = {*product(first, second), *product(second, first)}
        with self.world.store.read() as reading:
            return [one for one in reading.intros.in_states(*State) if (one.student, one.alum) in pairs]

    def _who_is_who(self) -> None:
        """Everybody's keys: whoever was erased and comes again is somebody new to us, and the same to the other."""
        with self.world.store.read() as reading:
            for life in self.lives:
                person = reading.people.by_handle(life.who.handle)
                if person is not None:
                    self._ids.setdefault(life.who.name, set()).add(person.id)

    @invariant()
    def nobody_gets_a_message_twice_unless_it_says_so(self) -> None:
        times: dict[tuple[str, str], int] = {}
        for arrival in self.world.arrivals:
            line = arrival.line.message
            if line.kind is Kind.HOME:
                continue
            key = (line.token, arrival.account)
            times[key] = times.get(key, 0) + 1
            assert times[key] == 1 or MARK in arrival.view.text

    def teardown(self) -> None:
        """When time is let run, every intro ends; and over the whole of it no rule of the term was broken."""
        try:
            if self.lives:
                self.world.outcomes.clear()
                self._until(self.world.now + FAR)
                self._ended()
        finally:
            self.stack.close()

    def _ended(self) -> None:
        with self.world.store.read() as reading:
            intros = reading.intros.in_states(*State)
            steps, lines = reading.history.steps(), reading.history.lines()
            tokens = {token: one.id for one in intros for token in (one.student_token, one.alum_token)}
        assert [intro.state for intro in intros if intro.state not in FINAL] == []
        states: dict[int, list[tuple[Any, str]]] = {}
        for step in steps:
            state = State.REQUESTED.value if step.what == "request" else step.detail
            if step.intro is not None and state in STATES:
                states.setdefault(step.intro, []).append((step.at, state))
        facts = Facts(
            lines=[
                Line(one.token, one.kind, one.view, one.status, one.reason, one.to, one.intro, one.due, one.attempt)
                for one in lines
            ],
            copies=[
                Seen(one.line.message.token, one.account, one.at, MARK in one.view.text)
                for one in self.world.arrivals
                if one.line.message.kind is not Kind.HOME
            ],
            states=states,
            points_at=tokens,
            until=self.world.now,
        )
        broken = breaches(facts)
        assert broken == [], broken

    # --- how ----------------------------------------------------------------------------------------------------------

    def _acts(self, life: Life, act: Callable[[], object], rng: Random) -> None:
        """Do it; a form that opens is mostly filled in and sent."""
        act()
        form = life.who.form
        if isinstance(form, Form) and rng.random() < 0.9:
            self.world.submit(life.who, None, **self._values(life, form, rng))
            life.who.form = None

    def _values(self, life: Life, form: Form, rng: Random) -> dict[str, Value]:
        values: dict[str, Value] = {}
        for item in (item for page in form.pages for item in page.items):
            if isinstance(item, ChooseMany):
                most = min(item.most, len(item.options), 3)
                least = 1 if item.required else 0
                chosen = rng.sample(item.options, rng.randint(least, max(least, most)))
                values[item.name] = tuple(option.value for option in chosen)
            elif isinstance(item, Choose):
                if item.name not in ("adult", "month", "zone"):
                    values[item.name] = rng.choice(item.options).value
            elif isinstance(item, When):
                values[item.name] = f"{self.world.now + timedelta(days=rng.randint(1, 9)):%Y-%m-%d %H:%M}"
            elif getattr(item, "name", "") in ("wonder", "question", "about", "answer", "thanks", "reply", "what"):
                values[item.name] = f"I wonder about communications {life.secret}"  # type: ignore[union-attr]
            elif getattr(item, "name", "") == "contact":
                values["contact"] = life.contact
            elif getattr(item, "name", "") == "until":
                values["until"] = rng.choice(("", f"{self.world.now + timedelta(days=rng.randint(1, 40)):%Y-%m-%d}"))
        return values

    def _until(self, end: Any) -> None:
        """Let time pass until then, from one due line to the next."""
        while True:
            self.world.deliver()
            with self.world.store.begin() as uow:
                due = uow.outbox.next_due()
            if due is None or due > end:
                break
            step = max(due - self.world.now, timedelta(seconds=1))
            self.world.now += step
            self.world.wall += max(step, timedelta(minutes=6))  # longer than any hold or backoff
        if end > self.world.now:
            self.world.wait(seconds=(end - self.world.now).total_seconds())
        self.world.deliver()

    def _everything(self) -> dict[str, list[Any]]:
        from storage import tables as t

        return {table.name: list(self.world.rows(table)) for table in (t.intro, t.message, t.step, t.letter, t.person)}
