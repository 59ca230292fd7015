"""A file that somebody handed over in a chat, as text."""

from __future__ import annotations

from bot.domain.roster import Unreadable
from bot.use_cases.roster_text import decoded

MOST_BYTES = 1_000_000
"""A roster of five thousand people is smaller."""
WORKBOOK = "PK\x03\x04"


def as_text(content: bytes) -> str:
    """The text, however it was encoded; of a workbook only how it begins, by which the core knows it and says so."""
    try:
        return decoded(content)[0].replace("\0", "")
    except Unreadable:
        return WORKBOOK
