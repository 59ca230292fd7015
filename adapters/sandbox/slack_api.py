"""The pretend Web API over HTTP: reading a call as slack_sdk sends it, letting trouble happen, answering."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from .slack_methods import EVERY_SCOPE, MESSAGE_PARTS, Methods, truth
from .slack_rules import MOST_POSTED_TEXT
from .slack_socket import Sockets
from .slack_state import PLATFORM, SlackSays
from .slack_tickets import ResponseUrl, ResponseUrls, Trouble, Troubles

LOG = logging.getLogger(__name__)
AS_JSON = ("blocks", "attachments", "metadata", "view", "files")  # arrive as JSON text in a form


@dataclass
class WebApi:
    """What a bot reaches under /slack/."""

    methods: Methods
    sockets: Sockets
    urls: ResponseUrls
    troubles: Troubles
    bot_token: str
    app_token: str
    scopes: frozenset[str] | None = None  # None: all of them
    revoked: bool = False
    base: str = ""  # as the bot last called it; what response URLs are made of

    def routes(self) -> Iterable[web.AbstractRouteDef]:
        return (
            web.post("/slack/api/{method}", self.call),
            web.get("/slack/api/{method}", self.call, allow_head=False),
            web.post("/slack/response/{ticket}", self.answer_to_url),
            web.post("/slack/upload/{file}", self.upload),
            web.get("/slack/files/{file}", self.download),
            web.get("/slack/socket/{ticket}", self.sockets.serve, allow_head=False),
        )

    async def call(self, request: web.Request) -> web.StreamResponse:
        """One call of a Web API method."""
        method = request.match_info["method"]
        try:
            arguments, token = await arguments_of(request)
        except SlackSays as says:
            return web.json_response(says.body())
        user = self._concerns(arguments)
        self.base = f"http://{request.host}"

        def carry_out() -> dict[str, Any]:
            self._authorise(method, token, arguments)
            if method == "apps.connections.open":
                return {"url": f"ws://{request.host}/slack/socket/{self.sockets.ticket()}"}
            known = self.methods.table()
            if method not in known:
                raise SlackSays("unknown_method", req_method=method)
            return known[method]({**arguments, "base": self.base})

        return await self._passing(request, method, user, arguments, carry_out)

    async def answer_to_url(self, request: web.Request) -> web.StreamResponse:
        """One POST to a response_url; these need no token."""
        try:
            body = _object(await request.text())
        except SlackSays as says:
            return web.json_response(says.body(), status=400)

        def carry_out() -> dict[str, Any]:
            url = self.urls.use(request.match_info["ticket"])
            self._answer_to(url, body)
            return {}

        return await self._passing(request, "response_url", "", body, carry_out)

    async def _passing(self, request: web.Request, method: str, user: str, body: Any, carry_out: Any) -> web.Response:
        """Record, go wrong if that was ordered, carry out, record, answer."""
        wire = self.methods.workspace.wire
        wire.record(PLATFORM, f"call {method}", user, body)
        trouble = self.troubles.take(method, user)
        kind = trouble.kind if trouble else ""
        if kind == "cut":
            return _hang_up(request)
        if trouble and kind in ("rate_limited", "server_error"):
            response = _refusal(trouble)
        else:
            response = _done(method, carry_out)
            response.headers["X-OAuth-Scopes"] = ",".join(sorted(self.granted))
        if trouble and kind == "slow":
            await asyncio.sleep(trouble.seconds)
        lost = kind == "lose_answer"
        verb = "unheard" if lost else "answered"
        wire.record(PLATFORM, f"{verb} {method}", user, json.loads(response.text or "null"))
        return _hang_up(request) if lost else response

    @property
    def granted(self) -> frozenset[str]:
        """What the bot's token may do; every answer names it."""
        return EVERY_SCOPE if self.scopes is None else self.scopes

    def _authorise(self, method: str, token: str, a: Mapping[str, Any]) -> None:
        if not token:
            raise SlackSays("not_authed")
        if token not in (self.bot_token, self.app_token):
            raise SlackSays("invalid_auth")
        if (token == self.app_token) != (method == "apps.connections.open"):
            raise SlackSays("not_allowed_token_type")
        if self.revoked:
            raise SlackSays("token_revoked")
        needed = self.methods.scope_for(method, a)
        if needed and self.scopes is not None and needed not in self.scopes:
            raise SlackSays("missing_scope", needed=needed, provided=",".join(sorted(self.scopes)))

    def _concerns(self, a: Mapping[str, Any]) -> str:
        """The person (or the group) this call is about, as far as it can be told."""
        workspace = self.methods.workspace
        if group := a.get("usergroup"):
            return str(group)
        if trigger := a.get("trigger_id"):
            return self.methods.triggers.peek(trigger)
        if view_id := a.get("view_id"):
            return next((v.user for stack in workspace.modals.values() for v in stack if v.id == view_id), "")
        for key in ("user", "user_id", "users", "channel", "channel_id"):
            if isinstance(a.get(key), str) and (user := workspace.recipient(a[key])):
                return user
        return ""

    def _answer_to(self, url: ResponseUrl, body: Mapping[str, Any]) -> None:
        workspace, source = self.methods.workspace, url.source
        if truth(body.get("delete_original")) and source:
            workspace.remove(source)
            return
        if truth(body.get("replace_original")) and source:
            self.methods.check_message(body, MOST_POSTED_TEXT)
            self.methods.change_message(source, {"blocks": [], **{k: body[k] for k in MESSAGE_PARTS if k in body}})
            return
        only = "" if body.get("response_type") == "in_channel" else url.user
        self.methods.post_as_answer(workspace.channels[url.channel], only, body)

    async def upload(self, request: web.Request) -> web.Response:
        """The second of the three calls that put a file up: the bytes, plain or as a form."""
        upload = self.methods.uploads.get(request.match_info["file"])
        if upload is None or upload.arrived:
            raise web.HTTPNotFound
        if request.content_type.startswith("multipart/"):
            form = await request.post()
            files = [part for part in form.values() if isinstance(part, web.FileField)]
            upload.content = files[0].file.read() if files else b""
        else:
            upload.content = await request.read()
        upload.arrived = True
        return web.Response(text=f"OK - {len(upload.content)}")

    async def download(self, request: web.Request) -> web.Response:
        """What `url_private` leads to; the bot's token opens it."""
        upload = self.methods.uploads.get(request.match_info["file"])
        if upload is None or request.headers.get("Authorization") != f"Bearer {self.bot_token}":
            raise web.HTTPNotFound
        return web.Response(body=upload.content, content_type="application/octet-stream")


