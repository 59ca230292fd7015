"""A small world for stories: people with accounts, the front door, the post, and a clock that moves when told.

Everything is real but the platforms: the same `answer`, `collect`, `run_task` and `settle` that run in production, on a
real database. What a person is shown is kept as views in `shown`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import Row, Table, select

from adapters.export import written
from bot.conversation.answer import answer, look, not_done, opening
from bot.conversation.gestures import Actor, Command, Gesture, Opened, Press, Submission
from bot.domain.exports import Written
from bot.domain.intro import COORDINATOR, Intro, State
from bot.domain.messages import NOT_REPEATED, Address, Copy, Delivered, Outcome, Status, Unclear
from bot.domain.people import (
    AT_THE_DESK,
    CONSENT_VERSIONS,
    AlumProfile,
    Consent,
    ConsentTo,
    Handle,
    Pace,
    Person,
    Platform,
    Right,
    Space,
    Standing,
)
from bot.ports import Claimed
from bot.use_cases import by_time, post
from bot.use_cases.desk_export import TASK as WRITE_EXPORT
from bot.use_cases.desk_export import asked_in, send_written
from bot.use_cases.matcher import Matcher
from bot.views.elements import Button, Fix, Form, Later, Option, PressId, Shown, Value, View
from storage import tables
from storage.engine import Store
from tests.words import prefilled

SLACK = Space(Platform.SLACK, "T1", "A1", "Slack", "C-desk", frozenset({"S-students"}), frozenset({"S-desk"}))
DISCORD = Space(Platform.DISCORD, "99", "88", "Discord", "77")
STUDENT, DESK = frozenset({Right.STUDENT}), AT_THE_DESK
NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
"""A Monday morning in term."""
WORKER = "worker"


@dataclass
class Somebody:
    """One account, and what its owner was shown: newest last."""

    name: str
    handle: Handle
    space: Space
    rights: frozenset[Right] | None = frozenset()
    shown: list[View] = field(default_factory=list)
    form: Form | None = None
    home: View | None = None
    zone: str = "Europe/London"

    @property
    def last(self) -> View:
        return self.shown[-1]

    @property
    def heard(self) -> list[str]:
        """The titles of all that was shown (of what has none, the text)."""
        return [view.title or view.text for view in self.shown]

    def buttons(self) -> list[Button]:
        """Every button this person could press, newest first."""
        return [button for view in reversed(self.shown) for button in buttons_of(view)]


def buttons_of(view: View) -> list[Button]:
    return [*view.buttons, *(button for card in view.cards for button in card.buttons)]


def run_task(store: Store, task: Claimed, now: datetime, worker: str) -> None:
    """What time does, and what a process of its own does: a file is written here and now."""
    file: Written | None = None
    if task.message.view == WRITE_EXPORT:
        with store.begin() as uow:
            asked = asked_in(uow, task.message)
        with store.read() as reading:
            file = written(reading, asked.order, asked.at, asked.language) if asked else None
    with store.begin() as uow:
        if file is not None:
            assert task.message.id is not None
            uow.outbox.settle(task.message.id, worker, task.attempt, Status.SENT)
            send_written(uow, task.message, file, now)
        else:
            by_time.run_task(uow, task, now, worker=worker)
        uow.commit()


class World:
    """Students on Slack, alumni on Discord, unless said otherwise."""

    def __init__(self, store: Store) -> None:
        self.store, self.now, self.wall, self.matcher = store, NOW, NOW, Matcher()
        self.people: dict[Handle, Somebody] = {}
        self.desk: list[View] = []
        self.channels: dict[str, list[View]] = {}
        self.taken_back: list[Copy] = []
        self.outcomes: dict[str, list[Outcome]] = {}
        """What a messenger will say for a destination, in turn; delivered when nothing is left."""
        self._keys = count(1)
        self._users = count(1)
        with store.begin() as uow:
            uow.places.admit(SLACK)
            uow.places.admit(DISCORD)
            uow.commit()

    # --- people ---

    def student(self, name: str = "Priya Sharma", *, space: Space = SLACK) -> Somebody:
        return self._somebody(name, space, STUDENT)

    def coordinator(self, name: str = "Robin Hale", *, space: Space = SLACK, new: bool = False) -> Somebody:
        """Somebody who has been at the desk for a while, or is just new there."""
        somebody = self._somebody(name, space, DESK)
        if not new:
            given, _, family = name.partition(" ")
            with self.store.begin() as uow:
                person = uow.people.add(somebody.handle, given, family, somebody.zone, "en")
                uow.audit.add(self.now, person.who, "began")
                uow.commit()
        return somebody

    def stranger(self, name: str = "Kim Lowe", *, space: Space = SLACK) -> Somebody:
        return self._somebody(name, space, frozenset())

    def alum(self, name: str = "Maya Rivers", *, space: Space = DISCORD, **profile: object) -> Somebody:
        """Somebody opted in and approved."""
        alum = self._somebody(name, space, frozenset())
        facts: dict[str, object] = {
            "title": "Communications Lead", "employer": "Riverside Aid", "topics": ("communications",),
            "degree": "BA History", "grad_year": 2015, "joined_at": self.now,
        }  # fmt: skip
        given, _, family = name.partition(" ")
        with self.store.begin() as uow:
            person = uow.people.add(alum.handle, given, family, alum.zone, "en")
            uow.people.save_alum(person.id, AlumProfile(Standing.APPROVED, **(facts | profile)))  # type: ignore[arg-type]
            version = CONSENT_VERSIONS[ConsentTo.BE_ASKED]
            uow.people.record(person.id, Consent(ConsentTo.BE_ASKED, version, True, self.now))
            uow.commit()
        self.matcher.changed()
        return alum

    def alumni(self, *names: str, pace: Pace = Pace()) -> list[Somebody]:  # noqa: B008  # it is frozen
        return [self.alum(name, pace=pace) for name in names]

    def _somebody(self, name: str, space: Space, rights: frozenset[Right]) -> Somebody:
        user = str(1000 + next(self._users))
        realm = "" if space.platform is Platform.DISCORD else space.realm
        somebody = Somebody(name, Handle(space.platform, realm, user), space, rights)
        self.people[somebody.handle] = somebody
        return somebody

    def also_at(self, somebody: Somebody, space: Space) -> Somebody:
        """The same person's account in another place, which they prefer."""
        there = self._somebody(somebody.name, space, somebody.rights or frozenset())
        person = self.known(somebody)
        with self.store.begin() as uow:
            uow.people.link(person.id, there.handle)
            uow.people.prefer(person.id, there.handle)
            uow.commit()
        return there

    def known(self, somebody: Somebody) -> Person:
        with self.store.read() as reading:
            person = reading.people.by_handle(somebody.handle)
        assert person is not None, f"{somebody.name} is not known yet"
        return person

    # --- gestures ---

    def command(self, who: Somebody, text: str, *, channel: str = "") -> Shown:
        """Typed in a direct message, or in a channel."""
        name, _, words = text.removeprefix("/").partition(" ")
        return self._take(who, Command(self._key(), self.actor(who), name, words, channel=channel))

    def opens_home(self, who: Somebody) -> View:
        shown = self._take(who, Opened(self._key(), self.actor(who)))
        assert isinstance(shown, View)
        who.home = who.shown.pop()
        return shown

    def press(self, who: Somebody, label: str, *, key: str = "") -> Shown:
        """The newest button that begins with this label."""
        found = next((button for button in who.buttons() if button.label.startswith(label)), None)
        assert found is not None, f"{who.name} sees no {label!r}, only {[button.label for button in who.buttons()]}"
        return self.press_id(who, found.press, key=key)

    def press_id(self, who: Somebody, press: PressId, *, key: str = "") -> Shown:
        return self._take(who, Press(key or self._key(), self.actor(who), press))

    def submit(self, who: Somebody, page: int | None = None, **values: Value) -> Shown:
        """Send the open form: what it holds already, and these values."""
        return self._send(who, page, values, {})

    def hand_over(self, who: Somebody, name: str, text: str, **values: Value) -> Shown:
        """Send the open form with a file in it."""
        return self._send(who, None, values, {name: text})

    def _send(self, who: Somebody, page: int | None, values: Mapping[str, Value], files: Mapping[str, str]) -> Shown:
        assert who.form is not None, f"{who.name} has no form open"
        typed: dict[str, Value] = {**prefilled(who.form, page), **values}
        gesture = Submission(self._key(), self.actor(who), who.form.send, typed, page, files=files)
        return self._take(who, gesture)

    def actor(self, who: Somebody) -> Actor:
        given, _, family = who.name.partition(" ")
        return Actor(who.handle, who.space.realm, who.space.app, who.rights, False, given, family, who.zone)

    def _take(self, who: Somebody, gesture: Gesture) -> Shown:
        if self.matcher.is_stale:
            with self.store.read() as reading:
                self.matcher.refresh(reading)
        shown: Shown | None = None
        if not isinstance(gesture, Submission):
            with self.store.read() as reading:
                shown = opening(gesture, reading, self.now, self.matcher)
        shown = shown or answer(gesture, self.store.begin, self.now, self.matcher)
        if isinstance(shown, Later):
            who.shown.append(shown.word)
            with self.store.read() as reading:
                shown = look(gesture, reading, self.now, self.matcher) or not_done(gesture)
        if isinstance(shown, Form):
            who.form = shown
        elif isinstance(shown, View):
            who.form = None
            who.shown.append(shown)
        elif isinstance(shown, Fix):
            who.form = shown.form
        return shown

    def _key(self) -> str:
        return f"key-{next(self._keys)}"

    # --- time and the post ---

    def wait(self, **span: float) -> None:
        """Let time pass in one go; deliver() shows what came of it."""
        self.now += timedelta(**span)
        self.wall += timedelta(**span)

    def pass_days(self, days: int) -> None:
        """Let time pass hour by hour, delivering what is due."""
        for _ in range(days * 24):
            self.wait(hours=1)
            self.deliver()

    def deliver(self) -> int:
        """Everything due goes out, tasks and what follows from them too; how many lines there were."""
        total = 0
        while True:
            with self.store.begin() as uow:
                got = post.collect(uow, self.now, self.wall, worker=WORKER, lease_seconds=30, most=50)
                uow.commit()
            for task in got.tasks:
                run_task(self.store, task, self.now, WORKER)
            for posting in got.postings:
                self._deliver(posting)
            if got.claimed == 0:
                return total
            total += got.claimed

    def platform_says(self, who: Somebody, *outcomes: Outcome) -> None:
        """How the next tries to write to this account will end."""
        address = Address(who.handle.platform, who.handle.realm, who.handle.user_id)
        self.outcomes.setdefault(address.destination, []).extend(outcomes)

    def _deliver(self, posting: post.Posting) -> None:
        """Where nothing can be looked for: what may have arrived is sent again or not, as its kind says."""
        waiting = self.outcomes.get(posting.address.destination, [])
        outcome: Outcome = waiting.pop(0) if waiting else Delivered(Copy("channel", f"message-{next(self._keys)}"))
        view = posting.again if posting.message.repeat else posting.view
        if view is None:
            outcome = Unclear(NOT_REPEATED)
        elif isinstance(outcome, Delivered):
            self._show(posting.address, view)
            self.taken_back += [posting.replaces] if posting.replaces else []
        with self.store.begin() as uow:
            post.settle(uow, [(posting, outcome)], self.now, self.wall, worker=WORKER)
            uow.commit()

    def _show(self, address: Address, view: View) -> None:
        if address.channel and not address.knocks:
            at_the_desk = address.channel in (SLACK.desk_channel, DISCORD.desk_channel)
            (self.desk if at_the_desk else self.channels.setdefault(address.channel, [])).append(view)
            return
        reader = self.people[Handle(address.platform, address.realm, address.user_id)]
        if address.page:
            reader.home = view
        else:
            reader.shown.append(view)

    def forget_what_was_shown(self) -> None:
        for somebody in self.people.values():
            somebody.shown.clear()
        self.desk.clear()

    # --- stories so far ---

    def asks(self, student: Somebody, wonder: str = "I wonder about communications at a charity") -> View:
        """A student asks and sees matches."""
        self.command(student, "/intro")
        shown = self.submit(student, wonder=wonder, question="What surprised you when you began?", about="")
        assert isinstance(shown, View)
        return shown

    def requests(self, student: Somebody, first_name: str, *, with_next: bool = False) -> Intro:
        """A student asks one of the matches."""
        self.press(student, f"Ask {first_name}")
        self.submit(student, None, **({} if with_next else {"next": ()}))
        self.deliver()
        return self.newest(student)

    def an_intro(self, state: State, student: Somebody, alum: Somebody) -> Intro:
        """An intro between these two, led to `state` the way people would."""
        self.asks(student)
        intro = self.requests(student, alum.name.split()[0])
        return intro if state is State.REQUESTED else self.an_intro_from(intro, state, student, alum)

    def an_intro_from(self, intro: Intro, state: State, student: Somebody, alum: Somebody) -> Intro:
        """The same, from a request that stands."""
        assert intro.state is State.REQUESTED
        for step in WAYS[state]:
            getattr(self, step)(self.fresh(intro), student, alum)
            self.deliver()
        found = self.fresh(intro)
        assert found.state is state, f"led to {found.state}, not to {state}"
        return found

    def says_yes(self, intro: Intro, student: Somebody, alum: Somebody) -> None:
        self.do(alum, "accept", intro)

    def find_a_time(self, intro: Intro, student: Somebody, alum: Somebody) -> None:
        """The alum offers two times, the student takes the first."""
        self.press_id(alum, PressId("offer_times", intro.alum_token))
        assert alum.form is not None
        self.submit(alum, times=tuple(option.value for option in options_in(alum.form)[:2]))
        self.deliver()
        start = self.fresh(intro).slots[0]
        self.do(student, "pick", intro, str(int(start.timestamp())))

    def talk_is_over(self, intro: Intro, student: Somebody, alum: Somebody) -> None:
        assert intro.starts_at is not None
        self.now = self.wall = intro.starts_at + timedelta(hours=3)

    def alum_says_met(self, intro: Intro, student: Somebody, alum: Somebody) -> None:
        self.do(alum, "happened", intro)

    def student_says_missed(self, intro: Intro, student: Somebody, alum: Somebody) -> None:
        self.do(student, "missed", intro)

    def student_thanks(self, intro: Intro, student: Somebody, alum: Somebody) -> None:
        self.do(student, "thank", intro, thanks="Nobody starts ready: that stayed with me.")

    def thanks_arrive(self, intro: Intro, student: Somebody, alum: Somebody) -> None:
        self.do(alum, "received", intro)

    def student_flags(self, intro: Intro, student: Somebody, alum: Somebody) -> None:
        self.do(student, "flag", intro)

    def weeks_pass(self, intro: Intro, student: Somebody, alum: Somebody) -> None:
        self.wait(days=22)

    def nobody_says(self, intro: Intro, student: Somebody, alum: Somebody) -> None:
        self.wait(hours=96)

    def do(self, who: Somebody, verb: str, intro: Intro, arg: str = "", **values: Value) -> Shown:
        """Press what points at this intro for them; a form that opens is sent with `values`."""
        with self.store.read() as reading:
            person = reading.people.by_handle(who.handle)
        role = intro.role_of(person.id) if person else None
        shown = self.press_id(who, PressId(verb, intro.token_for(role or COORDINATOR), arg))
        return self.submit(who, None, **values) if isinstance(shown, Form) else shown

    def do_open(self, who: Somebody, verb: str, intro: Intro) -> Shown:
        """Press what opens a form about this intro for a coordinator."""
        return self.press_id(who, PressId(verb, intro.desk_token))

    def fresh(self, intro: Intro) -> Intro:
        with self.store.read() as reading:
            return reading.intros.get(intro.id)

    def steps(self, intro: Intro | None = None) -> list[str]:
        """What people and time did, in order: to an intro (that messages of it arrived aside), or altogether."""
        if intro is not None:
            with self.store.read() as reading:
                told = [step.what for step in reading.steps.of_intro(intro.id)]
            return [what for what in told if what not in ("delivered", "reminded")]
        return [row.what for row in self.rows(tables.step)]

    def rows(self, table: Table) -> Sequence[Row[Any]]:
        """A table as it is: for stories about what is not kept."""
        with self.store.begin() as uow:
            return uow.steps._connection.execute(select(table)).all()

    def newest(self, who: Somebody) -> Intro:
        person = self.known(who)
        with self.store.read() as reading:
            return reading.intros.of(person.id)[0]

    def state_of(self, intro: Intro) -> State:
        return self.fresh(intro).state

    def set_rule(self, key: str, value: str) -> None:
        with self.store.begin() as uow:
            uow.places.set_campus(key, value)
            uow.commit()

    def change_alum(self, who: Somebody, **facts: object) -> None:
        person = self.known(who)
        assert person.alum is not None
        with self.store.begin() as uow:
            uow.people.save_alum(person.id, replace(person.alum, **facts))  # type: ignore[arg-type]
            uow.commit()
        self.matcher.changed()


_SCHEDULED = ("says_yes", "find_a_time")
_MET = (*_SCHEDULED, "talk_is_over", "alum_says_met")
WAYS: Mapping[State, tuple[str, ...]] = {
    State.REQUESTED: (),
    State.ACCEPTED: ("says_yes",),
    State.SCHEDULED: _SCHEDULED,
    State.MISSED: (*_SCHEDULED, "talk_is_over", "student_says_missed"),
    State.UNCONFIRMED: (*_SCHEDULED, "talk_is_over", "nobody_says"),
    State.MET: _MET,
    State.THANKED: (*_MET, "student_thanks"),
    State.CLOSED: (*_MET, "student_thanks", "thanks_arrive"),
    State.UNTHANKED: (*_MET, "weeks_pass"),
    State.FROZEN: ("says_yes", "student_flags"),
}
"""How people and time lead an intro to a state."""


def options_in(form: Form) -> list[Option]:
    """All that can be ticked or chosen in a form."""
    return [option for page in form.pages for item in page.items for option in getattr(item, "options", ())]
