"""What Discord sends becomes a gesture.

The actor comes from the authenticated interaction only. Everything that it says with words of ours (a command's
options, a button's id, a form's values) is read leniently: what makes no sense becomes a gesture that the core answers
kindly, never an exception.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import discord

from bot.conversation.commands import BY_NAME
from bot.conversation.gestures import Actor, Command, Press, Submission
from bot.domain.people import Handle, Platform, Right
from bot.phrases import known_language
from bot.views.elements import PressId, Value

UNREADABLE = PressId("unreadable")
"""Stands for an id that was never ours; no verb is called so, and the core has a kind answer for these."""

LABEL, ROW, FILE_UPLOAD = 18, 1, 19
CHECKBOX_GROUP, SELECT = 22, 3


@dataclass(frozen=True)
class Known:
    """What was found out about the one who acts: through which Space, and what they may do there.

    `unsure`: what they may be allowed beside, where a part could not be looked up.
    `gate`: nothing of theirs is read any further (a bot, a place that was never admitted, nobody's member).
    """

    space: str = ""
    rights: frozenset[Right] | None = frozenset()
    gate: bool = False
    unsure: frozenset[Right] = frozenset()


@dataclass(frozen=True)
class GivenFile:
    """A file in a submission, still at Discord: its item, where it lies and how large Discord says it is."""

    item: str
    url: str
    size: int


def key(interaction: discord.Interaction[Any]) -> str:
    """The gesture's key: Discord numbers each interaction once."""
    return f"discord:{interaction.id}"


def language(interaction: discord.Interaction[Any]) -> str:
    """The language of the person's client, if we speak it."""
    return known_language(str(interaction.locale))


def is_private(interaction: discord.Interaction[Any]) -> bool:
    """Whether only the actor and the bot see the place it happened in: their DM."""
    return interaction.guild_id is None and not interaction.context.private_channel


def actor(interaction: discord.Interaction[Any], known: Known) -> Actor:
    """Who acted. The name that they carry on Discord is a suggestion, split so that no more than a first name and an
    initial is shown of it; the account's own name is a handle and is not read. Discord tells no zone."""
    user = interaction.user
    called = getattr(user, "nick", None) or user.global_name or ""
    given, _, family = " ".join(called.split()).partition(" ")
    return Actor(
        handle=Handle(Platform.DISCORD, "", str(user.id)),
        space=known.space,
        app=str(interaction.application_id),
        rights=known.rights,
        unsure=known.unsure,
        outsider=known.gate,
        given_name=given,
        family_name=family,
        language=language(interaction),
    )


# --- commands ------------------------------------------------------------------------------------------------------


def command(interaction: discord.Interaction[Any], known: Known) -> Command:
    """`/host join code:ABC` → name `host`, words `join ABC`."""
    data = _data(interaction)
    name = str(data.get("name", ""))
    words = " ".join(_words(data.get("options") or ()))
    channel = "" if interaction.guild_id is None else str(interaction.channel_id or "")
    return Command(key(interaction), actor(interaction, known), name, words, channel=channel)


def _words(options: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for option in options:
        if "value" in option:
            yield str(option["value"]).strip()
        else:
            yield str(option.get("name", ""))
            yield from _words(option.get("options") or ())


def command_verb(interaction: discord.Interaction[Any]) -> str:
    """The verb that a command means, or nothing for words that mean nothing."""
    data = _data(interaction)
    asked = BY_NAME.get(str(data.get("name", "")))
    meant = asked.read(" ".join(_words(data.get("options") or ()))) if asked else None
    return meant[0].verb if meant else ""


# --- presses and submissions ---------------------------------------------------------------------------------------


def press_id(interaction: discord.Interaction[Any]) -> PressId:
    """What the button points at."""
    return PressId.read(str(_data(interaction).get("custom_id", ""))) or UNREADABLE


def press(interaction: discord.Interaction[Any], known: Known) -> Press:
    return Press(key(interaction), actor(interaction, known), press_id(interaction))


def send_id(interaction: discord.Interaction[Any]) -> tuple[PressId, int | None]:
    """What the form points at, and which page of it was sent."""
    text = str(_data(interaction).get("custom_id", ""))
    before, mark, page = text.rpartition("#")
    if mark and page.isascii() and page.isdigit():
        return PressId.read(before) or UNREADABLE, int(page)
    return PressId.read(text) or UNREADABLE, None


def submission(
    interaction: discord.Interaction[Any], known: Known, files: Mapping[str, str] | None = None
) -> Submission:
    """A page that was sent; `files` holds the text of those handed over, by item."""
    send, page = send_id(interaction)
    values = {str(part["custom_id"]): _value(part) for part in _components(interaction) if "custom_id" in part}
    return Submission(key(interaction), actor(interaction, known), send, values, page, files=files or {})


def _value(part: Mapping[str, Any]) -> Value:
    """What was typed or chosen. A selection is text when one was made, because a `Choose` with many options is a
    select on Discord; of a group of checkboxes all come back, in order."""
    if "values" not in part:
        return str(part.get("value") or "")
    chosen = tuple(str(value) for value in part["values"] or ())
    if part.get("type") == FILE_UPLOAD:
        return ""
    if part.get("type") == SELECT and len(chosen) < 2:
        return chosen[0] if chosen else ""
    return chosen


def given_files(interaction: discord.Interaction[Any]) -> tuple[GivenFile, ...]:
    """The files in a submission, one an item."""
    lying = (_data(interaction).get("resolved") or {}).get("attachments") or {}
    return tuple(
        GivenFile(str(part["custom_id"]), str(lying[first]["url"]), int(lying[first].get("size", 0)))
        for part in _components(interaction)
        if part.get("type") == FILE_UPLOAD
        for first in [str(value) for value in part.get("values") or ()][:1]
        if first in lying
    )


def _components(interaction: discord.Interaction[Any]) -> Iterator[Mapping[str, Any]]:
    for part in _data(interaction).get("components") or ():
        if part.get("type") == LABEL:
            yield part.get("component") or {}
        elif part.get("type") == ROW:
            yield from part.get("components") or ()
        else:
            yield part


def _data(interaction: discord.Interaction[Any]) -> Mapping[str, Any]:
    """The interaction's own part of the payload, as it came."""
    return interaction.data or {}
