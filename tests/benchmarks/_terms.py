"""A made-up term's Steps, of the shape that a real one leaves: for benches, and for reports that are reckoned twice.

Written from the life of an intro as DESIGN and `bot/domain/intro.py` tell it, and from nothing in `domain/reports`.
The same seed makes the same Steps.
"""

from __future__ import annotations

import random
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from operator import attrgetter

from sqlalchemy import insert

from bot.domain.steps import Step
from storage import tables
from storage.engine import Store

FIELDS = ("business", "communications", "charity", "technology", "health", "law", "arts", "education", "other", "")
COLLEGES = ("arts", "society", "business", "science", "technology", "health", "law", "")
YEARS = ("first", "second", "third", "fourth", "masters", "")
_NAMES = tuple(field.name for field in fields(Step))
_facts = attrgetter(*_NAMES)


@dataclass
class Term:
    """What is to be made: `intros` requests between `start` and `start` + `days`."""

    seed: int
    intros: int
    start: datetime = datetime(2026, 9, 1, tzinfo=UTC)
    days: int = 120
    students: int = 0
    alumni: int = 0


def steps(term: Term) -> list[Step]:
    """Everything that happened, in order."""
    return sorted(_Making(term).all(), key=lambda step: step.at)


def write(store: Store, made: Sequence[Step], at_a_time: int = 20_000) -> None:
    """Into the table, as they are."""
    for start in range(0, len(made), at_a_time):
        some = made[start : start + at_a_time]
        with store.begin() as uow:
            uow.steps._connection.execute(
                insert(tables.step), [dict(zip(_NAMES, _facts(step), strict=True)) for step in some]
            )
            uow.commit()


