"""Writes down what the platforms must grant us, read out of the code: no more than it uses, and no less.

For Slack two manifests, one for each way in: commands from the catalogue, events that the adapter listens to, scopes of
the methods that it calls. For Discord the invite link, with the permissions that its calls need in a channel.

    uv run deploy/manifests.py

Whoever adds a call whose needs nobody wrote down here gets an error that names it.
"""

from __future__ import annotations

import ast
import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import discord
from slack_sdk.web.async_client import AsyncWebClient

from adapters.main import SLACK_PATH
from adapters.sandbox.slack_methods import SCOPES
from bot.conversation.commands import COMMANDS, SlashCommand
from bot.phrases import FALLBACK, say

HOME = Path(__file__).resolve().parent.parent
SOCKET_MANIFEST = HOME / "deploy/slack/manifest-socket.json"
HTTP_MANIFEST = HOME / "deploy/slack/manifest-http.json"
DISCORD_GUIDE = HOME / "deploy/discord/README.md"

EXAMPLE = "https://grounds.example.edu"
"""Where the bot is reached over HTTP; every campus puts its own."""
NAME = "Common Grounds"
SHORT = "A 20-minute talk with an alum who does the job you wonder about, arranged right here."
LONG = (
    "Students say what they wonder about and are shown up to three alumni who could tell them, with reasons. The alum "
    "answers with one press: yes, not this time, or a question first. Common Grounds finds a time, reminds both, and "
    "carries the thank-you back. Nobody's contact details go across until both have said so. It is research, not a "
    "job interview and not a way to ask for a job."
)

NO_SCOPE = frozenset({"auth.test", "views.open", "views.push", "views.update", "views.publish"})
"""Methods that every bot token may call."""
OPTIONAL = frozenset({"im:history", "groups:history"})
"""Scopes that a workspace may leave out: without, a message whose fate is unclear can't be looked for."""
ALSO = {"conversations.history": frozenset({"groups:history"})}
"""What a method needs beside for the private channel of a desk. (A public one's history is nothing that we ask for.)"""
SEVERAL = {"files_upload_v2": ("files.getUploadURLExternal", "files.completeUploadExternal")}
"""Calls of slack_sdk that are several of Slack's."""

IN_CHANNELS: Mapping[str, frozenset[str]] = {
    "send_message": frozenset({"view_channel", "send_messages"}),
    "edit_message": frozenset({"view_channel"}),
    "delete_message": frozenset({"view_channel"}),  # our own ones
    "start_private_message": frozenset(),
    "start_thread_without_message": frozenset({"create_private_threads"}),
    "add_user_to_thread": frozenset({"send_messages_in_threads"}),  # Discord: whoever may write there may add to it
    "logs_from": frozenset(),  # our own direct messages; without the right to, a channel's history comes back empty
    "get_member": frozenset(),
    "get_from_cdn": frozenset(),
    "request": frozenset(),  # the commands that are registered; anything else has a method of its own
    "bulk_upsert_global_commands": frozenset(),
    "close": frozenset(),
}
"""What each call of discord.py's HTTP client needs in a server. Answers to commands and presses need nothing."""
SHOWN: Mapping[str, str] = {"Embed": "embed_links", "File": "attach_files"}
"""What a message may hold, and what that needs in a channel."""
CLIENTS = frozenset({"http", "_http", "_members"})
"""What that client is called in our adapter."""
LINK = re.compile(r"https://discord\.com/oauth2/authorize\?\S*?(?=[\s)>`]|$)")


class Unknown(Exception):
    """A call whose needs nobody wrote down."""


# --- what the code uses ----------------------------------------------------------------------------------------------


def _nodes(folder: str) -> Iterator[ast.AST]:
    for file in sorted((HOME / "adapters" / folder).glob("*.py")):
        yield from ast.walk(ast.parse(file.read_text(encoding="utf-8"), str(file)))


def slack_methods() -> frozenset[str]:
    """The Web API's methods that adapters/slack calls."""
    found: set[str] = set()
    for node in _nodes("slack"):
        if isinstance(node, ast.Attribute) and _is_a_method(node.attr):
            found |= set(SEVERAL.get(node.attr, (node.attr.replace("_", "."),)))
        elif isinstance(node, ast.Call) and _called(node) == "api_call":
            found.add(_first_word(node))
    return frozenset(found)


def _is_a_method(name: str) -> bool:
    return "_" in name.strip("_") and name != "api_call" and not name.startswith("_") and hasattr(AsyncWebClient, name)


