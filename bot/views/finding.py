"""Asking: the three questions, advice, three people."""

from __future__ import annotations

from math import ceil

from bot.domain.asks import LONGEST
from bot.domain.campus import Campus
from bot.domain.disclosure import Disclosed, Field
from bot.domain.nudges import expires_at
from bot.phrases import say_day, say_reason
from bot.views.elements import Button, Card, Choose, Form, FormItem, Line, Option, Page, Paragraph, PressId, View
from bot.views.parts import (
    BUTTON,
    Draw,
    DrawForm,
    lines,
    main,
    notice,
    press,
    short,
)
from bot.views.stage import MatchCard, Stage

YEARS = ("first", "second", "third", "fourth", "masters", "doctoral", "graduate")
SHORTEST_WAIT_DAYS = 1


def ask_form(stage: Stage) -> Form:
    """Three questions; everything else has a default."""
    ask = stage.this_ask
    about = ask.about if ask else stage.me.student.about if stage.me and stage.me.student else ""
    items: tuple[FormItem, ...] = (
        *notice(stage),
        Paragraph(
            "wonder",
            stage.say("ask.wonder"),
            stage.say("ask.wonder_hint"),
            ask.wonder if ask else "",
            most=LONGEST,
        ),
        Paragraph(
            "question",
            stage.say("ask.question"),
            stage.say("ask.question_hint"),
            ask.question if ask else "",
            most=LONGEST,
        ),
        Line("about", stage.say("ask.about"), stage.say("ask.about_hint"), about[:300], required=False, most=300),
        *_age(stage),
    )
    send = PressId("send_again", ask.token) if ask else PressId("send_ask")
    return Form(stage.say("ask.title"), send, stage.say("ask.send"), (Page(items),))


def _age(stage: Stage) -> tuple[FormItem, ...]:
    """Asked once. Nothing is chosen beforehand: it is theirs to say."""
    if stage.of_age is not None:
        return ()
    options = (Option("yes", stage.say("ask.adult_yes")), Option("no", stage.say("ask.adult_no")))
    return (Choose("adult", stage.say("ask.adult"), options, stage.say("ask.adult_hint")),)


def advice(stage: Stage) -> View:
    """What might make it better. All of it may be sent anyway."""
    given = stage.params.get("advice", "").split(",")
    return View(
        title=stage.say("advice.title"),
        text=lines(*(stage.say(f"advice.{word}") for word in given if word), stage.say("advice.anyway")),
        buttons=(
            main(stage.say("advice.change"), "edit_ask", stage.ask.token),
            press(stage.say("advice.send_anyway"), "ask_anyway", stage.ask.token),
        ),
    )


def matches(stage: Stage) -> View:
    """Up to three people in different corners, each with reasons; what to expect, and what is left."""
    free = [card for card in stage.matches if card.free]
    if not free:
        return no_matches(stage)
    intro = lines(stage.say("matches.unsure"), _adviser(stage)) if stage.ask.unsure else ""
    cards = tuple(Card(card.them.short_name, about(stage, card)) for card in free)
    if stage.of_age:
        asks = tuple(main(stage.say("matches.ask", name=card.them.first_name), "ask", card.token) for card in free)
        then = (stage.say("matches.lead", count=len(free)), f"{_expected(stage)} {_left(stage)}")
    else:
        asks = tuple(
            main(short(stage, "matches.introduce", BUTTON, name=card.them.first_name), "introduce_me", card.token)
            for card in free
        )
        then = ("", stage.say("matches.introduced"))
    return View(
        title=stage.say(f"matches.title_{len(free)}"),
        text=lines(intro, *then),
        cards=cards,
        buttons=(
            *asks,
            press(stage.say("matches.none_of_these"), "none_of_these", stage.ask.token),
            press(stage.say("about.button"), "more_about_me"),
        ),
    )


def describe(stage: Stage, them: Disclosed) -> str:
    """`Communications lead at Riverside Aid`; `BA History, 2015`."""
    title, employer = them[Field.TITLE], them[Field.EMPLOYER]
    work = stage.say("people.works_at", title=title, employer=employer) if title and employer else title or employer
    degree, year = them[Field.DEGREE], them[Field.GRAD_YEAR]
    studied = stage.say("people.studied", degree=degree, year=year) if degree and year else degree or year
    return "\n".join(part for part in (work, studied) if part)


def about(stage: Stage, card: MatchCard) -> str:
    """Who somebody is, and the two strongest reasons."""
    reasons = " ".join(say_reason(reason, stage.language) for reason in card.reasons[:2])
    return "\n".join(part for part in (describe(stage, card.them), reasons) if part)


