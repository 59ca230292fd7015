"""A pretend Discord: gateway and REST API on loopback, and the people who use it.

The real bot is pointed here by `DISCORD_API_URL` and `DISCORD_GATEWAY_URL` and can't tell the difference. One server
with #general, #ask-an-alum and, for the role desk alone, #career-desk; a `stranger` lives in another server, where the
app is installed but which no campus admitted, with #elsewhere.
Troubles: for a person closed_dms, open_dms, left, back; for calls rate_limited, server_error, cut, lose_answer, slow;
for the gateway drop_gateway (shut for `seconds`) and invalid_session.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from aiohttp import web

from adapters.sandbox.discord_gateway import Gateway
from adapters.sandbox.discord_play import Sent, command_data, filled, message_of, modal_of
from adapters.sandbox.discord_rest import API, Rest, Trouble
from adapters.sandbox.discord_rules import Json, walk
from adapters.sandbox.discord_things import (
    ANSWER_WITHIN,
    APPLICATION_ID,
    DM,
    ELSEWHERE_ID,
    GUILD_ID,
    Account,
    Channel,
    Post,
    Upload,
)
from adapters.sandbox.discord_world import World, visible_posts
from adapters.sandbox.play import Cannot, Modal, Reaction, Screen, Wire

GATEWAY: Final = "/discord/gateway"
COMMAND, COMPONENT, MODAL_SUBMIT = 2, 3, 5
NO_ANSWER: Final = "The application did not respond"
PERSONAL: Final = ("closed_dms", "open_dms", "left", "back")
OF_CALLS: Final = ("rate_limited", "server_error", "cut", "lose_answer", "slow")


class PretendDiscord:
    """`now` is the campus's clock and dates messages; the limits of 3 s and 15 min are wall time."""

    platform = "discord"
    application_id = APPLICATION_ID
    guild_id = GUILD_ID
    other_guild_id = ELSEWHERE_ID

    def __init__(
        self, wire: Wire, now: Callable[[], float], *, token: str = "sandbox-discord", shards: int = 1
    ) -> None:
        self.token = token
        self.world = World(wire, now)
        self._wire = wire
        self._troubles: list[Trouble] = []
        self._rest = Rest(self.world, token, shards, self._troubles)
        self._gateway = Gateway(token, self._ready, self._guilds)
        self.world.tell = self._gateway.tell

    # where a bot finds it

    def routes(self) -> Iterable[web.AbstractRouteDef]:
        yield web.get(GATEWAY, self._gateway.serve)
        yield from self._rest.routes()

    def settings(self, base: str) -> dict[str, str]:
        self.world.base = base.rstrip("/")
        return {
            "DISCORD_TOKEN": self.token,
            "DISCORD_API_URL": self.world.base + API,
            "DISCORD_GATEWAY_URL": self.world.base.replace("http", "ws", 1) + GATEWAY,
        }

    def connected(self) -> bool:
        return self._gateway.connected()

    async def disconnect(self) -> None:
        """Drop the gateway as Discord does now and then; the bot is expected to resume."""
        self._gateway.drop()

    async def close(self) -> None:
        """Hang up for good, so that the HTTP server need not wait for the bot's websocket."""
        await self._gateway.close()

    def _ready(self) -> Json:
        return {"user": self.world.bot.as_user(), "application": {"id": APPLICATION_ID, "flags": 0}}

    def _guilds(self) -> list[Json]:
        return [self.world.guild_payload(guild) for guild in self.world.installed]

    # who is there

    def add_person(
        self, name: str, *, user_id: str = "", zone: str = "Europe/London", roles: Sequence[str] = (), **traits: bool
    ) -> str:
        """`zone` is kept for whoever plays: Discord never tells it to a bot. Roles are names; see `role_id`."""
        if unknown := set(traits) - {"guest", "stranger", "bot"}:
            raise Cannot(f"no such trait: {sorted(unknown)}")
        if user_id in self.world.people:
            raise Cannot(f"{user_id} is here already")
        account = Account(user_id or self.world.next_person_id(), name, zone, tuple(roles))
        account.guild = ELSEWHERE_ID if traits.get("stranger") else GUILD_ID
        account.guest, account.bot = traits.get("guest", False), traits.get("bot", False)
        return self.world.join(account).id

    def role_id(self, name: str) -> str:
        return self.world.role_id(name)

    def channel_id(self, name: str) -> str:
        """`#general`, `general` or an id."""
        known = self.world.channels
        found = [one.id for one in known.values() if name.lstrip("#") in (one.id, one.name)]
        if not found:
            raise Cannot(f"no such channel: {name}")
        return found[0]

    def put_file(self, name: str, content: bytes, kind: str = "text/plain") -> str:
        """A file on a person's own computer, to be handed in by its id in a modal or as a command's attachment."""
        attachment = self.world.attach(Upload(name, kind, content))
        self.world.uploads[attachment["id"]] = attachment
        return str(attachment["id"])

    def set_roles(self, user: str, roles: Sequence[str]) -> None:
        for role in roles:
            self.world.role_id(role)
        self._account(user).roles = tuple(roles)

    def set_locale(self, user: str, locale: str) -> None:
        self._account(user).locale = locale

    def _account(self, user: str) -> Account:
        if user not in self.world.people:
            raise Cannot(f"nobody here has the id {user}")
        return self.world.people[user]

    # what they do

    async def command(self, user: str, name: str, words: str = "", *, channel: str = "") -> Reaction:
        account = self._actor(user)
        await self.dismiss(user)  # nobody can type behind it
        name, _, more = name.lstrip("/").partition(" ")
        where = self._where(account, channel)
        command = self._offered(account, name, where)
        data = command_data(command, f"{more} {words}".strip(), Sent(self.world.uploads))
        self._wire.record("discord", "sent command", user, data)
        return await self._interact(COMMAND, account, where, data)

    async def press(self, user: str, button: str, *, message: str = "") -> Reaction:
        account = self._actor(user)
        await self.dismiss(user)
        post, component = self._find_button(user, button, message)
        data: Json = {"custom_id": component["custom_id"], "component_type": component["type"]}
        data["id"] = component["id"]
        self._wire.record("discord", "sent press", user, data)
        return await self._interact(COMPONENT, account, post.channel, data, post)

    async def submit(self, user: str, values: Mapping[str, str | Sequence[str]]) -> Reaction:
        """The modal closes once the bot has answered; unanswered it stays open, to be sent again."""
        account, opened = self._actor(user), self.world.modals.get(user)
        if opened is None:
            raise Cannot("no modal is open")
        data = filled(opened.payload, values, Sent(self.world.uploads))
        self._wire.record("discord", "sent submit", user, data)
        reaction = await self._interact(MODAL_SUBMIT, account, opened.channel, data, opened.source)
        if reaction.acked and self.world.modals.get(user) is opened:
            del self.world.modals[user]
        return reaction

    async def dismiss(self, user: str) -> None:
        """Close the open modal without sending it; Discord tells the bot nothing."""
        self.world.modals.pop(user, None)

    def say(self, user: str, text: str, *, channel: str = "") -> str:
        """Write a message as a person: in the DM with the bot unless a channel is given; its id."""
        account = self._actor(user)
        return self.world.write(self._where(account, channel), account, {"content": text}).id

    def open_form(self, user: str) -> Modal | None:
        opened = self.world.modals.get(user)
        return modal_of(opened.payload) if opened else None

    def screen(self, user: str) -> Screen:
        self._account(user)
        return Screen(user, tuple(map(message_of, visible_posts(self.world, user))), self.open_form(user))

    def trouble(self, kind: str, user: str = "", *, times: int = 1, seconds: float = 0.0, on: str = "") -> None:
        """Troubles of calls strike the next `times` calls that bring something to a person (to `user`, if named);
        `on` names others (`POST /users/@me/channels`, or `*` for any)."""
        if kind in PERSONAL:
            account = self._account(user)
            if kind in ("closed_dms", "open_dms"):
                account.dms_closed = kind == "closed_dms"
            else:
                account.left = kind == "left"
        elif kind in OF_CALLS:
            self._troubles[:] = [one for one in self._troubles if one.times > 0]
            self._troubles.append(Trouble(kind, user, times, seconds, on))
        elif kind == "drop_gateway":
            self._gateway.drop(seconds)
        elif kind == "invalid_session":
            self._gateway.invalidate()
        else:
            raise Cannot(f"no such trouble: {kind}")

    # how it works

    def _actor(self, user: str) -> Account:
        account = self._account(user)
        if account.bot:
            raise Cannot("a bot can't use another application's commands, buttons or modals")
        return account

    def _where(self, account: Account, channel: str) -> Channel:
        if not channel:
            return self.world.dm(account.id)
        where = self.world.channels[self.channel_id(channel)]
        if not self.world.sees(account.id, where):
            raise Cannot(f"{account.name} does not see #{where.name}")
        return where

    def _offered(self, account: Account, name: str, where: Channel) -> Json:
        """The command as it was synced, if the client would offer it to this person in this place."""
        synced = self.world.commands
        command = synced.get(where.guild, {}).get(name) if where.guild else None
        command = command or synced.get("", {}).get(name)
        if command is None:
            raise Cannot(f"no such command here: /{name}")
        if where.type == DM and account.left and account.guild == GUILD_ID:
            raise Cannot("no server is shared with this application any more")
        contexts = command["contexts"]
        in_dm = command["dm_permission"] is not False if contexts is None else 1 in contexts
        in_guild = contexts is None or 0 in contexts
        if not (in_dm if where.type == DM else in_guild):
            raise Cannot(f"/{name} is not offered here")
        needed = int(command["default_member_permissions"] or 0)
        if where.guild and needed & ~self.world.permissions(account):
            raise Cannot(f"/{name} is not offered to {account.name}")
        return command

    def _find_button(self, user: str, button: str, message: str) -> tuple[Post, Mapping[str, Any]]:
        """By id first, then by label; the newest visible one wins."""
        posts = [one for one in visible_posts(self.world, user) if message in ("", one.id)][::-1]
        buttons = [(post, one) for post in posts for one in walk(post.body["components"]) if one["type"] == 2]
        for key in ("custom_id", "label"):
            for post, one in buttons:
                if one.get(key) == button:
                    return self._pressable(post, one)
        raise Cannot(f"no such button: {button!r}; there are {[one.get('label') for _, one in buttons]}")

    @staticmethod
    def _pressable(post: Post, button: Mapping[str, Any]) -> tuple[Post, Mapping[str, Any]]:
        if button.get("disabled"):
            raise Cannot(f"{button.get('label')!r} is greyed out")
        if not button.get("custom_id"):
            raise Cannot(f"{button.get('label')!r} is a link to {button.get('url')}: the bot hears nothing of it")
        return post, button

    async def _interact(
        self, kind: int, account: Account, where: Channel, data: Json, source: Post | None = None
    ) -> Reaction:
        """Tell the bot, and wait for its first answer as the client does."""
        if not self._gateway.connected(where.guild):
            return Reaction(False, 0.0, NO_ANSWER)
        one = self.world.begin(kind, account.id, where, source)
        started = time.monotonic()
        self._gateway.tell("INTERACTION_CREATE", self.world.interaction_payload(one, data), guild=where.guild)
        try:
            await asyncio.wait_for(one.answered.wait(), ANSWER_WITHIN)
        except TimeoutError:
            return Reaction(False, (time.monotonic() - started) * 1000, NO_ANSWER)
        return Reaction(True, (time.monotonic() - started) * 1000)
