"""The whole story over signed HTTP; then all that Slack sent is sent once more, signed anew, and changes nothing."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import aiohttp
from sqlalchemy import select

from adapters.sandbox.slack_http import signed
from adapters.sandbox_run import HTTP
from bot.domain.messages import Kind
from storage import tables as t
from tests.e2e.story import Story, a_story

AS_JSON = "app_home_opened"
HAPPENED = (t.person, t.ask, t.intro, t.step, t.consent)
"""What came of it. That a button which opened a form leads nowhere any more is said, and the saying is no effect."""


def sent(story: Story) -> list[tuple[str, Mapping[str, Any]]]:
    """What the pretend Slack sent: the kind and the payload."""
    said = [event for event in story.running.town.wire.events if event.platform == "slack"]
    return [(one.what.removeprefix("sent "), one.body) for one in said if one.what.startswith("sent ")]


def happened(story: Story) -> dict[str, list[dict[str, Any]]]:
    """Everything that stands written of it."""
    return {table.name: [dict(row) for row in story.rows(select(table))] for table in HAPPENED}


def told(story: Story) -> list[str]:
    """What was said to people that was no answer to a press of their own."""
    return sorted(line["token"] for line in story.lines() if line["kind"] is not Kind.ANSWER)


async def post(story: Story, http: aiohttp.ClientSession, kind: str, payload: Mapping[str, Any]) -> int:
    if kind == AS_JSON:
        body, content_type = json.dumps(payload), "application/json"
    else:
        fields = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
        body, content_type = urlencode(fields), "application/x-www-form-urlencoded"
    proof = signed(story.running.environment["SLACK_SIGNING_SECRET"], body, time.time())
    async with http.post(story.running.slack_url, data=body, headers={"Content-Type": content_type, **proof}) as answer:
        return answer.status


async def test_the_story_over_signed_http_and_nothing_happens_twice() -> None:
    async with a_story("slack", "slack", slack=HTTP) as story:
        await story.play()
        before, said, heard = happened(story), told(story), sent(story)

        async with aiohttp.ClientSession() as http:
            again = [await post(story, http, kind, payload) for kind, payload in heard]

        await story.running.town.clock.settle()
        assert set(again) == {200}
        assert {"slash_commands", "block_actions", "view_submission"} <= {kind for kind, _ in heard}
        assert happened(story) == before
        assert told(story) == said
