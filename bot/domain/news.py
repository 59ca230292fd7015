"""Who hears which view when an intro moves. The one who moved it has their answer already and is not told twice."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.domain.intro import ALUM, BOTH, CALLS_OFF, COORDINATOR, STUDENT, Intro, Who
from bot.domain.messages import Kind, Message

NEWS: dict[tuple[str, Who], tuple[str, Kind]] = {
    ("request", ALUM): ("request", Kind.NEWS),
    ("accept", STUDENT): ("yes", Kind.NEWS),
    ("decline", STUDENT): ("declined", Kind.NEWS),
    ("alum_away", STUDENT): ("declined", Kind.NEWS),
    ("ask_more", STUDENT): ("question_first", Kind.NOTE),
    ("answer", ALUM): ("request", Kind.NOTE),
    ("withdraw", ALUM): ("withdrawn", Kind.NEWS),
    ("expire", STUDENT): ("expired_student", Kind.NEWS),
    ("expire", ALUM): ("expired_alum", Kind.NEWS),
    ("rematch", STUDENT): ("expired_student", Kind.NEWS),
    ("rematch", ALUM): ("expired_alum", Kind.NEWS),
    ("offer_times", STUDENT): ("times", Kind.NEWS),
    ("offer_times", ALUM): ("times", Kind.NEWS),
    ("pick_time", STUDENT): ("scheduled", Kind.NEWS),
    ("pick_time", ALUM): ("scheduled", Kind.NEWS),
    ("arrange", STUDENT): ("scheduled", Kind.NEWS),
    ("arrange", ALUM): ("scheduled", Kind.NEWS),
    ("lapse", STUDENT): ("lapsed", Kind.NEWS),
    ("lapse", ALUM): ("lapsed", Kind.NEWS),
    ("cancel", STUDENT): ("cancelled", Kind.APPOINTMENT),
    ("cancel", ALUM): ("cancelled", Kind.APPOINTMENT),
    ("part", STUDENT): ("parted", Kind.NEWS),
    ("part", ALUM): ("parted", Kind.NEWS),
    ("part", COORDINATOR): ("parted_desk", Kind.SAFETY),
    ("reschedule", STUDENT): ("rescheduled", Kind.NEWS),
    ("reschedule", ALUM): ("rescheduled", Kind.NEWS),
    ("confirm_met", STUDENT): ("met", Kind.NEWS),
    ("report_missed", STUDENT): ("missed", Kind.NEWS),
    ("report_missed", ALUM): ("missed", Kind.NEWS),
    ("thank", ALUM): ("thanks", Kind.NOTE),
    ("confirm_thanks", STUDENT): ("thanks_received", Kind.NEWS),
    ("flag", STUDENT): ("frozen", Kind.SAFETY),
    ("flag", ALUM): ("frozen", Kind.SAFETY),
    ("flag", COORDINATOR): ("flag_desk", Kind.SAFETY),
    ("release", STUDENT): ("released", Kind.NEWS),
    ("release", ALUM): ("released", Kind.NEWS),
    ("close", STUDENT): ("closed_by_desk", Kind.NEWS),
    ("close", ALUM): ("closed_by_desk", Kind.NEWS),
    ("thaw_out", COORDINATOR): ("thawed_desk", Kind.SAFETY),
}


def news(
    intro: Intro, name: str, told: tuple[Who, ...], by: Who, now: datetime, params: Mapping[str, str]
) -> list[Message]:
    """A line for each who is told, but for the one who acted. News is of a moment: it stays true when the intro moves
    on, so it carries no version."""
    lines: list[Message] = []
    for who in told:
        if who is by:
            continue
        view, kind = NEWS[name, who]
        lines.append(
            Message(
                kind=kind,
                view=view,
                due=now,
                to=None if who is COORDINATOR else intro.person(who),
                desk=who is COORDINATOR,
                keys={"intro": intro.id},
                params=params,
                intro=intro.id,
            )
        )
    return lines


def calendar_files(before: Intro, after: Intro, name: str, now: datetime) -> list[Message]:
    """What a move changes in the two calendars, a line of its own for each after the news; and, with the first time,
    the student's prep kit.

    Who moved it gets theirs too: it is their calendar. The file of a talk is drawn from the intro as it stands, so it
    is void when that moves on. One that calls a talk off is not: it says which it was, since the intro may have
    another time by then. Nothing is sent for a talk in writing, which takes no hour, and none for one that has begun.
    """
    if after.in_writing or before.in_writing:
        return [_to_the_student(after, "prep", now)] if _first_time(before, after) else []
    if after.starts_at is not None and before.starts_at is None:
        files = [_file(after, who, "calendar_file", now, {}) for who in BOTH]
        return [*files, _to_the_student(after, "prep", now)] if _first_time(before, after) else files
    if name in CALLS_OFF and before.starts_at is not None and before.starts_at > now:
        was = {"start": str(int(before.starts_at.timestamp())), "sequence": str(after.sequence)}
        return [_file(after, who, "calendar_cancel", now, was) for who in BOTH]
    return []


def _first_time(before: Intro, after: Intro) -> bool:
    return before.starts_at is None and after.starts_at is not None and after.sequence == 0


def _file(intro: Intro, who: Who, view: str, now: datetime, params: Mapping[str, str]) -> Message:
    return Message(
        Kind.FILE, view, now, to=intro.person(who), keys={"intro": intro.id}, params=params, intro=intro.id,
        version=None if params else intro.version,
    )  # fmt: skip


def _to_the_student(intro: Intro, view: str, now: datetime) -> Message:
    return Message(
        Kind.NEWS, view, now, to=intro.student, keys={"intro": intro.id}, intro=intro.id, version=intro.version
    )
