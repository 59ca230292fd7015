"""The snapshot: what the model makes of every alum, as arrays that a search goes through in milliseconds.

A row for each alum, in the order of their ids, so that building anew and adding one by one give the same. Words and
occupations stand in postings, sorted by what is looked up; meanings stand in a table of small numbers. A snapshot is
never changed: `with_row` and `without` make another.

Nothing in it depends on who else is there. How rare a word is comes from what the model learned from, not from the
roster, so that an alum who joins can come before others but never changes how these stand to one another.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bot.matching.model import AT_ONCE, KEPT, Floats, Ints, Model, top
from bot.matching.pieces import tokens

PAST = 0.4
"""What somebody did before, beside what they do now."""
ABOUT = 0.5
"""What they may be asked about, and the industry: true of them, and wider than what they do."""
ABOUT_IN_MEANING = 0.25
FAINT = 0.004
"""An occupation that is less likely than this is not kept."""


@dataclass(frozen=True)
class Said:
    """What one alum says of their work: `words` are stems with their weights, the rest are texts."""

    words: Mapping[str, float]
    title: str
    past: tuple[str, ...] = ()
    about: str = ""

    @property
    def texts(self) -> tuple[str, ...]:
        """Everything that the model reads."""
        return tuple(text for text in (self.title, *self.past, self.about) if text)


@dataclass(frozen=True, eq=False)
class Postings:
    """Who has what, and how strongly: sorted by key, then by row."""

    keys: Ints
    rows: npt.NDArray[np.int32]
    worth: Floats

    @classmethod
    def of(cls, keys: Ints, rows: Ints, worth: Floats) -> Postings:
        """From three columns in any order."""
        order = np.lexsort((rows, keys))
        return cls(keys[order], rows[order].astype(np.int32), worth[order].astype(np.float32))

    def at(self, key: int) -> tuple[npt.NDArray[np.int32], Floats]:
        """The rows that have this, and how strongly."""
        begin, end = np.searchsorted(self.keys, (key, key + 1))
        return self.rows[begin:end], self.worth[begin:end]

    def all_of(self, keys: Ints, weights: Floats) -> tuple[npt.NDArray[np.int32], Floats]:
        """The rows that have any of these, and how strongly times what that one weighs; a row stands there for each."""
        begins, ends = np.searchsorted(self.keys, keys), np.searchsorted(self.keys, keys, side="right")
        sizes = ends - begins
        at = np.arange(int(sizes.sum())) + np.repeat(begins - (np.cumsum(sizes) - sizes), sizes)
        return self.rows[at], self.worth[at] * np.repeat(weights, sizes)

    def with_row(self, row: int, keys: Ints, worth: Floats) -> Postings:
        """With one more row put in at `row`."""
        moved = self.rows + (self.rows >= row)
        order = np.argsort(keys, kind="stable")
        keys, worth = keys[order], worth[order]
        # Where a key's postings begin, plus those of it that stand before this row.
        begins, ends = np.searchsorted(self.keys, keys), np.searchsorted(self.keys, keys, side="right")
        places = [
            begin + int(np.searchsorted(self.rows[begin:end], row)) for begin, end in zip(begins, ends, strict=True)
        ]
        return Postings(
            np.insert(self.keys, places, keys),
            np.insert(moved, places, row).astype(np.int32),
            np.insert(self.worth, places, worth).astype(np.float32),
        )

    def without(self, row: int) -> Postings:
        """Without one row."""
        kept = self.rows != row
        rows = self.rows[kept]
        return Postings(self.keys[kept], (rows - (rows > row)).astype(np.int32), self.worth[kept])


@dataclass(frozen=True, eq=False)
class Snapshot:
    """All alumni by row. `meaning` is n × 256 in int8, `scale` what makes each row of length 1."""

    model: Model
    ids: Ints
    words: Postings
    occupations: Postings
    meaning: npt.NDArray[np.int8]
    scale: Floats

    @classmethod
    def build(cls, model: Model, alumni: Mapping[int, Said]) -> Snapshot:
        """Of everybody; their order doesn't matter."""
        ids = sorted(alumni)
        said = [alumni[each] for each in ids]
        meaning, scale, occupations = _read(model, said)
        owners = np.repeat(np.arange(len(said)), [len(each.words) for each in said])
        keys = np.fromiter((key_of(stem) for each in said for stem in each.words), np.int64, len(owners))
        worth = np.fromiter((weight for each in said for weight in each.words.values()), np.float32, len(owners))
        return cls(
            model, np.array(ids, np.int64), Postings.of(keys, owners, worth), Postings.of(*occupations), meaning, scale
        )

    def with_row(self, alum: int, said: Said) -> Snapshot:
        """With one alum more, who is not in it yet."""
        row = int(np.searchsorted(self.ids, alum))
        meaning, scale, (codes, _, likely) = _read(self.model, [said])
        keys = np.array([key_of(stem) for stem in said.words], np.int64)
        return Snapshot(
            self.model,
            np.insert(self.ids, row, alum),
            self.words.with_row(row, keys, np.array(list(said.words.values()), np.float32)),
            self.occupations.with_row(row, codes, likely),
            np.insert(self.meaning, row, meaning, axis=0),
            np.insert(self.scale, row, scale).astype(np.float32),
        )

    def without(self, alum: int) -> Snapshot:
        """Without this alum, who is in it."""
        row = int(np.searchsorted(self.ids, alum))
        return Snapshot(
            self.model,
            np.delete(self.ids, row),
            self.words.without(row),
            self.occupations.without(row),
            np.delete(self.meaning, row, axis=0),
            np.delete(self.scale, row),
        )

    def has_word(self, stem: str) -> bool:
        """Whether anybody has this word."""
        return len(self.words.at(key_of(stem))[0]) > 0

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Snapshot):
            return NotImplemented
        pairs = list(zip(self._arrays(), other._arrays(), strict=True))
        if self.model is not other.model or any(mine.shape != theirs.shape for mine, theirs in pairs):
            return False
        # Read alone or among others, a text may differ in the last bit of its numbers.
        return all(np.allclose(mine, theirs, rtol=1e-3, atol=1e-4) for mine, theirs in pairs) and bool(
            np.allclose(self._spread(), other._spread(), atol=2e-2)
        )

    def _spread(self) -> Floats:
        return self.meaning * self.scale[:, None]

    __hash__ = None  # type: ignore[assignment]  # arrays are compared, never looked up

    def _arrays(self) -> tuple[npt.NDArray[np.generic], ...]:
        words, occupations = self.words, self.occupations
        return (
            self.ids, words.keys, words.rows, words.worth, occupations.keys, occupations.rows, occupations.worth,
            self.scale,
        )  # fmt: skip


