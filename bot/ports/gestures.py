"""What people did to us, each once, and how it was answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class Remembered:
    """A gesture's answer as it was given: a view's name, its keys and params, never its text."""

    view: str
    keys: Mapping[str, int]
    params: Mapping[str, str]


class Gestures(Protocol):
    def begin(self, key: str, now: datetime) -> bool:
        """Insert the key; False if it is there already."""

    def remembered(self, key: str) -> Remembered | None: ...

    def remember(self, key: str, answer: Remembered) -> None: ...
