"""A town with a student, an alum, a third who is offered beside them, and a desk; every field of theirs is a canary."""

from __future__ import annotations

import asyncio
import csv
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from adapters.main import new_keys, opened
from adapters.roster_file import import_file
from adapters.sandbox.clock import SandboxClock
from adapters.sandbox.play import Event, Message, Modal, Pressable
from adapters.sandbox_run import Running, a_town
from adapters.settings import Settings
from bot.domain.people import CONSENT_VERSIONS, AlumProfile, Consent, ConsentTo, Handle, Platform, Standing
from tests.e2e.canaries import ALUM, ALUM_ZONE, BYSTANDER, DESK, SIDES, STUDENT, STUDENT_ZONE, Words
from tests.e2e.canary_ids import number_apart

BEGIN = datetime(2026, 3, 2, 15, tzinfo=UTC)
"""A Monday in term; Kathmandu is nine and a quarter hours ahead of St John's."""
ROOM_TEMPLATE = "https://rooms.example.edu/{room}"
RECEIVED = ("shown", "changed", "acked", "answered ")
"""What a side is sent: what it sees, and what the platform made of the call by which it came (with metadata and nonce,
which are not drawn). A call that was refused brought nothing to anybody."""
LOOKS_SOMEBODY_UP = tuple(
    f"answered {call}" for call in ("users.", "GET ", "conversations.", "POST /users/@me/channels")
)
POSTS = {"slack": "chat.postMessage", "discord": "POST /channels/{channel}/messages"}


class NotSeen(AssertionError):
    """Somebody does not see what the story needs them to press."""


@dataclass
class Account:
    """One pretend account of a side."""

    platform: str
    user: str


@dataclass
class Stage:
    """The town, those who play in it, and how much of the wire has been looked at."""

    running: Running = field(repr=False)
    words: Words = field(repr=False)
    accounts: dict[str, list[Account]]
    looked: int = 0
    sent: dict[str, list[Any]] = field(default_factory=lambda: {side: [] for side in SIDES}, repr=False)
    """All payloads of a side, since the beginning."""

    # what they do

    async def command(self, side: str, name: str, words: str = "") -> None:
        who = self.accounts[side][0]
        reaction = await self.running.player.command(who.platform, who.user, name, words)
        assert reaction.acked, reaction.why
        await self.settle()

    async def press(self, side: str, verb: str, label: str = "") -> None:
        """The newest button with this verb, and with these words on it."""
        who = self.accounts[side][0]
        message, button = await self._button(side, verb, label)
        reaction = await self.running.player.press(who.platform, who.user, button.id, message=message.id)
        assert reaction.acked, reaction.why
        await self.settle()

    async def submit(self, side: str, values: Mapping[str, str | Sequence[str]], *, settle: bool = True) -> None:
        who = self.accounts[side][0]
        await self.form(side)
        reaction = await self.running.player.submit(who.platform, who.user, values)
        assert reaction.acked, (reaction.why, reaction.errors)
        assert not reaction.errors, reaction.errors
        if settle:
            await self.settle()

    async def form(self, side: str) -> Modal:
        who = self.accounts[side][0]
        screen = await self.running.player.screen(who.platform, who.user)
        for _ in range(20):
            if screen.modal is not None:
                return screen.modal
            await asyncio.sleep(0.1)
            screen = await self.running.player.screen(who.platform, who.user)
        raise AssertionError(f"the {side} has no form open; the newest they see: {screen.messages[-1].lines}")

    async def look_around(self, side: str) -> None:
        """Where everything stands, and the newest one whole."""
        await self.command(side, "/intro" if side == STUDENT else "/host", "mine")
        await self.press(side, "show")

    async def hold_back(self, side: str, seconds: float) -> asyncio.Event:
        """The next message to this side meets a 429; the event tells when it did."""
        who, met = self.accounts[side][0], asyncio.Event()

        def tap(event: Event) -> None:
            if (event.what, event.user) == (f"answered {POSTS[who.platform]}", who.user):
                met.set()

        self.running.town.wire.taps.append(tap)
        on = POSTS[who.platform]
        await self.running.player.trouble(who.platform, "rate_limited", who.user, seconds=seconds, on=on)
        return met

    async def settle(self) -> None:
        """Until the bot has said all that is due."""
        await self.running.town.clock.settle()

    async def _button(self, side: str, verb: str, label: str) -> tuple[Message, Pressable]:
        buttons = await self.buttons(side)
        for message, button in buttons:
            if button.id.split(":")[0] == verb and label in button.label:
                return message, button
        raise NotSeen(f"the {side} sees no {verb} {label}, only {[button.id for _, button in buttons]}")

    async def buttons(self, side: str) -> list[tuple[Message, Pressable]]:
        """Newest first."""
        who = self.accounts[side][0]
        screen = await self.running.player.screen(who.platform, who.user)
        return [(message, button) for message in reversed(screen.messages) for button in message.buttons]

    # what they are sent

    def received(self) -> dict[str, str]:
        """What each side was sent since this was last asked, as one text each."""
        events = self.running.town.wire.events[self.looked :]
        self.looked += len(events)
        new: dict[str, list[Any]] = {side: [] for side in SIDES}
        for event in events:
            if event.body and event.what.startswith(RECEIVED) and not event.what.startswith(LOOKS_SOMEBODY_UP):
                for side in self._readers(event.platform, event.what, event.user):
                    new[side].append(event.body)
        for side, bodies in new.items():
            self.sent[side] += bodies
        return {side: as_text(bodies) for side, bodies in new.items()}

    def _readers(self, platform: str, what: str, user: str) -> list[str]:
        """A post that names nobody goes to a channel: the desk's is the only one we write to."""
        if not user and ("chat.postMessage" in what or what.endswith("/messages")):
            return [DESK]
        return [side for side in SIDES if Account(platform, user) in self.accounts[side]]

    @property
    def database(self) -> str:
        return self.running.database_url.removeprefix("sqlite:///")


