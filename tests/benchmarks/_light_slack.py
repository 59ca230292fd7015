"""As little of Slack as a measurement needs: who somebody is, who is in a group, and a place where messages arrive.

The sandbox's pretend Slack keeps and checks everything; here it would be what is measured.
"""

from __future__ import annotations

import json
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode

from aiohttp import web

from adapters.sandbox.slack_http import signed

TEAM, APP, DESK_CHANNEL = "T0BENCH0001", "A0BENCH0001", "C0BENCHDESK"
STUDENTS, DESK = "S0STUDENTS1", "S0DESK00001"
BOT_TOKEN, SECRET = "xoxb-bench", "bench-signing-secret"


class LightSlack:
    """Everybody of `users` is a student. `opened` is the newest form, `posted` how many messages arrived."""

    def __init__(self, users: tuple[str, ...]) -> None:
        self.users = users
        self.opened: dict[str, Any] = {}
        self.posted = 0
        self.base = ""
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_route("*", "/api/{method}", self._call)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.base = f"http://127.0.0.1:{self._runner.addresses[0][1]}/api/"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    def settings(self) -> dict[str, str]:
        """What points an app at this Slack."""
        return {"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_SIGNING_SECRET": SECRET, "SLACK_API_URL": self.base}

    async def _call(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        sent = dict(request.query) | dict(await _body(request))
        return web.json_response({"ok": True, **self._answer(method, sent)})

    def _answer(self, method: str, sent: dict[str, Any]) -> dict[str, Any]:
        match method:
            case "users.info":
                user = {"id": sent["user"], "tz": "Europe/London", "locale": "en-GB", "real_name": "Sam Lane"}
                return {"user": user | {"profile": {"first_name": "Sam", "last_name": "Lane"}}}
            case "usergroups.users.list":
                return {"users": list(self.users) if sent["usergroup"] == STUDENTS else []}
            case "views.open":
                view = sent["view"]
                self.opened = json.loads(view) if isinstance(view, str) else view
                return {"view": {"id": "V0"}}
            case "chat.postMessage":
                self.posted += 1
                return {"channel": "D0BENCH", "ts": f"1.{self.posted:06}"}
            case "conversations.open":
                return {"channel": {"id": "D0BENCH"}}
            case "auth.test":
                return {"team_id": TEAM, "user_id": "U0BOT", "bot_id": "B0BOT"}
            case _:
                return {}


async def _body(request: web.Request) -> dict[str, Any]:
    if request.content_type == "application/json":
        found = await request.json()
        return found if isinstance(found, dict) else {}
    return {name: value for name, value in (await request.post()).items() if isinstance(value, str)}


def command(user: str, trigger: str) -> dict[str, str]:
    """`/intro`, typed in the bot's DM."""
    return {
        "token": "", "team_id": TEAM, "team_domain": "bench", "channel_id": "D0BENCH", "channel_name": "directmessage",
        "user_id": user, "user_name": user, "command": "/intro", "text": "", "api_app_id": APP,
        "is_enterprise_install": "false", "response_url": "", "trigger_id": trigger,
    }  # fmt: skip


def submission(form: dict[str, Any], user: str, number: int, typed: dict[str, str]) -> dict[str, Any]:
    """The form filled in and sent."""
    view = form | {
        "id": f"V{number}", "team_id": TEAM, "app_id": APP, "hash": f"{number}.h", "root_view_id": f"V{number}",
        "previous_view_id": None, "external_id": "", "state": {"values": _filled(form, typed)}, "bot_id": "B0BOT",
    }  # fmt: skip
    return {
        "type": "view_submission", "team": {"id": TEAM, "domain": "bench"},
        "user": {"id": user, "username": user, "name": user, "team_id": TEAM}, "api_app_id": APP, "token": "",
        "trigger_id": f"{number}.t", "enterprise": None, "is_enterprise_install": False, "view": view,
        "response_urls": [],
    }  # fmt: skip


def _filled(form: dict[str, Any], typed: dict[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for block in form["blocks"]:
        if block["type"] != "input":
            continue
        element, name = block["element"], block["element"]["action_id"]
        if "options" in element:
            chosen = next(one for one in element["options"] if one["value"] == typed[name])
            values[block["block_id"]] = {name: {"type": element["type"], "selected_option": chosen}}
        else:
            values[block["block_id"]] = {name: {"type": element["type"], "value": typed.get(name, "")}}
    return values


def signed_request(payload: dict[str, Any], *, as_form: bool, at: float) -> tuple[str, dict[str, str]]:
    """A body and its headers, as Slack sends them: a command's fields, or a payload in a form."""
    body = urlencode(payload if as_form else {"payload": json.dumps(payload)})
    return body, {"Content-Type": "application/x-www-form-urlencoded", **signed(SECRET, body, at)}
