"""What is forgotten by itself, and what stays."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.domain.calendar import due
from bot.domain.campus import Campus
from bot.domain.intro import State
from bot.domain.people import AlumProfile, Standing
from bot.ports import LetterKind
from bot.use_cases.forget import run_calendar
from tests.world import World


def forget_now(world: World) -> None:
    with world.store.begin() as uow:
        run_calendar(uow, None, world.now)
        uow.commit()


def test_texts_go_ninety_days_after_the_end_and_steps_stay(world: World) -> None:
    student, alum = world.student(), world.alum()
    intro = world.an_intro(State.THANKED, student, alum)
    world.press(alum, "Received")

    world.wait(days=89)
    forget_now(world)
    with world.store.read() as reading:
        assert reading.letters.newest(LetterKind.THANKS, intro=intro.id) is not None

    world.wait(days=2)
    forget_now(world)
    with world.store.read() as reading:
        assert [reading.letters.newest(kind, intro=intro.id) for kind in LetterKind] == [None] * len(LetterKind)
        assert reading.asks.get(reading.intros.get(intro.id).ask).wonder == ""  # type: ignore[arg-type]  # its key
        assert next(step.what for step in reading.steps.of_intro(intro.id)) == "request"


def test_a_text_of_an_intro_that_is_under_way_stays(world: World) -> None:
    student, alum = world.student(), world.alum()
    intro = world.an_intro(State.REQUESTED, student, alum)

    world.wait(days=400)
    forget_now(world)

    with world.store.read() as reading:
        assert reading.letters.newest(LetterKind.NOTE, intro=intro.id) is not None


def test_somebody_invited_who_never_joined_is_forgotten(world: World) -> None:
    with world.store.begin() as uow:
        person = uow.people.add(None, "Nia", "Moss", "", "en").id
        uow.people.save_alum(person, AlumProfile(Standing.INVITED, title="Baker"))
        uow.roster.link(person, "A1", "", "import", None, world.now)
        uow.commit()

    world.wait(days=29)
    forget_now(world)
    with world.store.read() as reading:
        assert reading.people.get(person).given_name == "Nia"

    world.wait(days=2)
    forget_now(world)
    with world.store.read() as reading:
        assert reading.people.get(person).given_name == ""
        assert reading.people.alumni() == []


def test_a_nights_run_is_done_once_whoever_asks(world: World) -> None:
    with world.store.begin() as uow:
        assert uow.runs.begin(due(None, world.now, Campus())[0], world.now)
        uow.commit()
    with world.store.begin() as uow:
        person = uow.people.add(None, "Nia", "Moss", "", "en").id
        uow.people.save_alum(person, AlumProfile(Standing.INVITED))
        uow.roster.link(person, "A1", "", "import", None, world.now - timedelta(days=40))
        uow.commit()

    forget_now(world)

    with world.store.read() as reading:
        assert reading.people.get(person).given_name == "Nia"


def test_a_run_begins_at_three_in_the_campus_night() -> None:
    campus = Campus(zone="America/New_York")
    before = datetime(2026, 3, 3, 7, 59, tzinfo=UTC)
    after = datetime(2026, 3, 3, 8, 1, tzinfo=UTC)

    assert due(before, before + timedelta(seconds=30), campus) == ()
    assert due(before, after, campus) == ("retention:2026-03-03",)
    assert due(after, after + timedelta(hours=23), campus) == ()
