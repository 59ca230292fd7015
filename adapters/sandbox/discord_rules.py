"""What Discord's API refuses in a message, a modal or a list of commands, with the error tree that it would answer.

Limits are those of Discord's reference (resources/message, components/reference, interactions/application-commands);
codes and wordings are the ones that the API sends, so that a bot which reads them reads the same here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

Json = dict[str, Any]
Path = tuple[str | int, ...]

EPHEMERAL: Final = 1 << 6
LOADING: Final = 1 << 7
COMPONENTS_V2: Final = 1 << 15

ROW, BUTTON, STRING_SELECT, TEXT_INPUT = 1, 2, 3, 4
SECTION, TEXT, THUMBNAIL, GALLERY, FILE, SEPARATOR, CONTAINER = 9, 10, 11, 12, 13, 14, 17
LABEL, FILE_UPLOAD, RADIO_GROUP, CHECKBOX_GROUP, CHECKBOX = 18, 19, 21, 22, 23
SELECTS: Final = (3, 5, 6, 7, 8)

V2_TOP: Final = (ROW, SECTION, TEXT, GALLERY, FILE, SEPARATOR, CONTAINER)
V2_IN_CONTAINER: Final = (ROW, SECTION, TEXT, GALLERY, FILE, SEPARATOR)
MODAL_TOP: Final = (ROW, TEXT, LABEL)
IN_LABEL: Final = (TEXT_INPUT, *SELECTS, FILE_UPLOAD, RADIO_GROUP, CHECKBOX_GROUP, CHECKBOX)

MOST_COMPONENTS: Final = 40
MOST_V2_TEXT: Final = 4000
COMMAND_NAME: Final = re.compile(r"[-_'\w]{1,32}")


class Refused(Exception):
    """An answer other than 2xx: HTTP status, Discord's own code and message, and for 50035 what is wrong where."""

    def __init__(self, status: int, code: int, message: str, errors: Json | None = None) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status, self.code, self.message, self.errors = status, code, message, errors

    def as_json(self) -> Json:
        body: Json = {"message": self.message, "code": self.code}
        return body | {"errors": self.errors} if self.errors else body


class Faults:
    """Collects what is wrong, by path, and refuses once with all of it, as Discord does."""

    def __init__(self) -> None:
        self.tree: Json = {}

    def add(self, path: Path, code: str, message: str) -> None:
        node = self.tree
        for step in path:
            node = node.setdefault(str(step), {})
        node.setdefault("_errors", []).append({"code": code, "message": message})

    def text(self, path: Path, value: Any, *, most: int, least: int = 0) -> None:
        """A string of `least` to `most` characters; nothing at all is fine where `least` is 0."""
        if value is None or value == "":
            if least:
                self.add(path, "BASE_TYPE_REQUIRED", "This field is required")
        elif not isinstance(value, str):
            self.add(path, "STRING_TYPE_CONVERT", f'Could not interpret "{value}" as string.')
        elif least and len(value) > most:
            self.add(path, "BASE_TYPE_BAD_LENGTH", f"Must be between {least} and {most} in length.")
        elif len(value) > most:
            self.add(path, "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")

    def count(self, path: Path, things: Sequence[Any], least: int, most: int) -> None:
        if not least <= len(things) <= most:
            self.add(path, "BASE_TYPE_BAD_LENGTH", f"Must be between {least} and {most} in length.")

    def number(self, path: Path, value: Any, least: int, most: int) -> None:
        if value is None:
            return
        if not isinstance(value, int):
            self.add(path, "NUMBER_TYPE_COERCE", f'Value "{value}" is not int.')
        elif value < least:
            self.add(path, "NUMBER_TYPE_MIN", f"int value should be greater than or equal to {least}.")
        elif value > most:
            self.add(path, "NUMBER_TYPE_MAX", f"int value should be less than or equal to {most}.")

    def kind(self, path: Path, component: Mapping[str, Any], allowed: Sequence[int]) -> bool:
        if component.get("type") in allowed:
            return True
        choices = ", ".join(map(str, allowed)) + ("," if len(allowed) == 1 else "")
        self.add((*path, "type"), "UNION_TYPE_CHOICES", f'Value of field "type" must be one of ({choices}).')
        return False

    def settle(self) -> None:
        if self.tree:
            raise Refused(400, 50035, "Invalid Form Body", self.tree)


