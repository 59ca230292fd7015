"""Views and forms as Slack's blocks, within Slack's limits (docs.slack.dev/reference/block-kit).

What a person wrote goes into `plain_text`, where Slack reads no markup; only labels we bold are `mrkdwn`, escaped and
`verbatim`, so that no name becomes a mention or a link. Too long a text ends with an ellipsis; a button is never left
out: where a view is too big, dividers go first, then texts from the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import count
from typing import Any, TypeAlias, assert_never

from bot.views.elements import (
    Button,
    Card,
    Choose,
    ChooseMany,
    FileIn,
    Fix,
    Form,
    FormItem,
    Line,
    Option,
    Paragraph,
    Style,
    Text,
    View,
    When,
)

Json: TypeAlias = dict[str, Any]

FORM = "form"
"""The `callback_id` of each modal that asks something; one that is only read has none."""
PRESS = "press:"
"""How the `action_id` of a button begins that is a gesture; `LINK`: one that only opens a page."""
LINK = "link:"
NAME = "Common Grounds"
"""Above a modal whose view has no title of its own."""

MOST_BLOCKS = 50
MOST_VIEW_BLOCKS = 100
MOST_TEXT = 40_000
MOST_BLOCK_TEXT = 13_000
"""All texts in the blocks of one message; Slack says msg_blocks_too_long a little above."""
MOST_HEADER = 150
MOST_SECTION = 3_000
MOST_CARD_TITLE = 150
MOST_FACT_NAME = 75
MOST_FACT = 1_500
"""Both stand in one field, of at most 2,000 characters; `MOST_FACTS_TEXT` is for all values of a view."""
MOST_FACTS_TEXT = 4_000
MOST_FIELDS = 10
MOST_LABEL = 75
MOST_MODAL_TITLE = 24
MOST_HINT = 2_000
MOST_TYPED = 3_000
BUTTONS_A_ROW = 5
RADIO_READS_BETTER = 4
"""Up to so many options are shown at once, more fold into a select."""
MOST_TICKS = 10
ELLIPSIS = "…"


# --- messages, the Home tab and modals to read ----------------------------------------------------------------------


def message(view: View) -> Json:
    """`text` and `blocks` of a message. The text is the whole of it: screen readers and notifications get only that."""
    text = escaped(view.aloud(), MOST_TEXT) or ELLIPSIS
    blocks = _fit(_blocks(view), MOST_BLOCKS)
    return {"text": text, "blocks": blocks} if blocks else {"text": text}


def reply(view: View) -> Json:
    """The body of a command's acknowledgement, or of a POST to a response_url: only the one who asked sees it."""
    return {
        **message(view),
        "response_type": "ephemeral",
        "replace_original": False,
        "unfurl_links": False,
        "unfurl_media": False,
    }


def as_message(drawn: Mapping[str, Any]) -> Json:
    """What was drawn as a reply or as a view, as a message: nothing can be filled in there."""
    blocks = [block for block in drawn.get("blocks") or () if block["type"] != "input"][:MOST_BLOCKS]
    texts = [block["text"] for block in blocks if "text" in block] or [drawn["title"]]
    aloud = "\n\n".join(
        escaped(one["text"], MOST_SECTION) if one["type"] == "plain_text" else one["text"] for one in texts
    )
    return {"text": drawn.get("text") or aloud} | ({"blocks": blocks} if blocks else {})


def home(view: View) -> Json:
    """The App Home."""
    return {"type": "home", "blocks": _fit(_blocks(view), MOST_VIEW_BLOCKS)}


def reading(view: View) -> Json:
    """A view in a modal, for where a press or a submission can be answered in no other way."""
    title = view.title if view.title and len(view.title) <= MOST_MODAL_TITLE else NAME
    return {"type": "modal", "title": plain(title, MOST_MODAL_TITLE), "blocks": _fit(_blocks(view), MOST_VIEW_BLOCKS)}


def _blocks(view: View) -> list[Json]:
    numbers = count()
    blocks: list[Json] = []
    if view.title:
        blocks.append({"type": "header", "text": plain(view.title, MOST_HEADER)})
    blocks += _sections(view.text)
    blocks += _facts(view.facts)
    for card in view.cards:
        blocks += [{"type": "divider"}, *_card(card, numbers)]
    if view.image:
        blocks += _sections(view.image.words)
    if view.file:
        blocks += _sections(view.file.name)
    blocks += _rows(view.buttons, numbers)
    return blocks


