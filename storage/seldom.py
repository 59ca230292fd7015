"""What seldom changes and every gesture asks for: kept from one transaction to the next, for as long as it is true.

Whether it is, its revision says, which each transaction reads for itself (`replicas.py`): a change is committed with a
higher number, so whoever has kept what an earlier number stood for reads it again. What was read between a
number and the next change may be newer than its number, never older. A transaction that has changed something itself
reads it anew and keeps nothing, since it may yet be undone.

Two counts are the exception, since each goes through much of what has ever been. How often each alum was shown lately
only ever turns the order of people who fit alike; so it is counted anew after a while, and in between goes up by what
this process shows. And how long a reply takes is told as about so many days, so it is counted once a minute.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import Connection

from storage.replicas import Changes, SqlRevisions

T = TypeVar("T")

COUNTED_FOR = timedelta(seconds=10)
REPLIES_COUNTED_FOR = timedelta(minutes=1)


@dataclass
class Seldom:
    """Of one store, for all of its transactions."""

    known: dict[str, tuple[int, Any]] = field(default_factory=dict)
    shown: tuple[datetime, Counter[int]] | None = None
    """Since when, and how often each alum."""
    replies: tuple[datetime, tuple[int, float]] | None = None
    """When, how many, and the median of their days."""


class Kept:
    """What one transaction sees of it. Without a Seldom nothing is kept."""

    def __init__(self, connection: Connection, changes: Changes | None = None, seldom: Seldom | None = None) -> None:
        self.revisions = SqlRevisions(connection)
        self._changes = changes or Changes()
        self._seldom = seldom or Seldom()

    def look_again(self) -> None:
        """Others may have changed something since: their numbers are read anew."""
        self.revisions.last = None

    def rules(self, name: str, read: Callable[[], T]) -> T:
        """What the rules, the Spaces or the wording make of it."""
        return self._get("rules", name, read, changed=self._changes.rules)

    def people(self, name: str, read: Callable[[], T]) -> T:
        """What the alumni's profiles make of it."""
        return self._get("people", name, read, changed=self._changes.people)

    def _get(self, what: str, name: str, read: Callable[[], T], *, changed: bool) -> T:
        if changed:
            return read()
        now: int = getattr(self.revisions.last or self.revisions.now(), what)
        number, known = self._seldom.known.get(name, (-1, None))
        if number != now:
            known = read()
            self._seldom.known[name] = (now, known)
        found: T = known
        return found

    def shown_lately(self, since: datetime, count: Callable[[], Mapping[int, int]]) -> Mapping[int, int]:
        """How often each alum was shown since then, or since a few seconds before."""
        counted = self._seldom.shown
        if counted is None or not timedelta() <= since - counted[0] < COUNTED_FOR:
            counted = self._seldom.shown = since, Counter(count())
        return dict(counted[1])  # another thread may be adding to it

    def reply_days(self, now: datetime, count: Callable[[], tuple[int, float]]) -> tuple[int, float]:
        """How many replies there were and how many days they took, now or a little before."""
        counted = self._seldom.replies
        if counted is None or not timedelta() <= now - counted[0] < REPLIES_COUNTED_FOR:
            counted = self._seldom.replies = now, count()
        return counted[1]

    def showed(self, alumni: Iterable[int]) -> None:
        """These were shown just now."""
        if self._seldom.shown is not None:
            counts = self._seldom.shown[1]
            for alum in alumni:
                counts[alum] += 1
