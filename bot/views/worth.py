"""Was it worth it, and is it clearer now? Asked below the thanks, one question at a time, and never in their way."""

from __future__ import annotations

from bot.domain.worth import POINTS
from bot.views.elements import Button, View
from bot.views.keeping import keep_button
from bot.views.parts import Draw, lines, press
from bot.views.stage import Stage


def worth_question(stage: Stage) -> str:
    """What is asked now; empty where nothing is."""
    open_now = stage.worth_open
    return stage.say(f"worth.{open_now}", name=stage.name) if open_now else ""


def worth_buttons(stage: Stage) -> tuple[Button, ...]:
    """Five answers in words, from the least to the most."""
    open_now = stage.worth_open
    scale = "worth" if open_now == "worth" else "clear"
    return tuple(
        press(stage.say(f"worth.{scale}_{points}"), "worth", stage.my_token, f"{open_now}.{points}")
        for points in (POINTS if open_now else ())
    )


def worth(stage: Stage) -> View:
    """After an answer: the next question, or the end of them."""
    said = stage.params.get("said", "")
    heard = stage.say("worth.noted" if said == "now" else "worth.noted_before") if said else ""
    if stage.worth_open:
        return View(text=lines(heard, worth_question(stage)), buttons=worth_buttons(stage))
    return View(text=lines(heard, stage.say("worth.end", name=stage.name)), buttons=keep_button(stage))


VIEWS: dict[str, Draw] = {"worth": worth}
