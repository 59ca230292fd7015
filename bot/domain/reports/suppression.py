"""Groups too small to show, and not to be found by subtracting either.

What is shown together is one *release*. In it

1. a count under the campus's limit is hidden, nought too: a hidden count could be any of 0 … 4;
2. whatever lies inside a hidden count is hidden with it, so that nothing shown says "at least so many";
3. where parts add up to a total that is shown, either none of them is hidden, or at least two whose sum is still
   large enough: else the smallest that is shown is hidden as well; or, where the total is part of nothing else, the
   total alone, since then nothing is left to subtract from;
4. in a split, a group is shown with all its counts or not at all. Those not shown are told as one, "the others
   together", and there are at least two of them. A record among the others could belong to any of them, so each of
   their counts can be anything from nought to what the others have together. Where the others together are too few,
   the smallest group that is shown joins them;
5. where a release has several tables of one split whose columns lie inside one another, or are the same, a group stands
   alone in all of them or in none: else the others of one table could be subtracted from those of another.

So after all subtracting, over all tables of a release, no hidden count is narrowed to fewer values than the limit:
`tests/unit/domain/reports/test_suppression.py` reckons that out for two hundred terms.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace


def hidden_of(
    values: Mapping[str, int],
    parts: Mapping[str, Sequence[str]],
    within: Mapping[str, Sequence[str]],
    least: int,
) -> frozenset[str]:
    """Which of `values` may not be shown. `parts` and `within` as in `counting`; measures not in `values` are not part
    of the release."""
    inside = _inside(values, parts, within)
    hidden: set[str] = set()

    def hide(measure: str) -> None:
        hidden.add(measure)
        hidden.update(inside[measure])

    for measure, value in values.items():
        if value < least:
            hide(measure)
    roots = {total for total in parts if not _lies_in(total, parts, within)}
    while True:
        told = (_to_hide(values, hidden, total, parts[total], total in roots, least) for total in parts)
        found = next(filter(None, told), "")
        if not found:
            return frozenset(hidden)
        if found in roots:
            hidden.add(found)  # its parts stay: without the sum nothing is left to subtract from
        else:
            hide(found)


def _lies_in(measure: str, parts: Mapping[str, Sequence[str]], within: Mapping[str, Sequence[str]]) -> bool:
    return measure in within or any(measure in those for those in parts.values())


def _to_hide(
    values: Mapping[str, int], hidden: set[str], total: str, those: Sequence[str], is_root: bool, least: int
) -> str:
    """What must go as well so that this sum gives nothing away; empty if it gives nothing away."""
    if total not in values or total in hidden or any(part not in values for part in those):
        return ""
    unseen = [part for part in those if part in hidden]
    if not unseen or (len(unseen) > 1 and sum(values[part] for part in unseen) >= least - 1):
        return ""
    seen = [part for part in those if part not in hidden]
    return total if is_root or not seen else min(seen, key=lambda part: values[part])


def _inside(
    values: Mapping[str, int], parts: Mapping[str, Sequence[str]], within: Mapping[str, Sequence[str]]
) -> Mapping[str, set[str]]:
    """A measure → all that lie inside it, at any depth."""
    directly: dict[str, set[str]] = {measure: set() for measure in values}
    for inner, outers in within.items():
        for outer in outers:
            if inner in values and outer in values:
                directly[outer].add(inner)
    for total, those in parts.items():
        if total in values:
            directly[total].update(part for part in those if part in values)
    return {measure: _reached(measure, directly) for measure in values}


def _reached(start: str, directly: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    ahead = list(directly[start])
    while ahead:
        one = ahead.pop()
        if one not in found:
            found.add(one)
            ahead += directly[one]
    return found


@dataclass(frozen=True)
class Pooled:
    """A split as it may be shown: the groups that stand alone, and those that are told together (none, or two and
    more). `columns` are those that are shown at all."""

    columns: tuple[str, ...]
    alone: tuple[str, ...]
    together: tuple[str, ...]


def pooled(
    groups: Mapping[str, Mapping[str, int]],
    people: Mapping[str, int],
    columns: Sequence[str],
    least: int,
) -> Pooled:
    """Which groups of a split may be shown alone, by rule 4.

    `groups` gives each group's counts, `people` how many different people are behind it; `columns` lie each inside
    the one before. Where no two groups could be shown with all columns, the last columns are left out.
    """
    if not columns:
        return Pooled((), (), tuple(groups))
    [found] = pooled_over([Split(groups, people, tuple(columns))], least)
    return found


@dataclass(frozen=True)
class Split:
    """One table before it is shown: the counts of each of its groups, how many different people are behind a group,
    and the columns, each inside the one before."""

    groups: Mapping[str, Mapping[str, int]]
    people: Mapping[str, int]
    columns: tuple[str, ...]


def pooled_over(tables: Sequence[Split], least: int) -> tuple[Pooled, ...]:
    """The same of several tables of one split that could be subtracted from one another, by rule 5. While fewer than
    two groups could be shown, the table with the most columns loses its last."""
    tables = tuple(tables)
    while True:
        alone, together = _pooled(tables, least)
        longest = max(range(len(tables)), key=lambda place: len(tables[place].columns))
        if len(alone) >= 2 or len(tables[longest].columns) == 1:
            return tuple(Pooled(one.columns, alone, together) for one in tables)
        shorter = replace(tables[longest], columns=tables[longest].columns[:-1])
        tables = (*tables[:longest], shorter, *tables[longest + 1 :])


def _pooled(tables: Sequence[Split], least: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    order = list(dict.fromkeys(name for one in tables for name in one.groups))
    alone = [name for name in order if all(_stands_alone(one, name, least) for one in tables)]
    together = [name for name in order if name not in alone]
    while together and alone and not all(_is_large(one, together, least) for one in tables):
        smallest = min(alone, key=lambda name: (tables[0].groups[name][tables[0].columns[0]], name))
        alone.remove(smallest)
        together.append(smallest)
    if not alone:
        together = order
    return tuple(alone), tuple(sorted(together, key=order.index))


def _stands_alone(one: Split, name: str, least: int) -> bool:
    counts = one.groups.get(name, {})
    return one.people.get(name, 0) >= least and all(counts.get(column, 0) >= least for column in one.columns)


def _is_large(one: Split, together: Sequence[str], least: int) -> bool:
    if len(together) < 2 or sum(one.people.get(name, 0) for name in together) < least:
        return False
    return all(sum(one.groups.get(name, {}).get(column, 0) for name in together) >= least for column in one.columns)
