"""The coordinators' queue: what needs a person, most urgent first, and the one thing to suggest for each.

`QUEUE` is the whole of it, in order of urgency: somebody may be hurt; somebody can't be reached; somebody waits; two
people need a friendly word; somebody would like to come in; a list has gaps. A row is known by what it is about and by
when it began: dismissed, it stays away until the same thing happens anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.asks import AskId
from bot.domain.campus import Campus
from bot.domain.intro import Intro, IntroId, State
from bot.domain.people import PersonId


class Need(StrEnum):
    """Why a person should look."""

    FLAGGED = "flagged"
    UNREACHED_ALUM = "unreached_alum"
    UNREACHED_STUDENT = "unreached_student"
    SILENT = "silent"
    """Unanswered past the last nudge."""
    DISAGREE = "disagree"
    """One says they met, the other says they didn't."""
    UNTHANKED = "unthanked"
    NO_SHOW_ALUM = "no_show_alum"
    NO_SHOW_STUDENT = "no_show_student"
    """Two talks that this one is said to have missed."""
    WAITING = "waiting"
    """An alum who would like to come in."""
    INTRODUCE = "introduce"
    """A student under 18 who would like to meet somebody."""
    OFFICE_ASKED = "office_asked"
    RAN_OUT = "ran_out"
    """None of a student's choices could be asked."""
    IMPORT = "import"


class Act(StrEnum):
    """What a coordinator can do about it. Each is a button."""

    RELEASE = "release"
    CLOSE = "close"
    REMATCH = "rematch"
    WRITE = "write"
    PAUSE = "pause"
    SEND_AGAIN = "send_again"
    APPROVE = "approve"
    INTRODUCE = "introduce"
    LOOK = "look"
    DISMISS = "dismiss"
    SNOOZE = "snooze"


@dataclass(frozen=True)
class Suggestion:
    """One row of the table: for this need, this act first, and these beside it."""

    need: Need
    act: Act
    beside: tuple[Act, ...] = ()


QUEUE: tuple[Suggestion, ...] = (
    # why                          what to do about it
    Suggestion(Need.FLAGGED, Act.RELEASE, (Act.CLOSE,)),
    Suggestion(Need.UNREACHED_ALUM, Act.PAUSE, (Act.SEND_AGAIN,)),
    Suggestion(Need.UNREACHED_STUDENT, Act.SEND_AGAIN),
    Suggestion(Need.SILENT, Act.REMATCH),
    Suggestion(Need.DISAGREE, Act.WRITE),
    Suggestion(Need.UNTHANKED, Act.WRITE),
    Suggestion(Need.NO_SHOW_ALUM, Act.PAUSE),
    Suggestion(Need.NO_SHOW_STUDENT, Act.WRITE),
    Suggestion(Need.WAITING, Act.APPROVE),
    Suggestion(Need.INTRODUCE, Act.INTRODUCE),
    Suggestion(Need.OFFICE_ASKED, Act.INTRODUCE),
    Suggestion(Need.RAN_OUT, Act.INTRODUCE),
    Suggestion(Need.IMPORT, Act.LOOK),
)
SUGGESTED: Mapping[Need, Suggestion] = {row.need: row for row in QUEUE}
URGENCY: Mapping[Need, int] = {row.need: place for place, row in enumerate(QUEUE)}

ALWAYS = (Act.SNOOZE, Act.DISMISS)
"""On every row but a flagged one: what somebody called unsafe is looked at, not put away."""
SNOOZE = timedelta(days=3)
NO_SHOWS = 2
"""So many, and a coordinator looks; a machine never bans anybody."""
NO_SHOWS_WITHIN = timedelta(days=180)
ASKED_WITHIN = timedelta(days=60)
"""A student who asked for help longer ago has found another way, or none."""
WRITES_TO_BOTH = frozenset({Need.DISAGREE})
"""The others are written to alone: a word about thanks, or about a talk that was missed, is for one."""


@dataclass(frozen=True)
class Finding:
    """Something that needs a person now, and since when. `person` is whom it is about where no intro says so."""

    need: Need
    since: datetime
    intro: IntroId | None = None
    person: PersonId | None = None
    ask: AskId | None = None
    roster: int | None = None

    @property
    def subject(self) -> str:
        """What it is about, as one word: with the need and the moment it makes the row the same row."""
        for mark, key in (("i", self.intro), ("a", self.ask), ("r", self.roster), ("p", self.person)):
            if key is not None:
                return f"{mark}{key}"
        raise ValueError("a finding is about something")


def offers(need: Need) -> tuple[Act, ...]:
    """Every act that a row of this need offers, the suggested one first."""
    row = SUGGESTED[need]
    return (row.act, *row.beside, *(() if need is Need.FLAGGED else ALWAYS))


def looked_at_since(campus: Campus, now: datetime) -> Mapping[State, datetime]:
    """For each state in which an intro may need a person: it must have stood there since then at the latest."""
    nudged = min(campus.nudge_second_day, campus.nudge_second_day_with_next)
    return {
        State.FROZEN: now,
        State.REQUESTED: now - timedelta(days=nudged),
        State.MISSED: now,
        State.MET: now,
    }


def need_of(intro: Intro, campus: Campus, now: datetime) -> Need | None:
    """Why this intro needs a person now, if it does."""
    match intro.state:
        case State.FROZEN:
            return Need.FLAGGED
        case State.REQUESTED if not intro.waits_for_student and now >= intro.since + _last_nudge(intro, campus):
            return Need.SILENT
        case State.MISSED | State.MET if _disagree(intro):
            return Need.DISAGREE
        case State.MET if now >= intro.since + timedelta(days=campus.thanks_queue_day):
            return Need.UNTHANKED
        case _:
            return None


def _last_nudge(intro: Intro, campus: Campus) -> timedelta:
    return timedelta(days=campus.nudge_second_day_with_next if intro.has_next else campus.nudge_second_day)


def _disagree(intro: Intro) -> bool:
    return intro.missed_by is not None and (intro.met_by_student or intro.met_by_alum)
