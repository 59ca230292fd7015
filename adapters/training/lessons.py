"""Lessons: what the model learns from, read from an O*NET text release or from two plain files.

With `--dictionary` and `--tasks` nothing else is learned from: the release then only says how occupations are called,
and which are related is left out too. Such a model can be measured on asks that are made of O*NET's other titles.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.matching import pieces as p

_TWO_NAMES = re.compile(r"^(?P<long>.+?)\s*\((?P<short>[^()]+)\)$")
RELATED = {"Primary-Short": 1 / 3, "Primary-Long": 1 / 8}
"""How much a related occupation is worth beside the very one: a third is what graded judgements give it."""


class NoLessons(ValueError):
    """A file is missing or has not the columns it should have."""


@dataclass(frozen=True)
class Lessons:
    """Titles and sentences with the occupations (by code) that they belong to."""

    titles: Mapping[str, frozenset[str]]
    sentences: Mapping[str, frozenset[str]]
    names: Mapping[str, str]
    related: Mapping[tuple[str, str], float] = field(default_factory=dict)

    @property
    def codes(self) -> tuple[str, ...]:
        """Every occupation there is something to learn of."""
        return tuple(sorted({code for codes in (*self.titles.values(), *self.sentences.values()) for code in codes}))

    def prints(self) -> set[int]:
        """The fingerprint of every text learned from, as it stands and as it is said in parts."""
        whole = {p.print_of(text) for text in (*self.titles, *self.sentences)}
        return whole | {p.print_of(said) for title in self.titles for said in said_apart(title)}


def said_apart(title: str) -> tuple[str, ...]:
    """`Integrated Circuit Design Engineer (IC Design Engineer)` is two titles."""
    both = _TWO_NAMES.match(title)
    return (both["long"], both["short"]) if both else (title,)


def from_release(folder: Path) -> Lessons:
    """Everything that an O*NET text release says. Raises NoLessons."""
    titles: dict[str, set[str]] = {}
    sentences: dict[str, set[str]] = {}
    names: dict[str, str] = {}
    for row in _rows(folder / "Occupation Data.txt", "O*NET-SOC Code", "Title", "Description"):
        code, name, described = row
        names[code] = name
        titles.setdefault(name, set()).add(code)
        for sentence in re.split(r"(?<=\.)\s+", described):
            sentences.setdefault(sentence, set()).add(code)
    for file, column in (("Alternate Titles", "Alternate Title"), ("Sample of Reported Titles", "Reported Job Title")):
        for code, title in _rows(folder / f"{file}.txt", "O*NET-SOC Code", column):
            titles.setdefault(title, set()).add(code)
    for code, task in _rows(folder / "Task Statements.txt", "O*NET-SOC Code", "Task"):
        sentences.setdefault(task, set()).add(code)
    tiers = _rows(folder / "Related Occupations.txt", "O*NET-SOC Code", "Related O*NET-SOC Code", "Relatedness Tier")
    related = {(one, other): RELATED[tier] for one, other, tier in tiers if tier in RELATED}
    return Lessons(_settled(titles), _settled(sentences), names, related)


def from_files(dictionary: Path, tasks: Path, release: Path | None) -> Lessons:
    """Only what these two files say. Raises NoLessons."""
    titles: dict[str, set[str]] = {}
    sentences: dict[str, set[str]] = {}
    for code, title in _rows(dictionary, "onet_soc", "title"):
        titles.setdefault(title, set()).add(code)
    for code, task in _rows(tasks, "onet_soc", "task"):
        sentences.setdefault(task, set()).add(code)
    named = _rows(release / "Occupation Data.txt", "O*NET-SOC Code", "Title") if release else ()
    names = {row[0]: row[1] for row in named}
    return Lessons(_settled(titles), _settled(sentences), names)


def _settled(found: Mapping[str, Iterable[str]]) -> Mapping[str, frozenset[str]]:
    return {text: frozenset(found[text]) for text in sorted(found)}


def _rows(file: Path, *columns: str) -> Iterator[tuple[str, ...]]:
    tabbed = file.suffix == ".txt"
    try:
        with file.open(encoding="utf-8", newline="") as lines:
            plain = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
            for row in plain if tabbed else csv.DictReader(lines):
                yield tuple(row[column].strip() for column in columns)
    except OSError as missing:
        raise NoLessons(f"{file} can't be read: {missing.strerror}") from None
    except KeyError as column:
        raise NoLessons(f"{file} has no column {column}") from None
