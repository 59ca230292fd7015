"""The doorway: the card in a channel, the welcome in the bot's own place, and everybody's own page.

A page is drawn at once when it is opened, and anew after each move that concerns its owner: a line in the outbox, of
which the newest wins, so that ten moves in a second cost one call. Only who has opened theirs once has one to keep
fresh. What coordinators see on theirs depends on a right of the account that acts, which nobody knows between two
gestures: so it is there when they open it, and not on a page that refreshed itself meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from bot.domain.messages import Kind, Message
from bot.domain.people import Handle, Person, PersonId, Right
from bot.domain.refusals import Refusal
from bot.ports import Step, UnitOfWork
from bot.use_cases.visit import Say, Visit


def hang(visit: Visit) -> Say:
    """`/desk doorway`: the card for the channel it was typed in. Typed again, a new one takes the old one's place."""
    if not visit.channel:
        raise Refusal("doorway_in_channel")
    doorway = visit.uow.places.doorway_at(visit.handle.platform, visit.space, visit.channel)
    visit.uow.outbox.add(Message(Kind.DOORWAY, "doorway", visit.now, keys={"doorway": doorway.id}))
    visit.uow.steps.add(Step("doorway", visit.now, who=visit.me.who, platform=visit.handle.platform))
    visit.uow.audit.add(visit.now, visit.me.who, "doorway", str(doorway.id))
    return Say("doorway_again" if doorway.message else "doorway_hung")


def welcome(uow: UnitOfWork, me: Person, handle: Handle, now: datetime) -> None:
    """Once for each account: the doorway's buttons in the bot's own place, and a page that is kept fresh from now on.

    A person who has just been erased is nobody to welcome.
    """
    uow.people.welcome(handle, now)
    if uow.people.is_welcomed(handle):
        uow.outbox.add(Message(Kind.NEWS, "welcome", now, to=me.id, handle=handle))


def refresh(uow: UnitOfWork, people: Iterable[PersonId], now: datetime) -> None:
    """Whoever has a page of these sees it anew."""
    lines = [
        Message(Kind.HOME, "home", now, to=person, handle=handle)
        for person in sorted(set(people))
        for handle in uow.people.pages_of(person)
    ]
    uow.outbox.add(*lines)


def empty(uow: UnitOfWork, pages: Iterable[Handle], now: datetime) -> None:
    """Pages of somebody who has just been erased show what a stranger sees."""
    uow.outbox.add(*(Message(Kind.HOME, "home", now, handle=handle) for handle in pages))


def home_params(rights: frozenset[Right] | None) -> dict[str, str]:
    """What the account's rights add to its page, as closed words."""
    return {"desk": "1"} if rights and Right.COORDINATOR in rights else {}
