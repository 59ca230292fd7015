"""A student asks: what they wonder, whether it is ready to be carried, and who might know."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.asks import LONGEST, Advice, Ask, Signals, advise, plain
from bot.domain.calendar import local_day, month_began, zone_of
from bot.domain.campus import Campus
from bot.domain.capacity import Load
from bot.domain.messages import Kind, Message
from bot.domain.offering import Asker, why_not, why_not_to
from bot.domain.people import Person, PersonId, StudentProfile
from bot.domain.refusals import Mend
from bot.matching.choosing import MATCHES, choose
from bot.matching.fields import nearest_field
from bot.matching.ranking import Wish
from bot.matching.reading import read
from bot.phrases import word_list
from bot.ports import Reading, Step, UnitOfWork
from bot.use_cases.first_use import keep_age, keep_notice
from bot.use_cases.profile import typed_zone
from bot.use_cases.tally import student_step
from bot.use_cases.visit import Say, Visit
from bot.views.finding import YEARS

SEEN_LATELY = timedelta(days=30)
LATELY, EVER = timedelta(days=30), timedelta(days=365)
"""How far back it counts that an alum was asked, and how they answered."""


def signals(language: str) -> Signals:
    """The word lists by which the domain reads an ask."""
    return Signals(
        job=word_list("job", language),
        unsure=word_list("unsure", language),
        searchable=word_list("searchable", language),
        degrees={},
    )


def send_ask(visit: Visit) -> Say:
    """The three questions came back. Advice is given before the search, and a job ask gets it once."""
    wonder, question, about = (plain(visit.text(name)) for name in ("wonder", "question", "about"))
    _check(wonder=wonder, question=question, about=about)
    keep_age(visit)
    keep_notice(visit)
    advice = advise(wonder, question, signals(visit.me.language))
    before = visit.found.ask
    if before is not None and before.advised:
        advice = tuple(word for word in advice if word is not Advice.JOB)
    holds = [word for word in advice if word is not Advice.UNSURE]
    ask = visit.uow.asks.add(
        visit.me.id,
        wonder,
        question,
        about,
        visit.now,
        advised=Advice.JOB in advice or bool(before and before.advised),
        unsure=Advice.UNSURE in advice,
    )
    visit = replace(visit, me=_remembered(visit, about))
    asked = _step(visit, ask, "ask")
    if holds:
        advised = student_step("advised", visit.now, visit.me, ask=ask.id, detail=holds[0])
        visit.uow.steps.add(asked, advised)
        return Say("advice", {"ask": ask.id}, {"advice": ",".join(holds)})
    return offer(visit, ask, asked)


def _check(**texts: str) -> None:
    errors: dict[str, str | tuple[str, dict[str, str | int]]] = {}
    for name, text in texts.items():
        if not text and name != "about":
            errors[name] = f"{name}_empty"
        elif len(text) > LONGEST:
            errors[name] = ("too_long", {"most": LONGEST, "count": len(text)})
    if errors:
        raise Mend(errors)


def _remembered(visit: Visit, about: str) -> Person:
    """Whoever asks is a student from now on, with what they last said about themselves."""
    before = visit.me.student or StudentProfile()
    student = replace(before, about=about or before.about)
    if student != visit.me.student:
        visit.uow.people.save_student(visit.me.id, student)
    return replace(visit.me, student=student)


def ask_anyway(visit: Visit) -> Say:
    """Send it as it is: the advice was only advice."""
    return offer(visit, visit.ask)


def offer(visit: Visit, ask: Ask, *before: Step) -> Say:
    """Up to three people for an ask; the same ask shows the same people as long as they can be asked. `before`: what
    led to it and is yet to be noted."""
    steps = list(before)
    shown = visit.uow.asks.shown_for(ask.id)
    if not shown:
        chosen = _choose(visit.uow, visit, ask)
        shown = visit.uow.asks.show(ask.id, chosen, visit.now)
        few = ("few_matches",) if 0 < len(chosen) < MATCHES else ()
        steps += [_step(visit, ask, what, str(len(chosen))) for what in ("matched" if chosen else "no_match", *few)]
    visit.uow.steps.add(*steps)
    return Say("matches" if shown else "no_matches", {"ask": ask.id})


def _step(visit: Visit, ask: Ask, what: str, detail: str = "") -> Step:
    return student_step(what, visit.now, visit.me, ask=ask.id, field=_field_of(ask), detail=detail)


def _field_of(ask: Ask) -> str:
    """The field that is wondered about, for the counts of what nobody covers; empty where none is named."""
    return nearest_field(f"{ask.wonder} {ask.question}") or ""


def _choose(reading: Reading | UnitOfWork, visit: Visit, ask: Ask) -> list[PersonId]:
    seen = reading.asks.shown_since(visit.me.id, visit.now - SEEN_LATELY)
    allowed = whom_to_offer(reading, visit.me, visit.campus, visit.now, seen=seen)
    seed = zlib.crc32(f"{ask.wonder}\n{ask.question}".encode())
    records = reading.intros.records(lately=visit.now - LATELY, ever=visit.now - EVER)
    chosen = [match.alum for match in choose(wish_of(ask, visit.me), visit.matcher.index, allowed, records, seed)]
    new = [alum for alum in chosen if alum not in seen][: max(0, visit.campus.shown_in_30_days - len(seen))]
    return [alum for alum in chosen if alum in seen or alum in new]


def wish_of(ask: Ask, student: Person) -> Wish:
    """What matching reads of an ask: what the student wonders about. The question ("what did you learn when you left
    development work?") speaks of much besides, so it is read only where the wondering names nothing; the line about
    oneself is no wish either ("I dance" asks for no dancer), and only says where somebody unsure begins."""
    degree = student.student.degree if student.student else ""
    says_it = read(ask.wonder, degree, student.language, ask.unsure).goal
    parts = (ask.wonder,) if says_it else (ask.wonder, ask.question, ask.about if ask.unsure else "")
    text = "\n".join(part for part in parts if part)
    return Wish(text=text, degree=degree, language=student.language, unsure=ask.unsure)


def whom_to_offer(
    reading: Reading | UnitOfWork, student: Person, campus: Campus, now: datetime, *,
    seen: AbstractSet[PersonId] | None = None, among: Collection[PersonId] | None = None,
) -> frozenset[PersonId]:  # fmt: skip
    """Everybody (`among` these, if told) who may be shown to this student now: the hard facts (`domain/offering.py`),
    read here and now. `seen` is whom they were shown lately, if that is known already."""
    today = local_day(now, zone_of("", campus))
    loads = reading.intros.loads(month_began(now, campus), among)
    if seen is None:
        seen = reading.asks.shown_since(student.id, now - SEEN_LATELY)
    asker = _asker(reading, student, campus, now, seen)
    return frozenset(
        alum
        for alum, terms in reading.people.on_offer().items()
        if (among is None or alum in among)
        and why_not(terms, loads.get(alum, Load()), campus, today, student.language) is None
        and why_not_to(asker, alum) is None
    )


def _asker(
    reading: Reading | UnitOfWork, student: Person, campus: Campus, now: datetime, seen: AbstractSet[PersonId]
) -> Asker:
    """Who has been shown a dozen different people in 30 days sees these again, and nobody new."""
    return Asker(
        student.id,
        avoided=reading.people.avoided_by(student.id),
        asked=reading.intros.asked_since(student.id, now - timedelta(days=campus.same_pair_days)),
        only=seen if len(seen) >= campus.shown_in_30_days else None,
    )


def save_about(visit: Visit) -> Say:
    """Degree and year, and a zone that was typed, kept for next time; the matches again where there is a newest ask."""
    degree, year = plain(visit.text("degree"))[:120], visit.text("year")
    known = visit.me.student or StudentProfile()
    said = replace(known, degree=degree, year=year if year in YEARS else "")
    visit.uow.people.save_student(visit.me.id, said)
    if zone := typed_zone(visit):
        visit.uow.people.save(replace(visit.me, zone=zone))
    newest = visit.uow.asks.newest_of(visit.me.id)
    return Say("matches", {"ask": newest.id}, {"saved": "1"}) if newest else Say("saved")


def none_of_these(visit: Visit) -> Say:
    """None of the three: that counts as unmet demand too."""
    visit.uow.steps.add(_step(visit, visit.ask, "none_of_these"))
    return Say("none_of_these", {"ask": visit.ask.id})


def tell_me_when(visit: Visit) -> Say:
    """Tell this student when somebody joins who fits."""
    visit.uow.asks.save(replace(visit.ask, tell_when=True))
    visit.uow.steps.add(_step(visit, visit.ask, "tell_me_when"))
    return Say("will_tell", {"ask": visit.ask.id})


def ask_office(visit: Visit) -> Say:
    """Hand the question to the career office."""
    visit.uow.steps.add(_step(visit, visit.ask, "ask_office"))
    visit.uow.outbox.add(Message(Kind.NEWS, "office_asked_desk", visit.now, desk=True, keys={"ask": visit.ask.id}))
    return Say("office_asked", {"ask": visit.ask.id})


def introduce_me(visit: Visit) -> Say:
    """Under 18 nothing is sent to an alum: a card asks the office to introduce the two."""
    step = student_step("introduce_me", visit.now, visit.me, whom=visit.alum.who, ask=visit.ask.id)
    visit.uow.steps.add(step)
    keys = {"ask": visit.ask.id, "alum": visit.alum.id}
    visit.uow.outbox.add(Message(Kind.NEWS, "introduce_desk", visit.now, desk=True, keys=keys))
    return Say("introduction_asked", {"alum": visit.alum.id})


def ranked_names(chosen: Sequence[PersonId], reading: Reading | UnitOfWork) -> list[str]:
    """Short names, in order."""
    return [reading.people.get(person).short_name for person in chosen]
