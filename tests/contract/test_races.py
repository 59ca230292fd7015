"""Everybody at once, on each kind of database: what the database holds afterwards is what was promised.

Gestures go through the running core with its real threads: one writer for SQLite, sixteen for Postgres, more than
anybody would give it, so that they do get in each other's way.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from datetime import datetime, timedelta
from itertools import count

import pytest
from sqlalchemy import select

from adapters.clock import Clock, Moment
from adapters.threads import FOR_SQLITE, Hands, RunningCore
from bot.conversation.gestures import Gesture, Press, Submission
from bot.domain.calendar import month_began
from bot.domain.campus import Campus
from bot.domain.intro import Intro, State
from bot.domain.nudges import expires_at
from bot.domain.people import Pace
from bot.phrases import say
from bot.ports import Claimed
from bot.views.elements import Form, PressId, Shown, View
from storage import tables as t
from storage.engine import Store, open_store
from storage.keys import Keys
from tests.words import prefilled
from tests.world import NOW, Somebody, World

STUDENTS, ALUMNI, PAIRS = 40, 5, 12
CONTENDING = Hands(writers=16, readers=4)
ALUM_NAMES = ("Maya Rivers", "Tom Brandt", "Lea Kowalski", "Owen Price", "Ada Brook")
KIND = frozenset({"not_free", "one_open", "moved_on"})
"""The refusals that somebody who came too late may hear."""


class Still(Clock):
    """Stands where it is put."""

    def __init__(self) -> None:
        self.at = NOW

    def read(self) -> Moment:
        return Moment(self.at)


class Crowd:
    """Many people in a small world, and the running core that they all talk to at the same time."""

    def __init__(self, store: Store) -> None:
        self.world, self.store, self.clock = World(store), store, Still()
        self.core = RunningCore(store, self.clock, hands=FOR_SQLITE if store.is_sqlite else CONTENDING, worker="worker")
        self._keys = count(1)

    def alumni(self, how_many: int) -> list[Somebody]:
        return [self.world.alum(name, pace=Pace(month=2, at_once=1)) for name in ALUM_NAMES[:how_many]]

    async def all_at_once(self, gestures: Iterable[Gesture]) -> list[Shown]:
        return list(await asyncio.gather(*(self.core.answer(gesture) for gesture in gestures)))

    def press(self, who: Somebody, press: PressId, key: str = "") -> Press:
        return Press(key or self._key(), self.world.actor(who), press)

    async def request(self, student: Somebody, button: PressId) -> Submission:
        """The form for this alum, opened and filled in, not sent yet."""
        form = await self.core.answer(self.press(student, button))
        assert isinstance(form, Form)
        return Submission(self._key(), self.world.actor(student), form.send, {**prefilled(form, None), "next": ()})

    def offers(self, student: Somebody, *alumni: Somebody) -> list[PressId]:
        """The buttons of a student who was shown just these."""
        self.world.asks(student)
        me, them = self.world.known(student).id, [self.world.known(alum).id for alum in alumni]
        with self.store.begin() as uow:
            ask = uow.asks.newest_of(me)
            assert ask is not None
            shown = uow.asks.show(ask.id, them, NOW)
            uow.commit()
        return [PressId("ask", next(one.token for one in shown if one.alum == alum)) for alum in them]

    def requested(self, student: Somebody) -> Intro:
        """A request that stands, to whoever comes first."""
        first = self.world.asks(student).cards[0].title.split()[0]
        return self.world.requests(student, first)

    def somebody(self, intro: Intro) -> tuple[Somebody, Somebody]:
        """The student and the alum of an intro."""
        with self.store.read() as reading:
            student, alum = (reading.people.get(person).handles[0] for person in (intro.student, intro.alum))
        return self.world.people[student], self.world.people[alum]

    def intros(self) -> list[Intro]:
        with self.store.read() as reading:
            return list(reading.intros.in_states(*State))

    def kept_answers(self) -> Counter[str]:
        """Each gesture's answer as it was kept: its view, and which refusal it was."""
        with self.store.read() as reading:
            rows = reading._connection.execute(
                select(t.gesture.c.view, t.gesture.c.params).where(t.gesture.c.view.is_not(None))
            )
            return Counter(params["key"] if view == "refusal" else view for view, params in rows)

    def steps(self, intro: Intro) -> list[str]:
        with self.store.read() as reading:
            return [step.what for step in reading.steps.of_intro(intro.id) if step.what != "delivered"]

    def _key(self) -> str:
        return f"race-{next(self._keys)}"


@pytest.fixture
async def crowd(database_url: str, keys: Keys) -> AsyncIterator[Crowd]:
    store = open_store(database_url, keys, connections=CONTENDING.writers + CONTENDING.readers)
    crowd = Crowd(store)
    yield crowd
    await crowd.core.close()
    store.close()


def told_kindly(shown: Iterable[Shown]) -> None:
    """Everybody got an answer, and nobody an error."""
    sorry = say("sorry.text", "en")
    for one in shown:
        assert isinstance(one, View), one
        assert sorry not in one.text


