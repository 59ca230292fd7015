"""What people are told, by the key of the phrase: a story says which sentence it was, and the catalogue how it goes."""

from __future__ import annotations

from bot.domain.intro import State
from bot.phrases import say
from bot.views.elements import View


def said(key: str, **params: object) -> str:
    """A phrase, as it is said in English."""
    return say(key, "en", **params)


def a_no(key: str, **params: object) -> View:
    """A refusal, as it is shown."""
    return View(text=said(f"refusals.{key}", **params))


def moved_on(state: State) -> View:
    """What somebody is told who comes too late."""
    return a_no("moved_on", state=said(f"states.{state}"))
