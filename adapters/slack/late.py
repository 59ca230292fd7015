"""Answers that come after Slack's three seconds, since the database was slow.

A gesture is acknowledged after its commit, with what came of it; that is how nothing is lost. Only when the time is
nearly over does a word go first, and the answer follows: to a command by its response_url, to a form on top of it, and
where that is gone (closed, or too old) by a direct message. That word is an acknowledgement before the commit. So it
says what to do if nothing follows (a bot that is killed in between has done nothing), doing it again is safe, and a
form stays open below it with all that was typed.

A form can't follow that word, since its trigger is over when the time is; so the word has a button that opens it. A
press is acknowledged when it is done and no sooner, however late: Slack sets a warning beside the button after its
three seconds, and the answer comes all the same, as a message of its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import structlog

from adapters.slack import render
from adapters.slack.calls import CALL_FAILED, fault_of
from adapters.slack.read import Place, Spot
from bot.phrases import FALLBACK, say
from bot.views.elements import PressId, View
from bot.views.parts import late_form

log = structlog.get_logger("grounds.slack")

Body: TypeAlias = dict[str, Any]
PATIENCE = 2.4
"""Seconds until a word goes first, with room for the way to Slack and back."""


@dataclass
class Course:
    """A gesture on its way, and what is known of it so far: the language of whoever did it, and the press that would
    open the same form, if it opens one. `word_said`: it could not be answered in time, and somebody was told so."""

    spot: Spot
    form: str = ""
    """The name of the form that was sent."""
    language: str = FALLBACK
    meant: PressId | None = None
    word_said: bool = False


class Latecomers:
    """`respond` posts to a response_url, `update` replaces a view that is open, `write` is a direct message; the first
    two tell whether it could be done."""

    def __init__(
        self, respond: Callable[[str, Body], Awaitable[bool]], update: Callable[[str, Body], Awaitable[bool]],
        write: Callable[[str, Body], Awaitable[Any]], *, patience: float = PATIENCE,
    ) -> None:  # fmt: skip
        self._respond, self._update, self._write, self._patience = respond, update, write, patience
        self._under_way: set[asyncio.Task[Any]] = set()

    async def answer(self, course: Course, work: Awaitable[Body | None]) -> Body | None:
        """What the acknowledgement carries: what came of the work, or a word first. Raises what the work raises."""
        task = asyncio.ensure_future(work)
        self.keep(task)
        done, _ = await asyncio.wait({task}, timeout=self._patience)
        if done:
            return task.result()
        log.warning("slack.late", place=str(course.spot.place))
        course.word_said = True
        self.keep(asyncio.create_task(self._afterwards(course, task), name="late"))
        return _first(course)

    async def finish(self, seconds: float) -> None:
        """Wait for what has begun."""
        if self._under_way:
            await asyncio.wait(tuple(self._under_way), timeout=seconds)

    def keep(self, task: asyncio.Future[Any]) -> None:
        """Something that nobody waits for but `finish`."""
        assert isinstance(task, asyncio.Task)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _afterwards(self, course: Course, work: asyncio.Future[Body | None]) -> None:
        spot = course.spot
        try:
            said = await work
            if spot.place is Place.COMMAND and said:
                arrived = await self._respond(spot.response_url, said)
            elif spot.place is Place.SUBMISSION:
                said = _on_top(said, course.language)
                arrived = await self._update(_name(course.form), said)
            else:
                return
            if not arrived:
                await self._write(spot.user, render.as_message(said))
        except CALL_FAILED as error:
            log.warning("slack.call_failed", call="late", code=fault_of(error).code)
        except Exception as error:  # noqa: BLE001  # nobody waits for this any more
            log.error("slack.gesture_unanswered", error=type(error).__name__)


def _first(course: Course) -> Body | None:
    word = View(text=say("common.moment", course.language))
    match course.spot.place:
        case Place.COMMAND:
            return render.reply(late_form(course.meant, course.language) if course.meant else word)
        case Place.SUBMISSION:
            return {"response_action": "push", "view": render.reading(word) | {"external_id": _name(course.form)}}
        case _:
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
