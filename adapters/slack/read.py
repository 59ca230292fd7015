"""Slack's authenticated payloads, read into gestures.

Who acts is what the payload's own fields say, never what stands in a button or a text. Commands and presses have no
event id, so `trigger_id` is their key; a submission's is its view's id together with the form it sends, because a form
that follows a form in the same modal keeps the view's id.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2s
from typing import Any, TypeAlias

from bot.conversation.gestures import Actor, Command, Gesture, Opened, Press, Submission, Surface
from bot.views.elements import PressId, Value

Json: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True)
class Caller:
    """Whom a payload names: `team` is the workspace it came through, `home_team` the one the user belongs to."""

    team: str
    app: str
    user: str
    home_team: str = ""
    enterprise: str = ""


class Place(StrEnum):
    COMMAND = "command"
    MESSAGE = "message"
    HOME = "home"
    MODAL = "modal"
    SUBMISSION = "submission"
    OPENED = "opened"


@dataclass(frozen=True)
class Spot:
    """Where a gesture was made, and by what it can be answered there. Slack gives no `response_url` for Home and
    modals. `drawn` names the state of the Home tab that its owner sees, where they see one."""

    place: Place
    user: str
    trigger: str = ""
    response_url: str = ""
    surface: Surface = Surface.REPLY
    drawn: str = ""


def command_caller(body: Json) -> Caller:
    return Caller(
        team=str(body.get("team_id") or body.get("enterprise_id") or ""),
        app=str(body.get("api_app_id") or ""),
        user=str(body["user_id"]),
        enterprise=str(body.get("enterprise_id") or ""),
    )


def caller(body: Json) -> Caller:
    """Of a press or a submission."""
    team, enterprise, user = _part(body, "team"), _part(body, "enterprise"), _part(body, "user")
    in_enterprise = str(enterprise.get("id") or team.get("enterprise_id") or "")
    return Caller(
        team=str(team.get("id") or in_enterprise),
        app=str(body.get("api_app_id") or ""),
        user=str(user["id"]),
        home_team=str(user.get("team_id") or ""),
        enterprise=in_enterprise,
    )


def event_caller(body: Json) -> Caller:
    return Caller(
        team=str(body.get("team_id") or body.get("enterprise_id") or ""),
        app=str(body.get("api_app_id") or ""),
        user=str(_part(body, "event")["user"]),
        enterprise=str(body.get("enterprise_id") or ""),
    )


def command_spot(body: Json) -> Spot:
    return Spot(Place.COMMAND, str(body["user_id"]), str(body["trigger_id"]), str(body.get("response_url") or ""))


def press_spot(body: Json) -> Spot:
    """A press in a channel, or on a message that only the presser sees, is answered there; one on the Home tab by a
    modal above it; elsewhere by a message."""
    user, trigger = str(_part(body, "user")["id"]), str(body["trigger_id"])
    view = _part(body, "view")
    if view:
        if view.get("type") == "home":
            return Spot(Place.HOME, user, trigger)
        return Spot(Place.MODAL, user, trigger, surface=Surface.LATER)
    url = str(body.get("response_url") or "")
    channel = _part(body, "channel").get("id") or _part(body, "container").get("channel_id") or ""
    direct = str(channel).startswith("D")
    there = bool(url) and (not direct or _part(body, "container").get("is_ephemeral") is True)
    return Spot(Place.MESSAGE, user, trigger, url, Surface.REPLY if there else Surface.LATER)


def submission_spot(body: Json) -> Spot:
    user = str(_part(body, "user")["id"])
    return Spot(Place.SUBMISSION, user, str(body.get("trigger_id") or ""), surface=Surface.LATER)


def opened_spot(body: Json) -> Spot:
    event = _part(body, "event")
    return Spot(Place.OPENED, str(event["user"]), drawn=str(_part(event, "view").get("hash") or ""))


def command(body: Json, actor: Actor, spot: Spot) -> Command:
    name, words = str(body["command"]).removeprefix("/"), str(body.get("text") or "")
    return Command(f"slack:command:{spot.trigger}", actor, name, words, spot.surface, _channel(body))


def _channel(body: Json) -> str:
    """The channel of a command; none for a direct message, be it with one or with several."""
    channel, name = str(body.get("channel_id") or ""), str(body.get("channel_name") or "")
    direct = channel.startswith("D") or name == "directmessage" or name.startswith("mpdm-")
    return "" if direct else channel


def press(body: Json, actor: Actor, spot: Spot) -> Press | None:
    """None for a button that was never ours, or is too old to mean anything."""
    pressed = PressId.read(str(body["actions"][0].get("value") or ""))
    return Press(f"slack:press:{spot.trigger}", actor, pressed, spot.surface) if pressed else None


def submission(body: Json, actor: Actor, spot: Spot) -> Submission | None:
    """A form with all its pages. None for a form that was never ours."""
    view = body["view"]
    send = str(view.get("private_metadata") or "")
    pressed = PressId.read(send)
    if pressed is None:
        return None
    which = blake2s(send.encode(), digest_size=6).hexdigest()
    key = f"slack:submission:{view['id']}:{which}"
    return Submission(key, actor, pressed, values(_part(view, "state")), surface=spot.surface)


def opened(body: Json, actor: Actor, spot: Spot) -> Opened:
    return Opened(f"slack:event:{body['event_id']}", actor, spot.surface)


def values(state: Json) -> dict[str, Value]:
    """What was filled in, by item name. Nothing chosen or typed is an empty text, nothing ticked an empty tuple."""
    found: dict[str, Value] = {}
    for elements in _part(state, "values").values():
        for name, element in elements.items():
            found[str(name)] = _value(element)
    return found


def given_files(body: Json) -> dict[str, str]:
    """The files in a submission, one an item: item name → Slack's id of it."""
    found: dict[str, str] = {}
    for elements in _part(_part(_part(body, "view"), "state"), "values").values():
        for name, element in elements.items():
            for file in list(element.get("files") or ())[:1] if element.get("type") == "file_input" else ():
                found[str(name)] = str(file["id"])
    return found


def _value(element: Json) -> Value:
    kind = element.get("type")
    if kind in ("checkboxes", "multi_static_select"):
        return tuple(str(option["value"]) for option in element.get("selected_options") or ())
    if kind in ("radio_buttons", "static_select"):
        return str((element.get("selected_option") or {}).get("value") or "")
    if kind == "datetimepicker":
        at = element.get("selected_date_time")
        return f"@{int(at)}" if at else ""
    if kind == "file_input":
        return ""
    return str(element.get("value") or "")


def _part(body: Json, key: str) -> Json:
    """A nested object; Slack sends null for some that are not there."""
    part = body.get(key)
    return part if isinstance(part, Mapping) else {}


@dataclass(frozen=True)
class Reader:
    """How one kind of payload is read. `gesture` gives None for what was never ours."""

    spot: Callable[[Json], Spot]
    caller: Callable[[Json], Caller]
    gesture: Callable[[Json, Actor, Spot], Gesture | None]


COMMAND = Reader(command_spot, command_caller, command)
PRESS = Reader(press_spot, caller, press)
SUBMISSION = Reader(submission_spot, caller, submission)
OPENED = Reader(opened_spot, event_caller, opened)
