"""The whole story over real sockets, told so that the bot may be killed at any moment of it.

Two people who do what people do: they wait until they see what comes next, do it, and do it again if the platform said
that nobody answered. Whatever was acknowledged they never repeat; if its effect does not come, the story breaks.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import RowMapping, Select, select

from adapters.sandbox.clock import SandboxClock
from adapters.sandbox.play import Event, Message, Modal, Pressable, Pretend, Reaction, copies_shown
from adapters.sandbox_run import SOCKET, BotDied, Inhabitant, Running, a_town
from bot.domain.messages import Status
from storage import tables as t
from storage.engine import Store, open_store
from storage.keys import read_keys

BEGIN = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
"""A Monday morning in term."""
PATIENCE = 60.0
TRIES = 4
RULES = {"room_template": "https://rooms.example.edu/{room}"}
WONDER = "I work in international development and wonder about communications"
QUESTION = "What did you have to learn when you left development work?"
THANKS = "What stayed with me is that nobody starts ready."
EVENING, IN_TWO_DAYS = timedelta(hours=8), timedelta(hours=60)
"""After the talk: when both have been asked whether it took place, and when they have been asked once more."""

Seen = TypeVar("Seen")


@dataclass(frozen=True)
class Kill:
    """SIGKILL at the `nth` time that `what` passes on a platform during a chapter. `lost`: the line is cut as well, so
    that the call which is just being made is not carried out."""

    chapter: str
    platform: str
    what: str
    nth: int = 1
    lost: bool = False

    def __str__(self) -> str:
        return f"{self.chapter}: {self.platform} {self.what}" + (f" #{self.nth}" if self.nth > 1 else "")


@dataclass
class Story:
    """A town and two people in it. `in_flight` are the tokens of the lines that were being sent at each kill."""

    running: Running
    store: Store
    priya: Inhabitant
    kills: list[Kill] = field(default_factory=list)
    killed: list[Kill] = field(default_factory=list)
    in_flight: list[frozenset[str]] = field(default_factory=list)
    maya: Inhabitant | None = None
    _chapter: str = ""
    _passed: dict[str, int] = field(default_factory=dict)
    _moved: asyncio.Event = field(default_factory=asyncio.Event)
    _dead: asyncio.Event = field(default_factory=asyncio.Event)
    _up: asyncio.Event = field(default_factory=asyncio.Event)

    # --- the killing ---

    def tap(self, event: Event) -> None:
        """See whatever passes, before it goes on; kill if this is the moment."""
        self._moved.set()
        if not self._up.is_set():
            return  # a platform still carries out what a bot that is dead had called for
        what = f"{event.platform} {event.what}"
        self._passed[what] = self._passed.get(what, 0) + 1
        for kill in self.kills:
            if (kill.chapter, f"{kill.platform} {kill.what}", kill.nth) == (self._chapter, what, self._passed[what]):
                self._kill(kill, event)

    def _kill(self, kill: Kill, event: Event) -> None:
        """It is dead when this returns: what passes just now is not read by anybody."""
        os.kill(self.running.bot_pid, signal.SIGKILL)
        with suppress(ChildProcessError):  # somebody has taken note of its end already
            os.waitid(os.P_PID, self.running.bot_pid, os.WEXITED | os.WNOWAIT)
        self.in_flight.append(frozenset(line["token"] for line in self.lines(Status.SENDING)))
        if kill.lost:
            self._pretend(kill.platform).trouble("cut", event.user)
        self.kills.remove(kill)
        self.killed.append(kill)
        self._up.clear()
        self._dead.set()

    async def nurse(self) -> None:
        """Start the bot again each time it was killed."""
        self._up.set()
        while True:
            await self._dead.wait()
            self._dead.clear()
            with suppress(BotDied):
                await self.running.ended()
            await self.running.start_bot()
            self._up.set()
            self._moved.set()

    # --- what people do ---

    async def play(self) -> None:
        """From the first question to the thanks that arrived."""
        for chapter in (
            self._ask, self._request, self._accept, self._times, self._pick, self._talk, self._thank, self._receive,
        ):  # fmt: skip
            self._chapter, self._passed = chapter.__name__.removeprefix("_"), {}
            await chapter()
        self._chapter = ""
        await self._up.wait()
        await self.running.town.clock.settle()

    async def _ask(self) -> None:
        await self._until_open(self.priya, "wonder", lambda: self._type(self.priya, "/intro"))
        await self._send(self.priya, {"wonder": WONDER, "question": QUESTION, "adult": "yes"}, "Three people")

    async def _request(self) -> None:
        first = next(button for button in self._sees(self.priya, "Three people").buttons if "Ask" in button.label)
        self.maya = next(one for one in self.running.people if one.name.split()[0] == first.label.split()[-1])
        await self._until_open(self.priya, "note", lambda: self._press(self.priya, first))
        await self._send(self.priya, {}, "hopes for a talk", who_sees=self.maya)

    async def _accept(self) -> None:
        await self._does(self._alum, "Yes, show times")
        await self._until(lambda: self._sees(self.priya, "said yes"))

    async def _times(self) -> None:
        await self._sees_what_came_of_it(self._alum, lambda: self._button(self._alum, "Offer times"), "/host")
        await self._until_open(self._alum, "times", lambda: self._press(self._alum, "Offer times"))
        modal = self._form(self._alum, "times")
        chosen = [value for _, value in next(item for item in modal.items if item.id == "times").options[:3]]
        await self._send(self._alum, {"times": chosen}, "offers these times", who_sees=self.priya)

    async def _pick(self) -> None:
        first = self._sees(self.priya, "offers these times").buttons[0]
        await self._does(self.priya, first)
        await self._until(lambda: self._sees(self._alum, "It stands: you"))
        await self._sees_what_came_of_it(self.priya, lambda: self._button(self.priya, "Join"), "/intro")

    async def _talk(self) -> None:
        [intro] = self.rows(select(t.intro))
        start: datetime = intro["starts_at"]
        hour = timedelta(hours=1)
        for moment in (start - 24 * hour, start - hour, start + EVENING, start + IN_TWO_DAYS):
            await self._until_the_clock_says(moment)
            if moment > start and self._look_for(self.priya, "Did you talk"):
                return
        raise AssertionError("nobody asked Priya whether they talked")

    async def _thank(self) -> None:
        await self._until_open(self.priya, "thanks", lambda: self._press(self.priya, "Yes, and say thanks"))
        await self._send(self.priya, {"thanks": THANKS}, "says thank you", who_sees=self._alum)

    async def _receive(self) -> None:
        await self._does(self._alum, "Received")
        await self._until(lambda: self._sees(self.priya, "Your thanks reached"))

    # --- how they do it ---

    @property
    def _alum(self) -> Inhabitant:
        assert self.maya is not None, "nobody was asked yet"
        return self.maya

    def _pretend(self, platform: str) -> Pretend:
        return self.running.town.pretend(platform)

    async def _type(self, who: Inhabitant, command: str, words: str = "") -> Reaction:
        return await self._pretend(who.platform).command(who.user, command, words)

    async def _press(self, who: Inhabitant, button: Pressable | str) -> Reaction:
        name = button if isinstance(button, str) else button.id
        return await self._pretend(who.platform).press(who.user, name)

    async def _does(self, who: Inhabitant, button: Pressable | str | None) -> None:
        assert button, f"{who.name} sees no such button"
        await self._until_heard(lambda: self._press(who, button))

    async def _until_heard(self, act: Callable[[], Awaitable[Reaction]]) -> None:
        """Do it again for as long as nobody answered."""
        seen = []
        for _ in range(TRIES):
            await self._up.wait()
            seen.append(await act())
            if seen[-1].acked:
                return
        raise AssertionError(f"nobody answers: {seen}")

    async def _until_open(self, who: Inhabitant, item: str, act: Callable[[], Awaitable[Reaction]]) -> None:
        await self._until_heard(act)
        await self._until(lambda: self._form(who, item))

    async def _send(
        self, who: Inhabitant, values: Mapping[str, Any], words: str, who_sees: Inhabitant | None = None
    ) -> None:
        """Send the open form; then somebody sees what comes of it."""
        pretend = self._pretend(who.platform)
        await self._until_heard(lambda: pretend.submit(who.user, filled_in(pretend.screen(who.user).modal, values)))
        await self._until(lambda: self._sees(who_sees or who, words))

    async def _sees_what_came_of_it(self, who: Inhabitant, answer: Callable[[], object], command: str) -> None:
        """The answer to a press may have died with the bot, after what it did was kept. Who presses again hears that
        it has moved on, and which command shows how it stands."""
        await self._until(lambda: answer() or self._look_for(who, "has moved on"))
        if not answer():
            await self._until_heard(lambda: self._type(who, command, "mine"))
            await self._until(lambda: self._button(who, "Open "))
            await self._does(who, self._button(who, "Open "))
            await self._until(answer)

    async def _until_the_clock_says(self, moment: datetime) -> None:
        """A bot that is killed meanwhile misses the rest of the way, and finds all that is due at once."""
        await self._up.wait()
        await self.running.town.clock.move_to(moment)
        await self._up.wait()
        await self.running.town.clock.settle()

    # --- what they see ---

    def _messages(self, who: Inhabitant) -> tuple[Message, ...]:
        return self._pretend(who.platform).screen(who.user).messages

    def _look_for(self, who: Inhabitant, words: str) -> Message | None:
        found = (one for one in reversed(self._messages(who)) if any(words in line for line in (one.text, *one.lines)))
        return next(found, None)

    def _sees(self, who: Inhabitant, words: str) -> Message:
        found = self._look_for(who, words)
        assert found, f"{who.name} does not see {words!r}, only {[one.text for one in self._messages(who)][-3:]}"
        return found

    def _form(self, who: Inhabitant, item: str) -> Modal:
        modal = self._pretend(who.platform).screen(who.user).modal
        assert modal, f"{who.name} sees no form"
        assert item in {one.id for one in modal.items}, f"{who.name} sees the form {modal.title!r}"
        return modal

    def _button(self, who: Inhabitant, label: str) -> Pressable | None:
        """The newest that begins so."""
        shown = (button for one in reversed(self._messages(who)) for button in one.buttons)
        return next((button for button in shown if button.label.startswith(label)), None)

    async def _until(self, look: Callable[[], Seen]) -> Seen:
        """Look each time something passes, until what is looked for is there."""
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                while True:
                    self._moved.clear()
                    with suppress(AssertionError):
                        if found := look():
                            return found
                    await self._moved.wait()
        return look()

    # --- what is written down ---

    def rows(self, asked: Select[Any]) -> list[RowMapping]:
        with self.store.read() as reading:
            return list(reading._connection.execute(asked).mappings())

    def lines(self, *statuses: Status) -> list[RowMapping]:
        """The outbox's lines that stand so; all of them without a word."""
        c = t.message.c
        return self.rows(select(t.message).where(c.status.in_(statuses or tuple(Status))).order_by(c.id))

    def seen(self) -> set[str]:
        """The ids of all messages and files that appeared on somebody's screen."""
        bodies = [event.body for event in self.running.town.wire.events if event.what == "shown"]
        files = [file["id"] for body in bodies for file in body.get("files", ())]
        return {str(body.get("ts") or body.get("id")) for body in bodies} | set(files)

    def shown(self) -> dict[str, list[str]]:
        """What people saw of each line, by its token: the body of every copy that appeared."""
        copies = copies_shown(self.running.town.wire.events)
        return {token: [str(event.body) for event in seen] for token, seen in copies.items()}


