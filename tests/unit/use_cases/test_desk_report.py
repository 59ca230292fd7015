"""`/desk report`: a coordinator sees figures with what they counted; nobody else learns anything."""

from __future__ import annotations

import pytest

from bot.conversation.answer import answer, not_done
from bot.conversation.gestures import Command
from bot.views.elements import Later, PressId, View
from tests.benchmarks._terms import Term, steps, write
from tests.words import said
from tests.world import NOW, World


@pytest.fixture
def busy(world: World) -> World:
    write(world.store, [step for step in steps(Term(1, 300, NOW.replace(month=1, day=5), days=60)) if step.at < NOW])
    return world


def test_a_coordinator_sees_how_far_requests_have_come(busy: World) -> None:
    robin = busy.coordinator()
    robin.shown.clear()

    shown = busy.command(robin, "/desk report funnel this-term by college")

    assert isinstance(shown, View)
    assert shown.title == "From a request to a thank-you"
    assert [name for name, _ in shown.facts] == [
        "Requests sent", "Accepted", "A time was found", "Talk held", "Thanked", "Thanks confirmed",
    ]  # fmt: skip
    assert "1 January 2026 to 2 March 2026 so far, on London's clock" in shown.text
    assert [card.title for card in shown.cards] == ["By college"]
    assert "Groups under 5 are not shown, and can't be found by subtracting." in shown.text


def test_looking_writes_nothing(busy: World) -> None:
    robin = busy.coordinator()
    before = len(busy.steps())

    busy.command(robin, "/desk report")

    assert robin.last.title == "How it is going"
    assert len(busy.steps()) == before


def test_whoever_is_new_at_the_desk_is_greeted_and_sees_the_report(busy: World) -> None:
    robin = busy.coordinator(new=True)

    busy.command(robin, "/desk report")
    busy.deliver()

    counting = said("reports.counting_dm")
    assert robin.heard == [counting, "How it is going", said("first_hour.title", name="Robin")]
    assert [view.title for view in busy.desk] == [said("first_hour.began_title", name="Robin H.")] * 2


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("/desk report last-tuesday", "I don't know the period last-tuesday."),
        ("/desk report 2026-13", "I don't know the period 2026-13."),
    ],
)
def test_what_is_unknown_is_said_with_what_is_known(busy: World, typed: str, told: str) -> None:
    robin = busy.coordinator()

    busy.command(robin, typed)

    assert robin.last.text.startswith(told)


def test_a_student_gets_one_kind_line(busy: World) -> None:
    priya = busy.student()

    busy.command(priya, "/desk report overview")

    kind = "That's for the career office. /intro is for finding someone to ask, and /host is for helping."
    assert priya.last.text == kind


def test_asked_for_by_a_button_it_is_the_same_report(busy: World) -> None:
    robin = busy.coordinator()
    typed = busy.command(robin, "/desk report thanks 2026-02")

    assert busy.press_id(robin, PressId("desk_report", arg="thanks.2026-02")) == typed


def test_the_word_comes_first_and_is_all_that_a_repeated_gesture_brings(busy: World) -> None:
    robin = busy.coordinator(new=True)
    once = Command("key", busy.actor(robin), "desk", "report")

    first, again = (answer(once, busy.store.begin, busy.now, busy.matcher) for _ in range(2))

    assert first == Later(View(text=said("reports.counting_dm")))
    assert again == View(text=said("reports.counting_dm"))


def test_a_count_that_came_to_nothing_has_a_way_to_ask_again(busy: World) -> None:
    robin = busy.coordinator()

    view = not_done(Command("key", busy.actor(robin), "desk", "report funnel  last-term by college"))

    assert [(one.label, str(one.press)) for one in view.buttons] == [
        (said("common.try_again"), "desk_report:-:funnel.last-term.by.college")
    ]