def _card(card: Card, numbers: Iterator[int]) -> Iterator[Json]:
    if card.title:
        yield {"type": "section", "text": _marked(_bold(card.title, MOST_CARD_TITLE))}
    yield from _sections(card.text)
    yield from _rows(card.buttons, numbers)


def _facts(facts: Sequence[tuple[str, str]]) -> Iterator[Json]:
    most = min(MOST_FACT, MOST_FACTS_TEXT // max(1, len(facts)))
    fields = [_marked(f"{_bold(name, MOST_FACT_NAME)}\n{escaped(value, most)}") for name, value in facts]
    for start in range(0, len(fields), MOST_FIELDS):
        yield {"type": "section", "fields": fields[start : start + MOST_FIELDS]}


def _sections(text: str) -> Iterator[Json]:
    for part in split(text, MOST_SECTION):
        yield {"type": "section", "text": plain(part, MOST_SECTION)}


def _rows(buttons: Sequence[Button], numbers: Iterator[int]) -> Iterator[Json]:
    for start in range(0, len(buttons), BUTTONS_A_ROW):
        row = [_button(each, next(numbers)) for each in buttons[start : start + BUTTONS_A_ROW]]
        yield {"type": "actions", "elements": row}


def _button(button: Button, number: int) -> Json:
    drawn: Json = {
        "type": "button",
        "text": plain(button.label, MOST_LABEL),
        "action_id": f"{LINK if button.url else PRESS}{number}",
        "value": str(button.press),
    }
    if button.url:
        drawn["url"] = button.url
    match button.style:
        case Style.MAIN:
            drawn["style"] = "primary"
        case Style.CAREFUL:
            drawn["style"] = "danger"
        case Style.PLAIN:
            pass
        case _:
            assert_never(button.style)
    return drawn


def _fit(blocks: list[Json], most: int) -> list[Json]:
    """At most `most` blocks and so much text; what can be pressed stays."""
    if len(blocks) > most:
        blocks = [block for block in blocks if block["type"] != "divider"]
    texts = [n for n, block in enumerate(blocks) if block["type"] != "actions"]
    excess = len(blocks) - most
    if excess > 0:
        gone = set(texts[-excess:])
        blocks = [block for n, block in enumerate(blocks) if n not in gone]
    return _shorten(blocks)


def _shorten(blocks: list[Json]) -> list[Json]:
    """Halve the longest section until all of them fit one message; labels stay."""
    texts = [block["text"] for block in blocks if block["type"] == "section" and "text" in block]
    sections = [text for text in texts if text["type"] == "plain_text"]
    excess = sum(_length(block) for block in blocks) - MOST_BLOCK_TEXT
    while excess > 0 and sections:
        longest = max(sections, key=lambda text: len(text["text"]))
        before = len(longest["text"])
        if before <= MOST_LABEL:
            break
        longest["text"] = cut(longest["text"], max(before - excess, before // 2))
        excess -= before - len(longest["text"])
    return blocks


def _length(block: Json) -> int:
    """Characters of all texts in a block."""
    texts = [block.get("text"), *block.get("fields", ()), *(each["text"] for each in block.get("elements", ()))]
    return sum(len(text["text"]) for text in texts if text)


# --- forms ----------------------------------------------------------------------------------------------------------


def form_view(form: Form) -> Json:
    """All pages of a form in one modal. Block and action ids are the items' names, so that errors find their place."""
    blocks = [block for item in _items(form) for block in _asked(item)]
    return {
        "type": "modal",
        "callback_id": FORM,
        "private_metadata": str(form.send),
        "title": plain(form.title, MOST_MODAL_TITLE),
        "submit": plain(form.send_label, MOST_MODAL_TITLE),
        "blocks": blocks[:MOST_VIEW_BLOCKS],
    }


def fix(fixed: Fix) -> Json:
    """What is wrong, under the questions in the open modal.

    Slack takes errors only for blocks that are there; one for a name that isn't goes to the first question.
    """
    names = [item.name for item in _items(fixed.form) if not isinstance(item, Text)]
    if not names or not fixed.errors:
        return {"response_action": "push", "view": reading(fixed.view)}
    said: dict[str, list[str]] = {}
    for name, error in fixed.errors.items():
        said.setdefault(name if name in names else names[0], []).append(error)
    errors = {name: cut(" ".join(sentences), MOST_HINT) for name, sentences in said.items()}
    return {"response_action": "errors", "errors": errors}


def _items(form: Form) -> Iterator[FormItem]:
    return (item for page in form.pages for item in page.items)


def _asked(item: FormItem) -> Iterable[Json]:
    match item:
        case Text():
            return _sections(item.text)
        case Line():
            return [_input(item, _typing(item.value, item.most, several_lines=False))]
        case Paragraph():
            return [_input(item, _typing(item.value, item.most, several_lines=True))]
        case Choose():
            return [_input(item, _choosing(item))]
        case ChooseMany():
            return [_input(item, _ticking(item))]
        case When():
            start = {"initial_date_time": int(item.value.timestamp())} if item.value else {}
            picker = {"type": "datetimepicker", **start}
            return [_input(replace(item, hint=""), picker)]  # the hint says how to type it
        case FileIn():
            return [_input(item, {"type": "file_input", "max_files": 1})]
        case _:
            assert_never(item)


def _input(item: Line | Paragraph | Choose | ChooseMany | When | FileIn, element: Json) -> Json:
    drawn: Json = {
        "type": "input",
        "block_id": item.name,
        "label": plain(item.label, MOST_HINT),
        "element": {**element, "action_id": item.name},
        "optional": not item.required,
    }
    if item.hint:
        drawn["hint"] = plain(item.hint, MOST_HINT)
    return drawn


def _typing(value: str, most: int, *, several_lines: bool) -> Json:
    most = max(1, min(most, MOST_TYPED))
    start = {"initial_value": cut(value, most)} if value else {}
    return {"type": "plain_text_input", "multiline": several_lines, "max_length": most, **start}


def _choosing(item: Choose) -> Json:
    options = [_option(each) for each in item.options]
    chosen = [each for each in options if each["value"] == item.value]
    start = {"initial_option": chosen[0]} if chosen else {}
    few = len(options) <= RADIO_READS_BETTER
    return {"type": "radio_buttons" if few else "static_select", "options": options, **start}


def _ticking(item: ChooseMany) -> Json:
    options = [_option(each) for each in item.options]
    ticked = [each for each in options if each["value"] in item.values]
    start = {"initial_options": ticked} if ticked else {}
    if len(options) > MOST_TICKS:
        return {"type": "multi_static_select", "options": options, "max_selected_items": item.most, **start}
    return {"type": "checkboxes", "options": options, **start}


def _option(option: Option) -> Json:
    return {"text": plain(option.label, MOST_LABEL), "value": option.value}


# --- texts ----------------------------------------------------------------------------------------------------------


def plain(text: str, most: int) -> Json:
    """A text that Slack draws as it stands. Never empty, which Slack refuses."""
    return {"type": "plain_text", "text": cut(text, most) or ELLIPSIS, "emoji": True}


def escaped(text: str, most: int) -> str:
    """`text` for where Slack reads markup: its three control characters as entities, `most` characters in all."""
    text = cut(text, most)
    while len(safe := text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")) > most:
        text = cut(text, len(text) - max(1, (len(safe) - most) // 5))
    return safe


def cut(text: str, most: int) -> str:
    """At most `most` characters, the last an ellipsis where something is missing."""
    return text if len(text) <= most else text[: most - 1].rstrip() + ELLIPSIS


def split(text: str, most: int) -> Iterator[str]:
    """`text` in parts of at most `most` characters, at a line's or word's end where there is one."""
    rest = text.strip()
    while len(rest) > most:
        end = max(rest.rfind("\n", most // 2, most), 0) or max(rest.rfind(" ", most // 2, most), 0) or most
        yield rest[:end].rstrip()
        rest = rest[end:].lstrip()
    if rest:
        yield rest


def _bold(text: str, most: int) -> str:
    """A label in bold. An asterisk or a line's end of its own would end the bold early."""
    one_line = " ".join(text.replace("*", "\N{ASTERISK OPERATOR}").split())
    return f"*{escaped(one_line, most - 2)}*" if one_line else ELLIPSIS


def _marked(text: str) -> Json:
    return {"type": "mrkdwn", "text": text, "verbatim": True}
