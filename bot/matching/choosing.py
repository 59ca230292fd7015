"""Choosing: from everybody who fits to the three whom a good counsellor would name.

Three things in turn, each with a file of its own: who fits (`ranking`), whose turn it is among those who fit about as
well (`fairness`), and that the three stand in different corners and at different stages (`corners`).
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet

from bot.domain.matches import Match, Record
from bot.domain.people import PersonId
from bot.matching.corners import in_different_corners
from bot.matching.fairness import in_turn
from bot.matching.index import Index
from bot.matching.ranking import Wish, ranked

MATCHES = 3


def choose(
    wish: Wish,
    index: Index,
    allowed: AbstractSet[PersonId],
    records: Mapping[PersonId, Record],
    seed: int,
    most: int = MATCHES,
) -> tuple[Match, ...]:
    """Up to `most` alumni for a wish, the best first, each with reasons. `allowed` are those who may be offered to this
    student now; `records` what has come of asking them (who is missing was never asked). Deterministic for a seed."""
    found = ranked(wish, index, allowed, seed)
    return found.with_reasons(in_different_corners(in_turn(found.matches, records, index), index, most))
