"""A month in which everybody does as they please: whatever they do, each promise about nudges is kept in the end."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest

from bot.domain.calendar import local_day, why_not
from bot.domain.intro import FINAL, LIVE, Intro
from bot.domain.messages import Kind, Status
from bot.domain.people import Pace, Person, Quiet
from bot.views.elements import Form, PressId, Value
from storage import tables
from tests.world import Somebody, World, options_in

ZONES = ("Europe/London", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Auckland")
QUIETS = (Quiet(), Quiet(), Quiet(a_week=1), Quiet(digest_only=True), Quiet(from_hour=16), Quiet(weekdays=(0, 3, 6)))
TO_DO = (
    "accept", "decline", "ask_first", "answer_first", "offer_times", "pick", "happened", "missed", "thank", "received",
    "snooze", "stop", "nudge_again", "withdraw", "ask_next_now", "cancel", "keep", "reschedule",
)  # fmt: skip


@dataclass(frozen=True)
class Sent:
    """A nudge or digest that went out."""

    to: int
    kind: Kind
    at: datetime
    version: int | None


def cast(world: World, random: Random) -> tuple[list[Somebody], list[Somebody]]:
    """Everybody in a zone of their own, reminded as they wish."""
    alumni = [world.alum(name, pace=Pace(10, 5)) for name in ("Maya Rivers", "Tom Brook", "Lea Hill")]
    students = [world.student(f"{name} Oduya") for name in ("Priya", "Sam", "Ben", "Ida", "Max", "Zoe")]
    for who in (*alumni, *students):
        who.zone = random.choice(ZONES)
        world.command(who, "/mydata help")
        with world.store.begin() as uow:
            uow.people.save(replace(world.known(who), zone=who.zone, quiet=random.choice(QUIETS)))
            uow.commit()
    return students, alumni


def intros_of(world: World, who: Somebody) -> Sequence[Intro]:
    person = world.known(who)
    with world.store.read() as reading:
        return reading.intros.of(person.id, live_only=True)


def do_something(world: World, random: Random, students: list[Somebody], alumni: list[Somebody]) -> None:
    """One gesture of somebody's; most are polite no's, and that is life."""
    who = random.choice((*students, *alumni))
    mine = intros_of(world, who)
    if who in students and (not mine or random.random() < 0.2):
        if world.asks(who).cards:
            world.press(who, "Ask ")
            if who.form is not None:
                world.submit(who, None, **({} if random.random() < 0.5 else {"next": ()}))
        return
    if not mine:
        return
    intro = random.choice(mine)
    verb = random.choice(TO_DO)
    arg = str(int(intro.slots[0].timestamp())) if verb == "pick" and intro.slots else ""
    shown = world.press_id(who, PressId(verb, intro.token_for(intro.role_of(world.known(who).id)), arg))  # type: ignore[arg-type]
    if isinstance(shown, Form):
        times = tuple(option.value for option in options_in(shown)[:3])
        typed: dict[str, Value] = {
            "question": "Which side of it?",
            "answer": "The writing",
            "thanks": "It stayed with me.",
            "times": times,
        }
        names = {getattr(item, "name", "") for page in shown.pages for item in page.items}
        world.submit(who, None, **{name: value for name, value in typed.items() if name in names})


def on_to(world: World, until: datetime) -> None:
    """Everything that is due on the way, each at its time; and none of it comes due again and again."""
    for _ in range(500):
        with world.store.begin() as uow:
            due = uow.outbox.next_due()
        if due is None or due > until:
            break
        world.now = world.wall = max(world.now, due)
        world.deliver()
    else:
        pytest.fail(f"something is due for ever at {world.now}")
    world.now = world.wall = until


def sent(world: World) -> list[Sent]:
    return [
        Sent(row.to_person, row.kind, row.tried_at, row.version)
        for row in world.rows(tables.message)
        if row.kind in (Kind.NUDGE, Kind.DIGEST) and row.status is Status.SENT
    ]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_whatever_people_do_every_promise_is_kept(world: World, seed: int) -> None:
    random = Random(seed)
    world.set_rule("exam_weeks", "2026-03-16/2026-03-20")
    world.set_rule("holidays_of", "GB-ENG")
    students, alumni = cast(world, random)
    campus_end = world.now + timedelta(days=35)
    while world.now < campus_end:
        do_something(world, random, students, alumni)
        world.deliver()
        on_to(world, world.now + timedelta(minutes=random.randrange(5, 12 * 60)))
    on_to(world, world.now + timedelta(days=150))

    with world.store.read() as reading:
        campus = reading.places.campus()
        ended = [intro.state in FINAL for intro in reading.intros.in_states(*LIVE, *FINAL)]
        people: dict[int, Person] = {row.to: reading.people.get(row.to) for row in sent(world)}  # type: ignore[arg-type]
    by_person: dict[int, list[Sent]] = defaultdict(list)
    for row in sorted(sent(world), key=lambda row: row.at):
        by_person[row.to].append(row)

    assert len(ended) > 10
    assert all(ended)
    assert sum(map(len, by_person.values())) > 5
    for key, rows in by_person.items():
        person, zone = people[key], ZoneInfo(people[key].zone)
        cap = min(person.quiet.a_week or campus.nudges_a_week, campus.nudges_a_week)
        assert [row for row in rows if why_not(row.at, zone, campus, person.quiet)] == []
        assert max(sum(row.at - timedelta(days=7) < other.at <= row.at for other in rows) for row in rows) <= cap
        digests = [local_day(row.at, zone) for row in rows if row.kind is Kind.DIGEST]
        assert len(digests) == len(set(digests))
        after = [
            row for digest in rows if digest.kind is Kind.DIGEST for row in rows
            if row.at > digest.at and local_day(row.at, zone) == local_day(digest.at, zone)
        ]  # fmt: skip
        assert after == []
