"""What must never happen in a term, checked from outside.

Nothing of the bot's own rules is used here. What was delivered, to whom and when is the pretend platforms' record; who
lived where, narrowed their hours or was away is what people told the bot, as the platforms saw it; and of the database
only facts are read: which line was of which kind, how it ended, which state an intro was in. The arithmetic is this
file's own. So it can find the bot wrong, and the tests show that it does, for each kind of breach.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

WAITS = ("nudge", "digest")
"""The classes that may only come at a good time."""
WITHOUT_TOKEN = ("task", "home", "file")
"""Nobody is written to by a task; a page and a file bear no token by which they could be found again."""
NEVER_IN_A_DIGEST = ("nudge_keep",)
AT_ONCE = ("answer",)
WEEK = timedelta(days=7)
ONE_AFTER_ANOTHER = timedelta(hours=12)
"""The same reminder about the same thing sooner than this is one too many, whatever line it came from."""
ENDED = ("sent", "void", "undeliverable", "unclear")
NEEDS_A_REASON = ("undeliverable", "unclear")
FOLDED = ("several", "digest_only", "digest")
"""Why a nudge is not sent because the day's digest tells it."""
A_GOOD_WHILE = timedelta(days=9)
"""A digest comes on the same day, at the latest when a full week and some days off are over."""
FINAL = ("declined", "withdrawn", "expired", "lapsed", "cancelled", "closed", "unthanked")

TRUE_WHILE: Mapping[str, tuple[str, ...]] = {
    "nudge_request": ("requested",),
    "nudge_quiet": ("requested",),
    "nudge_question": ("requested",),
    "nudge_no_time": ("accepted",),
    "checklist": ("scheduled",),
    "nudge_happened": ("scheduled",),
    "nudge_thank": ("met",),
    "reminder": ("scheduled",),
    "reminder_soon": ("scheduled",),
    "five_minutes": ("scheduled",),
    "nudge_keep": ("closed",),
    "digest": ("requested", "accepted", "scheduled", "met"),
}
"""The states in which what a reminder says is true; one that is not in the table is a breach by itself."""

BOTH, EITHER = ("student", "alum"), ()
TOLD: Sequence[tuple[tuple[str, ...], str, str, tuple[str, ...]]] = (
    # from                     to           told by              to whom: these, or whichever of the two did not do it
    (("",), "requested", "request", ("alum",)),
    (("requested",), "accepted", "yes", ("student",)),
    (("requested",), "declined", "declined", ("student",)),
    (("requested",), "withdrawn", "withdrawn", ("alum",)),
    (("requested",), "expired", "expired_student", ("student",)),
    (("requested",), "expired", "expired_alum", ("alum",)),
    (("accepted",), "lapsed", "lapsed", BOTH),
    (("accepted",), "scheduled", "scheduled", EITHER),
    (("accepted", "scheduled"), "cancelled", "cancelled", EITHER),
    (("scheduled", "missed"), "accepted", "rescheduled", EITHER),
    (("scheduled", "met"), "missed", "missed", EITHER),
    (("met", "unconfirmed", "unthanked"), "thanked", "thanks", ("alum",)),
    (("frozen",), "requested", "released", BOTH),
    (("frozen",), "accepted", "released", BOTH),
    (("frozen",), "scheduled", "released", BOTH),
)
"""Which turn in an intro is told by which message, planned anew at each such turn. An intro comes from nowhere."""


@dataclass(frozen=True)
class Line:
    """A line of the outbox: `to` a person's key, `intro` what it is about."""

    token: str
    kind: str
    view: str
    status: str
    reason: str = ""
    to: int | None = None
    intro: int | None = None
    due: datetime | None = None
    attempts: int = 1


@dataclass(frozen=True)
class Copy:
    """One copy of a line on a screen; `about` are the tokens its buttons point at. `marked`: it says that they may have
    seen it."""

    token: str
    account: str
    at: datetime
    marked: bool = False
    about: tuple[str, ...] = ()


EVERY_DAY = tuple(range(7))


@dataclass(frozen=True)
class Wish:
    """How somebody wishes to be nudged from `since` on, local time: from the hour `first` to before `end`, on these
    weekdays, so often a week (None: as the campus says), in one digest a day, or not at all."""

    since: datetime
    first: int = 0
    end: int = 24
    weekdays: tuple[int, ...] = EVERY_DAY
    a_week: int | None = None
    stopped: bool = False
    digest_only: bool = False


