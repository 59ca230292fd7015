"""Letters that invite, written from the chat: a file for the one who asked, and never an end to a code that works."""

from __future__ import annotations

import csv
from datetime import timedelta
from io import StringIO

import pytest

from bot.domain.messages import Copy, Delivered, Undeliverable
from bot.domain.people import AT_THE_DESK, Right
from bot.use_cases import invitations
from bot.views.elements import PressId, View
from storage import tables
from tests.unit.use_cases.test_hand_over import GOOD, hands_over
from tests.words import a_no, said
from tests.world import DISCORD, Somebody, World

LIST = "alum_id,email,given_name,family_name,title\nA1,maya@example.org,Maya,Rivers,Nurse\nA2,,Tom,Baker,Baker\n"


def on_the_list(world: World, text: str = LIST) -> Somebody:
    """A coordinator who has just brought a list in."""
    robin = world.coordinator()
    hands_over(world, robin, text)
    world.press(robin, said("import.yes", count=text.count("\n") - 1))
    return robin


def files(who: Somebody) -> list[list[dict[str, str]]]:
    """Every file that somebody was given, read as a mail merge does."""
    texts = [view.file.content.decode("utf-8-sig") for view in who.shown if view.file is not None]
    return [list(csv.DictReader(StringIO(text, newline=""))) for text in texts]


def test_one_press_writes_a_letter_to_each_and_the_file_is_for_the_one_who_asked(world: World) -> None:
    robin, sam = on_the_list(world), world.coordinator("Sam Okoro")
    shown = world.press(robin, said("invitations.button", count=2))
    assert isinstance(shown, View)
    assert shown.title == said("invitations.writing_title", count=2)
    assert files(robin) == []

    world.deliver()

    [rows] = files(robin)
    assert [(row["alum_id"], row["email"], row["given_name"]) for row in rows] == [
        ("A1", "maya@example.org", "Maya"), ("A2", "", "Tom"),
    ]  # fmt: skip
    assert all(row["code"] in row["letter"] for row in rows)
    written = next(view for view in robin.shown if view.title == said("invitations.written_title", count=2))
    assert written.text.split("\n\n")[1:] == [said("invitations.no_email", count=1)]
    assert [button.label for button in written.buttons] == [said("invitations.again")]
    assert (files(sam), world.desk) == ([], [])
    assert [(row.act, row.target) for row in world.rows(tables.audit)][-1] == ("invitations", "2")
    assert world.steps().count("invited") == 2


def test_the_code_in_the_letter_lets_its_owner_in(world: World) -> None:
    robin = on_the_list(world)
    world.press(robin, said("invitations.button", count=2))
    world.deliver()
    maya = world.stranger("Maya Rivers")

    world.command(maya, f"/host join {files(robin)[0][0]['code']}")

    assert maya.last.title == said("host.consent_title")
    assert said("host.have_code") not in [button.label for button in maya.last.buttons]


def test_pressed_again_it_writes_to_nobody_twice_and_no_code_ends(world: World) -> None:
    robin = on_the_list(world)
    world.press(robin, said("invitations.button", count=2))
    world.press(robin, said("invitations.button", count=2))
    world.deliver()
    [rows] = files(robin)

    assert world.press_id(robin, PressId("invite")) == a_no("nobody_to_invite")
    world.press(robin, said("invitations.again"))
    world.deliver()

    assert files(robin) == [rows, rows]


def test_a_long_list_is_written_to_so_many_at_a_press(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(invitations, "MOST", 2)
    robin = on_the_list(world, GOOD + "A3,Lea,Klein,Chef\n")

    world.press(robin, said("invitations.button", count=2))
    world.deliver()
    world.press(robin, said("invitations.button", count=1))
    world.deliver()

    assert [[row["alum_id"] for row in rows] for rows in files(robin)] == [["A1", "A2"], ["A3"]]


def test_letters_that_cannot_be_brought_are_kept_and_can_be_had_again(world: World) -> None:
    robin = on_the_list(world)
    world.press(robin, said("invitations.button", count=2))
    world.platform_says(robin, Delivered(Copy("channel", "told")), Undeliverable("refused"))
    world.deliver()
    assert (files(robin), robin.last.title) == ([], said("invitations.failed_title"))

    world.press(robin, said("invitations.again"))
    world.deliver()

    assert [[row["alum_id"] for row in rows] for rows in files(robin)] == [["A1", "A2"]]


def test_letters_go_to_the_account_that_asked_and_to_no_other(world: World) -> None:
    robin = on_the_list(world)
    elsewhere = world.also_at(robin, DISCORD)
    world.press(robin, said("invitations.button", count=2))
    world.platform_says(robin, Delivered(Copy("channel", "told")), Undeliverable("closed"))
    world.deliver()
    assert (files(robin), files(elsewhere)) == ([], [])

    assert elsewhere.heard == [said("invitations.failed_title")]
    world.press(elsewhere, said("invitations.again"))
    world.deliver()

    assert [[row["alum_id"] for row in rows] for rows in files(elsewhere)] == [["A1", "A2"]]


def test_whoever_asked_and_has_gone_leaves_the_letters_to_the_next(world: World) -> None:
    robin, sam = on_the_list(world), world.coordinator("Sam Okoro")
    world.press(robin, said("invitations.button", count=2))
    world.press_id(robin, PressId("erase_yes"))
    world.deliver()

    world.press_id(sam, PressId("invite"))
    world.deliver()

    assert [[row["alum_id"] for row in rows] for rows in files(sam)] == [["A1", "A2"]]


def test_the_file_is_forgotten_after_a_week(world: World) -> None:
    robin = on_the_list(world)
    world.press(robin, said("invitations.button", count=2))
    world.deliver()
    with world.store.begin() as uow:
        uow.retention.forget_drafts(world.now + timedelta(seconds=1))
        uow.commit()

    assert world.press_id(robin, PressId("invitations_again")) == a_no("invitations_gone")


def test_it_takes_the_right_to_take_files_out_and_another_gets_only_their_own(world: World) -> None:
    robin = on_the_list(world)
    world.press(robin, said("invitations.button", count=2))
    world.deliver()
    sam, kim = world.coordinator("Sam Okoro"), world.coordinator("Kim Lowe")
    kim.rights = AT_THE_DESK - {Right.EXPORT}

    assert world.press_id(kim, PressId("invite")) == a_no("export_only")
    assert world.press_id(sam, PressId("invitations_again")) == a_no("invitations_gone")
    assert world.press_id(world.student(), PressId("invite")) == a_no("desk_only")
