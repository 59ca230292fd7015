"""A student asks: advice that can be passed by, and whom they are shown."""

from __future__ import annotations

import pytest

from bot.domain.people import Pace
from bot.views.elements import Fix, PressId, View
from tests.words import said
from tests.world import Somebody, World

QUESTION = "What surprised you when you began?"
WONDER = "I wonder about communications at a charity"


def ask(world: World, student: Somebody, wonder: str = WONDER, question: str = QUESTION, about: str = "") -> View:
    world.command(student, "/intro")
    shown = world.submit(student, wonder=wonder, question=question, about=about)
    assert isinstance(shown, View)
    return shown


def names(view: View) -> list[str]:
    return [card.title for card in view.cards]


def test_a_short_ask_gets_advice_and_may_be_sent_all_the_same(world: World) -> None:
    student, _ = world.student(), world.alum()

    advice = ask(world, student, "Communications work")
    assert (advice.title, advice.text) == (said("advice.title"), f"{said('advice.short')}\n\n{said('advice.anyway')}")
    world.press(student, "Send it as it is")

    assert names(student.last) == ["Maya R."]


def test_a_job_ask_gets_its_advice_once(world: World) -> None:
    student, _ = world.student(), world.alum()
    wish = "Could somebody in communications hire me"

    assert ask(world, student, wish).title == said("advice.title")
    world.press(student, "Change it")
    world.submit(student)

    assert names(student.last) == ["Maya R."]


def test_other_advice_does_not_use_up_the_one_about_jobs(world: World) -> None:
    student, _ = world.student(), world.alum()

    ask(world, student, "Communications work")
    world.press(student, "Change it")
    world.submit(student, wonder="Could somebody in communications hire me")

    assert student.last.text == f"{said('advice.job')}\n\n{said('advice.anyway')}"


def test_whoever_finds_nobody_or_is_unsure_is_told_where_advisers_are(world: World) -> None:
    student, link = world.student(), "https://example.edu/advisers"
    world.set_rule("adviser_link", link)

    found = ask(world, student)
    assert (found.title, found.text.split("\n\n")[-1]) == (said("none.title"), said("none.adviser", link=link))
    world.alumni("Maya Rivers", "Tom Bell", "Lea Kern")
    unsure = ask(world, student, "No idea what comes after history, anything really")

    assert unsure.text.split("\n\n")[:2] == [said("matches.unsure"), said("none.adviser", link=link)]


def test_whoever_is_unsure_is_told_that_this_is_a_good_reason(world: World) -> None:
    student = world.student()
    world.alumni("Maya Rivers", "Tom Bell", "Lea Kern")

    shown = ask(world, student, "No idea what to do after History")

    assert shown.text.split("\n\n")[0] == said("matches.unsure")
    assert len(shown.cards) == 3


def test_where_there_is_nobody_three_ways_lead_on(world: World) -> None:
    student = world.student()

    shown = ask(world, student)
    assert (shown.title, [button.label for button in shown.buttons]) == (
        said("none.title"),
        [said("none.change"), said("none.tell_me"), said("none.office")],
    )

    world.press(student, "Tell me when someone joins")
    world.press(student, "Ask the career office")
    world.deliver()
    assert student.heard[1:] == [said("none.will_tell_title"), said("none.office_asked_title")]
    assert [view.title for view in world.desk] == [said("desk.office_title", name="Priya S.")] * 2
    assert world.steps() == ["ask", "no_match", "tell_me_when", "ask_office"]


def test_fewer_than_three_are_shown_as_they_are_and_counted(world: World) -> None:
    student, _ = world.student(), world.alum()

    assert ask(world, student).title == said("matches.title_1")
    world.press(student, "None of these")

    assert student.last.title == said("none.of_these_title")
    assert world.steps() == [
        "ask", "matched", "few_matches", "none_of_these",
    ]  # fmt: skip


def test_the_same_ask_shows_the_same_people(world: World) -> None:
    student = world.student()
    world.alumni("Maya Rivers", "Tom Bell", "Lea Kern", "Ana Lima", "Ben Okri")
    ask(world, student, "Communications work")
    world.press(student, "Send it as it is")
    first = names(student.last)

    world.alum("Zoe Katz")
    world.press(student, "Send it as it is")

    assert names(student.last) == first


def test_nobody_who_is_away_full_or_gone_is_shown(world: World) -> None:
    student, other = world.student(), world.student("Sam Oduya")
    away, _full, gone = world.alumni("Maya Rivers", "Tom Bell", "Lea Kern", pace=Pace(1, 1))
    ask(world, other)
    world.requests(other, "Tom")
    world.command(away, "/host pause")
    world.submit(away)
    world.press_id(gone, PressId("leave_yes"))
    world.alumni("Ana Lima")

    assert names(ask(world, student)) == ["Ana L."]


def test_a_student_is_shown_so_many_people_in_thirty_days_and_then_no_new_ones(world: World) -> None:
    world.set_rule("shown_in_30_days", "7")
    student = world.student()
    world.alumni(*(f"Alum{letter} {letter}" for letter in "ABCDEFGHIJKL"))

    seen = {name for n in range(6) for name in names(ask(world, student, f"{WONDER}, the side number {n}"))}
    assert len(seen) == 7

    assert set(names(ask(world, student, f"{WONDER}, once more"))) <= seen


def test_what_was_said_about_oneself_is_kept_for_next_time(world: World) -> None:
    student, _ = world.student(), world.alum()
    ask(world, student, about="I dance")

    world.press(student, "Add my degree and year")
    world.submit(student, degree="BA History", year="third")
    assert names(student.last) == ["Maya R."]

    ask(world, student)
    profile = world.known(student).student
    assert profile is not None
    assert (profile.about, profile.degree, profile.year) == ("I dance", "BA History", "third")


def test_a_year_that_is_none_is_not_kept(world: World) -> None:
    student, _ = world.student(), world.alum()
    ask(world, student)

    world.press(student, "Add my degree and year")
    world.submit(student, degree="", year="twelfth")

    profile = world.known(student).student
    assert profile is not None
    assert profile.year == ""


@pytest.mark.parametrize(
    ("values", "errors"),
    [
        ({"question": " \u200b "}, {"question": said("mend.question_empty")}),
        ({"wonder": ""}, {"wonder": said("mend.wonder_empty")}),
        ({"question": "x" * 1001}, {"question": said("mend.too_long", most=1000, count=1001)}),
    ],
    ids=["empty question", "empty wonder", "too long"],
)
def test_what_cannot_be_carried_must_be_mended(world: World, values: dict[str, str], errors: dict[str, str]) -> None:
    student = world.student()
    world.command(student, "/intro")

    shown = world.submit(student, None, **({"wonder": WONDER, "question": QUESTION} | values))

    assert isinstance(shown, Fix)
    assert shown.errors == errors


def test_only_students_ask(world: World) -> None:
    stranger = world.stranger()

    assert world.command(stranger, "/intro") == View(text=said("refusals.students_only"))
