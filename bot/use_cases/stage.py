"""Setting the stage: what a view is drawn from, loaded for one reader and let through by disclosure.

A view never sees a Person. It sees its reader's own language and zone, the intro with the reader's part in it, and of
everybody else only what `domain/disclosure.py` lets through at this point.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.domain.asks import AskId
from bot.domain.calendar import hours_apart, local_day, propose_slots, zone_of
from bot.domain.capacity import talks_left
from bot.domain.digest import is_told
from bot.domain.disclosure import Field, disclose, disclose_to_desk, stage_of
from bot.domain.disclosure import Stage as Depth
from bot.domain.intro import AGREED, ALUM, COORDINATOR, STUDENT, Intro, IntroId, State, Who, other
from bot.domain.people import Person, PersonId
from bot.domain.worth import may_be_asked, next_question
from bot.matching.fields import nearest_field
from bot.matching.ranking import explain
from bot.ports import LetterKind, Reading, Shown, UnitOfWork
from bot.use_cases import desk_stage
from bot.use_cases.find import whom_to_offer, wish_of
from bot.use_cases.first_use import of_age
from bot.use_cases.reporting import make_report
from bot.use_cases.visit import Found
from bot.use_cases.why import asked_about
from bot.views.stage import IntroLine, MatchCard, Stage

ENOUGH_REPLIES = 5
"""With fewer closed requests, an expected wait would be a guess; the date on which we move on is said instead."""


MOST_LISTED = 10
"""Cards in a view."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def set_stage(
    reading: Reading | UnitOfWork,
    reader: Person | None,
    keys: Mapping[str, int],
    params: Mapping[str, str],
    now: datetime,
    *,
    language: str = "",
    found: Found | None = None,
) -> Stage:
    """Load what `keys` name (`intro`, `ask`, `alum`, `letter`) as `reader` may see it. Raises LookupError."""
    campus = reading.places.campus()
    stage = Stage(
        now=now,
        campus=campus,
        language=language or (reader.language if reader else campus.language),
        zone=zone_of(reader.zone if reader else "", campus).key,
        me=reader,
        params=params,
    )
    if found is not None:
        keys = {**_keys_of(found), **keys}
    if "intro" in keys:
        stage = _with_intro(reading, stage, reading.intros.get(IntroId(keys["intro"])), reader, keys.get("letter"))
    if "ask" in keys:
        stage = _with_ask(reading, stage, AskId(keys["ask"]), reader)
    if found is not None and found.offer is not None:
        stage = _with_offer(reading, stage, found.offer)
    if "alum" in keys and (found is None or found.offer is None):
        stage = _with_alum(reading, stage, PersonId(keys["alum"]))
    if "asked" in keys:
        stage = _with_found(reading, stage, keys)
    if "office" in keys:
        stage = desk_stage.said_by_office(reading, stage, keys["office"])
    return desk_stage.on_the_desk(reading, stage, found) if found is not None else stage


def stage_for(
    view: str,
    reading: Reading | UnitOfWork,
    reader: Person | None,
    keys: Mapping[str, int],
    params: Mapping[str, str],
    now: datetime,
    *,
    language: str = "",
) -> Stage:
    """What `view` is drawn from; for a view of many things, these too. Raises LookupError."""
    stage = set_stage(reading, reader, keys, params, now, language=language)
    if view in desk_stage.BY_KEYS and keys:
        stage = desk_stage.BY_KEYS[view](reading, stage, keys)
    return LISTS[view](reading, stage) if view in LISTS else stage


def _keys_of(found: Found) -> dict[str, int]:
    keys: dict[str, int] = {}
    if found.intro is not None:
        keys["intro"] = found.intro.id
    if found.ask is not None:
        keys["ask"] = found.ask.id
    return keys


