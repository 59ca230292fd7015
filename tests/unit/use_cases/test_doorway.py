"""The doorway's card, the welcome, and everybody's own page."""

from __future__ import annotations

from bot.domain.intro import State
from bot.domain.messages import Kind, Status, Undeliverable
from bot.phrases import say
from bot.views.elements import View
from storage import tables as t
from tests.world import DISCORD, SLACK, World

CHANNEL = "C-talks"
THREE = [say("common.find", "en"), say("host.join", "en"), say("doorway.how", "en")]


def labels(view: View | None) -> list[str]:
    assert view is not None
    return [button.label for card in view.cards for button in card.buttons] + [button.label for button in view.buttons]


def cards(view: View | None) -> dict[str, str]:
    assert view is not None
    return {card.title: card.text for card in view.cards}


# --- the card in a channel -------------------------------------------------------------------------------------------


def test_a_coordinator_hangs_up_the_card_in_the_channel(world: World) -> None:
    office = world.coordinator()

    world.command(office, "/desk doorway", channel=CHANNEL)
    world.deliver()

    [card] = world.channels[CHANNEL]
    assert labels(card) == THREE
    assert office.last.title == say("doorway.hung_title", "en")


def test_in_a_direct_message_it_asks_to_be_typed_in_the_channel(world: World) -> None:
    office = world.coordinator()

    world.command(office, "/desk doorway")
    world.deliver()

    assert "channel" in office.last.text
    assert world.channels == {}


def test_only_the_office_hangs_it_up(world: World) -> None:
    student = world.student()

    world.command(student, "/desk doorway", channel=CHANNEL)
    world.deliver()

    assert student.last.text == say("refusals.desk_only", "en")
    assert world.channels == {}


def test_typed_twice_the_new_card_takes_the_place_of_the_old_one(world: World) -> None:
    office = world.coordinator()
    world.command(office, "/desk doorway", channel=CHANNEL)
    world.deliver()
    [hung] = world.rows(t.doorway)

    world.command(office, "/desk doorway", channel=CHANNEL)
    world.deliver()

    assert office.last.title == say("doorway.again_title", "en")
    assert [copy.message for copy in world.taken_back] == [hung.message]
    [now] = world.rows(t.doorway)
    assert now.message != hung.message


def test_typed_twice_in_a_hurry_one_card_appears(world: World) -> None:
    office = world.coordinator()

    world.command(office, "/desk doorway", channel=CHANNEL)
    world.command(office, "/desk doorway", channel=CHANNEL)
    world.deliver()

    assert len(world.channels[CHANNEL]) == 1


def test_a_channel_that_does_not_let_us_in_is_told_to_the_desk(world: World) -> None:
    office = world.coordinator()
    world.outcomes[f"slack/T1/#{CHANNEL}"] = [Undeliverable("no_access")]

    world.command(office, "/desk doorway", channel=CHANNEL)
    world.deliver()

    assert {view.title for view in world.desk} == {say("doorway.refused_title", "en")}


def test_a_small_number_of_alumni_is_not_said(world: World) -> None:
    office = world.coordinator()
    for number in range(24):
        world.alum(f"Alum{number} Lane")
    world.command(office, "/desk doorway", channel=CHANNEL)
    world.deliver()
    world.alum("Maya Rivers")
    world.command(office, "/desk doorway", channel=CHANNEL)
    world.deliver()

    few, many = world.channels[CHANNEL]
    assert "24" not in few.text
    assert many.text.startswith("25 former students said")


# --- the welcome -----------------------------------------------------------------------------------------------------


def test_who_opens_the_page_is_welcomed_once(world: World) -> None:
    student = world.student()

    world.opens_home(student)
    world.deliver()
    world.opens_home(student)
    world.deliver()

    assert student.heard == ["Hi Priya"]
    assert labels(student.last) == THREE


def test_who_has_asked_before_is_only_shown_where_the_buttons_are(world: World) -> None:
    student = world.student()
    world.asks(student)

    world.opens_home(student)
    world.deliver()

    assert student.last.text.startswith(say("doorway.at_hand", "en"))


def test_on_discord_the_first_word_in_the_bots_own_dm_brings_it(world: World) -> None:
    student = world.student(space=DISCORD)

    world.command(student, "/intro help")
    world.deliver()
    world.command(student, "/intro help")
    world.deliver()

    assert student.heard == [say("help.intro_title", "en"), "Hi Priya", say("help.intro_title", "en")]


def test_a_word_in_a_channel_brings_none(world: World) -> None:
    student = world.student(space=DISCORD)

    world.command(student, "/intro help", channel="5")
    world.deliver()

    assert student.heard == [say("help.intro_title", "en")]


# --- one's own page --------------------------------------------------------------------------------------------------


def test_the_doorway_comes_first_on_the_page(world: World) -> None:
    home = world.opens_home(world.student())

    assert [button.label for button in home.cards[0].buttons] == THREE
    assert len(home.cards) == 1


def test_the_page_shows_what_is_live_and_what_to_do_next(world: World) -> None:
    student, alum = world.student(), world.alum()
    world.opens_home(student)

    world.an_intro(State.ACCEPTED, student, alum)

    assert cards(student.home)["Maya R."] == say("states.accepted_student", "en")
    assert labels(student.home) == [*THREE, "Offer Maya times", "Open Maya"]


def test_an_alum_sees_both_sides(world: World) -> None:
    student, alum = world.student(), world.alum(space=SLACK)
    world.opens_home(alum)

    world.an_intro(State.REQUESTED, student, alum)

    assert list(cards(alum.home)) == ["", "Priya", say("home.alum", "en")]
    assert say("states.requested_alum", "en") in cards(alum.home)["Priya"]


def test_a_coordinator_sees_what_waits_for_the_office(world: World) -> None:
    student, alum, office = world.student(), world.alum(), world.coordinator()
    world.an_intro(State.FROZEN, student, alum)

    home = world.opens_home(office)

    assert cards(home)[say("home.desk", "en")].startswith("One talk is stopped")


def test_who_never_opened_a_page_has_none(world: World) -> None:
    student, alum = world.student(), world.alum()

    world.an_intro(State.ACCEPTED, student, alum)

    assert Kind.HOME not in [row.kind for row in world.rows(t.message)]


def test_many_moves_at_once_draw_the_page_once(world: World) -> None:
    student, alum = world.student(), world.alum()
    world.opens_home(student)
    world.deliver()
    world.asks(student)
    world.press(student, "Ask Maya")
    world.submit(student)
    intro = world.newest(student)

    world.do(alum, "accept", intro)

    pages = [row for row in world.rows(t.message) if row.kind is Kind.HOME]
    assert [row.status for row in pages] == [Status.VOID, Status.WAITING]


def test_a_page_that_cannot_be_drawn_harms_nobody(world: World) -> None:
    student, alum = world.student(), world.alum()
    world.opens_home(student)
    world.outcomes[f"slack/T1/{student.handle.user_id}/page"] = [Undeliverable("gone")]

    world.an_intro(State.ACCEPTED, student, alum)

    assert world.desk == []
    assert any(title.startswith("Good news") for title in student.heard)


def test_erased_the_page_shows_what_a_stranger_sees(world: World) -> None:
    student, alum = world.student(), world.alum()
    world.opens_home(student)
    world.an_intro(State.ACCEPTED, student, alum)

    world.command(student, "/mydata erase")
    world.press(student, say("mydata.erase_yes", "en"))
    world.deliver()

    assert list(cards(student.home)) == [""]
    assert student.home is not None
    assert student.home.title == say("doorway.hello", "en")
