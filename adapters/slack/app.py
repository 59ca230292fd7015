"""Slack's way in: Bolt over Socket Mode, one listener for each kind of gesture.

With `process_before_response` the envelope is acknowledged only after the listener, with what the listener says; so a
gesture that was acknowledged was also committed. Bolt sends no acknowledgement at all where a listener raises or none
matches: each listener is guarded, and each kind of payload has a catch-all.

A form must be opened within the 3 seconds that a `trigger_id` lives, so before the acknowledgement.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Mapping
from typing import Any, TypeAlias, assert_never

import structlog
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from adapters.core import Core
from adapters.slack import read, render
from adapters.slack.calls import CALL_FAILED, QUIET, fault_of, web_client
from adapters.slack.messenger import SlackMessenger
from adapters.slack.read import Place, Reader, Spot
from adapters.slack.rights import KEPT_SECONDS, WhoActs
from bot.conversation.commands import COMMANDS
from bot.phrases import FALLBACK
from bot.views.elements import Fix, Form, Nothing, Shown, View

log = structlog.get_logger("grounds.slack")

CALL_SECONDS = 3
"""For calls while somebody waits: after that the trigger is dead anyway."""
CONNECT_SECONDS = 10.0
"""How long `start` waits for the socket before it lets the connecting go on by itself."""
FINISH_SECONDS = 3.0
"""How long `stop` waits for gestures under way: the platform waits no longer either."""
PING_SECONDS = 10.0
ANYTHING = re.compile("")

Body: TypeAlias = dict[str, Any]


def build(
    core: Core,
    *,
    bot_token: str,
    app_token: str,
    api_url: str = "https://slack.com/api/",
    signing_secret: str = "",
    ping_seconds: float = PING_SECONDS,
    rights_kept_seconds: float = KEPT_SECONDS,
) -> SlackSide:
    """Everything about one workspace, put together and not started yet. `signing_secret` is for HTTP mode only."""
    client = web_client(bot_token, api_url, CALL_SECONDS)
    side = SlackSide(
        core,
        client,
        WhoActs(client, core, kept_seconds=rights_kept_seconds),
        SlackMessenger(bot_token, api_url),
        _app(bot_token, api_url, signing_secret),
        app_token,
        ping_seconds,
    )
    side.listen()
    return side


def _app(bot_token: str, api_url: str, signing_secret: str) -> AsyncApp:
    """Bolt, told by us which token is whose: it then needs no auth.test of its own before the first gesture."""

    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token=bot_token)

    return AsyncApp(
        name="grounds",
        client=web_client(None, api_url, CALL_SECONDS),
        authorize=authorize,
        signing_secret=signing_secret,
        process_before_response=True,
        logger=QUIET,
    )


class _Socket(AsyncSocketModeHandler):
    """Bolt's socket, which also knows whether something is not acknowledged yet."""

    def __init__(self, app: AsyncApp, app_token: str, ping_seconds: float) -> None:
        self.under_way = 0
        self.idle = asyncio.Event()
        self.idle.set()
        super().__init__(app, app_token, ping_interval=ping_seconds)

    async def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override]
        self.under_way += 1
        self.idle.clear()
        try:
            await super().handle(client, req)
        finally:
            self.under_way -= 1
            if not self.under_way:
                self.idle.set()


