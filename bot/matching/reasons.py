"""Reasons: why this person, strongest first.

Every reason names a fact of the alum's own profile that the student can check in the talk, and nothing they hide (the
index does not hold it). Nothing is said of how well it fits: a score is no reason.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.domain.matches import Reason
from bot.matching import vocabulary as v
from bot.matching.fields import field_of, nearest_field
from bot.matching.index import Entry
from bot.matching.reading import Hope

MOST_OF = 0.6
"""So much of what a student comes from must stand in a past title to call it the same work."""


def reasons(hope: Hope, entry: Entry) -> tuple[Reason, ...]:
    """All that is true, strongest first; at least that they said yes to being asked.

    Somebody who names nothing yet was found by the degree, so it leads.
    """
    goal = frozenset(hope.goal) - v.rank_stems() or frozenset(hope.goal)
    told = [*_of_the_change(hope, entry), *_of_the_present(hope, entry, goal), *_of_the_past(hope, entry, goal)]
    if hope.is_open:
        told.sort(key=lambda reason: reason.key != "degree")
    return tuple(told) or (Reason("open"),)


def _of_the_change(hope: Hope, entry: Entry) -> Iterator[Reason]:
    past = made_the_change(hope, entry)
    if past:
        yield Reason("made_the_change", {"past": past})


def _of_the_present(hope: Hope, entry: Entry, goal: frozenset[str]) -> Iterator[Reason]:
    """What can be seen today: where they work, as what, on what."""
    if names_employer(hope, entry):
        yield Reason("employer", {"employer": entry.employer})
    if hope.subjects & entry.subjects:
        yield Reason("degree", {"degree": entry.degree})
    if _meets(entry.title, goal):
        yield Reason("title")
    elif entry.title and (field := field_of(entry.title)) in hope.goal_fields:
        yield Reason("field", {"field": field})
    for topic in [topic for topic in entry.topics if _meets(topic, goal)][:1]:
        yield Reason("topic", {"topic": topic})
    if entry.industry and (_meets(entry.industry, goal) or nearest_field(entry.industry) in hope.goal_fields):
        yield Reason("industry", {"industry": entry.industry})


def _of_the_past(hope: Hope, entry: Entry, goal: frozenset[str]) -> Iterator[Reason]:
    """What they did before: what is hoped for, or, when nothing is, what the student does."""
    left = made_the_change(hope, entry)
    wanted = goal or frozenset(hope.origin)
    fields = hope.goal_fields if goal else hope.origin_fields
    for past, field in zip(entry.past_titles, entry.past_fields, strict=True):
        if past != left and (_meets(past, wanted) or field in fields):
            yield Reason("past_title", {"past": past})
            return


def names_employer(hope: Hope, entry: Entry) -> bool:
    """Whether the wish names their employer, whole."""
    name = v.words(entry.employer)
    spans = (hope.said[start : start + len(name)] for start in range(len(hope.said)))
    return bool(name) and any(span == name for span in spans)


def made_the_change(hope: Hope, entry: Entry) -> str:
    """The past title of somebody who left what the student comes from, for other work; empty if they did not."""
    if not hope.origin:
        return ""
    for past, field in zip(entry.past_titles, entry.past_fields, strict=True):
        moved = field != entry.field and field in hope.origin_fields
        if moved or (_same_work(past, hope.origin) and not _same_work(entry.title, hope.origin)):
            return past
    return ""


def _same_work(title: str, origin: tuple[str, ...]) -> bool:
    """A title that says most of what somebody comes from, words of rank aside."""
    telling = frozenset(origin) - v.rank_stems()
    return len(telling & frozenset(v.stems(title))) >= max(1, MOST_OF * len(telling)) if telling else False


def _meets(text: str, goal: frozenset[str]) -> bool:
    """Whether a text shares a telling word with what is hoped for."""
    return bool(goal.intersection(v.stems(text)))
