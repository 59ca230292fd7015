"""A coordinator suggests an alum to a student. Nothing goes to the alum by it: the student presses *Ask*, and from
there everything is as always: consent, allowance, capacity, disclosure. Where a student is under 18 this is how they
may ask at all, since the office has brought the two together and stays with it.
"""

from __future__ import annotations

from bot.domain.asks import LONGEST, plain
from bot.domain.messages import Kind, Message
from bot.domain.people import Person, Standing
from bot.domain.queue import Act
from bot.domain.refusals import Mend, Refusal
from bot.ports import LetterKind
from bot.use_cases import queue
from bot.use_cases.request import check_can_ask
from bot.use_cases.tally import student_step
from bot.use_cases.visit import Say, Visit

MOST_NAMED = 5
"""Names in a sentence that asks which of them is meant."""
INSTEAD = {"not_free": "introduce_not_free", "asked_before": "introduce_asked_before"}
"""What a coordinator is told where a student would be refused."""


def send_introduction(visit: Visit) -> Say:
    """`/desk introduce`: both are named."""
    student = find_one(visit, "student", alumni=False)
    return _introduced(visit, student)


def send_introduction_for(visit: Visit) -> Say:
    """The student was looked up before."""
    return _introduced(visit, visit.student)


def queue_introduced(visit: Visit) -> Say:
    """From the queue: the student who waits there."""
    queue.check_free(visit)
    student = visit.uow.people.get(queue.student_of(visit.uow, visit.row))
    introduce(visit, student)
    queue.take(visit, Act.INTRODUCE)
    return queue.done(visit, Act.INTRODUCE)


def _introduced(visit: Visit, student: Person) -> Say:
    alum = introduce(visit, student)
    return Say("introduced_desk", {"alum": alum.id, "student": student.id})


def introduce(visit: Visit, student: Person) -> Person:
    """Offer the alum who is named in the form to this student. Raises Mend where it can't be."""
    alum = find_one(visit, "alum", alumni=True)
    line = plain(visit.text("line"))
    if len(line) > LONGEST:
        raise Mend({"line": ("too_long", {"most": LONGEST, "count": len(line)})})
    try:
        check_can_ask(visit.uow, student, alum, visit.campus, visit.now)
    except Refusal as refusal:
        raise Mend({"alum": (INSTEAD[refusal.key], {"name": alum.short_name})}) from None
    about = student.student.about if student.student else ""
    ask = visit.uow.asks.newest_of(student.id) or visit.uow.asks.add(
        student.id, "", "", about, visit.now, advised=False, unsure=False
    )
    visit.uow.asks.show(ask.id, [alum.id], visit.now, by_desk=True)
    keys = {"ask": ask.id, "alum": alum.id}
    if line:
        keys["office"] = visit.uow.letters.add(LetterKind.OFFICE, visit.me.id, line, visit.now).id
    visit.uow.outbox.add(Message(Kind.NEWS, "introduced", visit.now, to=student.id, keys=keys))
    visit.uow.steps.add(student_step("introduced", visit.now, student, whom=alum.who, ask=ask.id))
    visit.uow.audit.add(visit.now, visit.me.who, "introduce", student.who)
    return alum


def find_one(visit: Visit, item: str, *, alumni: bool) -> Person:
    """The one person whom the words in a field mean. Raises Mend: nobody, or several (and then whom)."""
    words = plain(visit.text(item))
    if not words:
        raise Mend({item: "who_empty"})
    found, count = visit.uow.people.search(words, alumni=alumni, most=MOST_NAMED)
    if alumni:
        found = [one for one in found if one.alum is not None and one.alum.standing is Standing.APPROVED]
        count = len(found) if count <= MOST_NAMED else count
    if not found:
        raise Mend({item: ("who_nobody", {"words": words[:60]})})
    by_name = [one for one in found if f"{one.given_name} {one.family_name}".casefold() == words.casefold()]
    if len(by_name) == 1:
        return by_name[0]
    if count > 1:
        names = ", ".join(_told_apart(one) for one in found)
        raise Mend({item: ("who_several", {"count": count, "names": names})})
    return found[0]


def _told_apart(person: Person) -> str:
    """A name, and what helps to tell it from another."""
    about = person.alum.employer if person.alum else person.student.degree if person.student else ""
    name = f"{person.given_name} {person.family_name}".strip()
    return f"{name} ({about})" if about else name
