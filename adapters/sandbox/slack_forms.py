"""What a person reads and fills in: readable lines, buttons and inputs out of Block Kit, and the state of a form."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from .play import Cannot, Item, Modal, Pressable
from .slack_rules import options_of
from .slack_state import Key, OpenView, elements_of

Json = Mapping[str, Any]
Answer = str | Sequence[str]
REQUIRED = "Please complete this required field."

KINDS = {
    "plain_text_input": "line",
    "email_text_input": "line",
    "url_text_input": "line",
    "number_input": "line",
    "static_select": "choose",
    "radio_buttons": "choose",
    "multi_static_select": "choose_many",
    "checkboxes": "choose_many",
    "datepicker": "when",
    "timepicker": "when",
    "datetimepicker": "when",
    "file_input": "file",
}

# reading

_MARK = re.compile(r"<([^<>|]+)(?:\|([^<>]*))?>")


def readable(text: str, names: Mapping[str, str]) -> str:
    """Slack's markup as the eye sees it: names for mentions, labels for links, entities undone (and only then)."""
    parts, at = [], 0
    for mark in _MARK.finditer(text):
        parts += [html.unescape(text[at : mark.start()]), _mark(mark[1], mark[2], names)]
        at = mark.end()
    return "".join(parts) + html.unescape(text[at:])


def _mark(target: str, label: str | None, names: Mapping[str, str]) -> str:
    if target[:1] in "@#":
        return names.get(target[1:], label or target)
    if target.startswith("!"):
        return html.unescape(label) if label else "@" + target[1:].split("^", maxsplit=1)[0]
    return html.unescape(label or target.removeprefix("mailto:"))


def _text(value: Json | None, names: Mapping[str, str]) -> str:
    if not value:
        return ""
    text = str(value["text"])
    return readable(text, names) if value["type"] == "mrkdwn" else text


def lines_of(blocks: Iterable[Json], names: Mapping[str, str]) -> tuple[str, ...]:
    """All readable lines, in order, buttons apart."""
    return tuple(line for block in blocks for text in _texts(block, names) for line in text.split("\n") if line)


def _texts(block: Json, names: Mapping[str, str]) -> Iterator[str]:
    match block["type"]:
        case "section":
            yield _text(block.get("text"), names)
            yield from (_text(each, names) for each in block.get("fields", ()))
        case "header":
            yield _text(block["text"], names)
        case "context":
            yield from (e["alt_text"] if e["type"] == "image" else _text(e, names) for e in block["elements"])
        case "image":
            yield _text(block.get("title"), names)
            yield block["alt_text"]
        case "input":
            yield _text(block["label"], names)
            yield _text(block.get("hint"), names)
        case "markdown":
            yield block["text"]
        case "divider" | "actions":
            return
        case _:
            yield from _deep(block, names)


def _deep(value: Any, names: Mapping[str, str]) -> Iterator[str]:
    """The texts of rich text, and of blocks newer than this file; one line for each innermost list."""
    if isinstance(value, Mapping):
        for inner in value.values():
            yield from _deep(inner, names)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        leaves = [v for v in value if isinstance(v, Mapping) and isinstance(v.get("text"), str)]
        if leaves:
            yield "".join(_text({"type": "", **leaf}, names) for leaf in leaves)
        else:
            for inner in value:
                yield from _deep(inner, names)


def buttons_of(blocks: Iterable[Json]) -> tuple[Pressable, ...]:
    """The buttons in these blocks; a button without a `value` goes by its action_id."""
    return tuple(
        Pressable(e["text"]["text"], e.get("value", e["action_id"]), e.get("style", ""), e.get("url", ""))
        for _, e in button_elements(blocks)
    )


def button_elements(blocks: Iterable[Json]) -> Iterator[tuple[Json, dict[str, Any]]]:
    for block in blocks:
        if block["type"] in ("actions", "section"):
            yield from ((block, e) for e in elements_of(block) if e["type"] == "button")


# filling in


def modal_of(view: OpenView, names: Mapping[str, str]) -> Modal:
    """The open view as a person sees it."""
    items = (_item(block, view, names) for block in view.body["blocks"])
    submit = view.body.get("submit") or {"text": ""}
    title = view.body["title"]["text"]
    return Modal(view.id, title, submit["text"], tuple(i for i in items if i), tuple(view.errors.items()))


def _item(block: Json, view: OpenView, names: Mapping[str, str]) -> Item | None:
    if block["type"] != "input":
        lines = lines_of([block], names)
        return Item(block["block_id"], "\n".join(lines), "text") if lines else None
    element = block["element"]
    kind = "paragraph" if element.get("multiline") else KINDS[element["type"]]
    options = tuple((o["text"]["text"], o["value"]) for o in options_of(element))
    return Item(
        id=block["block_id"],
        label=block["label"]["text"],
        kind=kind,
        hint=(block.get("hint") or {"text": ""})["text"],
        value=_shown(_state(block, element, view)),
        options=options,
        required=not block.get("optional", False),
        most=_most(element, len(options)),
    )


def _most(element: Json, options: int) -> int:
    match element["type"]:
        case "multi_static_select" | "checkboxes":
            return int(element.get("max_selected_items", options))
        case "file_input":
            return int(element.get("max_files", 10))
        case "plain_text_input":
            return int(element.get("max_length", 3000))
        case _:
            return 0


