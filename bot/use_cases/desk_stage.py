"""Setting the stage for the desk: what coordinators see, and what somebody else sees of theirs.

Of people a coordinator sees first names and initials, of an intro where it stands. Texts are loaded in one place alone,
`_thread`, and only while the intro is stopped because somebody flagged it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

from bot.domain.asks import AskId
from bot.domain.calendar import local_day, month_began, zone_of
from bot.domain.disclosure import Disclosed, Field, disclose, disclose_to_desk, texts_open_to_desk
from bot.domain.disclosure import Stage as Depth
from bot.domain.exports import Written
from bot.domain.intro import ALUM, COORDINATOR, STUDENT, IntroId, other
from bot.domain.people import AlumProfile, Person, PersonId, Standing
from bot.phrases import known_language
from bot.ports import MAY_BE_QUOTED, Entry, LetterKind, QueueRow, Reading, UnitOfWork
from bot.use_cases import invitations
from bot.use_cases.visit import Found
from bot.views.stage import AuditLine, PersonCard, QueueCard, RosterLook, Stage, ThreadLine

QUEUE_SHOWN = 5
"""Rows at a time: each with its buttons, so many fit a Discord message laid out by cards."""
THREAD_SHOWN = 10
TALKS_SHOWN = 5
ERRORS_SHOWN = 8
WORDS_SHOWN = 8
AUDIT_SHOWN = 10
OPERATOR = "operator"
"""Who did something from the terminal."""
TOLD_AS_IT_IS = frozenset({"set_rule", "set_campus", "wording", "wording_undone", "import", "import_looked", "export"})
"""Acts whose target is a closed word or a number, and nobody."""
LETTERS_OF_A_THREAD = frozenset(
    {LetterKind.NOTE, LetterKind.MORE, LetterKind.THANKS, LetterKind.REPLY, LetterKind.FLAG, LetterKind.REASON}
)

Look = Reading | UnitOfWork


def on_the_desk(reading: Look, stage: Stage, found: Found) -> Stage:
    """What a form of the desk's is drawn from."""
    if found.row is not None:
        stage = replace(stage, this_need=queue_card(reading, stage, found.row), role=COORDINATOR)
    if found.student is not None:
        token = found.student.student.desk_token if found.student.student else ""
        stage = replace(stage, student=disclose_to_desk(found.student), token=token, role=COORDINATOR)
    if found.alum is not None and found.offer is None and found.alum.alum is not None:
        stage = replace(stage, person=found.alum, token=found.alum.alum.desk_token)
    return stage


def list_queue(reading: Look, stage: Stage) -> Stage:
    """The most urgent few of what needs a coordinator."""
    rows = reading.queue.open(stage.now)
    cards = tuple(queue_card(reading, stage, row) for row in rows[:QUEUE_SHOWN])
    return replace(stage, needs=cards, more=max(0, len(rows) - QUEUE_SHOWN))


def queue_card(reading: Look, stage: Stage, row: QueueRow) -> QueueCard:
    """One row: whom it is about, and for how many days."""
    student = alum = Disclosed()
    intro_token = detail = ""
    if row.intro is not None:
        intro = reading.intros.get(row.intro)
        student, alum = _short(reading, intro.student), _short(reading, intro.alum)
        intro_token = intro.desk_token
    elif row.ask is not None:
        student = _short(reading, reading.asks.get(row.ask).student)
        alum = _wished_for(reading, row.ask)
    elif row.person is not None:
        student = alum = _short(reading, row.person)
    if row.roster is not None:
        detail = reading.imports.get(row.roster).source
    zone = zone_of("", stage.campus)
    days = (stage.now.astimezone(zone).date() - row.since.astimezone(zone).date()).days
    return QueueCard(row.need, row.token, max(0, days), student, alum, intro_token, detail)


def _short(reading: Look, person: PersonId) -> Disclosed:
    return disclose_to_desk(reading.people.get(person))


def _wished_for(reading: Look, ask: AskId) -> Disclosed:
    """Whom a student under 18 would like to meet: the step says it by the alum's random key."""
    wished = [step for step in reading.steps.of_ask(ask) if step.what == "introduce_me"]
    alum = reading.people.by_who(wished[-1].whom) if wished else None
    return disclose_to_desk(alum) if alum else Disclosed()