def _expected(stage: Stage) -> str:
    if stage.reply_days is not None:
        return stage.say("matches.wait_days", count=max(SHORTEST_WAIT_DAYS, ceil(stage.reply_days)))
    return stage.say("matches.wait_at_most", count=_wait_at_most(stage.campus))


def _wait_at_most(campus: Campus) -> int:
    return campus.request_days


def _left(stage: Stage) -> str:
    return stage.say("matches.talks_left", count=stage.talks_left)


def _adviser(stage: Stage) -> str:
    """Whom else to talk to, where the campus says where advisers are found."""
    link = stage.campus.adviser_link
    return stage.say("none.adviser", link=link) if link else ""


def no_matches(stage: Stage) -> View:
    """Nobody yet: said plainly, with three ways on."""
    near = stage.say("none.near", field=stage.say(f"fields.{stage.near_field}")) if stage.near_field else ""
    return View(
        title=stage.say("none.title"),
        text=lines(stage.say("none.text"), near, _adviser(stage)),
        buttons=_ways_on(stage),
    )


def somebody_joined(stage: Stage) -> View:
    """To a student who wanted to hear of it. Raises LookupError where the newcomer can't be asked any more."""
    newest = stage.matches[-1] if stage.matches else None
    if newest is None or not newest.free:
        raise LookupError("nobody to tell of")
    name = newest.them.first_name
    ask = (
        main(stage.say("matches.ask", name=name), "ask", newest.token)
        if stage.of_age
        else main(stage.say("matches.introduce", name=name)[:75], "introduce_me", newest.token)
    )
    return View(
        title=stage.say("none.joined_title"),
        text=stage.say("none.joined", wonder=stage.ask.wonder),
        cards=(Card(newest.them.short_name, about(stage, newest)),),
        buttons=(ask, press(stage.say("none.tell_me"), "tell_me_when", stage.ask.token)),
    )


def none_of_these(stage: Stage) -> View:
    return View(title=stage.say("none.of_these_title"), text=stage.say("none.of_these"), buttons=_ways_on(stage))


def _ways_on(stage: Stage) -> tuple[Button, ...]:
    return (
        main(stage.say("none.change"), "edit_ask", stage.ask.token),
        press(stage.say("none.tell_me"), "tell_me_when", stage.ask.token),
        press(stage.say("none.office"), "ask_office", stage.ask.token),
    )


def will_tell(stage: Stage) -> View:
    return View(title=stage.say("none.will_tell_title"), text=stage.say("none.will_tell"))


def office_asked(stage: Stage) -> View:
    return View(title=stage.say("none.office_asked_title"), text=stage.say("none.office_asked"))


def introduction_asked(stage: Stage) -> View:
    name = stage.name
    return View(title=stage.say("none.introduction_title"), text=stage.say("none.introduction", name=name))


def about_form(stage: Stage) -> Form:
    """Add more: degree and year, kept for next time; and the zone, where no platform tells it."""
    student = stage.me.student if stage.me else None
    years = tuple(Option(year, stage.say(f"years.{year}")) for year in YEARS)
    items: tuple[FormItem, ...] = (
        Line(
            "degree",
            stage.say("about.degree"),
            stage.say("about.degree_hint"),
            student.degree if student else "",
            required=False,
            most=120,
        ),
        Choose("year", stage.say("about.year"), years, value=student.year if student else "", required=False),
    )
    if stage.me and not any(handle.platform.tells_zone for handle in stage.me.handles):
        clock = Line("zone", stage.say("zones.label"), stage.say("zones.hint"), stage.me.zone, required=False, most=64)
        items = (*items, clock)
    return Form(stage.say("about.title"), PressId("save_about"), stage.say("about.send"), (Page(items),))


def saved(stage: Stage) -> View:
    return View(text=stage.say("common.saved"))


def move_on_day(stage: Stage) -> str:
    """The day on which an unanswered request is let go."""
    return say_day(expires_at(stage.intro, stage.campus).date(), stage.language)


VIEWS: dict[str, Draw] = {
    "advice": advice,
    "matches": matches,
    "no_matches": no_matches,
    "somebody_joined": somebody_joined,
    "none_of_these": none_of_these,
    "will_tell": will_tell,
    "office_asked": office_asked,
    "introduction_asked": introduction_asked,
    "saved": saved,
}
FORMS: dict[str, DrawForm] = {"ask": ask_form, "about": about_form}
