"""What an alum says about themself: the rest when they like, a word when it has changed, a question twice a year."""

from __future__ import annotations

from datetime import time

import pytest

from bot.domain.intro import State
from bot.domain.people import EVERY_DAY, GoodHours
from bot.views.elements import ChooseMany, Fix, Form, PressId, View
from storage import tables
from tests.words import said
from tests.world import Somebody, World


def labels(view: View) -> list[str]:
    return [button.label for button in view.buttons]


def test_the_rest_is_said_when_one_likes(world: World) -> None:
    maya = world.alum()
    world.press_id(maya, PressId("add_more"))
    world.submit(
        maya, None, name="Maya Reed", past="Teacher; Baker", studied="BA Law, 2014", languages="English, welsh",
        hides=("employer", "initial"), lengths=("10", "15"), formats=("phone",), hours=("mornings", "weekends"),
        room="https://room.example/maya", booking="https://book.example/maya",
    )  # fmt: skip

    known = world.known(maya)
    alum = known.alum
    assert alum is not None
    assert (known.given_name, known.family_name) == ("Maya", "Reed")
    assert known.hours == GoodHours(EVERY_DAY, ((time(9), time(12)),))
    assert (alum.past_titles, alum.degree, alum.grad_year) == (("Teacher", "Baker"), "BA Law", 2014)
    assert (alum.languages, sorted(alum.hides)) == (("en", "cy"), ["employer", "initial"])
    assert (alum.lengths, alum.formats) == ((10, 15), ("phone",))
    assert (alum.room_link, alum.booking_link) == ("https://room.example/maya", "https://book.example/maya")


def test_sent_as_it_is_it_changes_nothing_however_long(world: World) -> None:
    past = tuple(f"Director, Sales and a good many other things, number {n}" for n in range(20))
    maya = world.alum(
        past_titles=past, topics=past, hides=frozenset({"degree"}), degree="BSc Physics 2", grad_year=None
    )
    before = world.known(maya)
    for verb in ("add_more", "host_profile"):
        world.press_id(maya, PressId(verb))
        world.submit(maya)

    after = world.known(maya)
    assert (after.hours, after.given_name, after.zone) == (before.hours, before.given_name, before.zone)
    assert after.alum is not None
    assert before.alum is not None
    for name in ("past_titles", "topics", "degree", "grad_year", "hides", "pace", "languages", "lengths"):
        assert getattr(after.alum, name) == getattr(before.alum, name), name


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("Asia/Kathmandu", "Asia/Kathmandu"), ("asia/kathmandu", "Asia/Kathmandu"), ("kathmandu", "Asia/Kathmandu"),
        ("new york", "America/New_York"), ("", "Europe/London"),
    ],
)  # fmt: skip
def test_a_zone_that_is_not_among_those_to_choose_from_is_typed(world: World, typed: str, zone: str) -> None:
    maya = world.alum()
    before = world.known(maya).zone
    world.press_id(maya, PressId("add_more"))
    world.submit(maya, zone=typed)
    assert world.known(maya).zone == (zone if typed else before)

    world.press_id(maya, PressId("host_profile"))
    world.submit(maya)  # the short form has it among the others now, and keeps it
    assert world.known(maya).zone == (zone if typed else before)


@pytest.mark.parametrize("typed", ["Atlantis", "EST5EDT/nowhere", "../etc/passwd", "Europe"])
def test_a_zone_that_is_none_is_mended(world: World, typed: str) -> None:
    maya = world.alum()
    world.press_id(maya, PressId("add_more"))

    shown = world.submit(maya, zone=typed)

    assert isinstance(shown, Fix)
    assert shown.errors == {"zone": said("mend.zone_unknown", name=typed)}


def test_a_language_nobody_knows_is_mended(world: World) -> None:
    maya = world.alum()
    world.press_id(maya, PressId("add_more"))
    shown = world.submit(maya, None, languages="English, Elvish of the West")

    assert isinstance(shown, Fix)
    assert shown.errors == {"languages": said("mend.language_unknown", name="Elvish of the West")}


def test_in_person_is_offered_only_where_the_campus_allows_it(world: World) -> None:
    maya = world.alum()

    def offered() -> list[str]:
        form = world.press_id(maya, PressId("add_more"))
        assert isinstance(form, Form)
        items = [item for page in form.pages for item in page.items if isinstance(item, ChooseMany)]
        return [option.value for item in items if item.name == "formats" for option in item.options]

    assert offered() == ["video", "phone", "in_writing"]
    world.set_rule("in_person", "yes")
    assert "in_person" in offered()


