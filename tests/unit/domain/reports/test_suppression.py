"""No small group is shown, and none can be found by reckoning with everything that one release shows.

Written apart from the rules it checks: the release becomes a system of equations and inequalities over all its cells,
whole numbers, and each hidden cell is driven as low and as high as the system lets it.
"""

from __future__ import annotations

import random
from datetime import timedelta

import numpy as np
import pytest
from scipy.optimize import LinearConstraint, milp

from bot.domain.campus import Campus
from bot.domain.reports import REPORTS, Report, period, release, report
from bot.domain.reports.counting import PARTS, SPLITS, WITHIN, tally
from bot.domain.reports.metrics import add_counts
from bot.domain.reports.suppression import hidden_of, pooled
from tests.benchmarks._terms import Term, steps
from tests.unit.domain.reports.made import facts_of

TERMS = 200
LEAST = 5


class Attacker:
    """Everything that can be known of the cells of one release. A cell is ("", "", measure) for a total, and
    (split, group, measure) for a group."""

    def __init__(self, *released: Report) -> None:
        self.cells: dict[tuple[str, str, str], int] = {}
        self.rows: list[tuple[dict[int, float], float, float]] = []
        self.hidden: list[tuple[str, str, str]] = []
        counts = {measure: value for one in released for measure, value in one.counts.items()}
        for measure, value in counts.items():
            self._is(("", "", measure), value)
        self._relations({"": set(counts)}, "")
        known: dict[str, dict[str, set[str]]] = {}
        for table in (table for one in released for table in one.tables):
            groups = {line.group: line.counts for line in table.lines}
            for group in table.together:
                groups[group] = {}
            for column in table.columns:
                for group, counted in groups.items():
                    self._is((table.by, group, column), counted.get(column))
                members = [self._cell((table.by, group, column)) for group in groups]
                self._sum(members, self._cell(("", "", column)))
                if table.rest is not None:
                    pooled_cells = {self._cell((table.by, group, column)): 1.0 for group in table.together}
                    self.rows.append((pooled_cells, table.rest.counts[column], table.rest.counts[column]))
            for group in groups:
                known.setdefault(table.by, {}).setdefault(group, set()).update(table.columns)
        for split, of_group in known.items():
            self._relations(of_group, split)

    def _cell(self, name: tuple[str, str, str]) -> int:
        return self.cells.setdefault(name, len(self.cells))

    def _is(self, name: tuple[str, str, str], value: int | None) -> None:
        cell = self._cell(name)
        if value is None:
            self.hidden.append(name)
        else:
            self.rows.append(({cell: 1.0}, value, value))

    def _sum(self, parts: list[int], total: int) -> None:
        row = dict.fromkeys(parts, 1.0)
        row[total] = -1.0
        self.rows.append((row, 0, 0))

    def _relations(self, groups: dict[str, set[str]], split: str) -> None:
        for group, measures in groups.items():
            for total, those in PARTS.items():
                if total in measures and set(those) <= measures:
                    self._sum([self._cell((split, group, part)) for part in those], self._cell((split, group, total)))
            inside = dict(WITHIN) | {part: (total,) for total, those in PARTS.items() for part in those}
            for inner, outers in inside.items():
                for outer in outers:
                    if (split, inner, outer) == ("field", "students_held", "held"):
                        continue  # a student counts in the field of their first request, a talk in its own
                    if inner in measures and outer in measures:
                        row = {self._cell((split, group, outer)): 1.0, self._cell((split, group, inner)): -1.0}
                        self.rows.append((row, 0, np.inf))

    def narrowest(self) -> tuple[int, tuple[str, str, str] | None]:
        """The hidden cell of which most is known, and how many values it may have."""
        many = len(self.cells)
        matrix = np.zeros((len(self.rows), many))
        low, high = np.zeros(len(self.rows)), np.zeros(len(self.rows))
        for place, (row, at_least, at_most) in enumerate(self.rows):
            for cell, weight in row.items():
                matrix[place, cell] += weight
            low[place], high[place] = at_least, at_most
        known = LinearConstraint(matrix, low, high)
        worst: tuple[int, tuple[str, str, str] | None] = (10_000, None)
        for name in self.hidden:
            aim = np.zeros(many)
            aim[self.cells[name]] = 1
            ends = []
            for sign in (1, -1):
                # Up to a thousand is far enough: what may be larger is not narrowed.
                found = milp(sign * aim, constraints=known, integrality=np.ones(many), bounds=(0, 1000))
                assert found.status == 0, f"no such release could be: {found.message}"
                ends.append(round(sign * found.fun))
            worst = min(worst, (ends[1] - ends[0] + 1, name))
        return worst


@pytest.mark.slow
@pytest.mark.parametrize("chunk", range(10))
def test_no_hidden_count_is_narrowed_to_fewer_than_five_values(chunk: int) -> None:
    found: dict[int, tuple[int, object]] = {}
    hidden = 0
    for seed in range(chunk, TERMS, 10):
        chance = random.Random(seed)
        term = Term(seed, chance.choice((6, 15, 30, 60, 120)), students=chance.choice((5, 20, 40)), alumni=20)
        made = steps(term)
        campus = Campus(zone="UTC")
        of = period("term-2026-1", term.start + timedelta(days=chance.choice((30, 90, 200))), campus)
        released = report(
            chance.choice(list(REPORTS)), facts_of(made, of.until), of, by=chance.choice(("", "all", *SPLITS))
        )
        attacker = Attacker(released)
        hidden += len(attacker.hidden)
        found[seed] = attacker.narrowest()

    assert hidden > 20, "a term in which nothing is small proves nothing"
    assert {seed: narrow for seed, narrow in found.items() if narrow[0] < LEAST} == {}


