"""Slack over signed HTTP: the real adapter behind the real listener, called by the pretend Slack and by strangers."""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest
from aiohttp import web
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.http import MOST_BYTES, Listener, Reply
from adapters.main import SLACK_PATH
from adapters.sandbox.play import Wire
from adapters.sandbox.slack import PretendSlack
from adapters.sandbox.slack_http import signed
from adapters.slack.app import SlackSide, build
from bot.conversation.gestures import Command, Opened, Press, Submission
from bot.domain.people import Platform, Space
from bot.views.elements import Button, PressId, View
from deploy.manifests import HTTP_MANIFEST
from tests.contract.slack_stage import FORM, SORRY, TableCore

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
JSON, AS_FORM = "application/json", "application/x-www-form-urlencoded"
SCOPES = frozenset(json.loads(HTTP_MANIFEST.read_text(encoding="utf-8"))["oauth_config"]["scopes"]["bot"])


@dataclass
class Stage:
    slack: PretendSlack
    core: TableCore
    side: SlackSide
    user: str
    url: str
    http: aiohttp.ClientSession
    wire: Wire

    async def post(
        self,
        body: str | bytes,
        kind: str = AS_FORM,
        *,
        secret: str = SECRET,
        at: float | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[int, str]:
        """One request as Slack would send it, unless told otherwise; status and body of the answer."""
        text = body.decode("latin-1") if isinstance(body, bytes) else body
        proof = signed(secret, text, time.time() if at is None else at)
        given = {"Content-Type": kind, **proof, **(headers or {})}
        async with self.http.post(self.url, data=body, headers=given) as answer:
            return answer.status, await answer.text()

    def command(self, text: str = "", **more: str) -> str:
        """A command as Slack encodes it."""
        fields = {
            "team_id": self.slack.team_id,
            "api_app_id": self.slack.app_id,
            "user_id": self.user,
            "user_name": "priya",
            "channel_id": "C1",
            "command": "/intro",
            "text": text,
            "trigger_id": "1.2.abc",
            "response_url": "",
        }
        return urlencode(fields | more)

    def opened(self, event_id: str) -> str:
        event = {"type": "app_home_opened", "user": self.user, "tab": "home", "channel": "D1", "event_ts": "1.0"}
        whose = {"team_id": self.slack.team_id, "api_app_id": self.slack.app_id}
        return json.dumps({"type": "event_callback", "event_id": event_id, "event": event, **whose})


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    """The pretend Slack grants just what the manifest asks for."""
    wire = Wire()
    slack = PretendSlack(wire, time.time, scopes=SCOPES)
    platform = Listening(slack)
    base = await platform.start()
    space = Space(
        Platform.SLACK, slack.team_id, slack.app_id, "Northfield", slack.channel_id("career-desk"),
        frozenset({slack.group_id("students")}), frozenset({slack.group_id("desk")}),
    )  # fmt: skip
    core = TableCore([space], {"/intro": View("Three people")})
    given = slack.settings(base)
    side = build(core, bot_token=given["SLACK_BOT_TOKEN"], api_url=given["SLACK_API_URL"], signing_secret=SECRET)
    assert side.door is not None
    listener = Listener("127.0.0.1", 0, {SLACK_PATH: side.door})
    await side.start()
    await listener.start()
    url = f"http://127.0.0.1:{listener.port}{SLACK_PATH}"
    await slack.deliver_to(url, SECRET)
    user = slack.add_person("Priya Shah", roles=["students"])
    async with aiohttp.ClientSession() as http:
        yield Stage(slack, core, side, user, url, http, wire)
    await listener.stop()
    await side.stop()
    await slack.close()
    await platform.stop()


class Listening:
    """The pretend Slack's own server."""

    def __init__(self, slack: PretendSlack) -> None:
        app = web.Application()
        app.add_routes(slack.routes())
        self._runner = web.AppRunner(app)

    async def start(self) -> str:
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        return f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        await self._runner.cleanup()


# --- what Slack sends -----------------------------------------------------------------------------------------------


async def test_from_a_command_to_a_direct_message(stage):
    stage.core.answers["/intro"] = FORM
    stage.core.answers["ask"] = View("On its way", buttons=(Button("Another", PressId("find")),))
    stage.core.answers["find"] = View("Three people", "They said yes.")

    assert (await stage.slack.command(stage.user, "/intro")).acked
    opened = stage.slack.screen(stage.user).modal
    assert opened is not None
    assert opened.title == "Ask Maya"

    assert (await stage.slack.submit(stage.user, {"topic": "Nursing", "note": "Hello"})).acked
    answered = stage.slack.screen(stage.user).modal
    assert answered is not None
    assert answered.title == "On its way"

    assert (await stage.slack.press(stage.user, "Another")).acked
    assert [type(gesture) for gesture in stage.core.asked] == [Command, Submission, Press]
    assert "missing_scope" not in str([event.body for event in stage.wire.events])


async def test_a_commands_answer_is_in_the_response(stage):
    status, said = await stage.post(stage.command())

    assert status == 200
    assert json.loads(said)["text"] == "Three people"


async def test_errors_of_a_form_come_back_in_the_response(stage):
    stage.core.answers["/intro"] = FORM
    stage.core.answers["ask"] = RuntimeError("the database is away")

    await stage.slack.command(stage.user, "/intro")
    reaction = await stage.slack.submit(stage.user, {"topic": "Nursing", "note": "Hello"})

    shown = stage.slack.screen(stage.user).modal
    assert reaction.acked
    assert shown is not None
    assert shown.title == SORRY.title


async def test_slack_may_check_the_address(stage):
    body = json.dumps({"type": "url_verification", "token": "old", "challenge": "3eZbrw1aB"})

    status, said = await stage.post(body, JSON)

    assert (status, json.loads(said)) == (200, {"challenge": "3eZbrw1aB"})
    assert (await stage.post(body, JSON, secret="another"))[0] == 401


async def test_slack_may_check_the_certificate(stage):
    assert await stage.post("ssl_check=1&token=old") == (200, "")


async def test_what_nobody_listens_to_is_acknowledged(stage):
    message = {"type": "message", "subtype": "channel_join", "user": stage.user, "text": "hi"}
    body = {"type": "event_callback", "event_id": "Ev1", "event": message, "team_id": stage.slack.team_id}

    assert (await stage.post(json.dumps(body), JSON))[0] == 200
    assert stage.core.asked == []


async def test_a_command_may_be_about_a_payload(stage):
    """Bolt takes any form with this word for one that carries a payload, and finds none."""
    stage.core.answers["/intro payload"] = View("Three people")

    status, _ = await stage.post(stage.command("payload", channel_name="payload-team"))

    assert status == 200
    assert [gesture.words for gesture in stage.core.asked] == ["payload"]


async def test_a_repeated_event_has_one_key(stage):
    stage.core.answers["opened"] = View("Hello")

    first = await stage.post(stage.opened("Ev7"), JSON)
    again = await stage.post(stage.opened("Ev7"), JSON, headers={"X-Slack-Retry-Num": "1"})

    keys = [gesture.key for gesture in stage.core.asked if isinstance(gesture, Opened)]
    assert (first[0], again[0]) == (200, 200)
    assert keys == ["slack:event:Ev7"] * 2


async def test_a_repeated_command_has_one_key(stage):
    body = stage.command()

    assert [(await stage.post(body))[0] for _ in range(2)] == [200, 200]
    assert [gesture.key for gesture in stage.core.asked] == ["slack:command:1.2.abc"] * 2


# --- what strangers send --------------------------------------------------------------------------------------------


async def refused(stage: Stage, status: int, body: str | bytes | None = None, kind: str = AS_FORM, **how: Any) -> None:
    """The answer has this status and nothing more to say, and the core never heard of it."""
    answered, said = await stage.post(stage.command() if body is None else body, kind, **how)

    assert answered == status
    assert "Traceback" not in said
    assert stage.core.asked == []


async def test_a_forged_request_is_refused(stage):
    await refused(stage, 401, secret="another")


async def test_a_changed_request_is_refused(stage):
    proof = signed(SECRET, stage.command(), time.time())

    await refused(stage, 401, stage.command("mine"), headers=proof)


@pytest.mark.parametrize("minutes", [-6, 6, -60 * 24 * 365])
async def test_a_stale_request_is_refused_however_well_it_is_signed(stage, minutes):
    await refused(stage, 401, at=time.time() + minutes * 60)


@pytest.mark.parametrize("minutes", [-4, 4])
async def test_clocks_may_differ_a_little(stage, minutes):
    assert (await stage.post(stage.command(), at=time.time() + minutes * 60))[0] == 200


@pytest.mark.parametrize("stamp", ["", "yesterday", "1e9", "-1", "0x10", "1.5", "٣", " ", "9" * 5000, "nan"])
async def test_a_timestamp_that_is_no_number_is_refused(stage, stamp):
    await refused(stage, 401, headers={"X-Slack-Request-Timestamp": stamp})


@pytest.mark.parametrize("signature", ["", "v0=", "v0=é", "v1=" + "0" * 64, "v0=" + "0" * 63, "v0=" + "0" * 64])
async def test_a_signature_that_is_none_is_refused(stage, signature):
    await refused(stage, 401, headers={"X-Slack-Signature": signature})


async def test_a_request_without_any_proof_is_refused(stage):
    async with stage.http.post(stage.url, data=stage.command(), headers={"Content-Type": AS_FORM}) as answer:
        assert answer.status == 401
    async with stage.http.post(stage.url, data="ssl_check=1", headers={"Content-Type": AS_FORM}) as answer:
        assert answer.status == 401
    assert stage.core.asked == []


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("", JSON),
        ("{", JSON),
        ("[]", JSON),
        ("null", JSON),
        ('"text"', JSON),
        ("{}", JSON),
        ("[" * 100_000, JSON),
        ('{"type": "event_callback"}', JSON),
        ('{"type": "event_callback", "event": [], "authorizations": 7}', JSON),
        ('{"enterprise": 1, "team": 2, "user": 3}', JSON),
        ("", AS_FORM),
        ("nothing", AS_FORM),
        ("payload=", AS_FORM),
        ("payload={", AS_FORM),
        ("payload=[]", AS_FORM),
        ("payload=%7B%7D", AS_FORM),
        ("command=%FF%FE", AS_FORM),
        ("&".join(f"a{n}=1" for n in range(200)), AS_FORM),
    ],
)
async def test_a_malformed_body_is_named_so(stage, body, kind):
    await refused(stage, 400, body, kind)


