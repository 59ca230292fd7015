"""What people do with what they are shown: the usual chances, by the verb on a button.

A message offers buttons; somebody goes through the habits of their role in this order, and does the first that is
offered and that the dice allow (a persona may have other chances). What is not decided is left: silence is the most
common answer there is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

from adapters.term.cast import ALUM, COORDINATOR, STUDENT


@dataclass(frozen=True)
class Habit:
    """If a message offers `verb` (and `with_verb`, if named), it is done with `chance`, after the persona's usual time
    by `pace` (0: at once)."""

    verb: str
    chance: float
    pace: float = 1.0
    with_verb: str = ""


HABITS: Mapping[str, Sequence[Habit]] = {
    STUDENT: (
        # on the matches, the advice, an empty result
        Habit("flag", 0.003),
        Habit("reopen", 1.0, 0.0),
        Habit("erase_yes", 1.0, 0.0),
        Habit("snooze", 0.08),
        Habit("snooze_all", 0.1),
        Habit("stop", 0.02),
        Habit("nudge_again", 0.3),
        Habit("ask", 0.82, 0.1),
        Habit("none_of_these", 0.3, 0.1),
        Habit("edit_ask", 0.6, 0.1, "ask_anyway"),
        Habit("ask_anyway", 0.6, 0.1),
        Habit("tell_me_when", 0.3, 0.1),
        Habit("ask_office", 0.3, 0.1),
        # on a question of the alum's, a quiet alum
        Habit("answer_first", 0.8),
        Habit("ask_next_now", 0.35),
        Habit("withdraw", 0.02),
        # a time
        Habit("pick", 0.88),
        Habit("offer_times", 0.2),
        Habit("five_minutes", 0.3, 0.3),
        Habit("prep", 0.4, 0.3),
        Habit("prep_part", 0.5, 0.0),
        Habit("share", 0.1),
        Habit("cancel", 0.02),
        Habit("reschedule", 0.02, with_verb="file_again"),
        # after the talk
        Habit("thank", 0.7),
        Habit("happened", 0.3),
        Habit("missed", 0.08, with_verb="reschedule"),
        Habit("reschedule", 0.4, with_verb="happened"),
        Habit("worth", 0.6, 0.0),
        Habit("keep", 0.4),
        Habit("let_go", 0.1),
        Habit("note", 0.06),
        Habit("find", 0.5, 4.0),
    ),
    ALUM: (
        Habit("flag", 0.004),
        Habit("reopen", 1.0, 0.0),
        Habit("erase_yes", 1.0, 0.0),
        Habit("leave_yes", 1.0, 0.0),
        Habit("snooze", 0.12),
        Habit("snooze_all", 0.15),
        Habit("stop", 0.03),
        Habit("nudge_again", 0.3),
        # a request
        Habit("ask_first", 0.06),
        Habit("accept", 0.62),
        Habit("away", 0.03),
        Habit("work_changed", 0.02),
        Habit("decline", 0.35),
        Habit("decline_reason", 0.5, 0.0),
        Habit("pause_month", 0.08, 0.0),
        # a time
        Habit("pick", 0.85),
        Habit("offer_times", 0.85, 0.5),
        Habit("cancel", 0.02),
        Habit("reschedule", 0.03, with_verb="file_again"),
        Habit("share", 0.08),
        # after the talk
        Habit("happened", 0.45),
        Habit("missed", 0.05, with_verb="reschedule"),
        Habit("reply", 0.2),
        Habit("received", 0.75),
        Habit("keep", 0.4),
        Habit("note", 0.04),
    ),
    COORDINATOR: (
        Habit("release", 0.6),
        Habit("close", 0.5),
        Habit("approve", 0.9),
    ),
}


def delay_hours(rng: Random, median: float) -> float:
    """How long somebody takes: most about the median, some three times as long, a few for days."""
    return median * rng.lognormvariate(0.0, 0.9)
