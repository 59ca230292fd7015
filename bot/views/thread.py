"""Reading what two people wrote, after one of them flagged it: with a reason, which leaves a trace."""

from __future__ import annotations

from bot.domain.disclosure import REASONS_TO_READ
from bot.views.elements import Card, Choose, Form, Option, Page, PressId, Text, View
from bot.views.parts import Draw, DrawForm, lines, quoted
from bot.views.stage import Stage


def read_thread_form(stage: Stage) -> Form:
    options = tuple(Option(reason, stage.say(f"thread.because_{reason}")) for reason in REASONS_TO_READ)
    items = (Text(stage.say("thread.text")), Choose("reason", stage.say("thread.why"), options))
    return Form(
        stage.say("thread.title"),
        PressId("send_read_thread", stage.intro.desk_token),
        stage.say("thread.send"),
        (Page(items),),
    )


def thread_desk(stage: Stage) -> View:
    """The texts, each with whose it is. Nothing of it once the talk is no longer stopped."""
    if not stage.thread:
        return View(title=stage.say("thread.gone_title"), text=stage.say("thread.gone"))
    somebody = stage.say("names.somebody")
    cards = tuple(
        Card(stage.say(f"thread.kind_{line.kind}", name=line.by or somebody), quoted(line.text)[:1010])
        for line in stage.thread
    )
    more = stage.say("thread.more", count=stage.more) if stage.more else ""
    return View(title=stage.say("thread.shown_title"), text=lines(stage.say("thread.shown"), more), cards=cards)


VIEWS: dict[str, Draw] = {"thread_desk": thread_desk}
FORMS: dict[str, DrawForm] = {"read_thread": read_thread_form}
