"""A break: nobody new asks until it is over."""

from __future__ import annotations

from datetime import date, timedelta

from bot.domain.calendar import local_day, zone_of
from bot.domain.intro import ALUM
from bot.phrases import say_day
from bot.views.doorway import stands
from bot.views.elements import Card, Form, Line, Page, PressId, Text, View
from bot.views.parts import BUTTON, Draw, DrawForm, lines, main, press, short
from bot.views.stage import Stage

USUAL = timedelta(days=30)
MOST_AGREED = 5


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
        text=lines(
            text,
            stage.say("away.moved", count=moved) if moved else "",
            stage.say("away.agreed", count=len(stage.intros)) if stage.intros else "",
        ),
        cards=_agreed(stage),
        buttons=(main(stage.say("away.resume"), "resume"),),
    )


def agreed(stage: Stage) -> View:
    """The same question where the break was not the reader's own idea. Raises LookupError where nothing is agreed."""
    if not stage.intros:
        raise LookupError("nothing is agreed")
    count = len(stage.intros)
    return View(title=stage.say("away.agreed_title"), text=stage.say("away.agreed", count=count), cards=_agreed(stage))


def _agreed(stage: Stage) -> tuple[Card, ...]:
    """Talks that were agreed stand, and each may be kept or called off."""
    cards = []
    for line in stage.intros[:MOST_AGREED]:
        name, token = line.them.first_name or stage.say("names.somebody"), line.intro.token_for(ALUM)
        buttons = (
            press(short(stage, "away.keep_one", BUTTON, name=name), "keep_talk", token),
            press(short(stage, "away.cancel_one", BUTTON, name=name), "cancel", token),
        )
        cards.append(Card(line.them.short_name or name, stands(stage, line.intro, ALUM, name), buttons))
    return tuple(cards)


def talk_kept(stage: Stage) -> View:
    return View(text=stage.say("away.kept_talk", name=stage.name))


def resumed(stage: Stage) -> View:
    return View(title=stage.say("away.resumed_title"), text=stage.say("away.resumed"))


VIEWS: dict[str, Draw] = {"paused": paused, "agreed": agreed, "talk_kept": talk_kept, "resumed": resumed}
FORMS: dict[str, DrawForm] = {"away": away_form}
