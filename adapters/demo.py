"""The whole story, played over real sockets: the bot is one process, the pretend platforms and the players another.

Maya has a letter from the career office and comes in with its code. Priya, a student, wonders about communications;
the readiness check helps her say it. Whom she asks first can't this time, so the next is asked, as she wished; that one
needs a nudge, then says yes across five hours of time difference; they talk, and the thank-you is confirmed. What each
of them sees is printed as it arrives.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import click
from pydantic import SecretStr

from adapters.main import opened, scratch
from adapters.sandbox.clock import SandboxClock
from adapters.sandbox.play import Message, Modal, Reaction, copies_shown
from adapters.sandbox.player import Player
from adapters.sandbox_run import SOCKET, Running, a_town
from adapters.settings import Settings
from bot.domain.intro import State
from bot.domain.messages import Status
from bot.use_cases.invite import Invitation, invite

BEGIN = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
"""A Monday morning in term."""
PATIENCE = 15.0
NEWCOMER = "S001"
"""Of the sandbox's roster: invited when the story begins."""
ROOMS = "https://rooms.example.edu/{room}"
WAYS_IN = {"slack_invite": "https://slack.example.edu/in", "discord_invite": "https://discord.example.edu/in"}
WIDTH = 100
ESCAPED, SHOWN = re.compile(r"\\([^\w\s])"), r"\1"
"""What Discord is told is no markup, and how people see it."""
CALENDAR_FILE, CALENDARS = ".ics", 2

VAGUE = "Brand work?"
WONDER = "I work in international development and wonder about communications"
QUESTION = "What did you have to learn when you left development work?"
THANKS = "What stayed with me is that nobody starts ready. I've signed up for the writing course."


Seen = TypeVar("Seen")


class StoryBroke(Exception):
    """Somebody did not see in time what comes next; the message says who and what."""


@dataclass
class Role:
    """Somebody in the story, and how much of their screen has been told."""

    name: str
    platform: str
    user: str
    seen: int = 0

    @property
    def first_name(self) -> str:
        return self.name.split()[0]

    @property
    def place(self) -> str:
        return self.platform.title()


@dataclass
class Told:
    """What has happened, for people as it happens and for the record at the end."""

    say: Callable[[str], None]
    transcript: list[dict[str, Any]] = field(default_factory=list)
    steps: list[str] = field(default_factory=list)
    files: int = 0

    def chapter(self, name: str, words: str) -> None:
        self.steps.append(name)
        self.say("")
        self.say(click.style(f"── {words} ".ljust(WIDTH, "─"), bold=True))

    def does(self, who: Role, what: str) -> None:
        self.transcript.append({"who": who.name, "on": who.platform, "does": what})
        self.say(click.style(f"  {who.first_name} ({who.place}) ", fg="cyan") + f"› {what}")

    def reads(self, who: Role, letter: str) -> None:
        """On paper, or in the mail."""
        self.transcript.append({"who": who.name, "on": "paper", "sees": letter.split("\n")})
        self.say(click.style(f"  {who.first_name} reads", fg="green"))
        for row in letter.split("\n"):
            self.say(f"      {row}")

    def sees(self, who: Role, message: Message) -> None:
        lines = [line for line in message.lines if line.strip()]
        labels = [button.label for button in message.buttons]
        self.files += sum(line.endswith(CALENDAR_FILE) for line in lines)
        self.transcript.append({"who": who.name, "on": who.platform, "sees": lines, "buttons": labels})
        self.say(click.style(f"  {who.first_name} ({who.place}) sees", fg="green"))
        for line in lines:
            for row in line.split("\n"):
                self.say(f"      {ESCAPED.sub(SHOWN, row)}")
        if labels:
            self.say("      " + "  ".join(click.style(f"[{label}]", fg="yellow") for label in labels))


