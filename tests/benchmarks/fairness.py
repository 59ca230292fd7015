"""A term of asks on a made-up campus, answered twice: as a student gets it, and by relevance alone.

The same students, the same days, the same alumni with the same patience; only who is shown differs. A student asks the
first shown (or, less often, the second or third); who says no or nothing hands on to the next; nobody is asked beyond
their own limits. Relevance alone keeps to the same hard facts and breaks ties by the roster's order, as a search would.

nDCG@5 is of the five that would be shown, as they are ordered, against everybody who could have been asked that day.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import log2
from random import Random
from statistics import fmean, median

import click

from adapters.bench import Goal, Measured, show
from adapters.terminal import json_option
from bot.domain.capacity import has_room
from bot.domain.matches import Match, Record
from bot.domain.people import PersonId
from bot.matching.choosing import choose
from bot.matching.index import Index
from bot.matching.ranking import Wish, rank
from tests.benchmarks._campus import Alum, Wondering, alumni, wonderings

DAYS, MONTH, LATELY = 112, 28, 30
EXPIRES = 10
SHOWN, JUDGED = 3, 5
PICKS = (0.6, 0.25, 0.15)
"""How often a student asks the first, second, third of those shown."""

Answer = Callable[[Wish, Index, frozenset[PersonId], Mapping[PersonId, Record], int], Sequence[Match]]


def as_given(
    wish: Wish, index: Index, allowed: frozenset[PersonId], records: Mapping[PersonId, Record], seed: int
) -> Sequence[Match]:
    """What the bot does."""
    return choose(wish, index, allowed, records, seed, JUDGED)


def by_relevance(
    wish: Wish, index: Index, allowed: frozenset[PersonId], records: Mapping[PersonId, Record], seed: int
) -> Sequence[Match]:
    """The best by score, and of equals who stands first in the roster: always the same."""
    return sorted(rank(wish, index, allowed, seed), key=lambda match: (-match.score, match.alum))[:JUDGED]


@dataclass
class Asked:
    """One request: when, and how it ends (a yes, a no, nothing) after how many days."""

    alum: PersonId
    day: int
    ends: int
    yes: bool | None


@dataclass
class Term:
    """One term under way."""

    roster: Mapping[PersonId, Alum]
    chance: Random
    asked: list[Asked] = field(default_factory=list)
    shown: list[tuple[int, PersonId]] = field(default_factory=list)
    waits: list[int] = field(default_factory=list)
    gains: list[float] = field(default_factory=list)

    def has_room(self, alum: PersonId, day: int) -> bool:
        """The same rule as the bot's: a talk stands for two weeks after the yes."""
        profile = self.roster[alum].person.alum
        assert profile is not None
        mine = [one for one in self.asked if one.alum == alum]
        open_now = sum(one.ends > day for one in mine)
        talks = sum(one.yes is True and one.ends <= day < one.ends + 14 for one in mine)
        accepted = sum(one.yes is True and one.ends <= day and one.ends // MONTH == day // MONTH for one in mine)
        return has_room(profile.pace, open_now + talks, accepted, open_now)

    def records(self, day: int) -> Mapping[PersonId, Record]:
        """What has come of asking each so far."""
        lately = Counter(one.alum for one in self.asked if one.day > day - LATELY)
        seen = Counter(alum for when, alum in self.shown if when > day - LATELY)
        ended = [one for one in self.asked if one.ends <= day]
        yes, no = (Counter(one.alum for one in ended if one.yes is said) for said in (True, False))
        nothing = Counter(one.alum for one in ended if one.yes is None)
        return {
            alum: Record(lately[alum], seen[alum], yes[alum], no[alum], nothing[alum])
            for alum in lately | seen | yes | no | nothing
        }

    def ask(self, matches: Sequence[Match], day: int) -> None:
        """One student's request, and the next choices after it, until somebody says yes."""
        three = [match.alum for match in matches[:SHOWN]]
        self.shown += [(day, alum) for alum in three]
        first = self.chance.choices(range(len(three)), PICKS[: len(three)])[0] if three else 0
        began = day
        for alum in [*three[first : first + 1], *three[:first], *three[first + 1 :]]:
            if not self.has_room(alum, day):
                continue
            who = self.roster[alum]
            silent, yes = self.chance.random() < who.silent, self.chance.random() < who.says_yes
            days = EXPIRES if silent else max(1, round(self.chance.expovariate(1 / who.reply_days)))
            days = min(days, EXPIRES)
            self.asked.append(Asked(alum, day, day + days, None if silent else yes))
            day += days
            if yes and not silent:
                self.waits.append(day - began)
                return


def play(answer: Answer, roster: Sequence[Alum], asks: Sequence[Wondering], seed: int) -> dict[str, float]:
    """One term; the figures of it."""
    index = Index.build([one.person for one in roster])
    term = Term({one.person.id: one for one in roster}, Random(f"term {seed}"))
    for ask in asks:
        allowed = frozenset(alum for alum in term.roster if term.has_room(alum, ask.day))
        wish = Wish(ask.text, ask.degree, unsure=ask.unsure)
        matches = answer(wish, index, allowed, term.records(ask.day), ask.student)
        free = {alum: grade for alum, grade in ask.grades.items() if alum in allowed}
        term.gains.append(ndcg([match.alum for match in matches], free))
        term.ask(matches, ask.day)
    return _figures(term)


def ndcg(order: Sequence[PersonId], grades: Mapping[PersonId, int]) -> float:
    """Gains 2^g - 1 over the first five; 1.0 where there was nobody to find."""
    best = sorted(grades.values(), reverse=True)[:JUDGED]
    got = sum((2 ** grades.get(alum, 0) - 1) / log2(place + 2) for place, alum in enumerate(order[:JUDGED]))
    most = sum((2**grade - 1) / log2(place + 2) for place, grade in enumerate(best))
    return got / most if most else 1.0


def _figures(term: Term) -> dict[str, float]:
    counts = sorted((Counter(one.alum for one in term.asked)[alum] for alum in term.roster), reverse=True)
    total, people = sum(counts), len(counts)
    ended = [one.yes for one in term.asked]
    uneven = sum((2 * rank - people - 1) * count for rank, count in enumerate(reversed(counts), start=1))
    return {
        "requests": total,
        "busiest_10_share": sum(counts[: people // 10]) / total,
        "gini": uneven / (people * total),
        "never_asked_share": counts.count(0) / people,
        "acceptance": sum(yes is True for yes in ended) / total,
        "talks": len(term.waits),
        "median_wait_days": median(term.waits),
        "ndcg5": fmean(term.gains),
    }


@click.command()
@click.option("--alumni", "count", default=300, show_default=True, help="How many alumni there are.")
@click.option("--asks", default=900, show_default=True, help="How many asks a term brings.")
@click.option("--seed", default=1, show_default=True)
@json_option
def bench(count: int, asks: int, seed: int, as_json: bool) -> None:
    """How evenly a term's requests fall on alumni, beside relevance alone."""
    roster = alumni(seed, count)
    asked = wonderings(seed, roster, asks, DAYS)
    ours, pure = (play(answer, roster, asked, seed) for answer in (as_given, by_relevance))
    goals = [
        Goal("busiest_10_share_ratio", ours["busiest_10_share"] / pure["busiest_10_share"], 0.5, at_most=True),
        Goal("never_asked_ratio", ours["never_asked_share"] / (pure["never_asked_share"] or 1), 0.5, at_most=True),
        Goal("ndcg5_lost", 1 - ours["ndcg5"] / pure["ndcg5"], 0.03, at_most=True),
    ]
    show(Measured("fairness", goals, ours, {"relevance_alone": pure}), as_json=as_json)
