"""Relevance: how well what somebody does answers what is hoped for, before fairness and facts.

Three witnesses, added up with fixed weights. *Occupations*: how likely both speak of the same work, or, where the model
knows what is related, of work near it. *Words*: how much of what was said stands in the profile, by rarity and place.
*Meaning*: how alike both are as a whole. Each lies between 0 and 1 and depends on the wish and this one alum alone, so
that nobody's joining changes how two others stand to one another, and every score can be told as what made it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from rapidfuzz import fuzz, process

from bot.matching.model import Floats, Model
from bot.matching.reading import Hope
from bot.matching.snapshot import Said, Snapshot, key_of, profile
from bot.matching.vocabulary import rank_stems, stem

OCCUPATION, WORDS, MEANING = 1.0, 0.2, 0.5
NEW_WORDS = 0.8
"""What words count that the model has never seen (`kubernetes`, `permaculture`): nothing else can speak for them."""
RANK_WORD = 0.3
"""What a word of rank counts beside one that says what the work is."""
TELLING_WORDS = 6
"""So many words of a wish must be answered for a full score; people who write more must not find fewer."""
FORESEEN = 48
"""So many occupations are looked up of what a wish may mean."""
LOOKED_AT = 4000
"""So many alumni are compared as a whole, those first who share occupations or words."""

Meant = Mapping[str, Sequence[tuple[str, float]]]
"""Each word of a wish: the words that it stands for, and how alike they are."""


@dataclass(frozen=True, eq=False)
class Aim:
    """A wish as the model reads it: which occupations answer it and how well, what it means, what its words tell."""

    occupations: Floats
    """For each occupation, up to 1."""
    meaning: Floats
    words: Mapping[str, float]
    """Stem → what it adds to a score."""


@dataclass(frozen=True)
class Grounds:
    """Why one alum scores what they score."""

    score: float
    occupation: float
    words: float
    meaning: float
    shared_words: tuple[str, ...]
    """Stems, what tells most first."""
    shared_occupation: str
    """The name of the occupation that weighed most; empty when none did."""


NEAR = 80.0
"""How alike an unknown word must be to one we know (rapidfuzz ratio): typing errors, not other words."""
SHORT = 5
"""Words shorter than this are taken as they are: one letter makes another word of them."""
NEAR_WORTH = 0.6


def understood(hope: Hope, snapshot: Snapshot) -> Meant:
    """Each word of a wish as it is to be looked up: the word itself; if nobody knows it, those it may have meant."""
    return {word: _known(word, snapshot) for word in hope.goal}


def _known(word: str, snapshot: Snapshot) -> Sequence[tuple[str, float]]:
    if len(word) < SHORT or word in snapshot.model.stems or snapshot.has_word(word):
        return [(word, 1.0)]
    near = process.extract(word, snapshot.model.stems.keys(), scorer=fuzz.ratio, score_cutoff=NEAR, limit=3)
    return [(other, NEAR_WORTH * alike / 100) for other, alike, _ in near]


def aim(hope: Hope, meant: Meant, model: Model) -> Aim:
    """What to look for. `meant` are the words of the hope as they are to be looked up."""
    mended = {word: near[0][0] for word, near in meant.items() if near and near[0][0] != word}
    meaning, likely = model.read([tuple(mended.get(stem(word), word) for word in hope.meant)])
    answers = model.answering(likely[0])
    surest = float(answers.max(initial=0.0))
    worth = {word: model.rarity(word) * (RANK_WORD if word in rank_stems() else 1.0) for word in meant}
    most = max((value for word, value in worth.items() if meant[word]), default=0.0)
    worth = {word: value if meant[word] else min(value, most) for word, value in worth.items()}
    full = sum(sorted(worth.values(), reverse=True)[:TELLING_WORDS]) or 1.0
    words: dict[str, float] = {}
    for word, value in worth.items():
        for known, alike in meant[word]:
            weight = WORDS if known in model.stems else NEW_WORDS
            words[known] = max(words.get(known, 0.0), weight * value * alike / full)
    return Aim(answers / sqrt(surest) if surest > 0 else answers, meaning[0], words)


def relevance(aimed: Aim, snapshot: Snapshot) -> Floats:
    """A score for each row of the snapshot, from 0; 1 is about as good as it gets."""
    scores = _by_occupation(aimed, snapshot) + _by_words(aimed, snapshot)
    looked_at = np.arange(len(scores))
    if len(scores) > LOOKED_AT:
        looked_at = np.sort(np.argpartition(-scores, LOOKED_AT)[:LOOKED_AT])
    alike = (snapshot.meaning[looked_at].astype(np.float32) @ aimed.meaning) * snapshot.scale[looked_at]
    scores[looked_at] += MEANING * np.maximum(alike, 0.0)
    return np.asarray(scores, np.float32)


def _by_occupation(aimed: Aim, snapshot: Snapshot) -> Floats:
    most = min(FORESEEN, len(aimed.occupations))
    if not most:
        return np.zeros(len(snapshot.ids), np.float32)
    foreseen = np.argpartition(-aimed.occupations, most - 1)[:most]
    foreseen = foreseen[aimed.occupations[foreseen] > 0]
    rows, worth = snapshot.occupations.all_of(foreseen, OCCUPATION * aimed.occupations[foreseen])
    return np.bincount(rows, worth, minlength=len(snapshot.ids)).astype(np.float32)


def _by_words(aimed: Aim, snapshot: Snapshot) -> Floats:
    scores = np.zeros(len(snapshot.ids), np.float32)
    for word, worth in aimed.words.items():
        rows, weight = snapshot.words.at(key_of(word))
        scores[rows] += np.float32(worth) * weight
    return np.minimum(scores, np.float32(1.0))


def grounds_for(aimed: Aim, model: Model, said: Said) -> Grounds:
    """The same score of one alum in its parts, so that it can be told."""
    one = Snapshot.build(model, {1: said})
    shared = {code: float(aimed.occupations[code]) * likely for code, likely in profile(model, said).items()}
    best = max(shared, key=lambda code: shared[code], default=-1)
    words = sorted((word for word in aimed.words if word in said.words), key=lambda word: (-aimed.words[word], word))
    by_occupation, by_words = float(_by_occupation(aimed, one)[0]), float(_by_words(aimed, one)[0])
    score = float(relevance(aimed, one)[0])
    return Grounds(
        score=score,
        occupation=by_occupation,
        words=by_words,
        meaning=score - by_occupation - by_words,
        shared_words=tuple(words),
        shared_occupation=model.names[best] if shared.get(best, 0.0) > 0 else "",
    )
