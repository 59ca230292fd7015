"""Reports from a store of each kind: every figure reckoned twice, and last year's report says the same for ever."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.campus import Campus
from bot.domain.intro import State
from bot.domain.reports import DEFINITIONS, REPORTS, Metric, period, report
from bot.use_cases.reporting import facts_for, make_report
from storage.engine import Store, open_store
from tests import databases
from tests.benchmarks._terms import Term, steps, write
from tests.contract.recomputed import figures, table
from tests.world import World

NOW = datetime(2026, 12, 20, 12, tzinfo=UTC)


@pytest.fixture
def of_utc(store: Store) -> Store:
    with store.begin() as uow:
        uow.places.set_campus("zone", "UTC")
        uow.commit()
    return store


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_figure_agrees_with_a_reckoning_of_its_own(of_utc: Store, seed: int) -> None:
    write(of_utc, steps(Term(seed, 400)))
    of = period("this-term", NOW, Campus(zone="UTC"))
    expected = figures(table(of_utc), of.start, of.until)

    with of_utc.read() as reading:
        found = make_report(reading, "overview", "this-term", NOW)

    assert {one.name for one in found.metrics} == set(expected)
    assert {one.name for one in DEFINITIONS if not one.name.startswith("went_")} == set(expected)
    assert sum(not one.hidden for one in found.metrics) > 25
    for one in found.metrics:
        value, over, under = expected[one.name]
        if not one.hidden:
            assert (one.name, one.numerator, one.denominator) == (one.name, over, under)
            assert one.value == pytest.approx(value), one.name
        else:
            assert min(over, under) < 5 or one.numerator is None, f"{one.name} need not be hidden"


@pytest.mark.parametrize("name", [name for name in REPORTS if name != "overview"])
def test_each_report_reads_all_that_its_figures_need(of_utc: Store, name: str) -> None:
    """Each reads only what it counts; the overview reads everything."""
    write(of_utc, steps(Term(4, 1500)))
    with of_utc.read() as reading:
        everything = {one.name: one for one in make_report(reading, "overview", "this-term", NOW).metrics}
        found = make_report(reading, name, "this-term", NOW)

    told: list[Metric] = [
        one for one in found.metrics if one.name in everything and not one.hidden and not everything[one.name].hidden
    ]
    assert told == [everything[one.name] for one in told]
    assert told or name == "funnel"


def test_what_happens_after_a_period_does_not_change_its_report(of_utc: Store) -> None:
    made = steps(Term(5, 300, days=200))
    end = datetime(2027, 1, 1, tzinfo=UTC)
    write(of_utc, [step for step in made if step.at < end])
    with of_utc.read() as reading:
        on_its_last_evening = [make_report(reading, name, "term-2026-1", end, by="all") for name in REPORTS]
    write(of_utc, [step for step in made if step.at >= end])

    with of_utc.read() as reading:
        years_later = [
            make_report(reading, name, "term-2026-1", end + timedelta(days=900), by="all") for name in REPORTS
        ]

    assert [(one.metrics, one.tables) for one in years_later] == [
        (one.metrics, one.tables) for one in on_its_last_evening
    ]
    assert any(step.at >= end for step in made)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    opened = open_store(databases.new_sqlite(tmp_path), databases.keys())
    yield World(opened)
    opened.close()


def test_the_report_says_the_same_when_somebody_was_erased(world: World) -> None:
    """Real talks of real use cases, and a real erasure."""
    alumni = [world.alum(f"Alum{n} Rivers") for n in range(6)]
    students = [world.student(f"Student {n}") for n in range(6)]
    for student in students:
        world.asks(student)
        label = next(button.label for button in student.buttons() if button.label.startswith("Ask Alum"))
        intro = world.requests(student, label.removeprefix("Ask "))
        asked = next(one for one in alumni if world.known(one).id == intro.alum)
        world.an_intro_from(intro, State.CLOSED, student, asked)
    world.pass_days(1)
    later = world.now + timedelta(days=400)
    before = _reports(world, later)
    assert before["interviews"]["held"].denominator == 6

    for somebody in (students[0], alumni[1]):
        world.command(somebody, "/mydata erase")
        world.press(somebody, "Yes")
    world.pass_days(1)

    assert _reports(world, later) == before


def _reports(world: World, now: datetime) -> dict[str, dict[str, Metric]]:
    with world.store.read() as reading:
        made = {
            name: make_report(reading, name, "2026-03", now, by="all") for name in ("interviews", "thanks", "reach")
        }
    return {name: {one.name: one for one in report.metrics} for name, report in made.items()}


def test_what_students_say_after_a_talk_is_what_the_reports_show(world: World) -> None:
    """Real presses: of fifteen talks ten were judged, and five compared. (With nothing hidden: where everybody met, the
    noughts beside would hide it all.)"""
    alumni = [world.alum(f"Alum{n} Rivers") for n in range(15)]
    for number in range(15):
        student = world.student(f"Student {number}")
        world.asks(student)
        label = next(button.label for button in student.buttons() if button.label.startswith("Ask Alum"))
        intro = world.requests(student, label.removeprefix("Ask "))
        asked = next(one for one in alumni if world.known(one).id == intro.alum)
        world.an_intro_from(intro, State.THANKED, student, asked)
        if number < 10:
            world.do(student, "worth", intro, f"worth.{1 + number % 5}")
        if number < 5:
            world.do(student, "worth", intro, f"clear_before.{1 + number % 3}")
            world.do(student, "worth", intro, "clear_after.4")
    later = world.now + timedelta(days=400)
    with world.store.read() as reading:
        of = period("year-2025", later, reading.places.campus())
        made = [
            report(name, facts_for(name, reading, of), of, least=0) for name in ("overview", "interviews", "thanks")
        ]

    reckoned = figures(table(world.store), of.start, of.until)
    expected = {"satisfaction": (3.0, 30, 10), "satisfaction_response": (10 / 15, 10, 15), "clarity": (2.2, 11, 5)}
    assert {name: reckoned[name] for name in expected} == expected
    for each in made:
        assert {
            one.name: (one.value, one.numerator, one.denominator) for one in each.metrics if one.name in expected
        } == expected


def test_thanks_that_also_say_that_the_talk_was_held_took_the_time_since_it_was_over(world: World) -> None:
    student, alum = world.student(), world.alum()
    intro = world.an_intro(State.SCHEDULED, student, alum)
    assert intro.ends_at is not None
    world.wait(seconds=(intro.ends_at - world.now).total_seconds() + 3 * 3600)
    world.do(student, "thank", intro, thanks="Nobody starts ready: that stayed with me.")

    later = world.now + timedelta(days=400)
    with world.store.read() as reading:
        of = period("year-2025", later, reading.places.campus())
        made = report("thanks", facts_for("thanks", reading, of), of, least=0)

    [half] = [one for one in made.metrics if one.name == "thanks_p50"]
    assert half.value is not None
    assert (round(half.value, 2), half.numerator, half.denominator) == (3.0, 1, 1)
    assert figures(table(world.store), of.start, of.until)["thanks_p50"] == (half.value, 1, 1)


def test_a_talk_in_writing_is_over_after_its_week(world: World) -> None:
    student, alum = world.student(), world.alum()
    intro = world.an_intro(State.ACCEPTED, student, alum)
    world.do(alum, "arrange", intro, when="2026-03-20 17:00", how="in_writing")
    over = world.fresh(intro).ends_at
    assert over == datetime(2026, 3, 27, 17, tzinfo=UTC)
    world.wait(seconds=(over - world.now).total_seconds() + 3 * 3600)
    world.do(student, "thank", intro, thanks="Nobody starts ready: that stayed with me.")

    with world.store.read() as reading:
        of = period("2026-03", world.now + timedelta(days=60), reading.places.campus())
        made = report("thanks", facts_for("thanks", reading, of), of, least=0)

    [half] = [one.value for one in made.metrics if one.name == "thanks_p50"]
    assert half == figures(table(world.store), of.start, of.until)["thanks_p50"][0]
    assert half == pytest.approx(3.0, abs=0.02)


def test_a_step_that_is_written_carries_what_reports_count(world: World) -> None:
    student, alum = world.student(), world.alum(field="communications")
    world.an_intro(State.ACCEPTED, student, alum)

    with world.store.read() as reading:
        told = {step.what: step for step in reading.steps.of_intro(world.newest(student).id)}

    assert (told["request"].amount, told["accept"].amount) == (10, 20)
    assert told["request"].field == "communications"
    assert "delivered" in told
