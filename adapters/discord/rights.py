"""What a Discord account may do here: its roles, against those that the operator named for an admitted server.

In a server the interaction carries the member's roles. A press in a DM carries none (measured), so the member is
fetched from each admitted server. What Discord said is kept for a minute at most; when Discord does not answer, rights
are unknown (None), which refuses only what needs one; where one of several servers does not, what it could give is
unsure.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any, Protocol

import discord
import structlog

from adapters.core import Core
from adapters.discord.read import Known
from bot.domain.people import Platform, Right, Space

KEPT_SECONDS = 60.0
PATIENCE_SECONDS = 1.0
"""Of the 3 s for a first answer, what is left for asking who somebody is."""
MOST_KEPT = 5000
NOT_A_MEMBER = frozenset({10007, 10013})
"""Unknown member, unknown user."""
NOT_OURS = frozenset({10004, 50001})
"""Unknown guild, missing access: the bot itself is not in that server, so it vouches for nobody."""

GUEST_FLAG = 1 << 4
"""Somebody let in through a guest invite, who is no member of the place."""

GATE = Known(rights=frozenset(), gate=True)
log = structlog.get_logger(__name__)


class Members(Protocol):
    """The one call of discord.py's HTTP client that is needed here."""

    async def get_member(self, guild_id: int, member_id: int) -> Any: ...


class _Unanswered(Exception):
    """Discord did not say whether somebody is a member."""


class Rights:
    """Finds out who acts."""

    def __init__(self, core: Core, members: Members) -> None:
        self._core = core
        self._members = members
        self._kept: dict[str, tuple[float, Known]] = {}

    async def known(self, interaction: discord.Interaction[Any]) -> Known:
        """Through which Space somebody acts and with which rights, or that nothing more of theirs is read."""
        if interaction.user.bot:
            return GATE
        if interaction.guild_id is not None:
            return await self._in_server(interaction)
        return await self._in_dm(str(interaction.user.id))

    async def _in_server(self, interaction: discord.Interaction[Any]) -> Known:
        realm = str(interaction.guild_id)
        space = await self._core.space(Platform.DISCORD, realm, str(interaction.application_id))
        if space is None:
            return GATE
        rights = granted(space, _roles(interaction.user))
        return GATE if _is_guest(interaction.user) and not rights else Known(realm, rights)

    async def _in_dm(self, user: str) -> Known:
        now = asyncio.get_running_loop().time()
        kept = self._kept.get(user)
        if kept is not None and now - kept[0] < KEPT_SECONDS:
            return kept[1]
        try:
            known = await self._ask_everywhere(user)
        except _Unanswered:
            log.warning("discord_rights_unknown")
            return Known(rights=None)
        if len(self._kept) >= MOST_KEPT:
            self._kept.clear()
        if not known.unsure:
            self._kept[user] = (now, known)
        return known

    async def _ask_everywhere(self, user: str) -> Known:
        spaces = await self._core.spaces(Platform.DISCORD)
        asked = await asyncio.gather(*(self._roles_in(space, user) for space in spaces), return_exceptions=True)
        member_of = [(space, roles) for space, roles in zip(spaces, asked, strict=True) if isinstance(roles, frozenset)]
        silent = [space for space, roles in zip(spaces, asked, strict=True) if isinstance(roles, BaseException)]
        rights = frozenset[Right]().union(*(granted(space, roles) for space, roles in member_of))
        if silent and not rights:
            raise _Unanswered
        if not member_of:
            return GATE
        could_be = frozenset[Right]().union(*(granted(space, space.roles) for space in silent))
        return Known(rights=rights, unsure=could_be - rights)

    async def _roles_in(self, space: Space, user: str) -> frozenset[str] | None:
        """The roles of a member; None for somebody who is none, or a guest without a right. Raises _Unanswered."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):  # each its own: the others' answers count all the same
                member = await self._members.get_member(int(space.realm), int(user))
        except discord.HTTPException as answer:
            if answer.code in NOT_A_MEMBER | NOT_OURS:
                return None
            raise _Unanswered from answer
        except (OSError, TimeoutError, discord.RateLimited) as trouble:
            raise _Unanswered from trouble
        roles = frozenset(str(role) for role in member.get("roles", ()))
        is_guest = bool(int(member.get("flags", 0)) & GUEST_FLAG)
        return None if is_guest and not granted(space, roles) else roles


def _is_guest(user: discord.User | discord.Member) -> bool:
    return isinstance(user, discord.Member) and user.flags.guest


def granted(space: Space, roles: Iterable[str]) -> frozenset[Right]:
    """The rights that a member's roles give in a Space."""
    everyone = frozenset({Right.STUDENT}) if space.everyone_is_student else frozenset[Right]()
    return space.rights_of(roles) | everyone


def _roles(user: discord.User | discord.Member) -> tuple[str, ...]:
    """The role ids in the payload. `Member.roles` leaves out those of a server that is not cached (just joined, or
    unavailable), and that would take rights away; the ids themselves are only in `_roles`."""
    return tuple(str(role) for role in getattr(user, "_roles", ()))
