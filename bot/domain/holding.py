"""What may be sent when: the question asked of each nudge and digest at the moment of sending, not of planning.

Nudges and digests are the only kinds that wait (DESIGN 4). In this order: is it still to be said at all; is now a good
moment for this reader; does a digest say it as well; has the reader heard enough this week. The first that speaks
against it decides: the line is dropped, held until the next good moment, or folded into the day's digest, and the
closed word `why` is written down with it.

A line that could only be held until it has nothing left to say is dropped at once, with the same word. A pause is the
alum's side of a person: it holds what they would hear as an alum, and nothing of what they asked for as a student. A
digest is held by it unless something waits for them as a student, and then tells of that alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.domain.calendar import day_began, good_moment, local_day, next_day, why_not, zone_of
from bot.domain.campus import Campus
from bot.domain.digest import DIGEST_VIEW, SEVERAL, LastDigest, could_tell
from bot.domain.intro import ALUM, STUDENT, Intro, Who
from bot.domain.messages import Kind, Message
from bot.domain.nudges import Nudge, next_turn, over_at, row_of
from bot.domain.people import Person, Quiet

WEEK = timedelta(days=7, minutes=1)
"""A minute more than the week that is promised: a line is counted by when it was taken up, and may arrive a little
later than that."""


class Why(StrEnum):
    """Why a line was not sent when its time had come. Closed words: they are kept on the line and on its Step."""

    MOVED_ON = "moved_on"
    TOO_LATE = "too_late"
    ERASED = "erased"
    STOPPED_ALL = "stopped_all"
    STOPPED = "stopped"
    SNOOZED = "snoozed"
    PAUSED = "paused"
    CLOSURE = "closure"
    EXAM_WEEK = "exam_week"
    DAYS = "days"
    """Not one of the days on which the reader wishes to hear."""
    HOURS = "hours"
    NEXT_TURN = "next_turn"
    """The next of its row is due by then, and says the same."""
    DIGEST_ONLY = "digest_only"
    SEVERAL = "several"
    DIGEST = "digest"
    """A digest that goes out, or went out, on this day says it."""
    DIGEST_TODAY = "digest_today"
    """The reader had a digest today, and that was enough."""
    CAP = "cap"
    KEPT_ENOUGH = "kept_enough"
    """Reminded of enough old talks this year."""


@dataclass(frozen=True)
class Send:
    """It goes out now."""


@dataclass(frozen=True)
class Hold:
    """It waits until then, and is asked about again."""

    until: datetime
    why: Why


@dataclass(frozen=True)
class Fold:
    """The day's digest says it. `new`: there is none yet, so it takes one."""

    why: Why
    new: bool = False


@dataclass(frozen=True)
class Drop:
    """It is not said at all."""

    why: Why


Verdict = Send | Hold | Fold | Drop


@dataclass(frozen=True)
class Facts:
    """All that counts at the moment `now`. `nudged` are the times at which nudges and digests went to the reader in the
    last `WEEK`; `open_requests`, how many wait for the reader as an alum; `asks`, whether a digest has something to
    tell them as a student; `kept`, how often they were reminded of an old talk this year."""

    line: Message
    now: datetime
    campus: Campus
    reader: Person
    intro: Intro | None = None
    nudged: Sequence[datetime] = ()
    digest: LastDigest | None = None
    open_requests: int = 0
    asks: bool = False
    kept: int = 0

    @property
    def zone(self) -> ZoneInfo:
        return zone_of(self.reader.zone, self.campus)

    @property
    def role(self) -> Who | None:
        return self.intro.role_of(self.reader.id) if self.intro else None

    @property
    def speaks_to(self) -> Who:
        """As which of the two the reader would hear it."""
        return self.role or (STUDENT if self.asks else ALUM)

    @property
    def row(self) -> Nudge | None:
        return row_of(self.line, self.intro) if self.intro else None

    def good(self, moment: datetime) -> datetime:
        """The first moment from then on that is good for the reader."""
        return good_moment(moment, self.zone, self.campus, self.reader.quiet)


def decide(facts: Facts) -> Verdict:
    """What becomes of a nudge or digest whose time has come."""
    for rule in RULES:
        verdict = rule(facts)
        if verdict is not None:
            return _in_time(facts, verdict)
    return Send()


def decide_for_desk(now: datetime, campus: Campus) -> Verdict:
    """What becomes of the coordinators' own digest: it keeps to the campus's days and hours, and to no one's wishes."""
    return _until_good(now, zone_of("", campus), campus, Quiet()) or Send()


def _in_time(facts: Facts, verdict: Verdict) -> Verdict:
    """What is held until it is too late, or until the next says the same, is dropped."""
    row, intro = facts.row, facts.intro
    if not isinstance(verdict, Hold) or row is None or intro is None:
        return verdict
    over, following = over_at(row, intro, facts.campus), next_turn(row, facts.line, intro, facts.campus)
    if over is not None and over <= verdict.until:
        return Drop(verdict.why)
    return Drop(Why.NEXT_TURN) if following is not None and following <= verdict.until else verdict


def _void(facts: Facts) -> Verdict | None:
    line, intro = facts.line, facts.intro
    if facts.reader.is_erased:
        return Drop(Why.ERASED)
    if intro is None:
        return None
    return Drop(why) if (why := moved_on(line, intro, facts.campus, facts.now)) else None


