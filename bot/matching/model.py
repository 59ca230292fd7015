"""The model: what was learned of how people name their work, as arrays of numbers.

Two parts read a text. *Meaning* is a table of word pieces, 256 numbers each, whose weighted mean says what a text is
about; texts that mean alike point the same way. *Occupations* says how likely each occupation of O*NET is, from pieces,
words and pairs of words. Both are trained by `grounds vocabulary train` and shipped beside this file as `model.json`
and `model.npz`: numbers and names only, nothing that could run, and refused when they are not what the JSON says.

No text of O*NET's is in it: pieces of words, single words with how often they occur, codes and names of occupations,
and a fingerprint of each text learned from, so that a bench can tell whether it asks what the model has been told.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from importlib import resources
from typing import Any

import numpy as np
import numpy.typing as npt

from bot.matching import pieces as p

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

DESCRIBED, ARRAYS = "model.json", "model.npz"
FORMAT = 1
KEPT = 12
"""So many occupations are kept of what a text may mean."""
AT_ONCE = 2048
"""Texts that are read in one go, so that memory stays bounded."""


class BentModel(ValueError):
    """The files of a model are not what they say they are."""


@dataclass(frozen=True)
class Table:
    """Rows of small numbers: int8, with a scale for each row."""

    rows: npt.NDArray[np.int8]
    scale: Floats

    def summed(self, at: Ints, which: Ints, count: int, weights: Floats | None = None) -> Floats:
        """For each of `count` texts the sum of its rows; `which` says whose each of `at` is, in rising order."""
        sums = np.zeros((count, self.rows.shape[1]), np.float32)
        if len(at) == 0:
            return sums
        worth = self.scale[at] if weights is None else self.scale[at] * weights
        if count == 1:
            sums[0] = worth @ self.rows[at].astype(np.float32)
            return sums
        picked = self.rows[at].astype(np.float32) * worth[:, None]
        begins = np.flatnonzero(np.r_[True, which[1:] != which[:-1]])
        sums[which[begins]] = np.add.reduceat(picked, begins, axis=0)
        return sums


@dataclass(frozen=True, eq=False)
class Model:
    """Everything learned. Arrays have a row for each piece (P), mark (H) or occupation (N); see `from_arrays`."""

    described: Mapping[str, Any]
    pieces: Mapping[str, int]
    meaning: Table
    """P × 256, already weighed."""
    by_piece: Table
    by_mark: Table
    piece_weight: Floats
    occupations: Floats
    """N × the width of both tables, unit length."""
    bias: Floats
    sharpness: float
    codes: tuple[str, ...]
    names: tuple[str, ...]
    kin: tuple[Ints, Ints, Floats]
    """How much somebody in one occupation can tell of another, and 1 of their own: columns of from, to, worth, since
    of a million pairs ten thousand are kin at all."""
    stems: Mapping[str, float]
    """How rare each known stem is (idf)."""
    rarest: float
    learned: Ints
    """Fingerprints of the texts learned from, sorted."""
    _cut: dict[str, tuple[int, ...]] = field(default_factory=dict)

    def read(self, texts: Sequence[Sequence[str]]) -> tuple[Floats, Floats]:
        """Texts as words → (meaning, count × 256, unit length; occupations, count × N, each row sums to 1 or 0).

        A text without a known word means nothing: its rows are zeros.
        """
        parts = [self._read(texts[at : at + AT_ONCE]) for at in range(0, len(texts), AT_ONCE)]
        if not parts:
            return np.zeros((0, self.meaning.rows.shape[1]), np.float32), np.zeros((0, len(self.codes)), np.float32)
        return np.concatenate([meaning for meaning, _ in parts]), np.concatenate([likely for _, likely in parts])

    def _read(self, texts: Sequence[Sequence[str]]) -> tuple[Floats, Floats]:
        count = len(texts)
        cut = [[piece for word in text for piece in self._pieces(word)] for text in texts]
        at, which = _laid_out(cut)
        meaning = _unit(self.meaning.summed(at, which, count))
        weights = self.piece_weight[at]
        total = np.bincount(which, weights, minlength=count).astype(np.float32)
        inner = np.asarray(self.by_piece.summed(at, which, count, weights) / np.maximum(total, 1e-6)[:, None])
        marks = [p.marks(text, len(self.by_mark.rows)) for text in texts]
        marked, whose = _laid_out(marks)
        beside = np.array([max(1, len(each)) for each in marks], np.float32)
        leaning = _unit(inner + self.by_mark.summed(marked, whose, count) / beside[:, None])
        votes = np.asarray(self.sharpness * (leaning @ self.occupations.T) + self.bias, np.float32)
        likely = np.exp(votes - votes.max(axis=1, keepdims=True))
        likely *= (total > 0)[:, None] / likely.sum(axis=1, keepdims=True)
        return meaning, np.asarray(likely, np.float32)

    def _pieces(self, word: str) -> tuple[int, ...]:
        found = self._cut.get(word)
        if found is None:
            found = p.pieces(word, self.pieces)
            if len(self._cut) < 100_000:
                self._cut[word] = found
        return found

    def answering(self, likely: Floats) -> Floats:
        """N likelihoods of what is meant → how much each occupation can tell of it."""
        here, there, worth = self.kin
        return np.bincount(there, likely[here] * worth, minlength=len(self.codes)).astype(np.float32)

    def rarity(self, stem: str) -> float:
        """How much a stem tells (idf over what was learned from); a stem that was never seen tells most."""
        return self.stems.get(stem, self.rarest)

    def has_learned(self, text: str) -> bool:
        """Whether this very text was among those learned from."""
        mark = p.print_of(text)
        at = int(np.searchsorted(self.learned, mark))
        return at < len(self.learned) and int(self.learned[at]) == mark


def _laid_out(lists: Sequence[Sequence[int]]) -> tuple[Ints, Ints]:
    sizes = [len(each) for each in lists]
    flat = np.fromiter((one for each in lists for one in each), np.int64, sum(sizes))
    return flat, np.repeat(np.arange(len(lists)), sizes)


def _unit(rows: Floats) -> Floats:
    long = np.sqrt((rows * rows).sum(axis=1, keepdims=True))
    unit: Floats = (rows / np.maximum(long, 1e-9)).astype(np.float32)
    return unit


def top(likely: Floats, most: int = KEPT) -> tuple[Ints, Floats]:
    """The likeliest occupations of each row and how likely they are: count × most, likeliest first."""
    kept = min(most, likely.shape[1])
    at = np.argpartition(-likely, kept - 1, axis=1)[:, :kept]
    at = np.sort(at, axis=1)
    values = np.take_along_axis(likely, at, axis=1)
    order = np.argsort(-values, axis=1, kind="stable")
    return np.take_along_axis(at, order, axis=1), np.take_along_axis(values, order, axis=1)


def packed(described: Mapping[str, Any], arrays: Mapping[str, npt.NDArray[Any]]) -> Mapping[str, bytes]:
    """The two files of a model. The same arrays give the same bytes."""
    buffer = io.BytesIO()
    np.savez_compressed(buffer, allow_pickle=False, **dict(sorted(arrays.items())))
    body = buffer.getvalue()
    told = {"format": FORMAT, **described, "sha256": sha256(body).hexdigest()}
    return {DESCRIBED: (json.dumps(told, indent=2, sort_keys=True) + "\n").encode(), ARRAYS: body}


def unpacked(files: Mapping[str, bytes]) -> Model:
    """A model from its two files. Raises BentModel when they are not those that were trained."""
    try:
        described = json.loads(files[DESCRIBED])
        if described["format"] != FORMAT or described["sha256"] != sha256(files[ARRAYS]).hexdigest():
            raise BentModel(f"{ARRAYS} is not the file that {DESCRIBED} describes")
        with np.load(io.BytesIO(files[ARRAYS]), allow_pickle=False) as arrays:
            return from_arrays(described, dict(arrays))
    except (KeyError, TypeError, json.JSONDecodeError) as error:
        raise BentModel(f"{DESCRIBED} or {ARRAYS} lacks something: {error}") from error


def from_arrays(described: Mapping[str, Any], arrays: Mapping[str, npt.NDArray[Any]]) -> Model:
    """A model from the arrays that the trainer writes."""
    codes = _lines(arrays["codes"])
    kin = np.eye(len(codes), dtype=np.float32)
    kin[arrays["kin_from"], arrays["kin_to"]] = arrays["kin_worth"]
    counts, texts = arrays["stem_counts"].astype(np.float32), float(described["texts"])
    rarity = np.log(1 + (texts - counts + 0.5) / (counts + 0.5))
    return Model(
        described=described,
        pieces={piece: at for at, piece in enumerate(_lines(arrays["pieces"]))},
        meaning=Table(arrays["meaning"], arrays["meaning_scale"].astype(np.float32)),
        by_piece=Table(arrays["by_piece"], arrays["by_piece_scale"].astype(np.float32)),
        by_mark=Table(arrays["by_mark"], arrays["by_mark_scale"].astype(np.float32)),
        piece_weight=arrays["piece_weight"].astype(np.float32),
        occupations=_unit(arrays["occupations"].astype(np.float32)),
        bias=arrays["bias"].astype(np.float32),
        sharpness=float(described["sharpness"]),
        codes=codes,
        names=_lines(arrays["names"]),
        kin=_columns(kin),
        stems=dict(zip(_lines(arrays["stems"]), map(float, rarity), strict=True)),
        rarest=float(np.log(1 + (texts + 0.5) / 0.5)),
        learned=np.sort(arrays["learned"].astype(np.int64)),
    )


def _columns(table: Floats) -> tuple[Ints, Ints, Floats]:
    rows, columns = np.nonzero(table)
    return rows, columns, table[rows, columns]


def lines(texts: Sequence[str]) -> npt.NDArray[np.uint8]:
    """Texts as an array of bytes, a line each."""
    return np.frombuffer("\n".join(texts).encode(), np.uint8)


def _lines(array: npt.NDArray[Any]) -> tuple[str, ...]:
    return tuple(array.tobytes().decode().split("\n")) if array.size else ()


@cache
def shipped() -> Model:
    """The model that comes with us. Raises BentModel if somebody bent it."""
    folder = resources.files(__package__) / "shipped"
    return unpacked({name: (folder / name).read_bytes() for name in (DESCRIBED, ARRAYS)})
