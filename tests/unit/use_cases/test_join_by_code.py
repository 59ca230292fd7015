"""Coming in by a code: it proves who somebody is, once, and joins nobody to anybody else."""

from __future__ import annotations

import pytest

from bot.domain.codes import MOST_WRONG, in_groups
from bot.domain.intro import State
from bot.domain.messages import Undeliverable
from bot.domain.people import ConsentTo, Standing
from bot.use_cases.forget import run_calendar
from bot.views.elements import PressId, View
from storage import tables
from tests.invited import MAYA, a_code, imports, letters
from tests.words import a_no, said
from tests.world import DISCORD, SLACK, Somebody, World

WORK = "Communications Lead"
WRONG = in_groups("0000ZZZZ1111")


def comes_in(world: World, who: Somebody, code: str) -> None:
    """Typed in a channel, as one does who has just arrived."""
    world.command(who, f"/host join {code}", channel="general")
    world.press(who, "Yes, ask me now and then")
    world.submit(who, title=WORK)
    world.deliver()


def standing(world: World, who: Somebody) -> Standing | None:
    alum = world.known(who).alum
    return alum.standing if alum else None


def forget_now(world: World) -> None:
    with world.store.begin() as uow:
        run_calendar(uow, None, world.now)
        uow.commit()


def test_a_code_brings_the_offices_row_and_nobody_need_approve(world: World) -> None:
    code, maya = a_code(world), world.stranger("mayar", space=DISCORD)

    comes_in(world, maya, code)

    known = world.known(maya)
    assert known.alum is not None
    assert (known.short_name, known.alum.title) == ("Maya R.", "Communications Lead")
    assert known.alum.topics == ("communications", "charity work")
    assert (known.alum.standing, world.desk) == (Standing.APPROVED, [])
    assert maya.heard == [said("host.consent_title"), said("host.welcome_title"), said("hello.title_name", name="Maya")]
    assert world.asks(world.student()).title == said("matches.title_1")


def test_the_card_says_that_the_form_is_filled_in_and_it_is(world: World) -> None:
    code, maya = a_code(world), world.stranger("mayar", space=DISCORD)
    world.command(maya, f"/host join {code}")

    assert said("host.consent_known", campus="our university") in maya.last.text
    assert said("host.consent_named", name="Maya R.") in maya.last.text
    world.press(maya, "Yes")
    assert maya.form is not None
    held = {getattr(item, "name", ""): getattr(item, "value", "") for item in maya.form.pages[0].items}
    assert (held["title"], held["employer"], held["month"]) == ("Communications Lead", "Riverside Aid", "2")
    assert len(maya.form.pages) == 1


@pytest.mark.parametrize("typed", ["{0}", " {0} ", "{lower}", "{bare}"])
def test_how_it_is_typed_makes_no_difference(world: World, typed: str) -> None:
    code, maya = a_code(world), world.stranger(space=DISCORD)

    world.command(maya, "/host join " + typed.format(code, lower=code.lower(), bare=code.replace("-", " ")))

    assert standing(world, maya) is Standing.INVITED


def test_whoever_knows_no_command_types_it_into_a_form(world: World) -> None:
    code, maya = a_code(world), world.stranger(space=DISCORD)
    world.press_id(maya, PressId("host"))
    world.press(maya, "I have a code")
    world.submit(maya, code=code)

    assert standing(world, maya) is Standing.INVITED


@pytest.mark.parametrize("how", ["guessed", "nonsense", "used", "expired", "renewed"])
def test_one_kind_no_whatever_is_wrong_with_it(world: World, how: str) -> None:
    code = a_code(world)
    if how == "used":
        comes_in(world, world.stranger("Maya Rivers", space=DISCORD), code)
    if how == "expired":
        world.wait(days=61)
    if how == "renewed":
        letters(world)
    typed = {"guessed": WRONG, "nonsense": "let me in"}.get(how, code)
    eve = world.stranger("Eve Adams")

    assert world.command(eve, f"/host join {typed}") == a_no("code_unknown")
    assert standing(world, eve) is None