def moved_on(line: Message, intro: Intro, campus: Campus, now: datetime) -> Why | None:
    """Why a planned line, of whatever kind, is void: the intro is at another version, or it says nothing that is still
    to come."""
    if line.version is None:
        return None
    if intro.version != line.version:
        return Why.MOVED_ON
    row = row_of(line, intro)
    if row is None:
        return Why.MOVED_ON if line.kind is Kind.NUDGE else None
    over = over_at(row, intro, campus)
    return Why.TOO_LATE if over is not None and over <= now else None


def _stopped(facts: Facts) -> Verdict | None:
    intro, role = facts.intro, facts.role
    if facts.reader.quiet.stopped:
        return Drop(Why.STOPPED_ALL)
    return Drop(Why.STOPPED) if intro is not None and role is not None and intro.is_stopped_by(role) else None


def _snoozed(facts: Facts) -> Verdict | None:
    until = facts.intro.snoozed_until(facts.role) if facts.intro and facts.role else None
    return Hold(facts.good(until), Why.SNOOZED) if until is not None and until > facts.now else None


def _paused(facts: Facts) -> Verdict | None:
    alum, here = facts.reader.alum, zone_of("", facts.campus)
    if facts.speaks_to is not ALUM or alum is None or not _is_away(facts):
        return None
    if alum.paused_until is None:
        return Drop(Why.PAUSED)
    back = datetime.combine(alum.paused_until, datetime.min.time(), here)
    return Hold(facts.good(next_day(back, here)), Why.PAUSED)


def _is_away(facts: Facts) -> bool:
    alum = facts.reader.alum
    return alum is not None and alum.is_paused(local_day(facts.now, zone_of("", facts.campus)))


TOO_NEAR = timedelta(hours=12)
"""Two of the same sooner after one another than this are one too many."""


def _overtaken(facts: Facts) -> Verdict | None:
    """What was held, or comes late after a standstill, when the next of its row is as good as due: that one says it."""
    row, intro = facts.row, facts.intro
    if row is None or intro is None:
        return None
    following = next_turn(row, facts.line, intro, facts.campus)
    return Drop(Why.NEXT_TURN) if following is not None and following <= facts.now + TOO_NEAR else None


def _kept_enough(facts: Facts) -> Verdict | None:
    enough = facts.line.view == KEEP_VIEW and facts.kept >= facts.campus.keep_a_year
    return Drop(Why.KEPT_ENOUGH) if enough else None


KEEP_VIEW = "nudge_keep"


def _bad_moment(facts: Facts) -> Verdict | None:
    return _until_good(facts.now, facts.zone, facts.campus, facts.reader.quiet)


def _until_good(now: datetime, zone: ZoneInfo, campus: Campus, quiet: Quiet) -> Hold | None:
    why = why_not(now, zone, campus, quiet)
    until = good_moment(now, zone, campus, quiet)
    return Hold(until, Why(why)) if why and until > now else None


def _digest(facts: Facts) -> Verdict | None:
    """One digest a day, and on its day nothing beside it."""
    digest, row = facts.digest, facts.row
    waits, today = digest is not None and digest.waits, digest is not None and _is_today(facts, digest)
    if waits and facts.speaks_to is STUDENT and _is_away(facts):
        waits = False  # it may wait for the end of an alum's pause, which is theirs as an alum alone
    if facts.line.view == DIGEST_VIEW:
        return Drop(Why.DIGEST_TODAY) if today else None
    if row is not None and row.folds:
        if waits or (today and _was_told(facts, digest)):
            return Fold(Why.DIGEST)
        wanted = _wants_digest(facts)
        if wanted and not today:
            return Fold(wanted, new=True)
    return Hold(facts.good(next_day(facts.now, facts.zone)), Why.DIGEST_TODAY) if today else None


def _is_today(facts: Facts, digest: LastDigest) -> bool:
    return not digest.waits and digest.at >= day_began(facts.now, facts.zone)


def _was_told(facts: Facts, digest: LastDigest | None) -> bool:
    """Whether the digest that has gone could tell of this."""
    intro, role = facts.intro, facts.role
    if digest is None or intro is None or role is None:
        return False
    return could_tell(intro, role, facts.campus, digest.at, facts.now)


def _wants_digest(facts: Facts) -> Why | None:
    if facts.reader.quiet.digest_only:
        return Why.DIGEST_ONLY
    asked = facts.intro is not None and facts.role is ALUM and facts.line.view == REQUEST_VIEW
    return Why.SEVERAL if asked and facts.open_requests >= SEVERAL else None


REQUEST_VIEW = "nudge_request"


def most_a_week(facts: Facts) -> int:
    """The campus's limit, or the reader's own where that is lower."""
    own = facts.reader.quiet.a_week
    return min(own or facts.campus.nudges_a_week, facts.campus.nudges_a_week)


def _cap(facts: Facts) -> Verdict | None:
    """Exact: held until so many of the last week's have become older than a week that there is room for one."""
    recent = sorted(at for at in facts.nudged if at > facts.now - WEEK)
    most = most_a_week(facts)
    return Hold(facts.good(recent[-most] + WEEK), Why.CAP) if len(recent) >= most else None


RULES = (_void, _overtaken, _stopped, _kept_enough, _snoozed, _paused, _bad_moment, _digest, _cap)
"""In this order; the first that speaks against it decides."""
