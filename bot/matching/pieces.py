"""Pieces: how a text becomes what the model was trained on.

A word that the model has not met is cut into the longest pieces that it has (`telehealth` → `tele`, `##health`), so
that a title nobody wrote before still means something. Beside the pieces stand whole words, pairs of neighbours and the
last word, as numbers of a fixed range: in a title the last word says what somebody is, and `account manager` is neither
an account nor any manager. The trainer and the search read texts by this one file, so they can't drift apart.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from itertools import pairwise

_WORD = re.compile(r"[^\W_]+")
_OWNED = re.compile(r"['’]s?\b")
CONTINUED = "##"
LONGEST = 64
"""Words that are read of one text."""
LONGEST_WORD = 32


def tokens(text: str) -> tuple[str, ...]:
    """The words of a text in lower case, accents aside: `Café owner's` → `cafe`, `owner`."""
    spread = unicodedata.normalize("NFKD", text[:4000]).lower()
    bare = "".join(letter for letter in spread if not unicodedata.combining(letter))
    return tuple(_WORD.findall(_OWNED.sub("", bare))[:LONGEST])


def pieces(word: str, known: Mapping[str, int]) -> tuple[int, ...]:
    """The pieces of a word, the longest first from its beginning; none if some of it is unknown."""
    found: list[int] = []
    start, word = 0, word[:LONGEST_WORD]
    while start < len(word):
        before = CONTINUED if start else ""
        end = next((end for end in range(len(word), start, -1) if before + word[start:end] in known), start)
        if end == start:
            return ()
        found.append(known[before + word[start:end]])
        start = end
    return tuple(found)


def marks(said: Sequence[str], size: int) -> tuple[int, ...]:
    """Whole words, pairs of neighbours and the last word, each as a number below `size`."""
    named = [*said, *map(" ".join, pairwise(said)), *(f"${word}" for word in said[-1:])]
    return tuple(zlib.crc32(name.encode()) % size for name in named)


def print_of(text: str) -> int:
    """The fingerprint of a text, spelling and punctuation aside: 63 bits. It tells whether a text was learned from."""
    return int.from_bytes(blake2b(" ".join(tokens(text)).encode(), digest_size=8).digest(), "big") >> 1
