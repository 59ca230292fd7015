"""One interaction in, one answer out, within Discord's 3 seconds.

If the core is not done after a second and a half, a word comes first and the answer takes its place. It is said in a
task of its own: what the core has begun is finished and stored, whatever becomes of it. That word is an acknowledgement
before the commit: a bot that is killed in between has done nothing, and Discord will not tell anybody. So it isn't
Discord's "thinking", which would stay there for a quarter of an hour, but a sentence of ours that says what to do if no
answer takes its place; and doing it again is safe, because every use case looks where things stand.

A form can't follow that word: where one is expected and two seconds are over, a button is offered that opens it. What
was typed into a form would be gone with a lost acknowledgement: Discord keeps a modal open until it is answered, so one
that was sent waits for its commit as long as Discord does.
"""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Awaitable, Callable
from typing import Any, assert_never

import discord
import structlog

from adapters.core import Core
from adapters.discord import modal, read, render
from adapters.discord.rights import Rights
from adapters.given import MOST_BYTES, as_text
from bot.conversation.gestures import Gesture
from bot.phrases import say
from bot.views.elements import Fix, Form, Later, Nothing, PressId, Shown, View
from bot.views.parts import late_form

DEFER_AFTER = 1.5
FORM_BEFORE = 2.0
"""Seconds until a form is given up, with room for the way to Discord and back."""
SENT_BEFORE = 2.4
"""Seconds that a form which was sent waits for its commit."""
SEND_SECONDS = 10.0
FETCH_SECONDS = 10.0
NO_MORE_HEARD = frozenset({10062, 10015, 40060})
"""Unknown interaction, unknown webhook (its 15 minutes are over), already acknowledged."""

Kind = discord.InteractionType
Incoming = discord.Interaction[Any]
Worked = tuple[Shown, Gesture | None]
"""An answer, and what it answers."""
HEARD = frozenset({Kind.application_command, Kind.component, Kind.modal_submit})
log = structlog.get_logger(__name__)


class Replies:
    """Answers interactions. `fetch` gets a file from Discord by its address."""

    def __init__(self, core: Core, rights: Rights, fetch: Callable[[str], Awaitable[bytes]]) -> None:
        self._core = core
        self._rights = rights
        self._fetch = fetch
        self._working: set[asyncio.Task[Any]] = set()

    async def hear(self, interaction: Incoming) -> None:
        """Answer one interaction, in a task of its own; never raises."""
        if interaction.type not in HEARD:
            return
        task = asyncio.current_task()
        assert task is not None, "it is heard in a task"
        self._working.add(task)
        task.add_done_callback(self._working.discard)
        try:
            meanwhile = _Meanwhile(self, interaction)
            shown, gesture = await self._work_out(interaction)
            if await meanwhile.is_over():
                await self._show(interaction, shown, gesture)
        except Exception as trouble:  # noqa: BLE001  # nobody is left without an answer
            await self.failed(interaction, trouble)

    async def finish(self, seconds: float) -> None:
        """Wait for what has begun, and until it is told."""
        if self._working:
            await asyncio.wait(tuple(self._working), timeout=seconds)

    # --- working it out ---

    async def _work_out(self, interaction: Incoming) -> Worked:
        gesture: Gesture | None = None
        try:
            known = await self._rights.known(interaction)
            if known.gate:
                return await self._core.gate(read.language(interaction)), None
            gesture = await self._gesture(interaction, known)
            return await self._core.answer(gesture), gesture
        except Exception as trouble:  # noqa: BLE001  # told kindly; what it was stands in the log
            _log_trouble("discord_gesture_failed", interaction, trouble)
            return await self._core.sorry(read.language(interaction)), None

    async def _gesture(self, interaction: Incoming, known: read.Known) -> Gesture:
        if interaction.type is Kind.application_command:
            return read.command(interaction, known)
        if interaction.type is Kind.component:
            return read.press(interaction, known)
        files = {given.item: await self._text_of(given) for given in read.given_files(interaction)}
        return read.submission(interaction, known, files)

    async def _text_of(self, given: read.GivenFile) -> str:
        """A file as text, nothing if it is too large: then the core asks for it as for one that is missing."""
        if given.size > MOST_BYTES:
            return ""
        async with asyncio.timeout(FETCH_SECONDS):
            content = await self._fetch(given.url)
        return as_text(content)

    # --- showing it ---

    def expects_form(self, interaction: Incoming) -> bool:
        return interaction.type is not Kind.modal_submit and self._core.opens_form(_verb(interaction).verb)

    async def _show(self, interaction: Incoming, shown: Shown, gesture: Gesture | None) -> None:
        match shown:
            case View():
                await _send(interaction, shown)
            case Fix():
                await _send(interaction, shown.view)
            case Form():
                await self._open(interaction, shown)
            case Nothing():
                await _acknowledge(interaction)
            case Later():
                await _send(interaction, shown.word)
                if gesture is not None:
                    await _send(interaction, await self._core.promised(gesture))
            case _:
                assert_never(shown)

    async def _open(self, interaction: Incoming, form: Form) -> None:
        if interaction.type is Kind.modal_submit:
            log.error("discord_form_after_form", verb=form.send.verb)
            await self._apologise(interaction)
        elif interaction.response.is_done():
            await _send(interaction, _again(interaction))
        else:
            async with asyncio.timeout(SEND_SECONDS):
                await interaction.response.send_modal(modal.draw(form))

    async def failed(self, interaction: Incoming, trouble: Exception) -> None:
        """An answer could not be given: say so, where there is still time."""
        _log_trouble("discord_answer_failed", interaction, trouble)
        if not _is_too_late(trouble):
            await self._apologise(interaction)

    async def _apologise(self, interaction: Incoming) -> None:
        try:
            await _send(interaction, await self._core.sorry(read.language(interaction)))
        except Exception as trouble:  # noqa: BLE001  # there is nothing left to say
            _log_trouble("discord_apology_failed", interaction, trouble)


