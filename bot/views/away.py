"""A break: nobody new asks until it is over."""

from __future__ import annotations

from datetime import date, timedelta

from bot.domain.calendar import local_day, zone_of
from bot.phrases import say_day
from bot.views.elements import Form, Line, Page, PressId, Text, View
from bot.views.parts import Draw, DrawForm, lines, main
from bot.views.stage import Stage

USUAL = timedelta(days=30)


def away_form(stage: Stage) -> Form:
    day = local_day(stage.now, zone_of("", stage.campus)) + USUAL
    item = Line(
        "until", stage.say("away.until"), stage.say("away.until_hint"), day.isoformat(), required=False, most=10
    )
    return Form(
        stage.say("away.title"),
        PressId("send_pause"),
        stage.say("away.send"),
        (Page((Text(stage.say("away.text")), item)),),
    )


def paused(stage: Stage) -> View:
    until = stage.params.get("until", "")
    day = say_day(date.fromisoformat(until), stage.language) if until else ""
    text = stage.say("away.paused_until", day=day) if day else stage.say("away.paused")
    moved = int(stage.params.get("moved", "0"))
    return View(
        title=stage.say("away.paused_title"),
        text=lines(text, stage.say("away.moved", count=moved) if moved else ""),
        buttons=(main(stage.say("away.resume"), "resume"),),
    )


def resumed(stage: Stage) -> View:
    return View(title=stage.say("away.resumed_title"), text=stage.say("away.resumed"))


VIEWS: dict[str, Draw] = {"paused": paused, "resumed": resumed}
FORMS: dict[str, DrawForm] = {"away": away_form}
