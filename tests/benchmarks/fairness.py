"""A term of asks on a made-up campus, answered as a student gets it and by relevance alone.

The same students, the same days, the same alumni with the same patience; only who is shown differs. A student asks the
first shown (or, less often, the second or third); who says no or nothing hands on to the next.

*Relevance alone* is a directory with a good search: facts, fairness and diversity are off. It shows the best by score,
and of equals whoever stands first, every time; who has as much as they want is asked all the same, and says no.
*Relevance with limits* shows nobody beyond their own limits, and else does the same. It is told beside it, since a good
part of what is gained comes from the limits: on this campus even somebody who knew the truth and spread it perfectly
could not halve the busiest tenth's share once limits hold.

nDCG@5 is of the five that would be shown, as they are ordered. What fairness costs is told pair by pair: the same ask
on the same day, with the same people free, ordered by relevance.
"""

from __future__ import annotations

from collections import Counter, defaultdict
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
    asked_of: dict[PersonId, list[Asked]] = field(default_factory=lambda: defaultdict(list))
    shown: list[tuple[int, PersonId]] = field(default_factory=list)
    waits: list[int] = field(default_factory=list)
    gains: list[float] = field(default_factory=list)
    gains_by_relevance: list[float] = field(default_factory=list)

    def has_room(self, alum: PersonId, day: int) -> bool:
        """The same rule as the bot's: a talk stands for two weeks after the yes."""
        profile = self.roster[alum].person.alum
        assert profile is not None
        mine = self.asked_of[alum]
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
            who = self.roster[alum]
            silent, yes = self.chance.random() < who.silent, self.chance.random() < who.says_yes
            yes = yes and self.has_room(alum, day)
            days = EXPIRES if silent else max(1, round(self.chance.expovariate(1 / who.reply_days)))
            days = min(days, EXPIRES)
            asked = Asked(alum, day, day + days, None if silent else yes)
            self.asked.append(asked)
            self.asked_of[alum].append(asked)
            day += days
            if yes and not silent:
                self.waits.append(day - began)
                return


def play(
    answer: Answer, roster: Sequence[Alum], asks: Sequence[Wondering], seed: int, *, limits: bool = True
) -> dict[str, float]:
    """One term; the figures of it. Without `limits` everybody is shown, whatever they have taken on."""
    index = Index.build([one.person for one in roster])
    term = Term({one.person.id: one for one in roster}, Random(f"term {seed}"))
    for ask in asks:
        free = frozenset(alum for alum in term.roster if not limits or term.has_room(alum, ask.day))
        wish, truth = Wish(ask.text, ask.degree, unsure=ask.unsure), {a: g for a, g in ask.grades.items() if a in free}
        matches = answer(wish, index, free, term.records(ask.day), ask.student)
        best = by_relevance(wish, index, free, {}, ask.student)
        term.gains.append(ndcg([match.alum for match in matches], truth))
        term.gains_by_relevance.append(ndcg([match.alum for match in best], truth))
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
        "median_wait_days": median(term.waits or [0]),
        "ndcg5": fmean(term.gains),
        "ndcg5_by_relevance": fmean(term.gains_by_relevance),
    }


@click.command()
@click.option("--alumni", "count", default=1000, show_default=True, help="How many alumni there are.")
@click.option("--asks", default=1500, show_default=True, help="How many asks a term brings.")
@click.option("--seed", default=1, show_default=True)
@json_option
def bench(count: int, asks: int, seed: int, as_json: bool) -> None:
    """How evenly a term's requests fall on alumni, beside relevance alone."""
    roster = alumni(seed, count)
    asked = wonderings(seed, roster, asks, DAYS)
    ours = play(as_given, roster, asked, seed)
    alone = play(by_relevance, roster, asked, seed, limits=False)
    with_limits = play(by_relevance, roster, asked, seed)
    goals = [
        Goal("busiest_10_share_ratio", ours["busiest_10_share"] / alone["busiest_10_share"], 0.5, at_most=True),
        Goal("never_asked_ratio", ours["never_asked_share"] / alone["never_asked_share"], 0.5, at_most=True),
        Goal("ndcg5_lost", 1 - ours["ndcg5"] / ours["ndcg5_by_relevance"], 0.03, at_most=True),
    ]
    baselines = {"relevance_alone": alone, "relevance_with_limits": with_limits}
    show(Measured("fairness", goals, ours, baselines), as_json=as_json)