async def arguments_of(request: web.Request) -> tuple[dict[str, Any], str]:
    """The arguments of a call and its token, from the query, a form or a JSON body."""
    arguments: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        arguments |= _object(await request.text())
    elif request.method == "POST":
        arguments |= dict(await request.post())
    for key in AS_JSON:
        if isinstance(arguments.get(key), str):
            arguments[key] = _loads(key, arguments[key])
    token = str(arguments.pop("token", "")) or request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    return arguments, token


def _object(text: str) -> dict[str, Any]:
    try:
        body = json.loads(text or "{}")
    except ValueError:
        raise SlackSays("invalid_json") from None
    if not isinstance(body, dict):
        raise SlackSays("json_not_object")
    return body


def _loads(key: str, text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        errors = {"blocks": "invalid_blocks_format", "metadata": "invalid_metadata_format"}
        raise SlackSays(errors.get(key, "invalid_arguments")) from None


def _done(method: str, carry_out: Any) -> web.Response:
    try:
        return web.json_response({"ok": True, **carry_out()})
    except SlackSays as says:
        return web.json_response(says.body(), status=404 if method == "response_url" else 200)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        LOG.exception("%s got arguments of a shape that nothing here expects", method)
        return web.json_response({"ok": False, "error": "fatal_error"})


def _refusal(trouble: Trouble) -> web.Response:
    if trouble.kind == "rate_limited":
        wait = str(max(1, round(trouble.seconds)))
        return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": wait})
    return web.json_response({"ok": False, "error": "internal_error"}, status=500)


def _hang_up(request: web.Request) -> web.Response:
    """Cut the line: the bot never learns what became of its call."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