@pytest.mark.slow
@pytest.mark.parametrize("chunk", range(6))
def test_nor_when_all_reports_are_released_at_once(chunk: int) -> None:
    found: dict[int, tuple[int, object]] = {}
    hidden = shown = 0
    for seed in range(chunk, 36, 6):
        chance = random.Random(seed)
        term = Term(seed, chance.choice((15, 60, 150, 400)), students=chance.choice((20, 60)), alumni=40)
        made = steps(term)
        of = period("term-2026-1", term.start + timedelta(days=chance.choice((60, 100))), Campus(zone="UTC"))
        released = release(facts_of(made, of.until), of)
        attacker = Attacker(*released)
        hidden += len(attacker.hidden)
        shown += sum(len(table.lines) for one in released for table in one.tables)
        found[seed] = attacker.narrowest()

    assert (hidden > 20, shown > 20) == (True, True), "a term in which nothing is small, or all is, proves nothing"
    assert {seed: narrow for seed, narrow in found.items() if narrow[0] < LEAST} == {}


def test_tables_that_could_be_subtracted_from_one_another_show_the_same_groups() -> None:
    term = Term(8, 300, students=60, alumni=60)
    of = period("term-2026-1", term.start + timedelta(days=100), Campus(zone="UTC"))
    tables = [table for one in release(facts_of(steps(term), of.until), of) for table in one.tables]

    groups = {
        (table.by, family): {line.group for line in table.lines}
        for table in tables
        for family in ("sent", "held")
        if table.lines and family in ("held" if {"held", "students_held"} & set(table.columns) else table.columns[0])
    }
    for (split, family), shown in groups.items():
        for table in tables:
            columns = set(table.columns)
            related = "sent" in columns if family == "sent" else {"held", "students_held"} & columns
            if table.by == split and table.lines and related:
                assert {line.group for line in table.lines} == shown


def test_nothing_under_five_is_shown() -> None:
    for seed in range(40):
        term = Term(seed, 25, students=12, alumni=15)
        of = period("term-2026-1", term.start + timedelta(days=200), Campus(zone="UTC"))
        facts = facts_of(steps(term), of.until)
        for name in REPORTS:
            released = report(name, facts, of, by="all")
            shown = [value for value in released.counts.values() if value is not None]
            shown += [count for table in released.tables for line in table.lines for count in line.counts.values()]
            shown += [count for table in released.tables if table.rest for count in table.rest.counts.values()]
            assert [count for count in shown if count < LEAST] == []


def test_a_rate_of_a_hidden_group_has_no_value() -> None:
    term = Term(3, 12, students=6, alumni=8)
    of = period("term-2026-1", term.start + timedelta(days=200), Campus(zone="UTC"))

    released = report("overview", facts_of(steps(term), of.until), of)

    hidden = [one for one in released.metrics if one.hidden]
    assert hidden
    assert {one.value for one in hidden} == {None}
    assert [one.name for one in hidden if one.numerator is not None and one.denominator is not None] == []


def test_what_is_left_of_a_sum_hides_a_second_part() -> None:
    values = {"due": 30, "held": 20, "missed": 3, "unknown": 7}

    hidden = hidden_of(values, PARTS, WITHIN, LEAST)

    assert hidden == {"missed", "unknown"}


def test_parts_are_hidden_together_and_whatever_lies_in_a_hidden_total() -> None:
    values = {"held": 5, "held_by_both": 5, "held_by_one": 0}

    assert hidden_of(values, PARTS, WITHIN, LEAST) == {"held_by_both", "held_by_one"}
    values = {"planned": 40, "due": 38, "late_cancelled": 2}
    assert hidden_of(values, PARTS, WITHIN, LEAST) == {"planned", "late_cancelled"}


def test_a_small_group_takes_the_smallest_large_one_with_it() -> None:
    groups = {"arts": {"due": 20}, "law": {"due": 6}, "science": {"due": 12}, "health": {"due": 2}}

    found = pooled(groups, dict.fromkeys(groups, 10), ("due",), LEAST)

    assert (found.alone, found.together) == (("arts", "science"), ("law", "health"))


def test_many_talks_of_few_people_are_a_small_group() -> None:
    groups = {"arts": {"due": 20}, "law": {"due": 30}, "science": {"due": 12}}

    found = pooled(groups, {"arts": 9, "law": 2, "science": 9}, ("due",), LEAST)

    assert (found.alone, found.together) == (("arts",), ("law", "science"))


def test_the_relations_that_suppression_reckons_with_are_true() -> None:
    for seed in range(30):
        term = Term(seed, 150)
        of = period("term-2026-1", term.start + timedelta(days=100), Campus(zone="UTC"))
        counted = tally(facts_of(steps(term), of.until), of, SPLITS)
        add_counts(counted)
        counts = counted.total.counts
        assert {
            total for total, those in PARTS.items() if counts[total] != sum(counts[part] for part in those)
        } == set()
        assert {
            (inner, outer) for inner, outers in WITHIN.items() for outer in outers if counts[inner] > counts[outer]
        } == set()
        for split in SPLITS:
            for measure in ("sent", "closed", "due", "held", "students", "asked", "went_thanked"):
                assert counts[measure] == sum(group.counts[measure] for group in counted.groups[split].values())
