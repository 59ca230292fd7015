"""Polite no's. A Refusal undoes what the gesture began and becomes a view, in one place, in the front door.

`key` names a phrase under `[refusals]`; every one of them says what to do next.
"""

from __future__ import annotations

from collections.abc import Mapping


class Refusal(Exception):
    """Something a person may not do, or not now. Where it names somebody, `about` says whom: answers are kept, and
    nobody's name is kept with them."""

    def __init__(self, key: str, *, about: int | None = None, **params: str | int) -> None:
        super().__init__(key)
        self.key = key
        self.about = about
        self.params = params


class NotYours(Refusal):
    """No such thing, or not for you: the two are told alike, so that nobody learns what exists."""

    def __init__(self) -> None:
        super().__init__("not_yours")


class MovedOn(Refusal):
    """The intro is no longer where this button thought it was; which intro, so that it can be looked at as it is.
    `tried` is the move that came too late, where it was one."""

    def __init__(self, state: str, intro: int, tried: str = "") -> None:
        super().__init__("moved_on", state=state, tried=tried)
        self.intro = intro


class Mend(Exception):
    """A form came back with something to mend: item name → key of a phrase under `[mend]`, and its placeholders."""

    def __init__(self, errors: Mapping[str, str | tuple[str, dict[str, str | int]]]) -> None:
        super().__init__(", ".join(errors))
        self.errors = errors


class Conflict(Exception):
    """Somebody else was faster: the version in the WHERE did not match. The front door tries once more."""