async def test_a_body_in_no_encoding_is_malformed(stage):
    await refused(stage, 400, b"command=\xff\xfe")


@pytest.mark.parametrize("kind", ["", "text/plain", "multipart/form-data; boundary=x", "application/xml", ";"])
async def test_a_body_of_another_type_is_not_read(stage, kind):
    await refused(stage, 415, kind=kind)


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "Application/JSON"])
async def test_a_type_may_be_written_as_http_allows(stage, kind):
    stage.core.answers["opened"] = View("Hello")

    assert (await stage.post(stage.opened("Ev8"), kind))[0] == 200


async def test_a_body_that_is_too_large_is_not_read(stage):
    await refused(stage, 413, "a=" + "x" * MOST_BYTES)


async def test_nothing_is_unpacked(stage):
    await refused(stage, 400, gzip.compress(stage.command().encode()), headers={"Content-Encoding": "gzip"})


async def test_there_is_nothing_else_to_be_found(stage):
    for path in ("/", "/slack", "/slack/events/", "/slack/install", "/metrics", "/slack/../slack/other"):
        async with stage.http.post(stage.url.removesuffix(SLACK_PATH) + path, data=stage.command()) as answer:
            assert (path, answer.status) == (path, 404)
    for method in ("GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH"):
        async with stage.http.request(method, stage.url) as answer:
            assert (method, answer.status) == (method, 405)
            assert "Server" not in answer.headers


