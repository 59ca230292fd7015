"""Fairness: whose turn it is.

Of several people who answer a wish about as well, the one who was asked least lately comes first, so that the same ten
names are not asked every week and nobody who said yes waits in vain. Beside that counts, a little, how likely somebody
is to answer at all: the share of yeses, smoothed towards what is usual, so that one no makes nobody a bad bet.

This only ever turns the order among those whose fit is close to one another's. What it goes by is never shown, to
students least of all: it is no ranking of people.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.domain.matches import Match, Record
from bot.domain.people import PersonId
from bot.matching.index import Index

SPREAD = 0.4
"""How much a full month's load takes off a score."""
SHOWN_COUNTS = 0.05
"""What being shown weighs beside being asked."""
LIKELY = 0.1
"""How much more somebody counts who always says yes than somebody who never answers."""
USUAL, USUAL_WEIGHT = 0.6, 4.0
"""The share of yeses that is assumed of everybody, and how many answers that assumption weighs."""
NOBODY = Record()


def in_turn(matches: Sequence[Match], records: Mapping[PersonId, Record], index: Index) -> tuple[Match, ...]:
    """The same matches with scores that count whose turn it is, best first; equals stay in the order they came in."""
    weighed = [Match(match.alum, match.score * _turn(match.alum, records, index), match.reasons) for match in matches]
    return tuple(sorted(weighed, key=lambda match: -match.score))


def _turn(alum: PersonId, records: Mapping[PersonId, Record], index: Index) -> float:
    record = records.get(alum, NOBODY)
    busy = (record.asked_lately + SHOWN_COUNTS * record.shown_lately) / index.entries[alum].month
    return (1 + LIKELY * (_says_yes(record) - USUAL)) / (1 + SPREAD * busy)


def _says_yes(record: Record) -> float:
    answers = record.yes + record.no + record.silent
    return (record.yes + USUAL * USUAL_WEIGHT) / (answers + USUAL_WEIGHT)
