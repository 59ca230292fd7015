"""Rules and wording, changed from the chat; and who changed what."""

from __future__ import annotations

from bot.domain.campus import in_words
from bot.domain.people import Right
from bot.phrases import say
from bot.views.elements import Fix, Form, PressId, View
from storage import tables
from tests.words import a_no, said
from tests.world import Somebody, World


def change_words(world: World, who: Somebody, key: str, text: str) -> View | Fix:
    assert isinstance(world.press_id(who, PressId("this_wording", arg=key)), Form)
    shown = world.submit(who, text=text)
    assert isinstance(shown, View | Fix)
    return shown


def test_a_rule_is_changed_in_a_form_and_stands_in_the_audit(world: World) -> None:
    robin = world.coordinator()
    world.command(robin, "/desk settings")
    assert isinstance(world.press(robin, said("settings.change_asking")), Form)

    shown = world.submit(robin, request_days="12")

    assert isinstance(shown, View)
    assert shown.text.startswith(said("settings.saved"))
    with world.store.read() as reading:
        assert reading.places.campus().request_days == 12
    assert [row.target for row in world.rows(tables.audit) if row.act == "set_rule"] == ["request_days=12"]


def test_more_closures_than_a_form_holds_stay_when_another_rule_is_changed(world: World) -> None:
    robin = world.coordinator()
    months = [f"{year}-{month:02}" for year in (2026, 2027) for month in range(1, 13)]
    odd_days = " ".join(f"{month}-{day:02}" for month in months for day in (1, 3, 5, 7))
    world.set_rule("closures", odd_days)
    world.press_id(robin, PressId("rules", arg="nudges"))

    world.submit(robin, nudge_first_day="4")

    with world.store.read() as reading:
        campus = reading.places.campus()
    assert (campus.nudge_first_day, in_words(campus, "closures")) == (4, odd_days)


def test_a_rule_may_be_longer_than_what_the_audit_tells_of_it(world_on_both: World) -> None:
    world, robin = world_on_both, world_on_both.coordinator()
    closed = " ".join(f"2026-12-{day:02}" for day in range(1, 31, 2))
    world.press_id(robin, PressId("rules", arg="nudges"))

    world.submit(robin, closures=closed)

    with world.store.read() as reading:
        assert in_words(reading.places.campus(), "closures") == closed
    [told] = [row.target for row in world.rows(tables.audit) if row.act == "set_rule"]
    assert told == f"closures={closed}"[:99] + "…"


def test_a_sentence_of_another_version_with_a_name_that_this_one_does_not_know_gives_way_to_ours(world: World) -> None:
    student = world.student()
    with world.store.begin() as uow:
        for key, text in (("common.saved", "Kept, {who}!"), ("refusals.no_such_language", "Only {languages}, sorry.")):
            uow.wording.go_live(uow.wording.propose(key, "en", text, "", world.now).id, world.now)
        uow.commit()

    world.command(student, "/mydata language en")
    assert student.last.text == say("common.saved", "en")
    world.command(student, "/mydata language klingon")
    assert student.last.text == "Only en, sorry."


def test_a_rule_out_of_its_range_changes_nothing_and_says_the_range(world: World) -> None:
    robin = world.coordinator()
    world.press_id(robin, PressId("rules", arg="asking"))

    shown = world.submit(robin, request_days="99", student_open="2")

    assert isinstance(shown, Fix)
    assert shown.errors == {
        "request_days": said("refusals.setting_range", setting=said("rules.request_days"), low=5, high=21)
    }
    with world.store.read() as reading:
        assert reading.places.campus().student_open == 1


def test_every_rule_is_in_one_group_of_the_forms(world: World) -> None:
    from dataclasses import fields

    from bot.domain.campus import Campus
    from bot.views.settings import GROUPS, REST, group_of

    grouped = [key for group in (*GROUPS, REST) for key in group_of(group)]

    assert sorted(grouped) == sorted(field.name for field in fields(Campus))


def test_a_group_that_there_is_not_is_not_found(world: World) -> None:
    assert world.press_id(world.coordinator(), PressId("rules", arg="secrets")) == a_no("not_yours")


