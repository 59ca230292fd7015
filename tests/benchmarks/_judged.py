"""What the benches of matching measure by: files of alumni, asks and judgements, and the usual figures."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log2
from pathlib import Path
from statistics import fmean

from adapters.terminal import No
from bot.domain.people import AlumProfile, Person, PersonId, Standing

TOP = 10
NDCG_AT = 5


@dataclass(frozen=True)
class Asked:
    """One ask with its judgements: alum (by row of the file) → grade, of those that are above 0."""

    id: str
    text: str
    kind: str
    grades: Mapping[int, int]


@dataclass(frozen=True)
class Judged:
    """Alumni as people, in the order of the file, and the asks that somebody judged."""

    alumni: Sequence[Person]
    asks: Sequence[Asked]


def read_judged(alumni: Path, asks: Path, qrels: Path) -> Judged:
    """Read the three files. Ends kindly when a column is missing."""
    rows = list(_rows(alumni, "alum_id", "title"))
    number = {row["alum_id"]: at for at, row in enumerate(rows)}
    grades: dict[str, dict[int, int]] = {}
    for line in qrels.read_text(encoding="utf-8").splitlines():
        ask, _, alum, grade = line.split()
        if int(grade) > 0 and alum in number:
            grades.setdefault(ask, {})[number[alum]] = int(grade)
    asked = [
        Asked(row["ask_id"], row["text"], row.get("kind") or "all", grades[row["ask_id"]])
        for row in _rows(asks, "ask_id", "text")
        if row["ask_id"] in grades
    ]
    return Judged([_a_person(at, row) for at, row in enumerate(rows)], asked)


def _rows(file: Path, *needed: str) -> Iterator[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        reader = csv.DictReader(lines)
        if missing := [name for name in needed if name not in (reader.fieldnames or ())]:
            raise No(f"{file} has no column {missing[0]}.")
        for row in reader:
            yield {name: value or "" for name, value in row.items() if name}


def _a_person(at: int, row: Mapping[str, str]) -> Person:
    profile = AlumProfile(
        Standing.APPROVED,
        title=row["title"],
        employer=row.get("employer", ""),
        industry=row.get("industry", ""),
        past_titles=_listed(row.get("past_titles", "")),
        topics=_listed(row.get("topics", "")),
        degree=row.get("degree", ""),
    )
    return Person(PersonId(at), f"who{at}", given_name=f"P{at}", alum=profile)


def _listed(text: str) -> tuple[str, ...]:
    """Several in one cell are parted by a semicolon or a bar, as in a roster."""
    return tuple(part.strip() for part in text.replace("|", ";").split(";") if part.strip())


@dataclass(frozen=True)
class Figures:
    """Means over asks."""

    ndcg5: float
    recall10: float
    mrr10: float
    asks: int

    def as_json(self) -> dict[str, float]:
        """Plain numbers."""
        return {"ndcg5": self.ndcg5, "recall10": self.recall10, "mrr10": self.mrr10, "asks": self.asks}


def figures(asks: Iterable[Asked], found: Mapping[str, Sequence[int]]) -> Figures:
    """nDCG@5 (gains 2^g - 1), recall@10 (of what could be there), MRR@10 (of the highest grade)."""
    told = [_of_one(ask.grades, found[ask.id]) for ask in asks]
    if not told:
        return Figures(0.0, 0.0, 0.0, 0)
    ndcg, recall, mrr = (round(fmean(column), 4) for column in zip(*told, strict=True))
    return Figures(ndcg, recall, mrr, len(told))


def by_kind(asks: Sequence[Asked], found: Mapping[str, Sequence[int]], apart: frozenset[str]) -> dict[str, Figures]:
    """The same for each kind of ask; `no_shared_word` are those `apart`, whatever their kind."""
    kinds = {kind: figures([ask for ask in asks if ask.kind == kind], found) for kind in sorted({a.kind for a in asks})}
    return {**kinds, "no_shared_word": figures([ask for ask in asks if ask.id in apart], found)}


def _of_one(grades: Mapping[int, int], found: Sequence[int]) -> tuple[float, float, float]:
    ideal = _gain(sorted(grades.values(), reverse=True))
    ndcg = _gain([grades.get(alum, 0) for alum in found]) / ideal
    recall = sum(alum in grades for alum in found[:TOP]) / min(TOP, len(grades))
    best = max(grades.values())
    first = next((place for place, alum in enumerate(found[:TOP], start=1) if grades.get(alum, 0) == best), None)
    return ndcg, recall, 1 / first if first else 0.0


def _gain(grades: Sequence[int]) -> float:
    return sum((2.0**grade - 1) / log2(place + 1) for place, grade in enumerate(grades[:NDCG_AT], start=1))
