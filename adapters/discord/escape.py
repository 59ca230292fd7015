"""Text made harmless and fitted: no sentence of ours or of a person's is ever read as Discord markup.

`discord.utils.escape_markdown` leaves URLs, `<t:0:R>`, `</cmd:1>`, `<#1>`, mentions and bidi overrides as they are
(measured), and our own phrases hold no markup; so everything passes here, and what is bold is made bold afterwards.
A backslash is not shown by Discord's clients, so what is read aloud stays the text itself.
"""

from __future__ import annotations

import re
import unicodedata

ELLIPSIS = "…"
_UNSEEN = frozenset("\u200b\u200e\u200f\u061c\u2060\ufeff\u00ad\u180e")
"""Letters without a shape, which only hide or turn text. The joiners 200C and 200D stay: scripts and emoji use them."""
_MARKS = {ord(mark): f"\\{mark}" for mark in "\\*_~`|<>[]@"}
_LINE_START = re.compile(r"^(\s*(?=[#+\-])|\s*\d+(?=[.)]\s))(.)", re.MULTILINE)
_LINK = re.compile(r":(?=//)")
_BARE_LINK = re.compile(r"(?<=\w)(\.[A-Za-z]{2,})/")
_EMOJI = re.compile(r":(?=[A-Za-z0-9+_\\-]+:)")
_PLACE = re.compile(r"#(?=\w)")


def plain(text: str) -> str:
    """`text` without what can't be seen, turns the direction of reading, or can't be sent at all."""
    if text.isascii() and text.isprintable():  # as most of what we say is
        return text
    return text.replace("\r\n", "\n").replace("\r", "\n").translate(_SEEN)


def _seen(letter: str) -> str:
    if letter == "\n":
        return letter
    if letter in "\t\v\f\u2028\u2029":
        return " "
    if letter in _UNSEEN or unicodedata.category(letter) in ("Cc", "Cs") or unicodedata.bidirectional(letter) in _TURNS:
        return ""
    return letter


_TURNS = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})


class _Seen(dict[int, str]):
    """What becomes of each letter, looked up once: a form has a thousand, and they are the same again and again."""

    def __missing__(self, code: int) -> str:
        self[code] = seen = _seen(chr(code))
        return seen


_SEEN = _Seen()


def escaped(text: str) -> str:
    """`text` as Discord's markdown shows it letter for letter: no link, mention, timestamp, heading or emphasis."""
    text = plain(text).translate(_MARKS)
    text = _LINE_START.sub(r"\1\\\2", text)
    if "#" in text:
        text = _PLACE.sub(_behind_backslash, text)
    if "/" in text:
        text = _BARE_LINK.sub(r"\1\\/", _LINK.sub(r"\\:", text))
    return _EMOJI.sub(r"\\:", text) if ":" in text else text


def _behind_backslash(found: re.Match[str]) -> str:
    """`#general` may stand at the start of a line, where it has its backslash already."""
    before = found.string[: found.start()]
    return found[0] if before.endswith("\\") else f"\\{found[0]}"


def cut(text: str, most: int) -> str:
    """`text` in `most` characters, its end given up for an ellipsis, never between a backslash and what it escapes."""
    if len(text) <= most:
        return text
    kept = text[: max(most - 1, 0)]
    dangling = len(kept) - len(kept.rstrip("\\"))
    return (kept[:-1] if dangling % 2 else kept).rstrip(" \n") + ELLIPSIS


def fitted(text: str, most: int) -> str:
    """`text` escaped, in at most `most` characters as Discord counts them."""
    return cut(escaped(text), most)


def label(text: str, most: int) -> str:
    """`text` for a place that knows no markup (buttons, labels, options): one line, `most` characters, never empty."""
    return cut(" ".join(plain(text).split()), most) or ELLIPSIS
