"""The methods of the pretend Web API: what each does to the workspace, and what it answers or refuses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .slack_forms import values_of
from .slack_rules import MOST_POSTED_TEXT, MOST_UPDATED_TEXT, MOST_VIEW_BYTES, message_refusal, view_faults
from .slack_state import (
    BOT,
    BOT_NAME,
    BOT_USER,
    DOMAIN,
    TEAM,
    Channel,
    OpenView,
    Posted,
    SlackPerson,
    SlackSays,
    Workspace,
    message_json,
    view_json,
    with_ids,
)
from .slack_tickets import Trigger, Triggers

Arguments = Mapping[str, Any]
Answer = dict[str, Any]
MESSAGE_PARTS = ("text", "blocks", "attachments", "metadata", "thread_ts")
DEEPEST_STACK = 3
KINDS: Mapping[str, str] = {"csv": "text/csv", "png": "image/png"}

#: The scope each method wants; those not named want none.
SCOPES: Mapping[str, str] = {
    "team.info": "team:read",
    "users.info": "users:read",
    "usergroups.list": "usergroups:read",
    "usergroups.users.list": "usergroups:read",
    "conversations.open": "im:write",
    "conversations.info": "im:read",
    "conversations.members": "im:read",
    "conversations.history": "im:history",
    "chat.postMessage": "chat:write",
    "chat.postEphemeral": "chat:write",
    "chat.update": "chat:write",
    "chat.delete": "chat:write",
    "files.getUploadURLExternal": "files:write",
    "files.completeUploadExternal": "files:write",
    "files.info": "files:read",
    "files.delete": "files:write",
}
#: What conversations.history wants for channels instead.
PRIVATE_HISTORY, PUBLIC_HISTORY = "groups:history", "channels:history"
EVERY_SCOPE = frozenset({*SCOPES.values(), "commands", PRIVATE_HISTORY, PUBLIC_HISTORY})


@dataclass
class Upload:
    """A file, announced or already here."""

    id: str
    name: str
    content: bytes = b""
    arrived: bool = False
    title: str = ""
    alt_txt: str = ""

    def as_json(self, base: str) -> dict[str, Any]:
        url = f"{base}/slack/files/{self.id}"
        return {
            "id": self.id,
            "name": self.name,
            "title": self.title or self.name,
            "size": len(self.content),
            "mimetype": self.kind,
            "filetype": self.name.rpartition(".")[2],
            "mode": "hosted",
            "url_private": url,
            "url_private_download": url,
            **({"alt_txt": self.alt_txt} if self.alt_txt else {}),
        }

    @property
    def kind(self) -> str:
        """What Slack takes it for, by its name's ending."""
        return KINDS.get(self.name.rpartition(".")[2].lower(), "application/octet-stream")