@dataclass
class Stage:
    """The players' hands and eyes."""

    player: Player
    told: Told

    async def command(self, who: Role, name: str, words: str = "") -> None:
        self.told.does(who, f"types {name} {words}".strip())
        self._check(who, name, await self.player.command(who.platform, who.user, name, words))

    async def press(self, who: Role, label: str) -> None:
        self.told.does(who, f"presses [{label}]")
        self._check(who, label, await self.player.press(who.platform, who.user, label))

    async def fill_in(self, who: Role, **values: str | list[str]) -> None:
        """Send the open form, page by page where the platform shows one at a time."""
        modal = await self.form(who)
        on_it = {name: value for name, value in values.items() if name in {item.id for item in modal.items}}
        for name, value in on_it.items():
            self.told.does(who, f"writes {name}: {value if isinstance(value, str) else ', '.join(value)}")
        self._check(who, modal.submit, await self.player.submit(who.platform, who.user, on_it))

    async def form(self, who: Role) -> Modal:
        """The form that is open."""

        async def look() -> Modal | None:
            return (await self.player.screen(who.platform, who.user)).modal

        return await self._until(look, f"{who.name} sees no form")

    async def sees(self, who: Role, words: str) -> Message:
        """Wait until a message with these words is there; everything new is told on the way."""

        async def look() -> Message | None:
            messages = (await self.player.screen(who.platform, who.user)).messages
            fresh = messages[who.seen :]
            if not any(_says(message, words) for message in fresh):
                return None
            who.seen = len(messages)
            for message in fresh:
                self.told.sees(who, message)
            return next(message for message in reversed(fresh) if _says(message, words))

        return await self._until(look, f"{who.name} does not see “{words}”")

    async def later(self, **span: float) -> None:
        by = timedelta(**span)
        now = await self.player.wait(by)
        self.told.transcript.append({"clock": now.isoformat(), "moved_by_hours": by.total_seconds() / 3600})
        self.told.say(click.style(f"  the clock moves to {now:%A %d %B, %H:%M} UTC", fg="magenta"))

    def _check(self, who: Role, what: str, reaction: Reaction) -> None:
        if not reaction.acked:
            raise StoryBroke(f"{who.name}: {what}: {reaction.why}")

    async def _until(self, look: Callable[[], Awaitable[Seen | None]], otherwise: str) -> Seen:
        try:
            async with asyncio.timeout(PATIENCE):
                while (found := await look()) is None:  # noqa: ASYNC110 - a screen is looked at, as by a person
                    await asyncio.sleep(0.03)
                return found
        except TimeoutError:
            raise StoryBroke(otherwise) from None


def _says(message: Message, words: str) -> bool:
    return words in message.text or any(words in line for line in message.lines)


def play(*, student: str, alum: str, as_json: bool, database: str = "", slack: str = SOCKET) -> bool:
    """Play it; whether all is well: the circle closed, nothing lost, nothing doubled."""
    told = Told(_silent if as_json else click.echo)
    with _place(database) as url:
        outcome = asyncio.run(_play(told, student, alum, url, slack))
    if as_json:
        click.echo(json.dumps(outcome, ensure_ascii=False))
    else:
        _sum_up(outcome)
    return bool(outcome["ok"])


def _silent(_: str) -> None:
    """With --json the record at the end is all that is printed."""


@contextmanager
def _place(database: str) -> Iterator[str]:
    with scratch(database) if database else nullcontext("") as url:
        yield url


async def _play(told: Told, student: str, alum: str, url: str, slack: str) -> dict[str, Any]:
    clock = SandboxClock(BEGIN, frozen=True)
    rules = {"room_template": ROOMS, "name": "Eastmere University"} | WAYS_IN
    async with a_town(url, clock=clock, rules=rules, alumni_on=alum, newcomer=NEWCOMER, slack=slack) as running:
        stage = Stage(running.player, told)
        error = ""
        try:
            await _story(stage, running, student)
        except StoryBroke as broke:
            error = str(broke)
        return {**_outcome(running, told), **({"error": error} if error else {})} | ({"ok": False} if error else {})


async def _story(stage: Stage, running: Running, student: str) -> None:
    told, player = stage.told, running.player
    user = await player.add_person(student, "Priya Sharma", zone="Europe/London", roles=["students"])
    priya = Role("Priya Sharma", student, user)
    newcomer = await _joins(stage, running)

    told.chapter("ask", "Priya wonders, and gets a hand with saying it")
    await stage.command(priya, "/intro")
    await stage.fill_in(priya, wonder=VAGUE, question=QUESTION, adult="yes")
    await stage.sees(priya, "Almost there")
    await stage.press(priya, "Change it")
    await stage.fill_in(priya, wonder=WONDER, question=QUESTION, about="I like explaining things")

    told.chapter("match", "Three people, with reasons")
    matches = await stage.sees(priya, "Three people")
    first, second = (_alum(running, button.label, newcomer) for button in matches.buttons[:2])
    await stage.press(priya, f"Ask {second.first_name}")

    told.chapter("request", "A request, and whom to ask if it's a no")
    await stage.fill_in(priya)
    await stage.sees(priya, "on its way")
    await stage.sees(second, "Priya")

    told.chapter("decline", "Not this time: the next choice is asked by itself")
    await stage.press(second, "Not this time")
    await stage.sees(second, "That's fine")
    await stage.sees(priya, f"I've asked {first.first_name}")
    await stage.sees(first, "Priya")

    told.chapter("nudge", f"{first.first_name} is busy; three days later a gentle nudge")
    await stage.later(days=3, hours=6)
    await stage.sees(first, "still hopes to hear from you")

    told.chapter("accept", "A yes")
    await stage.press(first, "Yes, show times")
    await stage.sees(first, "will be glad")
    await stage.sees(priya, "said yes")

    await _to_the_talk(stage, running, priya, first)


