"""Where a first talk may be: by video or phone, and in person only where the campus allows it, in a public place.

A link or a number is always fine. The rest is read by word lists of the catalogue (`[signals]`), which know a café and
a bedroom and no more: this is a reminder at the right moment for people of good will, and the hint in the form says it
before.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.domain.asks import says
from bot.domain.refusals import Mend

_LINK_OR_NUMBER = re.compile(r"https?://\S+|\+?\(?\d[\d ().-]{5,}\d")


def check_place(place: str, *, in_person_allowed: bool, in_person: Iterable[str], private: Iterable[str]) -> None:
    """Raises Mend for a place that a first talk can't be at."""
    if _LINK_OR_NUMBER.search(place):
        return
    if says(place, private):
        raise Mend({"place": "place_in_public" if in_person_allowed else "place_by_video"})
    if says(place, in_person) and not in_person_allowed:
        raise Mend({"place": "place_by_video"})