def _with_intro(
    reading: Reading | UnitOfWork, stage: Stage, intro: Intro, reader: Person | None, letter: int | None
) -> Stage:
    student, alum = reading.people.get(intro.student), reading.people.get(intro.alum)
    role = (intro.role_of(reader.id) if reader else None) or COORDINATOR
    if role is COORDINATOR:
        return replace(
            stage, this_intro=intro, role=role, student=disclose_to_desk(student), them=disclose_to_desk(alum)
        )  # fmt: skip
    them = alum if role is STUDENT else student
    letters = _letters(reading, intro, them.id, role)
    depth = stage_of(intro)
    if letter is not None and depth is Depth.FROZEN:
        raise LookupError("what was still on its way when somebody flagged does not arrive")
    shown = disclose(them, other(role), depth, letters=letters)
    said = reading.letters.get(letter) if letter is not None else None
    return replace(
        stage,
        this_intro=intro,
        role=role,
        them=shown,
        said=said.text if said else shown[Field.NOTE],
        thanks=_text(reading, LetterKind.THANKS, intro) if depth is not Depth.FROZEN else "",
        reply=_text(reading, LetterKind.REPLY, intro) if depth is not Depth.FROZEN else "",
        hours_ahead=hours_apart(zone_of(stage.zone, stage.campus), zone_of(them.zone, stage.campus), stage.now),
        slots=_slots(reading, stage, intro, student, alum, role),
        place_known=bool(letters.get(Field.PLACE))
        or bool(alum.alum and alum.alum.room_link)
        or bool(stage.campus.room_template),
        next_names=_next_names(reading, intro),
        worth_open=_worth_open(reading, intro) if role is STUDENT else "",
    )


def _worth_open(reading: Reading | UnitOfWork, intro: Intro) -> str:
    return next_question(intro, reading.steps.of_intro(intro.id)) if may_be_asked(intro) else ""


def _letters(reading: Reading | UnitOfWork, intro: Intro, them: PersonId, role: Who) -> dict[Field, str]:
    """The texts of the other one, newest first: a question or an answer is newer than the note."""
    more = reading.letters.newest(LetterKind.MORE, intro=intro.id, writer=them)
    note = reading.letters.newest(LetterKind.NOTE, intro=intro.id, writer=them)
    contact = reading.letters.newest(LetterKind.CONTACT, intro=intro.id, writer=them)
    found = {
        Field.NOTE: (more or note).text if more or note else "",  # type: ignore[union-attr]  # one of them is there
        Field.PLACE: _text(reading, LetterKind.PLACE, intro),
        Field.CONTACT: contact.text if contact else "",
    }
    return {name: text for name, text in found.items() if text}


def _text(reading: Reading | UnitOfWork, kind: LetterKind, intro: Intro) -> str:
    letter = reading.letters.newest(kind, intro=intro.id)
    return letter.text if letter else ""


def _slots(
    reading: Reading | UnitOfWork, stage: Stage, intro: Intro, student: Person, alum: Person, role: Who
) -> tuple[datetime, ...]:
    """What to tick while times are sought: proposed anew. (What was offered stands on the intro itself.)"""
    if intro.state is not State.ACCEPTED:
        return ()
    first, second = (alum, student) if role is ALUM else (student, alum)
    zones = [zone_of(person.zone, stage.campus) for person in (first, second)]
    return propose_slots(
        stage.now, (first.hours, zones[0]), (second.hours, zones[1]), intro.minutes, stage.campus.closures
    )


def _next_names(reading: Reading | UnitOfWork, intro: Intro) -> tuple[str, ...]:
    """Whom the student chose after this one, in order: who was asked already, so that news that comes late is still
    true, then who is yet to be."""
    ask = reading.asks.get(AskId(intro.ask))
    asked = [later.alum for later in reading.intros.of_ask(ask.id) if later.rank > intro.rank]
    names = (_card_name(reading.people.get(person)) for person in (*asked, *ask.next_choices))
    return tuple(name for name in names if name)


def _card_name(person: Person) -> str:
    return disclose(person, ALUM, Depth.MATCH).short_name