def _introduced(reading: Look, stage: Stage, keys: Mapping[str, int]) -> Stage:
    """To the student: the offer that a coordinator made."""
    offers = reading.asks.shown_for(AskId(keys["ask"]))
    offer = next((one for one in offers if one.alum == keys["alum"]), None)
    if offer is None:
        return stage
    alum = reading.people.get(offer.alum)
    return replace(stage, offer=offer.token, them=disclose(alum, ALUM, Depth.MATCH))


def _introduced_desk(reading: Look, stage: Stage, keys: Mapping[str, int]) -> Stage:
    return replace(stage, student=_short(reading, PersonId(keys["student"])))


def _thread(reading: Look, stage: Stage, keys: Mapping[str, int]) -> Stage:
    """What the two wrote, the newest few, in their order; nothing unless the intro is stopped."""
    intro = reading.intros.get(IntroId(keys["intro"]))
    if not texts_open_to_desk(intro):
        return stage
    letters = [one for one in reading.letters.of_intro(intro.id) if one.kind in LETTERS_OF_A_THREAD]
    shown = letters[-THREAD_SHOWN:]
    lines = tuple(ThreadLine(one.kind, _short(reading, one.writer).short_name, one.text) for one in shown)
    return replace(stage, thread=lines, more=len(letters) - len(shown))


def _people(reading: Look, keys: Mapping[str, int]) -> list[Person]:
    """Whom a search found, those that are still known."""
    found = [reading.people.get(PersonId(key)) for name, key in sorted(keys.items()) if name.startswith("person")]
    return [person for person in found if not person.is_erased]


def _alumni_desk(reading: Look, stage: Stage, keys: Mapping[str, int]) -> Stage:
    cards = tuple(alum_card(reading, stage, person) for person in _people(reading, keys) if person.alum)
    return replace(stage, people=cards, more=max(0, int(stage.params.get("count", "0")) - len(cards)))


def _count_alumni(reading: Look, stage: Stage) -> Stage:
    if not stage.params.get("all"):
        return stage
    return replace(stage, counts=tuple((each.value, reading.people.count_alumni(each.value)) for each in Standing))


def alum_card(reading: Look, stage: Stage, person: Person) -> PersonCard:
    """An alum as coordinators see them."""
    alum = person.alum or AlumProfile(Standing.LEFT)
    load = reading.intros.load_of(person.id, month_began(stage.now, stage.campus))
    return PersonCard(
        alum.desk_token,
        disclose(person, ALUM, Depth.MATCH),
        alum.standing.value,
        alum.is_paused(local_day(stage.now, zone_of("", stage.campus))),
        load.at_once,
        load.accepted_this_month,
        alum.pace.month,
        _talks(reading, person),
    )


def _talks(reading: Look, person: Person) -> tuple[tuple[str, str], ...]:
    live = reading.intros.of(person.id, live_only=True)[:TALKS_SHOWN]
    return tuple(
        (_short(reading, intro.person(other(intro.role_of(person.id) or STUDENT))).short_name, intro.state.value)
        for intro in live
    )


def _alum_desk(reading: Look, stage: Stage, keys: Mapping[str, int]) -> Stage:
    person = reading.people.get(PersonId(keys["alum"]))
    return replace(stage, people=(alum_card(reading, stage, person),) if person.alum else ())


def _students_desk(reading: Look, stage: Stage, keys: Mapping[str, int]) -> Stage:
    cards = []
    for person in _people(reading, keys):
        used = reading.intros.allowance_of(person.id, stage.now - timedelta(days=30))
        about = person.student
        shown = {Field.DEGREE: about.degree, Field.STUDY_YEAR: about.year} if about else {}
        named = Disclosed({**disclose_to_desk(person).fields, **{key: text for key, text in shown.items() if text}})
        cards.append(
            PersonCard(
                about.desk_token if about else "", named, open_now=used.open, used=used.in_30_days,
                most=stage.campus.student_in_30_days, talks=_talks(reading, person),
            )
        )  # fmt: skip
    return replace(stage, people=tuple(cards), more=max(0, int(stage.params.get("count") or "0") - len(cards)))