def filled_in(modal: Modal | None, values: Mapping[str, Any]) -> dict[str, Any]:
    """These values, and the first choice wherever one must be made."""
    items = modal.items if modal else ()
    open_choices = (one for one in items if one.kind == "choose" and one.required and not one.value)
    return {one.id: one.options[0][1] for one in open_choices} | dict(values)


@asynccontextmanager
async def a_story(
    student: str, alum: str, kills: tuple[Kill, ...] = (), *, slack: str = SOCKET, database_url: str = "",
    settings: Mapping[str, str] | None = None,
) -> AsyncIterator[Story]:  # fmt: skip
    """A town with the bot in it, a student who is new here, and the moments at which the bot will die."""
    clock = SandboxClock(BEGIN, frozen=True)
    async with a_town(
        database_url, clock=clock, rules=RULES, alumni_on=alum, others=False, slack=slack, settings=settings
    ) as running:
        user = running.town.add_person(student, "Priya Sharma", roles=["students"])
        store = open_store(running.database_url, read_keys(running.environment["GROUNDS_KEYS"]))
        story = Story(running, store, Inhabitant(student, user, "Priya Sharma", "students"), list(kills))
        running.town.wire.taps.append(story.tap)
        nurse = asyncio.create_task(story.nurse())
        try:
            yield story
        finally:
            nurse.cancel()
            with suppress(asyncio.CancelledError):
                await nurse
            store.close()