@dataclass(frozen=True)
class Silence:
    """Somebody asked for peace about what a button's token points at: *not now*, or for good (`until` None)."""

    token: str
    since: datetime
    until: datetime | None = None


@dataclass(frozen=True)
class Facts:
    """Everything the rules look at. Days off are local dates; `states` is each intro's history, oldest first."""

    lines: Sequence[Line] = ()
    copies: Sequence[Copy] = ()
    zones: Mapping[str, Sequence[tuple[datetime, str]]] = field(default_factory=dict)
    wishes: Mapping[str, Sequence[Wish]] = field(default_factory=dict)
    silences: Mapping[str, Sequence[Silence]] = field(default_factory=dict)
    away: Mapping[str, Sequence[tuple[datetime, datetime]]] = field(default_factory=dict)
    erased: Mapping[str, datetime] = field(default_factory=dict)
    left: frozenset[str] = frozenset()
    states: Mapping[int, Sequence[tuple[datetime, str]]] = field(default_factory=dict)
    points_at: Mapping[str, int] = field(default_factory=dict)
    """The intro that a button's token points at."""
    parties: Mapping[int, tuple[int, int]] = field(default_factory=dict)
    """The keys of an intro's student and alum."""
    days_off: frozenset[date] = frozenset()
    home_zone: str = "Europe/London"
    first_hour: int = 9
    end_hour: int = 20
    a_week: int = 3
    until: datetime | None = None
    """When the looking was done."""


@dataclass(frozen=True)
class Breach:
    """One broken rule; `what` says it with figures."""

    rule: str
    what: str


def breaches(facts: Facts) -> list[Breach]:
    """Every rule that was broken, and by what."""
    return [Breach(rule, what) for rule, look in RULES.items() for what in look(facts)]


# --- when -----------------------------------------------------------------------------------------------------------


def outside_hours(facts: Facts) -> Iterator[str]:
    """No nudge or digest outside somebody's allowed hours, nor on a day off, nor to who wants none."""
    for line, copy in _delivered(facts, WAITS):
        here = local(facts, copy)
        wish = _wish(facts, copy.account, copy.at)
        first, end = max(facts.first_hour, wish.first), min(facts.end_hour, wish.end)
        if first >= end:  # nothing would be left: then the campus's hours hold
            first, end = facts.first_hour, facts.end_hour
        told = f"{line.view} to {copy.account} on {here:%a %d %b %H:%M %Z}"
        if wish.stopped:
            yield f"{told}, who wants none"
        elif wish.digest_only and line.kind != "digest" and line.view not in NEVER_IN_A_DIGEST:
            yield f"{told}, who wants a digest alone"
        elif here.date() in facts.days_off:
            yield f"{told}, a day off"
        elif here.weekday() not in wish.weekdays:
            yield f"{told}, not one of their days"
        elif not first <= here.hour < end:
            yield f"{told}, allowed {first} to {end}"


def local(facts: Facts, copy: Copy) -> datetime:
    """What the clock on the reader's wall showed, as far as the bot had been told where they live."""
    told = [zone for since, zone in facts.zones.get(copy.account, ()) if since <= copy.at]
    return copy.at.astimezone(ZoneInfo(told[-1] if told else facts.home_zone))


def _wish(facts: Facts, account: str, at: datetime) -> Wish:
    """The newest that was said by then."""
    own = [one for one in facts.wishes.get(account, ()) if one.since <= at]
    return own[-1] if own else Wish(at)


def above_the_cap(facts: Facts) -> Iterator[str]:
    """In no seven days more nudges and digests than the campus allows, or than somebody wished when the last came."""
    times: dict[int, list[tuple[datetime, str]]] = defaultdict(list)
    for line, copy in _delivered(facts, WAITS):
        if line.to is not None:
            times[line.to].append((copy.at, copy.account))
    for person, came in times.items():
        came.sort()
        for number, (last, account) in enumerate(came):
            most = facts.a_week if (own := _wish(facts, account, last).a_week) is None else min(own, facts.a_week)
            if number >= most and last - came[number - most][0] < WEEK:
                first = came[number - most][0]
                yield f"{most + 1} to person {person} from {first:%d %b %H:%M} to {last:%d %b %H:%M}"


