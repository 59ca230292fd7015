"""All nine reports as one release, for a file: what is hidden in one is hidden in all of them.

Nine reports side by side are nine times as much to reckon with. So the counts of all of them are hidden by one rule
together, and tables of one split whose columns lie inside one another, or are the same (requests in three reports,
talks held beside students with a talk), show the same groups: a *family* of tables has one "all others together".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bot.domain.reports.counting import PARTS, SPLITS, WITHIN, Tally, tally
from bot.domain.reports.facts import Facts
from bot.domain.reports.metrics import add_counts
from bot.domain.reports.periods import Period
from bot.domain.reports.report import REPORTS, Report, Table, knows, made, split_of, table_of, values_of
from bot.domain.reports.suppression import hidden_of, pooled_over

Columns = tuple[str, ...]


def release(facts: Facts, period: Period, *, least: int = 5) -> tuple[Report, ...]:
    """Every report of a period with every split, in their order."""
    counted = tally(facts, period, SPLITS)
    add_counts(counted)
    values = values_of(counted, REPORTS.values(), split=True)
    hidden = hidden_of(values, PARTS, WITHIN, least)
    tables: dict[tuple[str, Columns], Table] = {}
    for split in SPLITS:
        for family in families(split):
            tables |= _family(counted, split, family, hidden, least)
    return tuple(
        made(
            name, counted, period, values, hidden,
            tuple(tables[split, columns] for columns in plan.tables for split in SPLITS if knows(columns, split)),
            by="all", least=least,
        )
        for name, plan in REPORTS.items()
    )  # fmt: skip


def _family(
    counted: Tally, split: str, family: Iterable[Columns], hidden: frozenset[str], least: int
) -> Mapping[tuple[str, Columns], Table]:
    found = {columns: split_of(counted, split, columns, hidden) for columns in family}
    shown = {columns: one for columns, one in found.items() if one is not None}
    pooled = dict(zip(shown, pooled_over(list(shown.values()), least), strict=True)) if shown else {}
    return {
        (split, columns): Table(split, (), ()) if one is None else table_of(counted, split, one, pooled[columns])
        for columns, one in found.items()
    }


def families(split: str) -> list[list[Columns]]:
    """The tables of a split, together where they could be reckoned with together."""
    found: list[list[Columns]] = []
    for columns in dict.fromkeys(columns for plan in REPORTS.values() for columns in plan.tables):
        if not knows(columns, split):
            continue
        related = [family for family in found if any(_are_related(columns, other) for other in family)]
        found = [family for family in found if family not in related]
        found.append([*(other for family in related for other in family), columns])
    return found


def _are_related(these: Columns, those: Columns) -> bool:
    return bool(set(these) & set(those)) or any(
        _lies_in(one, other) or _lies_in(other, one) for one in these for other in those
    )


def _lies_in(inner: str, outer: str) -> bool:
    return outer in WITHIN.get(inner, ()) or inner in PARTS.get(outer, ())


__all__ = ["families", "release"]