def test_a_sentence_is_seen_before_it_goes_live_and_can_be_taken_back(world: World) -> None:
    robin, priya = world.coordinator(), world.student()
    world.press_id(robin, PressId("change_words"))
    found = world.submit(robin, words="no talks yet")
    assert isinstance(found, View)
    assert [card.title for card in found.cards] == ["mine.none_student"]

    preview = change_words(world, robin, "mydata.nothing", "Not a thing, we promise.")

    assert isinstance(preview, View)
    assert [card.text for card in preview.cards] == [said("mydata.nothing"), "Not a thing, we promise."]
    assert said_to(world, priya) == said("mine.none_student")
    change_words(world, robin, "mine.none_student", "Nobody asked yet. Be the first.")
    world.press(robin, said("wording.go_live"))
    assert said_to(world, priya) == "Nobody asked yet. Be the first."
    world.press(robin, said("wording.undo"))
    assert said_to(world, priya) == said("mine.none_student")
    acts = [(row.act, row.target) for row in world.rows(tables.audit) if row.act != "began"]
    assert acts == [("wording", "mine.none_student"), ("wording_undone", "mine.none_student")]


def said_to(world: World, who: Somebody) -> str:
    shown = world.command(who, "/intro mine")
    assert isinstance(shown, View)
    return shown.text


def test_taking_the_newest_back_brings_the_one_before(world: World) -> None:
    robin, priya = world.coordinator(), world.student()
    for text in ("First of our own.", "Second of our own."):
        change_words(world, robin, "mine.none_student", text)
        world.press(robin, said("wording.go_live"))

    world.press(robin, said("wording.undo"))

    assert said_to(world, priya) == "First of our own."


def test_a_sentence_keeps_its_placeholders(world: World) -> None:
    robin = world.coordinator()

    wrong = {
        text: change_words(world, robin, "request.sent_title", text)
        for text in ("It is on its way", "To {name} and {count}", "To {name", "To {name.given}", "To {name!r}")
    }

    assert {text: getattr(shown, "errors", None) for text, shown in wrong.items()} == {
        "It is on its way": {"text": said("mend.placeholders", names="{name}")},
        "To {name} and {count}": {"text": said("mend.placeholders", names="{name}")},
        "To {name": {"text": said("mend.braces")},
        "To {name.given}": {"text": said("mend.braces")},
        "To {name!r}": {"text": said("mend.braces")},
    }


def test_a_label_stays_a_label(world: World) -> None:
    shown = change_words(world, world.coordinator(), "common.send", "Send it on its long and winding way")

    assert isinstance(shown, Fix)
    assert shown.errors == {"text": said("mend.too_long", most=24, count=35)}


def test_what_somebody_agrees_to_is_not_changed_by_a_campus(world: World) -> None:
    robin = world.coordinator()

    for key in ("host.consent", "notice.text", "request.will_see", "signals.job", "nothing.there"):
        assert world.press_id(robin, PressId("this_wording", arg=key)) == a_no("not_yours")


def test_own_words_hold_for_a_transaction_and_not_for_the_house(world: World) -> None:
    robin = world.coordinator()
    change_words(world, robin, "mine.none_student", "Own words.")
    world.press(robin, said("wording.go_live"))

    assert say("mine.none_student", "en") == said("mine.none_student") != "Own words."


def test_the_audit_names_who_did_what_as_long_as_there_is_a_name(world: World) -> None:
    robin, maya = world.coordinator(), world.alum(desk_token="d" * 22)
    world.press_id(robin, PressId("pause_alum", "d" * 22))

    shown = world.command(robin, "/desk audit")

    assert isinstance(shown, View)
    newest = shown.text.splitlines()[0]
    assert newest.endswith(f"Robin H., {said('audit.act_pause')} (Maya R.)")
    world.command(maya, "/mydata erase")
    world.press(maya, said("mydata.erase_yes"))
    again = world.command(robin, "/desk audit")
    assert isinstance(again, View)
    assert "Maya" not in again.text


def test_rights_of_their_own(world: World) -> None:
    robin = world.coordinator()
    robin.rights = frozenset({Right.COORDINATOR})

    assert world.command(robin, "/desk settings") == a_no("settings_only")
    assert world.command(robin, "/desk audit") == a_no("audit_only")
    assert world.press_id(robin, PressId("rules", arg="asking")) == a_no("settings_only")
