"""A view becomes a Discord message.

What reads best, aloud and in a notification, is plain content; so a message is plain content wherever it fits, and
what does not fit goes on in embeds (4,096 characters each, 6,000 in all). Where cards carry buttons, a card and its
buttons must stand together, else ten buttons called "Open" sit under ten cards: then the message is laid out with
components v2 (40 components, 4,000 characters, no content beside them). Where that is too small, the buttons stand at
the bottom and each says whose it is. Figures: Discord's documentation of messages and components.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import discord

from adapters.discord.escape import cut, escaped, fitted, label
from bot.views.elements import Button, Card, Chart, Picture, Style, View

CONTENT = 2000
EMBED = 4096
EMBEDS_TOGETHER = 5900
"""Discord's limit is 6,000 over all embeds of a message; a little is left for how it counts."""
LAYOUT_TEXT = 4000
LAYOUT_PARTS = 40
BUTTONS = 25
ROW = 5
LABEL = 80
URL = 512
TITLE = 300
FACT = 300
ALT_TEXT = 1024

STYLES = {
    Style.PLAIN: discord.ButtonStyle.secondary,
    Style.MAIN: discord.ButtonStyle.primary,
    Style.CAREFUL: discord.ButtonStyle.danger,
}


class TooManyButtons(ValueError):
    """A view with more buttons than a message holds: a mistake of ours, never answered by leaving some out."""


@dataclass(frozen=True)
class Drawn:
    """A message in discord.py's terms: either `content` and `embeds`, or everything in `view`."""

    content: str = ""
    embeds: tuple[discord.Embed, ...] = ()
    view: discord.ui.View | discord.ui.LayoutView | None = None
    files: tuple[discord.File, ...] = ()

    def parts(self) -> dict[str, Any]:
        """The keyword arguments that every way of sending takes, without those that stay empty."""
        given: dict[str, Any] = {
            "content": self.content,
            "embeds": list(self.embeds),
            "view": self.view,
            "files": list(self.files),
        }
        return {name: value for name, value in given.items() if value}

    @property
    def flags(self) -> discord.MessageFlags:
        """Links never unfold; where we use embeds of our own, only the escape keeps them from it."""
        return discord.MessageFlags(suppress_embeds=bool(self.content) and not self.embeds)


def draw(view: View) -> Drawn:
    """The message for `view`. Raises TooManyButtons."""
    view = _with_safe_links(view)
    files = tuple(_files(view))
    if any(card.buttons for card in view.cards) and not files:
        layout = _layout(view)
        if layout is not None:
            return Drawn(view=layout)
    content, embeds = _written(view)
    if not content and not embeds and not files:
        content = label("", LABEL)
    return Drawn(content, embeds, _rows(_at_the_bottom(view)), files)


def _files(view: View) -> Iterator[discord.File]:
    if isinstance(view.image, Picture):
        words = cut(view.image.words, ALT_TEXT)
        yield discord.File(io.BytesIO(view.image.png), filename="picture.png", description=words)
    if view.file is not None:
        yield discord.File(io.BytesIO(view.file.content), filename=view.file.name)


# --- words ---------------------------------------------------------------------------------------------------------


def _bold(text: str, most: int = TITLE) -> str:
    text = text.strip()  # a space inside the asterisks would show them
    return f"**{fitted(text, most)}**" if text else ""


def _facts(view: View) -> str:
    return "\n".join(f"**{fitted(_before(name), FACT)}** {fitted(value, FACT)}" for name, value in view.facts)


def _before(name: str) -> str:
    """A fact's name, as it stands before its value on one line: a question has its mark already."""
    name = name.strip()
    return name if name.endswith("?") else f"{name}:"


def _card(card: Card) -> str:
    return "\n".join(part for part in (_bold(card.title), escaped(card.text)) if part)


def _joined(parts: Iterable[str], between: str = "\n\n") -> str:
    return between.join(part for part in parts if part)


def _head(view: View) -> str:
    return _joined((_joined((_bold(view.title), escaped(view.text)), "\n"), _facts(view), _undrawn(view)))


def _undrawn(view: View) -> str:
    return escaped(view.image.words) if isinstance(view.image, Chart) else ""