def test_after_a_few_guesses_none_is_looked_at_for_an_hour_not_even_by_a_new_self(world: World) -> None:
    code, eve = a_code(world), world.stranger("Eve Adams")
    for _ in range(MOST_WRONG):
        assert world.command(eve, f"/host join {WRONG}") == a_no("code_unknown")

    assert world.command(eve, f"/host join {code}") == a_no("code_later")
    world.press_id(eve, PressId("erase_yes"))
    assert world.command(eve, f"/host join {code}") == a_no("code_later")
    assert world.rows(tables.invitation) != []

    world.wait(hours=1, minutes=1)
    world.command(eve, f"/host join {code}")
    assert standing(world, eve) is Standing.INVITED


def test_no_code_is_kept_that_could_be_read(world: World) -> None:
    code, maya = a_code(world), world.stranger(space=DISCORD)
    world.command(maya, f"/host join {WRONG}")
    everything = [str(world.rows(table)) for table in tables.metadata.sorted_tables]

    for written in (code, WRONG):
        assert not any(form in text for text in everything for form in (written, written.replace("-", "")))


# --- who is known already ------------------------------------------------------------------------------------------


def test_a_student_who_is_an_alum_too_stays_one_person(world: World) -> None:
    tom, priya = world.alum("Tom Bell"), world.student()
    intro = world.an_intro(State.SCHEDULED, priya, tom)
    before = world.known(priya)
    code = a_code(world, given_name="Priya", family_name="Sharma", title="Potter", topics="clay")

    world.command(priya, f"/host join {code}", channel="general")
    world.press(priya, "Yes, ask me now and then")
    world.submit(priya)

    after = world.known(priya)
    assert (after.id, after.who, after.student) == (before.id, before.who, before.student)
    assert after.handles == before.handles
    assert after.alum is not None
    assert (after.alum.title, after.alum.standing, after.zone) == ("Potter", Standing.APPROVED, "Europe/London")
    assert world.state_of(intro) is State.SCHEDULED
    with world.store.read() as reading:
        consents = [reading.people.consent(after.id, to) for to in (ConsentTo.ASK, ConsentTo.BE_ASKED)]
    assert all(consent is not None and consent.given for consent in consents)


def test_the_same_name_joins_nobody(world: World) -> None:
    a_code(world)
    namesake = world.stranger("Maya Rivers", space=DISCORD)
    world.command(namesake, "/host join")

    assert world.known(namesake).alum is None


def test_who_waits_for_the_office_is_in_as_soon_as_the_code_comes(world: World) -> None:
    maya = world.stranger("Maya Rivers", space=DISCORD)
    comes_in(world, maya, "")
    assert standing(world, maya) is Standing.WAITING
    code = a_code(world, title="Something the office thinks")

    world.command(maya, "/host profile")
    world.submit(maya, title="Writer")
    world.command(maya, f"/host join {code}")

    alum = world.known(maya).alum
    assert alum is not None
    assert (alum.standing, alum.title, alum.degree) == (Standing.APPROVED, "Writer", "BA History")


def test_a_second_code_of_ones_own_changes_nothing(world: World) -> None:
    maya = world.stranger("Maya Rivers", space=DISCORD)
    world.command(maya, f"/host join {a_code(world)}")
    again = letters(world)[0].code
    comes_in(world, maya, again)

    assert standing(world, maya) is Standing.APPROVED
    assert world.rows(tables.invitation) == []


def test_who_was_turned_away_does_not_come_in_by_a_letter_sent_to_everybody(world: World) -> None:
    maya, robin = world.stranger("Maya Rivers", space=DISCORD), world.coordinator()
    comes_in(world, maya, "")
    world.press_id(robin, world.desk[0].buttons[1].press)
    code = a_code(world)

    assert world.command(maya, f"/host join {code}") == a_no("turned_away")
    assert world.rows(tables.invitation) != []


