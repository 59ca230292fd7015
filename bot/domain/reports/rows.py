"""Columns of Steps as whole numbers, which is how a million of them are compared and counted in no time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from bot.domain.steps import Columns, Numbers

Flags: TypeAlias = npt.NDArray[np.bool_]
NOTHING: Numbers = np.zeros(0, np.int64)


class Words(dict[str, int]):
    """Words by number, in the order in which they came; 0 is the empty one."""

    def __init__(self) -> None:
        super().__init__({"": 0})

    def __missing__(self, word: str) -> int:
        number = self[word] = len(self)
        return number

    def numbers(self, words: Iterable[str]) -> Numbers:
        return np.fromiter(map(self.__getitem__, words), np.int64)

    def known(self) -> list[str]:
        """Every word, at its number."""
        return list(self)

    def flags(self, words: Iterable[str]) -> Flags:
        """By number: whether it is one of these words."""
        found = np.zeros(len(self), np.bool_)
        found[[self[word] for word in words if word in self]] = True
        return found

    def read(self, column: Numbers, meaning: Callable[[str], int]) -> Numbers:
        """What each word of a column means as a number."""
        some, places = np.unique(column, return_inverse=True)
        known = self.known()
        return np.array([meaning(known[number]) for number in some], np.int64)[places]


class Rows:
    """Some Steps, fact by fact; words by their numbers."""

    def __init__(self, columns: Mapping[str, Numbers]) -> None:
        self._columns = columns

    def __getitem__(self, fact: str) -> Numbers:
        return self._columns.get(fact, NOTHING)

    def __len__(self) -> int:
        return max((len(column) for column in self._columns.values()), default=0)

    def where(self, those: Flags) -> Rows:
        """Only those."""
        return Rows({fact: column[those] for fact, column in self._columns.items()}) if len(self) else self


def rows_of(pieces: Iterable[Columns], words: Words) -> Rows:
    """All pieces as one."""
    found: dict[str, list[Numbers]] = defaultdict(list)
    for piece in pieces:
        for fact, column in piece.words.items():
            found[fact].append(words.numbers(column))
        for fact, numbers in piece.numbers.items():
            found[fact].append(numbers)
    return Rows({fact: np.concatenate(columns) for fact, columns in found.items()})
