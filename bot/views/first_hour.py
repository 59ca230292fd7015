"""The first hour at the desk: a greeting with three things to do, and a practice round with invented people."""

from __future__ import annotations

from bot.views.elements import Card, View
from bot.views.parts import Draw, lines, main, press
from bot.views.stage import Stage

PRACTICE = ("queue", "released", "read", "rematched", "approved", "end")
"""The steps of the practice round. All of it is phrases: there is nobody in it, and it changes nothing."""


def desk_hello(stage: Stage) -> View:
    """To the newcomer, once."""
    return View(
        title=stage.say("first_hour.title", name=stage.my_name),
        text=stage.say("first_hour.text"),
        buttons=(
            main(stage.say("first_hour.practise"), "practise"),
            press(stage.say("desk.open_queue"), "desk_queue"),
            press(stage.say("first_hour.import"), "desk_import"),
            press(stage.say("first_hour.settings"), "desk_settings"),
        ),
    )


def began_desk(stage: Stage) -> View:
    """To the others: who has begun to work here."""
    name = stage.them.short_name or stage.say("names.somebody")
    return View(title=stage.say("first_hour.began_title", name=name), text=stage.say("first_hour.began", name=name))


def practice(stage: Stage) -> View:
    """One step of the round."""
    step = stage.params["step"]
    if step == "end":
        return View(
            title=stage.say("practice.end_title"),
            text=stage.say("practice.end"),
            buttons=(main(stage.say("desk.open_queue"), "desk_queue"),),
        )
    told = stage.say(f"practice.{step}")
    return View(
        title=stage.say("practice.title"), text=lines(told, stage.say("practice.invented")), cards=_cards(stage, step)
    )


def _cards(stage: Stage, step: str) -> tuple[Card, ...]:
    """What is left of the invented queue at this step."""
    flagged = Card(
        stage.say("practice.flagged_title"),
        stage.say("practice.flagged"),
        (
            main(stage.say("desk.release"), "practise", arg="released"),
            press(stage.say("thread.button"), "practise", arg="read"),
        ),
    )
    silent = Card(
        stage.say("practice.silent_title"),
        stage.say("practice.silent"),
        (main(stage.say("queue.do_rematch"), "practise", arg="rematched"),),
    )
    waiting = Card(
        stage.say("practice.waiting_title"),
        stage.say("practice.waiting"),
        (main(stage.say("practice.approve"), "practise", arg="approved"),),
    )
    done = Card(
        stage.say("practice.done_title"),
        stage.say("practice.done"),
        (main(stage.say("practice.finish"), "practise", arg="end"),),
    )
    return {
        "queue": (flagged, silent, waiting),
        "read": (flagged, silent, waiting),
        "released": (silent, waiting),
        "rematched": (waiting,),
        "approved": (done,),
    }[step]


VIEWS: dict[str, Draw] = {"desk_hello": desk_hello, "began_desk": began_desk, "practice": practice}
