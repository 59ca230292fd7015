"""Discord's REST API, version 10: one table of routes, one way in, one way out.

Every call is recorded before it is carried out and before it is answered, so that a test can end the bot between the
two; a `Trouble` can spoil it in between.
"""

from __future__ import annotations

import asyncio
import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from mimetypes import guess_type
from typing import Any, Final

from aiohttp import BodyPartReader, web

from adapters.sandbox.discord_answers import answer_routes
from adapters.sandbox.discord_call import Answer, Call, Handle, Route
from adapters.sandbox.discord_rules import Json, Refused, check_commands, check_message, is_empty
from adapters.sandbox.discord_things import (
    APPLICATION_ID,
    DM,
    ELSEWHERE_ID,
    GUILD_ID,
    PRIVATE_THREAD,
    PUBLIC_THREAD,
    TEXT_CHANNEL,
    Channel,
    Upload,
)
from adapters.sandbox.discord_world import World

API: Final = "/discord/api/v10"
OPEN_TO_ALL: Final = ("/gateway", "/interactions/", "/webhooks/")  # by their own token, or by none
CARRIES: Final = ("/messages", "/callback", "/webhooks/")  # calls that bring something to a person


@dataclass
class Trouble:
    """`times` calls go wrong: those that bring something to a person (to `user`, if named), or those named by `on`
    (`POST /users/@me/channels`, `GET /guilds/42/members/{user}`, or `*` for any)."""

    kind: str
    user: str
    times: int
    seconds: float
    on: str

    def strikes(self, what: str, user: str, there: str) -> bool:
        if self.times <= 0 or (self.user and self.user != user):
            return False
        carries = not what.startswith("GET ") and any(part in what for part in CARRIES)
        return self.on in ("*", what, there) or (not self.on and carries)


