"""After the talk: did it happen, the thank-you, and its arrival."""

from __future__ import annotations

from bot.domain.asks import LONGEST
from bot.domain.intro import STUDENT, State
from bot.views.elements import ChooseMany, Form, Option, Page, Paragraph, PressId, Text, View
from bot.views.keeping import keep_button
from bot.views.parts import (
    BUTTON,
    LABEL,
    TITLE,
    Draw,
    DrawForm,
    flag_button,
    lines,
    main,
    press,
    quoted,
    reminding,
    short,
)
from bot.views.stage import Stage
from bot.views.worth import worth_buttons, worth_question

LEAVE = "may_quote"


def nudge_happened(stage: Stage) -> View:
    """Did it happen? For the student the yes opens the thanks."""
    token = stage.my_token
    first = [main(stage.say("happened.yes"), "happened", token)]
    if stage.reader is STUDENT:
        yes = press(stage.say("happened.yes"), "happened", token)
        first = [main(stage.say("happened.yes_thank"), "thank", token), yes]
    return View(
        title=stage.say("happened.title", name=stage.name),
        text=stage.say(f"happened.text_{stage.reader}", name=stage.name),
        buttons=reminding(
            stage,
            *first,
            press(stage.say("happened.no"), "missed", token),
            press(stage.say("talk.another_time"), "reschedule", token),
            flag_button(stage),
        ),
    )


def met(stage: Stage) -> View:
    """To the student, once either has said that they met."""
    return View(
        title=stage.say("thanks.now_title"),
        text=stage.say("thanks.now", name=stage.name),
        buttons=(main(stage.say("thanks.button", name=stage.name), "thank", stage.my_token), flag_button(stage)),
    )


def met_alum(stage: Stage) -> View:
    """To the alum who says that they met: what is still to come, as it stands."""
    state, name = stage.intro.state, stage.name
    if state is State.THANKED:
        text = stage.say("thanks.alum_thanked", name=name)
        received = (main(stage.say("thanks.received"), "received", stage.my_token),)
        return View(title=stage.say("thanks.alum_title"), text=text, buttons=received)
    text = stage.say("thanks.alum", name=name) if state is State.MET else stage.say("thanks.alum_over")
    return View(title=stage.say("thanks.alum_title"), text=text)


def missed(stage: Stage) -> View:
    """To the student: the other one says that it didn't happen."""
    return _missed(stage, "missed.told")


def missed_said(stage: Stage) -> View:
    return _missed(stage, "missed.said")


def _missed(stage: Stage, key: str) -> View:
    again = (
        () if stage.intro.rescheduled_missed else (main(stage.say("talk.another_time"), "reschedule", stage.my_token),)
    )
    return View(
        title=stage.say("missed.title"),
        text=stage.say(key, name=stage.name),
        buttons=(*again, press(stage.say("happened.yes"), "happened", stage.my_token), flag_button(stage)),
    )


def nudge_thank(stage: Stage) -> View:
    return View(
        title=stage.say("nudges.thank_title", name=stage.name),
        text=stage.say("nudges.thank", name=stage.name),
        buttons=reminding(
            stage, main(stage.say("thanks.button", name=stage.name), "thank", stage.my_token), flag_button(stage)
        ),
    )


def thanks_form(stage: Stage) -> Form:
    item = Paragraph(
        "thanks", short(stage, "thanks.label", LABEL, name=stage.name), stage.say("thanks.hint"), most=LONGEST
    )
    leave = ChooseMany(
        "leave", stage.say("thanks.leave"), (Option(LEAVE, short(stage, "thanks.leave_yes", BUTTON)),), required=False
    )
    return Form(
        short(stage, "thanks.title", TITLE, name=stage.name),
        PressId("send_thanks", stage.my_token),
        stage.say("common.send"),
        (Page((Text(stage.say("thanks.help", name=stage.name)), item, leave)),),
    )


def thanks_sent(stage: Stage) -> View:
    """The talk is over and thanked for: the one moment at which being counted means something. Asked until they have
    said yes."""
    is_counted = bool(stage.me and stage.me.student and stage.me.student.known_as)
    count = () if is_counted else (press(stage.say("count_me.button"), "count_me"),)
    return View(
        title=stage.say("thanks.sent_title"),
        text=lines(stage.say("thanks.sent", name=stage.name), worth_question(stage)),
        buttons=(*worth_buttons(stage), *keep_button(stage), *count),
    )


def thanks(stage: Stage) -> View:
    """To the alum: what their twenty minutes did."""
    token = stage.my_token
    return View(
        title=stage.say("thanks.told_title", name=stage.name),
        text=lines(
            stage.say("thanks.told", name=stage.name, text=quoted(stage.thanks)),
            stage.say("thanks.press", name=stage.name, minutes=stage.intro.minutes),
        ),
        buttons=(
            main(stage.say("thanks.received"), "received", token),
            press(stage.say("thanks.reply"), "reply", token),
            flag_button(stage),
        ),
    )


def reply_form(stage: Stage) -> Form:
    item = Paragraph("reply", short(stage, "thanks.reply_label", LABEL, name=stage.name), most=LONGEST)
    return Form(
        stage.say("thanks.reply_title"),
        PressId("send_reply", stage.my_token),
        stage.say("common.send"),
        (Page((item,)),),
    )


def closed_alum(stage: Stage) -> View:
    return View(
        title=stage.say("thanks.closed_title"),
        text=stage.say("thanks.closed", name=stage.name),
        buttons=keep_button(stage),
    )


def thanks_received(stage: Stage) -> View:
    """To the student: it arrived."""
    said = stage.say("thanks.replied", name=stage.name, text=quoted(stage.reply)) if stage.reply else ""
    return View(
        title=stage.say("thanks.arrived_title", name=stage.name),
        text=lines(stage.say("thanks.arrived", name=stage.name), said, stage.say("thanks.what_next")),
        buttons=(main(stage.say("common.find_another"), "find"), *keep_button(stage)),
    )


VIEWS: dict[str, Draw] = {
    "nudge_happened": nudge_happened,
    "met": met,
    "met_alum": met_alum,
    "missed": missed,
    "missed_said": missed_said,
    "nudge_thank": nudge_thank,
    "thanks_sent": thanks_sent,
    "thanks": thanks,
    "closed_alum": closed_alum,
    "thanks_received": thanks_received,
}
FORMS: dict[str, DrawForm] = {"thanks": thanks_form, "reply": reply_form}
