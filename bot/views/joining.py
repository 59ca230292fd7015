"""Coming in as an alum: what it means to be asked, the code, and whether a message arrives."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.messages import Status
from bot.domain.people import Standing
from bot.views.elements import Button, Form, Line, Page, PressId, View
from bot.views.parts import Draw, DrawForm, lines, main, notice, press
from bot.views.stage import Stage


def join_consent(stage: Stage) -> View:
    """The limit first, what is shown to whom, and one press to go on: pressing is the opt-in's first half."""
    campus, me = stage.campus, stage.me
    alum = me.alum if me else None
    is_known = alum is not None and alum.standing is Standing.INVITED
    limit = alum.pace.month if alum is not None and is_known else campus.alum_month
    name = (
        stage.say("host.consent_named", name=me.short_name) if me and me.given_name else stage.say("host.consent_name")
    )
    known = stage.say("host.consent_known", campus=campus.name) if is_known else ""
    code = () if is_known else (press(stage.say("host.have_code"), "have_code"),)
    return View(
        title=stage.say("host.consent_title"),
        text=lines(
            known,
            stage.say("host.consent", campus=campus.name, count=limit, minutes=campus.talk_minutes),
            stage.say("host.consent_shown", name=name),
            *(said.text for said in notice(replace(stage, untold=True))),
        ),
        buttons=(main(stage.say("host.consent_yes"), "join"), *code, press(stage.say("host.how"), "help_host")),
    )


def code_form(stage: Stage) -> Form:
    item = Line("code", stage.say("host.code"), stage.say("host.code_hint"), most=40)
    return Form(stage.say("host.code_title"), PressId("send_code"), stage.say("host.code_send"), (Page((item,)),))


def joined(stage: Stage) -> View:
    """In at once, since a code proved who they are."""
    return _here(stage, "welcome")


def join_waiting(stage: Stage) -> View:
    return _here(stage, "waiting")


def _here(stage: Stage, how: str) -> View:
    """They have said yes: how it goes on, and whether what we send arrives."""
    return View(
        title=stage.say(f"host.{how}_title"),
        text=lines(stage.say(f"host.{how}"), _hello(stage)),
        buttons=(press(stage.say("more.button"), "add_more"), *_again(stage)),
    )


def _hello(stage: Stage) -> str:
    """What was just sent, and what to do if it isn't there."""
    platform = stage.params.get("hello", "")
    return stage.say("hello.sent", how=stage.say(f"hello.open_{platform}")) if platform else ""


def _again(stage: Stage) -> tuple[Button, ...]:
    return (press(stage.say("hello.again"), "hello_again"),) if stage.params.get("hello") else ()


def hello_alum(stage: Stage) -> View:
    """A direct message that says nothing but that it arrived."""
    name = stage.me.given_name if stage.me else ""
    return View(
        title=stage.say("hello.title_name", name=name) if name else stage.say("hello.title"),
        text=stage.say("hello.text"),
        buttons=(press(stage.say("host.profile"), "host_profile"), press(stage.say("away.button"), "pause_form")),
    )


HOW_IT_ENDED = {Status.SENT.value: "arrived", Status.UNDELIVERABLE.value: "closed"}


def hello_sent(stage: Stage) -> View:
    """Once more; and how the last one ended."""
    how = stage.say(f"hello.open_{stage.params['hello']}")
    ended = HOW_IT_ENDED.get(stage.params.get("last", ""), "under_way")
    return View(text=stage.say(f"hello.{ended}", how=how), buttons=(press(stage.say("hello.again"), "hello_again"),))


def welcome_alum(stage: Stage) -> View:
    """From the office: they're in."""
    return View(
        title=stage.say("host.welcome_title"),
        text=stage.say("host.welcome"),
        buttons=(press(stage.say("more.button"), "add_more"), press(stage.say("away.button"), "pause_form")),
    )


def not_now_alum(stage: Stage) -> View:
    return View(title=stage.say("host.not_now_title"), text=stage.say("host.not_now"))


VIEWS: dict[str, Draw] = {
    "join_consent": join_consent,
    "joined": joined,
    "join_waiting": join_waiting,
    "hello_alum": hello_alum,
    "hello_sent": hello_sent,
    "welcome_alum": welcome_alum,
    "not_now_alum": not_now_alum,
}
FORMS: dict[str, DrawForm] = {"code": code_form}
