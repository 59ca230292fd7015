"""Alumni come in: a yes with its version, a short form, and the office where there was no code."""

from __future__ import annotations

from bot.domain.intro import State
from bot.domain.people import CONSENT_VERSIONS, Consent, ConsentTo, Standing
from bot.views.elements import Form, PressId
from tests.unit.use_cases.joining import PROFILE, joins, standing
from tests.words import a_no, said
from tests.world import World

S = State


def test_an_alum_says_yes_first_and_the_office_has_the_last_word(world: World) -> None:
    maya, robin = joins(world), world.coordinator()
    assert maya.heard[:2] == [said("host.consent_title"), said("host.waiting_title")]
    assert [view.title for view in world.desk] == [said("desk.join_title", name="Maya R.")] * 2
    assert world.asks(world.student()).title == said("none.title")

    world.press_id(robin, world.desk[0].buttons[0].press)
    world.deliver()

    assert maya.last.title == said("host.welcome_title")
    assert robin.last.text == said("desk.approved", name="Maya R.")
    assert world.asks(world.student("Sam Oduya"), "I wonder about writing for brands").title == said("matches.title_1")


def test_the_yes_has_its_version_and_date(world: World) -> None:
    maya = joins(world)

    with world.store.read() as reading:
        given = reading.people.consent(world.known(maya).id, ConsentTo.BE_ASKED)

    assert given == Consent(ConsentTo.BE_ASKED, CONSENT_VERSIONS[ConsentTo.BE_ASKED], True, world.now)


def test_what_was_typed_is_what_students_may_see(world: World) -> None:
    profile = world.known(joins(world)).alum

    assert profile is not None
    assert (profile.title, profile.employer) == ("Brand Writer", "Hart")
    assert profile.topics == ("brands", "copy", "words")


def test_somebody_turned_away_is_told_kindly_and_can_not_simply_try_again(world: World) -> None:
    maya, robin = joins(world), world.coordinator()
    form = world.press_id(maya, PressId("join"))

    world.press_id(robin, world.desk[0].buttons[1].press)
    world.deliver()

    assert maya.last.title == said("host.not_now_title")
    assert world.command(maya, "/host join") == a_no("turned_away")
    assert isinstance(form, Form)
    maya.form = form
    assert world.submit(maya, None, **PROFILE) == a_no("turned_away")


def test_joining_again_while_in_keeps_one_in(world: World) -> None:
    maya = world.alum()
    world.command(maya, "/host join")
    assert maya.last.title == said("host.card_title")

    world.press_id(maya, PressId("join"))
    world.submit(maya)

    assert (standing(world, maya), maya.last.title) == (Standing.APPROVED, said("host.card_title"))


def test_the_door_stays_open_and_the_break_is_over(world: World) -> None:
    maya, robin = world.alum(), world.coordinator()
    world.press_id(maya, PressId("pause_month"))
    world.press_id(maya, PressId("leave_yes"))
    assert world.press_id(maya, PressId("leave_yes")) == a_no("not_an_alum")

    world.press(maya, "Join again")
    world.press(maya, "Yes, ask me now and then")
    world.submit(maya)
    world.deliver()
    world.press_id(robin, world.desk[0].buttons[0].press)

    assert world.asks(world.student()).title == said("matches.title_1")


def test_the_second_coordinator_hears_that_it_is_decided(world: World) -> None:
    maya, robin, kit = joins(world), world.coordinator(), world.coordinator("Kit Lane")
    approve, turn_away = (button.press for button in world.desk[0].buttons)
    world.press_id(robin, approve)

    assert world.press_id(kit, approve) == a_no("taken", name="Robin")
    assert world.press_id(kit, turn_away) == a_no("taken", name="Robin")
    assert world.press_id(robin, approve) == a_no("decided_already", name="Maya")
    assert standing(world, maya) is Standing.APPROVED


def test_students_approve_nobody(world: World) -> None:
    maya, student = joins(world), world.student()

    assert world.press_id(student, world.desk[0].buttons[0].press) == a_no("desk_only")
    assert standing(world, maya) is Standing.WAITING


def test_everybody_who_waits_is_listed_and_can_be_let_in_there(world: World) -> None:
    robin = world.coordinator()
    world.command(robin, "/desk approve")
    assert robin.last.title == said("desk.nobody_title")

    maya, tom = joins(world), joins(world, "Tom Bell")
    world.command(robin, "/desk approve")
    assert [card.title for card in robin.last.cards] == ["Maya R.", "Tom B."]
    world.press(robin, "Approve Tom")

    assert (standing(world, maya), standing(world, tom)) == (Standing.WAITING, Standing.APPROVED)
