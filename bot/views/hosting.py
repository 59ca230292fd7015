"""Being an alum: one's own card, someone else to pass a request on to, and leaving."""

from __future__ import annotations

from bot.domain.calendar import local_day, zone_of
from bot.domain.disclosure import Disclosed, Field, disclose
from bot.domain.disclosure import Stage as Depth
from bot.domain.intro import ALUM
from bot.domain.people import AlumProfile, Standing
from bot.phrases import say_day
from bot.views.elements import Button, View
from bot.views.joining import join_consent
from bot.views.parts import Draw, lines, main, press
from bot.views.profiles import HIDEABLE
from bot.views.stage import Stage


def host_card(stage: Stage) -> View:
    """What students may be shown of the reader, and what can be changed."""
    me = stage.me
    alum = me.alum if me else None
    if me is None or alum is None:
        return join_consent(stage)
    saved = stage.say("common.saved") if stage.params.get("saved") else ""
    unreached = stage.params.get("unreached", "")
    cannot = stage.say("hello.closed", how=stage.say(f"hello.open_{unreached}")) if unreached else ""
    asked = stage.say("right.ask") if stage.params.get("still_right") else ""
    return View(
        title=stage.say("host.card_title"),
        text=lines(saved, _stands(stage, alum), cannot, asked),
        facts=_facts(stage, alum, disclose(me, ALUM, Depth.MATCH)),
        buttons=_buttons(stage, alum),
    )


def _is_away(stage: Stage, alum: AlumProfile) -> bool:
    return alum.is_paused(local_day(stage.now, zone_of("", stage.campus)))


def _stands(stage: Stage, alum: AlumProfile) -> str:
    if alum.standing is Standing.WAITING:
        return stage.say("host.card_waiting")
    if not _is_away(stage, alum):
        return stage.say("host.card")
    if alum.paused_until is None:
        return stage.say("host.card_paused")
    return stage.say("host.card_paused_until", day=say_day(alum.paused_until, stage.language))


def _facts(stage: Stage, alum: AlumProfile, shown: Disclosed) -> tuple[tuple[str, str], ...]:
    """As students see it; below it, what only decides whom and when we ask."""
    studied = ", ".join(part for part in (shown[Field.DEGREE], shown[Field.GRAD_YEAR]) if part)
    hidden = ", ".join(stage.say(f"more.hide_{name}") for name in HIDEABLE if name in alum.hides)
    facts = (
        (stage.say("host.shown_name"), shown.short_name),
        (stage.say("host.shown_title"), shown[Field.TITLE]),
        (stage.say("host.shown_employer"), shown[Field.EMPLOYER]),
        (stage.say("host.shown_studied"), studied),
        (stage.say("host.hidden"), hidden),
        (stage.say("host.shown_topics"), ", ".join(alum.topics)),
        (stage.say("host.shown_pace"), stage.say("host.pace", count=alum.pace.month)),
        (stage.say("zones.label"), stage.zone),
    )
    return tuple((name, value) for name, value in facts if value)


def _buttons(stage: Stage, alum: AlumProfile) -> tuple[Button, ...]:
    right = (main(stage.say("right.yes"), "still_right"),) if stage.params.get("still_right") else ()
    again = (press(stage.say("hello.again"), "hello_again"),) if stage.params.get("unreached") else ()
    away = _is_away(stage, alum)
    return (
        *right,
        *again,
        press(stage.say("host.profile"), "host_profile"),
        press(stage.say("more.button"), "add_more"),
        main(stage.say("away.resume"), "resume") if away else press(stage.say("away.button"), "pause_form"),
        press(stage.say("host.mine"), "host_mine"),
        press(stage.say("host.leave"), "host_leave"),
    )


def still_right(stage: Stage) -> View:
    return View(text=stage.say("right.kept"))


def pass_on(stage: Stage) -> View:
    """Words to forward. Whom they go to is between the two of them."""
    campus = stage.campus
    links = " · ".join(link for link in (campus.slack_invite, campus.discord_invite) if link)
    way = stage.say("pass_on.way", link=links) if links else stage.say("pass_on.way_by_office", campus=campus.name)
    words = stage.say(
        "pass_on.words", campus=campus.name, minutes=campus.talk_minutes, count=campus.alum_month, way=way
    )
    return View(title=stage.say("pass_on.title"), text=lines(stage.say("pass_on.text"), words))


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
    "host_card": host_card,
    "still_right": still_right,
    "pass_on": pass_on,
    "leave_check": leave_check,
    "left": left,
}
