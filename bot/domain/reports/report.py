"""The nine reports: which figures each has, how it may be split, and what of it may be shown.

Everything one report shows is one release; an export shows every split of it, and is one release too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.domain.refusals import Refusal
from bot.domain.reports.counting import NOT_SAID, PARTS, SPLITS, WITHIN, Group, Tally, tally
from bot.domain.reports.facts import Facts
from bot.domain.reports.metrics import DEFINITIONS, Metric, add_counts, measures_of, metric
from bot.domain.reports.periods import Period
from bot.domain.reports.suppression import Pooled, Split, hidden_of, pooled_over
from bot.domain.reports.survival import kaplan_meier

WENT = ("went_sent", "went_accepted", "went_planned", "went_held", "went_thanked", "went_confirmed")


@dataclass(frozen=True)
class Plan:
    """One report. `tables` are the columns of its splits, each inside the one before; the first table is drawn.
    `splits` are those that its tables know; a table of alumni knows no college."""

    metrics: tuple[str, ...]
    tables: tuple[tuple[str, ...], ...] = ()


REPORTS: Mapping[str, Plan] = {
    "overview": Plan(
        tuple(one.name for one in DEFINITIONS if one.name not in WENT), (("sent", "went_accepted", "went_held"),)
    ),
    "funnel": Plan(WENT, (("sent", "went_accepted", "went_held", "went_thanked"),)),
    "response": Plan(
        (
            "delivered", "response", "acceptance", "decline", "expiry", "redirect_success", "response_p50",
            "response_p90",
        ),
        (("closed", "answered", "accepted"),),
    ),
    "interviews": Plan(
        (
            "held", "held_by_both", "held_by_one", "held_unknown", "no_show", "late_cancel", "days_to_talk",
            "volunteer_hours", "referral_yield", "satisfaction", "satisfaction_response", "clarity",
        ),
        (("due", "held"),),
    ),
    "thanks": Plan(
        (
            "thanks_sent", "thanks_confirmed", "thanks_p50", "thanks_p90", "satisfaction", "satisfaction_response",
            "clarity",
        ),
        (("thanks_due", "thanked", "thanks_confirmed"),),
    ),
    "supply": Plan(("available", "coverage", "unmet", "returning"), (("opted_in", "available"), ("asked", "unmet"))),
    "load": Plan(("busiest", "gini"), (("sent",),)),
    "reach": Plan(("students_held", "students_held_3", "unmet", "returning"), (("students", "students_held"),)),
    "safety": Plan(("flags_acted", "flag_hours", "erasures", "erasure_days")),
}  # fmt: skip
OF_ALUMNI = frozenset({"opted_in", "available"})
ALUMNI_SPLITS = frozenset({"field", "platform"})


@dataclass(frozen=True)
class Line:
    """One group of a split, by its key (`NOT_SAID` for those of whom it is not known), and its counts by column.
    `half_days` is the median wait for an answer, in hours, where the table is one of requests."""

    group: str
    counts: Mapping[str, int]
    hours: float | None = None


@dataclass(frozen=True)
class Table:
    """One split. `rest` is what the groups too small to be shown alone have together, None where all stand alone.
    Which groups these are (`together`) is never shown: that somebody is in a group is told of nobody. No columns: too
    few to be split at all."""

    by: str
    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    together: tuple[str, ...] = ()
    rest: Line | None = None


@dataclass(frozen=True)
class Report:
    """A report, released. `least`: a group under this is not shown. `open_now`: requests whose window is still open."""

    name: str
    period: Period
    metrics: tuple[Metric, ...]
    tables: tuple[Table, ...]
    counts: Mapping[str, int | None]
    """Every count of the release; None where it is hidden."""
    least: int
    by: str = ""

    def __getitem__(self, name: str) -> Metric:
        return next(one for one in self.metrics if one.name == name)


def report(name: str, facts: Facts, period: Period, *, by: str = "", least: int = 5) -> Report:
    """The report `name` of a period, split by one of SPLITS, by `all` of them, or not at all.

    Raises Refusal (`no_such_report`, `no_such_split`).
    """
    plan = plan_of(name, by)
    splits = splits_of(by)
    counted = tally(facts, period, splits)
    add_counts(counted)
    values = values_of(counted, [plan], split=bool(by))
    hidden = hidden_of(values, PARTS, WITHIN, least)
    tables = (
        _table(counted, split, columns, hidden, least)
        for columns in plan.tables
        for split in splits
        if knows(columns, split)
    )
    return made(name, counted, period, values, hidden, tuple(tables), by=by, least=least)


def values_of(counted: Tally, plans: Iterable[Plan], *, split: bool) -> Mapping[str, int]:
    """Every count that these reports show, with the columns of their tables where they are split."""
    plans = tuple(plans)
    shown = {measure for plan in plans for each in plan.metrics for measure in measures_of(each)}
    shown |= {column for plan in plans for table in plan.tables if split for column in table}
    return {measure: counted.total.counts[measure] for measure in sorted(shown)}


def knows(columns: tuple[str, ...], split: str) -> bool:
    """Whether a table of these columns can be split so: of alumni no college is known."""
    return not (OF_ALUMNI & set(columns)) or split in ALUMNI_SPLITS


def made(
    name: str, counted: Tally, period: Period, values: Mapping[str, int], hidden: frozenset[str],
    tables: tuple[Table, ...], *, by: str, least: int,
) -> Report:  # fmt: skip
    """The report, once it is known what of it may be shown."""
    return Report(
        name=name,
        period=period,
        metrics=tuple(metric(each, counted, hidden) for each in REPORTS[name].metrics),
        tables=tables,
        counts={measure: None if measure in hidden else value for measure, value in values.items()},
        least=least,
        by=by,
    )


def splits_of(by: str) -> tuple[str, ...]:
    """One of SPLITS, all of them, or none."""
    return SPLITS if by == "all" else (by,) if by else ()


def plan_of(name: str, by: str = "") -> Plan:
    """Raises Refusal (`no_such_report`, `no_such_split`)."""
    plan = REPORTS.get(name)
    if plan is None:
        raise Refusal("no_such_report", report=name[:40], reports=", ".join(REPORTS))
    if by and by != "all" and by not in SPLITS:
        raise Refusal("no_such_split", split=by[:40], splits=", ".join(SPLITS))
    return plan


def _table(counted: Tally, split: str, columns: tuple[str, ...], hidden: frozenset[str], least: int) -> Table:
    found = split_of(counted, split, columns, hidden)
    return Table(split, (), ()) if found is None else table_of(counted, split, found, pooled_over([found], least)[0])


def split_of(counted: Tally, split: str, columns: tuple[str, ...], hidden: frozenset[str]) -> Split | None:
    """A table before it is decided which groups may be shown; None where none of its columns may be."""
    groups = {name: group for name, group in sorted(counted.groups[split].items()) if group.counts.get(columns[0])}
    shown = tuple(column for column in columns if column not in hidden)
    if not shown:
        return None
    counts = {name: {column: group.counts.get(column, 0) for column in shown} for name, group in groups.items()}
    return Split(counts, {name: len(group.people[columns[0]]) for name, group in groups.items()}, shown)


def table_of(counted: Tally, split: str, of: Split, found: Pooled) -> Table:
    """The table as it may be shown."""
    groups, counts = counted.groups[split], of.groups
    if not found.alone:
        return Table(split, (), ())
    lines = tuple(
        Line(name, {column: counts[name][column] for column in found.columns}, _half(groups[name], found.columns))
        for name in found.alone
    )
    rest = None
    together = tuple(name for name in found.together if name in counts)
    if together:
        added = {column: sum(counts[name][column] for name in together) for column in found.columns}
        rest = Line("", added)
    return Table(split, found.columns, lines, together, rest)


def _half(group: Group, columns: tuple[str, ...]) -> float | None:
    """Hours until half of a group's requests were answered."""
    return kaplan_meier(group.answers).quantile(0.5) if columns[0] in ("sent", "closed") else None


__all__ = ["NOT_SAID", "REPORTS", "Line", "Plan", "Report", "Table", "plan_of", "report"]
