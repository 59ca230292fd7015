"""The forms in which an alum says who they are: a short one, the rest, and a quick one when work has changed."""

from __future__ import annotations

from functools import cache

from babel import Locale

from bot.domain.campus import TALK_LENGTHS
from bot.domain.people import (
    FORMATS,
    IN_PERSON,
    PARTS_OF_DAY,
    WEEKENDS,
    AlumProfile,
    Pace,
    Standing,
    as_typed,
    parts_of,
)
from bot.views.elements import Choose, ChooseMany, Form, Line, Option, Page, PressId
from bot.views.parts import DrawForm, zone_options
from bot.views.stage import Stage

PACES = (1, 2, 3, 4)
HIDEABLE = ("initial", "employer", "degree", "grad_year")
"""What an alum may keep to themself and still be found: never the title, which is what students look for."""


def join_form(stage: Stage) -> Form:
    return _short(stage, stage.say("host.form_title"), PressId("send_join"))


def profile_form(stage: Stage) -> Form:
    return _short(stage, stage.say("host.profile_title"), PressId("send_profile"))


def _profile(stage: Stage) -> AlumProfile:
    campus = stage.campus
    known = stage.me.alum if stage.me else None
    return known or AlumProfile(Standing.INVITED, pace=Pace(campus.alum_month, campus.alum_at_once))


def _short(stage: Stage, title: str, send: PressId) -> Form:
    """One page: what you do and where, what you'd gladly talk about, how often, and when it is day with you."""
    alum = _profile(stage)
    paces = (*PACES, *({alum.pace.month} - set(PACES)))
    often = tuple(Option(str(pace), stage.say("host.pace", count=pace)) for pace in paces)
    zone = (stage.me.zone if stage.me else "") or stage.campus.zone
    elsewhere = stage.say("zones.elsewhere", button=stage.say("more.button"))
    items = (
        Line("title", stage.say("host.title"), stage.say("host.title_hint"), alum.title[:120], most=120),
        Line("employer", stage.say("host.employer"), value=alum.employer[:120], required=False, most=120),
        Line(
            "topics",
            stage.say("host.topics"),
            stage.say("host.topics_hint"),
            as_typed(alum.topics),
            required=False,
            most=300,
        ),
        Choose("month", stage.say("host.how_often"), often, value=str(alum.pace.month)),
        Choose("zone", stage.say("zones.label"), zone_options(zone), elsewhere, value=zone),
    )
    return Form(title, send, stage.say("host.send"), (Page(items),))


def more_form(stage: Stage) -> Form:
    """Everything that has a default: about you, about the talk, and where your clock is, typed, for whoever lives in
    none of the zones to choose from (a choice takes 25 on Discord and 100 on Slack; there are some four hundred)."""
    zone = (stage.me.zone if stage.me else "") or stage.campus.zone
    clock = Line("zone", stage.say("zones.label"), stage.say("zones.hint"), zone, required=False, most=64)
    pages = (Page(_you(stage)), Page(_talk(stage)), Page((clock,)))
    return Form(stage.say("more.title"), PressId("send_more"), stage.say("more.send"), pages)


def _you(stage: Stage) -> tuple[Line | ChooseMany, ...]:
    alum, me = _profile(stage), stage.me
    name = f"{me.given_name} {me.family_name}".strip() if me else ""
    spoken = as_typed(_language(code) for code in alum.languages)
    return (
        Line("name", stage.say("host.name"), stage.say("host.name_hint"), name[:80], required=False, most=80),
        Line(
            "past", stage.say("host.past"), stage.say("host.past_hint"), as_typed(alum.past_titles), required=False,
            most=300,
        ),
        Line(
            "studied", stage.say("more.studied"), stage.say("more.studied_hint"), studied(alum)[:130], required=False,
            most=130,
        ),
        Line("languages", stage.say("more.languages"), value=spoken, required=False, most=300),
        ChooseMany(
            "hides", stage.say("more.hides"), tuple(Option(name, stage.say(f"more.hide_{name}")) for name in HIDEABLE),
            values=tuple(name for name in HIDEABLE if name in alum.hides), required=False,
        ),
    )  # fmt: skip


def _talk(stage: Stage) -> tuple[Line | ChooseMany, ...]:
    alum = _profile(stage)
    lengths = tuple(Option(str(length), stage.say("more.minutes", count=length)) for length in TALK_LENGTHS)
    formats = tuple(
        Option(each, stage.say(f"more.by_{each}")) for each in FORMATS if each != IN_PERSON or stage.campus.in_person
    )
    parts = (*PARTS_OF_DAY, WEEKENDS)
    hours = tuple(Option(part, stage.say(f"more.{part}")) for part in parts)
    return (
        ChooseMany(
            "lengths", stage.say("more.lengths"), lengths, stage.say("more.any_hint"),
            tuple(map(str, alum.lengths)), required=False,
        ),
        ChooseMany(
            "formats", stage.say("more.formats"), formats, stage.say("more.any_hint"), alum.formats, required=False
        ),
        ChooseMany(
            "hours", stage.say("more.hours"), hours, stage.say("more.hours_hint"),
            parts_of(stage.me.hours) if stage.me else (), required=False,
        ),
        Line("room", stage.say("host.room"), stage.say("host.room_hint"), alum.room_link, required=False, most=500),
        Line(
            "booking", stage.say("more.booking"), stage.say("more.booking_hint"), alum.booking_link, required=False,
            most=500,
        ),
    )  # fmt: skip


def studied(alum: AlumProfile) -> str:
    """`BA History, 2015`, as it stands in the form."""
    return ", ".join(part for part in (alum.degree, str(alum.grad_year or "")) if part)


@cache
def _language(code: str) -> str:
    """A language's name in English, which the form takes back; its code where it has none."""
    return str(Locale.parse("en").languages.get(code, code))


def work_form(stage: Stage) -> Form:
    """My work has changed: two lines, and the request waits behind it."""
    alum = _profile(stage)
    items = (
        Line("title", stage.say("host.title"), stage.say("work.title_hint"), alum.title[:120], most=120),
        Line("employer", stage.say("host.employer"), value=alum.employer[:120], required=False, most=120),
    )
    return Form(stage.say("work.title"), PressId("send_work", stage.my_token), stage.say("work.send"), (Page(items),))


FORMS: dict[str, DrawForm] = {"join": join_form, "profile": profile_form, "more": more_form, "work": work_form}
