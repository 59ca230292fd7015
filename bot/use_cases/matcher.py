"""The matching index as the use cases hold it: an immutable snapshot, swapped when people changed.

A use case that changes an alum calls `changed()`; whoever runs the core refreshes from a reader after the commit. A
search never trusts the snapshot for hard facts: who may be offered is read in the transaction that offers.

Refreshing takes in those alone whose profile is another than before: mostly it is one, who paused or came back.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.people import AlumProfile, PersonId
from bot.matching.index import Index
from bot.ports import Reading

FEW = 20
"""So many changes are taken in one by one; from more on, everything is built anew, which is then as quick."""


class Matcher:
    """Holds the newest index. `is_stale` until refreshed after a change."""

    def __init__(self) -> None:
        self.index = Index.build(())
        self.is_stale = True
        self._known: Mapping[PersonId, AlumProfile] = {}

    def changed(self) -> None:
        """Somebody's profile or standing changed."""
        self.is_stale = True

    def refresh(self, reading: Reading) -> None:
        """Take in what changed about everybody who may ever be offered."""
        self.is_stale = False
        people = reading.people.alumni(standing="approved")
        known = {person.id: person.alum for person in people if person.alum is not None}
        changed = [person for person in people if self._known.get(person.id) != person.alum]
        gone = self._known.keys() - known.keys()
        if len(changed) + len(gone) > FEW:
            self.index = Index.build(people)
        else:
            index = self.index
            for each in gone:
                index = index.without(each)
            for person in changed:
                index = index.with_alum(person)
            self.index = index
        self._known = known
