"""The state of a pretend Discord, what changes it, and how it looks on the wire."""

from __future__ import annotations

import copy
import re
import time
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import count
from secrets import token_urlsafe
from typing import Any

from adapters.sandbox.discord_gateway import DIRECT_MESSAGES, GUILD_MESSAGES, GUILDS
from adapters.sandbox.discord_rules import EPHEMERAL, LOADING, Json, Refused, walk
from adapters.sandbox.discord_things import (
    APPLICATION_ID,
    DISCORD_EPOCH,
    DM,
    ELSEWHERE_ID,
    GUEST_FLAG,
    GUILD_ID,
    MEMBER_PERMISSIONS,
    MOST_BYTES,
    NAMED_IDS,
    NONCE_LIVES,
    OWNER_ID,
    PEOPLE_IDS,
    PRIVATE_THREAD,
    STAFF_PERMISSIONS,
    TEXT_CHANNEL,
    TOKEN_LIVES,
    VIEW_CHANNEL,
    Account,
    Channel,
    Interaction,
    OpenModal,
    Post,
    Upload,
)
from adapters.sandbox.play import Wire

PLACES = (  # name, server, the role that sees it
    ("general", GUILD_ID, ""),
    ("ask-an-alum", GUILD_ID, ""),
    ("career-desk", GUILD_ID, "desk"),
    ("elsewhere", ELSEWHERE_ID, ""),
)


