"""A page of a form becomes a Discord modal.

At most five items, each in a `Label` of 45 characters. Discord has no date picker, so a moment is typed. What was
typed before stands in the fields. The modal's id is the form's, with `#<page>`; an item's id is its name.
"""

from __future__ import annotations

from typing import Any, assert_never
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

TextStyle = discord.TextStyle


def draw(form: Form) -> discord.ui.Modal:
    """The modal for `form.page`."""
    pages = len(form.pages)
    where = f" ({form.page + 1}/{pages})" if pages > 1 else ""
    title = label(form.title, TITLE - len(where)) + where
    modal = discord.ui.Modal(title=title, custom_id=f"{form.send}#{form.page}", timeout=None)
    for item in form.pages[form.page].items:
        modal.add_item(_item(item))
    modal.stop()  # what is not finished is kept in memory until it is sent; submissions come by `on_interaction`
    return modal


def _item(item: FormItem) -> discord.ui.Item[Any]:
    match item:
        case Text():
            return discord.ui.TextDisplay(fitted(item.text, TEXT) or label("", TEXT))
        case Line() | Paragraph():
            return _label(item.label, item.hint, _typed(item))
        case Choose():
            return _label(item.label, item.hint, _choose(item))
        case ChooseMany():
            return _label(item.label, item.hint, _choose_many(item))
        case When():
            return _label(item.label, item.hint, _when(item))
        case FileIn():
            upload = discord.ui.FileUpload[Any](
                custom_id=item.name, required=item.required, min_values=int(item.required), max_values=1
            )
            return _label(item.label, item.hint, upload)
        case _:
            assert_never(item)


def _label(text: str, hint: str, component: discord.ui.Item[Any]) -> discord.ui.Label[Any]:
    """The question around its field. One that is too long for a label is repeated whole beneath it."""
    shown = label(text, LABEL)
    beneath = " ".join(part for part in (text if shown.endswith("…") else "", hint) if part)
    return discord.ui.Label(text=shown, description=label(beneath, HINT) if beneath else None, component=component)


def _typed(item: Line | Paragraph) -> discord.ui.TextInput[Any]:
    most = min(item.most, TYPED)
    return discord.ui.TextInput(
        custom_id=item.name,
        style=TextStyle.paragraph if isinstance(item, Paragraph) else TextStyle.short,
        default=cut(plain(item.value), most) or None,
        required=item.required,
        max_length=most,
    )


def _when(item: When) -> discord.ui.TextInput[Any]:
    local = item.value.astimezone(ZoneInfo(item.zone or "UTC")).strftime(MOMENT_FORMAT) if item.value else None
    return discord.ui.TextInput(
        custom_id=item.name,
        placeholder=MOMENT,
        default=local,
        required=item.required,
        max_length=MOMENT_ROOM,
    )


def _choose(item: Choose) -> discord.ui.Item[Any]:
    if len(item.options) in RADIO:
        choices = [
            discord.RadioGroupOption(label=name, value=value, default=value == item.value)
            for name, value in map(_option, item.options)
        ]
        return discord.ui.RadioGroup[Any](custom_id=item.name, required=item.required, options=choices)
    return _select(item.name, item.options, {item.value}, item.required, 1)


def _choose_many(item: ChooseMany) -> discord.ui.Item[Any]:
    most = min(item.most, len(item.options))
    ticked = set(item.values[:most])
    if len(item.options) > CHECKBOXES:
        return _select(item.name, item.options, ticked, item.required, most)
    boxes = [
        discord.CheckboxGroupOption(label=name, value=value, default=value in ticked)
        for name, value in map(_option, item.options)
    ]
    least = int(item.required)
    return discord.ui.CheckboxGroup[Any](
        custom_id=item.name, required=item.required, options=boxes, min_values=least, max_values=most
    )


def _select(
    name: str, options: tuple[Option, ...], chosen: set[str], required: bool, most: int
) -> discord.ui.Select[Any]:
    choices = [
        discord.SelectOption(label=shown, value=value, default=value in chosen)
        for shown, value in map(_option, options)
    ]
    return discord.ui.Select(
        custom_id=name, options=choices, required=required, min_values=int(required), max_values=most
    )


def _option(option: Option) -> tuple[str, str]:
    return label(option.label, OPTION), option.value
