"""Days, hours and zones: when a nudge may arrive, when two people can talk, when a month begins.

All arithmetic is done in UTC; a zone is only asked what its wall clock shows. (Adding a timedelta to an aware local
time drops `fold`, and a local schedule fires twice when the clocks go back.)
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import chain, product
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.domain.campus import Campus
from bot.domain.closures import closed_on
from bot.domain.people import EVERY_DAY, GoodHours, Quiet

SLOTS = 10
FIRST_SLOT_DAYS, LAST_SLOT_DAYS = 2, 14
STEP = timedelta(minutes=30)
WAKING = GoodHours(tuple(range(7)), ((time(8), time(22)),))
"""Where good hours do not meet, at least nobody is asked to get up at night."""


def zone_of(name: str, campus: Campus) -> ZoneInfo:
    """A person's zone, the campus's where it is not known."""
    try:
        return ZoneInfo(name or campus.zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # not there; no name; a folder, or too long for a file
        return ZoneInfo(campus.zone)


def local_day(now: datetime, zone: ZoneInfo) -> date:
    return now.astimezone(zone).date()


RUN_HOUR = 3
"""Calendar runs begin at this hour of the campus's night."""


def due(last: datetime | None, now: datetime, campus: Campus) -> tuple[str, ...]:
    """The calendar runs that have begun since `last` (None: since for ever): each with a key of its own per period,
    so that whoever is first does it, and nobody does it twice. After a long sleep only the newest period is run."""
    began = _night_of(now, campus)
    nightly = () if last is not None and _night_of(last, campus) == began else (f"retention:{began.isoformat()}",)
    return (*nightly, *(key for key, at in _begun(now, campus) if last is None or last < at))


DIGEST_HOUR, MONDAY = 9, 0
DIGEST_WITHIN, IMPACT_WITHIN = timedelta(days=1), timedelta(days=4)
"""Later than this after its time a run is left out: a Monday's word on a Thursday helps nobody."""


def _begun(now: datetime, campus: Campus) -> Iterator[tuple[str, datetime]]:
    """The weekly and the termly run, with their keys, where it is just their time."""
    monday = _monday(now, campus)
    if now - monday < DIGEST_WITHIN:
        yield f"digest:{local_day(monday, ZoneInfo(campus.zone)).isoformat()}", monday
    _, ended = term_that_ended(now, campus)
    told = _at_nine(local_day(ended, ZoneInfo(campus.zone)), campus)
    if timedelta(0) <= now - told < IMPACT_WITHIN:
        yield f"impact:{local_day(ended, ZoneInfo(campus.zone)).isoformat()}", told


def _at_nine(day: date, campus: Campus) -> datetime:
    return datetime.combine(day, time(DIGEST_HOUR), ZoneInfo(campus.zone)).astimezone(UTC)


def _monday(now: datetime, campus: Campus) -> datetime:
    """The newest Monday, nine o'clock, on the campus's clock."""
    today = local_day(now, ZoneInfo(campus.zone))
    monday = _at_nine(today - timedelta(days=(today.weekday() - MONDAY) % 7), campus)
    return monday if monday <= now else _at_nine(local_day(monday, ZoneInfo(campus.zone)) - timedelta(days=7), campus)


def week_before(now: datetime, campus: Campus) -> tuple[datetime, datetime]:
    """The week that ended with the newest Monday, in UTC."""
    monday = local_day(_monday(now, campus), ZoneInfo(campus.zone))
    return _midnight(monday - timedelta(days=7), campus), _midnight(monday, campus)


def term_that_ended(now: datetime, campus: Campus) -> tuple[datetime, datetime]:
    """The newest term that is over: from its first moment to before the first of the next."""
    today = local_day(now, ZoneInfo(campus.zone))
    starts = sorted(
        date.fromisoformat(f"{year}-{start}")
        for year in (today.year - 2, today.year - 1, today.year)
        for start in campus.term_starts
    )
    begun = [day for day in starts if day <= today]
    return _midnight(begun[-2], campus), _midnight(begun[-1], campus)


def _midnight(day: date, campus: Campus) -> datetime:
    return datetime.combine(day, time(0), ZoneInfo(campus.zone)).astimezone(UTC)


def _night_of(now: datetime, campus: Campus) -> date:
    """The campus's day that the newest run hour belongs to."""
    return (now.astimezone(ZoneInfo(campus.zone)) - timedelta(hours=RUN_HOUR)).date()


def month_began(now: datetime, campus: Campus) -> datetime:
    """The first moment of the campus's calendar month, in UTC."""
    here = now.astimezone(ZoneInfo(campus.zone))
    return datetime(here.year, here.month, 1, tzinfo=ZoneInfo(campus.zone)).astimezone(UTC)


OUT_OF_HOURS, OWN_DAYS = "hours", "days"
LONGEST_SEARCH = 800
"""Days. Whoever is closed for longer is nudged within hours at least."""


def allowed_hours(campus: Campus, quiet: Quiet) -> tuple[int, int]:
    """From which hour to before which a nudge may arrive, local time: the campus's hours as far as the person narrowed
    them; the campus's alone where nothing would be left."""
    begins = max(campus.nudge_from_hour, quiet.from_hour or 0)
    ends = min(campus.nudge_until_hour, 24 if quiet.until_hour is None else quiet.until_hour)
    return (begins, ends) if begins < ends else (campus.nudge_from_hour, campus.nudge_until_hour)


