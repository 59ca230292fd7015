"""What the two write and give to each other: notes, how to be reached, a booking page."""

from __future__ import annotations

from bot.domain.asks import LONGEST
from bot.domain.disclosure import Field
from bot.views.elements import Button, Form, Line, Page, Paragraph, PressId, Text, View
from bot.views.keeping import let_go_button
from bot.views.parts import (
    LABEL,
    Draw,
    DrawForm,
    flag_button,
    is_link,
    lines,
    main,
    note_button,
    press,
    quoted,
    short,
)
from bot.views.stage import Stage


def note_form(stage: Stage) -> Form:
    item = Paragraph("note", short(stage, "notes.label", LABEL, name=stage.name), stage.say("notes.hint"), most=LONGEST)
    return Form(
        stage.say("notes.title"), PressId("send_note", stage.my_token), stage.say("common.send"), (Page((item,)),)
    )


def note_sent(stage: Stage) -> View:
    held = stage.say("notes.held_back") if stage.params.get("held_back") else ""
    return View(text=lines(stage.say("notes.sent", name=stage.name), held))


def note(stage: Stage) -> View:
    return View(
        title=stage.say("notes.told_title", name=stage.name),
        text=quoted(stage.said),
        buttons=(
            note_button(stage),
            press(stage.say("mine.stands"), "show", stage.my_token),
            let_go_button(stage) if stage.intro.is_final else flag_button(stage),
        ),
    )


def booking_sent(stage: Stage) -> View:
    return View(
        text=stage.say("booking.sent", name=stage.name),
        buttons=(press(stage.say("times.arrange"), "arrange", stage.my_token), note_button(stage)),
    )


def booking(stage: Stage) -> View:
    """To the student: book there, then say here when it is."""
    open_it = (Button(stage.say("booking.open"), PressId("show", stage.my_token), url=stage.said),)
    return View(
        title=stage.say("booking.title", name=stage.name),
        text=stage.say("booking.text", name=stage.name),
        facts=((stage.say("booking.where"), stage.said),),
        buttons=(
            *(open_it if is_link(stage.said) else ()),
            main(stage.say("times.arrange"), "arrange", stage.my_token),
            note_button(stage),
            flag_button(stage),
        ),
    )


def share_form(stage: Stage) -> Form:
    item = Line("contact", short(stage, "share.label", LABEL, name=stage.name), stage.say("share.hint"), most=300)
    return Form(
        stage.say("share.title"),
        PressId("send_share", stage.my_token),
        stage.say("share.send"),
        (Page((Text(stage.say("share.text", name=stage.name)), item)),),
    )


def share_waits(stage: Stage) -> View:
    return View(title=stage.say("share.waits_title"), text=stage.say("share.waits", name=stage.name))


def share_offer(stage: Stage) -> View:
    """To the one who hasn't shared yet. Raises LookupError where both have by now: they hear that instead."""
    if stage.intro.both_share:
        raise LookupError("both share already")
    return View(
        title=stage.say("share.offer_title", name=stage.name),
        text=stage.say("share.offer", name=stage.name),
        buttons=(main(stage.say("share.button"), "share", stage.my_token), flag_button(stage)),
    )


def contact(stage: Stage) -> View:
    facts = ((stage.name, stage.them[Field.CONTACT]), (stage.say("booking.where"), stage.them[Field.BOOKING]))
    return View(
        title=stage.say("share.contact_title", name=stage.name),
        text=stage.say("share.contact", name=stage.name),
        facts=tuple((name, value) for name, value in facts if value),
    )


VIEWS: dict[str, Draw] = {
    "note_sent": note_sent,
    "note": note,
    "booking_sent": booking_sent,
    "booking": booking,
    "share_waits": share_waits,
    "share_offer": share_offer,
    "contact": contact,
}
FORMS: dict[str, DrawForm] = {"note": note_form, "share": share_form}
