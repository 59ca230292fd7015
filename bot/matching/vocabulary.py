"""Words: how a text becomes words that can be compared, and the word lists of the catalogue in that shape.

Stop words are those of the reader's language. Fields, degrees and synonyms are read from every catalogue at once: on a
bilingual campus nobody says in which of its languages an alum wrote their title.

The stemmer is small on purpose. It joins what people call one job (communications, communicator; nursing, nurse) and
leaves alone what only looks alike (policy, police; product, production; hospital, hospitality).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import TypeVar

from bot.phrases import NoSuchPhrase, languages, word_list

Phrase = tuple[str, ...]
Known = TypeVar("Known")

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_ENDINGS = (
    "ations", "ation", "ative", "ators", "ator", "ating", "ements", "ement", "ments", "ment", "ings", "ing",
    "ancy", "ants", "ant", "ate", "ers", "er", "ors", "or", "ed",
)  # fmt: skip
_SHORT_ENDINGS = ("isms", "ists", "ism", "ist")
_LONGEST_PHRASE = 6
_LONGEST_TEXT = 4000
"""Characters that are read of one text: nobody's wish is longer, and time must stay bounded."""


def words(text: str) -> tuple[str, ...]:
    """The words as written, in lower case, apostrophes and accents' double spellings aside."""
    normal = unicodedata.normalize("NFKC", text[:_LONGEST_TEXT]).casefold()
    return tuple(re.sub("['’]", "", found) for found in _WORD.findall(normal))


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """What the forms of one word have in common: `manager`, `management` and `managing` → `manag`."""
    for ending in _SHORT_ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return _undoubled(word[: -len(ending)])
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return _undoubled(word[: -len(ending)])
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3:
        word = word[:-1]
    return _undoubled(word[:-1] if word.endswith("e") and len(word) > 4 else word)


def _undoubled(word: str) -> str:
    return word[:-1] if len(word) > 4 and word[-1] == word[-2] and word[-1] not in "aeiouys" else word


@lru_cache(maxsize=50_000)
def stems(text: str) -> tuple[str, ...]:
    """Every word of a text as its stem, synonyms made one."""
    return tuple(stem(word) for word in one_way(words(text)))


def one_way(tokens: Sequence[str]) -> tuple[str, ...]:
    """The words with synonyms said in one way (`comms` → `communications`)."""
    said: list[str] = []
    for start, length, found in spot(tokens, synonyms()):
        said.extend(found if found is not None else tokens[start : start + length])
    return tuple(said)


class Phrases(dict[Phrase, Known]):
    """Phrases to spot, and what is known of each. `longest`: how many words at most begin with this one; of most words
    in a text there is none."""

    def __init__(self, known: Mapping[Phrase, Known]) -> None:
        super().__init__(known)
        self.longest: dict[str, int] = {}
        for phrase in self:
            first = phrase[0] if phrase else ""
            self.longest[first] = max(self.longest.get(first, 0), min(len(phrase), _LONGEST_PHRASE))


def spot(tokens: Sequence[str], known: Phrases[Known]) -> Iterator[tuple[int, int, Known | None]]:
    """Walk through the words: (start, length, what is known of these), the longest phrase first; None for the rest.
    What ends a text is as long as any phrase can be: the last words say what something is."""
    said, at = tuple(tokens), 0
    while at < len(said):
        longest = known.longest.get(said[at], 0)
        most = longest if longest < len(said) - at else _LONGEST_PHRASE
        length = next((n for n in range(most, 0, -1) if said[at : at + n] in known), 0)
        yield at, length or 1, known[said[at : at + length]] if length else None
        at += length or 1


@cache
def stop_words(language: str) -> frozenset[str]:
    """Words that say nothing about work."""
    return frozenset(word for entry in word_list("stop_words", language) for word in words(entry))


@cache
def rank_stems() -> frozenset[str]:
    """Words of rank and form (`manager`, `senior`): they tell how, not what."""
    return frozenset(stem(word) for entry in everywhere("rank_words") for word in words(entry))


@cache
def phrases_of(name: str, language: str) -> Mapping[Phrase, bool]:
    """A word list of one language as phrases to spot."""
    return {words(entry): True for entry in word_list(name, language) if words(entry)}


@cache
def synonyms() -> Phrases[Phrase]:
    """How else it is said → how we say it."""
    return Phrases({other: words(key) for key, others in listed("synonyms") for other in map(words, others) if other})


@cache
def degree_heads() -> Mapping[Phrase, bool]:
    """What a degree begins with, its subject following: `master of`."""
    return {words(entry): True for entry in everywhere("degree_heads")}


@cache
def degree_names() -> Mapping[Phrase, str]:
    """A degree as people write it → its subject: `bcom` and `bachelor of commerce` → `commerce`."""
    return {name: key for key, names in listed("degrees") for name in map(words, names) if name}


@cache
def _subject_names() -> Phrases[str]:
    """The same and bare subjects: in a text these may be a wish, in a degree they are the degree."""
    bare = {name: key for key, names in listed("degree_subjects") for name in map(words, names) if name}
    return Phrases({**bare, **{words(key): key for key in degree_names().values()}, **degree_names()})


def content(tokens: Iterable[str], language: str) -> tuple[str, ...]:
    """The words that carry meaning, as stems, each once, in order of appearance."""
    said = one_way([token for token in tokens if token not in stop_words(language)])
    kept = (stem(word) for word in said if len(word) > 1 and not word.isdigit() and word not in stop_words(language))
    return tuple(dict.fromkeys(kept))


_VAGUE_SUBJECTS = frozenset({"arts", "science"})
"""`Bachelor of Arts in History` is about history."""


@lru_cache(maxsize=20_000)
def subjects(degree: str) -> frozenset[str]:
    """What a degree is about, as stems: `BCom (Hons)` → `commerc`."""
    tokens = words(degree)
    named: set[str] = set()
    beside: set[str] = set()
    for start, length, subject in spot(tokens, _subject_names()):
        if subject is not None:
            named.add(subject)
        elif tokens[start] not in _degree_words():
            beside.update(stem(word) for word in tokens[start : start + length] if not word.isdigit())
    telling = named - _VAGUE_SUBJECTS if beside or named - _VAGUE_SUBJECTS else named
    return frozenset({stem(word) for subject in telling for word in words(subject)} | beside)


@cache
def _degree_words() -> frozenset[str]:
    return frozenset(word for entry in everywhere("degree_words") for word in words(entry))


def listed(name: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """A list of the form `key: word, word`, from every catalogue."""
    split = (entry.partition(":") for entry in everywhere(name))
    return tuple((key.strip(), tuple(word.strip() for word in rest.split(","))) for key, _, rest in split)


def everywhere(name: str) -> tuple[str, ...]:
    """A list from every catalogue that has it."""
    entries: dict[str, None] = {}
    for language in languages():
        try:
            entries.update(dict.fromkeys(word_list(name, language)))
        except NoSuchPhrase:
            continue
    return tuple(entries)