def check_limits(crowd: Crowd) -> None:
    with crowd.store.read() as reading:
        month = month_began(crowd.clock.at, reading.places.campus())
        for alum in reading.people.alumni():
            load = reading.intros.load_of(alum.id, month)
            assert alum.alum is not None
            assert load.at_once <= alum.alum.pace.at_once, f"{alum.given_name} is above capacity: {load}"
            assert load.accepted_this_month + load.requested <= alum.alum.pace.month
        for student in {intro.student for intro in reading.intros.in_states(*State)}:
            assert reading.intros.allowance_of(student, crowd.clock.at - timedelta(days=30)).open <= 1


async def test_forty_students_ask_five_alumni_at_once_and_nobody_gets_too_much(crowd: Crowd) -> None:
    """Each student asks two of them in the same moment; each alum says yes twice in the same moment."""
    alumni = crowd.alumni(ALUMNI)
    students = [crowd.world.student(f"Student{n} Lane") for n in range(STUDENTS)]
    pairs = [(alumni[n % ALUMNI], alumni[(n + n // ALUMNI % 4 + 1) % ALUMNI]) for n in range(STUDENTS)]
    wanted = [(who, press) for who, pair in zip(students, pairs, strict=True) for press in crowd.offers(who, *pair)]
    await crowd.core.start()
    forms = await asyncio.gather(*(crowd.request(student, press) for student, press in wanted))
    before = crowd.kept_answers()

    told_kindly(await crowd.all_at_once(forms))

    check_limits(crowd)
    assert len(forms) == 2 * STUDENTS
    answers = crowd.kept_answers() - before
    assert answers["requested"] == ALUMNI
    assert set(answers) <= {"requested"} | KIND, answers
    assert sum(answers.values()) == len(forms)

    intros = crowd.intros()
    assert len({intro.alum for intro in intros}) == len(intros) == ALUMNI
    yes = [crowd.press(crowd.somebody(intro)[1], PressId("accept", intro.alum_token)) for intro in intros * 2]
    told_kindly(await crowd.all_at_once(yes))

    check_limits(crowd)
    assert [intro.state for intro in crowd.intros()] == [State.ACCEPTED] * ALUMNI
    assert [crowd.steps(intro) for intro in intros] == [["request", "accept"]] * ALUMNI
    answers = crowd.kept_answers() - before - answers
    assert answers == {"accepted": ALUMNI, "moved_on": ALUMNI}


@pytest.fixture
async def requests(crowd: Crowd) -> list[Intro]:
    """Requests that stand, each between two people of their own."""
    made = []
    for number in range(PAIRS):
        alum = crowd.world.alum(f"Alum{number} Rivers")
        made.append(crowd.requested(crowd.world.student(f"Student{number} Lane")))
        crowd.world.change_alum(alum, pace=Pace(month=1, at_once=1))
    await crowd.core.start()
    return made


async def test_a_yes_and_a_taking_back_at_once_are_one_or_the_other(crowd: Crowd, requests: list[Intro]) -> None:
    gestures = []
    for number, intro in enumerate(requests):
        student, alum = crowd.somebody(intro)
        both = [
            crowd.press(alum, PressId("accept", intro.alum_token)),
            crowd.press(student, PressId("withdraw", intro.student_token)),
        ]
        gestures += both if number % 2 else both[::-1]

    told_kindly(await crowd.all_at_once(gestures))

    ends = {State.ACCEPTED: ["request", "accept"], State.WITHDRAWN: ["request", "withdraw"]}
    for intro in crowd.intros():
        assert crowd.steps(intro) == ends[intro.state]
    assert crowd.kept_answers()["moved_on"] == PAIRS


async def test_a_yes_in_the_moment_of_expiry_is_one_or_the_other(crowd: Crowd, requests: list[Intro]) -> None:
    crowd.clock.at = max(expires_at(intro, Campus()) for intro in requests)
    tasks = await due_tasks(crowd, crowd.clock.at)
    assert Counter(task.message.view for task in tasks) == {"expire": PAIRS}
    yes = [
        crowd.press(crowd.somebody(intro)[1], PressId("accept", intro.alum_token))
        for intro in sorted(requests, key=lambda intro: intro.id)
    ]

    said, _ = await asyncio.gather(crowd.all_at_once(yes), asyncio.gather(*map(crowd.core.run_task, tasks)))

    told_kindly(said)
    ends = {State.ACCEPTED: ["request", "accept"], State.EXPIRED: ["request", "expire"]}
    intros = crowd.intros()
    for intro in intros:
        assert crowd.steps(intro) == ends[intro.state]
    accepted = Counter(intro.state for intro in intros)[State.ACCEPTED]
    assert crowd.kept_answers()["accepted"] == accepted
    assert crowd.kept_answers()["moved_on"] == PAIRS - accepted


async def due_tasks(crowd: Crowd, now: datetime) -> list[Claimed]:
    """The moves by time that are due, claimed."""
    tasks: list[Claimed] = []
    while (batch := await crowd.core.claim(now, 50)).tasks or batch.more:
        tasks += batch.tasks
    return tasks


async def test_one_gesture_told_many_times_at_once_is_done_once_and_answered_alike(crowd: Crowd) -> None:
    student = crowd.world.student()
    [offer] = crowd.offers(student, *crowd.alumni(1))
    await crowd.core.start()
    form = await crowd.request(student, offer)

    shown = await crowd.all_at_once([form] * 12)

    told_kindly(shown)
    assert len({one.title for one in shown if isinstance(one, View)}) == 1
    assert len(crowd.intros()) == 1
    assert crowd.kept_answers()["requested"] == 1
    assert not crowd.kept_answers()["one_open"]
