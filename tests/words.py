"""What people are told, by the key of the phrase: a story says which sentence it was, and the catalogue how it goes.
And what they find in a form."""

from __future__ import annotations

from bot.domain.intro import State
from bot.phrases import say
from bot.views.common import WAYS_ON
from bot.views.elements import Button, Form, PressId, Style, Value, View


def said(key: str, **params: object) -> str:
    """A phrase, as it is said in English."""
    return say(key, "en", **params)


def a_no(key: str, **params: object) -> View:
    """A refusal, as it is shown, with the presses that help after it."""
    ways_on = tuple(Button(said(label), PressId(verb)) for label, verb in WAYS_ON.get(key, ()))
    return View(text=said(f"refusals.{key}", **params), buttons=ways_on)


def moved_on(state: State, token: str) -> View:
    """What somebody is told who comes too late: how it stands is one press away, by their own token of the intro."""
    see = Button(said("mine.stands"), PressId("show", token), Style.MAIN)
    return View(text=said("refusals.moved_on", state=said(f"states.{state}")), buttons=(see,))


def prefilled(form: Form, page: int | None) -> dict[str, Value]:
    """What a form holds before anybody types; and everybody is 18 unless a story says otherwise."""
    pages = form.pages if page is None else (form.pages[page],)
    held: dict[str, Value] = {}
    for item in (item for one in pages for item in one.items):
        name = getattr(item, "name", "")
        if name:
            held[name] = getattr(item, "values", None) or getattr(item, "value", "") or ""
    if held.get("adult") == "":
        held["adult"] = "yes"
    return held
