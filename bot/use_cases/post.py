"""The post: due lines are claimed, checked again at the moment of sending, drawn, addressed; and settled afterwards.

`collect` is one transaction, committed before anything is sent. Only then does a messenger send, with no transaction
open; `settle` writes down how it ended. What the platforms may answer and what that means for a line is decided here,
once, for all of them. What may be sent when is the domain's to say (`holding.py`); here it is done.

A line whose first try ended unclearly is handed out to be looked for; `again` is how it is repeated where looking tells
nothing, and there is none for the kinds that are not repeated then. Somebody whose direct messages are closed is tried
by their other accounts, then asked to come by a private thread that says no more than that, and then a coordinator
hears of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TypeAlias
from zlib import crc32

from bot.domain.campus import Campus
from bot.domain.doorway import DoorwayId
from bot.domain.holding import Drop, Fold, Hold, Send
from bot.domain.messages import (
    NEWEST_WINS,
    NOT_REPEATED,
    NOT_REPEATED_WHEN_UNCLEAR,
    Address,
    Copy,
    Delivered,
    Failure,
    HeldBack,
    Kind,
    Message,
    Outcome,
    Status,
    Unclear,
    Undeliverable,
)
from bot.domain.people import Handle, Person, Space
from bot.phrases import own_words, say
from bot.ports import Arrival, Claimed, Step, UnitOfWork
from bot.use_cases.desk_export import NEVER_LET_GO, TAKEN_OUT, forget_sent, give_up
from bot.use_cases.nudges import record, weigh, why_void
from bot.use_cases.stage import stage_for
from bot.views import VIEWS
from bot.views.elements import View
from bot.views.parts import lines

FIRST_BACKOFF, LONGEST_BACKOFF = timedelta(seconds=2), timedelta(minutes=5)
MOST_TRIES = 12
"""After so many tries that failed a line is given up and shown to a coordinator."""
MOST_LOOKS = 30
"""After so many, a platform that does not even answer where a line is looked for has told nothing: then its kind says
whether it is sent again, and only after as many tries as any line has is that given up."""


@dataclass(frozen=True)
class Posting:
    """A claimed line, drawn and addressed."""

    message: Message
    attempt: int
    address: Address
    view: View
    replaces: Copy | None = None
    """What is to be taken back once this has arrived."""
    again: View | None = None
    """How it is sent again if an earlier try may have arrived; None: then it is not."""
    known: frozenset[str] = frozenset()
    """The ids of what its recipient has from us already, if it is to be looked for: none of these is this line."""


@dataclass
class Collected:
    """What one sweep claimed."""

    postings: list[Posting] = field(default_factory=list)
    tasks: list[Claimed] = field(default_factory=list)
    claimed: int = 0
    """All of them, those too that were dropped or put off."""
    faults: list[tuple[str, str]] = field(default_factory=list)
    """Views that could not be drawn, and why: for the log."""


def collect(uow: UnitOfWork, now: datetime, wall: datetime, *, worker: str, lease_seconds: int, most: int) -> Collected:
    """Claim what is due, drop what is no longer true, let wait what may not arrive now, draw and address the rest."""
    found = Collected()
    lines_due = uow.outbox.claim(now, wall, worker, lease_seconds, most)
    campus = uow.places.campus() if lines_due else Campus()
    if not lines_due:
        return found
    with own_words(uow.wording.live()):
        for claimed in lines_due:
            found.claimed += 1
            _sort(uow, claimed, campus, now, worker, found)
    return found


def _sort(uow: UnitOfWork, claimed: Claimed, campus: Campus, now: datetime, worker: str, found: Collected) -> None:
    line = claimed.message
    assert line.id is not None, "a claimed line has an id"

    def end(status: Status, *, due: datetime | None = None, reason: str = "") -> None:
        assert line.id is not None
        uow.outbox.settle(line.id, worker, claimed.attempt, status, due=due, reason=reason)

    if why := why_void(uow, line, campus, now):
        end(Status.VOID, reason=why)
    elif line.kind is Kind.TASK:
        found.tasks.append(claimed)
    elif line.desk and "desk" not in line.params:
        uow.outbox.add(*_for_each_desk(line, uow.places.spaces()))
        end(Status.VOID, reason="one_for_each_desk")
    else:
        verdict = weigh(uow, line, campus, now)
        record(uow, line, verdict, now)
        match verdict:
            case Send():
                _post(uow, claimed, now, found, end)
            case Hold(until, why_held):
                end(Status.WAITING, due=until, reason=why_held)
            case Fold(why_folded) | Drop(why_folded):
                end(Status.VOID, reason=why_folded)


def _for_each_desk(line: Message, spaces: Sequence[Space]) -> list[Message]:
    """Coordinators sit in one place or in several: each of their channels gets the card."""
    return [
        replace(line, id=None, token="", params={**line.params, "desk": str(number)})
        for number, space in enumerate(spaces)
        if space.desk_channel
    ]


def _post(uow: UnitOfWork, claimed: Claimed, now: datetime, found: Collected, end: object) -> None:
    assert callable(end)
    line = claimed.message
    reader = uow.people.get(line.to) if line.to is not None else None
    if reader is not None and reader.is_erased and line.handle is None:
        end(Status.VOID, reason="erased")
        return
    address, replaces = _where_to(uow, line, reader)
    if address is None:
        end(Status.UNDELIVERABLE, reason="no_handle")
        _tell_desk(uow, line, now)
        return
    view, keys, params = line.view, line.keys, line.params
    if address.knocks:
        view, keys, params = "knock", {}, {"token": line.token}
    try:
        drawn = VIEWS[view](stage_for(view, uow, reader, keys, params, now))
    except LookupError:
        end(Status.VOID, reason="nothing_to_draw")
        return
    except Exception as fault:  # noqa: BLE001 - a fault in one view must not stop everybody's post
        end(Status.UNDELIVERABLE, reason="not_drawn")
        found.faults.append((line.view, type(fault).__name__))
        if line.view in NEVER_LET_GO:
            give_up(uow, line, now)
        return
    posting = Posting(line, claimed.attempt, address, drawn, replaces)
    found.postings.append(_to_look_for(uow, posting, reader) if line.repeat else posting)


def _to_look_for(uow: UnitOfWork, posting: Posting, reader: Person | None) -> Posting:
    """An earlier try of this may have arrived."""
    line = posting.message
    assert line.id is not None, "a claimed line has an id"
    again: View | None = posting.view
    if line.kind in NOT_REPEATED_WHEN_UNCLEAR and line.view not in TAKEN_OUT:
        again = None
    elif line.kind is not Kind.HOME:
        language = reader.language if reader else uow.places.campus().language
        again = replace(posting.view, text=lines(say("nudges.seen", language), posting.view.text))
    return replace(posting, again=again, known=uow.outbox.arrived(line.id))


def _where_to(uow: UnitOfWork, line: Message, reader: Person | None) -> tuple[Address | None, Copy | None]:
    """The address, and what has hung there until now."""
    if line.kind is Kind.DOORWAY:
        doorway = uow.places.doorway(DoorwayId(line.keys["doorway"]))
        if doorway is None:
            return None, None
        before = Copy(doorway.channel, doorway.message) if doorway.message else None
        return Address(doorway.platform, doorway.realm, channel=doorway.channel), before
    if line.kind is Kind.HOME:
        page = line.handle
        return (Address(page.platform, page.realm, page.user_id, page=True) if page else None), None
    return (_desk_address(uow, line) if line.desk else _address(uow, line, reader) or _door(uow, line, reader)), None


def _desk_address(uow: UnitOfWork, line: Message) -> Address | None:
    spaces = uow.places.spaces()
    number = int(line.params["desk"])
    if number >= len(spaces) or not spaces[number].desk_channel:
        return None
    space = spaces[number]
    return Address(space.platform, space.realm, channel=space.desk_channel)


def _address(uow: UnitOfWork, line: Message, reader: Person | None) -> Address | None:
    """The first of their accounts that takes messages."""
    for handle in _accounts(line, reader):
        if not uow.people.is_closed(handle):
            return Address(handle.platform, handle.realm, user_id=handle.user_id)
    return None


def _accounts(line: Message, reader: Person | None) -> tuple[Handle, ...]:
    """The one that acted, for an answer or a file, then the preferred one and the others: every account that is linked
    is the same person's, so what is for them alone stays so. A file that was taken out is for the account that asked:
    whoever runs the place of another one could read it there, and has nothing to do with the office."""
    handles = reader.handles if reader else ()
    if line.handle is None:
        return handles
    others = () if line.view in TAKEN_OUT else (handle for handle in handles if handle != line.handle)
    return (line.handle, *others)


def _door(uow: UnitOfWork, line: Message, reader: Person | None) -> Address | None:
    """Where to knock, for somebody who takes no direct messages: where the newest doorway hangs."""
    for handle in _accounts(line, reader) if reader else ():
        if handle.platform.has_threads:
            for doorway in uow.places.doorways(handle.platform):
                thread = uow.people.thread(handle)
                return Address(handle.platform, handle.realm, handle.user_id, doorway.channel, thread=thread)
    return None


# --- how it ended --------------------------------------------------------------------------------------------------


Ending: TypeAlias = tuple[Posting, Outcome]


def settle(uow: UnitOfWork, ends: Sequence[Ending], now: datetime, wall: datetime, *, worker: str) -> None:
    """Write down how tries ended, and what follows from it; those that arrived all at once."""
    arrived = [(posting, outcome.copy) for posting, outcome in ends if isinstance(outcome, Delivered)]
    if arrived:
        _arrived(uow, arrived, now, worker)
    for posting, outcome in ends:
        if not isinstance(outcome, Delivered):
            _failed(uow, posting, outcome, now, wall, worker)


def _arrived(uow: UnitOfWork, arrived: Sequence[tuple[Posting, Copy]], now: datetime, worker: str) -> None:
    """What somebody else has taken over meanwhile is theirs to settle, and what follows from it to note."""
    mine = uow.outbox.settle_arrivals(worker, [_arrival(posting, copy) for posting, copy in arrived])
    ours = [(posting, copy) for posting, copy in arrived if posting.message.id in mine]
    uow.steps.add(*(step for posting, _ in ours if (step := _fact(posting, now))))
    for posting, copy in ours:
        if posting.message.kind is Kind.DOORWAY:
            uow.places.hang_doorway(DoorwayId(posting.message.keys["doorway"]), copy.message)
        if posting.address.knocks:
            uow.people.set_thread(_handle_of(posting.address), copy.channel)
        else:
            forget_sent(uow, posting.message.view, posting.message.keys)


def _arrival(posting: Posting, copy: Copy) -> Arrival:
    line = posting.message
    assert line.id is not None, "a posted line has an id"
    kept = None if line.kind in NEWEST_WINS else copy
    return Arrival(line.id, posting.attempt, posting.address.platform, kept)


def _fact(posting: Posting, now: datetime) -> Step | None:
    """A request that reached the alum, and a nudge that reached anybody, are facts of their own."""
    line = posting.message
    what = "delivered" if line.view == "request" and line.kind is Kind.NEWS else "reminded"
    if line.intro is None or (what == "reminded" and line.kind is not Kind.NUDGE):
        return None
    detail = "" if what == "delivered" else line.view
    return Step(what, now, intro=line.intro, detail=detail, platform=posting.address.platform.value)


def _failed(uow: UnitOfWork, posting: Posting, outcome: Failure, now: datetime, wall: datetime, worker: str) -> None:
    line = posting.message
    assert line.id is not None, "a posted line has an id"
    backoff = _backoff(line.failures + 1, line.token)
    match outcome:
        case HeldBack(failed=True) if line.failures + 1 >= MOST_TRIES + (MOST_LOOKS if line.repeat else 0):
            if uow.outbox.settle(line.id, worker, posting.attempt, Status.UNDELIVERABLE, reason="held_back"):
                _tell_desk(uow, line, now)
        case HeldBack(seconds, _, failed):
            until = wall + timedelta(seconds=seconds)
            uow.outbox.settle(
                line.id, worker, posting.attempt, Status.WAITING, due=line.due, hold_until=until, reason="held_back",
                repeat=line.repeat, failed=failed,
            )  # fmt: skip
        case Unclear(reason):
            _unclear(uow, posting, now, wall + backoff, reason, worker)
        case Undeliverable(reason):
            _undeliverable(uow, posting, now, wall + backoff, reason, worker)


def _backoff(failures: int, token: str) -> timedelta:
    """Twice as long each time, less up to a half: what failed together is not tried again together. Which part of the
    half is the line's own, and another one at each try; the token is random already."""
    longest = min(LONGEST_BACKOFF, FIRST_BACKOFF * int(2 ** min(failures, 10)))
    return longest * (1 - crc32(f"{token}{failures}".encode()) / 2**33)


