"""What Slack refuses in blocks, views and messages, as strictly as Slack does.

slack_sdk's model classes check only a part of this, so a bot finds the rest out from Slack itself: late, in front of a
person. Here the same faults come back in a test. Limits: docs.slack.dev/reference/block-kit and /reference/methods.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

Json = Mapping[str, Any]

MOST_BLOCKS = {"message": 50, "modal": 100, "home": 100}
MOST_POSTED_TEXT = 40_000
MOST_UPDATED_TEXT = 4_000
MOST_BLOCK_TEXT = 13_200  # of all blocks of one message together; Slack answers msg_blocks_too_long
MOST_VIEW_BYTES = 250_000
MOST_METADATA_BYTES = 16_000

#: Keys that Slack knows, beside `type` and `block_id` (blocks) or `type` and `action_id` (elements).
BLOCK_KEYS: Mapping[str, frozenset[str]] = {
    "section": frozenset({"text", "fields", "accessory", "expand"}),
    "header": frozenset({"text"}),
    "divider": frozenset(),
    "context": frozenset({"elements"}),
    "actions": frozenset({"elements"}),
    "image": frozenset({"image_url", "alt_text", "title", "slack_file"}),
    "input": frozenset({"label", "element", "dispatch_action", "hint", "optional"}),
    "rich_text": frozenset({"elements"}),
    "markdown": frozenset({"text"}),
}
ELEMENT_KEYS: Mapping[str, frozenset[str]] = {
    "button": frozenset({"text", "url", "value", "style", "confirm", "accessibility_label"}),
    "overflow": frozenset({"options", "confirm"}),
    "plain_text_input": frozenset(
        {
            "initial_value",
            "multiline",
            "min_length",
            "max_length",
            "dispatch_action_config",
            "focus_on_load",
            "placeholder",
        }
    ),
    "email_text_input": frozenset({"initial_value", "dispatch_action_config", "focus_on_load", "placeholder"}),
    "url_text_input": frozenset({"initial_value", "dispatch_action_config", "focus_on_load", "placeholder"}),
    "number_input": frozenset(
        {"is_decimal_allowed", "initial_value", "min_value", "max_value", "focus_on_load", "placeholder"}
    ),
    "static_select": frozenset(
        {"options", "option_groups", "initial_option", "confirm", "focus_on_load", "placeholder"}
    ),
    "multi_static_select": frozenset(
        {
            "options",
            "option_groups",
            "initial_options",
            "confirm",
            "max_selected_items",
            "focus_on_load",
            "placeholder",
        }
    ),
    "checkboxes": frozenset({"options", "initial_options", "confirm", "focus_on_load"}),
    "radio_buttons": frozenset({"options", "initial_option", "confirm", "focus_on_load"}),
    "datepicker": frozenset({"initial_date", "confirm", "focus_on_load", "placeholder"}),
    "timepicker": frozenset({"initial_time", "confirm", "focus_on_load", "placeholder", "timezone"}),
    "datetimepicker": frozenset({"initial_date_time", "confirm", "focus_on_load"}),
    "file_input": frozenset({"filetypes", "max_files"}),
    "image": frozenset({"image_url", "alt_text", "slack_file"}),
}
MOST_OPTIONS = {"static_select": 100, "multi_static_select": 100, "checkboxes": 10, "radio_buttons": 10, "overflow": 5}
CHOOSING = frozenset(MOST_OPTIONS)
IN_SECTION = frozenset(ELEMENT_KEYS) - {
    "plain_text_input",
    "email_text_input",
    "url_text_input",
    "number_input",
    "datetimepicker",
    "file_input",
}
IN_ACTIONS = (IN_SECTION | {"datetimepicker"}) - {"image"}
IN_INPUT = frozenset(ELEMENT_KEYS) - {"button", "overflow", "image"}


class Faults:
    """Collects what is wrong in the words Slack puts into `response_metadata.messages`."""

    def __init__(self) -> None:
        self.messages: list[str] = []

    def add(self, what: str, pointer: str) -> None:
        self.messages.append(f"[ERROR] {what} [json-pointer:{pointer}]")

    def length(self, value: Any, most: int, pointer: str, *, least: int = 0) -> None:
        if not isinstance(value, str):
            self.add("must be a string", pointer)
        elif len(value) < least:
            self.add(f"must be more than {least - 1} characters", pointer)
        elif len(value) > most:
            self.add(f"must be less than {most + 1} characters", pointer)

    def text(self, value: Any, most: int, pointer: str, *, plain: bool = True) -> None:
        """A text object: never empty, and only `plain_text` where Slack draws no markup."""
        if not isinstance(value, Mapping):
            self.add("missing required field or not a text object", pointer)
            return
        kinds = ("plain_text",) if plain else ("plain_text", "mrkdwn")
        if value.get("type") not in kinds:
            self.add(f"must be one of {', '.join(kinds)}", f"{pointer}/type")
        allowed = {"type", "text", "emoji"} if value.get("type") == "plain_text" else {"type", "text", "verbatim"}
        self.keys(value, allowed, pointer)
        self.length(value.get("text"), most, f"{pointer}/text", least=1)

    def keys(self, value: Json, allowed: set[str] | frozenset[str], pointer: str) -> None:
        for key in value:
            if key not in allowed:
                self.add(f"invalid additional property: {key}", pointer)

    def number(self, element: Json, key: str, least: int, most: int, pointer: str) -> int | None:
        """A whole number within its bounds, or None where there is none."""
        value = element.get(key)
        if key in element and (type(value) is not int or not least <= value <= most):
            self.add(f"must be a number between {least} and {most}", f"{pointer}/{key}")
            return None
        return value

    def several(self, value: Any, least: int, most: int, pointer: str) -> Sequence[Any]:
        """A list of the right length; what can be looked at of it."""
        if not isinstance(value, Sequence) or isinstance(value, str):
            self.add("must be an array", pointer)
            return ()
        if len(value) < least:
            self.add(f"no less than {least} items required", pointer)
        if len(value) > most:
            self.add(f"no more than {most} items allowed", pointer)
        return value


def block_faults(blocks: Any, where: str, pointer: str = "/blocks", *, also: frozenset[str] = frozenset()) -> list[str]:
    """What Slack has against these blocks on this surface (message, modal, home); empty when it takes them.

    `also` names block types that this workspace knows beyond the ones here; they are taken as they are.
    """
    faults = Faults()
    several = faults.several(blocks, 0, MOST_BLOCKS[where], pointer)
    block_ids: set[str] = set()
    for n, block in enumerate(several):
        _block(faults, block, where, f"{pointer}/{n}", also)
        block_id = block.get("block_id") if isinstance(block, Mapping) else None
        if block_id and str(block_id) in block_ids:
            faults.add(f"block_id already exists: {block_id}", f"{pointer}/{n}/block_id")
        block_ids.add(str(block_id))
    return faults.messages


def _block(faults: Faults, block: Any, where: str, pointer: str, also: frozenset[str]) -> None:
    if not isinstance(block, Mapping):
        faults.add("must be an object", pointer)
        return
    kind = str(block.get("type"))
    if kind in also:
        return
    if kind not in BLOCK_KEYS:
        faults.add(f"unsupported type: {kind}", f"{pointer}/type")
        return
    faults.keys(block, BLOCK_KEYS[kind] | {"type", "block_id"}, pointer)
    if "block_id" in block:
        faults.length(block["block_id"], 255, f"{pointer}/block_id", least=1)
    BLOCK_RULES[kind](faults, block, where, pointer)


def _section(faults: Faults, block: Json, where: str, pointer: str) -> None:
    if "text" not in block and "fields" not in block:
        faults.add("must define either text or fields", pointer)
    if "text" in block:
        faults.text(block["text"], 3000, f"{pointer}/text", plain=False)
    if "fields" in block:
        for n, each in enumerate(faults.several(block["fields"], 1, 10, f"{pointer}/fields")):
            faults.text(each, 2000, f"{pointer}/fields/{n}", plain=False)
    if "accessory" in block:
        _element(faults, block["accessory"], IN_SECTION, f"{pointer}/accessory")


def _header(faults: Faults, block: Json, where: str, pointer: str) -> None:
    faults.text(block.get("text"), 150, f"{pointer}/text")


def _divider(faults: Faults, block: Json, where: str, pointer: str) -> None:
    """Nothing to say about a line."""


def _context(faults: Faults, block: Json, where: str, pointer: str) -> None:
    for n, each in enumerate(faults.several(block.get("elements"), 1, 10, f"{pointer}/elements")):
        if isinstance(each, Mapping) and each.get("type") == "image":
            _element(faults, each, frozenset({"image"}), f"{pointer}/elements/{n}")
        else:
            faults.text(each, 3000, f"{pointer}/elements/{n}", plain=False)


def _actions(faults: Faults, block: Json, where: str, pointer: str) -> None:
    seen: set[str] = set()
    for n, each in enumerate(faults.several(block.get("elements"), 1, 25, f"{pointer}/elements")):
        _element(faults, each, IN_ACTIONS, f"{pointer}/elements/{n}")
        action_id = each.get("action_id") if isinstance(each, Mapping) else None
        if action_id and str(action_id) in seen:
            faults.add(f"action_id already exists: {action_id}", f"{pointer}/elements/{n}/action_id")
        seen.add(str(action_id))


def _image(faults: Faults, block: Json, where: str, pointer: str) -> None:
    if not block.get("image_url") and not block.get("slack_file"):
        faults.add("missing required field: image_url", pointer)
    faults.length(block.get("alt_text"), 2000, f"{pointer}/alt_text", least=1)
    if "title" in block:
        faults.text(block["title"], 2000, f"{pointer}/title")


def _input(faults: Faults, block: Json, where: str, pointer: str) -> None:
    faults.text(block.get("label"), 2000, f"{pointer}/label")
    if "hint" in block:
        faults.text(block["hint"], 2000, f"{pointer}/hint")
    _element(faults, block.get("element"), IN_INPUT, f"{pointer}/element")


def _rich_text(faults: Faults, block: Json, where: str, pointer: str) -> None:
    faults.several(block.get("elements"), 1, 1000, f"{pointer}/elements")


def _markdown(faults: Faults, block: Json, where: str, pointer: str) -> None:
    if where != "message":
        faults.add("unsupported type: markdown", f"{pointer}/type")
    faults.length(block.get("text"), 12_000, f"{pointer}/text", least=1)


BLOCK_RULES: Mapping[str, Callable[[Faults, Json, str, str], None]] = {
    "section": _section,
    "header": _header,
    "divider": _divider,
    "context": _context,
    "actions": _actions,
    "image": _image,
    "input": _input,
    "rich_text": _rich_text,
    "markdown": _markdown,
}


def _element(faults: Faults, element: Any, allowed: frozenset[str], pointer: str) -> None:
    if not isinstance(element, Mapping):
        faults.add("missing required field or not an object", pointer)
        return
    kind = str(element.get("type"))
    if kind not in allowed:
        faults.add(f"unsupported type: {kind}", f"{pointer}/type")
        return
    faults.keys(element, ELEMENT_KEYS[kind] | {"type", "action_id"}, pointer)
    if "action_id" in element:
        faults.length(element["action_id"], 255, f"{pointer}/action_id", least=1)
    if "placeholder" in element:
        faults.text(element["placeholder"], 150, f"{pointer}/placeholder")
    if "confirm" in element:
        _confirm(faults, element["confirm"], f"{pointer}/confirm")
    if kind == "button":
        _button(faults, element, pointer)
    elif kind == "image":
        _image(faults, element, "", pointer)
    elif kind in CHOOSING:
        _choices(faults, element, kind, pointer)
    else:
        _typed(faults, element, kind, pointer)


def _confirm(faults: Faults, confirm: Any, pointer: str) -> None:
    if not isinstance(confirm, Mapping):
        faults.add("must be an object", pointer)
        return
    for key, most in (("title", 100), ("text", 300), ("confirm", 30), ("deny", 30)):
        if key in confirm:
            faults.text(confirm[key], most, f"{pointer}/{key}", plain=key != "text")


def _button(faults: Faults, element: Json, pointer: str) -> None:
    faults.text(element.get("text"), 75, f"{pointer}/text")
    if "value" in element:
        faults.length(element["value"], 2000, f"{pointer}/value", least=1)
    if "url" in element:
        faults.length(element["url"], 3000, f"{pointer}/url", least=1)
    if element.get("style", "primary") not in ("primary", "danger"):
        faults.add("must be one of primary, danger", f"{pointer}/style")
    if "accessibility_label" in element:
        faults.length(element["accessibility_label"], 75, f"{pointer}/accessibility_label", least=1)


def options_of(element: Json) -> tuple[Json, ...]:
    """All options of a choosing element, groups laid flat."""
    if "option_groups" in element:
        return tuple(option for group in element["option_groups"] for option in group["options"])
    return tuple(element.get("options", ()))


def _choices(faults: Faults, element: Json, kind: str, pointer: str) -> None:
    if "option_groups" in element and kind in ("static_select", "multi_static_select"):
        for n, group in enumerate(faults.several(element["option_groups"], 1, 100, f"{pointer}/option_groups")):
            if not isinstance(group, Mapping):
                faults.add("must be an object", f"{pointer}/option_groups/{n}")
                continue
            faults.text(group.get("label"), 75, f"{pointer}/option_groups/{n}/label")
            _options(faults, group.get("options"), kind, f"{pointer}/option_groups/{n}/options")
    else:
        _options(faults, element.get("options"), kind, f"{pointer}/options")
    if faults.messages:
        return
    known = [_named(option) for option in options_of(element)]
    initial = [element["initial_option"]] if "initial_option" in element else []
    if "initial_options" in element:
        initial = list(faults.several(element["initial_options"], 1, MOST_OPTIONS[kind], f"{pointer}/initial_options"))
    for option in initial:
        if not isinstance(option, Mapping) or _named(option) not in known:
            faults.add("initial option must match one of the options", f"{pointer}/initial_option")
    faults.number(element, "max_selected_items", 1, 100, pointer)


def _named(option: Json) -> tuple[Any, Any]:
    text = option.get("text")
    return (text.get("text") if isinstance(text, Mapping) else None), option.get("value")


def _options(faults: Faults, options: Any, kind: str, pointer: str) -> None:
    seen: set[str] = set()
    for n, option in enumerate(faults.several(options, 1, MOST_OPTIONS[kind], pointer)):
        here = f"{pointer}/{n}"
        if not isinstance(option, Mapping):
            faults.add("must be an object", here)
            continue
        faults.keys(option, {"text", "value", "description", "url"}, here)
        plain = kind not in ("checkboxes", "radio_buttons")
        faults.text(option.get("text"), 75, f"{here}/text", plain=plain)
        faults.length(option.get("value"), 150, f"{here}/value", least=1)
        if "description" in option:
            faults.text(option["description"], 75, f"{here}/description", plain=plain)
        if str(option.get("value")) in seen:
            faults.add(f"value already exists: {option.get('value')}", f"{here}/value")
        seen.add(str(option.get("value")))


PATTERNS = {
    "initial_date": re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"),
    "initial_time": re.compile(r"([01]\d|2[0-3]):[0-5]\d"),
}


def _typed(faults: Faults, element: Json, kind: str, pointer: str) -> None:
    least = faults.number(element, "min_length", 0, 3000, pointer) or 0
    most = faults.number(element, "max_length", 1, 3000, pointer) or 3000
    if most < least:
        faults.add("must not be below min_length", f"{pointer}/max_length")
    if kind == "plain_text_input" and "initial_value" in element:
        faults.length(element["initial_value"], most, f"{pointer}/initial_value")
    for key, pattern in PATTERNS.items():
        if key in element and not pattern.fullmatch(str(element[key])):
            faults.add("failed to match the required pattern", f"{pointer}/{key}")
    if "initial_date_time" in element and len(str(element["initial_date_time"])) != 10:
        faults.add("must be a unix time of 10 digits", f"{pointer}/initial_date_time")
    faults.number(element, "max_files", 1, 10, pointer)
    if kind == "number_input" and "is_decimal_allowed" not in element:
        faults.add("missing required field: is_decimal_allowed", pointer)


MODAL_KEYS = {
    "type", "title", "blocks", "close", "submit", "private_metadata", "callback_id", "clear_on_close",
    "notify_on_close", "external_id", "submit_disabled",
}  # fmt: skip
HOME_KEYS = {"type", "blocks", "private_metadata", "callback_id", "external_id"}


def view_faults(view: Any, kind: str, *, also: frozenset[str] = frozenset()) -> list[str]:
    """What Slack has against this view; `kind` is `modal` or `home`."""
    faults = Faults()
    if not isinstance(view, Mapping):
        faults.add("must be an object", "/view")
        return faults.messages
    if view.get("type") != kind:
        faults.add(f"must be {kind}", "/view/type")
    faults.keys(view, MODAL_KEYS if kind == "modal" else HOME_KEYS, "/view")
    for key, longest in (("private_metadata", 3000), ("callback_id", 255), ("external_id", 255)):
        if key in view:
            faults.length(view[key], longest, f"/view/{key}")
    if kind == "modal":
        faults.text(view.get("title"), 24, "/view/title")
        for key in ("submit", "close"):
            if key in view:
                faults.text(view[key], 24, f"/view/{key}")
        if "submit" not in view and any(b.get("type") == "input" for b in view.get("blocks") or () if b):
            faults.add("missing required field: submit", "/view/submit")
    faults.messages += block_faults(view.get("blocks"), kind, "/view/blocks", also=also)
    return faults.messages


def message_refusal(body: Json, *, most_text: int, also: frozenset[str] = frozenset()) -> tuple[str, list[str]]:
    """Why Slack would not take this message: (error, details), or ("", []) when it does."""
    text, blocks = body.get("text"), body.get("blocks")
    if not text and not blocks and not body.get("attachments"):
        return "no_text", []
    if text is not None and not isinstance(text, str):
        return "invalid_arguments", ["[ERROR] must be a string [json-pointer:/text]"]
    if text and len(text) > most_text:
        return "msg_too_long", []
    if blocks is not None:
        if not isinstance(blocks, Sequence) or isinstance(blocks, str):
            return "invalid_blocks_format", []
        if messages := block_faults(blocks, "message", also=also):
            return "invalid_blocks", messages
        if sum(len(text) for text in texts_in(blocks)) > MOST_BLOCK_TEXT:
            return "msg_blocks_too_long", []
    return metadata_refusal(body.get("metadata")), []


def texts_in(value: Any) -> Iterator[str]:
    """Every text anywhere in blocks."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if key == "text" and isinstance(inner, str):
                yield inner
            else:
                yield from texts_in(inner)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for inner in value:
            yield from texts_in(inner)


def metadata_refusal(metadata: Any) -> str:
    """The error for a message's metadata, or nothing."""
    if metadata is None:
        return ""
    if not isinstance(metadata, Mapping) or not isinstance(metadata.get("event_payload"), Mapping):
        return "invalid_metadata_format"
    if not isinstance(metadata.get("event_type"), str) or not metadata["event_type"]:
        return "invalid_metadata_format"
    if len(json.dumps(metadata)) > MOST_METADATA_BYTES:
        return "metadata_too_large"
    return ""
