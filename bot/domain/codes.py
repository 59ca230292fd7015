"""One-time codes: what stands in an invitation and proves who somebody is.

Twelve letters and digits, 60 bits, in Crockford's base 32: nothing that can be taken for something else when it is
typed from paper (no I, L, O, U), and small letters, blanks and hyphens make no difference.
"""

from __future__ import annotations

from datetime import timedelta

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH, GROUP = 12, 4
MOST_WRONG, WRONG_WITHIN = 5, timedelta(hours=1)
"""After so many wrong ones from one account, none is looked at for a while."""

_MEANT = str.maketrans({"O": "0", "I": "1", "L": "1"})


def read_code(text: str) -> str:
    """A code as it was made, however it was typed; empty where it can't be one."""
    letters = "".join(letter for letter in text.upper() if letter.isalnum()).translate(_MEANT)
    return letters if len(letters) == LENGTH and set(letters) <= set(ALPHABET) else ""


def in_groups(code: str) -> str:
    """`K7QM-2XPD-9RTW`: how a code is written for people."""
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))
