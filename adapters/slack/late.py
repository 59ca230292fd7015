"""Answers that come after Slack's three seconds, since the database was slow.

A gesture is acknowledged after its commit, with what came of it; that is how nothing is lost. Only when the time is
nearly over does a word go first, and the answer follows: to a command by its response_url, to a form on top of it.
That word is an acknowledgement before the commit. So it says what to do if nothing follows (a bot that is killed in
between has done nothing), doing it again is safe, and a form stays open below it with all that was typed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

import structlog

from adapters.slack import render
from adapters.slack.calls import CALL_FAILED, fault_of
from adapters.slack.read import Place, Spot
from bot.phrases import say
from bot.views.elements import View

log = structlog.get_logger("grounds.slack")

Body: TypeAlias = dict[str, Any]
PATIENCE = 2.4
"""Seconds until a word goes first, with room for the way to Slack and back."""


class Latecomers:
    """`respond` posts to a response_url, `update` replaces a view that is open."""

    def __init__(
        self, respond: Callable[[str, Body], Awaitable[bool]], update: Callable[[str, Body], Awaitable[Any]],
        *, patience: float = PATIENCE,
    ) -> None:  # fmt: skip
        self._respond, self._update, self._patience = respond, update, patience
        self._under_way: set[asyncio.Task[Any]] = set()

    async def answer(
        self, spot: Spot, form: str, language: Callable[[], str], work: Awaitable[Body | None]
    ) -> Body | None:
        """What the acknowledgement carries: what came of the work, or a word first. `form` names the one that was sent;
        `language` is asked when the word is said, since by then it is mostly known. Raises what the work raises."""
        task = asyncio.ensure_future(work)
        self.keep(task)
        done, _ = await asyncio.wait({task}, timeout=self._patience)
        if done:
            return task.result()
        log.warning("slack.late", place=str(spot.place))
        self.keep(asyncio.create_task(self._afterwards(spot, form, language(), task), name="late"))
        return _first(spot, form, language())

    async def finish(self, seconds: float) -> None:
        """Wait for what has begun."""
        if self._under_way:
            await asyncio.wait(tuple(self._under_way), timeout=seconds)

    def keep(self, task: asyncio.Future[Any]) -> None:
        """Something that nobody waits for but `finish`."""
        assert isinstance(task, asyncio.Task)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _afterwards(self, spot: Spot, form: str, language: str, work: asyncio.Future[Body | None]) -> None:
        try:
            said = await work
            if spot.place is Place.COMMAND and said:
                await self._respond(spot.response_url, said)
            elif spot.place is Place.SUBMISSION:
                await self._update(_name(form), _on_top(said, language))
        except CALL_FAILED as error:
            log.warning("slack.call_failed", call="late", code=fault_of(error).code)
        except Exception as error:  # noqa: BLE001  # nobody waits for this any more
            log.error("slack.gesture_unanswered", error=type(error).__name__)


def _first(spot: Spot, form: str, language: str) -> Body | None:
    word = View(text=say("common.moment", language))
    if spot.place is Place.COMMAND:
        return render.reply(word)
    if spot.place is Place.SUBMISSION:
        return {"response_action": "push", "view": render.reading(word) | {"external_id": _name(form)}}
    return None  # it is answered by a message of its own anyway


def _on_top(said: Body | None, language: str) -> Body:
    """What a form that was sent would have been answered with, as a view."""
    if said and "view" in said:
        return dict(said["view"])
    errors = (said or {}).get("errors") or {}
    words = "\n\n".join(errors.values()) if errors else say("common.noted", language)
    return render.reading(View(say("pages.mend_title", language) if errors else "", words))


def _name(form: str) -> str:
    return f"late-{form}"
