"""The request: the student's form, the alum's card, and every answer to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import reduce

from bot.domain.asks import LONGEST, NOTE_LONGEST
from bot.domain.disclosure import Field
from bot.domain.intro import ALUM, BOTH, STUDENT, State
from bot.views.elements import (
    Button,
    Choose,
    ChooseMany,
    Form,
    FormItem,
    Option,
    Page,
    Paragraph,
    PressId,
    Text,
    View,
)
from bot.views.finding import describe, move_on_day
from bot.views.parts import (
    BUTTON,
    LABEL,
    MOST_BUTTONS,
    TITLE,
    Draw,
    DrawForm,
    flag_button,
    lines,
    main,
    note_button,
    press,
    quoted,
    reminding,
    short,
    zone_options,
)
from bot.views.stage import Stage

FOLLOW = "follow"


def request_form(stage: Stage) -> Form:
    """A note already drafted; above it what the alum will see."""
    items: list[FormItem] = [
        Text(stage.say("request.will_see", name=stage.name, who=_who_i_am(stage))),
        Paragraph(
            "note",
            short(stage, "request.note", LABEL, name=stage.name),
            stage.say("request.note_hint"),
            _draft(stage),
            most=NOTE_LONGEST,
        ),
    ]
    if stage.next_names:
        chain = short(stage, "request.next_choice", BUTTON, name=stage.name, others=_one_then_another(stage))
        items.append(
            ChooseMany("next", stage.say("request.next"), (Option(FOLLOW, chain),), values=(FOLLOW,), required=False)
        )
    if not (stage.me and stage.me.zone):
        here, elsewhere = stage.campus.zone, stage.say("zones.elsewhere", button=stage.say("about.button"))
        items.append(Choose("zone", stage.say("zones.label"), zone_options(here), elsewhere, value=here))
    return Form(
        short(stage, "request.title", TITLE, name=stage.name),
        PressId("send_request", stage.offer),
        stage.say("request.send"),
        (Page(tuple(items)),),
    )


def _one_then_another(stage: Stage) -> str:
    """`Tom B., then Lea K.`"""
    return reduce(lambda first, second: stage.say("request.then", first=first, second=second), stage.next_names)


def _who_i_am(stage: Stage) -> str:
    student = stage.me.student if stage.me else None
    return _introduced(stage, stage.my_name, student.year if student else "", student.degree if student else "")


def _introduced(stage: Stage, name: str, year: str, degree: str) -> str:
    """`Priya, third-year History`."""
    parts = [stage.say(f"years.as_{year}") if year else "", degree]
    studies = " ".join(part for part in parts if part)
    return stage.say("people.introduced", name=name, studies=studies) if studies else name


def _draft(stage: Stage) -> str:
    ask = stage.ask
    return stage.say("request.draft", wonder=ask.wonder, question=ask.question, about=ask.about).strip()[:NOTE_LONGEST]


def requested(stage: Stage) -> View:
    """It went out: what happens now, and by when."""
    text = stage.say("request.sent", name=stage.name, day=move_on_day(stage))
    then = stage.say("request.sent_next", others=_one_then_another(stage)) if stage.next_names else ""
    return View(
        title=stage.say("request.sent_title", name=stage.name),
        text=lines(text, then, _held(stage)),
        buttons=(press(stage.say("request.withdraw"), "withdraw", stage.my_token), note_button(stage)),
    )


def request(stage: Stage) -> View:
    """The card on the alum's own platform."""
    who = _introduced(stage, stage.name, stage.them[Field.STUDY_YEAR], stage.them[Field.DEGREE])
    asked = stage.say("right.ask_here", work=_own_work(stage)) if stage.params.get("still_right") else ""
    text = lines(
        stage.say("common.saved") if stage.params.get("saved") else "",
        stage.say("request.card", who=who, minutes=stage.intro.minutes),
        stage.say("request.writes", name=stage.name, text=quoted(stage.said)) if stage.said else "",
        stage.say("request.card_end", name=stage.name, day=move_on_day(stage)),
        asked,
    )
    return View(title=stage.say("request.card_title", name=stage.name), text=text, buttons=_answers(stage))


def _own_work(stage: Stage) -> str:
    """The reader's own, as students are shown it."""
    alum = stage.me.alum if stage.me else None
    if alum is None:
        return ""
    return stage.say("people.works_at", title=alum.title, employer=alum.employer) if alum.employer else alum.title


def _answers(stage: Stage) -> tuple[Button, ...]:
    token = stage.my_token
    first = (
        () if stage.intro.asked_more else (press(stage.say("request.ask_first", name=stage.name), "ask_first", token),)
    )
    right = (press(stage.say("right.yes"), "still_right"),) if stage.params.get("still_right") else ()
    return (
        main(stage.say("request.yes"), "accept", token),
        press(stage.say("request.not_this_time"), "decline", token),
        *first,
        press(stage.say("request.away"), "away", token),
        *right,
        press(stage.say("work.button"), "work_changed", token),
        flag_button(stage),
    )