async def test_a_door_that_breaks_tells_nothing():
    async def broken(body: bytes, headers: Mapping[str, str]) -> Reply:
        raise RuntimeError("a secret")

    listener = Listener("127.0.0.1", 0, {"/x": broken})
    await listener.start()
    async with aiohttp.ClientSession() as http, http.post(f"http://127.0.0.1:{listener.port}/x") as answer:
        assert (answer.status, await answer.text()) == (500, "")
    await listener.stop()


async def test_a_port_that_is_taken_is_an_error(stage):
    with pytest.raises(OSError, match="address already in use"):
        await Listener("127.0.0.1", int(stage.url.rsplit(":", 1)[1].split("/")[0]), {}).start()


FIELD = st.sampled_from(
    ["type", "event", "event_id", "user", "id", "team", "team_id", "enterprise", "authorizations", "actions", "view",
     "command", "trigger_id", "callback_id", "action_id", "value", "channel", "container", "state", "values",
     "is_enterprise_install", "response_urls", "user_id", "text", "block_id", "message", "private_metadata"]
)  # fmt: skip
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(FIELD, inner, max_size=4),
    max_leaves=8,
)
TYPES = st.sampled_from(
    ["event_callback", "block_actions", "view_submission", "view_closed", "shortcut", "message_action",
     "block_suggestion", "interactive_message", "dialog_submission", "workflow_step_edit", "function_executed"]
)  # fmt: skip
PAYLOADS = st.builds(lambda kind, rest: {**rest, **kind}, st.fixed_dictionaries({}, optional={"type": TYPES}),
                     st.dictionaries(FIELD, VALUES, max_size=6))  # fmt: skip


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(payload=PAYLOADS, as_json=st.booleans())
async def test_whatever_is_signed_is_never_an_error_of_ours(stage_of_doors, payload, as_json):
    body = json.dumps(payload) if as_json else urlencode({"payload": json.dumps(payload)})
    proof = {"Content-Type": JSON if as_json else AS_FORM, **signed(SECRET, body, time.time())}

    reply = await stage_of_doors(body.encode(), proof)

    assert reply.status in (200, 400)


@pytest.fixture(scope="module")
def stage_of_doors():
    """The door by itself, without a Slack to ask who somebody is."""
    side = build(TableCore([]), bot_token="xoxb-1", api_url="http://127.0.0.1:9/", signing_secret=SECRET)
    return side.door
