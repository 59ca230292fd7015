"""The JSON that Slack sends to a bot for each gesture, in its real shape."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .slack_forms import values_of
from .slack_state import APP, BOT_USER, DOMAIN, TEAM, Channel, OpenView, Posted, SlackPerson, message_json, view_json

VERIFICATION = "sandbox-verification"  # the old token in each payload; nobody should look at it


def command(person: SlackPerson, channel: Channel, name: str, words: str, url: str, trigger: str) -> dict[str, Any]:
    return {
        "token": VERIFICATION,
        "team_id": person.team,
        "team_domain": DOMAIN,
        "channel_id": channel.id,
        "channel_name": "directmessage" if channel.im else channel.name,
        "user_id": person.id,
        "user_name": person.username,
        "command": name,
        "text": words,
        "api_app_id": APP,
        "is_enterprise_install": "false",
        "response_url": url,
        "trigger_id": trigger,
    }


def _gesture(kind: str, person: SlackPerson, trigger: str) -> dict[str, Any]:
    return {
        "type": kind,
        "team": {"id": TEAM, "domain": DOMAIN},
        "user": {"id": person.id, "username": person.username, "name": person.username, "team_id": person.team},
        "api_app_id": APP,
        "token": VERIFICATION,
        "trigger_id": trigger,
        "enterprise": None,
        "is_enterprise_install": False,
    }


def _action(block: Mapping[str, Any], element: Mapping[str, Any], ts: str) -> dict[str, Any]:
    shown = {key: element[key] for key in ("action_id", "text", "value", "style", "type", "url") if key in element}
    return {"block_id": block["block_id"], **shown, "action_ts": ts}


def press_in_message(
    person: SlackPerson,
    message: Posted,
    block: Mapping[str, Any],
    element: Mapping[str, Any],
    *,
    url: str,
    trigger: str,
    ts: str,
) -> dict[str, Any]:
    """A press in a message. An ephemeral one's payload carries no message, as with the real one."""
    channel = message.channel
    payload = _gesture("block_actions", person, trigger)
    payload |= {
        "container": {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": channel.id,
            "is_ephemeral": bool(message.only),
        },
        "channel": {"id": channel.id, "name": "directmessage" if channel.im else channel.name},
        "state": {"values": {}},
        "response_url": url,
        "actions": [_action(block, element, ts)],
    }
    if not message.only:
        payload["message"] = message_json(message)
    return payload


def press_in_view(
    person: SlackPerson,
    view: OpenView,
    block: Mapping[str, Any],
    element: Mapping[str, Any],
    *,
    trigger: str,
    ts: str,
) -> dict[str, Any]:
    """A press in a modal or on the Home: there is no channel and no response_url."""
    payload = _gesture("block_actions", person, trigger)
    payload |= {
        "container": {"type": "view", "view_id": view.id},
        "view": view_json(view, values_of(view)),
        "actions": [_action(block, element, ts)],
    }
    return payload


def submission(person: SlackPerson, view: OpenView, trigger: str) -> dict[str, Any]:
    payload = _gesture("view_submission", person, trigger)
    return payload | {"view": view_json(view, values_of(view)), "response_urls": []}


def closing(person: SlackPerson, view: OpenView, *, all_of_them: bool) -> dict[str, Any]:
    payload = _gesture("view_closed", person, "")
    del payload["trigger_id"]
    return payload | {"view": view_json(view, values_of(view)), "is_cleared": all_of_them}


def event(inner: Mapping[str, Any], event_id: str, at: float, team: str = TEAM) -> dict[str, Any]:
    return {
        "token": VERIFICATION,
        "team_id": team,
        "context_team_id": team,
        "context_enterprise_id": None,
        "api_app_id": APP,
        "event": dict(inner),
        "type": "event_callback",
        "event_id": event_id,
        "event_time": int(at),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": TEAM,
                "user_id": BOT_USER,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
    }


def home_opened(person: SlackPerson, home: OpenView | None, ts: str) -> dict[str, Any]:
    inner = {"type": "app_home_opened", "user": person.id, "channel": person.dm, "tab": "home", "event_ts": ts}
    return inner if home is None else inner | {"view": view_json(home, values_of(home))}