def nudge_request(stage: Stage) -> View:
    """A quiet alum, reminded: the same card, shorter."""
    drawn = request(stage)
    return View(
        title=stage.say("nudges.request_title", name=stage.name),
        text=lines(stage.say("nudges.request", name=stage.name, day=move_on_day(stage)), quoted(stage.said)),
        buttons=reminding(stage, *drawn.buttons),
    )


def nudge_quiet(stage: Stage) -> View:
    """The student's choice to wait no longer. Raises LookupError where nobody is left to be asked."""
    if not stage.next_names:
        raise LookupError("nobody is next")
    ask_next = main(stage.say("request.ask_next_now", name=stage.next_names[0]), "ask_next_now", stage.my_token)
    return View(
        title=stage.say("nudges.quiet_title", name=stage.name),
        text=stage.say("nudges.quiet", name=stage.name, day=move_on_day(stage)),
        buttons=reminding(stage, ask_next),
    )


# --- the alum's answers ----------------------------------------------------------------------------------------------


def declined_thanks(stage: Stage) -> View:
    """A no is fine. The reason is asked after, is private, and may be skipped."""
    token = stage.my_token
    reasons = ("busy", "not_my_field", "too_soon", "other")
    return View(
        title=stage.say("decline.title"),
        text=stage.say("decline.thanks", name=stage.name),
        buttons=(
            *(press(stage.say(f"decline.because_{reason}"), "decline_reason", token, reason) for reason in reasons),
            press(stage.say("decline.pause"), "pause_month"),
            press(stage.say("pass_on.button"), "pass_on"),
        ),
    )


def reason_kept(stage: Stage) -> View:
    return View(text=stage.say("decline.kept"))


def declined(stage: Stage) -> View:
    """To the student: one kind line, and what happens now."""
    then = "" if stage.next_names else stage.say("decline.no_next")
    buttons = () if stage.next_names else (main(stage.say("common.find_again"), "find"),)
    return View(
        title=stage.say("decline.told_title", name=stage.name),
        text=lines(stage.say("decline.told", name=stage.name), then),
        buttons=buttons,
    )


def asked_next(stage: Stage) -> View:
    return View(
        title=stage.say("next.asked_title", name=stage.name),
        text=stage.say("next.asked", name=stage.name, day=move_on_day(stage)),
        buttons=(press(stage.say("request.withdraw"), "withdraw", stage.my_token),),
    )


def asking_next(stage: Stage) -> View:
    return View(text=stage.say("next.asking", name=stage.name))


def no_next(stage: Stage) -> View:
    return View(
        title=stage.say("next.none_title"),
        text=stage.say("next.none"),
        buttons=(
            main(stage.say("common.find_again"), "find"),
            press(stage.say("none.office"), "ask_office", stage.ask.token),
        ),
    )


def question_form(stage: Stage) -> Form:
    item = Paragraph(
        "question", short(stage, "first.ask", LABEL, name=stage.name), stage.say("first.ask_hint"), most=LONGEST
    )
    return Form(
        stage.say("first.title"), PressId("send_question", stage.my_token), stage.say("common.send"), (Page((item,)),)
    )


def question_sent(stage: Stage) -> View:
    return View(text=lines(stage.say("first.sent", name=stage.name, day=move_on_day(stage)), _held(stage)))


def question_first(stage: Stage) -> View:
    """To the student: the alum would like to know something before answering."""
    return View(
        title=stage.say("first.told_title", name=stage.name),
        text=lines(stage.say("first.told", name=stage.name), quoted(stage.said)),
        buttons=(
            main(stage.say("first.answer", name=stage.name), "answer_first", stage.my_token),
            press(stage.say("request.withdraw"), "withdraw", stage.my_token),
            flag_button(stage),
        ),
    )


def nudge_question(stage: Stage) -> View:
    drawn = question_first(stage)
    return View(
        title=stage.say("nudges.question_title", name=stage.name),
        text=lines(stage.say("nudges.question", name=stage.name), quoted(stage.said)),
        buttons=reminding(stage, *drawn.buttons),
    )


def answer_form(stage: Stage) -> Form:
    asked = Text(lines(stage.say("first.asks", name=stage.name), quoted(stage.said)))
    item = Paragraph("answer", stage.say("first.your_answer"), most=LONGEST)
    return Form(
        stage.say("first.answer_title"),
        PressId("send_answer", stage.my_token),
        stage.say("common.send"),
        (Page((asked, item)),),
    )


def answer_sent(stage: Stage) -> View:
    return View(text=lines(stage.say("first.answer_sent", name=stage.name, day=move_on_day(stage)), _held(stage)))


def _held(stage: Stage) -> str:
    return stage.say("notes.held_back") if stage.params.get("held_back") else ""