class _Making:
    def __init__(self, term: Term) -> None:
        self.term = term
        self.random = random.Random(term.seed)
        # keys as long as real ones, since what is read is measured too
        self.students = [self._key(f"s{n}") for n in range(term.students or max(8, term.intros // 3))]
        self.alumni = [self._key(f"a{n}") for n in range(term.alumni or max(6, term.intros // 8))]
        self.of_student = {
            who: (self._one(COLLEGES), self._one(YEARS), self._one(("slack", "discord"))) for who in self.students
        }
        self.of_alum = {who: (self._one(FIELDS[:9]), self._one(("slack", "discord"))) for who in self.alumni}

    def _key(self, name: str) -> str:
        return f"{name}-{self.random.getrandbits(96):024x}"[:22]

    def _one(self, several: Sequence[str]) -> str:
        """The first come more often than the last."""
        return several[min(int(self.random.expovariate(3.0 / len(several))), len(several) - 1)]

    def _days(self, low: float, high: float) -> timedelta:
        return timedelta(seconds=int(self.random.uniform(low, high) * 86_400))

    def all(self) -> Iterator[Step]:
        yield from self._supply()
        made, ask = 0, 0
        while made < self.term.intros:
            ask += 1
            student = self.random.choice(self.students)
            college, year, platform = self.of_student[student]
            at = self.term.start + self._days(0, self.term.days)
            field = self._one(FIELDS)
            about = {"ask": ask, "platform": platform, "field": field, "college": college, "year": year}
            yield Step("ask", at, who=student, **about)  # type: ignore[arg-type]
            if self.random.random() < 0.12:
                what = self.random.choice(("no_match", "none_of_these", "ask_office"))
                yield Step(what, at + self._days(0, 0.1), who=student, **about)  # type: ignore[arg-type]
                continue
            yield Step("matched", at, who=student, detail="3", **about)  # type: ignore[arg-type]
            for rank in range(1, self.random.choice((1, 2, 3)) + 1):
                if made == self.term.intros:
                    return
                made += 1
                after = yield from self._intro(made, ask, student, rank, at)
                if after is None:
                    break
                at = after

    def _supply(self) -> Iterator[Step]:
        for who in self.alumni:
            field, platform = self.of_alum[who]
            at = self.term.start - self._days(1, 500)
            told = {"who": who, "field": field, "platform": platform}
            yield Step("joined", at, detail="code", **told)  # type: ignore[arg-type]
            at_once, month = str(self.random.choice((1, 2, 2, 3))), self.random.choice((1, 2, 2, 4))
            yield Step("pace", at, detail=at_once, amount=month, **told)  # type: ignore[arg-type]
            yield Step("approved", at, detail="code", **told)  # type: ignore[arg-type]
            luck = self.random.random()
            later = max(at, self.term.start + self._days(-100, self.term.days))
            if luck < 0.1:
                yield Step("left", later, **told)  # type: ignore[arg-type]
            elif luck < 0.15:
                yield Step("erased", later, who=who, amount=0)
            elif luck < 0.4:
                yield Step("pause", later, amount=self.random.choice((None, 10, 30, 200)), **told)  # type: ignore[arg-type]
                if luck < 0.25:
                    yield Step("resume", later + self._days(1, 40), **told)  # type: ignore[arg-type]
            elif luck < 0.5:
                yield Step("referral", later, **told)  # type: ignore[arg-type]

    def _intro(  # noqa: PLR0912, C901  # a life has many turns
        self, number: int, ask: int, student: str, rank: int, at: datetime
    ) -> Generator[Step, None, datetime | None]:
        """One intro's Steps; what is returned is when the next choice is asked, None if none is."""
        chance = self.random
        alum = self.alumni[min(int(chance.expovariate(4.0 / len(self.alumni))), len(self.alumni) - 1)]
        field, alum_platform = self.of_alum[alum]
        college, year, platform = self.of_student[student]
        days = chance.choice((10, 10, 7))

        def step(what: str, when: datetime, state: str, by: str = "student", amount: int | None = None) -> Step:
            who = {"student": student, "alum": alum}.get(by, "")
            whom = student if by == "alum" else alum
            return Step(
                what, when, who, whom, number, ask, state, alum_platform if by == "alum" else platform, field, college,
                year, amount,
            )  # fmt: skip

        yield step("request", at, str(rank), amount=days)
        if chance.random() < 0.97:
            yield Step("delivered", at + self._days(0, 0.01), intro=number, platform=alum_platform)
        deadline = at + timedelta(days=days)
        answer = at + timedelta(seconds=int(min(chance.expovariate(1 / 3.0), days - 0.01) * 86_400))
        luck = chance.random()
        if chance.random() < 0.06:
            yield step("ask_more", answer, "requested", "alum", days)
            back = answer + self._days(0.1, 3)
            yield step("answer", back, "requested", "student", days)
            deadline, answer = back + timedelta(days=days), back + self._days(0.1, days - 0.1)
        if luck < 0.03:
            yield step("withdraw", answer, "withdrawn")
            return None
        if luck < 0.045:
            yield step("flag", answer, "frozen", chance.choice(("student", "alum")))
            acted = answer + self._days(0.05, 4)
            if luck < 0.035:
                yield step("close", acted, "cancelled", "coordinator")
                return None
            if luck < 0.04:
                yield step("thaw_out", answer + timedelta(days=30), "cancelled", "time")
                return None
            yield step("release", acted, "requested", "coordinator", days)
            deadline, answer = acted + timedelta(days=days), acted + self._days(0.1, days - 0.1)
        if luck < 0.25:
            yield Step("reminded", at + timedelta(days=3), intro=number, detail="nudge_request", platform=alum_platform)
            yield step("expire", deadline, "expired", "time")
            return deadline
        if luck < 0.42:
            yield step(chance.choice(("decline", "decline", "alum_away")), answer, "declined", "alum")
            return answer
        yield step("accept", answer, "accepted", "alum", chance.choice((20, 20, 20, 30, 15)))
        luck = chance.random()
        if luck < 0.08:
            yield step("lapse", answer + timedelta(days=21), "lapsed", "time")
            return answer + timedelta(days=21)
        offered = answer + self._days(0.05, 2)
        yield step("offer_times", offered, "accepted", "alum", chance.choice((3, 4, 5)))
        picked = offered + self._days(0.05, 3)
        talk = picked + self._days(2, 12)
        name = chance.choice(("pick_time", "pick_time", "pick_time", "arrange"))
        yield step(name, picked, "scheduled", amount=int((talk - picked).total_seconds() // 60))
        if luck < 0.13:
            yield step("reschedule", picked + self._days(0.1, 1), "accepted", "alum")
            picked += self._days(1, 2)
            talk = picked + self._days(2, 10)
            yield step("pick_time", picked, "scheduled", amount=int((talk - picked).total_seconds() // 60))
        luck = chance.random()
        if luck < 0.06:
            when = talk - self._days(0.05, 2)
            by = chance.choice(("student", "alum"))
            if talk - when < timedelta(days=1):
                yield Step("late_cancel", when, who=student if by == "student" else alum, intro=number, detail=by)
            yield step("cancel", when, "cancelled", by)
            return None
        if luck < 0.12:
            yield step("report_missed", talk + self._days(0.05, 1), "missed", chance.choice(("student", "alum")))
            if luck < 0.08:
                talk += self._days(2, 6)
                yield step("reschedule", talk - self._days(0.5, 1), "accepted", "alum")
                yield step("arrange", talk - self._days(0.1, 0.4), "scheduled", amount=200)
            elif luck < 0.09:
                yield step("confirm_met", talk + self._days(1.1, 3), "met", "alum")
                return None
            else:
                yield step("give_up", talk + timedelta(days=15), "cancelled", "time")
                return None
        if luck < 0.22:
            unknown = talk + timedelta(days=4)
            yield step("nobody_said", unknown, "unconfirmed", "time")
            if luck < 0.17:
                yield step("close_unknown", unknown + timedelta(days=21), "closed", "time")
                return None
            yield step("thank", unknown + self._days(0.2, 10), "thanked")
            return None
        first, second = chance.choice((("student", "alum"), ("alum", "student")))
        met = talk + self._days(0.05, 1.5)
        yield step("confirm_met", met, "met", first)
        if luck < 0.24:
            yield step("report_missed", met + self._days(0.05, 1), "missed", second)
            yield Step("met_against_missed", met + self._days(1, 1.1), who=student, intro=number)
            return None
        if chance.random() < 0.55:
            yield step("confirm_met", met + self._days(0.01, 2), "met", second)
        thanks = met + timedelta(seconds=int(chance.expovariate(1 / 2.0) * 86_400))
        if thanks > met + timedelta(days=21):
            yield step("leave_unthanked", met + timedelta(days=21), "unthanked", "time")
            if chance.random() < 0.5:
                yield step("thank", met + self._days(22, 40), "thanked")
            return None
        yield step("thank", thanks, "thanked")
        if chance.random() < 0.45:
            told = {"who": student, "intro": number}
            rated = thanks + self._days(0, 0.1)
            yield Step("worth", rated, amount=chance.choice((3, 4, 4, 5, 5, 5)), **told)  # type: ignore[arg-type]
            if chance.random() < 0.7:
                yield Step("clear_before", rated, amount=chance.choice((1, 2, 2, 3)), **told)  # type: ignore[arg-type]
                yield Step("clear_after", rated, amount=chance.choice((2, 3, 4, 5)), **told)  # type: ignore[arg-type]
        if chance.random() < 0.8:
            yield step("confirm_thanks", thanks + self._days(0.01, 12), "closed", "alum")
        else:
            yield step("close_delivered", thanks + timedelta(days=30), "closed", "time")
        return None
