"""A real Bolt app for the tests of the pretend Slack, and the blocks it sends."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.sandbox.town import Town


async def until(true: Callable[[], bool], *, seconds: float = 5.0) -> None:
    """Wait until something has come about; fail after a while."""
    for _ in range(int(seconds / 0.005)):
        if true():
            return
        await asyncio.sleep(0.005)
    raise AssertionError("it never came about")


async def refused(call: Awaitable[Any]) -> str:
    """The error that the Web API answered."""
    with pytest.raises(SlackApiError) as caught:
        await call
    return str(caught.value.response["error"])


def whats(town: Town) -> list[str]:
    return [event.what for event in town.wire.events]


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def button(label: str, value: str, **more: Any) -> dict[str, Any]:
    return {"type": "button", "action_id": "press", "text": plain(label), "value": value, **more}


def section(text: str, kind: str = "mrkdwn") -> dict[str, Any]:
    return {"type": "section", "text": {"type": kind, "text": text}}


def actions(*buttons: dict[str, Any]) -> dict[str, Any]:
    return {"type": "actions", "elements": [{**b, "action_id": f"press{n}"} for n, b in enumerate(buttons)]}


def entry(block_id: str, label: str, element: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "input", "block_id": block_id, "label": plain(label), "element": element, **more}


def line(**more: Any) -> dict[str, Any]:
    return {"type": "plain_text_input", "action_id": "in", **more}


def choice(kind: str, *values: str, **more: Any) -> dict[str, Any]:
    return {"type": kind, "action_id": "in", "options": [option(v) for v in values], **more}


def option(value: str) -> dict[str, Any]:
    return {"text": plain(value.title()), "value": value}


def modal(*blocks: dict[str, Any], **more: Any) -> dict[str, Any]:
    body = {"type": "modal", "callback_id": "form", "title": plain("Ask"), "submit": plain("Send")}
    return {**body, "blocks": list(blocks), **more}


class Bot:
    """A real Bolt app; what it does for each gesture is set by the test."""

    def __init__(self, town: Town) -> None:
        env = town.environment()
        self.client = AsyncWebClient(
            token=env["SLACK_BOT_TOKEN"], base_url=env["SLACK_API_URL"], timeout=5, retry_handlers=[]
        )
        app = AsyncApp(client=self.client, process_before_response=True)
        self.handler = AsyncSocketModeHandler(app, env["SLACK_APP_TOKEN"])
        self.heard: list[dict[str, Any]] = []
        self.does: dict[str, Callable[..., Awaitable[Any]]] = {}
        app.command("/intro")(self._listener("command"))
        app.action({"type": "block_actions", "action_id": re.compile("press.*")})(self._listener("press"))
        app.view("form")(self._listener("submit"))
        app.view_closed("form")(self._listener("closed"))
        app.event("app_home_opened")(self._listener("home"))

    def _listener(self, what: str) -> Callable[..., Awaitable[None]]:
        async def listen(ack: Any, body: dict[str, Any]) -> None:
            self.heard.append(body)
            if what in self.does:
                await self.does[what](ack, body)
            else:
                await ack()

        return listen

    def opens(self, view: dict[str, Any]) -> None:
        async def open_it(ack: Any, body: dict[str, Any]) -> None:
            await self.client.views_open(trigger_id=body["trigger_id"], view=view)
            await ack()

        self.does["command"] = open_it

    def acks(self, what: str, **answer: Any) -> None:
        async def ack_it(ack: Any, body: dict[str, Any]) -> None:
            await ack(**answer)

        self.does[what] = ack_it
