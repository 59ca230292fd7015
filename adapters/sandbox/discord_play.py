"""The person's side of Discord: what the client shows, and what it lets somebody type, press and fill in.

Pure functions from payloads to `play` shapes and back; a refusal is `Cannot`: the client would not send such a thing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from adapters.sandbox.discord_rules import (
    BUTTON,
    CHECKBOX,
    CHECKBOX_GROUP,
    FILE_UPLOAD,
    LABEL,
    RADIO_GROUP,
    SELECTS,
    TEXT,
    TEXT_INPUT,
    Json,
    walk,
)
from adapters.sandbox.discord_things import (
    DM,
    Post,
)
from adapters.sandbox.play import Cannot, Item, Message, Modal, Pressable

STYLES = {1: "primary", 2: "secondary", 3: "success", 4: "danger", 5: "link"}
TICKED = "true"


@dataclass
class Sent:
    """The `data` of an interaction in the making, with what its ids stand for."""

    uploads: Mapping[str, Json]  # the files that this world's people hold, by id
    resolved: dict[str, dict[str, Json]] = field(default_factory=dict)

    def upload(self, file: str) -> str:
        if file not in self.uploads:
            raise Cannot(f"there is no file {file!r}; put one up first")
        self.resolved.setdefault("attachments", {})[file] = self.uploads[file] | {"ephemeral": True}
        return file


# what is shown


def message_of(post: Post) -> Message:
    body, lines = post.body, tuple(_lines(post.body))
    kind = "ephemeral" if post.only else "dm" if post.channel.type == DM else "channel"
    text = body["content"] or "\n".join(lines)
    return Message(post.id, post.channel.id, kind, text, lines, tuple(_buttons(body)), body, post.at, post.edited)


def _lines(body: Mapping[str, Any]) -> Iterator[str]:
    for text in _texts(body):
        yield from (line for line in (text or "").split("\n") if line.strip())


def _texts(body: Mapping[str, Any]) -> Iterator[str | None]:
    yield body["content"]
    for embed in body["embeds"]:
        yield (embed.get("author") or {}).get("name")
        yield embed.get("title")
        yield embed.get("description")
        for pair in embed.get("fields") or ():
            yield pair["name"]
            yield pair["value"]
        yield (embed.get("footer") or {}).get("text")
    for component in walk(body["components"]):
        if component["type"] == TEXT:
            yield component["content"]
    for attachment in body["attachments"]:
        yield attachment["filename"]


def _buttons(body: Mapping[str, Any]) -> Iterator[Pressable]:
    for one in walk(body["components"]):
        if one["type"] == BUTTON:
            label = one.get("label") or (one.get("emoji") or {}).get("name") or ""
            style = "disabled" if one.get("disabled") else STYLES.get(one["style"], "")
            yield Pressable(label, one.get("custom_id") or "", style, one.get("url") or "")


def modal_of(payload: Mapping[str, Any]) -> Modal:
    items = tuple(_item(outer, inner) for outer, inner in _parts(payload))
    return Modal(payload["custom_id"], payload["title"], "Submit", items)


def _parts(payload: Mapping[str, Any]) -> Iterator[tuple[Json, Json]]:
    """Each top-level component with the one to fill in inside it (a text stands for itself)."""
    for outer in payload["components"]:
        yield outer, outer.get("component") or next(iter(outer.get("components") or ()), outer)


def _item(outer: Mapping[str, Any], inner: Mapping[str, Any]) -> Item:
    kind = inner["type"]
    if kind == TEXT:
        return Item("", inner["content"], "text")
    name, label = inner["custom_id"], outer.get("label") or inner.get("label") or ""
    hint = outer.get("description") or inner.get("placeholder") or ""
    required = inner.get("required", True) is not False
    if kind == TEXT_INPUT:
        shape = "line" if inner["style"] == 1 else "paragraph"
        most = inner.get("max_length") or 4000
        return Item(name, label, shape, hint, inner.get("value") or "", required=required, most=most)
    if kind == CHECKBOX:
        ticked = (TICKED,) if inner.get("default") else ()
        return Item(name, label, "choose_many", hint, ticked, ((label, TICKED),), most=1)
    if kind == FILE_UPLOAD:
        return Item(name, label, "file", hint, (), required=required, most=inner.get("max_values") or 1)
    options = inner.get("options") or ()
    shown = tuple((option["label"], option["value"]) for option in options)
    chosen = tuple(option["value"] for option in options if option.get("default"))
    most = _most(inner)
    if most == 1 and kind != CHECKBOX_GROUP:
        return Item(name, label, "choose", hint, "".join(chosen), shown, required, 1)
    return Item(name, label, "choose_many", hint, chosen, shown, required, most)


def _most(chooser: Mapping[str, Any]) -> int:
    everything = len(chooser.get("options") or ()) if chooser["type"] == CHECKBOX_GROUP else 1
    return int(chooser.get("max_values") or everything)


# what is filled in


def filled(payload: Mapping[str, Any], values: Mapping[str, str | Sequence[str]], sent: Sent) -> Json:
    """The `data` of a modal submission; raises Cannot where the client would not let it go."""
    known = {inner.get("custom_id") for _, inner in _parts(payload)}
    if strange := set(values) - known:
        raise Cannot(f"no such item in the open modal: {sorted(strange)}; there are {sorted(filter(None, known))}")
    components = []
    for n, (outer, inner) in enumerate(_parts(payload), start=1):
        answer = _answer(_item(outer, inner), inner, values, sent)
        answer["id"] = inner.get("id") or 2 * n
        if outer["type"] == LABEL:
            components.append({"type": LABEL, "id": outer.get("id") or 2 * n - 1, "component": answer})
        elif outer["type"] == TEXT:
            components.append(answer)
        else:
            components.append({"type": outer["type"], "id": 2 * n - 1, "components": [answer]})
    data: Json = {"custom_id": payload["custom_id"], "components": components}
    return data | ({"resolved": sent.resolved} if sent.resolved else {})


def _answer(
    item: Item, inner: Mapping[str, Any], values: Mapping[str, str | Sequence[str]], sent: Sent
) -> dict[str, Any]:
    kind = inner["type"]
    if kind == TEXT:
        return {"type": TEXT}
    given = values.get(item.id, item.value)
    answer: Json = {"type": kind, "custom_id": item.id}
    if kind == TEXT_INPUT:
        return answer | {"value": _typed(item, inner, given)}
    several = [given] if isinstance(given, str) else list(given)
    if kind == FILE_UPLOAD:
        _number(item, inner, several := [one for one in several if one])
        return answer | {"values": [sent.upload(one) for one in several]}
    chosen = [_chosen(item, one, inner) for one in several if one]
    _number(item, inner, chosen)
    if kind == CHECKBOX:
        return answer | {"value": bool(chosen)}
    if kind == RADIO_GROUP:
        return answer | {"value": chosen[0] if chosen else None}
    return answer | {"values": chosen}


def _typed(item: Item, inner: Mapping[str, Any], given: str | Sequence[str]) -> str:
    if not isinstance(given, str):
        raise Cannot(f"“{item.label}” takes one text")
    if item.required and not given.strip():
        raise Cannot(f"“{item.label}” is required")
    if given and not (inner.get("min_length") or 0) <= len(given) <= item.most:
        least = inner.get("min_length") or 0
        raise Cannot(f"“{item.label}” takes {least} to {item.most} characters, not {len(given)}")
    if item.kind == "line" and "\n" in given:
        raise Cannot(f"“{item.label}” has one line")
    return given


def _chosen(item: Item, given: str, inner: Mapping[str, Any]) -> str:
    """An option by its value or by its label."""
    if inner["type"] in SELECTS[1:]:
        return given
    for label, value in item.options:
        if given in (value, label):
            return value
    raise Cannot(f"“{item.label}” offers no {given!r}; it offers {[label for label, _ in item.options]}")


def _number(item: Item, inner: Mapping[str, Any], chosen: Sequence[str]) -> None:
    least = 1 if item.required else 0
    if chosen or item.required:
        least = max(least, inner.get("min_values", 1 if item.required else 0) or 0)
    if not least <= len(chosen) <= item.most:
        raise Cannot(f"“{item.label}” takes {least} to {item.most}, not {len(chosen)}")


# what is typed as a command


def command_data(command: Mapping[str, Any], words: str, sent: Sent) -> Json:
    """The `data` of a slash command whose sub-command and options are `words`, in the order of the options."""
    data: Json = {"id": command["id"], "name": command["name"], "type": command["type"]}
    if options := _options(command["name"], command.get("options") or (), words.strip(), sent):
        data["options"] = options
    if "guild_id" in command:
        data["guild_id"] = command["guild_id"]
    return data | ({"resolved": sent.resolved} if sent.resolved else {})


def _options(name: str, options: Sequence[Mapping[str, Any]], words: str, sent: Sent) -> list[Json]:
    if any(option["type"] in (1, 2) for option in options):
        word, _, rest = words.partition(" ")
        chosen = next((option for option in options if option["name"] == word), None)
        if chosen is None:
            raise Cannot(f"/{name} has no sub-command {word!r}; it has {[option['name'] for option in options]}")
        inner = _options(f"{name} {word}", chosen.get("options") or (), rest.strip(), sent)
        return [{"name": word, "type": chosen["type"], "options": inner}]
    return list(_values(name, options, words, sent))


def _values(name: str, options: Sequence[Mapping[str, Any]], words: str, sent: Sent) -> Iterator[Json]:
    for n, option in enumerate(options):
        last = n == len(options) - 1
        word, _, rest = (words, "", "") if last else words.partition(" ")
        if word:
            yield {"name": option["name"], "type": option["type"], "value": _value(option, word, sent)}
        elif option.get("required"):
            raise Cannot(f"/{name} needs {option['name']}")
        words = rest.strip()
    if words:
        raise Cannot(f"/{name} has no place for {words!r}")


def _value(option: Mapping[str, Any], word: str, sent: Sent) -> Any:
    if choices := option.get("choices"):
        for choice in choices:
            if word.casefold() in (choice["name"].casefold(), str(choice["value"]).casefold()):
                return choice["value"]
        raise Cannot(f"{option['name']} offers no {word!r}; it offers {[choice['name'] for choice in choices]}")
    if not (option.get("min_length") or 0) <= len(word) <= (option.get("max_length") or 6000):
        raise Cannot(f"{option['name']} is too short or too long")
    try:
        match option["type"]:
            case 4:
                return int(word)
            case 5:
                return word.casefold() in ("true", "yes", "on")
            case 10:
                return float(word)
            case 11:
                return sent.upload(word)
            case 6 | 7 | 8 | 9:
                return word.strip("<@#&!>")
            case _:
                return word
    except ValueError:
        raise Cannot(f"{option['name']} takes a number, not {word!r}") from None
