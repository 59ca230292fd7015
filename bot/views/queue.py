"""The coordinators' queue: for each thing whom it is about, what has happened in a line, and what to do about it."""

from __future__ import annotations

from bot.domain.asks import LONGEST
from bot.domain.queue import WRITES_TO_BOTH, Act, Need, offers
from bot.views.elements import Button, Card, Form, Line, Page, Paragraph, PressId, Style, Text, View
from bot.views.parts import BUTTON, Draw, DrawForm, lines, main, press, quoted, short
from bot.views.stage import QueueCard, Stage


def queue_desk(stage: Stage) -> View:
    """The most urgent few, and how many there are behind them."""
    done = stage.say(f"queue.done_{stage.params['done']}") if stage.params.get("done") else ""
    if not stage.needs:
        return View(title=stage.say("queue.empty_title"), text=lines(done, stage.say("queue.empty")))
    more = stage.say("queue.more", count=stage.more) if stage.more else ""
    return View(
        title=stage.say("queue.title", count=len(stage.needs) + stage.more),
        text=lines(done, more),
        cards=tuple(_card(stage, each) for each in stage.needs),
    )


def _card(stage: Stage, each: QueueCard) -> Card:
    told = stage.say(f"queue.{each.need}", **_names(stage, each), text=each.detail)
    return Card(
        _title(stage, each),
        " ".join((told, stage.say("queue.since", count=each.days))),
        tuple(_buttons(stage, each)),
    )


def _title(stage: Stage, each: QueueCard) -> str:
    return stage.say(f"queue.{each.need}_title", **_names(stage, each))


def _names(stage: Stage, each: QueueCard) -> dict[str, str]:
    somebody = stage.say("names.somebody")
    return {"student": each.student.short_name or somebody, "alum": each.alum.short_name or somebody}


def _buttons(stage: Stage, each: QueueCard) -> list[Button]:
    drawn: list[Button] = []
    for place, act in enumerate(offers(each.need)):
        label = short(stage, f"queue.do_{act}", BUTTON, **_names(stage, each))
        style = Style.MAIN if place == 0 else Style.CAREFUL if act is Act.CLOSE else Style.PLAIN
        drawn.append(_act(label, each, act, style))
    if each.need is Need.FLAGGED:
        drawn.append(press(stage.say("thread.button"), "read_thread", each.intro_token))
    return drawn


def _act(label: str, each: QueueCard, act: Act, style: Style) -> Button:
    """Two of them open a form first."""
    if act in (Act.WRITE, Act.INTRODUCE):
        return press(label, "queue_write" if act is Act.WRITE else "queue_introduce", each.token, style=style)
    return press(label, "queue_act", each.token, act.value, style)


# --- a word from the office ----------------------------------------------------------------------------------------


def office_note_form(stage: Stage) -> Form:
    """A draft to change, for both or for the one whom it is about."""
    each = stage.need
    names = _names(stage, each)
    to = names["student"] if each.need not in WRITES_TO_BOTH else stage.say("desk.whom", **names)
    draft = stage.say(f"office.draft_{each.need}", **names)
    items = (
        Text(stage.say("office.text", name=to)),
        Paragraph("text", stage.say("office.label"), stage.say("office.hint"), draft[:LONGEST], most=LONGEST),
    )
    return Form(
        stage.say("office.title"), PressId("send_office_note", each.token), stage.say("common.send"), (Page(items),)
    )


def office_writes(stage: Stage) -> View:
    """To whom it was for."""
    email = stage.campus.office_email
    how = stage.say("office.answer", email=email) if email else stage.say("office.answer_anyhow")
    return View(title=stage.say("office.writes_title"), text=lines(quoted(stage.said), how))


def paused_by_office(stage: Stage) -> View:
    return View(
        title=stage.say("office.paused_title"),
        text=stage.say("office.paused"),
        buttons=(main(stage.say("away.resume"), "resume"),),
    )


# --- introducing ---------------------------------------------------------------------------------------------------


def introduction_form(stage: Stage) -> Form:
    """Whom, to whom, and a line to the student."""
    if stage.this_need is not None:
        send, name = PressId("queue_introduced", stage.need.token), stage.need.student.short_name
    elif stage.token:
        send, name = PressId("send_introduction_for", stage.token), stage.student.short_name
    else:
        send, name = PressId("send_introduction"), ""
    whom = (
        Text(stage.say("introduce.for", name=name or stage.say("names.somebody")))
        if send.verb != "send_introduction"
        else Line("student", stage.say("introduce.student"), stage.say("introduce.student_hint"))
    )
    items = (
        whom,
        Line("alum", stage.say("introduce.alum"), stage.say("introduce.alum_hint")),
        Paragraph("line", stage.say("introduce.line"), stage.say("introduce.line_hint"), required=False, most=LONGEST),
    )
    return Form(stage.say("introduce.title"), send, stage.say("introduce.send"), (Page(items),))


def introduced_desk(stage: Stage) -> View:
    somebody = stage.say("names.somebody")
    student, alum = stage.student.short_name or somebody, stage.them.short_name or somebody
    return View(
        title=stage.say("introduce.done_title", student=student),
        text=stage.say("introduce.done", student=student, alum=alum),
    )


def introduced(stage: Stage) -> View:
    """To the student: somebody whom the office thinks of. Raises LookupError where the offer is gone."""
    from bot.views.finding import describe

    if not stage.offer:
        raise LookupError("nobody was suggested")
    name = stage.name
    return View(
        title=stage.say("introduce.title_student", name=stage.them.short_name or name),
        text=lines(
            describe(stage, stage.them),
            stage.say("introduce.writes", text=quoted(stage.said)) if stage.said else "",
            stage.say("introduce.how", name=name),
        ),
        buttons=(
            main(short(stage, "matches.ask", BUTTON, name=name), "ask", stage.offer),
            press(stage.say("common.find_again"), "find"),
        ),
    )


VIEWS: dict[str, Draw] = {
    "queue_desk": queue_desk,
    "office_writes": office_writes,
    "paused_by_office": paused_by_office,
    "introduced_desk": introduced_desk,
    "introduced": introduced,
}
FORMS: dict[str, DrawForm] = {"office_note": office_note_form, "introduction": introduction_form}
