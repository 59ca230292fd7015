"""One call of the REST API, read; and the shapes that its routes share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from adapters.sandbox.discord_things import (
    Upload,
)

Answer = tuple[int, Any]  # HTTP status and JSON, None for no body


@dataclass(frozen=True)
class Call:
    method: str
    path: Mapping[str, str]
    query: Mapping[str, str]
    body: Any
    files: tuple[Upload, ...]


Handle = Callable[[Call], Answer]
Route = tuple[str, str, Handle]  # method, template, who carries it out
