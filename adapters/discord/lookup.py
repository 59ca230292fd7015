"""Whether one of a channel's messages is the line that we look for.

Discord tells a message's nonce to the one who posts it and never again (D), so a message that is fetched later is known
by what it says: the same words, or the same buttons, whose ids hold random tokens of ours. Two lines that say the same
are told apart by what we know already: a copy of another line is never this one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from adapters.discord.render import Drawn

TEXT_DISPLAY = 10
LOOKED_AT = 50


def find(messages: Iterable[Mapping[str, Any]], drawn: Drawn, token: str, known: frozenset[str]) -> str | None:
    """The id of the newest message that is this line, of ours and not known to be another."""
    words, buttons = _words_of(drawn), _buttons_of(drawn)
    for message in messages:
        if message.get("nonce") == token:
            return str(message["id"])
        ours = (message.get("author") or {}).get("bot") and not message.get("interaction_metadata")
        if not ours or str(message["id"]) in known:
            continue
        parts = tuple(_walk(message.get("components") or ()))
        if (buttons and _pressed(parts) == buttons) or (_said(message, parts), _pressed(parts)) == (words, buttons):
            return str(message["id"])
    return None


def _words_of(drawn: Drawn) -> tuple[str, ...]:
    layout = _walk(drawn.view.to_components()) if drawn.view else ()
    embeds = (embed.description or "" for embed in drawn.embeds)
    files = (file.filename for file in drawn.files)
    return _squeezed(drawn.content, *embeds, *_texts(layout), *files)


def _buttons_of(drawn: Drawn) -> tuple[str, ...]:
    return _pressed(tuple(_walk(drawn.view.to_components()))) if drawn.view else ()


def _said(message: Mapping[str, Any], parts: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    embeds = (str(embed.get("description") or "") for embed in message.get("embeds") or ())
    files = (str(file.get("filename") or "") for file in message.get("attachments") or ())
    return _squeezed(str(message.get("content") or ""), *embeds, *_texts(parts), *files)


def _walk(components: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for component in components:
        yield component
        yield from _walk(component.get("components") or ())


def _texts(parts: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    return tuple(str(part.get("content") or "") for part in parts if part.get("type") == TEXT_DISPLAY)


def _pressed(parts: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    return tuple(str(part["custom_id"]) for part in parts if part.get("custom_id"))


def _squeezed(*texts: str) -> tuple[str, ...]:
    """Discord trims what it is given."""
    return tuple(" ".join(text.split()) for text in texts if text.strip())
