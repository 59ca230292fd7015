"""Learning: from lessons to the arrays of a model. This is the one place that needs torch.

Three steps, each reproducible from the seed on one thread.

1. *Meaning.* Each word piece starts as what MiniLM makes of it by itself, in the 256 directions that matter most for
   the lessons. Then whole titles and sentences are pulled to what MiniLM makes of them, and, in one batch among many
   others, to another text of their occupation.
2. *Occupations.* Pieces, words and pairs of words vote for the occupation; some of them are hidden each time, so that
   no single word decides. Texts of several occupations are right with any of them.
3. *Packing.* Rows become int8 with a scale each. Pieces that no lesson contains have no vote.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import nn
from torch.nn import functional

from adapters.minilm import MiniLM
from adapters.training.lessons import Lessons, said_apart
from bot.matching import pieces as p
from bot.matching import vocabulary as v
from bot.matching.model import lines

Floats = npt.NDArray[np.float32]
Say = Callable[[str], None]

MEANING_WIDTH = 256


@dataclass(frozen=True)
class Course:
    """How long and how hard to learn. Times are rounds through all lessons."""

    width: int = 128
    marks: int = 32768
    rounds: int = 20
    meaning_rounds: int = 6
    sentences: int = 6
    """So many sentences of an occupation the teacher reads, beside all titles; meaning is learned from these."""
    batch: int = 512
    step: float = 2e-3
    hidden: float = 0.2
    sharpness: float = 20.0
    contrast: float = 0.25
    """How much another text of the same occupation counts beside what MiniLM makes of the text itself."""
    warmth: float = 0.07


@dataclass(frozen=True)
class Cut:
    """Texts as numbers: pieces and marks of each, and its occupations."""

    pieces: Sequence[npt.NDArray[np.int64]]
    marks: Sequence[npt.NDArray[np.int64]]
    right: Sequence[Sequence[int]]


def learn(lessons: Lessons, seed: int, say: Say, course: Course | None = None) -> dict[str, npt.NDArray[Any]]:
    """The arrays of a model (`bot.matching.model.from_arrays` reads them). `say` is told how it goes."""
    course = course or Course()
    torch.manual_seed(seed)
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(mode=True)
    chance = random.Random(seed)  # noqa: S311 - which words are hidden is no secret
    teacher = MiniLM()
    names = [piece for piece in teacher.vocabulary if _is_told(piece)]
    known = {name: at for at, name in enumerate(names)}
    codes = lessons.codes
    number = {code: at for at, code in enumerate(codes)}
    taught = [(said, codes_) for title, codes_ in lessons.titles.items() for said in said_apart(title)]
    taught += list(lessons.sentences.items())
    texts = [text for text, _ in taught]
    cut = Cut(
        [_flat(p.pieces(word, known) for word in p.tokens(text)) for text in texts],
        [np.array(p.marks(p.tokens(text), course.marks), np.int64) for text in texts],
        [sorted(number[code] for code in codes_) for _, codes_ in taught],
    )
    say(f"{len(texts)} texts of {len(codes)} occupations, {len(names)} pieces")
    read = _to_be_read(cut, len(texts) - len(lessons.sentences), course.sentences)
    part = Cut([cut.pieces[at] for at in read], [cut.marks[at] for at in read], [cut.right[at] for at in read])
    meaning = _learn_meaning([texts[at] for at in read], names, part, teacher, course, say, chance)
    votes = _learn_votes(meaning, cut, len(codes), course, say, chance)
    related = sorted(
        (number[one], number[other], worth)
        for (one, other), worth in lessons.related.items()
        if one in number and other in number
    )
    counted = Counter(stem for text in texts for stem in set(v.stems(text)))
    stems = sorted(stem for stem, times in counted.items() if times > 1)
    return {
        "pieces": lines(names),
        **_packed("meaning", meaning),
        **votes,
        "codes": lines(codes),
        "names": lines([lessons.names.get(code, code) for code in codes]),
        "kin_from": np.array([one for one, _, _ in related], np.int16),
        "kin_to": np.array([other for _, other, _ in related], np.int16),
        "kin_worth": np.array([worth for _, _, worth in related], np.float16),
        "stems": lines(stems),
        "stem_counts": np.array([counted[stem] for stem in stems], np.int32),
        "learned": np.array(sorted(lessons.prints()), np.int64),
    }


def _to_be_read(cut: Cut, titles: int, sentences: int) -> list[int]:
    """All titles, and the first few sentences of each occupation."""
    read = list(range(titles))
    times: Counter[int] = Counter()
    for at in range(titles, len(cut.right)):
        if times[cut.right[at][0]] < sentences:
            times[cut.right[at][0]] += 1
            read.append(at)
    return read


def _is_told(piece: str) -> bool:
    bare = piece.removeprefix(p.CONTINUED)
    return bare.isascii() and (
        bare.isalpha() or (bare.isdigit() and len(bare) < 3) or (bare.isalnum() and "#" in piece)
    )


def _flat(parts: Any) -> npt.NDArray[np.int64]:
    return np.array([piece for part in parts for piece in part], np.int64)


def _laid(parts: Sequence[npt.NDArray[np.int64]], hidden: float) -> tuple[torch.Tensor, torch.Tensor]:
    """The numbers of many texts in a row and whose each is; some left out by chance."""
    flat = torch.from_numpy(np.concatenate(parts))
    whose = torch.from_numpy(np.repeat(np.arange(len(parts)), [len(part) for part in parts]))
    if hidden:
        kept = torch.rand(len(flat)) >= hidden
        flat, whose = flat[kept], whose[kept]
    return flat, whose


# --- meaning --------------------------------------------------------------------------------------------------------


def _learn_meaning(
    texts: Sequence[str],
    names: Sequence[str],
    cut: Cut,
    teacher: MiniLM,
    course: Course,
    say: Say,
    chance: random.Random,
) -> Floats:
    """The table: a row for each piece, weighed."""
    aims = teacher.embed(texts)
    say(f"the teacher has read {len(texts)} of them")
    _, _, turned = np.linalg.svd(aims - aims.mean(axis=0), full_matrices=False)
    turn = turned[:MEANING_WIDTH].T
    aims = _unit(aims @ turn)
    rows = _unit(teacher.embed_pieces(names) @ turn)
    frequent = np.bincount(np.concatenate(cut.pieces), minlength=len(names)) / len(texts)
    rows *= (1e-3 / (1e-3 + frequent))[:, None] + 0.05
    table = nn.Parameter(torch.from_numpy(rows.astype(np.float32)))
    learner = torch.optim.SparseAdam([table], lr=course.step)
    aim = torch.from_numpy(aims)
    others = _by_occupation(cut)
    ready = [at for at, found in enumerate(cut.pieces) if len(found)]
    steps = course.meaning_rounds * (len(ready) // course.batch)
    done = 0
    for turn_number in range(course.meaning_rounds):
        chance.shuffle(ready)
        total = 0.0
        for start in range(0, len(ready) - course.batch + 1, course.batch):
            _slow_down(learner, course.step, done, steps)
            done += 1
            some = ready[start : start + course.batch]
            pair = [chance.choice(others[chance.choice(cut.right[at])]) for at in some]
            one = _mean(table, [cut.pieces[at] for at in some])
            other = _mean(table, [cut.pieces[at] for at in pair])
            loss = 1 - (one * aim[some]).sum(dim=1).mean()
            alike = one @ other.T / course.warmth
            alike = alike.masked_fill(_share(cut, some, pair), -1e9)
            loss = loss + course.contrast * functional.cross_entropy(alike, torch.arange(len(some)))
            learner.zero_grad()
            loss.backward()
            learner.step()
            total += loss.item()
        say(f"meaning, round {turn_number + 1}: {total * course.batch / len(ready):.3f}")
    learned: Floats = table.detach().numpy()
    return learned


def _by_occupation(cut: Cut) -> list[list[int]]:
    found: list[list[int]] = [[] for _ in range(1 + max(max(right) for right in cut.right))]
    for at, right in enumerate(cut.right):
        if len(cut.pieces[at]):
            for occupation in right:
                found[occupation].append(at)
    return found


def _share(cut: Cut, some: Sequence[int], pair: Sequence[int]) -> torch.Tensor:
    """Which others in a batch are of the same occupation, by chance: they are not to be pushed away."""
    mine = np.array([cut.right[at][0] for at in some])
    theirs = np.array([cut.right[at][0] for at in pair])
    same = mine[:, None] == theirs[None, :]
    np.fill_diagonal(same, val=False)
    return torch.from_numpy(same)


def _mean(table: torch.Tensor, parts: Sequence[npt.NDArray[np.int64]]) -> torch.Tensor:
    flat, whose = _laid(parts, 0.0)
    picked = functional.embedding(flat, table, sparse=True)
    summed = torch.zeros(len(parts), table.shape[1]).index_add(0, whose, picked)
    return functional.normalize(summed, dim=-1)


# --- occupations ----------------------------------------------------------------------------------------------------


class Votes(nn.Module):  # type: ignore[misc]  # torch is not there when types are checked
    """Pieces, words and pairs of words, as one direction each text; occupations are directions too."""

    def __init__(self, rows: Floats, marks: int, occupations: int, sharpness: float) -> None:
        super().__init__()
        width = rows.shape[1]
        self.piece = nn.Parameter(torch.from_numpy(rows))
        self.weight = nn.Parameter(torch.zeros(len(rows), 1))
        self.mark = nn.Parameter(torch.zeros(marks, width))
        self.occupation = nn.Parameter(torch.randn(occupations, width) * 0.05)
        self.bias = nn.Parameter(torch.zeros(occupations))
        self.sharpness = sharpness

    def forward(self, cut: Cut, some: Sequence[int], hidden: float) -> torch.Tensor:
        """How strongly each text speaks for each occupation."""
        count = len(some)
        flat, whose = _laid([cut.pieces[at] for at in some], hidden)
        weight = torch.exp(functional.embedding(flat, self.weight, sparse=True))
        total = torch.zeros(count, 1).index_add(0, whose, weight).clamp(min=1e-6)
        inner = torch.zeros(count, self.piece.shape[1])
        inner = inner.index_add(0, whose, functional.embedding(flat, self.piece, sparse=True) * weight) / total
        flat, whose = _laid([cut.marks[at] for at in some], hidden)
        each = torch.bincount(whose, minlength=count).clamp(min=1).float()[:, None]
        beside = torch.zeros(count, self.piece.shape[1])
        beside = beside.index_add(0, whose, functional.embedding(flat, self.mark, sparse=True)) / each
        inner = functional.normalize(inner + beside, dim=-1)
        strong: torch.Tensor = self.sharpness * inner @ functional.normalize(self.occupation, dim=-1).T + self.bias
        return strong


def _learn_votes(
    meaning: Floats, cut: Cut, occupations: int, course: Course, say: Say, chance: random.Random
) -> dict[str, npt.NDArray[Any]]:
    seen = np.bincount(np.concatenate(cut.pieces), minlength=len(meaning)) > 0
    _, _, turned = np.linalg.svd(meaning[seen], full_matrices=False)
    rows = (_unit(meaning) @ turned[: course.width].T).astype(np.float32)
    net = Votes(rows * np.float32(0.3 / rows.std()), course.marks, occupations, course.sharpness)
    sparse = torch.optim.SparseAdam([net.piece, net.weight, net.mark], lr=course.step)
    dense = torch.optim.Adam([net.occupation, net.bias], lr=course.step)
    order = list(range(len(cut.right)))
    steps = course.rounds * (len(order) // course.batch)
    done = 0
    for turn_number in range(course.rounds):
        chance.shuffle(order)
        total = 0.0
        for start in range(0, len(order) - course.batch + 1, course.batch):
            _slow_down(sparse, course.step, done, steps)
            _slow_down(dense, course.step, done, steps)
            done += 1
            some = order[start : start + course.batch]
            right = torch.zeros(len(some), occupations)
            for row, at in enumerate(some):
                right[row, cut.right[at]] = 1 / len(cut.right[at])
            loss = -(right * functional.log_softmax(net(cut, some, course.hidden), dim=-1)).sum(dim=-1).mean()
            sparse.zero_grad()
            dense.zero_grad()
            loss.backward()
            sparse.step()
            dense.step()
            total += loss.item()
        say(f"occupations, round {turn_number + 1}: {total * course.batch / len(order):.3f}")
    kept = {name: value.detach().numpy() for name, value in net.named_parameters()}
    return {
        **_packed("by_piece", np.where(seen[:, None], kept["piece"], 0)),
        "piece_weight": (np.exp(kept["weight"][:, 0]) * seen).astype(np.float16),
        **_packed("by_mark", kept["mark"]),
        "occupations": kept["occupation"].astype(np.float16),
        "bias": kept["bias"].astype(np.float16),
    }


def _slow_down(learner: torch.optim.Optimizer, step: float, done: int, steps: int) -> None:
    """Quicker through the first tenth, then slower to the end."""
    now = step * min(1.0, (done + 1) / (0.1 * steps)) * max(0.02, 1 - done / steps)
    for group in learner.param_groups:
        group["lr"] = now


def _unit(rows: Floats) -> Floats:
    unit: Floats = (rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)).astype(np.float32)
    return unit


def _packed(name: str, rows: Floats) -> Mapping[str, npt.NDArray[Any]]:
    """Rows as int8 with a scale each."""
    scale = np.abs(rows).max(axis=1) / 127
    scale = np.where(scale < 1e-7, 0, scale).astype(np.float16).astype(np.float32)
    safe = np.where(scale > 0, scale, 1)[:, None]
    small = np.where(scale[:, None] > 0, np.clip(np.round(rows / safe), -127, 127), 0)
    return {name: small.astype(np.int8), f"{name}_scale": scale.astype(np.float16)}
