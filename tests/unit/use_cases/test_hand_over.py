"""A list of alumni, handed over in the chat: seen first, then brought in."""

from __future__ import annotations

import pytest

from bot.domain.people import Standing
from bot.use_cases import hand_over
from bot.views.elements import Fix, Form, PressId, View
from storage import tables
from tests.words import a_no, said
from tests.world import Somebody, World

GOOD = "alum_id,given_name,family_name,title\nA1,Maya,Rivers,Nurse\nA2,Tom,Baker,Baker\n"
MIXED = GOOD + "A3,Lea,Klein,Chef,extra\n"


def hands_over(world: World, who: Somebody, text: str, source: str = "alumni office") -> View | Fix:
    assert isinstance(world.command(who, "/desk import"), Form)
    shown = world.hand_over(who, "roster", text, source=source)
    assert isinstance(shown, View | Fix)
    return shown


def invited(world: World) -> int:
    with world.store.read() as reading:
        return reading.people.count_alumni(Standing.INVITED)


def test_it_shows_what_would_happen_and_changes_nothing(world: World) -> None:
    robin = world.coordinator()

    shown = hands_over(world, robin, MIXED)

    assert isinstance(shown, View)
    assert shown.title == said("import.looked_title")
    assert shown.text == "\n\n".join(
        (
            said("import.counts", new=2, changed=0, same=0, bad=1),
            said("roster.line", line=4, reason=said("roster.too_many_columns", found=5, expected=4)),
        )
    )
    assert [button.label for button in shown.buttons] == [said("import.yes", count=2), said("import.no")]
    assert invited(world) == 0


def test_pressed_it_comes_in_and_the_file_is_forgotten(world: World) -> None:
    robin = world.coordinator()
    hands_over(world, robin, MIXED)

    shown = world.press(robin, said("import.yes", count=2))

    assert isinstance(shown, View)
    assert (shown.title, invited(world)) == (said("import.done_title"), 2)
    assert world.rows(tables.letter) == []
    assert [row.act for row in world.rows(tables.audit)] == ["began", "import_looked", "import"]
    assert world.steps() == ["imported"]
    assert world.press_id(robin, shown_yes(world)) == a_no("import_over")


def shown_yes(world: World) -> PressId:
    [row] = world.rows(tables.roster_import)
    return PressId("import_yes", row.token)


def test_rows_that_were_left_out_stand_in_the_queue(world: World) -> None:
    robin = world.coordinator()
    hands_over(world, robin, MIXED)
    world.press(robin, said("import.yes", count=2))

    shown = world.command(robin, "/desk queue")

    assert isinstance(shown, View)
    assert [card.title for card in shown.cards] == [said("queue.import_title")]
    seen = world.press(robin, said("queue.do_look"))
    assert isinstance(seen, View)
    assert seen.title == said("import.done_title")


def test_not_this_list_and_nothing_is_kept(world: World) -> None:
    robin = world.coordinator()
    hands_over(world, robin, GOOD)

    shown = world.press(robin, said("import.no"))

    assert shown == View(title=said("import.left_title"), text=said("import.left"))
    assert (invited(world), world.rows(tables.letter)) == (0, [])


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("", "mend.roster_empty"),
        ("PK\x03\x04…", "roster.file_workbook"),
        ("name,year\nMaya,2019\n", "roster.header_no_id"),
    ],
)
def test_a_file_that_is_no_list_comes_back_with_what_to_do(world: World, text: str, key: str) -> None:
    robin = world.coordinator()

    shown = hands_over(world, robin, text)

    assert isinstance(shown, Fix)
    assert shown.errors == {"roster": said(key)}


def test_a_long_list_is_gone_through_in_parts_and_told_at_the_end(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hand_over, "AT_ONCE", 3)
    monkeypatch.setattr(hand_over, "PART", 4)
    robin = world.coordinator()
    rows = "".join(f"A{number},Pia,Nurse\n" for number in range(10)) + "A3,again,Nurse\n"

    shown = hands_over(world, robin, "alum_id,given_name,title\n" + rows)

    assert isinstance(shown, View)
    assert shown.title == said("import.reading_title", count=11)
    world.deliver()
    assert robin.last.text == "\n\n".join(
        (
            said("import.counts", new=10, changed=0, same=0, bad=1),
            said("roster.line", line=12, reason=said("roster.duplicate", first=5)),
        )
    )
    assert invited(world) == 0
    world.press(robin, said("import.yes", count=10))
    world.deliver()
    assert (robin.last.title, invited(world)) == (said("import.done_title"), 10)


def test_a_list_that_was_left_lying_goes_with_the_drafts(world: World) -> None:
    robin = world.coordinator()
    hands_over(world, robin, MIXED)

    with world.store.begin() as uow:
        world.wait(days=8)
        uow.retention.forget_drafts(world.now)
        uow.commit()

    assert world.rows(tables.letter) == []
    assert [row.errors for row in world.rows(tables.roster_import)] == [[]]
    shown = world.press(robin, said("import.yes", count=2))
    assert shown == View(title=said("import.left_title"), text=said("import.left"))
