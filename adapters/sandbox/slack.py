"""A pretend Slack workspace: the wire protocol that a real bot speaks, and the people who sit in front of it.

It answers as strictly as Slack does, so that what works here works there: the limits of `slack_rules`, triggers that
last three seconds, response URLs that wear out. Where Slack's own client would stop a person, so does this (`Cannot`).

Some of what it does on purpose, because Slack does: a message to somebody who has left is taken without a word and
read by nobody (only `conversations.open` says `user_disabled`); `chat.update` and `chat.delete` want the channel's id,
not the person's; an ephemeral message can't be updated but through its response URL.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

from aiohttp import web

from . import slack_payloads as payloads
from .play import Cannot, Message, Modal, Reaction, Screen, Wire
from .slack_api import WebApi
from .slack_forms import button_elements, buttons_of, fill_in, lines_of, modal_of, readable
from .slack_http import SignedPosts
from .slack_methods import DEEPEST_STACK, Methods, Upload, group_id
from .slack_socket import NOBODY_THERE, Ack, Sockets
from .slack_state import (
    APP,
    PLATFORM,
    TEAM,
    OpenView,
    Posted,
    SlackPerson,
    SlackSays,
    Workspace,
    message_json,
    view_json,
)
from .slack_tickets import ResponseUrls, Triggers, Troubles

TRAITS = frozenset({"guest", "stranger", "bot"})


class PretendSlack:
    """Plays one Slack workspace with the bot installed. `now` is campus time, `wall` what triggers and URLs go by.

    `patience` is how long an ack may take in seconds, `also_blocks` names block types taken beyond the usual ones,
    `scopes` are what the app was granted (None: all).
    """

    platform = PLATFORM
    team_id = TEAM
    app_id = APP

    def __init__(
        self,
        wire: Wire,
        now: Callable[[], float],
        *,
        bot_token: str = "xoxb-sandbox-slack",
        app_token: str = "xapp-sandbox-slack",
        wall: Callable[[], float] = time.time,
        patience: float = 3.0,
        also_blocks: frozenset[str] = frozenset(),
        scopes: frozenset[str] | None = None,
    ) -> None:
        self._bot_token, self._app_token = bot_token, app_token
        self.workspace = Workspace(wire, now)
        self._triggers, self._urls = Triggers(wall), ResponseUrls(wall)
        self._troubles = Troubles()
        self._wall, self._patience = wall, patience
        self._sockets = Sockets(wire, patience)
        self._way: Sockets | SignedPosts = self._sockets
        self._methods = Methods(self.workspace, self._triggers, also_blocks)
        self._api = WebApi(self._methods, self._sockets, self._urls, self._troubles, bot_token, app_token, scopes)

    # where it is

    def routes(self) -> Iterable[web.AbstractRouteDef]:
        return self._api.routes()

    def settings(self, base: str) -> dict[str, str]:
        self._api.base = base
        return {
            "SLACK_BOT_TOKEN": self._bot_token,
            "SLACK_APP_TOKEN": self._app_token,
            "SLACK_API_URL": f"{base}/slack/api/",
        }

    def connected(self) -> bool:
        return self._way.connected()

    async def close(self) -> None:
        """Shut the workspace: drop every connection without a word."""
        await self._sockets.close()
        await self._way.close()

    async def deliver_to(self, url: str, signing_secret: str = "sandbox-signing-secret") -> None:
        """Send gestures as signed HTTP to the bot's Request URL from now on; an empty `url` goes back to sockets."""
        post = SignedPosts(self.workspace.wire, url, signing_secret, self._patience, self._wall) if url else None
        before, self._way = self._way, post or self._sockets
        if before is not self._sockets:
            await before.close()

    async def disconnect(self) -> None:
        """Close every socket as Slack does every few hours; the bot is expected to come in anew."""
        await self._way.disconnect()

    # who is in it

    @staticmethod
    def group_id(role: str) -> str:
        """The user group whose members are the people with this role."""
        return group_id(role)

    def channel_id(self, name: str) -> str:
        """The id of #general, #ask-an-alum or #career-desk."""
        for channel in self.workspace.channels.values():
            if channel.name == name.removeprefix("#") and not channel.im:
                return channel.id
        raise Cannot(f"There is no channel {name}.")

    def add_person(
        self, name: str, *, user_id: str = "", zone: str = "Europe/London", roles: Sequence[str] = (), **traits: bool
    ) -> str:
        """Somebody joins the workspace; the user id. `traits`: guest, stranger, bot."""
        if unknown := set(traits) - TRAITS:
            raise Cannot(f"Nobody can be {', '.join(sorted(unknown))} here.")
        user_id = user_id or self.workspace.new_id("U")
        if user_id in self.workspace.people:
            raise Cannot(f"{user_id} is here already.")
        dm = "D" + user_id[1:]
        self.workspace.join(SlackPerson(user_id, name, zone, set(roles), dm, **traits))
        return user_id

    def set_roles(self, user: str, roles: Sequence[str]) -> None:
        """Change somebody's user groups, and with them the channels they are in."""
        person = self._known(user)
        person.roles = set(roles)
        self.workspace.let_in(person)

    def put_file(self, name: str, content: bytes) -> str:
        """A file on a person's own computer, to be handed in by its id in a form's file item."""
        upload = Upload(self.workspace.new_id("F"), name, content, arrived=True)
        self._methods.uploads[upload.id] = upload
        return upload.id

    def file(self, file_id: str) -> tuple[str, bytes, str] | None:
        """Name, content and kind of a file that somebody put up, as a person in the workspace opens it."""
        upload = self._methods.uploads.get(file_id)
        return (upload.name, upload.content, upload.kind) if upload and upload.arrived else None

    # what a person does

    async def command(self, user: str, name: str, words: str = "", *, channel: str = "") -> Reaction:
        """Type a slash command, in the direct messages with the bot unless a channel is given."""
        person = self._here(user)
        where = self.workspace.channels.get(channel or person.dm)
        if where is None or user not in where.members:
            raise Cannot(f"{person.name} is not in {channel}.")
        if not name.startswith("/"):
            raise Cannot("A command begins with a slash.")
        await self.dismiss(user)
        url = self._url(self._urls.new(user, where.id))
        payload = payloads.command(person, where, name, words, url, self._triggers.new(user))
        said: list[str] = []

        def on_ack(body: Any) -> None:
            if isinstance(body, Mapping) and body:
                only = "" if body.get("response_type") == "in_channel" else user
                said.extend(self._tried(lambda: self._methods.post_as_answer(where, only, body)))

        ack = await self._way.send("slash_commands", "slash_commands", payload, user, on_ack=on_ack)
        return _reaction(ack, said)

    async def press(self, user: str, button: str, *, message: str = "") -> Reaction:
        """Press a button by its id or label: in the open modal, else in the newest message, else on the Home.

        Pressing something behind an open modal closes the modal first, as a person would have to.
        """
        person = self._here(user)
        surface, block, element = self._button(user, button, message)
        ts = self.workspace.new_ts()
        if isinstance(surface, Posted):
            await self.dismiss(user)
            url = self._url(self._urls.new(user, surface.channel.id, surface))
            trigger = self._triggers.new(user)
            payload = payloads.press_in_message(person, surface, block, element, url=url, trigger=trigger, ts=ts)
        else:
            if surface is not self.workspace.top(user):
                await self.dismiss(user)
            trigger = self._triggers.new(user, surface.id)
            payload = payloads.press_in_view(person, surface, block, element, trigger=trigger, ts=ts)
        return _reaction(await self._way.send("interactive", "block_actions", payload, user))

    async def submit(self, user: str, values: Mapping[str, str | Sequence[str]]) -> Reaction:
        """Fill in the open modal by block_id and send it.

        Required items left empty never leave the client: `why` is then "not sent", with the errors by item.
        """
        person, view = self._here(user), self._modal(user)
        files = {u.id: u.as_json(self._base) for u in self._methods.uploads.values()}
        view.errors = fill_in(view, values, files)
        if view.errors:
            return Reaction(False, 0.0, "not sent", dict(view.errors))
        if not view.body.get("submit"):
            raise Cannot("This view has nothing to send.")
        said: list[str] = []
        payload = payloads.submission(person, view, self._triggers.new(user, view.id))
        ack = await self._way.send(
            "interactive", "view_submission", payload, user, on_ack=lambda body: said.extend(self._after(view, body))
        )
        return _reaction(ack, said, view.errors)

    async def dismiss(self, user: str) -> None:
        """Close whatever modal is open; the bot hears of it if a view asked for that."""
        for view in reversed(self.workspace.modals.pop(user, [])):
            if view.body.get("notify_on_close"):
                payload = payloads.closing(self._here(user), view, all_of_them=True)
                await self._way.send("interactive", "view_closed", payload, user)

    async def open_home(self, user: str) -> Reaction:
        """Open the app's Home tab."""
        person = self._here(user)
        await self.dismiss(user)
        inner = payloads.home_opened(person, self.workspace.homes.get(user), self.workspace.new_ts())
        return await self.event(user, inner)

    async def event(self, user: str, inner: Mapping[str, Any], *, event_id: str = "") -> Reaction:
        """Send an event; an earlier `event_id` repeats one. What is not acked is sent once more, as Slack does."""
        event_id = event_id or self.workspace.new_id("Ev")
        payload = payloads.event(inner, event_id, self.workspace.now(), self._here(user).team)
        ack = await self._way.send("events_api", str(inner["type"]), payload, user)
        if not ack.acked and self._way.connected():
            ack = await self._way.send("events_api", str(inner["type"]), payload, user, retry=1)
        return _reaction(ack)

    # what a person sees

    def open_form(self, user: str) -> Modal | None:
        top = self.workspace.top(user)
        return modal_of(top, self.workspace.names()) if top else None

    def screen(self, user: str) -> Screen:
        person = self._known(user)
        if person.left:
            return Screen(user)
        names, top, home = self.workspace.names(), self.workspace.top(user), self.workspace.homes.get(user)
        return Screen(
            user,
            tuple(self._message(m) for m in self.workspace.seen_by(user)),
            modal_of(top, names) if top else None,
            self._home(home) if home else None,
        )

    def _message(self, message: Posted) -> Message:
        names, body = self.workspace.names(), message.body
        text, blocks = readable(body.get("text") or "", names), body.get("blocks") or ()
        lines = lines_of(blocks, names) if blocks else tuple(line for line in text.split("\n") if line)
        kind = "ephemeral" if message.only else "dm" if message.channel.im else "channel"
        return Message(
            id=message.ts,
            channel=message.channel.id,
            kind=kind,
            text=text,
            lines=lines + tuple(words for file in body.get("files") or () for words in _of_file(file)),
            buttons=buttons_of(blocks),
            raw=message_json(message),
            at=message.at,
            edited=message.edited,
        )

    def _home(self, home: OpenView) -> Message:
        blocks = home.body["blocks"]
        lines, raw = lines_of(blocks, self.workspace.names()), view_json(home, {})
        return Message(home.id, "home", "home", "", lines, buttons_of(blocks), raw, home.at)

    # what goes wrong

    def trouble(self, kind: str, user: str = "", *, times: int = 1, seconds: float = 0.0, on: str = "") -> None:
        """closed_dms, open_dms and left concern a person, revoked and restored the app, deaf and hearing its sockets
        (no ping is answered): from now on.

        rate_limited, server_error, cut, slow and lose_answer befall the next `times` calls that show somebody
        something (that `user`, if given); `on` names another method instead (`users.info`, or `*` for any).
        """
        if kind in ("closed_dms", "open_dms"):
            self._known(user).closed = kind == "closed_dms"
        elif kind == "left":
            person = self._known(user)
            person.left = True
            self.workspace.modals.pop(user, None)
            for channel in self.workspace.channels.values():
                if not channel.im:
                    channel.members.discard(user)
        elif kind in ("revoked", "restored"):
            self._api.revoked = kind == "revoked"
        elif kind in ("deaf", "hearing"):
            self._sockets.deaf = kind == "deaf"
        else:
            self._troubles.order(kind, user, times, seconds, on)

    # helpers

    @property
    def _base(self) -> str:
        return self._api.base

    def _url(self, ticket: str) -> str:
        return f"{self._base}/slack/response/{ticket}"

    def _known(self, user: str) -> SlackPerson:
        if user not in self.workspace.people:
            raise Cannot(f"Nobody here is {user!r}.")
        return self.workspace.people[user]

    def _here(self, user: str) -> SlackPerson:
        person = self._known(user)
        if person.left or person.bot:
            raise Cannot(f"{person.name} is not sitting in front of Slack.")
        return person

    def _modal(self, user: str) -> OpenView:
        view = self.workspace.top(user)
        if view is None:
            raise Cannot("No form is open.")
        return view

    def _button(
        self, user: str, button: str, message: str
    ) -> tuple[Posted | OpenView, Mapping[str, Any], dict[str, Any]]:
        top, home = self.workspace.top(user), self.workspace.homes.get(user)
        views: list[Posted | OpenView] = [top] if top else []
        surfaces = [*views, *reversed(self.workspace.seen_by(user)), *([home] if home else [])]
        if message:
            surfaces = [s for s in surfaces if message == (s.ts if isinstance(s, Posted) else s.id)]
        found = list(
            chain.from_iterable(
                ((s, block, e) for block, e in button_elements(s.body.get("blocks") or ())) for s in surfaces
            )
        )
        for name in (_value, _label):
            for surface, block, element in found:
                if name(element) == button:
                    return surface, block, element
        seen = ", ".join(repr(e["text"]["text"]) for _, _, e in found) or "none"
        raise Cannot(f"There is no button {button!r} to press; there is: {seen}.")

    def _tried(self, answer: Callable[[], None]) -> list[str]:
        """What Slack has against an answer that came with an ack, if anything."""
        try:
            answer()
        except SlackSays as says:
            return ["; ".join([says.error, *says.messages])]
        return []

    def _after(self, view: OpenView, body: Any) -> list[str]:
        """What the ack of a submission does to the stack of modals; what is wrong with it, if anything is."""
        stack = self.workspace.modals.get(view.user, [])
        action = body.get("response_action") if isinstance(body, Mapping) else None
        if action is None and view in stack:
            stack.remove(view)
        elif action == "clear":
            stack.clear()
        elif action == "errors":
            return self._take_errors(view, body.get("errors"))
        elif action in ("update", "push"):
            return self._tried(lambda: self._take_view(view, action, body.get("view")))
        elif action is not None:
            return [f"invalid response_action: {action}"]
        return []

    def _take_errors(self, view: OpenView, errors: Any) -> list[str]:
        inputs = {b["block_id"] for b in view.body["blocks"] if b["type"] == "input"}
        if not isinstance(errors, Mapping) or not errors or not set(errors) <= inputs:
            return [f"errors must name input blocks of the view, not {errors!r}"]
        view.errors = {str(block): str(what) for block, what in errors.items()}
        self.workspace.show_view(view)
        return []

    def _take_view(self, view: OpenView, action: str, body: Any) -> None:
        self._methods.check_view(body, "modal")
        if action == "update":
            self.workspace.change_view(view, body)
            return
        stack = self.workspace.modals[view.user]
        if len(stack) >= DEEPEST_STACK:
            raise SlackSays("push_limit_reached")
        fresh = self.workspace.new_view(view.user, body, under=view)
        stack.append(fresh)
        self.workspace.show_view(fresh)


def _of_file(file: dict[str, Any]) -> tuple[str, ...]:
    """Its title, and the words for those who can't see it."""
    return tuple(words for words in (file["title"], file.get("alt_txt", "")) if words)


def _value(element: Mapping[str, Any]) -> str:
    return str(element.get("value", element["action_id"]))


def _label(element: Mapping[str, Any]) -> str:
    return str(element["text"]["text"])


def _reaction(ack: Ack, said: Sequence[str] = (), errors: Mapping[str, str] | None = None) -> Reaction:
    """An ack that Slack can't use leaves the person with “We had some trouble connecting”, like no ack at all."""
    if said:
        return Reaction(False, ack.ms, f"{NOBODY_THERE}: {said[0]}")
    return Reaction(ack.acked, ack.ms, ack.why, dict(errors or {}))
