"""How somebody wishes to be reminded: later, not of this one, in fewer hours, in one digest, not at all."""

from __future__ import annotations

import pytest

from bot.domain.intro import Intro, State
from bot.domain.people import Quiet
from bot.views.elements import Fix, Form, PressId, View
from storage import tables
from tests.words import moved_on, said
from tests.world import Somebody, World

S = State
NUDGED = said("nudges.request_title", name="Priya")


def a_nudged_alum(world: World) -> tuple[Intro, Somebody]:
    """Day 3, a Thursday: the first nudge has come."""
    intro = world.an_intro(S.REQUESTED, world.student(), world.alum())
    alum = next(who for who in world.people.values() if who.name == "Maya Rivers")
    world.forget_what_was_shown()
    world.wait(days=3)
    world.deliver()
    assert alum.heard == [NUDGED]
    return intro, alum


def days_pass(world: World, days: int) -> None:
    for _ in range(days):
        world.wait(days=1)
        world.deliver()


def test_every_nudge_says_how_to_hear_less(world: World) -> None:
    _, alum = a_nudged_alum(world)

    assert [button.label for button in alum.last.buttons][-3:] == [
        said("quiet.snooze", count=3), said("quiet.button"), said("quiet.stop"),
    ]  # fmt: skip


# --- later ---------------------------------------------------------------------------------------------------------


def test_not_now_is_three_days_of_peace_and_then_the_next_one_that_was_planned_anyway(world: World) -> None:
    """Pressed on day 3; the second nudge of day 7 comes soon enough after."""
    _, alum = a_nudged_alum(world)

    world.press(alum, said("quiet.snooze", count=3))
    days_pass(world, 3)
    assert alum.heard == [NUDGED, said("quiet.snoozed", count=3)]
    days_pass(world, 1)

    assert alum.heard[2:] == [NUDGED]


def test_after_the_last_one_a_reminder_comes_once_more_if_there_is_time(world: World) -> None:
    world.set_rule("request_days", "14")
    _, alum = a_nudged_alum(world)
    days_pass(world, 4)
    world.forget_what_was_shown()

    world.press_id(alum, PressId("snooze", world.newest(alum).alum_token))
    days_pass(world, 3)

    assert alum.heard == [said("quiet.snoozed", count=3), NUDGED]


def test_where_there_is_no_time_left_for_another_it_says_so(world: World) -> None:
    intro, alum = a_nudged_alum(world)
    days_pass(world, 5)

    shown = world.do(alum, "snooze", intro)
    assert isinstance(shown, View)
    assert shown.text == said("quiet.snoozed_to_the_end", count=3)
    days_pass(world, 1)
    assert alum.heard.count(NUDGED) == 2


# --- not of this one -----------------------------------------------------------------------------------------------


def test_no_reminders_about_this_one_and_news_all_the_same(world: World) -> None:
    intro, alum = a_nudged_alum(world)
    student = next(iter(world.people.values()))

    world.press(alum, said("quiet.stop"))
    assert alum.last.text.split("\n\n") == [said("quiet.stopped", name="Priya"), said("quiet.always")]
    days_pass(world, 5)
    assert alum.heard[2:] == []
    world.do(student, "withdraw", intro)
    world.deliver()

    assert alum.heard[2:] == [said("ends.withdrawn_title", name="Priya")]
    assert [(row.what, row.detail) for row in world.rows(tables.step) if row.what.startswith("nudge_")] == [
        ("nudge_dropped", "stopped"),
    ]  # fmt: skip


@pytest.mark.parametrize("looks_first", [False, True], ids=["at once", "from /host mine"])
def test_what_was_stopped_can_be_begun_again(world: World, looks_first: bool) -> None:
    _, alum = a_nudged_alum(world)
    world.press(alum, said("quiet.stop"))
    if looks_first:
        alum.shown.clear()
        world.command(alum, "/host mine")
        world.press(alum, said("mine.open", name="Priya"))

    world.press(alum, said("quiet.again"))
    days_pass(world, 4)

    assert alum.heard[-1] == NUDGED


def test_what_one_of_the_two_stopped_the_other_still_hears(world: World) -> None:
    student, alum = world.student(), world.alum()
    intro = world.an_intro(S.ACCEPTED, student, alum)
    world.do(alum, "stop", intro)
    world.forget_what_was_shown()

    days_pass(world, 14)

    assert (student.heard, alum.heard) == ([said("nudges.no_time_title", name="Maya")], [])


def test_there_is_nothing_to_stop_about_what_is_over(world: World) -> None:
    student, alum = world.student(), world.alum()
    intro = world.an_intro(S.CLOSED, student, alum)

    assert world.do(alum, "stop", intro) == moved_on(S.CLOSED, intro.alum_token)
    assert world.do(alum, "snooze", intro) == moved_on(S.CLOSED, intro.alum_token)