class SlackSide:
    """One workspace's connection. `messenger` sends; `app` is Bolt's, for HTTP mode."""

    def __init__(
        self,
        core: Core,
        client: AsyncWebClient,
        who: WhoActs,
        messenger: SlackMessenger,
        app: AsyncApp,
        app_token: str,
        ping_seconds: float,
    ) -> None:
        self.messenger = messenger
        self.app = app
        self._core = core
        self._client = client
        self._who = who
        self._app_token = app_token
        self._ping_seconds = ping_seconds
        self._socket: _Socket | None = None
        self._connecting: asyncio.Task[None] | None = None

    # --- coming and going -------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Connect. Where Slack can't be reached, connecting goes on in the background."""
        self._socket = _Socket(self.app, self._app_token, self._ping_seconds)
        self._connecting = asyncio.create_task(_untyped(self._socket.connect_async), name="slack-connect")
        await asyncio.wait({self._connecting}, timeout=CONNECT_SECONDS)
        log.info("slack.started", connected=await self.connected())

    async def stop(self) -> None:
        """Let the gestures under way finish, then close the socket."""
        if self._socket is None:
            return
        try:
            await asyncio.wait_for(self._socket.idle.wait(), FINISH_SECONDS)
        except TimeoutError:
            log.warning("slack.stopped_early", under_way=self._socket.under_way)
        if self._connecting is not None:
            self._connecting.cancel()
        await _untyped(self._socket.close_async)
        self._socket = None

    async def connected(self) -> bool:
        """Whether Slack is listened to now. A socket can go deaf silently: its pings are what tells."""
        return self._socket is not None and await self._socket.client.is_connected()

    def listen(self) -> None:
        """Tell Bolt who listens to what; the first that matches is the only one that runs."""
        for command in COMMANDS:
            self.app.command(f"/{command.name}")(self._on_command)
        self.app.action(re.compile(f"^{render.PRESS}"))(self._on_press)
        self.app.view(render.FORM)(self._on_submission)
        self.app.event("app_home_opened")(self._on_opened)
        for rest in (
            self.app.command(ANYTHING),
            self.app.action(ANYTHING),
            self.app.view(ANYTHING),
            self.app.view_closed(ANYTHING),
            self.app.event(ANYTHING),
            self.app.shortcut(ANYTHING),
            self.app.options(ANYTHING),
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
            said = await self._answer(body, reader)
        except Exception as error:  # noqa: BLE001  # the last stop before Bolt, which would leave them without an answer
            log.error("slack.gesture_unanswered", error=type(error).__name__)
        finally:
            await (ack(said) if said else ack())

    async def _answer(self, body: Body, reader: Reader) -> Body | None:
        spot = reader.spot(body)
        language = FALLBACK
        try:
            actor = await self._who.actor(reader.caller(body))
            if actor is None or actor.outsider:
                return await self._tell(spot, await self._core.gate(actor.language if actor else FALLBACK))
            language = actor.language
            gesture = reader.gesture(body, actor, spot)
            if gesture is not None:
                return await self._show(spot, await self._core.answer(gesture), language)
            log.info("slack.gesture_not_ours", place=str(spot.place))
        except Exception as error:  # noqa: BLE001  # a broken database, or a fault of ours: said, and logged by kind
            log.error("slack.gesture_failed", place=str(spot.place), error=type(error).__name__)
        return await self._tell(spot, await self._core.sorry(language), keep_form=True)

    # --- where the answer goes --------------------------------------------------------------------------------------

    async def _show(self, spot: Spot, shown: Shown, language: str) -> Body | None:
        """Show an answer; what the acknowledgement has to carry of it is returned."""
        match shown:
            case Nothing():
                return None
            case View():
                return await self._tell(spot, shown)
            case Fix():
                return render.fix(shown) if spot.place is Place.SUBMISSION else await self._tell(spot, shown.view)
            case Form():
                return await self._ask(spot, shown, language)
            case _:
                assert_never(shown)

    async def _ask(self, spot: Spot, form: Form, language: str) -> Body | None:
        view = render.form_view(form)
        if spot.place is Place.SUBMISSION:
            return {"response_action": "update", "view": view}
        if await self._open(spot, view):
            return None
        return await self._tell_without_trigger(spot, await self._core.sorry(language))

    async def _tell(self, spot: Spot, view: View, *, keep_form: bool = False) -> Body | None:
        """Say something where the person is looking. `keep_form`: what was typed must stay, one step behind."""
        match spot.place:
            case Place.SUBMISSION:
                return {"response_action": "push" if keep_form else "update", "view": render.reading(view)}
            case Place.OPENED:
                await self._publish(spot, view)
                return None
            case Place.HOME | Place.MODAL:
                if await self._open(spot, render.reading(view)):
                    return None
            case Place.COMMAND | Place.MESSAGE:
                pass
            case _:
                assert_never(spot.place)
        return await self._tell_without_trigger(spot, view)

    async def _tell_without_trigger(self, spot: Spot, view: View) -> Body | None:
        """In a command's acknowledgement, else by response_url, else by a direct message."""
        if spot.place is Place.COMMAND:
            return render.reply(view)
        if not (spot.response_url and await self._respond(spot, view)):
            drawn = render.message(view)
            await self._tried("chat.postMessage", self._client.chat_postMessage(channel=spot.user, **drawn, **UNFURL))
        return None

    async def _respond(self, spot: Spot, view: View) -> bool:
        hook = AsyncWebhookClient(spot.response_url, timeout=CALL_SECONDS, retry_handlers=[])
        try:
            answer = await hook.send_dict(render.reply(view))
        except CALL_FAILED as error:
            log.warning("slack.call_failed", call="response_url", code=fault_of(error).code)
            return False
        if answer.status_code != 200:
            log.warning("slack.call_failed", call="response_url", status=answer.status_code)
        return bool(answer.status_code == 200)

    async def _open(self, spot: Spot, view: Body) -> bool:
        """Over an open modal a second one is pushed."""
        if spot.place is Place.MODAL:
            return await self._tried("views.push", self._client.views_push(trigger_id=spot.trigger, view=view))
        return await self._tried("views.open", self._client.views_open(trigger_id=spot.trigger, view=view))

    async def _publish(self, spot: Spot, view: View) -> None:
        await self._tried("views.publish", self._client.views_publish(user_id=spot.user, view=render.home(view)))

    async def _tried(self, call: str, made: Awaitable[Any]) -> bool:
        try:
            await made
        except CALL_FAILED as error:
            fault = fault_of(error)
            log.warning("slack.call_failed", call=call, code=fault.code, status=fault.status)
            return False
        return True


UNFURL: Mapping[str, Any] = {"unfurl_links": False, "unfurl_media": False}


async def _only_ack(ack: AsyncAck) -> None:
    """For what asks nothing of us: a link pressed, a choice changed inside a form, an event nobody asked for."""
    await ack()


async def _untyped(do: Any) -> None:
    """Bolt's socket handler carries no types."""
    await do()