#: Element type → (key of its state, key of what it begins with, what stands there when nothing is chosen).
STATE_KEYS: Mapping[str, tuple[str, str, Any]] = {
    "static_select": ("selected_option", "initial_option", None),
    "radio_buttons": ("selected_option", "initial_option", None),
    "multi_static_select": ("selected_options", "initial_options", []),
    "checkboxes": ("selected_options", "initial_options", []),
    "datepicker": ("selected_date", "initial_date", None),
    "timepicker": ("selected_time", "initial_time", None),
    "datetimepicker": ("selected_date_time", "initial_date_time", None),
    "file_input": ("files", "", []),
}


def _state(block: Json, element: Json, view: OpenView) -> dict[str, Any]:
    """What the element holds: what was typed, else what it began with."""
    typed = view.typed.get((block["block_id"], element["action_id"]))
    if typed is not None:
        return typed
    key, initial, nothing = STATE_KEYS.get(element["type"], ("value", "initial_value", None))
    return {"type": element["type"], key: element.get(initial, nothing)}


def values_of(view: OpenView) -> dict[str, dict[str, Any]]:
    """`view.state.values`: block_id → action_id → what is in it, for everything that can hold something."""
    values: dict[str, dict[str, Any]] = {}
    for block in view.body["blocks"]:
        if block["type"] in ("input", "actions", "section"):
            for element in elements_of(block):
                if element["type"] in KINDS:
                    values.setdefault(block["block_id"], {})[element["action_id"]] = _state(block, element, view)
    return values


def _shown(state: Json) -> str | tuple[str, ...]:
    key = STATE_KEYS.get(state["type"], ("value", "", None))[0]
    value = state[key]
    if key == "selected_option":
        return str(value["value"]) if value else ""
    if key == "selected_options":
        return tuple(option["value"] for option in value)
    if key == "files":
        return tuple(file["id"] for file in value)
    return "" if value is None else str(value)


def fill_in(view: OpenView, answers: Mapping[str, Answer], files: Mapping[str, Json]) -> dict[str, str]:
    """Type the answers into the view. Returns what Slack's own client complains of: required items left empty.

    Raises Cannot for what the client makes impossible: an item that isn't there, an option that isn't offered, more
    characters than fit.
    """
    inputs = {b["block_id"]: b for b in view.body["blocks"] if b["type"] == "input"}
    if unknown := set(answers) - set(inputs):
        raise Cannot(f"The form has no item {', '.join(sorted(unknown))}; it has {', '.join(inputs) or 'none'}.")
    typed: dict[Key, dict[str, Any]] = {}
    for block_id, answer in answers.items():
        element = inputs[block_id]["element"]
        typed[block_id, element["action_id"]] = _typed(inputs[block_id]["label"]["text"], element, answer, files)
    view.typed.update(typed)
    return {
        block_id: REQUIRED
        for block_id, block in inputs.items()
        if not block.get("optional", False) and not _shown(_state(block, block["element"], view))
    }


def _typed(label: str, element: Json, answer: Answer, files: Mapping[str, Json]) -> dict[str, Any]:
    kind = element["type"]
    several = [answer] if isinstance(answer, str) else list(answer)
    several = [one for one in several if one]
    if kind in ("multi_static_select", "checkboxes", "file_input"):
        if len(several) > (_most(element, len(options_of(element))) or len(several)):
            raise Cannot(f"“{label}” takes at most {_most(element, len(options_of(element)))} choices.")
        if kind == "file_input":
            return {"type": kind, "files": [_file(label, one, files) for one in several]}
        return {"type": kind, "selected_options": [_option(label, element, one) for one in several]}
    if len(several) > 1:
        raise Cannot(f"“{label}” takes one answer.")
    one = several[0] if several else ""
    if kind in ("static_select", "radio_buttons"):
        return {"type": kind, "selected_option": _option(label, element, one) if one else None}
    if KINDS[kind] == "when":
        return {"type": kind, STATE_KEYS[kind][0]: _moment(label, kind, one) if one else None}
    if kind == "plain_text_input":
        _fits(label, element, one)
    return {"type": kind, "value": one or None}


def _fits(label: str, element: Json, text: str) -> None:
    if len(text) > _most(element, 0):
        raise Cannot(f"“{label}” takes at most {_most(element, 0)} characters, not {len(text)}.")
    if text and len(text) < element.get("min_length", 0):
        raise Cannot(f"“{label}” takes at least {element['min_length']} characters.")


def _option(label: str, element: Json, value: str) -> Json:
    for option in options_of(element):
        if value in (option["value"], option["text"]["text"]):
            return option
    raise Cannot(f"“{label}” offers no {value!r}.")


def _file(label: str, file_id: str, files: Mapping[str, Json]) -> Json:
    if file_id not in files:
        raise Cannot(f"“{label}” got no file {file_id!r}; put one up first.")
    return files[file_id]


def _moment(label: str, kind: str, answer: str) -> str | int:
    """Accepts what the picker could yield; for a date with a time, unix seconds or ISO 8601 with a zone."""
    try:
        if kind == "datepicker":
            return date.fromisoformat(answer).isoformat()
        if kind == "timepicker":
            return time.fromisoformat(answer).strftime("%H:%M")
        moment = datetime.fromisoformat(answer) if not answer.isdigit() else None
        if moment and moment.tzinfo is None:
            raise ValueError("no zone")
        return int(moment.timestamp()) if moment else int(answer)
    except ValueError:
        raise Cannot(f"“{label}” takes a {kind.removesuffix('picker')}, not {answer!r}.") from None
