"""Files from a store: what is read for which, and the lines made of it. Nothing is written, and no text is opened."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from bot.domain.calendar import local_day, zone_of
from bot.domain.codes import in_groups, intro_code
from bot.domain.disclosure import Field, disclose, disclose_to_desk
from bot.domain.disclosure import Stage as Depth
from bot.domain.exports import (
    ALL,
    ALUMNI,
    AUDIT,
    INTERVIEWS,
    REPORT,
    ActLine,
    AlumLine,
    Export,
    HoursLine,
    InterviewLine,
    Line,
    Order,
    StudentLine,
    student_key,
)
from bot.domain.intro import ALUM, State
from bot.domain.people import CONSENT_VERSIONS, ConsentTo, Person, PersonId
from bot.domain.reports import Period, period, release
from bot.domain.reports.counting import talks_held
from bot.domain.reports.intros import happened
from bot.ports import IntroRow, NameRow, Reading
from bot.use_cases.desk_stage import OPERATOR, TOLD_AS_IT_IS
from bot.use_cases.reporting import facts_for, make_report

NOTHING = ("", "")


def make_export(reading: Reading, order: Order, now: datetime, *, key: str) -> Export:
    """What goes into a file. `key` is fresh for each, and used where students are to be found again. Raises Refusal."""
    campus = reading.places.campus()
    of = None if order.period == ALL else period(order.period, now, campus)
    export = Export(order, campus.name, campus.zone, now, of)
    if of is None or order.what == ALUMNI:
        return replace(export, lists={"alumni": _alumni(reading, now)})
    if order.what == REPORT:
        if order.report != ALL:
            return replace(export, reports=(make_report(reading, order.report, order.period, now, by="all"),))
        reports = release(facts_for("overview", reading, of), of, least=campus.smallest_group)
        return replace(export, reports=reports)
    if order.what == INTERVIEWS:
        return replace(export, lists={"interviews": _interviews(reading, of)})
    if order.what == AUDIT:
        return replace(export, lists={"acts": _acts(reading, of)})
    talks = _Talks(reading, of)
    lists: Mapping[str, Iterable[Line]] = {"students": _students(reading, talks, key), "alumni": _hours(reading, talks)}
    return replace(export, lists=lists, key=key)


# --- interviews -----------------------------------------------------------------------------------------------------


def _interviews(reading: Reading, of: Period) -> Iterator[InterviewLine]:
    """As they stand now: those requested in the period."""
    people = {row.person: row for row in reading.exports.names()}
    names: dict[PersonId, str] = {}
    about = reading.exports.asked_about(of.start, of.until)
    thanked, confirmed = (reading.exports.first(what, of.start) for what in ("thank", "confirm_thanks"))
    for row in reading.exports.intros(of.start, of.until):
        student = people.get(row.student)
        college, field = about.get(row.id, NOTHING)
        yield InterviewLine(
            code=in_groups(intro_code(row.desk_token)),
            state=row.state.value,
            student=_name(names, student),
            year=student.year if student else "",
            degree=student.degree if student else "",
            college=college,
            field=field,
            alum=_name(names, people.get(row.alum)),
            choice=row.rank,
            requested=row.requested_at,
            accepted=row.accepted_at,
            talk=row.starts_at,
            minutes=row.minutes,
            in_writing=row.in_writing,
            held=_held(row),
            thanked=thanked.get(row.id),
            confirmed=confirmed.get(row.id),
            ended=row.ended_at,
        )


def _name(names: dict[PersonId, str], row: NameRow | None) -> str:
    """What a coordinator's card shows of somebody; nothing where they have gone."""
    if row is None:
        return ""
    if row.person not in names:
        names[row.person] = disclose_to_desk(Person(row.person, "", row.given_name, row.family_name)).short_name
    return names[row.person]


def _held(row: IntroRow) -> str:
    if row.met_by_student and row.met_by_alum:
        return "both"
    if row.met_by_student or row.met_by_alum:
        return "one"
    if row.missed_by is not None:
        return "no"
    return "unknown" if row.state in (State.UNCONFIRMED, State.CLOSED) else ""


# --- alumni ---------------------------------------------------------------------------------------------------------