async def _joins(stage: Stage, running: Running) -> Role:
    """Somebody whom the office has just invited comes in, with the code in their letter."""
    invited = next(person for person in running.people if person.alum_id == NEWCOMER)
    alum = Role(invited.name, invited.platform, invited.user)
    stage.told.chapter("join", f"A letter from the career office, and {alum.first_name} comes in with the code in it")
    letter = _letter(running, await stage.player.now())
    stage.told.reads(alum, letter.letter)
    await stage.command(alum, "/host", f"join {letter.code}")
    await stage.sees(alum, "your form is filled in already")
    await stage.press(alum, "Yes, ask me now and then")
    await stage.fill_in(alum)
    await stage.sees(alum, "Welcome, you're in")
    return alum


def _letter(running: Running, now: datetime) -> Invitation:
    with opened(_settings(running)) as store, store.begin() as uow:
        [letter] = invite(uow, [row for row in uow.roster.invited(now) if row.alum_id == NEWCOMER], now)
        uow.commit()
    return letter


async def _to_the_talk(stage: Stage, running: Running, priya: Role, first: Role) -> None:
    told, player = stage.told, stage.player
    told.chapter("times", "A time across two zones")
    await stage.press(first, "Offer times")
    offered = (await stage.form(first)).items
    times = next(item for item in offered if item.id == "times").options[:3]
    await stage.fill_in(first, times=[value for _, value in times])
    card = await stage.sees(priya, "offers these times")
    await stage.press(priya, card.buttons[0].label)

    told.chapter("scheduled", "It stands, with a place, and a file for each calendar")
    await stage.sees(priya, "Getting ready for")
    await stage.sees(first, "For your calendar")

    told.chapter("prep", "Priya gets ready")
    await stage.press(priya, "Questions to choose from")
    await stage.sees(priya, "Questions to choose from")
    await stage.press(priya, "Tell me 5 minutes before the end")
    await stage.sees(priya, "five minutes before the end")

    start = _starts_at(running)

    async def until(**before: float) -> None:
        await stage.later(seconds=(start - timedelta(**before) - await player.now()).total_seconds())

    told.chapter("remind", "A checklist and two reminders, each on the reader's own clock")
    await until(hours=24)
    await stage.sees(priya, "Tomorrow: your talk")
    await stage.sees(first, "Tomorrow: your talk")
    await until(hours=1)
    await stage.sees(priya, "Soon: your talk")
    await stage.sees(first, "Soon: your talk")

    told.chapter("talk", "The talk, a word before its end, and one question afterwards")
    await until(minutes=-15)
    await stage.sees(priya, "Five minutes left")
    await until(hours=-4)
    await stage.sees(priya, "Did you talk")

    told.chapter("thank", "The thank-you")
    await stage.press(priya, "Yes, and say thanks")
    await stage.fill_in(priya, thanks=THANKS)
    await stage.sees(first, "says thank you")
    await stage.press(first, "Received")

    told.chapter("closed", "The circle closes")
    await stage.sees(priya, f"reached {first.first_name}")
    await stage.sees(first, "Thank you for being there")


def _alum(running: Running, label: str, known: Role) -> Role:
    """The one whom a button offers to ask; somebody whose screen has been told already goes on from there."""
    first_name = label.rsplit(maxsplit=1)[-1]
    if first_name == known.first_name:
        return known
    found = next(person for person in running.people if person.name.split()[0] == first_name)
    return Role(found.name, found.platform, found.user)


# --- the record ------------------------------------------------------------------------------------------------------


def _settings(running: Running) -> Settings:
    return Settings.model_construct(
        database_url=SecretStr(running.database_url), keys=SecretStr(running.environment["GROUNDS_KEYS"])
    )


def _starts_at(running: Running) -> datetime:
    with opened(_settings(running)) as store, store.read() as reading:
        starts = [intro.starts_at for intro in reading.intros.in_states(State.SCHEDULED) if intro.starts_at is not None]
    return starts[-1]


def _outcome(running: Running, told: Told) -> dict[str, Any]:
    with opened(_settings(running)) as store, store.begin() as uow:
        states = [intro.state for intro in sorted(uow.intros.in_states(*State), key=lambda intro: intro.id)]
        left = uow.outbox.count(Status.SENDING, Status.UNCLEAR, Status.UNDELIVERABLE)
    doubled = _doubled(running)
    state = states[-1] if states else State.REQUESTED
    ok = state is State.CLOSED and not left and not doubled and told.files == CALENDARS
    return {
        "ok": ok, "state": state.value, "lost": left, "doubled": doubled, "files": told.files,
        "steps": told.steps, "transcript": told.transcript,
    }  # fmt: skip


def _doubled(running: Running) -> int:
    """Messages that one person was shown more than once, told by the random token that each line carries."""
    copies = copies_shown(running.town.wire.events).values()
    return sum(len(seen) - len({event.user for event in seen}) for seen in copies)


def _sum_up(outcome: dict[str, Any]) -> None:
    click.echo("")
    if outcome.get("error"):
        click.echo(f"The story broke off: {outcome['error']}", err=True)
    ended = f"It ended {outcome['state']}; {outcome['files']} calendar files"
    words = f"{ended}, {outcome['lost']} messages lost, {outcome['doubled']} doubled."
    click.echo(click.style(words, bold=True, fg="green" if outcome["ok"] else "red"))
