"""Knocking: what stands in a private thread for somebody who takes no direct messages.

Whoever may manage threads can read it, so it says that something waits, and nothing of what it is, or from whom.
"""

from __future__ import annotations

from bot.views.elements import View
from bot.views.parts import Draw, main
from bot.views.stage import Stage


def knock(stage: Stage) -> View:
    return View(
        title=stage.say("knock.title"),
        text=stage.say("knock.text"),
        buttons=(main(stage.say("knock.open"), "open_waiting", stage.params["token"]),),
    )


VIEWS: dict[str, Draw] = {"knock": knock}