def test_a_talk_is_as_long_as_suits_the_alum(world: World) -> None:
    maya = world.alum(lengths=(10, 30))
    intro = world.an_intro(State.REQUESTED, world.student(), maya)

    assert intro.minutes == 10


def test_somebody_who_hides_their_employer_is_not_shown_it(world: World) -> None:
    maya = world.alum(hides=frozenset({"employer"}))
    world.command(maya, "/host join")

    assert (said("host.hidden"), said("more.hide_employer")) in maya.last.facts
    assert "Riverside Aid" not in maya.last.aloud()


# --- my work has changed --------------------------------------------------------------------------------------------


def test_work_that_has_changed_is_said_in_passing_and_the_yes_is_still_there(world: World) -> None:
    maya, priya = world.alum(), world.student()
    intro = world.an_intro(State.REQUESTED, priya, maya)
    world.press(maya, said("work.button"))
    world.submit(maya, title="Head of Wellness", employer="Open Air")

    alum = world.known(maya).alum
    assert alum is not None
    assert (alum.title, alum.employer, alum.past_titles) == ("Head of Wellness", "Open Air", ("Communications Lead",))
    assert maya.last.title == said("request.card_title", name="Priya")
    assert maya.last.text.startswith(said("common.saved"))
    world.press(maya, "Yes, show times")
    assert world.state_of(intro) is State.ACCEPTED


def test_work_that_has_changed_is_kept_also_where_the_request_has_gone(world: World) -> None:
    maya, priya = world.alum(), world.student()
    world.an_intro(State.REQUESTED, priya, maya)
    world.press(maya, said("work.button"))
    world.press(priya, "Take it back")
    world.submit(maya, title="Baker", employer="")

    alum = world.known(maya).alum
    assert alum is not None
    assert (alum.title, alum.employer) == ("Baker", "")
    assert maya.form is None


# --- still right? ---------------------------------------------------------------------------------------------------


def asked(maya: Somebody) -> list[bool]:
    return [said("right.yes") in labels(view) for view in maya.shown if view.title]


def test_an_old_profile_is_asked_about_once_on_the_next_request(world: World) -> None:
    maya = world.alum()
    world.wait(days=200)
    world.an_intro(State.REQUESTED, world.student(), maya)

    assert asked(maya) == [True]
    work = said("people.works_at", title="Communications Lead", employer="Riverside Aid")
    assert said("right.ask_here", work=work) in maya.last.text
    assert len(maya.last.buttons) <= 10
    world.command(maya, "/host mine")
    world.press(maya, "Open Priya")
    world.command(maya, "/host join")
    assert asked(maya)[1:] == [False, False, False]

    world.press(maya, said("right.yes"))
    assert maya.last.text == said("right.kept")
    world.wait(days=200)
    world.command(maya, "/host join")
    assert asked(maya)[-1], "half a year later it may have changed again"


def test_or_on_their_own_card_and_a_fresh_one_is_not(world: World) -> None:
    maya = world.alum()
    world.command(maya, "/host join")
    world.wait(days=183)
    world.command(maya, "/host join")
    world.command(maya, "/host join")

    assert asked(maya) == [False, True, False]


@pytest.mark.parametrize("verb", ["host_profile", "add_more"])
def test_whoever_changes_their_profile_has_answered(world: World, verb: str) -> None:
    maya = world.alum()
    world.wait(days=200)
    world.press_id(maya, PressId(verb))
    world.submit(maya)
    world.command(maya, "/host join")

    assert asked(maya) == [False, False]


# --- someone else I know --------------------------------------------------------------------------------------------


def test_someone_else_gets_words_from_the_alum_and_none_from_us(world: World) -> None:
    world.set_rule("slack_invite", "https://join.slack.example/t/eastmere")
    maya, priya = world.alum(), world.student()
    world.an_intro(State.REQUESTED, priya, maya)
    people = len(world.rows(tables.person))
    world.press(maya, "Not this time")
    world.press(maya, said("pass_on.button"))

    assert "https://join.slack.example/t/eastmere" in maya.last.text
    assert "Priya" not in maya.last.text
    assert len(world.rows(tables.person)) == people


def test_without_a_link_the_office_is_the_way_in(world: World) -> None:
    maya = world.alum()
    world.press_id(maya, PressId("pass_on"))

    assert said("pass_on.way_by_office", campus="our university") in maya.last.text