def _import_desk(reading: Look, stage: Stage, keys: Mapping[str, int]) -> Stage:
    roster = reading.imports.get(keys["roster"])
    notes = [stage.say(f"roster.{note['key']}", **note["params"]) for note in roster.notes]
    errors = [
        stage.say("roster.line", line=error["line"], reason=stage.say(f"roster.{error['key']}", **error["params"]))
        for error in roster.errors[:ERRORS_SHOWN]
    ]
    look = RosterLook(
        roster.token, roster.stage, roster.source, roster.lines, roster.done_lines, roster.imported, roster.changed,
        roster.unchanged, roster.bad_rows, (*notes, *errors),
    )  # fmt: skip
    stage = replace(stage, roster=look, more=max(0, roster.bad_rows - len(errors)))
    return _with_uninvited(reading, stage) if roster.stage == "done" else stage


def _with_uninvited(reading: Look, stage: Stage) -> Stage:
    return replace(stage, uninvited=reading.imports.without_letter(stage.now), most_letters=invitations.MOST)


def _letters_written(reading: Look, stage: Stage, keys: Mapping[str, int]) -> Stage:
    """Only for the one who asked for it."""
    letter = reading.letters.get(keys["letters"])
    is_theirs = letter is not None and stage.me is not None and letter.writer == stage.me.id
    return replace(stage, letters=letter.text) if letter is not None and is_theirs else stage


def _live_words(reading: Look, stage: Stage) -> Stage:
    live = [one for one in reading.wording.live_versions() if one.language == known_language(stage.language)]
    return replace(stage, versions=tuple((one.token, one.key) for one in live[:WORDS_SHOWN]))


def _preview(reading: Look, stage: Stage) -> Stage:
    version = reading.wording.by_token(stage.params.get("version", ""))
    return stage if version is None else replace(stage, version=(version.key, version.text), token=version.token)


def _audit(reading: Look, stage: Stage) -> Stage:
    page = int(stage.params.get("page", "0"))
    found = reading.audit.newest(AUDIT_SHOWN + 1, after=page * AUDIT_SHOWN)
    lines = tuple(_audit_line(reading, entry) for entry in found[:AUDIT_SHOWN])
    return replace(stage, entries=lines, more=len(found) - len(lines))


def _audit_line(reading: Look, entry: Entry) -> AuditLine:
    """With names where the keys still lead to somebody; a table key is never shown."""
    who = disclose_to_desk(reading.people.get(entry.person)).short_name if entry.person is not None else ""
    target = reading.people.by_who(entry.target)
    whom = disclose_to_desk(target).short_name if target else entry.target if entry.act in TOLD_AS_IT_IS else ""
    return AuditLine(entry.at, who or ("" if entry.who != OPERATOR else OPERATOR), entry.act, whom)


def _export_file(reading: Look, stage: Stage, keys: Mapping[str, int]) -> Stage:
    """A file that waits to be sent; none once it has arrived."""
    letter = reading.letters.get(keys["export"])
    kept = letter is not None and letter.kind is LetterKind.EXPORT
    return replace(stage, file=Written.read(letter.text)) if letter is not None and kept else stage


def said_by_office(reading: Look, stage: Stage, letter: int) -> Stage:
    """A line of the office's. Raises LookupError where it has gone."""
    found = reading.letters.get(letter)
    if found is None or found.kind is not LetterKind.OFFICE:
        raise LookupError("the office's line is gone")
    return replace(stage, said=found.text)


def _quoted(reading: Look, stage: Stage, keys: Mapping[str, int]) -> Stage:
    """Thanks whose writer said that they may be quoted; none where they have gone."""
    letter = reading.letters.get(keys["thanks"]) if "thanks" in keys else None
    return replace(stage, thanks=letter.text) if letter and letter.about == MAY_BE_QUOTED else stage


DESK_LISTS: Mapping[str, Callable[[Look, Stage], Stage]] = {
    "queue_desk": list_queue,
    "alumni_desk": _count_alumni,
    "wording_live": _live_words,
    "wording_preview": _preview,
    "audit_desk": _audit,
    "invited_desk": _with_uninvited,
}
BY_KEYS: Mapping[str, Callable[[Look, Stage, Mapping[str, int]], Stage]] = {
    "introduced": _introduced,
    "introduced_desk": _introduced_desk,
    "thread_desk": _thread,
    "alumni_desk": _alumni_desk,
    "alum_desk": _alum_desk,
    "students_desk": _students_desk,
    "import_desk": _import_desk,
    "invitations_desk": _letters_written,
    "export_file": _export_file,
    "digest_desk": _quoted,
    "impact_alum": _quoted,
}
"""Views that need more than what their keys load by themselves."""
