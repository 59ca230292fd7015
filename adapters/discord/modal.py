"""A page of a form becomes a Discord modal.

At most five items, each in a label of 45 characters. Discord has no date picker, so a moment is typed. What was typed
before stands in the fields. The modal's id is the form's, with `#<page>`; an item's id is its name.

What is sent is written down here as Discord documents it: to build discord.py's objects, which would wait for what is
typed, only to have them write the same took three times as long as the rest of it (measured).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, TypeAlias, assert_never
from zoneinfo import ZoneInfo

import discord

from adapters.discord.escape import cut, fitted, label, plain
from bot.views.elements import (
    Choose,
    ChooseMany,
    FileIn,
    Form,
    FormItem,
    Line,
    Option,
    Paragraph,
    Text,
    When,
)

Json: TypeAlias = dict[str, Any]
Part = discord.ComponentType

TITLE = 45
LABEL = 45
HINT = 100
OPTION = 100
TYPED = 4000
TEXT = 4000
RADIO = range(2, 11)
"""How many options a radio group holds."""
CHECKBOXES = 10
MOMENT = "YYYY-MM-DD HH:MM"
MOMENT_FORMAT = "%Y-%m-%d %H:%M"
MOMENT_ROOM = 30

SHORT, LONG = discord.TextStyle.short.value, discord.TextStyle.paragraph.value


class Drawn(discord.ui.Modal):
    """A modal of which nothing is kept in memory until it is sent: submissions come by `on_interaction`."""

    def __init__(self, payload: Json) -> None:
        super().__init__(title=payload["title"], custom_id=payload["custom_id"], timeout=None)
        self.stop()
        self._payload = payload

    def to_dict(self) -> Json:
        return self._payload


def draw(form: Form) -> Drawn:
    """The modal for `form.page`."""
    pages = len(form.pages)
    where = f" ({form.page + 1}/{pages})" if pages > 1 else ""
    return Drawn({
        "custom_id": f"{form.send}#{form.page}",
        "title": label(form.title, TITLE - len(where)) + where,
        "components": [_item(item) for item in form.pages[form.page].items],
    })  # fmt: skip


def _item(item: FormItem) -> Json:
    if isinstance(item, Text):
        return {"type": Part.text_display.value, "content": fitted(item.text, TEXT) or label("", TEXT)}
    return _label(item.label, item.hint, {"custom_id": item.name, "required": item.required} | _field(item))


def _label(text: str, hint: str, field: Json) -> Json:
    """The question around its field. One that is too long for a label is repeated whole beneath it."""
    shown = label(text, LABEL)
    beneath = " ".join(part for part in (text if shown.endswith("…") else "", hint) if part)
    about = {"description": label(beneath, HINT)} if beneath else {}
    return {"type": Part.label.value, "label": shown, "component": field} | about


def _field(item: Line | Paragraph | Choose | ChooseMany | When | FileIn) -> Json:
    match item:
        case Line() | Paragraph():
            return _typed(item)
        case Choose():
            return _choose(item)
        case ChooseMany():
            return _choose_many(item)
        case When():
            return _when(item)
        case FileIn():
            return {"type": Part.file_upload.value, "min_values": int(item.required), "max_values": 1}
        case _:
            assert_never(item)


def _typed(item: Line | Paragraph) -> Json:
    most = min(item.most, TYPED)
    value = cut(plain(item.value), most)
    style = LONG if isinstance(item, Paragraph) else SHORT
    return {"type": Part.text_input.value, "style": style, "max_length": most} | ({"value": value} if value else {})


def _when(item: When) -> Json:
    local = item.value.astimezone(ZoneInfo(item.zone or "UTC")).strftime(MOMENT_FORMAT) if item.value else ""
    return {
        "type": Part.text_input.value, "style": SHORT, "placeholder": MOMENT, "max_length": MOMENT_ROOM,
    } | ({"value": local} if local else {})  # fmt: skip


def _choose(item: Choose) -> Json:
    chosen = {item.value}
    if len(item.options) in RADIO:
        return {"type": Part.radio_group.value, "options": _options(item.options, chosen)}
    return _select(item.options, chosen, item.required, 1)


def _choose_many(item: ChooseMany) -> Json:
    most = min(item.most, len(item.options))
    ticked = set(item.values[:most])
    if len(item.options) > CHECKBOXES:
        return _select(item.options, ticked, item.required, most)
    boxes = _options(item.options, ticked)
    return {
        "type": Part.checkbox_group.value, "options": boxes, "min_values": int(item.required), "max_values": most,
    }  # fmt: skip


def _select(options: tuple[Option, ...], chosen: Collection[str], required: bool, most: int) -> Json:
    return {
        "type": Part.string_select.value, "options": _options(options, chosen),
        "min_values": int(required), "max_values": most,
    }  # fmt: skip


def _options(options: Iterable[Option], chosen: Collection[str]) -> list[Json]:
    return [
        {"label": label(one.label, OPTION), "value": one.value, "default": one.value in chosen} for one in options
    ]  # fmt: skip
