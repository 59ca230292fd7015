"""What several processes on one database have to agree on: whose turn it is, what has been done, what has changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class Revision:
    """Counters that grow with each transaction that changed something kept in memory elsewhere. `people`: whom the
    matching index is made of; `rules`: the campus's settings and its Spaces."""

    people: int = 0
    rules: int = 0


class Revisions(Protocol):
    def now(self) -> Revision:
        """As of this transaction: whoever reads people through the same one has what the number stands for."""


class Leases(Protocol):
    """Turns. All times are the wall's."""

    def take(self, name: str, holder: str, wall: datetime, until: datetime) -> bool:
        """Take or keep a turn; False while another's has not ended."""

    def release(self, name: str, holder: str) -> None:
        """Somebody else may take it at once. Another's is left alone."""

    def release_all(self, holders: str) -> None:
        """Everything that holders whose names begin so have, for who knows that none of them lives."""

    def hold(self, name: str, until: datetime) -> None:
        """A turn that is nobody's until then, or until the later of two."""

    def held(self, wall: datetime, beginning: str) -> Mapping[str, datetime]:
        """Those that have not ended and whose names begin so, with their ends."""


class Runs(Protocol):
    """Calendar runs, each once per period."""

    def begin(self, key: str, now: datetime) -> bool:
        """False if this period's run was done. One that is just being done elsewhere is waited for."""