@dataclass
class Methods:
    """Everything a bot may ask of this workspace. `also` names block types taken beyond the usual ones."""

    workspace: Workspace
    triggers: Triggers
    also: frozenset[str] = frozenset()
    uploads: dict[str, Upload] = field(default_factory=dict)

    def table(self) -> dict[str, Callable[[Arguments], Answer]]:
        """Method name → what carries it out."""
        return {
            "auth.test": self.auth_test,
            "team.info": self.team_info,
            "users.info": self.users_info,
            "usergroups.list": self.usergroups_list,
            "usergroups.users.list": self.usergroups_users_list,
            "conversations.open": self.conversations_open,
            "conversations.info": self.conversations_info,
            "conversations.members": self.conversations_members,
            "conversations.history": self.conversations_history,
            "chat.postMessage": self.chat_post_message,
            "chat.postEphemeral": self.chat_post_ephemeral,
            "chat.update": self.chat_update,
            "chat.delete": self.chat_delete,
            "views.open": self.views_open,
            "views.push": self.views_push,
            "views.update": self.views_update,
            "views.publish": self.views_publish,
            "files.getUploadURLExternal": self.files_get_upload_url,
            "files.completeUploadExternal": self.files_complete_upload,
            "files.info": self.files_info,
            "files.delete": self.files_delete,
        }

    def scope_for(self, method: str, a: Arguments) -> str | None:
        """What the bot's token needs for this call."""
        if method == "conversations.history" and (channel := self.workspace.channels.get(str(a.get("channel")))):
            return SCOPES[method] if channel.im else PRIVATE_HISTORY if channel.private else PUBLIC_HISTORY
        return SCOPES.get(method)

    # who is who

    def auth_test(self, a: Arguments) -> Answer:
        return {
            "url": f"https://{DOMAIN}.slack.com/",
            "team": "Sandbox",
            "user": BOT_NAME,
            "team_id": TEAM,
            "user_id": BOT_USER,
            "bot_id": BOT,
            "is_enterprise_install": False,
        }

    def team_info(self, a: Arguments) -> Answer:
        return {"team": {"id": TEAM, "name": "Sandbox", "domain": DOMAIN, "email_domain": ""}}

    def users_info(self, a: Arguments) -> Answer:
        return {"user": user_json(self.workspace.person(a.get("user")))}

    def usergroups_list(self, a: Arguments) -> Answer:
        roles = sorted({role for p in self.workspace.people.values() for role in p.roles})
        groups = [{"id": group_id(r), "team_id": TEAM, "is_usergroup": True, "name": r, "handle": r} for r in roles]
        return {"usergroups": groups}

    def usergroups_users_list(self, a: Arguments) -> Answer:
        people = self.workspace.people.values()
        known = {group_id(role) for p in people for role in p.roles} | {group_id("students"), group_id("desk")}
        if a.get("usergroup") not in known:
            raise SlackSays("no_such_subteam")
        members = [p for p in people if a["usergroup"] in {group_id(role) for role in p.roles} and not p.left]
        return {"users": [p.id for p in members]}

    # conversations

    def conversations_open(self, a: Arguments) -> Answer:
        if a.get("channel"):
            return {"channel": {"id": self.workspace.channel(a["channel"]).id}}
        if not a.get("users"):
            raise SlackSays("users_list_not_supplied")
        person = self.workspace.person(a["users"])
        if person.bot:
            raise SlackSays("cannot_dm_bot")
        if person.left:
            raise SlackSays("user_disabled")
        return {"channel": {"id": self.workspace.channel(person.dm).id}}

    def conversations_info(self, a: Arguments) -> Answer:
        channel = self.workspace.channel(a.get("channel"))
        return {"channel": {"id": channel.id, "name": channel.name, "is_im": channel.im, "is_member": True}}

    def conversations_members(self, a: Arguments) -> Answer:
        members = sorted(self.workspace.channel(a.get("channel")).members)
        return {"members": members, "response_metadata": {"next_cursor": ""}}

    def conversations_history(self, a: Arguments) -> Answer:
        """Newest first; metadata only when asked for."""
        channel = self.workspace.channel(a.get("channel"))
        limit = min(int(a.get("limit") or 100), 999)
        below = str(a.get("cursor") or "").removeprefix("below:") or None
        oldest, latest = float(a.get("oldest") or 0), float(a.get("latest") or "inf")
        inclusive, metadata = truth(a.get("inclusive")), truth(a.get("include_all_metadata"))
        found = [
            m
            for m in reversed(self.workspace.posted_in(channel))
            if not m.only and (below is None or m.ts < below)
            if oldest < float(m.ts) < latest or (inclusive and float(m.ts) in (oldest, latest))
        ]
        page, more = found[:limit], len(found) > limit
        return {
            "messages": [message_json(m, metadata=metadata) for m in page],
            "has_more": more,
            "response_metadata": {"next_cursor": f"below:{page[-1].ts}" if more else ""},
        }

    # messages

    def chat_post_message(self, a: Arguments) -> Answer:
        channel = self.workspace.channel(a.get("channel"))
        self.check_message(a, MOST_POSTED_TEXT)
        message = self.workspace.post(channel, {k: a[k] for k in MESSAGE_PARTS if a.get(k)})
        return {"channel": channel.id, "ts": message.ts, "message": message_json(message)}

    def chat_post_ephemeral(self, a: Arguments) -> Answer:
        channel = self.workspace.channel(a.get("channel"))
        person = self.workspace.person(a.get("user"))
        if person.id not in channel.members:
            raise SlackSays("user_not_in_channel")
        self.check_message(a, MOST_POSTED_TEXT)
        message = self.workspace.post(channel, {k: a[k] for k in MESSAGE_PARTS if a.get(k)}, only=person.id)
        return {"message_ts": message.ts}

    def chat_update(self, a: Arguments) -> Answer:
        """Blocks and metadata that are not named stay; an empty list or object takes them away."""
        message = self._message(a)
        self.check_message(a, MOST_UPDATED_TEXT)
        self.change_message(message, {k: a[k] for k in MESSAGE_PARTS if a.get(k) is not None})
        return {
            "channel": message.channel.id,
            "ts": message.ts,
            "text": message.body.get("text", ""),
            "message": message_json(message),
        }

    def change_message(self, message: Posted, parts: Arguments) -> None:
        message.body, message.edited = with_ids({**message.body, **parts}, self.workspace), True
        self.workspace.show(message)

    def chat_delete(self, a: Arguments) -> Answer:
        message = self._message(a)
        self.workspace.remove(message)
        return {"channel": message.channel.id, "ts": message.ts}

    def _message(self, a: Arguments) -> Posted:
        channel = self.workspace.channels.get(str(a.get("channel")))  # a person's id does not do here
        if channel is None:
            raise SlackSays("channel_not_found")
        return self.workspace.find(channel, a.get("ts"))

    def check_message(self, a: Arguments, most_text: int) -> None:
        error, details = message_refusal(a, most_text=most_text, also=self.also)
        if error:
            raise SlackSays(error, details)

    def post_as_answer(self, channel: Channel, only: str, body: Arguments) -> None:
        """A message that comes back on an ack or a response URL; refused by the same rules."""
        self.check_message(body, MOST_POSTED_TEXT)
        self.workspace.post(channel, {k: body[k] for k in MESSAGE_PARTS if body.get(k)}, only=only)

    # views

    def views_open(self, a: Arguments) -> Answer:
        trigger, view = self._triggered(a)
        return self._opened(trigger, self.workspace.new_view(trigger.user, view), [])

    def views_push(self, a: Arguments) -> Answer:
        trigger, view = self._triggered(a)
        stack = self.workspace.modals.get(trigger.user, [])
        if not trigger.view_id or trigger.view_id not in {v.id for v in stack}:
            raise SlackSays("invalid_trigger_id")
        if len(stack) >= DEEPEST_STACK:
            raise SlackSays("push_limit_reached")
        return self._opened(trigger, self.workspace.new_view(trigger.user, view, under=stack[-1]), stack)

    def _triggered(self, a: Arguments) -> tuple[Trigger, Answer]:
        if not a.get("trigger_id") or not a.get("view"):
            raise SlackSays("invalid_arguments", ["[ERROR] missing required field: trigger_id or view"])
        self.check_view(a["view"], "modal")
        return self.triggers.look(a["trigger_id"]), a["view"]

    def _opened(self, trigger: Trigger, view: OpenView, below: list[OpenView]) -> Answer:
        trigger.used = True
        self.workspace.modals[trigger.user] = [*below, view]
        self.workspace.show_view(view)
        return {"view": view_json(view, values_of(view))}

    def views_update(self, a: Arguments) -> Answer:
        view = self.workspace.view(a.get("view_id"), a.get("external_id"))
        self._check_hash(view, a)
        self.check_view(a.get("view"), view.body["type"])
        self.workspace.change_view(view, a["view"])
        return {"view": view_json(view, values_of(view))}

    def views_publish(self, a: Arguments) -> Answer:
        person = self.workspace.person(a.get("user_id"))
        self.check_view(a.get("view"), "home")
        home = self.workspace.homes.get(person.id)
        if home is None:
            home = self.workspace.homes[person.id] = self.workspace.new_view(person.id, a["view"])
            self.workspace.show_view(home)
        else:
            self._check_hash(home, a)
            self.workspace.change_view(home, a["view"])
        return {"view": view_json(home, values_of(home))}

    def _check_hash(self, view: OpenView, a: Arguments) -> None:
        if a.get("hash") and a["hash"] != view.hash:
            raise SlackSays("hash_conflict")

    def check_view(self, view: Any, kind: str) -> None:
        if faults := view_faults(view, kind, also=self.also):
            raise SlackSays("invalid_arguments", faults)
        if len(str(view).encode()) > MOST_VIEW_BYTES:
            raise SlackSays("view_too_large")

    # files

    def files_get_upload_url(self, a: Arguments) -> Answer:
        if not a.get("filename") or not str(a.get("length", "")).isdigit() or int(a["length"]) < 1:
            raise SlackSays("invalid_arguments", ["[ERROR] missing required field: filename or length"])
        upload = Upload(self.workspace.new_id("F"), str(a["filename"]), alt_txt=str(a.get("alt_txt") or ""))
        self.uploads[upload.id] = upload
        return {"upload_url": f"{a['base']}/slack/upload/{upload.id}", "file_id": upload.id}

    def files_complete_upload(self, a: Arguments) -> Answer:
        """With an initial comment the blocks are left out, as Slack does."""
        files = a.get("files") or ()
        uploads = [self._upload(file.get("id")) for file in files]
        if not uploads or not all(upload.arrived for upload in uploads):
            raise SlackSays("file_not_found")
        for upload, file in zip(uploads, files, strict=True):
            upload.title = file.get("title") or upload.name
        shown = [upload.as_json(a["base"]) for upload in uploads]
        if a.get("channel_id"):
            if a["channel_id"] in self.workspace.people:
                raise SlackSays("invalid_channel")
            channel = self.workspace.channel(a["channel_id"])
            words = {key: a[key] for key in ("initial_comment", "blocks") if a.get(key)}
            above = {"text": words["initial_comment"]} if "initial_comment" in words else words
            self.check_message({"text": " ", **above}, MOST_POSTED_TEXT)
            self.workspace.post(channel, {"text": "", **above, "files": shown})
        return {"files": shown}

    def _upload(self, file_id: Any) -> Upload:
        if file_id not in self.uploads:
            raise SlackSays("file_not_found")
        return self.uploads[file_id]

    def files_info(self, a: Arguments) -> Answer:
        return {"file": self._upload(a.get("file")).as_json(a["base"])}

    def files_delete(self, a: Arguments) -> Answer:
        upload = self._upload(a.get("file"))
        del self.uploads[upload.id]
        for message in self.workspace.posted():
            message.body["files"] = [f for f in message.body.get("files", ()) if f["id"] != upload.id]
        return {}


def truth(value: Any) -> bool:
    """A flag as JSON or as a form sends it."""
    return value in (True, 1, "1", "true", "True")


def group_id(role: str) -> str:
    """The user group that stands for a role."""
    return "S0" + "".join(c for c in role.upper() if c.isalnum())


def user_json(person: SlackPerson) -> Answer:
    """A person as users.info shows them."""
    first, _, last = person.name.partition(" ")
    user = {
        "id": person.id,
        "team_id": person.team,
        "name": person.username,
        "deleted": person.left,
        "real_name": person.name,
        "tz": person.zone,
        "tz_label": person.zone,
        "profile": {
            "real_name": person.name,
            "display_name": first,
            "first_name": first,
            "last_name": last,
            "team": person.team,
        },
        "is_admin": False,
        "is_owner": False,
        "is_restricted": person.guest,
        "is_ultra_restricted": False,
        "is_stranger": person.stranger,
        "is_bot": person.bot,
        "is_app_user": False,
        "updated": 1_700_000_000,
    }
    return {k: v for k, v in user.items() if not (person.left and k in ("tz", "tz_label"))}
