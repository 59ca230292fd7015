"""Who hears which view when an intro moves. The one who moved it has their answer already and is not told twice."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.domain.intro import ALUM, COORDINATOR, STUDENT, Intro, Who
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