def _written(view: View) -> tuple[str, tuple[discord.Embed, ...]]:
    """All the words: as content where they fit, else the title as content and the rest in two embeds."""
    whole = _joined((_head(view), *map(_card, view.cards)))
    if len(whole) <= CONTENT:
        return whole, ()
    facts = cut(_joined((_facts(view), _undrawn(view))), EMBED // 2)
    text = _joined((fitted(view.text, EMBED - len(facts) - 2), facts))
    cards = _cards(view.cards, min(EMBED, EMBEDS_TOGETHER - len(text)))
    embeds = tuple(discord.Embed(description=words) for words in (text, cards) if words)
    return _bold(view.title), embeds


def _cards(cards: Sequence[Card], room: int) -> str:
    """All cards in `room` characters: where that is tight each gives up a part of its text, none goes missing."""
    if not cards:
        return ""
    whole = _joined(map(_card, cards))
    if len(whole) <= room:
        return whole
    each = room // len(cards) - 2
    return _joined(_shortened(card, each) for card in cards)


def _shortened(card: Card, most: int) -> str:
    title = _bold(card.title, min(TITLE, most - 5))
    return _joined((title, fitted(card.text, max(most - len(title) - 1, 1))), "\n")


# --- buttons -------------------------------------------------------------------------------------------------------


def button(button: Button) -> discord.ui.Button[Any]:
    """One button, or a link out."""
    name = label(button.label, LABEL)
    if button.url:
        return discord.ui.Button(label=name, url=button.url)
    return discord.ui.Button(label=name, style=STYLES[button.style], custom_id=str(button.press))


def _with_safe_links(view: View) -> View:
    """A link that Discord would refuse takes the whole message with it; it becomes a fact to read instead."""
    links = tuple((item.label, item.url) for item in view.buttons if not _is_possible(item))
    cards = tuple(
        Card(card.title, _joined((card.text, *_lines(card.buttons)), "\n"), tuple(filter(_is_possible, card.buttons)))
        for card in view.cards
    )
    buttons = tuple(filter(_is_possible, view.buttons))
    return View(view.title, view.text, view.facts + links, cards, buttons, view.image, view.file)


def _lines(buttons: Iterable[Button]) -> Iterator[str]:
    return (f"{item.label}: {item.url}" for item in buttons if not _is_possible(item))


def _is_possible(item: Button) -> bool:
    if not item.url:
        return True
    return item.url.startswith(("https://", "http://")) and len(item.url) <= URL and not any(map(str.isspace, item.url))


def _once(buttons: Iterable[Button]) -> tuple[Button, ...]:
    """Two buttons with one id are refused by Discord; they do the same, so the first stands for both."""
    first: dict[str, Button] = {}
    for item in buttons:
        first.setdefault(item.url or str(item.press), item)
    return tuple(first.values())


def _at_the_bottom(view: View) -> tuple[Button, ...]:
    """All buttons in one list; where two cards call theirs alike, each says whose it is."""
    named = [(card.title, item) for card in view.cards for item in card.buttons]
    alike = Counter(item.label for _, item in named)
    cards = (_named(title, item) if alike[item.label] > 1 else item for title, item in named)
    return _once((*cards, *view.buttons))


def _named(title: str, item: Button) -> Button:
    return Button(f"{label(title, LABEL // 2)}: {item.label}", item.press, item.style, item.url)


def _rows(buttons: Sequence[Button]) -> discord.ui.View | None:
    if len(buttons) > BUTTONS:
        raise TooManyButtons(len(buttons))
    if not buttons:
        return None
    view = discord.ui.View(timeout=None)
    for place, item in enumerate(buttons):
        drawn = button(item)
        drawn.row = place // ROW
        view.add_item(drawn)
    view.stop()  # presses come by `on_interaction`; what is not finished would be kept in memory for ever
    return view


def _layout(view: View) -> discord.ui.LayoutView | None:
    """Each card with its buttons under it, or None where that is more than a layout holds."""
    blocks = [(_head(view), ()), *((_card(card), card.buttons) for card in view.cards), ("", view.buttons)]
    seen: set[str] = set()
    parts: list[discord.ui.Item[Any]] = []
    for words, buttons in blocks:
        if words:
            parts.append(discord.ui.TextDisplay(words))
        fresh = [item for item in _once(buttons) if (item.url or str(item.press)) not in seen]
        seen.update(item.url or str(item.press) for item in fresh)
        parts += [_row(fresh[start : start + ROW]) for start in range(0, len(fresh), ROW)]
    if sum(_weight(part) for part in parts) > LAYOUT_PARTS or sum(map(_length, parts)) > LAYOUT_TEXT:
        return None
    layout = discord.ui.LayoutView(timeout=None)
    for part in parts:
        layout.add_item(part)
    layout.stop()
    return layout


def _row(buttons: Iterable[Button]) -> discord.ui.ActionRow[Any]:
    return discord.ui.ActionRow(*(button(item) for item in buttons))


def _weight(part: discord.ui.Item[Any]) -> int:
    return 1 + len(part.children) if isinstance(part, discord.ui.ActionRow) else 1


def _length(part: discord.ui.Item[Any]) -> int:
    return len(part.content) if isinstance(part, discord.ui.TextDisplay) else 0
