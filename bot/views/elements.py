"""The closed vocabulary of everything a person can be shown, and the ids that leave the house.

A view says *what* is shown; each adapter decides how, with one `match` over these classes that mypy proves whole.
There is no markup inside a text: what a person wrote passed `plain()` at the door, and adapters escape the rest.

An id on a button is `verb:token[:arg]`. A token is 128 random bits of its own per reader, never a table key. Only this
module builds and reads ids; adapters merely carry them. Discord allows 100 characters for an id: verb <= 24, token 22
(url-safe base64 of 16 bytes), arg <= 40.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

NO_TOKEN = "-"
"""Stands where a verb points at nothing but the one who presses."""


@dataclass(frozen=True)
class PressId:
    """What a button, a form or a row of choices points at."""

    verb: str
    token: str = NO_TOKEN
    arg: str = ""

    def __str__(self) -> str:
        return ":".join(part for part in (self.verb, self.token, self.arg) if part)

    @classmethod
    def read(cls, text: str) -> PressId | None:
        """The id in `text`, or None if it was never one of ours (old, cut or forged)."""
        verb, _, rest = text.partition(":")
        token, _, arg = rest.partition(":")
        if not verb.isidentifier() or not token or len(text) > 100:
            return None
        return cls(verb, token, arg)


class Style(StrEnum):
    """How much a button stands out. Colour never says anything that the label does not."""

    PLAIN = "plain"
    MAIN = "main"
    CAREFUL = "careful"


@dataclass(frozen=True)
class Button:
    """A labelled press (at most 75 characters), or, with `url`, a link out (`press` is then only its identity)."""

    label: str
    press: PressId
    style: Style = Style.PLAIN
    url: str = ""


@dataclass(frozen=True)
class Card:
    """One of several equal things in a view: a match, an intro in a list."""

    title: str
    text: str = ""
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True)
class Picture:
    """PNG bytes with the words for those who can't see it."""

    png: bytes
    words: str


@dataclass(frozen=True)
class Bar:
    """One bar of a chart: `words` is what stands beside it, `part` how long it is (0 to 1); None: too few to show."""

    name: str
    words: str
    part: float | None


@dataclass(frozen=True)
class Chart:
    """A picture that has yet to be drawn (`adapters/drawing.py`): a title, and bars with their words beside them. Where
    nobody draws it, its words are all there is."""

    title: str
    subtitle: str
    bars: tuple[Bar, ...]
    words: str
    """The same for those who can't see it."""


@dataclass(frozen=True)
class Attachment:
    """A file of ours for one reader."""

    name: str
    content: bytes
    media_type: str


@dataclass(frozen=True)
class View:
    """A message. Title at most 150 characters, text 2,800, facts 10 pairs, cards 10, buttons 10.

    `aloud()` is the whole of it as one text: notifications and screen readers get that and nothing else.
    """

    title: str = ""
    text: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    cards: tuple[Card, ...] = ()
    buttons: tuple[Button, ...] = ()
    image: Picture | Chart | None = None
    file: Attachment | None = None

    def aloud(self) -> str:
        parts = [self.title, self.text, *(f"{name}: {value}" for name, value in self.facts)]
        parts += [part for card in self.cards for part in (card.title, card.text, _labels(card.buttons))]
        parts += [self.image.words] if self.image else []
        parts += [_labels(self.buttons)]
        return "\n".join(part for part in parts if part)


def _labels(buttons: Sequence[Button]) -> str:
    """What can be pressed, each in brackets."""
    return " ".join(f"[{button.label}]" for button in buttons)


# --- forms ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """One line to type. `name` is the key under which the value comes back."""

    name: str
    label: str
    hint: str = ""
    value: str = ""
    required: bool = True
    most: int = 150


@dataclass(frozen=True)
class Paragraph:
    """Several lines to type; `most` characters at most (3,000 is what both platforms take)."""

    name: str
    label: str
    hint: str = ""
    value: str = ""
    required: bool = True
    most: int = 1000


@dataclass(frozen=True)
class Option:
    value: str
    label: str


@dataclass(frozen=True)
class Choose:
    """Exactly one of 2 to 25 options (or none, if not required)."""

    name: str
    label: str
    options: tuple[Option, ...]
    hint: str = ""
    value: str = ""
    required: bool = True


@dataclass(frozen=True)
class ChooseMany:
    """Up to `most` of 1 to 10 options; `values` are ticked already."""

    name: str
    label: str
    options: tuple[Option, ...]
    hint: str = ""
    values: tuple[str, ...] = ()
    required: bool = True
    most: int = 10


@dataclass(frozen=True)
class When:
    """A day and a time in `zone`, typed or picked. Comes back as `YYYY-MM-DD HH:MM` in that zone, or as unix seconds
    with a leading `@` where the platform's own picker gives an instant."""

    name: str
    label: str
    zone: str
    hint: str = ""
    value: datetime | None = None
    required: bool = True


@dataclass(frozen=True)
class FileIn:
    """A file to hand over."""

    name: str
    label: str
    hint: str = ""
    required: bool = True


@dataclass(frozen=True)
class Text:
    """Words between the questions; it asks nothing. At most 2,800 characters."""

    text: str


FormItem: TypeAlias = Line | Paragraph | Choose | ChooseMany | When | FileIn | Text
Value: TypeAlias = str | tuple[str, ...]
Values: TypeAlias = Mapping[str, Value]


@dataclass(frozen=True)
class Page:
    """At most five items: more do not fit a Discord modal. Names are unique over all pages of a form."""

    items: tuple[FormItem, ...]


@dataclass(frozen=True)
class Form:
    """Something to fill in. Slack draws all pages in one modal; Discord draws `page` of them, a modal each.

    Title and send label at most 24 characters (Slack). `send` is the id under which the values come back; Discord's
    adapter appends `#<page>` to it.
    """

    title: str
    send: PressId
    send_label: str
    pages: tuple[Page, ...]
    page: int = 0


@dataclass(frozen=True)
class Fix:
    """A form that came back with something to mend; `errors` say what, by item name, in whole sentences.

    Slack answers the submission with them in the open modal. Discord can't answer a modal with a modal, so it shows
    `view`: what is wrong, beside a "Fix it" button that reopens the page filled in.
    """

    form: Form
    values: Values
    errors: Mapping[str, str]
    view: View


@dataclass(frozen=True)
class Nothing:
    """The answer comes, or came, as a message of its own; the surface needs no more than its acknowledgement."""


@dataclass(frozen=True)
class Later:
    """An answer that takes its time: `word` is shown at once, and the answer follows for the same person alone."""

    word: View


Shown: TypeAlias = View | Form | Fix | Nothing | Later


def fill(form: Form, values: Values) -> Form:
    """The same form, holding what was typed before."""

    def filled(item: FormItem) -> FormItem:
        if isinstance(item, Text | FileIn | When) or item.name not in values:
            return item
        given = values[item.name]
        if isinstance(item, ChooseMany):
            known = {option.value for option in item.options}
            ticked = given if isinstance(given, tuple) else (given,)
            return _replace(item, values=tuple(value for value in ticked if value in known))
        text = given if isinstance(given, str) else ", ".join(given)
        if isinstance(item, Choose) and text not in {option.value for option in item.options}:
            return item
        return _replace(item, value=text)

    pages = tuple(Page(tuple(filled(item) for item in page.items)) for page in form.pages)
    return Form(form.title, form.send, form.send_label, pages, form.page)


def _replace(item: FormItem, **changes: object) -> FormItem:
    from dataclasses import replace

    return replace(item, **changes)  # type: ignore[arg-type]  # each caller names a field of the item it holds
