"""Slack, put together: Bolt over Socket Mode or signed HTTP, one listener for each kind of gesture.

With `process_before_response` a gesture is acknowledged only after the listener, with what the listener says; so one
that was acknowledged was also committed (`late.py` says what happens when that takes too long). Bolt sends no
acknowledgement at all where a listener raises or none matches: each listener is guarded, and each kind of payload has a
catch-all.

A form must be opened within the 3 seconds that a `trigger_id` lives, so before the acknowledgement.

An answer that takes its time (`Later`) is promised with a word where the person looks, and follows where they alone see
it: with a picture or a file in their direct messages, the one place where Slack shows a file to one person; else, or
where Slack doesn't take the file, as words where they asked.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Mapping
from dataclasses import replace
from typing import Any, TypeAlias, assert_never

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from adapters.core import Core
from adapters.http import Door
from adapters.slack import files, read, render
from adapters.slack.calls import CALL_FAILED, QUIET, fault_of, hang_up, keep_open, web_client
from adapters.slack.late import Course, Latecomers
from adapters.slack.messenger import SlackMessenger
from adapters.slack.read import Place, Reader, Spot
from adapters.slack.rights import KEPT_SECONDS, WhoActs
from adapters.slack.signed import SignedWay
from adapters.slack.socket_mode import FINISH_SECONDS, PING_SECONDS, SocketWay
from bot.conversation.commands import BY_NAME, COMMANDS
from bot.conversation.gestures import Gesture, Press, Submission
from bot.phrases import FALLBACK
from bot.views.elements import Attachment, Fix, Form, Later, Nothing, Picture, PressId, Shown, View
from bot.views.parts import late_form

log = structlog.get_logger("grounds.slack")

CALL_SECONDS = 3
"""For calls while somebody waits: after that the trigger is dead anyway."""
TRIGGER_OVER = "expired_trigger_id"
ANYTHING = re.compile("")

Body: TypeAlias = dict[str, Any]


def build(
    core: Core,
    *,
    bot_token: str,
    app_token: str = "",
    api_url: str = "https://slack.com/api/",
    signing_secret: str = "",
    ping_seconds: float = PING_SECONDS,
    rights_kept_seconds: float = KEPT_SECONDS,
) -> SlackSide:
    """Everything about one workspace, put together and not started yet.

    With a `signing_secret` it is reached over HTTP, through `door`; without, it connects with `app_token`.
    """
    client = web_client(bot_token, api_url, CALL_SECONDS)
    app = _app(bot_token, api_url)
    side = SlackSide(
        core,
        client,
        WhoActs(client, core, kept_seconds=rights_kept_seconds),
        SlackMessenger(bot_token, api_url),
        SignedWay(app, signing_secret) if signing_secret else SocketWay(app, app_token, ping_seconds),
    )
    side.listen(app)
    return side


def _app(bot_token: str, api_url: str) -> AsyncApp:
    """Bolt, told by us which token is whose: it then needs no auth.test of its own before the first gesture. What it
    would look at in each request is left out where it has been looked at (`signed.py`) or is about nothing of ours."""

    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token=bot_token)

    return AsyncApp(
        name="grounds",
        client=web_client(None, api_url, CALL_SECONDS),
        authorize=authorize,
        process_before_response=True,
        logger=QUIET,
        request_verification_enabled=False,
        ssl_check_enabled=False,
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )


class SlackSide:
    """One workspace. `messenger` sends; gestures come by one way in."""

    def __init__(
        self,
        core: Core,
        client: AsyncWebClient,
        who: WhoActs,
        messenger: SlackMessenger,
        way: SocketWay | SignedWay,
    ) -> None:
        self.messenger = messenger
        self._core = core
        self._client = client
        self._who = who
        self._way = way
        self._late = Latecomers(self._respond_to, self._replace, self._write_to)

    # --- coming and going -------------------------------------------------------------------------------------------

    @property
    def door(self) -> Door | None:
        """Where Slack's requests are answered, for whoever has a port; None over a socket."""
        return self._way.answer if isinstance(self._way, SignedWay) else None

    async def start(self) -> None:
        """Connect, or be ready to be called."""
        keep_open(self._client)
        self.messenger.start()
        await self._way.start()
        log.info("slack.started", connected=await self.connected())

    async def stop(self) -> None:
        """Let the gestures under way finish, then hang up."""
        await self._late.finish(FINISH_SECONDS)
        await self._way.stop()
        await self.messenger.stop()
        await hang_up(self._client)

    @property
    def restarts(self) -> int:
        """How often a deaf connection was given up."""
        return self._way.restarts if isinstance(self._way, SocketWay) else 0

    async def connected(self) -> bool:
        """Whether Slack is listened to now."""
        return await self._way.connected()

    def listen(self, app: AsyncApp) -> None:
        """Tell Bolt who listens to what; the first that matches runs, and the others are asked no more."""
        app.view(render.FORM)(self._on_submission)
        app.action(re.compile(f"^{render.PRESS}"))(self._on_press)
        app.command(re.compile(f"^/({'|'.join(command.name for command in COMMANDS)})$"))(self._on_command)
        app.event("app_home_opened")(self._on_opened)
        for rest in (
            app.command(ANYTHING),
            app.action(ANYTHING),
            app.view(ANYTHING),
            app.view_closed(ANYTHING),
            app.event(ANYTHING),
            app.shortcut(ANYTHING),
            app.options(ANYTHING),
        ):
            rest(_only_ack)

    # --- what people do ---------------------------------------------------------------------------------------------

    async def _on_command(self, ack: AsyncAck, body: Body) -> None:
        await self._guarded(ack, body, read.COMMAND)

    async def _on_press(self, ack: AsyncAck, body: Body) -> None:
        await self._guarded(ack, body, read.PRESS)

    async def _on_submission(self, ack: AsyncAck, body: Body) -> None:
        await self._guarded(ack, body, read.SUBMISSION)

    async def _on_opened(self, ack: AsyncAck, body: Body) -> None:
        await self._guarded(ack, body, read.OPENED)

    async def _guarded(self, ack: AsyncAck, body: Body, reader: Reader) -> None:
        """Answer one gesture, and acknowledge it whatever happens."""
        said: Body | None = None
        try:
            form = str((body.get("view") or {}).get("id") or "")
            course = Course(reader.spot(body), form, meant=self._form_meant(body))
            work = self._answer(body, reader, course)
            may_be_late = course.spot.place in (Place.SUBMISSION, Place.COMMAND)
            said = await (self._late.answer(course, work) if may_be_late else work)
        except Exception as error:  # noqa: BLE001  # the last stop before Bolt, which would leave them without an answer
            log.error("slack.gesture_unanswered", error=type(error).__name__)
        finally:
            await (ack(said) if said else ack())

    def _form_meant(self, body: Body) -> PressId | None:
        """The press that stands for a command which opens a form."""
        command = BY_NAME.get(str(body.get("command", "")).removeprefix("/"))
        meant = command.read(str(body.get("text") or "")) if command else None
        return PressId(meant[0].verb) if meant is not None and self._core.opens_form(meant[0].verb) else None

    async def _answer(self, body: Body, reader: Reader, course: Course) -> Body | None:
        spot = course.spot
        try:
            actor = await self._who.actor(reader.caller(body))
            if actor is None or actor.outsider:
                return await self._tell(spot, await self._core.gate(actor.language if actor else FALLBACK))
            course.language = actor.language
            gesture = reader.gesture(body, actor, spot)
            if isinstance(gesture, Submission):
                gesture = await self._with_files(gesture, body)
            if isinstance(gesture, Press):
                course.meant = gesture.press
            if gesture is not None:
                shown = await self._core.answer(gesture)
                if isinstance(shown, Later):
                    self._late.keep(asyncio.create_task(self._keep_promise(spot, gesture), name="promise"))
                return await self._show(course, shown)
            log.info("slack.gesture_not_ours", place=str(spot.place))
        except Exception as error:  # noqa: BLE001  # a broken database, or a fault of ours: said, and logged by kind
            log.error("slack.gesture_failed", place=str(spot.place), error=type(error).__name__)
        return await self._tell(spot, await self._core.sorry(course.language), keep_form=True)

    async def _with_files(self, gesture: Submission, body: Body) -> Submission:
        given = read.given_files(body)
        texts = {item: await files.text_of(self._client, file) for item, file in given.items()}
        return replace(gesture, files=texts) if texts else gesture

    # --- where the answer goes --------------------------------------------------------------------------------------

    async def _show(self, course: Course, shown: Shown) -> Body | None:
        """Show an answer; what the acknowledgement has to carry of it is returned."""
        spot = course.spot
        match shown:
            case Nothing():
                return None
            case View():
                return await self._tell(spot, shown)
            case Later():
                return await self._tell(spot, shown.word)
            case Fix():
                return render.fix(shown) if spot.place is Place.SUBMISSION else await self._tell(spot, shown.view)
            case Form():
                return await self._ask(course, shown)
            case _:
                assert_never(shown)

    async def _ask(self, course: Course, form: Form) -> Body | None:
        view, spot = render.form_view(form), course.spot
        if spot.place is Place.SUBMISSION:
            return {"response_action": "update", "view": view}
        fault = "" if course.word_said else await self._open(spot, view)
        if not fault:
            return None  # or a word was said that has a button which opens it
        if course.meant is not None and fault == TRIGGER_OVER:
            return await self._tell_without_trigger(spot, late_form(course.meant, course.language))
        return await self._tell_without_trigger(spot, await self._core.sorry(course.language))

    async def _tell(self, spot: Spot, view: View, *, keep_form: bool = False) -> Body | None:
        """Say something where the person is looking. `keep_form`: what was typed must stay, one step behind."""
        match spot.place:
            case Place.SUBMISSION:
                return {"response_action": "push" if keep_form else "update", "view": render.reading(view)}
            case Place.OPENED:
                await self._publish(spot, view)
                return None
            case Place.HOME | Place.MODAL:
                if not await self._open(spot, render.reading(view)):
                    return None
            case Place.COMMAND | Place.MESSAGE:
                pass
            case _:
                assert_never(spot.place)
        return await self._tell_without_trigger(spot, view)

    # --- what takes its time ----------------------------------------------------------------------------------------

    async def _keep_promise(self, spot: Spot, gesture: Gesture) -> None:
        try:
            view = await self._core.promised(gesture)
            if await self._showed_file(spot.user, view):
                return
            if not (spot.response_url and await self._respond(spot, view)):
                await self._write_to(spot.user, render.message(view))
        except Exception as error:  # noqa: BLE001  # nobody waits for this task
            log.error("slack.promise_broken", error=type(error).__name__)

    async def _showed_file(self, user: str, view: View) -> bool:
        """The view in somebody's direct messages, with its picture or file beneath; False where it has none, or where
        Slack did not take it."""
        match view:
            case View(file=Attachment() as file):
                title, words = file.name, ""
            case View(image=Picture() as picture):
                file, title, words = files.as_file(picture), view.title or files.PICTURE, picture.words
            case _:
                return False
        drawn = render.message(replace(view, image=None, file=None))
        try:
            opened = await self._client.conversations_open(users=user)
            file_id = await files.put(self._client, file, words)
            channel = str((opened.get("channel") or {}).get("id") or "")
            await files.share(self._client, channel, file_id, title, drawn["text"], drawn.get("blocks"))
        except files.PUT_FAILED as error:
            log.warning("slack.call_failed", call="file", code=fault_of(error).code)
            return False
        return True

    # --- without a trigger ------------------------------------------------------------------------------------------

    async def _tell_without_trigger(self, spot: Spot, view: View) -> Body | None:
        """In a command's acknowledgement, else by response_url, else by a direct message."""
        if spot.place is Place.COMMAND:
            return render.reply(view)
        if not (spot.response_url and await self._respond(spot, view)):
            await self._write_to(spot.user, render.message(view))
        return None

    async def _write_to(self, user: str, drawn: Body) -> bool:
        call = self._client.chat_postMessage(channel=user, **drawn, **UNFURL)
        return await self._tried("chat.postMessage", call)

    async def _respond(self, spot: Spot, view: View) -> bool:
        return await self._respond_to(spot.response_url, render.reply(view))

    async def _respond_to(self, url: str, said: Body) -> bool:
        hook = AsyncWebhookClient(url, timeout=CALL_SECONDS, retry_handlers=[])
        try:
            answer = await hook.send_dict(said)
        except CALL_FAILED as error:
            log.warning("slack.call_failed", call="response_url", code=fault_of(error).code)
            return False
        if answer.status_code != 200:
            log.warning("slack.call_failed", call="response_url", status=answer.status_code)
        return bool(answer.status_code == 200)

    async def _replace(self, name: str, view: Body) -> bool:
        """Put something else where a view of this name lies open."""
        call = self._client.views_update(external_id=name, view=view)
        return await self._tried("views.update", call)

    async def _open(self, spot: Spot, view: Body) -> str:
        """Over an open modal a second one is pushed. Says why not, if it could not be done."""
        if spot.place is Place.MODAL:
            return await self._fault("views.push", self._client.views_push(trigger_id=spot.trigger, view=view))
        return await self._fault("views.open", self._client.views_open(trigger_id=spot.trigger, view=view))

    async def _publish(self, spot: Spot, view: View) -> None:
        """With the hash of what they saw when they opened it: where it has been drawn anew meanwhile, that is kept."""
        drawn = {"hash": spot.drawn} if spot.drawn else {}
        call = self._client.views_publish(user_id=spot.user, view=render.home(view), **drawn)
        await self._tried("views.publish", call)

    async def _tried(self, call: str, made: Awaitable[Any]) -> bool:
        return not await self._fault(call, made)

    async def _fault(self, call: str, made: Awaitable[Any]) -> str:
        """Slack's word for what went wrong; empty if nothing did."""
        try:
            await made
        except CALL_FAILED as error:
            fault = fault_of(error)
            log.warning("slack.call_failed", call=call, code=fault.code, status=fault.status)
            return fault.code
        return ""


UNFURL: Mapping[str, Any] = {"unfurl_links": False, "unfurl_media": False}


async def _only_ack(ack: AsyncAck) -> None:
    """For what asks nothing of us: a link pressed, a choice changed inside a form, an event nobody asked for."""
    await ack()