def _with_ask(reading: Reading | UnitOfWork, stage: Stage, ask_id: AskId, reader: Person | None) -> Stage:
    ask = reading.asks.get(ask_id)
    student = reading.people.get(ask.student)
    if reader is None or reader.id != ask.student:
        return replace(stage, student=disclose_to_desk(student), role=COORDINATOR)
    campus, now = stage.campus, stage.now
    offers = reading.asks.shown_for(ask.id)
    reading.people.expect(offer.alum for offer in offers)
    alumni = {offer.alum: reading.people.get(offer.alum) for offer in offers}
    allowed = whom_to_offer(reading, student, campus, now, among=alumni)
    allowance = reading.intros.allowance_of(student.id, now - timedelta(days=30))
    why = explain(wish_of(ask, student), *(alumni[offer.alum] for offer in offers))
    cards = tuple(
        MatchCard(
            token=offer.token,
            them=disclose(alumni[offer.alum], ALUM, Depth.MATCH),
            reasons=reasons,
            free=offer.alum in allowed,
        )
        for offer, reasons in zip(offers, why, strict=True)
    )
    closed, days = reading.intros.reply_days(now)
    return replace(
        stage,
        this_ask=ask,
        matches=cards,
        talks_left=talks_left(campus, allowance.in_30_days),
        of_age=of_age(reading, student.id, now),
        open_now=allowance.open,
        reply_days=days if closed >= ENOUGH_REPLIES else None,
        near_field="" if cards else nearest_field(f"{ask.wonder} {ask.question}") or "",
    )


def _with_offer(reading: Reading | UnitOfWork, stage: Stage, offer: Shown) -> Stage:
    alum = reading.people.get(offer.alum)
    others = tuple(card for card in stage.matches if card.token != offer.token and card.free)
    return replace(
        stage,
        offer=offer.token,
        them=disclose(alum, ALUM, Depth.MATCH),
        next_names=tuple(card.them.short_name for card in others)[: stage.campus.student_next_choices],
        hours_ahead=hours_apart(zone_of(stage.zone, stage.campus), zone_of(alum.zone, stage.campus), stage.now),
    )


def _with_alum(reading: Reading | UnitOfWork, stage: Stage, alum: PersonId) -> Stage:
    """Somebody who asks to come in, as the office sees them: what they wrote to be shown anyway."""
    person = reading.people.get(alum)
    return replace(
        stage,
        them=disclose(person, ALUM, Depth.MATCH),
        token=person.alum.desk_token if person.alum else "",
    )


def _with_found(reading: Reading | UnitOfWork, stage: Stage, keys: Mapping[str, int]) -> Stage:
    """Whom a coordinator's question found, in order (`alum0`, `alum1`, …), and what keeps some back (`why1`)."""
    wish, held = asked_about(reading, keys["asked"], stage.campus.language), stage.params
    people = [(n, reading.people.get(PersonId(keys[f"alum{n}"]))) for n in range(MOST_LISTED) if f"alum{n}" in keys]
    why = explain(wish, *(person for _, person in people))
    cards = tuple(
        MatchCard("", disclose(person, ALUM, Depth.MATCH), reasons, False, held.get(f"why{n}", ""))
        for (n, person), reasons in zip(people, why, strict=True)
    )
    return replace(stage, matches=cards, said=wish.text)


def list_intros(reading: Reading | UnitOfWork, reader: Person, stage: Stage, role: Who) -> Stage:
    """The reader's own intros in one role, live ones first, at most ten."""
    lines: list[IntroLine] = []
    for intro in reading.intros.of(reader.id):
        if intro.role_of(reader.id) is not role:
            continue
        them = reading.people.get(intro.person(other(role)))
        shown = disclose(them, other(role), stage_of(intro))
        lines.append(IntroLine(intro, shown, _next_names(reading, intro) if role is STUDENT else ()))
    lines.sort(key=lambda line: line.intro.is_final)
    return replace(stage, intros=tuple(lines[:10]), role=role)