def _called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""


def _first_word(call: ast.Call) -> str:
    """The literal that a call begins with. Raises Unknown where it is none."""
    first = call.args[0] if call.args else None
    if not isinstance(first, ast.Constant) or not isinstance(first.value, str):
        raise Unknown(f"{_called(call)} with something else than a literal")
    return first.value


def slack_scopes() -> list[str]:
    """What the bot's token must be granted. `commands` is for the slash commands."""
    methods = slack_methods()
    if unknown := sorted(methods - SCOPES.keys() - NO_SCOPE):
        raise Unknown(f"Slack's {', '.join(unknown)}: which scope?")
    needed = {SCOPES[method] for method in methods if method in SCOPES}
    return sorted(needed.union({"commands"}, *(ALSO.get(method, ()) for method in methods)))


def slack_events() -> list[str]:
    """The events that adapters/slack listens to by name."""
    calls = [node for node in _nodes("slack") if isinstance(node, ast.Call) and _called(node) == "event"]
    return sorted({_first_word(call) for call in calls if not (call.args and isinstance(call.args[0], ast.Name))})


def discord_permissions() -> discord.Permissions:
    """What the bot's role needs in the channels where it posts."""
    needs: set[str] = set()
    for node in _nodes("discord"):
        if not isinstance(node, ast.Attribute):
            continue
        owner = node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", "")
        if owner in CLIENTS and _is_a_call_of_discord(node.attr):
            needs |= _needs(node.attr)
        elif owner == "discord" and node.attr in SHOWN:
            needs.add(SHOWN[node.attr])
    return discord.Permissions(**dict.fromkeys(needs, True))


def _is_a_call_of_discord(name: str) -> bool:
    return callable(getattr(discord.http.HTTPClient, name, None))


def _needs(name: str) -> frozenset[str]:
    if name not in IN_CHANNELS:
        raise Unknown(f"Discord's {name}: which permissions?")
    return IN_CHANNELS[name]


# --- what is written down --------------------------------------------------------------------------------------------


def manifest(url: str = "") -> dict[str, Any]:
    """Slack's app manifest: for Socket Mode, or for HTTP with the address that Slack should call."""
    address, scopes = ({"request_url": url} if url else {}), slack_scopes()
    return {
        "display_information": {
            "name": NAME,
            "description": SHORT,
            "long_description": LONG,
            "background_color": "#1f4d3d",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,  # commands are typed there
            },
            "bot_user": {"display_name": NAME, "always_online": True},
            "slash_commands": [_command(command, url) for command in COMMANDS],
        },
        "oauth_config": {"scopes": {"bot": scopes, "bot_optional": [one for one in scopes if one in OPTIONAL]}},
        "settings": {
            "event_subscriptions": {**address, "bot_events": slack_events()},
            "interactivity": {"is_enabled": True, **address},
            "org_deploy_enabled": False,
            "socket_mode_enabled": not url,
            "token_rotation_enabled": False,
        },
    }


def _command(command: SlashCommand, url: str) -> dict[str, Any]:
    words = " | ".join(" ".join((sub.name, *(ask.upper() for ask in sub.asks))) for sub in command.subs)
    return {
        "command": f"/{command.name}",
        **({"url": url} if url else {}),
        "description": say(f"commands.{command.name}", FALLBACK),
        "usage_hint": f"[{words}]" if command.bare else words,
        "should_escape": False,
    }


def invite_link() -> str:
    """What brings the bot into a Discord server; the application's id is still to be put in."""
    scopes = "scope=bot+applications.commands"
    permissions = f"permissions={discord_permissions().value}"
    return f"https://discord.com/oauth2/authorize?client_id=YOUR_APPLICATION_ID&{scopes}&{permissions}"


def written() -> dict[Path, str]:
    """Every file that this task keeps, as it should be."""
    guide = DISCORD_GUIDE.read_text(encoding="utf-8")
    return {
        SOCKET_MANIFEST: json.dumps(manifest(), indent=2) + "\n",
        HTTP_MANIFEST: json.dumps(manifest(EXAMPLE + SLACK_PATH), indent=2) + "\n",
        DISCORD_GUIDE: LINK.sub(invite_link(), guide),
    }


def main() -> int:
    """Write them."""
    for path, text in written().items():
        path.write_text(text, encoding="utf-8")
        print(path.relative_to(HOME))
    return 0


if __name__ == "__main__":
    sys.exit(main())