class World:
    """`tell(event, data, guild=, intent=)` is the gateway's; `base` is where the sandbox's own files are fetched."""

    def __init__(self, wire: Wire, now: Callable[[], float]) -> None:
        self.wire, self.now = wire, now
        self.base = ""
        self.tell: Callable[..., None] = lambda *_, **__: None
        self.roles: dict[str, dict[str, int]] = {GUILD_ID: {}, ELSEWHERE_ID: {}}  # name -> permissions
        self.installed = [GUILD_ID]
        self.people: dict[str, Account] = {}
        self.channels: dict[str, Channel] = {}
        self.commands: dict[str, dict[str, Json]] = {}  # by server, "" for everywhere
        self.interactions: dict[str, Interaction] = {}  # by token
        self.modals: dict[str, OpenModal] = {}
        self.files: dict[str, Upload] = {}
        self.uploads: dict[str, Json] = {}  # files that people hold, as attachments
        self._nonces: dict[tuple[str, str], tuple[float, Post]] = {}
        self._serial, self._last = count(), 0
        self.bot = self.join(Account(APPLICATION_ID, "Common Grounds", "UTC", bot=True))
        self.owner = self.join(Account(OWNER_ID, "Server Owner", "UTC", bot=True))
        for name, guild, needs in PLACES:
            self._open(Channel(self.named_id(name), TEXT_CHANNEL, name, guild, needs=needs))
        self.role_id("students"), self.role_id("desk")

    # ids

    def snowflake(self) -> str:
        stamp = int((time.time() - DISCORD_EPOCH) * 1000) << 22
        self._last = max(stamp, self._last + 1)
        return str(self._last)

    @staticmethod
    def named_id(name: str) -> str:
        return str(NAMED_IDS + zlib.crc32(name.encode()))

    def role_id(self, name: str) -> str:
        if name not in self.roles[GUILD_ID]:
            self.roles[GUILD_ID][name] = STAFF_PERMISSIONS if name == "desk" else 0
            data = {"guild_id": GUILD_ID, "role": self._role(name)}
            self.tell("GUILD_ROLE_CREATE", data, guild=GUILD_ID, intent=GUILDS)
        return self.named_id(f"role {name}")

    def next_person_id(self) -> str:
        return next(one for n in self._serial if (one := str(PEOPLE_IDS + n)) not in self.people)

    # people and places

    def join(self, account: Account) -> Account:
        for role in account.roles:
            self.role_id(role)
        self.people[account.id] = account
        if account.guild not in self.installed:
            self.installed.append(account.guild)
            self.tell("GUILD_CREATE", self.guild_payload(account.guild), guild=account.guild, intent=GUILDS)
        return account

    def person(self, user: str) -> Account:
        if user not in self.people:
            raise Refused(404, 10013, "Unknown User")
        return self.people[user]

    def channel(self, channel: str) -> Channel:
        if channel not in self.channels:
            raise Refused(404, 10003, "Unknown Channel")
        return self.channels[channel]

    def post(self, channel: Channel, message: str) -> Post:
        """A message that anyone could see: an ephemeral one is known to its interaction's token alone."""
        found = channel.posts.get(message)
        if found is None or found.only:
            raise Refused(404, 10008, "Unknown Message")
        return found

    def dm(self, user: str) -> Channel:
        known = self.channels.get(self.named_id(f"dm {user}"))
        return known or self._open(Channel(self.named_id(f"dm {user}"), DM, person=self.person(user).id))

    def thread(self, parent: Channel, name: str, kind: int, at_message: str = "") -> Channel:
        thread = self._open(Channel(at_message or self.snowflake(), kind, name, parent.guild, parent=parent.id))
        data = self.channel_payload(thread) | {"newly_created": True}
        self.tell("THREAD_CREATE", data, guild=thread.guild, intent=GUILDS)
        return thread

    def _open(self, channel: Channel) -> Channel:
        self.channels[channel.id] = channel
        return channel

    def members(self, guild: str) -> list[Account]:
        return [one for one in self.people.values() if one.guild == guild and not one.left]

    def sees(self, user: str, channel: Channel) -> bool:
        if channel.type == DM:
            return channel.person == user
        account = self.people[user]
        at_home = account.guild == channel.guild and not account.left and not account.bot
        if channel.needs and channel.needs not in account.roles:
            return False
        return at_home and (channel.type != PRIVATE_THREAD or user in channel.members)

    def viewers(self, post: Post) -> list[str]:
        if post.only:
            return [post.only]
        if post.channel.type == DM:
            return [post.channel.person]
        return [user for user in self.people if self.sees(user, post.channel)]

    def permissions(self, account: Account) -> int:
        roles = self.roles[account.guild]
        granted = MEMBER_PERMISSIONS
        for role in account.roles:
            granted |= roles.get(role, 0)
        return granted

    # messages

    def write(
        self,
        channel: Channel,
        author: Account,
        message: Mapping[str, Any],
        files: Sequence[Upload] = (),
        *,
        only: str = "",
        loading: bool = False,
        extra: Mapping[str, Any] | None = None,
    ) -> Post:
        """A new message, shown at once to whoever can see it unless it is still `loading`."""
        body: Json = {
            "id": self.snowflake(),
            "channel_id": channel.id,
            "author": author.as_user(),
            "type": 0,
            "content": "",
            "timestamp": self.stamp(),
            "edited_timestamp": None,
            "tts": False,
            "pinned": False,
            "mention_everyone": False,
            "mentions": [],
            "mention_roles": [],
            "attachments": [],
            "embeds": [],
            "components": [],
            "flags": (message.get("flags") or 0) & ~LOADING | (LOADING if loading else 0),
        }
        post = Post(channel, body | dict(extra or {}), self.now(), only=only, loading=loading)
        channel.posts[post.id] = post
        self._fill(post, message, files)
        if not loading:
            self._show(post, "shown")
            self._tell_post("MESSAGE_CREATE", post)
        return post

    def rewrite(self, post: Post, message: Mapping[str, Any], files: Sequence[Upload] = ()) -> None:
        """Change a message; the first words of one that was loading make it appear."""
        appears, post.loading = post.loading, False
        post.body["flags"] = (post.body["flags"] | (message.get("flags") or 0)) & ~LOADING
        self._fill(post, message, files)
        if not appears:
            post.edited = True
            post.body["edited_timestamp"] = self.stamp()
        self._show(post, "shown" if appears else "changed")
        self._tell_post("MESSAGE_CREATE" if appears else "MESSAGE_UPDATE", post)

    def remove(self, post: Post) -> None:
        for user in self.viewers(post):
            self.wire.record("discord", "gone", user, {"id": post.id, "channel_id": post.channel.id})
        post.channel.posts.pop(post.id, None)

    def merged(self, post: Post, change: Mapping[str, Any]) -> Json:
        """What a message would be after a change; null empties a field, an absent one stays."""
        named = ("content", "embeds", "components", "attachments")
        return post.body | {key: change[key] for key in named if key in change}

    def _fill(self, post: Post, message: Mapping[str, Any], files: Sequence[Upload]) -> None:
        body = post.body
        if "content" in message:
            content, allowed = (message["content"] or "").strip(), message.get("allowed_mentions")
            body |= {"content": content, "mentions": self._mentioned(content, allowed)}
            body["mention_everyone"] = bool(re.search("@(everyone|here)", content)) and _parses(allowed, "everyone")
        if "embeds" in message:
            body["embeds"] = [{"type": "rich"} | dict(embed) for embed in message["embeds"] or ()]
        if "components" in message:
            body["components"] = copy.deepcopy(message["components"] or [])
            for n, component in enumerate(walk(body["components"]), start=1):
                component.setdefault("id", n)  # type: ignore[attr-defined]  # they are plain dicts, freshly copied
        if "attachments" in message:
            kept = {str(one.get("id")) for one in message["attachments"] or ()}
            body["attachments"] = [one for one in body["attachments"] if one["id"] in kept]
        about = {str(one.get("id")): one.get("description") for one in message.get("attachments") or ()}
        body["attachments"] += [self.attach(file, about.get(str(n)) or "") for n, file in enumerate(files)]
        if "message_reference" in message:
            body["message_reference"] = {"channel_id": post.channel.id} | message["message_reference"]

    def _mentioned(self, content: str, allowed: Mapping[str, Any] | None) -> list[Json]:
        ids = dict.fromkeys(re.findall(r"<@!?(\d+)>", content))
        named = (allowed or {}).get("users") or ()
        return [
            self.people[user].as_user()
            for user in ids
            if user in self.people and (_parses(allowed, "users") or user in map(str, named))
        ]

    def attach(self, file: Upload, description: str = "") -> Json:
        """`description`: what those hear who can't see it. The file's own place in the request is its id there."""
        if len(file.content) > MOST_BYTES:
            raise Refused(413, 40005, "Request entity too large")
        number = self.snowflake()
        self.files[number] = file
        url = f"{self.base}/discord/cdn/attachments/{number}/{file.name}"
        return {
            "id": number,
            "filename": file.name,
            "size": len(file.content),
            "content_type": file.kind,
            "url": url,
            "proxy_url": url,
            **({"description": description} if description else {}),
        }

    def remember(self, channel: Channel, nonce: str, post: Post) -> None:
        self._nonces[channel.id, nonce] = (time.monotonic(), post)

    def remembered(self, channel: Channel, nonce: str) -> Post | None:
        born, post = self._nonces.get((channel.id, nonce), (0.0, None))
        return post if time.monotonic() - born < NONCE_LIVES else None

    def show_modal(self, user: str, modal: OpenModal) -> None:
        self.modals[user] = modal
        self.wire.record("discord", "shown", user, modal.payload)

    def _show(self, post: Post, what: str) -> None:
        for user in self.viewers(post):
            self.wire.record("discord", what, user, copy.deepcopy(post.body))

    def _tell_post(self, event: str, post: Post) -> None:
        if post.only:
            return
        guild = post.channel.guild
        data = post.body | ({"guild_id": guild} if guild else {})
        self.tell(event, data, guild=guild, intent=GUILD_MESSAGES if guild else DIRECT_MESSAGES)

    # interactions

    def begin(self, kind: int, user: str, channel: Channel, source: Post | None) -> Interaction:
        for old in [token for token, one in self.interactions.items() if one.age > 2 * TOKEN_LIVES]:
            del self.interactions[old]
        started = Interaction(self.snowflake(), token_urlsafe(48), kind, user, channel, source)
        self.interactions[started.token] = started
        return started

    # payloads

    def stamp(self) -> str:
        return datetime.fromtimestamp(self.now(), UTC).isoformat()

    def _role(self, name: str, guild: str = GUILD_ID) -> Json:
        return {
            "id": guild if name == "@everyone" else self.named_id(f"role {name}"),
            "name": name,
            "permissions": str(MEMBER_PERMISSIONS if name == "@everyone" else self.roles[guild][name]),
            "position": 0 if name == "@everyone" else 1 + list(self.roles[guild]).index(name),
            "color": 0,
            "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
            "hoist": False,
            "managed": False,
            "mentionable": False,
            "flags": 0,
        }

    def roles_payload(self, guild: str) -> list[Json]:
        return [self._role(name, guild) for name in ("@everyone", *self.roles[guild])]

    def member_payload(self, account: Account, *, permissions: bool = False) -> Json:
        member: Json = {
            "user": account.as_user(),
            "nick": None,
            "avatar": None,
            "roles": [self.named_id(f"role {role}") for role in account.roles],
            "joined_at": "2024-09-01T09:00:00+00:00",
            "premium_since": None,
            "deaf": False,
            "mute": False,
            "pending": False,
            "flags": GUEST_FLAG if account.guest else 0,
            "communication_disabled_until": None,
        }
        return member | {"permissions": str(self.permissions(account))} if permissions else member

    def channel_payload(self, channel: Channel) -> Json:
        last = next(reversed(channel.posts), None)
        payload: Json = {"id": channel.id, "type": channel.type, "last_message_id": last, "flags": 0}
        if channel.type == DM:
            return payload | {"recipients": [self.people[channel.person].as_user()]}
        payload |= {"name": channel.name, "guild_id": channel.guild, "rate_limit_per_user": 0}
        if channel.type == TEXT_CHANNEL:
            more: Json = {"position": 0, "topic": None, "nsfw": False, "parent_id": None}
            return payload | more | {"permission_overwrites": self._overwrites(channel)}
        metadata = {"archived": False, "locked": False, "auto_archive_duration": 10080, "invitable": False}
        return payload | {
            "parent_id": channel.parent,
            "owner_id": APPLICATION_ID,
            "message_count": len(channel.posts),
            "total_message_sent": len(channel.posts),
            "member_count": len(channel.members) + 1,
            "thread_metadata": metadata | {"archive_timestamp": self.stamp(), "create_timestamp": self.stamp()},
        }

    def _overwrites(self, channel: Channel) -> list[Json]:
        """Hidden from @everyone, open to the role and to the bot."""
        if not channel.needs:
            return []
        seen, nothing = str(VIEW_CHANNEL), "0"
        return [
            {"id": channel.guild, "type": 0, "allow": nothing, "deny": seen},
            {"id": self.named_id(f"role {channel.needs}"), "type": 0, "allow": seen, "deny": nothing},
            {"id": APPLICATION_ID, "type": 1, "allow": seen, "deny": nothing},
        ]

    def guild_payload(self, guild: str) -> Json:
        places = [one for one in self.channels.values() if one.guild == guild]
        return {
            "id": guild,
            "name": "Northgate Careers" if guild == GUILD_ID else "Somewhere Else",
            "icon": None,
            "owner_id": OWNER_ID,
            "roles": self.roles_payload(guild),
            "emojis": [],
            "stickers": [],
            "features": [],
            "channels": [self.channel_payload(one) for one in places if one.type == TEXT_CHANNEL],
            "threads": [self.channel_payload(one) for one in places if one.type != TEXT_CHANNEL],
            "members": [self.member_payload(self.bot)],
            "member_count": len(self.members(guild)),
            "large": False,
            "unavailable": False,
            "joined_at": "2024-09-01T09:00:00+00:00",
            "preferred_locale": "en-GB",
            "verification_level": 1,
            "default_message_notifications": 1,
            "explicit_content_filter": 0,
            "nsfw_level": 0,
            "mfa_level": 0,
            "premium_tier": 0,
            "system_channel_flags": 0,
        }

    def interaction_payload(self, one: Interaction, data: Json) -> Json:
        account, guild = self.people[one.user], one.channel.guild
        payload: Json = {
            "id": one.id,
            "application_id": APPLICATION_ID,
            "type": one.type,
            "token": one.token,
            "version": 1,
            "data": data,
            "channel_id": one.channel.id,
            "channel": self.channel_payload(one.channel),
            "locale": account.locale,
            "app_permissions": str(MEMBER_PERMISSIONS | STAFF_PERMISSIONS),
            "entitlements": [],
            "authorizing_integration_owners": {"0": guild or "0"},
            "context": 0 if guild else 1,
            "attachment_size_limit": MOST_BYTES,
        }
        if guild:
            payload |= {
                "guild_id": guild,
                "guild": {"id": guild, "locale": "en-GB", "features": []},
                "guild_locale": "en-GB",
                "member": self.member_payload(account, permissions=True),
            }
        else:
            payload["user"] = account.as_user()
        if one.source:
            payload["message"] = copy.deepcopy(one.source.body)
        return payload


def _parses(allowed: Mapping[str, Any] | None, kind: str) -> bool:
    """Whether mentions of a kind ring: without `allowed_mentions` all do."""
    return allowed is None or kind in (allowed.get("parse") or ())


def visible_posts(world: World, user: str) -> Iterable[Post]:
    """What this person can see now, oldest first."""
    seen = [
        post
        for channel in world.channels.values()
        if world.sees(user, channel)
        for post in channel.posts.values()
        if post.only in ("", user) and not post.loading
    ]
    return sorted(seen, key=lambda post: int(post.id))


def is_ephemeral(message: Mapping[str, Any]) -> bool:
    return bool((message.get("flags") or 0) & EPHEMERAL)