def why_not(moment: datetime, zone: ZoneInfo, campus: Campus, quiet: Quiet) -> str:
    """Why a nudge may not arrive at this moment: `closure`, `exam_week`, `days`, `hours`; nothing where it may."""
    here = moment.astimezone(zone)
    begins, ends = allowed_hours(campus, quiet)
    return _why_not_on(here.date(), campus, quiet) or ("" if begins <= here.hour < ends else OUT_OF_HOURS)


def _why_not_on(day: date, campus: Campus, quiet: Quiet) -> str:
    return closed_on(day, campus) or ("" if day.weekday() in (quiet.weekdays or EVERY_DAY) else OWN_DAYS)


def good_moment(due: datetime, zone: ZoneInfo, campus: Campus, quiet: Quiet = Quiet()) -> datetime:  # noqa: B008  # it is frozen
    """The first moment from `due` on at which a nudge may arrive: allowed hours, the person's days, no closure and no
    exam week. UTC. Where all days are closed, the first within hours."""
    begins, ends = allowed_hours(campus, quiet)
    first = due.astimezone(zone).date()
    days = (first + timedelta(days=number) for number in range(LONGEST_SEARCH))
    for day in chain((day for day in days if not _why_not_on(day, campus, quiet)), (first, first + timedelta(days=1))):
        opens, closes = (_at(day, hour, zone) for hour in (begins, ends))
        if due < closes:
            return max(due, opens)
    return due


def _at(day: date, hour: int, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(hour), zone).astimezone(UTC)


def next_day(moment: datetime, zone: ZoneInfo) -> datetime:
    """The first moment of the local day after this one, UTC."""
    return _at(local_day(moment, zone) + timedelta(days=1), 0, zone)


def day_began(moment: datetime, zone: ZoneInfo) -> datetime:
    """The first moment of this local day, UTC."""
    return _at(local_day(moment, zone), 0, zone)


def spans_weekend(begin: datetime, end: datetime, zone: ZoneInfo) -> bool:
    """Whether a whole Saturday and the Sunday after it lie between the two, on this zone's clock."""
    day = local_day(begin, zone)
    saturday = day + timedelta(days=(SATURDAY - day.weekday()) % 7)
    if _at(saturday, 0, zone) < begin:
        saturday += timedelta(days=7)
    return _at(saturday + timedelta(days=2), 0, zone) <= end


SATURDAY = 5


def propose_slots(
    now: datetime,
    first: tuple[GoodHours, ZoneInfo],
    second: tuple[GoodHours, ZoneInfo],
    minutes: int,
    closures: tuple[date, ...] = (),
) -> tuple[datetime, ...]:
    """Up to ten starts in UTC, 2 to 14 days ahead, in both people's good hours, spread over the days.

    Where those don't meet, the first one's good hours while the second is awake; where even these don't, whenever both
    are awake. Days on which the office is closed only where there are no others: two people may talk at Christmas.
    One start a day before a second on any, so that ten slots offer ten days rather than one evening.
    """
    pairs = ((first[0], second[0]), (first[0], WAKING), (WAKING, WAKING))
    for closed, (hours_first, hours_second) in product((closures, ()), pairs):
        found = [
            start
            for start in _starts(now)
            if _fits(start, minutes, hours_first, first[1])
            and _fits(start, minutes, hours_second, second[1])
            and local_day(start, first[1]) not in closed
        ]
        if found:
            return _spread(found, first[1])
    return ()


def _starts(now: datetime) -> Iterator[datetime]:
    begin = (now + timedelta(days=FIRST_SLOT_DAYS)).replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    end = now + timedelta(days=LAST_SLOT_DAYS)
    while begin < end:
        yield begin
        begin += STEP


def _fits(start: datetime, minutes: int, hours: GoodHours, zone: ZoneInfo) -> bool:
    here, until = start.astimezone(zone), (start + timedelta(minutes=minutes)).astimezone(zone)
    if here.weekday() not in hours.weekdays or here.date() != until.date():
        return False
    return any(begin <= here.time() and until.time() <= end for begin, end in hours.spans)


def _spread(starts: list[datetime], zone: ZoneInfo) -> tuple[datetime, ...]:
    by_day: dict[date, list[datetime]] = {}
    for start in starts:
        by_day.setdefault(local_day(start, zone), []).append(start)
    chosen: list[datetime] = []
    for turn in range(max(len(day) for day in by_day.values())):
        for number, day in enumerate(by_day.values()):
            rest = [start for start in day if start not in chosen]
            if rest and len(chosen) < SLOTS:
                chosen.append(rest[(number + turn) % len(rest)])
    return tuple(sorted(chosen))


def read_when(text: str, zone: tzinfo) -> datetime | None:
    """What a person or a picker gave: `@unix`, or `YYYY-MM-DD HH:MM` in their zone. None if it is no time."""
    try:
        if text.startswith("@"):
            return datetime.fromtimestamp(int(text[1:]), UTC)
        return datetime.strptime(text.strip(), "%Y-%m-%d %H:%M").replace(tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None


def hours_apart(reader: ZoneInfo, of: ZoneInfo, now: datetime) -> float:
    """How many hours the other one's clock is ahead of the reader's now."""
    ahead = now.astimezone(of).utcoffset() or timedelta()
    own = now.astimezone(reader).utcoffset() or timedelta()
    return (ahead - own).total_seconds() / 3600