def key_of(stem: str) -> int:
    """A word as a number: two words in a hundred thousand may share one."""
    return zlib.crc32(stem.encode())


def profile(model: Model, said: Said) -> Mapping[int, float]:
    """How likely each occupation is for one alum, as a snapshot keeps it."""
    _, _, (codes, _, likely) = _read(model, [said])
    return {int(code): float(worth) for code, worth in zip(codes, likely, strict=True)}


def _read(model: Model, said: Sequence[Said]) -> tuple[npt.NDArray[np.int8], Floats, tuple[Ints, Ints, Floats]]:
    """Meaning with its scale, and occupations as three columns (code, row, how likely), of many alumni."""
    texts = sorted({text for each in said for text in each.texts})
    at = {text: number for number, text in enumerate(texts)}
    meaning = np.zeros((len(texts) + 1, model.meaning.rows.shape[1]), np.float32)
    kept = min(KEPT, len(model.codes))
    codes = np.zeros((len(texts) + 1, kept), np.int64)
    likely = np.zeros((len(texts) + 1, kept), np.float32)
    for start in range(0, len(texts), AT_ONCE):
        some = slice(start, min(start + AT_ONCE, len(texts)))
        meaning[some], found = model.read([tokens(text) for text in texts[some]])
        codes[some], likely[some] = top(found)
    # Everything that somebody says, as (row, text, what it counts): one pass for all of them.
    said_by = [
        (row, at[text], weight)
        for row, each in enumerate(said)
        for text, weight in ((each.title, 1.0), *((past, PAST) for past in each.past), (each.about, ABOUT))
        if text
    ]
    rows, numbers = (np.array([one[column] for one in said_by], np.int64) for column in (0, 1))
    weights = np.array([weight for _, _, weight in said_by], np.float32)
    columns = _likeliest(len(model.codes), rows, codes[numbers], likely[numbers] * weights[:, None])
    nothing = len(texts)
    titles = np.array([at.get(each.title, nothing) for each in said], int)
    about = np.array([at.get(each.about, nothing) for each in said], int)
    mixed = meaning[titles] + ABOUT_IN_MEANING * meaning[about]
    mixed /= np.maximum(np.linalg.norm(mixed, axis=1, keepdims=True), 1e-9)
    scale = (np.abs(mixed).max(axis=1, initial=0.0) / 127).astype(np.float32)
    small = np.round(mixed / np.where(scale > 0, scale, 1)[:, None]).astype(np.int8)
    return small, scale, columns


def _likeliest(occupations: int, rows: Ints, codes: Ints, worth: Floats) -> tuple[Ints, Ints, Floats]:
    """Of all that speaks for an occupation of somebody the strongest: columns of code, row, worth."""
    flat = (np.repeat(rows, codes.shape[1]) * occupations + codes.ravel()).astype(np.int64)
    value = worth.ravel().astype(np.float32)
    order = np.lexsort((-value, flat))
    flat, value = flat[order], value[order]
    first = np.r_[True, flat[1:] != flat[:-1]] if len(flat) else np.zeros(0, bool)
    kept = first & (value >= FAINT)
    return flat[kept] % occupations, flat[kept] // occupations, value[kept]
