"""Pieces that several views share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TypeAlias

from bot.domain.disclosure import Field
from bot.phrases import say
from bot.views.elements import NO_TOKEN, Button, Form, Option, PressId, Style, Text, View
from bot.views.stage import Stage

Draw: TypeAlias = Callable[[Stage], View]
DrawForm: TypeAlias = Callable[[Stage], Form]

# The zones offered to choose from; a platform that tells the zone is never asked. 25 is what a select takes.
ZONES = (
    "Europe/London", "Europe/Dublin", "Europe/Lisbon", "Europe/Paris", "Europe/Berlin", "Europe/Athens",
    "Africa/Lagos", "Africa/Johannesburg", "Africa/Nairobi", "Asia/Dubai", "Asia/Karachi", "Asia/Kolkata",
    "Asia/Dhaka", "Asia/Singapore", "Asia/Shanghai", "Asia/Tokyo", "Australia/Sydney", "Pacific/Auckland",
    "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles", "America/Halifax",
    "America/Sao_Paulo", "UTC",
)  # fmt: skip


def press(label: str, verb: str, token: str = NO_TOKEN, arg: str = "", style: Style = Style.PLAIN) -> Button:
    """A button of ours."""
    return Button(label, PressId(verb, token, arg), style)


def main(label: str, verb: str, token: str = NO_TOKEN, arg: str = "") -> Button:
    """The one press that most people will want here."""
    return press(label, verb, token, arg, Style.MAIN)


def late_form(meant: PressId, language: str) -> View:
    """For a form that took too long to open: the same press once more."""
    return View(
        text=say("common.form_late", language), buttons=(Button(say("common.form_open", language), meant, Style.MAIN),)
    )


BUTTON, LABEL, TITLE = 75, 45, 24
"""Characters that fit a button or an option, the label of a field, the title of a form: the smaller limit of the two
platforms."""


def short(stage: Stage, key: str, most: int, **names: str) -> str:
    """A phrase in at most `most` characters: where it is too long a name gives way, never the end of the sentence."""
    said = stage.say(key, **names)
    while len(said) > most and (longest := max(names, key=lambda name: len(names[name]), default="")):
        kept = names[longest].removesuffix("…")[: -max(1, len(said) - most)].rstrip()
        if not kept:
            break
        names[longest] = f"{kept}…"
        said = stage.say(key, **names)
    return said[:most]


def zone_options(current: str) -> tuple[Option, ...]:
    """The zones to choose from, the current one among them."""
    names = ZONES if current in ZONES or not current else (current, *ZONES[:-1])
    return tuple(Option(zone, zone.replace("_", " ")) for zone in names)


def flag_button(stage: Stage) -> Button:
    """On every card, for both sides."""
    return press(stage.say("flag.button"), "flag", stage.my_token)


MOST_BUTTONS = 10


def reminding(stage: Stage, *buttons: Button) -> tuple[Button, ...]:
    """A nudge's buttons: its own, as many as there is room for, and how to be reminded later (unless the talk is sooner
    than that), less often, or not at all. What isn't right can be said all the same."""
    token, start, days = stage.my_token, stage.intro.starts_at, stage.campus.snooze_days
    later = press(stage.say("quiet.snooze", count=days), "snooze", token)
    comes_first = start is not None and stage.now < start <= stage.now + timedelta(days=days)
    three = (
        *(() if comes_first else (later,)),
        press(stage.say("quiet.button"), "quiet"),
        press(stage.say("quiet.stop"), "stop", token),
    )
    flags = tuple(button for button in buttons if button.press.verb == "flag")
    own = tuple(button for button in buttons if button not in flags)
    return (*own[: MOST_BUTTONS - len(flags) - len(three)], *flags, *three)


def note_button(stage: Stage) -> Button:
    return press(stage.say("notes.button", name=stage.name), "note", stage.my_token)


def is_link(text: str) -> bool:
    """Whether this is an address that a button can open; a place may also be a number or a café."""
    return text.startswith("https://") and not any(map(str.isspace, text))


def join_button(stage: Stage) -> tuple[Button, ...]:
    """Into the room, where the place is one."""
    place = stage.them[Field.PLACE]
    if not is_link(place) or stage.intro.in_writing:
        return ()
    return (Button(stage.say("talk.join"), PressId("show", stage.my_token), Style.MAIN, url=place),)


def time_and_place(stage: Stage) -> tuple[tuple[str, str], ...]:
    """When, on the reader's own clock as it is now, and where."""
    start = stage.intro.starts_at
    facts = []
    if start is not None:
        facts.append((stage.say("talk.from" if stage.intro.in_writing else "talk.when"), stage.when(start)))
    place = stage.say("talk.in_writing") if stage.intro.in_writing else stage.them[Field.PLACE]
    facts.append((stage.say("talk.where"), place or stage.say("talk.place_open")))
    return tuple(facts)


def notice(stage: Stage) -> tuple[Text, ...]:
    """The privacy notice, on top of the first form that somebody fills in; nothing once they have seen it."""
    if not stage.untold:
        return ()
    link = stage.campus.privacy_link
    words = stage.say("notice.text", days=stage.campus.notes_kept_days)
    return (Text("\n".join((words, stage.say("notice.link", link=link))) if link else words),)


def quoted(text: str) -> str:
    return f"“{text}”" if text else ""


def lines(*parts: str) -> str:
    """Paragraphs; empty ones leave no gap."""
    return "\n\n".join(part for part in parts if part)
