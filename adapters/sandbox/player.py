"""Playing people from another process: the control API with Python's types."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Self

import aiohttp

from .play import Cannot, Event, Item, Message, Modal, Pressable, Reaction, Screen


class PlayerError(Exception):
    """The sandbox did not understand the player, or the bot did not settle; the message says why."""


class Player:
    """A hand on a running sandbox. `base` is like `http://127.0.0.1:4711`; use it in `async with`."""

    def __init__(self, base: str, token: str) -> None:
        self._base = base
        self._session = aiohttp.ClientSession(headers={"X-Sandbox-Token": token})

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.leave()

    async def leave(self) -> None:
        """Let go of the connection."""
        await self._session.close()

    # people

    async def people(self) -> list[dict[str, Any]]:
        """Who was added: platform, user, name, zone, roles, traits."""
        found: list[dict[str, Any]] = await self._get("people")
        return found

    async def add_person(
        self,
        platform: str,
        name: str,
        *,
        user_id: str = "",
        zone: str = "Europe/London",
        roles: Sequence[str] = (),
        **traits: bool,
    ) -> str:
        body = {"platform": platform, "name": name, "user_id": user_id, "zone": zone}
        return str((await self._post("people", **body, roles=list(roles), traits=traits))["user"])

    # gestures

    async def command(self, platform: str, user: str, name: str, words: str = "", *, channel: str = "") -> Reaction:
        return Reaction(
            **await self._post("command", platform=platform, user=user, name=name, words=words, channel=channel)
        )

    async def press(self, platform: str, user: str, button: str, *, message: str = "") -> Reaction:
        return Reaction(**await self._post("press", platform=platform, user=user, button=button, message=message))

    async def submit(self, platform: str, user: str, values: Mapping[str, str | Sequence[str]]) -> Reaction:
        ready = {item: value if isinstance(value, str) else list(value) for item, value in values.items()}
        return Reaction(**await self._post("submit", platform=platform, user=user, values=ready))

    async def dismiss(self, platform: str, user: str) -> None:
        """Close the open form without sending it."""
        await self._post("dismiss", platform=platform, user=user)

    async def open_home(self, user: str) -> Reaction:
        """Open the App Home (Slack)."""
        return Reaction(**await self._post("open_home", user=user))

    async def put_file(self, name: str, content: str) -> str:
        """A file for a form's file item (Slack); its id."""
        return str((await self._post("file", name=name, content=content))["file"])

    # looking

    async def screen(self, platform: str, user: str) -> Screen:
        return _screen(await self._get("screen", platform=platform, user=user))

    async def wire(self, since: int = 0, *, wait: float = 0.0) -> list[Event]:
        """What passed since that event; with `wait`, held back up to so many seconds until there is something."""
        said = await self._get("wire", since=since, wait=wait)
        return [Event(**event) for event in said["events"]]

    async def connected(self) -> dict[str, bool]:
        """Whether a bot listens, by platform."""
        said: dict[str, bool] = await self._get("connected")
        return said

    # time and trouble

    async def now(self) -> datetime:
        """Campus time."""
        return datetime.fromisoformat((await self._get("clock"))["now"])

    async def wait(self, by: timedelta, *, timeout: float = 60.0) -> datetime:
        """Let campus time pass; returns the new time when the bot has done all that fell due."""
        said = await self._post("clock", by_seconds=by.total_seconds(), timeout=timeout)
        return datetime.fromisoformat(said["now"])

    async def freeze(self, frozen: bool = True) -> None:
        await self._post("clock", frozen=frozen)

    async def trouble(
        self, platform: str, kind: str, user: str = "", *, times: int = 1, seconds: float = 0.0, on: str = ""
    ) -> None:
        """Order trouble; the kinds are those of `Pretend.trouble`."""
        await self._post("trouble", platform=platform, kind=kind, user=user, times=times, seconds=seconds, on=on)

    # the wire

    async def _get(self, what: str, **query: Any) -> Any:
        async with self._session.get(f"{self._base}/control/{what}", params=query) as response:
            return await _said(response)

    async def _post(self, what: str, **body: Any) -> Any:
        async with self._session.post(f"{self._base}/control/{what}", json=body) as response:
            return await _said(response)


async def _said(response: aiohttp.ClientResponse) -> Any:
    if response.content_type != "application/json":
        raise PlayerError(f"{response.status}: {await response.text()}")
    body = await response.json()
    if response.status == 409:
        raise Cannot(body["cannot"])
    if response.status != 200:
        raise PlayerError(body["error"])
    return body


def _screen(said: Mapping[str, Any]) -> Screen:
    return Screen(
        said["user"],
        tuple(_message(m) for m in said["messages"]),
        _modal(said["modal"]) if said["modal"] else None,
        _message(said["home"]) if said["home"] else None,
    )


def _message(said: Mapping[str, Any]) -> Message:
    buttons = tuple(Pressable(**button) for button in said["buttons"])
    return Message(**{**said, "lines": tuple(said["lines"]), "buttons": buttons})


def _modal(said: Mapping[str, Any]) -> Modal:
    errors = tuple((item, what) for item, what in said["errors"])
    return Modal(said["id"], said["title"], said["submit"], tuple(_item(item) for item in said["items"]), errors)


def _item(said: Mapping[str, Any]) -> Item:
    value = said["value"] if isinstance(said["value"], str) else tuple(said["value"])
    return Item(**{**said, "value": value, "options": tuple((label, value) for label, value in said["options"])})