def _alumni(reading: Reading, now: datetime) -> Iterator[AlumLine]:
    """Whole names, since it is the office's own list; of the rest what a card shows, so that what an alum would rather
    not show stays theirs. Never a room, a link or an account."""
    keys, talks = reading.exports.office_keys(), reading.exports.talks_of_alumni()
    today = local_day(now, zone_of("", reading.places.campus()))
    for person in reading.people.alumni():
        alum = person.alum
        if alum is None:
            continue
        known = keys.get(person.id)
        shown = disclose(person, ALUM, Depth.MATCH)
        asked, held, minutes = talks.get(person.id, (0, 0, 0))
        year = shown[Field.GRAD_YEAR]
        yield AlumLine(
            alum_id=known.alum_id if known else "",
            email=known.email if known and not known.alum_id else "",
            given_name=person.given_name,
            family_name=person.family_name,
            standing=alum.standing.value,
            title=shown[Field.TITLE],
            employer=shown[Field.EMPLOYER],
            field=alum.field,
            topics=alum.topics,
            degree=shown[Field.DEGREE],
            grad_year=int(year) if year else None,
            languages=alum.languages,
            month=alum.pace.month,
            at_once=alum.pace.at_once,
            joined=alum.joined_at,
            on_a_break=alum.is_paused(today),
            asked=asked,
            held=held,
            minutes=minutes,
        )


# --- the audit ------------------------------------------------------------------------------------------------------


def _acts(reading: Reading, of: Period) -> Iterator[ActLine]:
    """With names where the keys still lead to somebody; no key of ours goes out."""
    names: dict[str, str] = {}

    def named(who: str, person: PersonId | None) -> str:
        if who not in names:
            known = reading.people.get(person) if person is not None else reading.people.by_who(who) if who else None
            names[who] = disclose_to_desk(known).short_name if known else ""
        return names[who]

    for entry in reading.exports.audit(of.start, of.until):
        who = OPERATOR if entry.who == OPERATOR else named(entry.who, entry.person)
        told = entry.target if entry.act in TOLD_AS_IT_IS else named(entry.target, None)
        yield ActLine(entry.at, who, entry.act, told)


# --- who had a talk, and what it took -------------------------------------------------------------------------------


class _Talks:
    """The talks of which it came out in the period that they were held, as the reports count them."""

    def __init__(self, reading: Reading, of: Period) -> None:
        facts = facts_for("interviews", reading, of, ())
        held = talks_held(facts.intros, of)
        words, intros = facts.words, facts.intros
        self.students = [words[number] for number in intros.student[held].tolist()]
        self.alumni = [words[number] for number in intros.alum[held].tolist()]
        self.minutes: list[int] = intros.minutes[held].tolist()
        began, told = intros.starts_at[held], intros.held_at[held]
        began_before = happened(began) & (began <= told)
        self.at: list[int] = [
            begins if is_known else said
            for begins, said, is_known in zip(began.tolist(), told.tolist(), began_before.tolist(), strict=True)
        ]


def _students(reading: Reading, talks: _Talks, key: str) -> list[StudentLine]:
    """Everybody who agreed, with and without a talk; in the order of their keys, which tells nothing."""
    first: dict[str, int] = {}
    for student, at in zip(talks.students, talks.at, strict=True):
        first[student] = min(at, first.get(student, at))
    agreed = reading.exports.counted_students(CONSENT_VERSIONS[ConsentTo.COUNTED])
    lines = [StudentLine(student_key(key, one.known_as), one.who in first, _at(first.get(one.who))) for one in agreed]
    return sorted(lines, key=lambda line: line.key)


def _hours(reading: Reading, talks: _Talks) -> list[HoursLine]:
    """Alumni on a list of the office's, who can be found there again; whoever else gave an hour is in the report."""
    given: dict[str, list[int]] = defaultdict(list)
    for alum, minutes in zip(talks.alumni, talks.minutes, strict=True):
        given[alum].append(minutes)
    people, keys = reading.exports.keys_of_alumni(), reading.exports.office_keys()
    known = [(keys.get(people[who]), each) for who, each in given.items() if who in people]
    lines = [
        HoursLine(key.alum_id, "" if key.alum_id else key.email, len(each), sum(each))
        for key, each in known
        if key is not None
    ]
    return sorted(lines, key=lambda line: (line.alum_id, line.email))


def _at(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
