"""What hangs in the gallery of the desk: a queue with one of each, people, a list, rules, wording, the audit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

from bot.domain.disclosure import Disclosed
from bot.domain.exports import Written
from bot.domain.people import Standing
from bot.domain.queue import QUEUE, Act, offers
from bot.views.first_hour import PRACTICE
from bot.views.settings import GROUPS, REST
from bot.views.stage import AuditLine, PersonCard, QueueCard, RosterLook, Stage, ThreadLine

TOKEN = "t" * 22
FILE = Written("nace-this-class-2026-03-02.xlsx", b"", "application/octet-stream", 214, "k" * 43)
ROWS = 5
"""As many as are shown at a time."""
Fill = Callable[[str, int], str]


def desk_stages(stage: Stage, student: Disclosed, alum: Disclosed, fill: Fill) -> Iterator[Stage]:
    """A coordinator's stage, once for each thing that there is to see."""
    cards = [
        QueueCard(row.need, f"{place:022}", place, student, alum, TOKEN, fill("the alumni office", 120))
        for place, row in enumerate(QUEUE)
    ]
    full = _filled(stage, student, alum, fill)
    for start in range(0, len(cards), ROWS):
        yield replace(full, needs=tuple(cards[start : start + ROWS]), more=3, params={"done": "rematch"})
    yield replace(full, needs=(), params={"done": "dismiss"})
    for card in cards:
        if {Act.WRITE, Act.INTRODUCE} & set(offers(card.need)):
            yield replace(full, this_need=card, params={})
    for step in PRACTICE:
        yield replace(full, params={"step": step})
    for group in (*GROUPS, REST):
        yield replace(full, params={"arg": group, "saved": "1"})
    yield replace(full, params={"arg": "request.sent_title", "found": "request.sent_title,mine.lead", "count": "5"})
    yield from _people(full)
    yield from _lists(full)
    yield replace(full, params={"page": "1"}, more=1)
    yield replace(full, params={"count": "500", "no_email": "12", "day": "2026-03-02"}, uninvited=214)
    yield replace(full, params={"done": "1"}, versions=())
    for order in ("nace.xlsx.this-class", "report.csv.this-term.funnel"):
        yield replace(full, params={"order": order}, file=FILE)
    yield replace(full, params={"need": "7", "talks": "23", "missing": "law,design,making", "minutes": "60"})
    yield replace(full, params={"need": "0", "talks": "0", "missing": ""}, thanks="")


def _filled(stage: Stage, student: Disclosed, alum: Disclosed, fill: Fill) -> Stage:
    person = PersonCard(TOKEN, alum, Standing.APPROVED, False, 1, 1, 2, ((student.short_name, "requested"),))
    look = RosterLook(
        TOKEN, "looked", fill("the alumni office", 120), 214, 214, 198, 9, 4, 3,
        tuple(stage.say("roster.line", line=line, reason=stage.say("roster.no_id")) for line in (7, 31, 112)),
    )  # fmt: skip
    at = stage.now - timedelta(hours=3)
    thread = (
        ThreadLine("note", student.short_name, fill("I wonder how one begins in communications.", 1000)),
        ThreadLine("flag", alum.short_name, fill("They asked me to write an essay for them.", 1000)),
    )
    entries = (
        AuditLine(at, "Robin H.", "queue_rematch", ""),
        AuditLine(at, "operator", "set_rule", "request_days=12"),
        AuditLine(at, "", "approve", alum.short_name),
    )
    return replace(
        stage, thread=thread, people=(person,), counts=(("approved", 214), ("waiting", 3)), roster=look,
        versions=((TOKEN, "mine.none_student"),), version=("mine.none_student", "Nobody asked yet. Be the first."),
        uninvited=714, most_letters=500, letters="alum_id,email,given_name,code,link,letter\r\n", entries=entries,
        person=stage.me if stage.me and stage.me.alum else None,
    )  # fmt: skip


def _people(full: Stage) -> Iterator[Stage]:
    [person] = full.people
    yield replace(full, params={"all": "1"})
    yield replace(full, params={"how": "1"})
    yield replace(full, people=(), params={})
    for standing in (Standing.APPROVED, Standing.WAITING, Standing.INVITED, Standing.TURNED_AWAY):
        one = replace(person, standing=standing.value, paused=standing is Standing.APPROVED)
        yield replace(full, people=(one,), params={"done": "paused"} if one.paused else {})


def _lists(full: Stage) -> Iterator[Stage]:
    look = full.roster
    assert look is not None
    for how_far in ("looking", "looked", "done", "left"):
        yield replace(full, roster=replace(look, stage=how_far), more=2, params={})