def _handle_of(address: Address) -> Handle:
    return Handle(address.platform, address.realm, address.user_id)


def _unclear(uow: UnitOfWork, posting: Posting, now: datetime, until: datetime, reason: str, worker: str) -> None:
    """It waits to be looked for; where that tells nothing, its kind has decided (`again`)."""
    line = posting.message
    assert line.id is not None
    if reason == NOT_REPEATED or line.failures + 1 >= MOST_TRIES:
        ours = uow.outbox.settle(line.id, worker, posting.attempt, Status.UNCLEAR, reason=reason)
        if ours and reason != NOT_REPEATED:
            _tell_desk(uow, line, now)
        return
    uow.outbox.settle(
        line.id, worker, posting.attempt, Status.WAITING, due=line.due, hold_until=until, repeat=True, failed=True,
        reason=reason,
    )  # fmt: skip


def _undeliverable(uow: UnitOfWork, posting: Posting, now: datetime, until: datetime, reason: str, worker: str) -> None:
    """Another way, if there is one; a revoked token is nobody's closed door, so that waits."""
    line = posting.message
    assert line.id is not None
    if reason == "bad_token" and line.failures + 1 < MOST_TRIES:
        uow.outbox.settle(
            line.id, worker, posting.attempt, Status.WAITING, due=line.due, hold_until=until, reason=reason,
            repeat=line.repeat, failed=True,
        )  # fmt: skip
        return
    if posting.address.page:
        uow.outbox.settle(line.id, worker, posting.attempt, Status.VOID, reason=reason)
        return
    if posting.address.user_id and not posting.address.knocks and reason in ("closed", "gone"):
        uow.people.set_closed(_handle_of(posting.address), True)
        reader = uow.people.get(line.to) if line.to is not None else None
        if reader is not None and (_address(uow, line, reader) or _door(uow, line, reader)) is not None:
            uow.outbox.settle(
                line.id, worker, posting.attempt, Status.WAITING, due=line.due, reason=reason, repeat=line.repeat
            )
            return
    if uow.outbox.settle(line.id, worker, posting.attempt, Status.UNDELIVERABLE, reason=reason):
        _tell_desk(uow, line, now)


def _tell_desk(uow: UnitOfWork, line: Message, now: datetime) -> None:
    """Never lost, never fatal: the act stands, and a coordinator learns that somebody could not be reached."""
    if line.view in NEVER_LET_GO:
        give_up(uow, line, now)
        return
    if line.desk or line.kind in (Kind.ANSWER, Kind.FILE, Kind.HOME):
        return  # they are there and looking; or the news that the file or the page belongs to has told it already
    if line.kind is Kind.DOORWAY:
        uow.outbox.add(Message(Kind.NEWS, "doorway_refused_desk", now, desk=True))
        return
    keys = {"intro": line.keys["intro"]} if "intro" in line.keys else {}
    uow.outbox.add(Message(Kind.SAFETY, "undeliverable_desk", now, desk=True, keys=keys, intro=line.intro))