class _Meanwhile:
    """The word that comes before an answer which takes long."""

    def __init__(self, replies: Replies, interaction: Incoming) -> None:
        self._replies, self._interaction = replies, interaction
        self._expects_form = replies.expects_form(interaction)
        seconds = FORM_BEFORE if self._expects_form else DEFER_AFTER
        if interaction.type is Kind.modal_submit:
            seconds = SENT_BEFORE
        self._timer = asyncio.get_running_loop().call_later(seconds, self._begin)
        self._saying: asyncio.Task[bool] | None = None

    def _begin(self) -> None:
        self._saying = asyncio.create_task(self._say())

    async def _say(self) -> bool:
        try:
            await _send(self._interaction, (_again if self._expects_form else _moment)(self._interaction))
        except Exception as trouble:  # noqa: BLE001  # nobody is left without an answer
            await self._replies.failed(self._interaction, trouble)
            return False
        return not self._expects_form

    async def is_over(self) -> bool:
        """The answer is there. Whether it is to be shown: not where its button stands there instead of a form, or
        where the word itself could not be said."""
        self._timer.cancel()
        return self._saying is None or await self._saying


async def _send(interaction: Incoming, view: View) -> None:
    """Only the actor sees the answer: in their DM as a message, anywhere else ephemeral."""
    drawn = render.draw(view)
    parts = drawn.parts()
    silent = discord.AllowedMentions.none()
    async with asyncio.timeout(SEND_SECONDS):
        if interaction.response.is_done():
            files = parts.pop("files", [])
            whole = {"content": None, "embeds": [], "view": None} | parts  # nothing of what stood there stays
            await interaction.edit_original_response(**whole, attachments=files, allowed_mentions=silent)
        else:
            await interaction.response.send_message(
                **parts,
                ephemeral=not read.is_private(interaction),
                allowed_mentions=silent,
                suppress_embeds=drawn.flags.suppress_embeds,
            )


async def _acknowledge(interaction: Incoming) -> None:
    """Nothing to show. A press is quietly taken note of; a command must be answered with words."""
    if interaction.response.is_done():
        await interaction.delete_original_response()
    elif interaction.message is not None:
        await interaction.response.defer()
    else:
        await _send(interaction, View(text=say("common.noted", read.language(interaction))))


def _verb(interaction: Incoming) -> PressId:
    """What a command or a press is about to do."""
    if interaction.type is Kind.application_command:
        return PressId(read.command_verb(interaction))
    return read.press_id(interaction)


def _moment(interaction: Incoming) -> View:
    """The word that stands there until the answer does."""
    return View(text=say("common.moment", read.language(interaction)))


def _again(interaction: Incoming) -> View:
    return late_form(_verb(interaction), read.language(interaction))


def _is_too_late(trouble: Exception) -> bool:
    return isinstance(trouble, discord.HTTPException) and trouble.code in NO_MORE_HEARD


def _log_trouble(event: str, interaction: Incoming, trouble: Exception) -> None:
    """Where it broke, never what was said: messages of exceptions carry what people typed."""
    frames = traceback.extract_tb(trouble.__traceback__)
    where = f"{frames[-1].name}:{frames[-1].lineno}" if frames else ""
    code = getattr(trouble, "code", None)
    log.error(event, kind=interaction.type.name, error=type(trouble).__name__, where=where, code=code)
