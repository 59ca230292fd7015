"""A file goes to the account that asked; whoever can't be told there is told elsewhere, or by the desk."""

from __future__ import annotations

import pytest

from bot.domain.messages import Kind, Message, Undeliverable
from bot.domain.people import Platform, Right
from tests.unit.use_cases.test_desk_export import file_of, kept
from tests.words import said
from tests.world import DESK, DISCORD, SLACK, Somebody, World


@pytest.fixture
def world(world_on_both: World) -> World:
    return world_on_both


def test_a_file_goes_to_the_account_that_asked_and_the_other_may_ask_for_itself(world: World) -> None:
    robin = world.coordinator(space=DISCORD)
    elsewhere = world.also_at(robin, SLACK)
    world.command(robin, "/desk export alumni")
    world.deliver()
    assert (robin.heard[-1], elsewhere.heard) == (said("export.file_title"), [])

    world.platform_says(robin, Undeliverable("closed"))
    world.command(robin, "/desk export alumni")
    world.wait(minutes=1)
    world.deliver()

    assert robin.heard[-1] == said("export.begun_title")
    assert (elsewhere.heard, said("export.closed") in elsewhere.last.text) == ([said("export.failed_title")], True)
    assert (kept(world), world.desk) == (False, [])
    world.press(elsewhere, said("export.again"))
    world.deliver()
    assert elsewhere.last.title == said("export.file_title")


def test_the_other_account_needs_the_right_of_its_own(world: World) -> None:
    robin = world.coordinator(space=DISCORD)
    elsewhere = world.also_at(robin, SLACK)
    elsewhere.rights = DESK - {Right.EXPORT}
    world.platform_says(robin, Undeliverable("closed"))
    world.command(robin, "/desk export alumni")
    world.deliver()

    world.press(elsewhere, said("export.again"))

    assert elsewhere.last.text == said("refusals.export_only")


def test_whoever_can_be_reached_nowhere_is_told_by_the_desk(world: World) -> None:
    robin = world.coordinator()
    world.platform_says(robin, Undeliverable("closed"))
    world.command(robin, "/desk export alumni")
    world.deliver()

    assert (robin.heard, kept(world)) == ([said("export.begun_title")], False)
    [at_slack, at_discord] = world.desk
    assert at_slack == at_discord
    assert (at_slack.title, at_slack.text) == (
        said("export.unreached_title", name="Robin H."), said("export.unreached", name="Robin H."),
    )  # fmt: skip


def test_what_is_said_instead_of_a_file_is_told_by_the_desk_where_it_cannot_be_drawn(world: World) -> None:
    robin = world.coordinator()
    world.command(robin, "/desk queue")
    by, words = world.known(robin).id, {"order": "of another version"}
    with world.store.begin() as uow:
        uow.outbox.add(Message(Kind.ANSWER, "export_failed", world.now, to=by, params=words))
        uow.commit()
    world.deliver()

    assert [view.title for view in world.desk] == [said("export.unreached_title", name="Robin H.")] * 2


def test_a_door_of_another_account_is_not_knocked_at_either(world: World) -> None:
    robin = world.coordinator()
    elsewhere = world.also_at(robin, DISCORD)
    with world.store.begin() as uow:
        uow.places.hang_doorway(uow.places.doorway_at(Platform.DISCORD, "99", "55").id, "1")
        uow.people.set_closed(elsewhere.handle, True)
        uow.commit()
    world.platform_says(robin, Undeliverable("closed"))
    world.command(robin, "/desk export alumni")
    world.deliver()

    assert elsewhere.heard == [said("knock.title")]
    world.press(elsewhere, said("knock.open"))
    assert elsewhere.last.title == said("export.failed_title")


def behind_a_door(world: World) -> Somebody:
    robin = world.coordinator(space=DISCORD)
    with world.store.begin() as uow:
        uow.places.hang_doorway(uow.places.doorway_at(Platform.DISCORD, "99", "55").id, "1")
        uow.commit()
    world.platform_says(robin, Undeliverable("closed"))
    world.command(robin, "/desk export alumni")
    world.deliver()
    assert robin.last.title == said("knock.title")
    return robin


def test_a_file_behind_a_door_is_shown_once_and_then_forgotten(world: World) -> None:
    robin = behind_a_door(world)
    [door] = robin.last.buttons

    world.press_id(robin, door.press)
    assert (file_of(robin.last).name, kept(world)) == ("alumni-2026-03-02.xlsx", False)
    world.press_id(robin, door.press)

    assert robin.last.text == said("refusals.not_yours")


def test_a_file_behind_a_door_is_for_the_account_that_asked_alone(world: World) -> None:
    robin = behind_a_door(world)
    elsewhere = world.also_at(robin, SLACK)
    [door] = robin.last.buttons

    world.press_id(elsewhere, door.press)

    assert (elsewhere.last.text, kept(world)) == (said("refusals.not_yours"), True)
    world.press_id(robin, door.press)
    assert file_of(robin.last).name == "alumni-2026-03-02.xlsx"


def test_a_file_behind_a_door_takes_the_right_to_take_files_out(world: World) -> None:
    robin = behind_a_door(world)
    [door] = robin.last.buttons
    robin.rights = DESK - {Right.EXPORT}

    world.press_id(robin, door.press)

    assert (robin.last.text, kept(world)) == (said("refusals.export_only"), True)
