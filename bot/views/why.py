"""Why somebody is offered, and why not: what the office sees of it."""

from __future__ import annotations

from bot.domain.asks import LONGEST
from bot.views.elements import Card, Form, Line, Page, Paragraph, PressId, View
from bot.views.finding import about
from bot.views.parts import Draw, DrawForm, lines, press
from bot.views.stage import Stage


def why_form(stage: Stage) -> Form:
    """A question as a student might put it."""
    items = (
        Paragraph("wonder", stage.say("why.wonder"), stage.say("why.wonder_hint"), most=LONGEST),
        Line("degree", stage.say("about.degree"), required=False, most=120),
    )
    return Form(stage.say("why.title"), PressId("send_why"), stage.say("why.send"), (Page(items),))


def why_desk(stage: Stage) -> View:
    """Who would be offered, and who fits as well but is kept back."""
    offered = tuple(Card(card.them.short_name, about(stage, card)) for card in stage.matches if not card.why_not)
    kept_back = tuple(
        Card(card.them.short_name, "\n".join((about(stage, card), stage.say(f"why_not.{card.why_not}"))))
        for card in stage.matches
        if card.why_not
    )
    found = stage.say("why.found", count=len(offered))
    also = stage.say("why.kept_back", count=len(kept_back)) if kept_back else ""
    return View(
        title=stage.say("why.found_title"),
        text=lines(stage.say("why.asked", wonder=stage.said), found, also),
        cards=(*offered, *kept_back),
        buttons=(press(stage.say("why.again"), "why"),),
    )


VIEWS: dict[str, Draw] = {"why_desk": why_desk}
FORMS: dict[str, DrawForm] = {"why": why_form}
