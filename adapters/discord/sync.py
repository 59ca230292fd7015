"""The slash commands as Discord is told of them.

They are registered only when they differ from what is registered, and only when somebody asks for it: not at each
start, because registering counts against a daily limit and makes the commands flicker in people's clients.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from discord.http import HTTPClient, Route

from bot.conversation.commands import COMMANDS, SlashCommand, Sub
from bot.phrases import FALLBACK, PSEUDO, languages, say

CHAT_INPUT, SUB_COMMAND, STRING = 1, 1, 3
IN_SERVERS, IN_DM = 0, 1
MANAGE_SERVER = str(1 << 5)
"""Who sees /desk until the server's admins say otherwise (Server settings, Integrations). What a person may do is
decided by us, whatever Discord shows them."""
SHOWN_TO_STAFF = frozenset({"desk"})
DESCRIPTION = 100
LOCALES: Mapping[str, tuple[str, ...]] = {
    "es": ("es-ES", "es-419"),
    "pt": ("pt-BR",),
    "sv": ("sv-SE",),
    "zh": ("zh-CN", "zh-TW"),
    "en": ("en-US", "en-GB"),
}
"""Where Discord's name of a locale is not the language's own."""

log = structlog.get_logger(__name__)


def command_payloads(spoken: Sequence[str] | None = None) -> list[dict[str, Any]]:
    """The application commands, described in English and in `spoken` (every language we have)."""
    others = [name for name in (languages() if spoken is None else spoken) if name not in (FALLBACK, PSEUDO)]
    return [_command(command, others) for command in COMMANDS]


def _command(command: SlashCommand, others: Sequence[str]) -> dict[str, Any]:
    options = [_what(command, others)] if command.bare else [_sub(command.name, sub, others) for sub in command.subs]
    return {
        "type": CHAT_INPUT,
        "name": command.name,
        **_described(f"commands.{command.name}", others),
        "options": options,
        "contexts": [IN_SERVERS, IN_DM],
        "integration_types": [0],
        "default_member_permissions": MANAGE_SERVER if command.name in SHOWN_TO_STAFF else None,
        "nsfw": False,
    }


def _what(command: SlashCommand, others: Sequence[str]) -> dict[str, Any]:
    """A command with sub-commands can't be called bare on Discord; so these are an optional choice."""
    choices = [{"name": sub.name, "value": sub.name} for sub in command.subs]
    return {
        "type": STRING,
        "name": "what",
        **_described(f"commands.{command.name}_what", others),
        "choices": choices,
    }


def _sub(command: str, sub: Sub, others: Sequence[str]) -> dict[str, Any]:
    key = f"commands.{command}_{sub.name}"
    asks = [{"type": STRING, "name": ask, **_described(f"{key}_{ask}", others)} for ask in sub.asks]
    return {"type": SUB_COMMAND, "name": sub.name, **_described(key, others), "options": asks}


def _described(key: str, others: Sequence[str]) -> dict[str, Any]:
    return {
        "description": say(key, FALLBACK)[:DESCRIPTION],
        "description_localizations": {
            locale: say(key, language)[:DESCRIPTION]
            for language in others
            for locale in LOCALES.get(language, (language,))
        },
    }


async def sync(http: HTTPClient, application: int) -> bool:
    """Register the commands if they differ from what Discord has; whether they did."""
    wanted = command_payloads()
    route = Route("GET", "/applications/{application_id}/commands", application_id=application)
    known = await http.request(route, params={"with_localizations": "true"})
    if _comparable(known) == _comparable(wanted):
        log.info("discord_commands_same")
        return False
    await http.bulk_upsert_global_commands(application, wanted)
    log.info("discord_commands_registered", count=len(wanted))
    return True


COMPARED = (
    "type",
    "name",
    "description",
    "description_localizations",
    "options",
    "choices",
    "value",
    "required",
    "contexts",
    "default_member_permissions",
)


def _comparable(given: Any) -> Any:
    """What we decide about commands, without what Discord adds; absent, empty, None and False are one."""
    if not isinstance(given, list):
        return given
    if not all(isinstance(one, Mapping) for one in given):
        return sorted(given)
    several = [{name: _comparable(one[name]) for name in COMPARED if one.get(name)} for one in given]
    return sorted(several, key=lambda one: str(one.get("name")))
