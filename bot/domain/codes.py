"""Codes that people type: the one-time code of an invitation, which proves who somebody is, and the short name of an
intro, which proves nothing.

Twelve letters and digits, 60 bits, in Crockford's base 32: nothing that can be taken for something else when it is
typed from paper (no I, L, O, U), and small letters, blanks and hyphens make no difference. The short name of an intro
is eight of the same, made from the token that points at it from the desk: whoever reads it aloud gives nothing away.
"""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH, GROUP = 12, 4
INTRO_LENGTH = 8
MOST_WRONG, WRONG_WITHIN = 5, timedelta(hours=1)
"""After so many wrong ones from one account, none is looked at for a while."""

_MEANT = str.maketrans({"O": "0", "I": "1", "L": "1"})


def read_code(text: str) -> str:
    """A code as it was made, however it was typed; empty where it can't be one."""
    return _read(text, LENGTH)


def read_intro_code(text: str) -> str:
    """The short name of an intro, in the same way."""
    return _read(text, INTRO_LENGTH)


def _read(text: str, length: int) -> str:
    letters = "".join(letter for letter in text.upper() if letter.isalnum()).translate(_MEANT)
    return letters if len(letters) == length and set(letters) <= set(ALPHABET) else ""


def intro_code(desk_token: str) -> str:
    """What the career office calls an intro: forty bits, which tell a campus's intros apart."""
    number = int.from_bytes(sha256(desk_token.encode()).digest()[:5], "big")
    return "".join(ALPHABET[number >> 5 * place & 31] for place in range(INTRO_LENGTH))


def in_groups(code: str) -> str:
    """`K7QM-2XPD-9RTW`: how a code is written for people."""
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))
