"""A talk as a file for the reader's own calendar.

Each of the two has a file of their own, with a name (UID) that only they have and nobody's address in it: no attendee,
so that no calendar tells one about the other or mails an answer, and as organizer the office, where it has given an
address. (An organizer is an address with a name on it; RFC 5545 knows none without, so without one it is left out.)
Times are in UTC: the calendar shows them on whatever clock its owner lives by. A newer SEQUENCE of the same name moves
the entry, METHOD:CANCEL takes it out. What is in it is what the card says to the same reader.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from bot.domain.disclosure import Field
from bot.domain.intro import State
from bot.views.elements import Attachment, View
from bot.views.parts import Draw, is_link
from bot.views.stage import Stage

if TYPE_CHECKING:
    from icalendar import Event

NAME = "talk.ics"
MEDIA_TYPE = "text/calendar"
MADE_BY = "-//Common Grounds//EN"
PUBLISH, CANCEL = "PUBLISH", "CANCEL"


def calendar_file(stage: Stage) -> View:
    """The talk as it stands. Raises LookupError where there is none to put down: then no file is sent."""
    intro = stage.intro
    if intro.state is not State.SCHEDULED or intro.starts_at is None or intro.in_writing:
        raise LookupError("no talk has an hour here")
    if intro.ends_at is not None and intro.ends_at <= stage.now:
        raise LookupError("the talk is over")
    event = _event(stage, intro.starts_at, intro.sequence)
    event.add("status", "CONFIRMED")
    event.add("description", stage.say(f"files.inside_{stage.reader}", name=stage.name, minutes=intro.minutes))
    place = stage.them[Field.PLACE]
    if place:
        event.add("location", place)
    if is_link(place):
        event.add("url", place)
    return View(text=stage.say("files.talk", name=stage.name), file=_attached(stage, PUBLISH, event))


def calendar_cancel(stage: Stage) -> View:
    """The same entry taken out. Which one it was comes with the line: the intro may have another time by now."""
    start = datetime.fromtimestamp(int(stage.params["start"]), UTC)
    event = _event(stage, start, int(stage.params["sequence"]))
    event.add("status", "CANCELLED")
    return View(text=stage.say("files.cancel", name=stage.name), file=_attached(stage, CANCEL, event))


def _event(stage: Stage, start: datetime, sequence: int) -> Event:
    from icalendar import Event

    event = Event()
    event.add("uid", stage.intro.event_for(stage.reader))
    event.add("sequence", sequence)
    event.add("dtstamp", stage.now.astimezone(UTC).replace(microsecond=0))
    event.add("dtstart", start)
    event.add("dtend", start + timedelta(minutes=stage.intro.minutes))
    event.add("summary", stage.say("files.summary", name=stage.name))
    event.add("class", "PRIVATE")
    return event


def _attached(stage: Stage, method: str, event: Event) -> Attachment:
    from icalendar import Calendar, vCalAddress, vText

    campus = stage.campus
    if campus.office_email:
        office = vCalAddress(f"mailto:{campus.office_email}")
        office.params["CN"] = vText(stage.say("files.office", campus=campus.name))
        event.add("organizer", office)
    calendar = Calendar()
    calendar.add("prodid", MADE_BY)
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(event)
    return Attachment(NAME, calendar.to_ical(), MEDIA_TYPE)


def file_sent(stage: Stage) -> View:
    return View(text=stage.say("files.sent"))


VIEWS: dict[str, Draw] = {
    "calendar_file": calendar_file,
    "calendar_cancel": calendar_cancel,
    "file_sent": file_sent,
}
