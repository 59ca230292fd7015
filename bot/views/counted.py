"""Whether the office may count my talks in its report on graduates: the question, which is a no until somebody says
yes, and what holds now. It names what, why and to whom (34 CFR 99.30)."""

from __future__ import annotations

from bot.views.elements import Choose, Form, Line, Option, Page, PressId, Text, View
from bot.views.parts import BUTTON, Draw, DrawForm, lines, press, short
from bot.views.stage import Stage

YES, NO = "yes", "no"


def count_me_form(stage: Stage) -> Form:
    """As it is now. Whoever said by what they are known has said yes."""
    known_as = stage.me.student.known_as if stage.me and stage.me.student else ""
    either = (Option(YES, short(stage, "count_me.yes", BUTTON)), Option(NO, short(stage, "count_me.no", BUTTON)))
    items = (
        Text(stage.say("count_me.text", campus=stage.campus.name)),
        Choose("counted", stage.say("count_me.question"), either, value=YES if known_as else NO),
        Line("known_as", stage.say("count_me.known_as"), stage.say("count_me.known_as_hint"), known_as, required=False,
             most=120),
    )  # fmt: skip
    return Form(stage.say("count_me.title"), PressId("send_count_me"), stage.say("count_me.send"), (Page(items),))


def counted(stage: Stage) -> View:
    return View(
        title=stage.say("count_me.counted_title"),
        text=lines(stage.say("count_me.counted"), stage.say("count_me.change")),
        buttons=(press(stage.say("count_me.button"), "count_me"),),
    )


def not_counted(stage: Stage) -> View:
    return View(
        title=stage.say("count_me.not_counted_title"),
        text=lines(stage.say("count_me.not_counted"), stage.say("count_me.change")),
    )


VIEWS: dict[str, Draw] = {"counted": counted, "not_counted": not_counted}
FORMS: dict[str, DrawForm] = {"count_me": count_me_form}