def as_text(body: Any) -> str:
    """Everything in a payload; escapes (a platform's markdown, JSON's own) stand in no word's way."""
    return json.dumps(body, ensure_ascii=False).replace("\\", "")


@asynccontextmanager
async def a_stage(
    folder: Path, student_on: str, alum_on: str, *, hides: frozenset[str] = frozenset(), room: bool = True
) -> AsyncIterator[Stage]:
    """Everybody moved in, nothing done yet. Without a `room` of the alum's own, the place is the campus's."""
    words, keys = Words(hides), new_keys()
    rules = {"zone": STUDENT_ZONE, "room_template": ROOM_TEMPLATE}
    clock = SandboxClock(BEGIN, frozen=True)
    async with a_town(roster=None, keys=keys, clock=clock, others=False, rules=rules, bot=False) as running:
        town = running.town

        def account(platform: str, name: str, zone: str, *roles: str) -> Account:
            return Account(platform, town.add_person(platform, name, zone=zone, roles=roles))

        def named(whose: str, given: str, family: str) -> str:
            return f"{words.of(whose, given)} {words.of(whose, family)}"

        accounts = {
            STUDENT: [account(student_on, named(STUDENT, "given", "family"), STUDENT_ZONE, "students")],
            ALUM: [account(alum_on, named(ALUM, "account_given", "account_family"), ALUM_ZONE)],
            BYSTANDER: [account(alum_on, named(BYSTANDER, "account_given", "account_family"), ALUM_ZONE)],
            DESK: [account(platform, "Robin Hale", "Europe/London", "desk") for platform in (student_on, alum_on)],
        }
        for whose in (STUDENT, ALUM, BYSTANDER):
            words.add(whose, "handle", accounts[whose][0].user)
        stage = Stage(running, words, accounts)
        _move_in(stage, keys, folder / "alumni.csv", hides, room)
        await running.start_bot()
        yield stage


def _move_in(stage: Stage, keys: str, roster: Path, hides: frozenset[str], room: bool) -> None:
    """The alumni's accounts first, then their rows of the roster, as an office would have them; all opted in."""
    words = stage.words
    number_apart(stage.database)
    settings = Settings.model_construct(database_url=SecretStr(stage.running.database_url), keys=SecretStr(keys))
    _write_roster(roster, words, room)
    with opened(settings, as_it_is=True) as store:
        with store.begin() as uow:
            for whose in (ALUM, BYSTANDER):
                who = stage.accounts[whose][0]
                realm = stage.running.town.slack.team_id if who.platform == Platform.SLACK else ""
                person = uow.people.add(Handle(Platform(who.platform), realm, who.user), "", "", "", "en")
                uow.people.save_alum(person.id, AlumProfile(Standing.INVITED))
                uow.roster.link(person.id, words.of(whose, "alum_id"), _email(words, whose), "canary", None, BEGIN)
            uow.commit()
        report = import_file(store.begin, roster, source="canary", notice_date=None, now=BEGIN)
        assert (report.changed, report.errors) == (2, ()), report
        with store.begin() as uow:
            for person in uow.people.alumni(standing=Standing.INVITED):
                assert person.alum is not None
                whose = ALUM if person.given_name == words.of(ALUM, "given") else BYSTANDER
                approved = replace(
                    person.alum,
                    standing=Standing.APPROVED,
                    joined_at=BEGIN,
                    hides=hides if whose == ALUM else frozenset(),
                    booking_link=f"https://book.example.com/{words.of(whose, 'booking')}",
                )
                uow.people.save_alum(person.id, approved)
                version = CONSENT_VERSIONS[ConsentTo.BE_ASKED]
                uow.people.record(person.id, Consent(ConsentTo.BE_ASKED, version, True, BEGIN))
            uow.commit()


def _email(words: Words, whose: str) -> str:
    return f"{words.of(whose, 'email')}@mail.example.com"


def _write_roster(file: Path, words: Words, room: bool) -> None:
    rows = [_row(words, whose, room) for whose in (ALUM, BYSTANDER)]
    with file.open("w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def _row(words: Words, whose: str, room: bool) -> dict[str, str]:
    """Two titles and topics of which one speaks to the ask and one does not."""

    def word(name: str) -> str:
        return words.of(whose, name)

    return {
        "alum_id": word("alum_id"),
        "email": _email(words, whose),
        "given_name": word("given"),
        "family_name": word("family"),
        "title": f"Person of {word('title')}",
        "employer": f"House of {word('employer')}",
        "industry": word("industry"),
        "past_titles": f"Crane operator {word('past')}; {word('other_past')}",
        "topics": f"Beekeeping with {word('topic')}; honey; hives; pollination; swarms; {word('other_topic')}",
        "degree": f"BA {word('degree')}",
        "grad_year": word("grad_year"),
        "languages": f"English; {word('language')}",
        "zone": ALUM_ZONE,
        "room_link": f"https://meet.example.com/{word('place')}" if room else "",
    }