class Rest:
    """`key` is the bot's token; `troubles` is shared with whoever plays."""

    def __init__(self, world: World, key: str, shards: int, troubles: list[Trouble]) -> None:
        self.world, self.key, self.shards, self.troubles = world, key, shards, troubles

    def routes(self) -> Iterable[web.AbstractRouteDef]:
        for method, template, handle in (*self._table(), *answer_routes(self.world)):
            yield web.route(method, API + template, partial(self._serve, template, handle))
        yield web.get("/discord/cdn/attachments/{id}/{name}", self._file)
        yield web.route("*", "/discord/api/{rest:.*}", partial(self._serve, "?", _nowhere))

    def _table(self) -> Iterable[Route]:
        yield "GET", "/gateway", self.gateway
        yield "GET", "/gateway/bot", self.gateway
        yield "GET", "/users/@me", self.me
        yield "GET", "/users/@me/guilds", self.my_guilds
        yield "POST", "/users/@me/channels", self.open_dm
        yield "GET", "/users/{user}", self.user
        yield "GET", "/oauth2/applications/@me", self.application
        yield "GET", "/applications/@me", self.application
        yield "GET", "/guilds/{guild}", self.guild
        yield "GET", "/guilds/{guild}/channels", self.guild_channels
        yield "GET", "/guilds/{guild}/roles", self.guild_roles
        yield "GET", "/guilds/{guild}/members/{user}", self.member
        yield "GET", "/channels/{channel}", self.channel
        yield "POST", "/channels/{channel}/typing", self.typing
        yield "GET", "/channels/{channel}/messages", self.messages
        yield "POST", "/channels/{channel}/messages", self.send
        yield "GET", "/channels/{channel}/messages/{message}", self.message
        yield "PATCH", "/channels/{channel}/messages/{message}", self.edit
        yield "DELETE", "/channels/{channel}/messages/{message}", self.delete
        yield "POST", "/channels/{channel}/threads", self.start_thread
        yield "POST", "/channels/{channel}/messages/{message}/threads", self.start_thread
        yield "PUT", "/channels/{channel}/thread-members/{user}", self.add_to_thread
        for scope in ("/applications/{app}/commands", "/applications/{app}/guilds/{guild}/commands"):
            yield "GET", scope, self.commands
            yield "PUT", scope, self.sync
            yield "POST", scope, self.add_command
            yield "DELETE", scope + "/{command}", self.drop_command

    # the way in and the way out

    async def _serve(self, template: str, handle: Handle, request: web.Request) -> web.StreamResponse:
        self.world.base = self.world.base or f"{request.scheme}://{request.host}"
        call = Call(request.method, request.match_info, request.query, {}, ())
        unread: Refused | None = None
        try:
            call = await _read(request)
        except Refused as refused:
            unread = refused
        what, user = f"{call.method} {template}", self._whom(call)
        self.world.wire.record("discord", f"call {what}", user, call.body)
        trouble = self._trouble(what, user, what.replace("{guild}", call.path.get("guild", "")))
        if trouble and trouble.kind == "slow":
            await asyncio.sleep(trouble.seconds)
        if trouble and trouble.kind == "cut":
            return _hang_up(request)
        status, answer = self._carry_out(request, template, handle, call, trouble, unread)
        if trouble and trouble.kind == "lose_answer":
            self.world.wire.record("discord", f"unheard {what}", user, answer)
            return _hang_up(request)
        self.world.wire.record("discord", f"answered {what}", user, answer)
        return _response(what, status, answer, trouble.seconds if trouble else 0.0)

    def _carry_out(
        self,
        request: web.Request,
        template: str,
        handle: Handle,
        call: Call,
        trouble: Trouble | None,
        unread: Refused | None,
    ) -> Answer:
        if trouble and trouble.kind == "rate_limited":
            wait = trouble.seconds or 1.0
            return 429, {"message": "You are being rate limited.", "retry_after": wait, "global": False}
        if trouble and trouble.kind == "server_error":
            return 500, {"message": "500: Internal Server Error", "code": 0}
        if not template.startswith(OPEN_TO_ALL) and request.headers.get("Authorization") != f"Bot {self.key}":
            return 401, {"message": "401: Unauthorized", "code": 0}
        try:
            if unread:
                raise unread
            return handle(call)
        except Refused as refused:
            return refused.status, refused.as_json()

    def _trouble(self, what: str, user: str, there: str) -> Trouble | None:
        """`there`: the same with the server that is meant, so that one of several can be struck."""
        found = next((one for one in self.troubles if one.strikes(what, user, there)), None)
        if found:
            found.times -= 1
        return found

    def _whom(self, call: Call) -> str:
        """The person whom a call is about, for the log and for trouble."""
        if (token := call.path.get("token")) in self.world.interactions:
            return self.world.interactions[token or ""].user
        if channel := self.world.channels.get(call.path.get("channel", "")):
            return channel.person
        body = call.body if isinstance(call.body, dict) else {}
        return str(call.path.get("user") or body.get("recipient_id") or "")

    async def _file(self, request: web.Request) -> web.StreamResponse:
        file = self.world.files.get(request.match_info["id"])
        if file is None:
            return web.Response(status=404)
        return web.Response(body=file.content, headers={"Content-Type": file.kind})

    # who and where

    def gateway(self, call: Call) -> Answer:
        url = self.world.base.replace("http", "ws", 1) + "/discord/gateway"
        limit = {"total": 1000, "remaining": 999, "reset_after": 14_400_000, "max_concurrency": 1}
        return 200, {"url": url, "shards": self.shards, "session_start_limit": limit}

    def me(self, call: Call) -> Answer:
        return 200, self.world.bot.as_user()

    def my_guilds(self, call: Call) -> Answer:
        payloads = map(self.world.guild_payload, self.world.installed)
        return 200, [{key: guild[key] for key in ("id", "name", "icon", "features")} for guild in payloads]

    def user(self, call: Call) -> Answer:
        return 200, self.world.person(call.path["user"]).as_user()

    def application(self, call: Call) -> Answer:
        return 200, {
            "id": APPLICATION_ID,
            "name": "Common Grounds",
            "icon": None,
            "description": "",
            "bot_public": False,
            "bot_require_code_grant": False,
            "verify_key": "0" * 64,
            "flags": 0,
            "team": None,
            "owner": self.world.owner.as_user(),
            "bot": self.world.bot.as_user(),
        }

    def _guild(self, call: Call) -> str:
        if call.path["guild"] not in self.world.installed:
            raise Refused(404, 10004, "Unknown Guild")
        return call.path["guild"]

    def guild(self, call: Call) -> Answer:
        return 200, self.world.guild_payload(self._guild(call))

    def guild_channels(self, call: Call) -> Answer:
        return 200, self.world.guild_payload(self._guild(call))["channels"]

    def guild_roles(self, call: Call) -> Answer:
        return 200, self.world.roles_payload(self._guild(call))

    def member(self, call: Call) -> Answer:
        guild, account = self._guild(call), self.world.person(call.path["user"])
        if account is not self.world.bot and account not in self.world.members(guild):
            raise Refused(404, 10007, "Unknown Member")
        return 200, self.world.member_payload(account)

    def open_dm(self, call: Call) -> Answer:
        """Opens for anybody: whether they take messages shows when one is sent."""
        user = str(call.body.get("recipient_id"))
        if user not in self.world.people:
            raise Refused(400, 50033, "Invalid Recipient(s)")
        return 200, self.world.channel_payload(self.world.dm(user))

    def _channel(self, call: Call) -> Channel:
        return self.world.channel(call.path["channel"])

    def channel(self, call: Call) -> Answer:
        return 200, self.world.channel_payload(self._channel(call))

    def typing(self, call: Call) -> Answer:
        self._channel(call)
        return 204, None

    # messages

    def messages(self, call: Call) -> Answer:
        """Newest first, as Discord lists them."""
        posts = [post for post in self._channel(call).posts.values() if not post.only]
        if before := call.query.get("before"):
            posts = [post for post in posts if int(post.id) < int(before)]
        if after := call.query.get("after"):
            posts = [post for post in posts if int(post.id) > int(after)]
        many = min(int(call.query.get("limit", "50")), 100)
        return 200, [post.body for post in (posts[:many] if after else posts[-many:])][::-1]

    def message(self, call: Call) -> Answer:
        return 200, self.world.post(self._channel(call), call.path["message"]).body

    def send(self, call: Call) -> Answer:
        channel, nonce = self._channel(call), str(call.body.get("nonce") or "")
        check_message(call.body, flags=call.body.get("flags") or 0)
        if is_empty(call.body | {"attachments": ()}, len(call.files)):
            raise Refused(400, 50006, "Cannot send an empty message")
        if channel.type == DM:
            self._reachable(channel.person)
        enforced = bool(nonce and call.body.get("enforce_nonce"))
        if enforced and (known := self.world.remembered(channel, nonce)):
            return 200, known.body | {"nonce": call.body["nonce"]}
        post = self.world.write(channel, self.world.bot, call.body, call.files)
        if enforced:
            self.world.remember(channel, nonce, post)
        return 200, post.body | ({"nonce": call.body["nonce"]} if nonce else {})

    def _reachable(self, user: str) -> None:
        account = self.world.person(user)
        if account.left:
            raise Refused(403, 50278, "Cannot send messages to this user due to having no mutual guilds")
        if account.dms_closed or account.bot:
            raise Refused(403, 50007, "Cannot send messages to this user")

    def edit(self, call: Call) -> Answer:
        post = self.world.post(self._channel(call), call.path["message"])
        if post.body["author"]["id"] != APPLICATION_ID:
            raise Refused(403, 50005, "Cannot edit a message authored by another user")
        check_message(call.body, flags=post.body["flags"] | (call.body.get("flags") or 0))
        if is_empty(self.world.merged(post, call.body), len(call.files)):
            raise Refused(400, 50006, "Cannot send an empty message")
        self.world.rewrite(post, call.body, call.files)
        return 200, post.body

    def delete(self, call: Call) -> Answer:
        post = self.world.post(self._channel(call), call.path["message"])
        if post.body["author"]["id"] != APPLICATION_ID:
            raise Refused(403, 50003, "Cannot execute action on a DM channel")
        self.world.remove(post)
        return 204, None

    def start_thread(self, call: Call) -> Answer:
        parent, message, name = self._channel(call), call.path.get("message", ""), call.body.get("name") or ""
        if parent.type != TEXT_CHANNEL:
            raise Refused(400, 50024, "Cannot execute action on this channel type")
        if message:
            self.world.post(parent, message)
        if not 1 <= len(name) <= 100:
            fault = {"code": "BASE_TYPE_BAD_LENGTH", "message": "Must be between 1 and 100 in length."}
            raise Refused(400, 50035, "Invalid Form Body", {"name": {"_errors": [fault]}})
        kind = PUBLIC_THREAD if message else call.body.get("type") or PRIVATE_THREAD
        return 201, self.world.channel_payload(self.world.thread(parent, name, kind, message))

    def add_to_thread(self, call: Call) -> Answer:
        thread, account = self._channel(call), self.world.person(call.path["user"])
        if thread.type not in (PUBLIC_THREAD, PRIVATE_THREAD):
            raise Refused(400, 50024, "Cannot execute action on this channel type")
        if account not in self.world.members(thread.guild):
            raise Refused(403, 50001, "Missing Access")
        thread.members.add(account.id)
        return 204, None

    # slash commands

    def _scope(self, call: Call) -> str:
        if call.path["app"] != APPLICATION_ID:
            raise Refused(403, 20012, "You are not authorized to perform this action on this application")
        guild = call.path.get("guild", "")
        if guild not in ("", GUILD_ID, ELSEWHERE_ID):
            raise Refused(403, 50001, "Missing Access")
        return guild

    def commands(self, call: Call) -> Answer:
        return 200, list(self.world.commands.get(self._scope(call), {}).values())

    def sync(self, call: Call) -> Answer:
        """All commands of a scope at once: what is not named is gone."""
        scope, wanted = self._scope(call), call.body if isinstance(call.body, list) else []
        check_commands(wanted)
        known = self.world.commands.get(scope, {})
        self.world.commands[scope] = {one["name"]: self._registered(one, scope, known) for one in wanted}
        return 200, list(self.world.commands[scope].values())

    def add_command(self, call: Call) -> Answer:
        scope = self._scope(call)
        check_commands([call.body])
        known = self.world.commands.setdefault(scope, {})
        status = 200 if call.body["name"] in known else 201
        known[call.body["name"]] = self._registered(call.body, scope, known)
        return status, known[call.body["name"]]

    def drop_command(self, call: Call) -> Answer:
        known = self.world.commands.get(self._scope(call), {})
        name = next((name for name, one in known.items() if one["id"] == call.path["command"]), None)
        if name is None:
            raise Refused(404, 10063, "Unknown application command")
        del known[name]
        return 204, None

    def _registered(self, command: Mapping[str, Any], scope: str, known: Mapping[str, Json]) -> Json:
        defaults: Json = {
            "type": 1,
            "options": [],
            "default_member_permissions": None,
            "dm_permission": True,
            "contexts": None,
            "integration_types": [0],
            "nsfw": False,
        }
        kept = known.get(command["name"], {}).get("id") or self.world.snowflake()
        fixed: Json = {"id": kept, "application_id": APPLICATION_ID, "version": self.world.snowflake()}
        return defaults | dict(command) | fixed | ({"guild_id": scope} if scope else {})


