"""After the thanks: was it worth it, and how clear the student is now against before. Three presses, each may be left.

Both ends of "clear" are asked afterwards: whoever has talked with somebody knows better how little they knew before,
and nobody is asked anything on the way to the talk. An answer is a Step and nothing else, so it goes on counting when
the one who gave it has been erased, with nobody's name in it; what has a Step has been said, and is not asked again.
"""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.intro import Intro, State
from bot.domain.steps import Step

QUESTIONS = ("worth", "clear_before", "clear_after")
"""In the order in which they are asked; a Step's name each."""
POINTS = ("1", "2", "3", "4", "5")
AFTER_A_TALK = frozenset({State.MET, State.THANKED, State.UNTHANKED, State.CLOSED})


def may_be_asked(intro: Intro) -> bool:
    """Whether there was a talk to look back on: somebody said so, and nobody has stopped it."""
    return intro.state in AFTER_A_TALK and (intro.met_by_student or intro.met_by_alum)


def answered(steps: Iterable[Step]) -> frozenset[str]:
    """Which of the questions an intro's Steps answer."""
    return frozenset(step.what for step in steps if step.what in QUESTIONS)


def next_question(intro: Intro, steps: Iterable[Step]) -> str:
    """The first that is still open; empty where none is, or nothing may be asked."""
    if not may_be_asked(intro):
        return ""
    said = answered(steps)
    return next((question for question in QUESTIONS if question not in said), "")
