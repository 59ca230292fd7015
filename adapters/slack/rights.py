"""Who acts, and what Slack says they may do here.

Payloads carry neither group membership nor whether somebody is a guest, and Bolt's single-team path compares no team
id: so both are looked up, kept for at most a minute, and within half of the 3 seconds Slack waits. What could not be
found out is not guessed: rights are None then, and only verbs that need one are refused; where some groups answered
and others did not, what those would give is unsure.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Generic, TypeVar

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from adapters.core import Core
from adapters.slack.calls import CALL_FAILED, fault_of
from adapters.slack.read import Caller
from bot.conversation.gestures import Actor
from bot.domain.people import Handle, Platform, Right, Space
from bot.phrases import known_language

log = structlog.get_logger("grounds.slack")

KEPT_SECONDS = 60.0
"""A right taken away is gone within a minute (DESIGN: looked up rights are kept 60 s at most)."""
FAILURE_KEPT_SECONDS = 5.0
"""usergroups.users.list allows about 20 calls a minute: a failing one is not asked again at once."""
PATIENCE_SECONDS = 1.5
"""All look-ups of one gesture together."""
MOST_KEPT = 10_000
UNSEEN = frozenset({"user_not_found", "user_not_visible"})
"""users.info's words for somebody who isn't ours to see."""

K = TypeVar("K")
V = TypeVar("V")


class Kept(Generic[K, V]):
    """What was looked up, for a while. None means that the look-up failed."""

    def __init__(self, load: Callable[[K], Awaitable[V | None]], seconds: float = KEPT_SECONDS) -> None:
        self._load = load
        self._seconds = seconds
        self._found: dict[K, tuple[float, V | None]] = {}

    def kept(self, keys: Sequence[K]) -> Mapping[K, V | None] | None:
        """What is known of these; None where one of them is to be looked up."""
        now, known = time.monotonic(), [self._found.get(key, (0.0, None)) for key in keys]
        if any(until <= now for until, _ in known):
            return None
        return {key: found for key, (_, found) in zip(keys, known, strict=True)}

    async def get(self, keys: Sequence[K]) -> Mapping[K, V | None]:
        """The same, each looked up where it must be, all at once."""
        return dict(zip(keys, await asyncio.gather(*map(self._get, keys)), strict=True))

    async def _get(self, key: K) -> V | None:
        now = time.monotonic()
        until, found = self._found.get(key, (0.0, None))
        if now < until:
            return found
        found = await self._load(key)
        if len(self._found) >= MOST_KEPT:
            self._found.clear()
        seconds = min(self._seconds, FAILURE_KEPT_SECONDS) if found is None else self._seconds
        self._found[key] = (now + seconds, found)
        return found


class WhoActs:
    """Turns the caller named in a payload into an Actor."""

    def __init__(self, client: AsyncWebClient, core: Core, *, kept_seconds: float = KEPT_SECONDS) -> None:
        self._client = client
        self._core = core
        self._users: Kept[str, Mapping[str, Any]] = Kept(self._load_user, kept_seconds)
        self._groups: Kept[str, frozenset[str]] = Kept(self._load_group, kept_seconds)

    async def actor(self, caller: Caller) -> Actor | None:
        """None if the Space was never admitted: then nothing more is asked about anybody."""
        space = await self._core.space(Platform.SLACK, caller.team, caller.app)
        if space is None:
            return None
        wanted = sorted(space.roles)
        users, groups = self._users.kept([caller.user]), self._groups.kept(wanted)
        if users is None or groups is None:
            users, groups = await asyncio.gather(self._users.get([caller.user]), self._groups.get(wanted))
        return _actor(caller, space, users[caller.user], groups)

    async def _in_time(self, look_up: Awaitable[V | None]) -> V | None:
        try:
            return await asyncio.wait_for(look_up, PATIENCE_SECONDS)
        except TimeoutError:
            log.warning("slack.lookup_slow")
            return None

    async def _load_user(self, user: str) -> Mapping[str, Any] | None:
        return await self._in_time(self._ask_user(user))

    async def _ask_user(self, user: str) -> Mapping[str, Any] | None:
        try:
            answer = await self._client.users_info(user=user, include_locale=True)
        except CALL_FAILED as error:
            fault = fault_of(error)
            log.warning("slack.lookup_failed", call="users.info", code=fault.code)
            return {"is_stranger": True} if fault.code in UNSEEN else None
        found = answer.get("user")
        return found if isinstance(found, Mapping) else None

    async def _load_group(self, group: str) -> frozenset[str] | None:
        return await self._in_time(self._ask_group(group))

    async def _ask_group(self, group: str) -> frozenset[str] | None:
        try:
            answer = await self._client.usergroups_users_list(usergroup=group)
        except CALL_FAILED as error:
            log.warning("slack.lookup_failed", call="usergroups.users.list", code=fault_of(error).code)
            return None
        return frozenset(str(user) for user in answer.get("users") or ())


def _actor(
    caller: Caller, space: Space, user: Mapping[str, Any] | None, groups: Mapping[str, frozenset[str] | None]
) -> Actor:
    handle = Handle(Platform.SLACK, space.realm, caller.user)
    if user is None:
        stranger = bool(caller.home_team and caller.home_team not in (caller.team, caller.enterprise))
        return Actor(handle, space.realm, caller.app, rights=None, outsider=stranger)
    mine = {group for group, members in groups.items() if members and caller.user in members}
    granted = space.rights_of(mine)
    guest = bool(user.get("is_restricted") or user.get("is_ultra_restricted"))
    if space.everyone_is_student and not guest:
        granted |= {Right.STUDENT}
    silent = frozenset(group for group, members in groups.items() if members is None)
    given, family = _names(user)
    return Actor(
        handle,
        space.realm,
        caller.app,
        rights=None if silent and not granted else granted,
        unsure=space.rights_of(silent) - granted,
        outsider=_is_foreign(caller, user) or (guest and not granted),
        given_name=given,
        family_name=family,
        zone=str(user.get("tz") or ""),
        language=known_language(str(user.get("locale") or "en")),
    )


def _is_foreign(caller: Caller, user: Mapping[str, Any]) -> bool:
    """A bot, an account that was closed, or somebody of another organisation in a shared channel."""
    if user.get("is_stranger") or user.get("is_bot") or user.get("deleted"):
        return True
    enterprise = user.get("enterprise_user")
    own = {caller.team, caller.enterprise} - {""}
    teams = {str(user.get("team_id") or ""), caller.home_team} - {""}
    if isinstance(enterprise, Mapping):
        if enterprise.get("enterprise_id") and enterprise.get("enterprise_id") == caller.enterprise:
            return False
        teams |= {str(team) for team in enterprise.get("teams") or ()}
    return bool(teams) and not teams & own


def _names(user: Mapping[str, Any]) -> tuple[str, str]:
    profile = user.get("profile")
    profile = profile if isinstance(profile, Mapping) else {}
    given = str(profile.get("first_name") or "").strip()
    family = str(profile.get("last_name") or "").strip()
    if given:
        return given, family
    first, _, rest = str(profile.get("real_name") or user.get("real_name") or "").strip().partition(" ")
    return first, rest.strip()