def list_waiting(reading: Reading | UnitOfWork, stage: Stage) -> Stage:
    """Alumni who wait for the office, at most ten, those first who have waited longest."""
    waiting = sorted(reading.people.alumni(standing="waiting"), key=waits_since)
    people = waiting[:MOST_LISTED]
    cards = tuple(
        MatchCard(person.alum.desk_token if person.alum else "", disclose(person, ALUM, Depth.MATCH), (), True)
        for person in people
    )
    newest = str((waits_since(people[-1]) - EPOCH) // timedelta(microseconds=1)) if people else ""
    return replace(stage, matches=cards, more=len(waiting) - len(people), newest=newest)


def waits_since(person: Person) -> datetime:
    """When somebody asked to come in."""
    return (person.alum.joined_at if person.alum else None) or EPOCH


def list_waiting_for(reading: Reading | UnitOfWork, stage: Stage) -> Stage:
    """The reader's own intros in which something waits for them to be told of, what has waited longest first; while
    they have paused, only those in which they are the student."""
    me, here = stage.me, zone_of("", stage.campus)
    away = me is not None and me.alum is not None and me.alum.is_paused(local_day(stage.now, here))
    lines = []
    mine = reading.intros.of(me.id, live_only=True) if me else ()
    for intro in sorted(mine, key=lambda intro: (intro.since, intro.id)):
        role = intro.role_of(me.id) if me else None
        if role is not None and not (away and role is ALUM) and is_told(intro, role, stage.campus, stage.now):
            them = disclose(reading.people.get(intro.person(other(role))), other(role), stage_of(intro))
            lines.append(IntroLine(intro, them, _next_names(reading, intro) if role is STUDENT else ()))
    return replace(stage, intros=tuple(lines))


def list_agreed(reading: Reading | UnitOfWork, stage: Stage) -> Stage:
    """The talks that the reader has agreed to as an alum, the next first."""
    me = stage.me
    mine = [intro for intro in reading.intros.of(me.id, live_only=True) if intro.alum == me.id] if me else []
    agreed = sorted(
        (intro for intro in mine if intro.state in AGREED), key=lambda intro: intro.starts_at or intro.since
    )
    lines = (
        IntroLine(intro, disclose(reading.people.get(intro.student), STUDENT, stage_of(intro))) for intro in agreed
    )
    return replace(stage, intros=tuple(lines))


def _mine(reading: Reading | UnitOfWork, stage: Stage) -> Stage:
    role = Who(stage.params.get("role", STUDENT))
    return list_intros(reading, stage.me, stage, role) if stage.me else replace(stage, role=role)


def _with_count(reading: Reading | UnitOfWork, stage: Stage) -> Stage:
    return replace(stage, alumni=reading.people.count_alumni("approved"))


def _home(reading: Reading | UnitOfWork, stage: Stage) -> Stage:
    """All of the reader's live intros, in either role; to a coordinator, what waits for the office."""
    stage, me = _with_count(reading, stage), stage.me
    if stage.params.get("desk"):
        waiting = reading.people.count_alumni("waiting")
        stage = replace(stage, queue=(len(reading.intros.in_states(State.FROZEN)), waiting))
    if me is None:
        return stage
    lines = []
    for intro in reading.intros.of(me.id, live_only=True):
        them = other(intro.role_of(me.id) or STUDENT)
        lines.append(IntroLine(intro, disclose(reading.people.get(intro.person(them)), them, stage_of(intro))))
    allowance = reading.intros.allowance_of(me.id, stage.now - timedelta(days=30))
    return replace(stage, intros=tuple(lines), talks_left=talks_left(stage.campus, allowance.in_30_days))


def _report(reading: Reading | UnitOfWork, stage: Stage) -> Stage:
    asked = stage.params
    name, of = asked.get("report", "overview"), asked.get("period", "this-term")
    return replace(stage, made=make_report(reading, name, of, stage.now, by=asked.get("by", "")))


LISTS: Mapping[str, Callable[[Reading | UnitOfWork, Stage], Stage]] = {
    "mine": _mine,
    "digest": list_waiting_for,
    "paused": list_agreed,
    "agreed": list_agreed,
    "waiting_desk": list_waiting,
    "report_card": _report,
    "home": _home,
    "doorway": _with_count,
    "welcome": _with_count,
    **desk_stage.DESK_LISTS,
}
"""Views of many things, and what is loaded for them."""