def _nowhere(call: Call) -> Answer:
    return 404, {"message": "404: Not Found", "code": 0}


async def _read(request: web.Request) -> Call:
    body: Any = {}
    files: list[Upload] = []
    if request.content_type == "multipart/form-data":
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader):
                continue
            content = bytes(await part.read())
            if part.name == "payload_json":
                body = _json(content)
            else:
                name = part.filename or "unknown"
                guessed, _ = guess_type(name)  # Discord goes by the name; discord.py sends no kind
                kind = guessed or part.headers.get("Content-Type") or "application/octet-stream"
                files.append(Upload(name, kind, content))
    elif content := await request.read():
        if request.content_type != "application/json":
            fault = {
                "code": "CONTENT_TYPE_INVALID",
                "message": 'Expected "Content-Type" header to be application/json.',
            }
            raise Refused(400, 50035, "Invalid Form Body", {"_errors": [fault]})
        body = _json(content)
    return Call(request.method, request.match_info, request.query, body, tuple(files))


def _json(content: bytes) -> Any:
    try:
        return json.loads(content)
    except ValueError:
        raise Refused(400, 50109, "The request body contains invalid JSON.") from None


def _hang_up(request: web.Request) -> web.StreamResponse:
    """The line breaks: the bot can't know whether it was done."""
    if request.transport:
        request.transport.close()
    return web.Response()


def _response(what: str, status: int, answer: Any, seconds: float) -> web.Response:
    """With the headers that clients pace themselves by; the bucket never runs dry, only `rate_limited` stops a bot."""
    headers = {
        "X-RateLimit-Limit": "50",
        "X-RateLimit-Remaining": "49",
        "X-RateLimit-Reset-After": "1.000",
        "X-RateLimit-Bucket": f"{zlib.crc32(what.encode()):08x}",
        "Via": "1.1 google",
    }
    if status == 429:
        wait = f"{seconds or 1.0:.3f}"
        more = {"Retry-After": wait, "X-RateLimit-Reset-After": wait, "X-RateLimit-Scope": "user"}
        headers |= {"X-RateLimit-Remaining": "0"} | more
    if answer is None:
        return web.Response(status=status, headers=headers)
    headers["Content-Type"] = "application/json"
    return web.Response(status=status, body=json.dumps(answer).encode(), headers=headers)
