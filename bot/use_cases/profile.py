"""What an alum says about themself: a short form first, the rest when they like, and a word when it has changed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from babel import Locale

from bot.domain.asks import plain
from bot.domain.campus import LINK, TALK_LENGTHS, known_zone
from bot.domain.intro import State
from bot.domain.people import FORMATS, AlumProfile, Pace, Person, as_typed, hours_of
from bot.domain.refusals import Mend
from bot.matching.fields import field_of
from bot.use_cases.import_alumni import known
from bot.use_cases.respond import profile_of
from bot.use_cases.tally import pace_step
from bot.use_cases.visit import Say, Visit
from bot.views.profiles import HIDEABLE, studied

FIRST_YEAR, YEARS_AHEAD = 1940, 10
MOST_A_MONTH, MOST_THINGS = 10, 12
_STUDIED = re.compile(r"(?P<degree>.*?)[\s,]*(?P<year>\b\d{1,5})?", re.DOTALL)


def send_profile(visit: Visit) -> Say:
    """The short form again, by somebody who is in already: nothing to approve."""
    profile = short_form(visit, profile_of(visit.me))
    visit.uow.people.save(in_zone(visit, visit.me))
    _save(visit, profile)
    return Say("host_card", {}, {"saved": "1"})


def send_more(visit: Visit) -> Say:
    """*Add more* came back: everything that has a default."""
    profile = _more(visit, profile_of(visit.me))
    zone = typed_zone(visit) or visit.me.zone
    visit.uow.people.save(replace(named(visit, visit.me), hours=hours_of(visit.many("hours")), zone=zone))
    _save(visit, profile)
    return Say("host_card", {}, {"saved": "1"})


def send_work(visit: Visit) -> Say:
    """My work has changed: said beside a request, which can be answered right after. What they did before stays: an
    alum who left the work is not out."""
    before = profile_of(visit.me)
    title, employer = _title(visit), plain(visit.text("employer"))[:120]
    past = before.past_titles
    if before.title and before.title.casefold() != title.casefold():
        past = tuple(dict.fromkeys((before.title, *past)))
    changed = replace(before, title=title, employer=employer, past_titles=past, field=field_of(title, before.industry))
    _save(visit, changed)
    view = "request" if visit.intro.state is State.REQUESTED else "show"
    return Say(view, {"intro": visit.intro.id}, {"saved": "1"})


def still_right(visit: Visit) -> Say:
    """Nothing has changed in half a year."""
    _save(visit, profile_of(visit.me))
    return Say("still_right")


def _save(visit: Visit, profile: AlumProfile) -> None:
    visit.uow.people.save_alum(visit.me.id, replace(profile, confirmed_at=visit.now))
    if visit.me.alum is not None and profile.pace != visit.me.alum.pace:
        visit.uow.steps.add(pace_step(visit.now, visit.me, profile.pace))
    visit.matcher.changed()


# --- the forms, read -----------------------------------------------------------------------------------------------


def short_form(visit: Visit, before: AlumProfile) -> AlumProfile:
    """What they do and where, what they'd gladly talk about, how often. Raises Mend."""
    title = _title(visit)
    month = visit.text("month")
    pace = int(month) if month.isdecimal() else before.pace.month
    return replace(
        before,
        title=title,
        employer=plain(visit.text("employer"))[:120],
        field=field_of(title, before.industry),
        topics=_several(visit, "topics", before.topics),
        pace=Pace(max(1, min(MOST_A_MONTH, pace)), before.pace.at_once),
    )


def in_zone(visit: Visit, person: Person) -> Person:
    """The person in the zone that they chose."""
    zone = visit.text("zone")
    return replace(person, zone=known_zone(zone)) if zone else person


def _title(visit: Visit) -> str:
    title = plain(visit.text("title"))
    if not title:
        raise Mend({"title": "title_empty"})
    return title[:120]


def _more(visit: Visit, before: AlumProfile) -> AlumProfile:
    room, booking = _link(visit, "room"), _link(visit, "booking")
    degree, year = _studied(visit, before)
    lengths = tuple(length for length in TALK_LENGTHS if str(length) in visit.many("lengths"))
    return replace(
        before,
        past_titles=_several(visit, "past", before.past_titles),
        degree=degree,
        grad_year=year,
        languages=_languages(visit) or before.languages,
        hides=frozenset(visit.many("hides")) & frozenset(HIDEABLE),
        lengths=lengths,
        formats=tuple(each for each in FORMATS if each in visit.many("formats")),
        room_link=room,
        booking_link=booking,
    )


def named(visit: Visit, person: Person) -> Person:
    """The person by the name that was typed; by their own where none was."""
    given, _, family = plain(visit.text("name")).partition(" ")
    return replace(person, given_name=given[:60], family_name=family[:60]) if given else person


def _several(visit: Visit, name: str, before: tuple[str, ...]) -> tuple[str, ...]:
    """What was typed, parted; just as before where nobody changed it, since a form shows a long list cut off."""
    text = visit.text(name)
    if text == as_typed(before).strip():
        return before
    return tuple(_parted(text))[:MOST_THINGS]


def _parted(text: str) -> Iterable[str]:
    parts = (plain(part)[:80] for part in re.split(r"[;,\n]", text))
    return dict.fromkeys(part for part in parts if part)


def _link(visit: Visit, name: str) -> str:
    text = plain(visit.text(name))
    if text and not LINK.fullmatch(text):
        raise Mend({name: "link_unreadable"})
    return text


def _studied(visit: Visit, before: AlumProfile) -> tuple[str, int | None]:
    """`BA History, 2015`: the degree and, at its end, the year."""
    text = plain(visit.text("studied"))
    if text == studied(before):
        return before.degree, before.grad_year
    found = _STUDIED.fullmatch(text)
    assert found is not None, "every part of it may be empty"
    year = found["year"]
    if year and not FIRST_YEAR <= int(year) <= visit.now.year + YEARS_AHEAD:
        raise Mend({"studied": "year_unreadable"})
    return found["degree"].strip(" ,")[:120], int(year) if year else None


def typed_zone(visit: Visit) -> str:
    """A zone by its name, or by its city alone where only one has it: `asia/kathmandu`, `Kathmandu`. Empty for nothing
    typed. Raises Mend."""
    typed = plain(visit.text("zone"))
    wanted = re.sub(r"\s+", "_", typed).casefold()
    if not wanted:
        return ""
    zones = known(visit.now.year).zones
    if wanted in zones:
        return zones[wanted]
    in_city = [name for spelt, name in zones.items() if spelt.rpartition("/")[2] == wanted]
    if len(in_city) != 1:
        raise Mend({"zone": ("zone_unknown", {"name": typed[:40]})})
    return in_city[0]


def _languages(visit: Visit) -> tuple[str, ...]:
    """Names in English or in the alum's own language, or codes."""
    codes = known(visit.now.year).languages
    own = {name.casefold(): code for code, name in Locale.parse("en").languages.items()}
    found: list[str] = []
    for name in _parted(visit.text("languages")):
        code = codes.get(name.casefold()) or own.get(name.casefold())
        if code is None:
            raise Mend({"languages": ("language_unknown", {"name": name[:40]})})
        found.append(code)
    return tuple(dict.fromkeys(found))
