"""What is said and asked once: the privacy notice, and the age; and where a first talk may be."""

from __future__ import annotations

import pytest

from bot.domain.intro import State
from bot.domain.people import ConsentTo
from bot.phrases import say
from bot.views.elements import Choose, Fix, Form, PressId, Text, View
from storage import tables as t
from tests.world import Somebody, World, options_in

ASK = {"wonder": "I wonder about communications at a charity", "question": "What surprised you?", "about": ""}


def opened(world: World, who: Somebody, command: str = "/intro") -> Form:
    form = world.command(who, command)
    assert isinstance(form, Form)
    return form


def told(form: Form) -> str:
    return "\n".join(item.text for item in form.pages[0].items if isinstance(item, Text))


def asked_for_age(form: Form) -> bool:
    return any(isinstance(item, Choose) and item.name == "adult" for page in form.pages for item in page.items)


def test_the_notice_stands_on_the_first_form_and_sending_it_is_kept(world: World) -> None:
    student = world.student()
    form = opened(world, student)
    assert told(form).count("\n") == 2
    assert len(form.pages[0].items) <= 5

    world.submit(student, None, **ASK)

    [kept] = [row for row in world.rows(t.consent) if row.consent_to is ConsentTo.NOTICE]
    assert (kept.version, kept.given, kept.at) == (1, True, world.now)
    assert told(opened(world, student)) == ""


def test_a_campus_may_say_where_to_read_more(world: World) -> None:
    world.set_rule("privacy_link", "https://example.edu/privacy")

    assert told(opened(world, world.student())).endswith("https://example.edu/privacy")


def test_a_form_that_is_not_sent_keeps_nothing(world: World) -> None:
    student = world.student()
    opened(world, student)

    assert world.rows(t.consent) == []
    assert told(opened(world, student)) != ""


def test_the_age_is_asked_once_and_nothing_is_chosen_beforehand(world: World) -> None:
    student = world.student()
    form = opened(world, student)
    [choose] = [item for item in form.pages[0].items if isinstance(item, Choose)]
    assert choose.value == ""

    world.submit(student, None, **ASK)

    assert not asked_for_age(opened(world, student))


def test_without_an_answer_the_form_comes_back(world: World) -> None:
    student = world.student()
    opened(world, student)

    fix = world.submit(student, None, **ASK, adult="perhaps")

    assert isinstance(fix, Fix)
    assert list(fix.errors) == ["adult"]


# --- under 18 --------------------------------------------------------------------------------------------------------


def a_minor(world: World) -> Somebody:
    student = world.student("Sam Young")
    opened(world, student)
    world.submit(student, None, **ASK, adult="no")
    return student


def test_under_18_a_card_asks_the_office_and_nothing_is_sent(world: World) -> None:
    alum = world.alum()
    student = a_minor(world)

    world.press(student, "Ask the office about Maya")
    world.deliver()

    assert student.last.title == say("none.introduction_title", "en")
    assert {view.title for view in world.desk} == {"Sam Y. hopes to be introduced"}
    assert "Maya R." in world.desk[0].text
    assert alum.shown == []
    assert world.rows(t.intro) == []


def test_under_18_no_request_goes_out_by_any_other_way(world: World) -> None:
    world.alum()
    student = a_minor(world)
    [offer] = world.rows(t.shown)

    pressed = world.press_id(student, PressId("ask", offer.token))

    assert isinstance(pressed, View)
    assert pressed.text == say("refusals.office_introduces", "en")


def test_after_half_a_year_a_no_is_asked_again(world: World) -> None:
    student = a_minor(world)
    assert not asked_for_age(opened(world, student))

    world.wait(days=181)

    assert asked_for_age(opened(world, student))


# --- where a first talk may be ---------------------------------------------------------------------------------------


def offers(world: World, place: str) -> object:
    student, alum = world.student(), world.alum()
    world.an_intro(State.ACCEPTED, student, alum)
    world.press(alum, "Offer times")
    assert alum.form is not None
    return world.submit(alum, None, times=(options_in(alum.form)[0].value,), place=place)


@pytest.mark.parametrize("place", ["", "https://meet.example/maya", "Call +44 20 7946 0018", "Zoom; I'll send a link"])
def test_a_first_talk_is_by_video_or_phone(world: World, place: str) -> None:
    assert isinstance(offers(world, place), View)


@pytest.mark.parametrize("place", ["The library café", "My place", "Lunch near my office"])
def test_a_place_to_go_to_is_sent_back(world: World, place: str) -> None:
    fix = offers(world, place)

    assert isinstance(fix, Fix)
    assert fix.errors == {"place": say("mend.place_by_video", "en")}


def test_where_the_campus_allows_it_a_public_place_will_do(world: World) -> None:
    world.set_rule("in_person", "yes")

    assert isinstance(offers(world, "The library café"), View)


def test_a_private_one_never_does(world: World) -> None:
    world.set_rule("in_person", "yes")

    fix = offers(world, "My flat, third floor")

    assert isinstance(fix, Fix)
    assert fix.errors == {"place": say("mend.place_in_public", "en")}