def test_no_reminders_at_all_are_no_news_less(world: World) -> None:
    intro, alum = a_nudged_alum(world)
    world.press(alum, said("quiet.stop"))
    world.press(alum, said("quiet.stop_all"))
    assert (alum.last.title, alum.last.text) == (said("quiet.stopped_all_title"), said("quiet.always"))

    world.wait(days=7)
    world.deliver()

    assert world.state_of(intro) is S.EXPIRED
    assert alum.last.title == said("ends.expired_alum_title", name="Priya")


# --- how often -----------------------------------------------------------------------------------------------------


def quiet_of(world: World, who: Somebody) -> Quiet:
    return world.known(who).quiet


def test_the_command_opens_what_the_button_opens(world: World) -> None:
    _, alum = a_nudged_alum(world)

    by_button, by_command = world.press(alum, said("quiet.button")), world.command(alum, "/mydata quiet")

    assert by_button == by_command
    assert isinstance(by_command, Form)
    assert by_command.title == said("quiet.title")


def test_what_is_as_the_campus_has_it_is_left_to_the_campus(world: World) -> None:
    alum = world.alum()
    world.command(alum, "/mydata quiet")

    world.submit(alum)

    assert quiet_of(world, alum) == Quiet()
    assert alum.last.text.split("\n\n") == [
        said("quiet.kept_each"), said("quiet.between", begins="09:00", ends="20:00"), said("quiet.always"),
    ]  # fmt: skip


def test_hours_days_and_a_number_may_be_narrowed(world: World) -> None:
    alum = world.alum()
    world.command(alum, "/mydata quiet")

    world.submit(alum, how="digest", from_hour="17", until_hour="19", days=("5", "6"), a_week="1")

    assert quiet_of(world, alum) == Quiet(17, 19, (5, 6), 1, digest_only=True)
    world.command(alum, "/mydata export")
    assert (said("quiet.button"), said("quiet.how_digest")) in alum.last.facts
    world.command(alum, "/mydata quiet")
    assert alum.form is not None
    held = {item.name: getattr(item, "values", None) or item.value for item in alum.form.pages[0].items}  # type: ignore[union-attr]
    assert held == {"how": "digest", "from_hour": "17", "until_hour": "19", "days": ("5", "6"), "a_week": "1"}


def test_a_nudge_comes_in_the_hours_and_on_the_days_one_chose(world: World) -> None:
    """Due on a Thursday at ten; wished for at weekends, after five."""
    alum = world.alum()
    world.command(alum, "/mydata quiet")
    world.submit(alum, from_hour="17", days=("5", "6"))
    world.an_intro(S.REQUESTED, world.student(), alum)
    world.forget_what_was_shown()

    world.wait(days=5, hours=6)
    world.deliver()
    assert alum.heard == []
    world.wait(hours=1)
    world.deliver()

    assert alum.heard == [NUDGED]


@pytest.mark.parametrize(
    ("typed", "item", "error"),
    [({"days": ()}, "days", "days_none"), ({"from_hour": "18", "until_hour": "12"}, "until_hour", "until_before_from")],
)
def test_what_leaves_no_moment_is_mended(world: World, typed: dict, item: str, error: str) -> None:
    alum = world.alum()
    world.command(alum, "/mydata quiet")

    shown = world.submit(alum, **typed)

    assert isinstance(shown, Fix)
    assert shown.errors == {item: said(f"mend.{error}")}


def test_whoever_wants_none_can_have_them_again(world: World) -> None:
    alum = world.alum()
    world.command(alum, "/mydata quiet")
    world.submit(alum, how="none")
    assert (alum.last.title, quiet_of(world, alum)) == (said("quiet.stopped_all_title"), Quiet(stopped=True))

    world.press(alum, said("quiet.button"))
    world.submit(alum, how="each")

    assert quiet_of(world, alum) == Quiet()


def test_a_campus_that_sends_one_a_week_asks_for_no_number(world: World) -> None:
    world.set_rule("nudges_a_week", "1")
    alum = world.alum()
    world.command(alum, "/mydata quiet")

    assert alum.form is not None
    assert len(alum.form.pages[0].items) == 4


def test_erased_nothing_of_it_is_left(world: World) -> None:
    alum = world.alum()
    world.command(alum, "/mydata quiet")
    world.submit(alum, how="none")
    world.command(alum, "/mydata erase")
    world.press(alum, said("mydata.erase_yes"))

    assert [row.quiet for row in world.rows(tables.person)] == [None]
