"""A file is one room: beyond 500 lines it is two, unless it says why not."""

from __future__ import annotations

from collections.abc import Iterable

from tests.house.source import Module, made_up, modules

MOST_LINES = 500
LARGER: dict[str, str] = {}
"""Path → why it is still one room."""


def too_large(found: Iterable[Module]) -> list[str]:
    """Files over the limit without a reason, and reasons that nobody needs any longer."""
    lines = {module.path: module.text.count("\n") for module in found}
    over = [f"{path} has {count} lines" for path, count in lines.items() if count > MOST_LINES and path not in LARGER]
    return over + [f"{path} needs no reason" for path in LARGER if lines.get(path, 0) <= MOST_LINES]


def test_every_file_is_one_room() -> None:
    assert too_large(modules("bot", "adapters", "storage", "tests", "deploy")) == []


def test_a_hall_is_noticed() -> None:
    assert too_large([made_up("bot/hall.py", "x = 1\n" * 501)]) == [
        "bot/hall.py has 501 lines",
        *(f"{path} needs no reason" for path in LARGER),
    ]