# --- ends ------------------------------------------------------------------------------------------------------------


def withdrew(stage: Stage) -> View:
    return View(
        title=stage.say("ends.withdrew_title"),
        text=stage.say("ends.withdrew", name=stage.name),
        buttons=(main(stage.say("common.find_again"), "find"),),
    )


def withdrawn(stage: Stage) -> View:
    return View(
        title=stage.say("ends.withdrawn_title", name=stage.name), text=stage.say("ends.withdrawn", name=stage.name)
    )


def expired_student(stage: Stage) -> View:
    then = "" if stage.next_names else stage.say("decline.no_next")
    buttons = () if stage.next_names else (main(stage.say("common.find_again"), "find"),)
    return View(
        title=stage.say("ends.expired_title", name=stage.name),
        text=lines(stage.say("ends.expired_student", name=stage.name), then),
        buttons=buttons,
    )


def expired_alum(stage: Stage) -> View:
    """Let go. After several in a row the reader has been paused with it, and comes back with one press."""
    title = stage.say("ends.expired_alum_title", name=stage.name)
    count = int(stage.params.get("silent", "0"))
    if count:
        text = lines(stage.say("ends.expired_quiet", name=stage.name), stage.say("away.silent", count=count))
        return View(title=title, text=text, buttons=(main(stage.say("away.resume"), "resume"),))
    return View(
        title=title,
        text=stage.say("ends.expired_alum", name=stage.name),
        buttons=(press(stage.say("away.button"), "pause_form"),),
    )


# --- what a student or an alum has ---------------------------------------------------------------------------------


def mine(stage: Stage) -> View:
    """Where everything stands, each with what can be done next."""
    from bot.views.elements import Card

    cards = []
    for line in stage.intros:
        role = stage.reader
        name = line.them.short_name or stage.say("names.somebody")
        token = line.intro.token_for(role)
        buttons = [press(stage.say("mine.open", name=line.them.first_name or name), "show", token)]
        cards.append(Card(name, stage.say(f"states.{line.intro.state}_{role}"), tuple(buttons)))
    if not cards:
        again = (
            main(stage.say("common.find"), "find")
            if stage.reader is STUDENT
            else press(stage.say("host.profile"), "host_profile")
        )
        return View(title=stage.say("mine.title"), text=stage.say(f"mine.none_{stage.reader}"), buttons=(again,))
    return View(title=stage.say("mine.title"), text=stage.say("mine.lead"), cards=tuple(cards))


def show(stage: Stage) -> View:
    """One intro as it stands now: what the reader may know, and what they may do; reminders after all, too, for whoever
    stopped them."""
    drawn = _stands(stage)
    if stage.reader not in BOTH or not stage.intro.is_stopped_by(stage.reader) or stage.intro.is_final:
        return drawn
    again = press(stage.say("quiet.again"), "nudge_again", stage.my_token)
    return replace(drawn, buttons=(*drawn.buttons[: MOST_BUTTONS - 1], again))


def _stands(stage: Stage) -> View:
    intro, role = stage.intro, stage.reader
    match intro.state, role:
        case (State.REQUESTED, _) if role is ALUM:
            return request(stage)
        case (State.REQUESTED, _):
            return _waiting(stage)
        case _:
            from bot.views.talks import card

            return card(stage)


def _waiting(stage: Stage) -> View:
    if stage.intro.waits_for_student:
        return question_first(stage)
    drawn = replace(requested(stage), title=stage.say("request.asked_title", name=stage.name))
    may_move_on = stage.now >= stage.intro.requested_at + timedelta(days=stage.campus.ask_next_from_day)
    if stage.next_names and may_move_on:
        ask_next = main(stage.say("request.ask_next_now", name=stage.next_names[0]), "ask_next_now", stage.my_token)
        return View(drawn.title, drawn.text, buttons=(ask_next, *drawn.buttons, flag_button(stage)))
    about = describe(stage, stage.them)
    return View(drawn.title, lines(about, drawn.text), buttons=(*drawn.buttons, flag_button(stage)))


VIEWS: dict[str, Draw] = {
    "requested": requested,
    "request": request,
    "nudge_request": nudge_request,
    "nudge_quiet": nudge_quiet,
    "declined_thanks": declined_thanks,
    "reason_kept": reason_kept,
    "declined": declined,
    "asked_next": asked_next,
    "asking_next": asking_next,
    "no_next": no_next,
    "question_sent": question_sent,
    "question_first": question_first,
    "nudge_question": nudge_question,
    "answer_sent": answer_sent,
    "withdrew": withdrew,
    "withdrawn": withdrawn,
    "expired_student": expired_student,
    "expired_alum": expired_alum,
    "mine": mine,
    "show": show,
}
FORMS: dict[str, DrawForm] = {
    "request": request_form,
    "question": question_form,
    "answer": answer_form,
}