def to_the_absent(facts: Facts) -> Iterator[str]:
    """No nudge to somebody who said they were away, none about what they asked for peace about; and nothing at all to
    somebody who was erased."""
    for line, copy in _delivered(facts, WAITS):
        for since, back in facts.away.get(copy.account, ()):
            if since < copy.at < back:
                yield f"{line.view} to {copy.account} on {copy.at:%d %b %H:%M}, away from {since:%d %b} to {back:%d %b}"
    for line, copy in _delivered(facts, WAITS):
        intros = _intros(facts, line, copy)
        for one in facts.silences.get(copy.account, ()):
            asked = facts.points_at.get(one.token) in intros and one.since < copy.at
            if asked and (one.until is None or copy.at < one.until):
                told = f"{line.view} to {copy.account} on {copy.at:%d %b %H:%M}"
                yield f"{told}, peace asked for on {one.since:%d %b %H:%M}"
    for line, copy in _delivered(facts):
        gone = facts.erased.get(copy.account)
        if gone is not None and copy.at > gone and line.kind not in AT_ONCE:
            yield f"{line.view} to {copy.account} on {copy.at:%d %b %H:%M}, erased on {gone:%d %b %H:%M}"


# --- what -----------------------------------------------------------------------------------------------------------


def past_states(facts: Facts) -> Iterator[str]:
    """No nudge, digest or reminder about a state that was over."""
    for line, copy in _delivered(facts, (*WAITS, "appointment")):
        if line.kind == "appointment" and line.view not in TRUE_WHILE:
            continue  # a cancellation is told when it is so
        intros = _intros(facts, line, copy)
        if intros and line.view not in TRUE_WHILE:
            yield f"{line.view} speaks of an intro, and nobody has said here when that is true"
            continue
        for intro in intros:
            stood = _states_at(facts.states.get(intro, ()), copy.at)
            if not stood & set(TRUE_WHILE[line.view]):
                told = f"{line.view} to {copy.account} on {copy.at:%d %b %H:%M}"
                yield f"{told}: intro {intro} was {'/'.join(sorted(stood))}"


def _intros(facts: Facts, line: Line, copy: Copy) -> set[int]:
    """What a message is about: what its line says, and what its buttons point at."""
    intros = {facts.points_at[token] for token in copy.about if token in facts.points_at}
    return intros | ({line.intro} if line.intro is not None else set())


def _states_at(history: Sequence[tuple[datetime, str]], at: datetime) -> set[str]:
    """The state at a moment; what changed within this very moment counts as before and as after."""
    before = [state for since, state in history if since < at]
    return {*before[-1:], *(state for since, state in history if since == at)}


# --- whether --------------------------------------------------------------------------------------------------------


def lost(facts: Facts) -> Iterator[str]:
    """Each line ends, and one that is said to be sent was seen by somebody (Slack takes a message to somebody who has
    left, and says nothing)."""
    seen = {copy.token for copy in facts.copies}
    left = {line.to for line, copy in _delivered(facts) if copy.account in facts.left}
    for line in facts.lines:
        waits_for_later = line.status == "waiting" and line.due and facts.until and line.due > facts.until
        if line.status not in ENDED and not waits_for_later:
            yield f"{line.kind} {line.view} {line.token[:6]} is still {line.status}"
        if (line.status in NEEDS_A_REASON or (line.status == "void" and line.kind in WAITS)) and not line.reason:
            yield f"{line.kind} {line.view} {line.token[:6]} is {line.status}, and nobody knows why"
        if line.status == "sent" and line.kind not in WITHOUT_TOKEN and line.token not in seen and line.to not in left:
            yield f"{line.kind} {line.view} {line.token[:6]} counts as sent, and nobody has seen it"