def test_a_student_who_typed_their_code_and_went_no_further_stays_a_student(world: World) -> None:
    """The office's row goes after half a year, and nothing else."""
    priya = world.student()
    world.asks(priya)
    world.command(priya, f"/host join {a_code(world)}")

    world.wait(days=400)
    forget_now(world)

    known = world.known(priya)
    assert (known.alum, known.student is None) == (None, False)
    assert world.rows(tables.roster) == []


# --- invited, and that is all --------------------------------------------------------------------------------------


def test_somebody_invited_who_never_comes_is_shown_to_nobody_and_never_written_to(world: World) -> None:
    code = a_code(world)
    student = world.student()
    assert world.asks(student).title == said("none.title")

    world.pass_days(5)

    assert {row.to_person for row in world.rows(tables.message)} <= {world.known(student).id}
    world.wait(days=190)
    forget_now(world)
    assert (world.rows(tables.roster), world.rows(tables.invitation)) == ([], [])
    assert world.command(world.stranger(), f"/host join {code}") == a_no("code_unknown")
    assert imports(world).imported == 1, "they never objected, so the office may ask again"


def test_nobody_is_forgotten_while_their_code_still_works(world: World) -> None:
    imports(world)
    world.wait(days=170)
    code = letters(world)[0].code
    world.wait(days=30)
    forget_now(world)
    maya = world.stranger(space=DISCORD)
    world.command(maya, f"/host join {code}")

    assert standing(world, maya) is Standing.INVITED


def test_who_had_everything_erased_is_not_brought_back(world: World) -> None:
    maya = world.stranger("Maya Rivers", space=DISCORD)
    comes_in(world, maya, a_code(world))
    world.press_id(maya, PressId("erase_yes"))

    by_both = imports(world)
    by_mail = imports(world, {**MAYA, "alum_id": "NEW-1"})
    by_key = imports(world, {**MAYA, "email": "new@alumni.example.org"})

    assert [(each.imported, each.unchanged, each.objected) for each in (by_both, by_mail, by_key)] == [(0, 1, 1)] * 3
    assert world.rows(tables.roster) == []
    assert "maya" not in str(world.rows(tables.objection)).lower()


# --- does a message reach them? ------------------------------------------------------------------------------------


def test_closed_messages_are_found_while_the_person_is_there(world: World) -> None:
    maya = world.stranger("Maya Rivers", space=DISCORD)
    world.platform_says(maya, Undeliverable("closed"))
    comes_in(world, maya, a_code(world))

    how = said("hello.open_discord")
    assert said("hello.sent", how=how) in maya.last.text
    with world.store.begin() as uow:
        assert uow.people.is_closed(maya.handle)
    assert world.desk == [], "they are there and looking; the office need not"

    world.command(maya, "/host join", channel="general")
    assert said("hello.closed", how=how) in maya.last.text
    world.press(maya, "Send it again")
    assert maya.last.text == said("hello.closed", how=how)
    world.deliver()
    assert maya.last.title == said("hello.title_name", name="Maya")
    world.press(maya, "Send it again")
    assert maya.last.text == said("hello.arrived", how=how)


def test_a_campus_may_let_everybody_in(world: World) -> None:
    world.set_rule("approve_without_code", "no")
    maya = world.stranger("Maya Rivers", space=SLACK)
    comes_in(world, maya, "")

    assert (standing(world, maya), world.desk) == (Standing.APPROVED, [])


def test_the_consent_card_has_one_way_for_a_code_and_none_once_it_is_used(world: World) -> None:
    maya = world.stranger("Maya Rivers", space=DISCORD)
    without = world.command(maya, "/host join")
    with_code = world.command(maya, f"/host join {a_code(world)}")

    assert isinstance(without, View)
    assert isinstance(with_code, View)
    assert [said("host.have_code") in [b.label for b in view.buttons] for view in (without, with_code)] == [True, False]
