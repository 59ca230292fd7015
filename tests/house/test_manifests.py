"""What the platforms are asked to grant is what the code uses: commands, scopes, events, permissions, and no more."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import Any

import discord
import pytest

from adapters.main import SLACK_PATH
from bot.conversation.commands import COMMANDS
from deploy import manifests
from deploy.manifests import DISCORD_GUIDE, HOME, HTTP_MANIFEST, SOCKET_MANIFEST
from tests.house.source import calls, literal, modules

BOTH = pytest.mark.parametrize("path", [SOCKET_MANIFEST, HTTP_MANIFEST], ids=lambda path: path.stem)
SLACK_GUIDE = HOME / "deploy/slack/README.md"


def committed(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def made_up(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """An adapter that never was."""
    monkeypatch.setattr(manifests, "_nodes", lambda _folder: ast.walk(ast.parse(text)))


def test_what_is_committed_is_what_the_task_writes() -> None:
    stale = [path.name for path, text in manifests.written().items() if path.read_text(encoding="utf-8") != text]

    assert stale == [], "run `uv run deploy/manifests.py`"


@BOTH
def test_the_manifest_names_just_the_commands(path: Path) -> None:
    named = committed(path)["features"]["slash_commands"]

    assert [command["command"] for command in named] == [f"/{command.name}" for command in COMMANDS]


@BOTH
def test_the_manifest_asks_for_just_the_scopes_that_calls_need(path: Path) -> None:
    asked = committed(path)["oauth_config"]["scopes"]

    assert asked == {"bot": manifests.slack_scopes(), "bot_optional": ["groups:history", "im:history"]}
    assert {"chat:write", "commands", "im:write", "usergroups:read", "users:read"} <= set(asked["bot"])
    assert [scope for scope in asked["bot"] if "admin" in scope or "email" in scope] == []
    assert [scope for scope in asked["bot"] if "history" in scope] == asked["bot_optional"]


@BOTH
def test_the_manifest_hears_just_the_events_that_somebody_listens_to(path: Path) -> None:
    [adapter] = [module for module in modules("adapters") if module.path == "adapters/slack/app.py"]
    listened = sorted(filter(None, (literal(call.args[0]) for call in calls(adapter.tree, "event"))))

    assert committed(path)["settings"]["event_subscriptions"]["bot_events"] == listened


def test_one_manifest_is_for_the_socket_and_the_other_for_one_address() -> None:
    socket, http = SOCKET_MANIFEST.read_text(encoding="utf-8"), HTTP_MANIFEST.read_text(encoding="utf-8")

    assert [committed(path)["settings"]["socket_mode_enabled"] for path in (SOCKET_MANIFEST, HTTP_MANIFEST)] == [
        True,
        False,
    ]
    assert "://" not in socket
    assert set(re.findall(r"https://[^\"]+", http)) == {manifests.EXAMPLE + SLACK_PATH}
    assert http.count(SLACK_PATH) == len(COMMANDS) + 2


@BOTH
def test_the_manifest_keeps_slacks_limits(path: Path) -> None:
    """slackapi/manifest-schema, manifest.schema.1.0.0.json."""
    shown, features = committed(path)["display_information"], committed(path)["features"]

    assert len(shown["name"]) <= 35
    assert len(shown["description"]) <= 140
    assert 175 <= len(shown["long_description"]) <= 4000
    assert max(len(command["usage_hint"]) for command in features["slash_commands"]) <= 1000
    assert features["app_home"] == {
        "home_tab_enabled": True,
        "messages_tab_enabled": True,
        "messages_tab_read_only_enabled": False,
    }
    assert committed(path)["settings"]["interactivity"]["is_enabled"]


def test_the_slack_guide_explains_each_scope_and_event() -> None:
    guide = SLACK_GUIDE.read_text(encoding="utf-8")
    named = [*manifests.slack_scopes(), *manifests.slack_events(), *(f"/{command.name}" for command in COMMANDS)]
    rows = set(re.findall(r"^\| `([a-z]+(?::[a-z]+)*)` \|", guide, re.MULTILINE))

    assert [name for name in named if f"`{name}`" not in guide] == []
    assert rows == set(manifests.slack_scopes())


def test_the_invite_link_asks_for_just_what_the_code_uses() -> None:
    guide = DISCORD_GUIDE.read_text(encoding="utf-8")
    [asked] = re.findall(r"permissions=(\d+)", guide)
    granted = discord.Permissions(int(asked))

    assert granted == manifests.discord_permissions()
    assert granted == discord.Permissions(
        view_channel=True, send_messages=True, embed_links=True, attach_files=True, create_private_threads=True,
        send_messages_in_threads=True,
    )  # fmt: skip
    assert not granted.administrator
    assert "scope=bot+applications.commands" in guide


def test_nothing_privileged_is_asked_of_the_gateway() -> None:
    [adapter] = [module for module in modules("adapters") if module.path == "adapters/discord/app.py"]
    [intents] = calls(adapter.tree, "Intents")
    wanted = {str(keyword.arg) for keyword in intents.keywords}

    assert wanted == {"guilds"}
    assert wanted & {"members", "presences", "message_content"} == set()


@pytest.mark.parametrize(
    ("line", "scopes"),
    [
        ("client.files_upload_v2(file=x)", ["commands", "files:write"]),
        ("client.conversations_history(channel=c)", ["commands", "groups:history", "im:history"]),
        ("client.api_call('team.info')", ["commands", "team:read"]),
    ],
)
def test_a_new_call_brings_its_scopes(monkeypatch: pytest.MonkeyPatch, line: str, scopes: list[str]) -> None:
    made_up(monkeypatch, line)

    assert manifests.slack_scopes() == scopes


@pytest.mark.parametrize("line", ["client.reactions_add(name='tada')", "client.api_call(method)"])
def test_a_call_that_nobody_knows_is_named(monkeypatch: pytest.MonkeyPatch, line: str) -> None:
    made_up(monkeypatch, line)

    with pytest.raises(manifests.Unknown):
        manifests.slack_scopes()


def test_a_call_of_discord_that_nobody_knows_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    made_up(monkeypatch, "self._http.ban(user, guild)")

    with pytest.raises(manifests.Unknown, match="ban"):
        manifests.discord_permissions()