def walk(components: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Every component, nested ones too, in the order in which a person reads them."""
    for component in components:
        yield component
        yield from walk(component.get("components") or ())
        for inner in ("component", "accessory"):
            if component.get(inner):
                yield from walk([component[inner]])


def is_empty(message: Mapping[str, Any], files: int = 0) -> bool:
    return not (
        (message.get("content") or "").strip()
        or message.get("embeds")
        or message.get("components")
        or message.get("attachments")
        or message.get("sticker_ids")
        or files
    )


def check_message(message: Mapping[str, Any], *, flags: int, under: Path = ()) -> None:
    """Refuse a message, or the changed part of one; `flags` are those that it has in the end."""
    faults = Faults()
    components = message.get("components") or ()
    faults.text((*under, "content"), message.get("content"), most=2000)
    _embeds(faults, (*under, "embeds"), message.get("embeds") or ())
    if len(str(message.get("nonce") or "")) > 25:
        faults.add((*under, "nonce"), "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.")
    if len(message.get("attachments") or ()) > 10:
        faults.add((*under, "attachments"), "BASE_TYPE_MAX_LENGTH", "Must be 10 or fewer in length.")
    if flags & COMPONENTS_V2:
        _v2(faults, under, message, components)
    else:
        _rows(faults, (*under, "components"), components)
    _unique_ids(faults, (*under, "components"), components)
    faults.settle()


def _embeds(faults: Faults, path: Path, embeds: Sequence[Mapping[str, Any]]) -> None:
    if len(embeds) > 10:
        faults.add(path, "BASE_TYPE_MAX_LENGTH", "Must be 10 or fewer in length.")
    total = 0
    for n, embed in enumerate(embeds):
        here = (*path, n)
        footer, author = embed.get("footer") or {}, embed.get("author") or {}
        fields = embed.get("fields") or ()
        faults.text((*here, "title"), embed.get("title"), most=256)
        faults.text((*here, "description"), embed.get("description"), most=4096)
        faults.text((*here, "footer", "text"), footer.get("text"), most=2048)
        faults.text((*here, "author", "name"), author.get("name"), most=256)
        if len(fields) > 25:
            faults.add((*here, "fields"), "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.")
        for m, field in enumerate(fields):
            faults.text((*here, "fields", m, "name"), field.get("name"), most=256, least=1)
            faults.text((*here, "fields", m, "value"), field.get("value"), most=1024, least=1)
        texts = [embed.get("title"), embed.get("description"), footer.get("text"), author.get("name")]
        texts += [text for field in fields for text in (field.get("name"), field.get("value"))]
        total += sum(len(text or "") for text in texts)
    if total > 6000:
        faults.add(path, "MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of 6000")


def _rows(faults: Faults, path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    if len(rows) > 5:
        faults.add(path, "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.")
    for n, row in enumerate(rows):
        if faults.kind((*path, n), row, (ROW,)):
            _row(faults, (*path, n), row)


def _row(faults: Faults, path: Path, row: Mapping[str, Any]) -> None:
    inside = row.get("components") or ()
    faults.count((*path, "components"), inside, 1, 5)
    if len(inside) > 1 and any(component.get("type") in SELECTS for component in inside):
        message = "The specified component exceeds the maximum width"
        faults.add((*path, "components"), "COMPONENT_LAYOUT_WIDTH_EXCEEDED", message)
    for n, component in enumerate(inside):
        here = (*path, "components", n)
        if faults.kind(here, component, (BUTTON, *SELECTS)):
            (_button if component["type"] == BUTTON else _select)(faults, here, component)


def _button(faults: Faults, path: Path, button: Mapping[str, Any]) -> None:
    style = button.get("style")
    faults.text((*path, "label"), button.get("label"), most=80)
    if style not in (1, 2, 3, 4, 5, 6):
        faults.add((*path, "style"), "BASE_TYPE_CHOICES", "Value must be one of {1, 2, 3, 4, 5, 6}.")
    if style == 5:
        faults.text((*path, "url"), button.get("url"), most=512, least=1)
        if button.get("custom_id"):
            message = "A custom id and url cannot both be specified"
            faults.add((*path, "custom_id"), "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE", message)
        if not re.match(r"(https?|discord)://", button.get("url") or "https://"):
            message = "Scheme must be one of ('http', 'https', 'discord')."
            faults.add((*path, "url"), "URL_TYPE_INVALID_SCHEME", message)
    elif style in (1, 2, 3, 4):
        faults.text((*path, "custom_id"), button.get("custom_id"), most=100, least=1)
    if not button.get("label") and not button.get("emoji") and style != 6:
        faults.add((*path, "label"), "BASE_TYPE_REQUIRED", "This field is required")


def _select(faults: Faults, path: Path, select: Mapping[str, Any]) -> None:
    faults.text((*path, "custom_id"), select.get("custom_id"), most=100, least=1)
    faults.text((*path, "placeholder"), select.get("placeholder"), most=150)
    faults.number((*path, "min_values"), select.get("min_values"), 0, 25)
    faults.number((*path, "max_values"), select.get("max_values"), 1, 25)
    if select["type"] == STRING_SELECT:
        _options(faults, path, select, 1, 25, most_chosen=select.get("max_values") or 1)


def _options(
    faults: Faults, path: Path, chooser: Mapping[str, Any], least: int, most: int, *, most_chosen: int
) -> None:
    options = chooser.get("options") or ()
    faults.count((*path, "options"), options, least, most)
    values: set[Any] = set()
    for n, option in enumerate(options):
        here = (*path, "options", n)
        faults.text((*here, "label"), option.get("label"), most=100, least=1)
        faults.text((*here, "value"), option.get("value"), most=100, least=1)
        faults.text((*here, "description"), option.get("description"), most=100)
        if option.get("value") in values:
            message = "The specified option value is already used"
            faults.add((*here, "value"), "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", message)
        values.add(option.get("value"))
    if options and (chooser.get("max_values") or 1) > len(options):
        message = f"int value should be less than or equal to {len(options)}."
        faults.add((*path, "max_values"), "NUMBER_TYPE_MAX", message)
    if (chooser.get("min_values") or 0) > most_chosen:
        faults.add(
            (*path, "min_values"), "NUMBER_TYPE_MAX", f"int value should be less than or equal to {most_chosen}."
        )
    if sum(bool(option.get("default")) for option in options) > most_chosen:
        faults.add((*path, "options"), "SELECT_COMPONENT_TOO_MANY_DEFAULT_VALUES", "Too many default values")


def _v2(faults: Faults, under: Path, message: Mapping[str, Any], components: Sequence[Mapping[str, Any]]) -> None:
    path = (*under, "components")
    for old in ("content", "embeds"):
        if message.get(old):
            faults.add(
                (*under, old),
                "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
                f"The '{old}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2",
            )
    everything = list(walk(components))
    if len(everything) > MOST_COMPONENTS:
        message_ = f"Must be {MOST_COMPONENTS} or fewer in length."
        faults.add(path, "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", message_)
    if sum(len(one.get("content") or "") for one in everything if one.get("type") == TEXT) > MOST_V2_TEXT:
        message_ = f"The total text of the components exceeds {MOST_V2_TEXT} characters"
        faults.add(path, "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", message_)
    for n, component in enumerate(components):
        _v2_component(faults, (*path, n), component, V2_TOP)


def _v2_component(faults: Faults, path: Path, component: Mapping[str, Any], allowed: Sequence[int]) -> None:
    if not faults.kind(path, component, allowed):
        return
    inside = component.get("components") or ()
    match component["type"]:
        case 1:
            _row(faults, path, component)
        case 2:
            _button(faults, path, component)
        case 9:
            faults.count((*path, "components"), inside, 1, 3)
            for n, one in enumerate(inside):
                _v2_component(faults, (*path, "components", n), one, (TEXT,))
            _v2_component(faults, (*path, "accessory"), component.get("accessory") or {}, (BUTTON, THUMBNAIL))
        case 10:
            faults.text((*path, "content"), component.get("content"), most=MOST_V2_TEXT, least=1)
        case 12:
            faults.count((*path, "items"), component.get("items") or (), 1, 10)
        case 17:
            faults.count((*path, "components"), inside, 1, MOST_COMPONENTS)
            for n, one in enumerate(inside):
                _v2_component(faults, (*path, "components", n), one, V2_IN_CONTAINER)
        case _:  # a file, a separator, a thumbnail: nothing in them that we would send wrong
            pass


def _unique_ids(faults: Faults, path: Path, components: Sequence[Mapping[str, Any]]) -> None:
    """Disabled ones count as well (discord-api-docs issue 3673)."""
    seen: set[str] = set()

    def visit(here: Path, component: Mapping[str, Any]) -> None:
        name = component.get("custom_id")
        if name and name in seen:
            faults.add(
                (*here, "custom_id"), "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated"
            )
        seen.add(name or "")
        for n, inner in enumerate(component.get("components") or ()):
            visit((*here, "components", n), inner)
        for only in ("component", "accessory"):
            if component.get(only):
                visit((*here, only), component[only])

    for n, component in enumerate(components):
        visit((*path, n), component)


def check_modal(modal: Mapping[str, Any], *, under: Path = ("data",)) -> None:
    faults = Faults()
    top = modal.get("components") or ()
    path = (*under, "components")
    faults.text((*under, "title"), modal.get("title"), most=45, least=1)
    faults.text((*under, "custom_id"), modal.get("custom_id"), most=100, least=1)
    faults.count(path, top, 1, 5)
    for n, component in enumerate(top):
        here = (*path, n)
        if not faults.kind(here, component, MODAL_TOP):
            continue
        if component["type"] == TEXT:
            faults.text((*here, "content"), component.get("content"), most=MOST_V2_TEXT, least=1)
        elif component["type"] == LABEL:
            _label(faults, here, component)
        else:
            _input_row(faults, here, component)
    _unique_ids(faults, path, top)
    faults.settle()


def _label(faults: Faults, path: Path, label: Mapping[str, Any]) -> None:
    inner = label.get("component") or {}
    faults.text((*path, "label"), label.get("label"), most=45, least=1)
    faults.text((*path, "description"), label.get("description"), most=100)
    if not faults.kind((*path, "component"), inner, IN_LABEL):
        return
    here = (*path, "component")
    match inner["type"]:
        case 4:
            _text_input(faults, here, inner)
        case 19 | 22:
            _several(faults, here, inner)
        case 21:
            faults.text((*here, "custom_id"), inner.get("custom_id"), most=100, least=1)
            _options(faults, here, inner, 2, 10, most_chosen=1)
        case 23:
            faults.text((*here, "custom_id"), inner.get("custom_id"), most=100, least=1)
        case _:
            _select(faults, here, inner)


def _several(faults: Faults, path: Path, component: Mapping[str, Any]) -> None:
    """A checkbox group or a file upload: up to ten, and `required` goes with at least one."""
    faults.text((*path, "custom_id"), component.get("custom_id"), most=100, least=1)
    faults.number((*path, "min_values"), component.get("min_values"), 0, 10)
    faults.number((*path, "max_values"), component.get("max_values"), 1, 10)
    if component.get("min_values") == 0 and component.get("required", True):
        faults.add((*path, "min_values"), "NUMBER_TYPE_MIN", "int value should be greater than or equal to 1.")
    if component["type"] == CHECKBOX_GROUP:
        most = component.get("max_values") or len(component.get("options") or ())
        _options(faults, path, component, 1, 10, most_chosen=most)


def _input_row(faults: Faults, path: Path, row: Mapping[str, Any]) -> None:
    inside = row.get("components") or ()
    faults.count((*path, "components"), inside, 1, 1)
    for n, component in enumerate(inside):
        here = (*path, "components", n)
        if faults.kind(here, component, (TEXT_INPUT,)):
            faults.text((*here, "label"), component.get("label"), most=45, least=1)
            _text_input(faults, here, component)


def _text_input(faults: Faults, path: Path, field: Mapping[str, Any]) -> None:
    faults.text((*path, "custom_id"), field.get("custom_id"), most=100, least=1)
    faults.text((*path, "placeholder"), field.get("placeholder"), most=100)
    faults.number((*path, "min_length"), field.get("min_length"), 0, 4000)
    faults.number((*path, "max_length"), field.get("max_length"), 1, 4000)
    faults.text((*path, "value"), field.get("value"), most=min(field.get("max_length") or 4000, 4000))
    if field.get("style") not in (1, 2):
        faults.add((*path, "style"), "BASE_TYPE_CHOICES", "Value must be one of {1, 2}.")
    if (field.get("min_length") or 0) > (field.get("max_length") or 4000):
        faults.add((*path, "min_length"), "TEXT_INPUT_MIN_LENGTH_EXCEEDS_MAX", "Min length is above max length")


def check_commands(commands: Sequence[Mapping[str, Any]]) -> None:
    faults = Faults()
    if len({(command.get("name"), command.get("type", 1)) for command in commands}) != len(commands):
        message = "Application command names must be unique"
        faults.add(("name",), "APPLICATION_COMMANDS_DUPLICATE_NAME", message)
    for n, command in enumerate(commands):
        _command(faults, (n,), command)
    faults.settle()


def _command(faults: Faults, path: Path, command: Mapping[str, Any]) -> None:
    name, options = command.get("name") or "", command.get("options") or ()
    if not COMMAND_NAME.fullmatch(name) or name != name.lower():
        faults.add((*path, "name"), "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
    faults.text((*path, "description"), command.get("description"), most=100, least=1)
    if len(options) > 25:
        faults.add((*path, "options"), "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.")
    if len({option.get("type") in (1, 2) for option in options}) > 1:
        message = "Sub-command and sub-command group option types are mutually exclusive to all other types"
        faults.add((*path, "options"), "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", message)
    needed = [bool(option.get("required")) for option in options]
    if needed != sorted(needed, reverse=True):
        message = "Required options must be placed before non-required options"
        faults.add((*path, "options"), "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", message)
    for n, option in enumerate(options):
        here = (*path, "options", n)
        _command(faults, here, option)
        choices = option.get("choices") or ()
        if len(choices) > 25:
            faults.add((*here, "choices"), "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.")
        for m, choice in enumerate(choices):
            faults.text((*here, "choices", m, "name"), choice.get("name"), most=100, least=1)