def unfolded(facts: Facts) -> Iterator[str]:
    """A nudge that was left to a digest is told by one; unless that could not be sent, or came only after the intro had
    moved on."""
    told: dict[tuple[int | None, int], list[datetime]] = defaultdict(list)
    came: dict[int | None, list[datetime]] = defaultdict(list)
    for line, copy in _delivered(facts, ("digest",)):
        came[line.to].append(copy.at)
        for intro in _intros(facts, line, copy):
            told[line.to, intro].append(copy.at)
    failed = [(line.to, line.due) for line in facts.lines if line.kind == "digest" and line.status != "sent"]
    for line in facts.lines:
        if line.status != "void" or line.reason not in FOLDED or line.due is None or line.intro is None:
            continue
        due, ends = line.due, line.due + A_GOOD_WHILE
        moved = min((at for at, _ in facts.states.get(line.intro, ()) if at >= due), default=ends)
        later = [at for at in came[line.to] if due <= at <= ends]
        tells = any(due - timedelta(days=1) <= at <= ends for at in told[line.to, line.intro])
        fails = any(to == line.to and at is not None and due <= at <= ends for to, at in failed)
        if not tells and not fails and not (later and moved <= min(later)):
            yield f"{line.view} about intro {line.intro} was left to a digest ({line.reason}), and none told it"


def untold(facts: Facts) -> Iterator[str]:
    """Whatever happened in an intro, there was a message that told those whom it concerns, as often as it happened."""
    lines = Counter((line.intro, line.view, line.to) for line in facts.lines)
    for intro, (student, alum) in facts.parties.items():
        turns = Counter(pairwise(["", *(state for _, state in facts.states.get(intro, ()))]))
        key = {"student": student, "alum": alum}
        for before, after, view, whom in TOLD:
            times = sum(turns[state, after] for state in before if state != after)
            told = {role: lines[intro, view, key[role]] for role in BOTH}
            if min((told[role] for role in whom), default=sum(told.values())) < times:
                for_whom = ", ".join(f"{count} for the {role}" for role, count in told.items())
                yield f"intro {intro} came to be {after} {times} times: of {view} there were {for_whom}"


def from_nowhere(facts: Facts) -> Iterator[str]:
    """Whatever was seen is a line that was to be sent. (After a second try it may be that the first has arrived, and
    the second could not.)"""
    known = {line.token: line for line in facts.lines}
    for token in sorted({copy.token for copy in facts.copies if copy.token}):
        line = known.get(token)
        if line is None:
            yield f"{token[:6]} was seen, and is no line of the outbox"
        elif line.status not in ("sent", "unclear") and line.attempts < 2:
            yield f"{line.kind} {line.view} {token[:6]} was seen, and counts as {line.status}"


def doubled(facts: Facts) -> Iterator[str]:
    """Nobody gets a line twice, unless the second says that they may have seen it."""
    copies: dict[tuple[str, str], list[Copy]] = defaultdict(list)
    for copy in facts.copies:
        if copy.token:
            copies[copy.token, copy.account].append(copy)
    kinds = {line.token: line for line in facts.lines}
    for (token, account), seen in copies.items():
        if not all(copy.marked for copy in seen[1:]):
            view = kinds[token].view if token in kinds else token[:6]
            yield f"{view} {len(seen)} times to {account}"
    again: dict[tuple[str, str, int | None], list[datetime]] = defaultdict(list)
    for line, copy in _delivered(facts, WAITS):
        if line.intro is not None:
            again[copy.account, line.view, line.intro].append(copy.at)
    for (account, view, intro), times in again.items():
        for first, second in pairwise(sorted(times)):
            if second - first < ONE_AFTER_ANOTHER:
                yield f"{view} about intro {intro} to {account} at {first:%d %b %H:%M} and at {second:%d %b %H:%M}"


def left_open(facts: Facts) -> Iterator[str]:
    """Every intro ends, when time is let run."""
    for intro, history in facts.states.items():
        if not history or history[-1][1] not in FINAL:
            yield f"intro {intro} is still {history[-1][1] if history else 'nowhere'}"


def _delivered(facts: Facts, kinds: Sequence[str] = ()) -> Iterator[tuple[Line, Copy]]:
    """Every copy with its line."""
    known = {line.token: line for line in facts.lines if not kinds or line.kind in kinds}
    return ((known[copy.token], copy) for copy in facts.copies if copy.token in known)


RULES: Mapping[str, Callable[[Facts], Iterator[str]]] = {
    "outside allowed hours": outside_hours,
    "above the weekly cap": above_the_cap,
    "to somebody who is away or asked for peace": to_the_absent,
    "about a past state": past_states,
    "lost": lost,
    "not told": untold,
    "left to a digest that did not tell": unfolded,
    "never planned": from_nowhere,
    "doubled": doubled,
    "never ended": left_open,
}
"""Each rule by what breaks it."""
