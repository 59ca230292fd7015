"""The matching index as the use cases hold it: an immutable snapshot, swapped when people changed.

A use case that changes an alum calls `changed()`; whoever runs the core refreshes from a reader after the commit. A
search never trusts the snapshot for hard facts: who may be offered is read in the transaction that offers.
"""

from __future__ import annotations

from bot.matching.index import Index
from bot.ports import Reading


class Matcher:
    """Holds the newest index. `is_stale` until refreshed after a change."""

    def __init__(self) -> None:
        self.index = Index.build(())
        self.is_stale = True

    def changed(self) -> None:
        """Somebody's profile or standing changed."""
        self.is_stale = True

    def refresh(self, reading: Reading) -> None:
        """Build the index anew from everybody who may ever be offered."""
        self.is_stale = False
        self.index = Index.build(reading.people.alumni(standing="approved"))
