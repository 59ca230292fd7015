"""Alumni: what it means to be asked, the short form, and their own card."""

from __future__ import annotations

from bot.domain.calendar import local_day, zone_of
from bot.domain.people import AlumProfile, Standing
from bot.views.elements import Choose, Form, Line, Option, Page, PressId, View
from bot.views.parts import Draw, DrawForm, lines, main, press, zone_options
from bot.views.stage import Stage

PACES = ("1", "2", "3", "4")


def join_consent(stage: Stage) -> View:
    """The limit first, what is shown to whom, and one press to go on: pressing is the opt-in's first half."""
    campus = stage.campus
    return View(
        title=stage.say("host.consent_title"),
        text=lines(
            stage.say("host.consent", campus=campus.name, count=campus.alum_month, minutes=campus.talk_minutes),
            stage.say("host.consent_shown"),
        ),
        buttons=(main(stage.say("host.consent_yes"), "join"), press(stage.say("host.how"), "help_host")),
    )


def join_form(stage: Stage) -> Form:
    return _profile_form(stage, stage.say("host.form_title"), PressId("send_join"))


def profile_form(stage: Stage) -> Form:
    return _profile_form(stage, stage.say("host.profile_title"), PressId("send_profile"))


def _profile_form(stage: Stage, title: str, send: PressId) -> Form:
    """What you do and where first; then what you'd gladly talk about and how often."""
    me = stage.me
    alum = (me.alum if me else None) or AlumProfile(Standing.WAITING)
    name = f"{me.given_name} {me.family_name}".strip() if me else ""
    paces = tuple(Option(pace, stage.say("host.pace", count=int(pace))) for pace in PACES)
    month = str(min(int(PACES[-1]), alum.pace.month))
    first = (
        Line("name", stage.say("host.name"), stage.say("host.name_hint"), name[:80], most=80),
        Line("title", stage.say("host.title"), stage.say("host.title_hint"), alum.title, most=120),
        Line("employer", stage.say("host.employer"), value=alum.employer, required=False, most=120),
        Line("degree", stage.say("host.degree"), stage.say("host.degree_hint"), alum.degree, required=False, most=120),
        Line("grad_year", stage.say("host.year"), value=str(alum.grad_year or ""), required=False, most=4),
    )
    second = (
        Line(
            "topics",
            stage.say("host.topics"),
            stage.say("host.topics_hint"),
            ", ".join(alum.topics)[:300],
            required=False,
            most=300,
        ),
        Line(
            "past",
            stage.say("host.past"),
            stage.say("host.past_hint"),
            ", ".join(alum.past_titles)[:300],
            required=False,
            most=300,
        ),
        Choose("month", stage.say("host.how_often"), paces, value=month),
        Choose("zone", stage.say("zones.label"), zone_options(stage.zone), value=stage.zone),
        Line("room", stage.say("host.room"), stage.say("host.room_hint"), alum.room_link, required=False, most=200),
    )
    return Form(title, send, stage.say("host.send"), (Page(first), Page(second)))


def join_waiting(stage: Stage) -> View:
    return View(
        title=stage.say("host.waiting_title"),
        text=stage.say("host.waiting"),
        buttons=(press(stage.say("host.profile"), "host_profile"),),
    )


def welcome_alum(stage: Stage) -> View:
    return View(
        title=stage.say("host.welcome_title"),
        text=stage.say("host.welcome"),
        buttons=(press(stage.say("host.profile"), "host_profile"), press(stage.say("away.button"), "pause_form")),
    )


def not_now_alum(stage: Stage) -> View:
    return View(title=stage.say("host.not_now_title"), text=stage.say("host.not_now"))


def host_card(stage: Stage) -> View:
    """What students may be shown of the reader, and what can be changed."""
    alum = stage.me.alum if stage.me else None
    if alum is None:
        return join_consent(stage)
    paused = alum.is_paused(local_day(stage.now, zone_of("", stage.campus)))
    saved = stage.say("common.saved") if stage.params.get("saved") else ""
    month = stage.say("host.pace", count=alum.pace.month)
    facts = (
        (stage.say("host.title"), alum.title),
        (stage.say("host.employer"), alum.employer),
        (stage.say("host.topics"), ", ".join(alum.topics)),
        (stage.say("host.how_often"), month),
        (stage.say("zones.label"), stage.zone),
    )
    pause = main(stage.say("away.resume"), "resume") if paused else press(stage.say("away.button"), "pause_form")
    return View(
        title=stage.say("host.card_title"),
        text=lines(saved, stage.say("host.card_paused") if paused else stage.say("host.card")),
        facts=tuple((name, value) for name, value in facts if value),
        buttons=(
            press(stage.say("host.profile"), "host_profile"),
            pause,
            press(stage.say("host.mine"), "host_mine"),
            press(stage.say("host.leave"), "host_leave"),
        ),
    )


def leave_check(stage: Stage) -> View:
    return View(
        title=stage.say("host.leave_title"),
        text=stage.say("host.leave_text"),
        buttons=(
            press(stage.say("host.leave_yes"), "leave_yes"),
            press(stage.say("away.button"), "pause_form"),
        ),
    )


def left(stage: Stage) -> View:
    return View(
        title=stage.say("host.left_title"),
        text=stage.say("host.left"),
        buttons=(press(stage.say("host.again"), "host"),),
    )


VIEWS: dict[str, Draw] = {
    "join_consent": join_consent,
    "join_waiting": join_waiting,
    "welcome_alum": welcome_alum,
    "not_now_alum": not_now_alum,
    "host_card": host_card,
    "leave_check": leave_check,
    "left": left,
}
FORMS: dict[str, DrawForm] = {"join": join_form, "profile": profile_form}
