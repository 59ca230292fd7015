"""One's own data: seen, spoken in another language, erased; and what erasing means for the other one."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.domain.intro import FINAL, LIVE, State
from bot.domain.people import Platform, Right
from bot.views.elements import PressId, View
from storage import tables
from tests.words import a_no, said
from tests.world import SLACK, Somebody, World

S = State
THE_END = {
    S.REQUESTED: (S.WITHDRAWN, S.DECLINED),
    S.ACCEPTED: (S.CANCELLED, S.CANCELLED),
    S.SCHEDULED: (S.CANCELLED, S.CANCELLED),
    S.MISSED: (S.CANCELLED, S.CANCELLED),
    S.UNCONFIRMED: (S.CLOSED, S.CLOSED),
    S.MET: (S.CLOSED, S.CLOSED),
    S.THANKED: (S.CLOSED, S.CLOSED),
    S.FROZEN: (S.CANCELLED, S.CANCELLED),
}
"""How an intro in each live state ends when its student, or its alum, is erased."""


def erases(world: World, who: Somebody) -> View:
    world.command(who, "/mydata erase")
    shown = world.press(who, "Yes, erase me")
    assert isinstance(shown, View)
    return shown


def test_every_live_state_has_its_end() -> None:
    assert set(THE_END) == LIVE
    assert {end for ends in THE_END.values() for end in ends} <= FINAL


@pytest.mark.parametrize("who", ["student", "alum"])
@pytest.mark.parametrize("state", sorted(LIVE))
def test_erased_in_every_state_it_ends_and_nothing_is_sent_any_more(world: World, state: State, who: str) -> None:
    student, alum = world.student(), world.alum()
    intro = world.an_intro(state, student, alum)
    goes, stays = (student, alum) if who == "student" else (alum, student)

    assert erases(world, goes).title == said("mydata.erased_title")
    world.forget_what_was_shown()
    for _ in range(40):
        world.wait(days=1)
        world.deliver()

    assert world.state_of(intro) is THE_END[state][who == "alum"]
    assert goes.shown == []
    assert goes.name.split()[0] not in "".join(view.aloud() for view in stays.shown)
    for verb in ("show", "mine" if who == "alum" else "host_mine"):
        assert isinstance(world.do(stays, verb, intro), View)


@pytest.mark.parametrize("who", ["student", "alum"])
def test_the_steps_stay_and_nobody_stands_behind_them(world: World, who: str) -> None:
    student, alum = world.student(), world.alum()
    intro = world.an_intro(S.MET, student, alum)
    goes = student if who == "student" else alum
    key = world.known(goes).who

    erases(world, goes)

    assert len(world.steps(intro)) >= 5
    assert key not in [row.key for row in world.rows(tables.who)]
    assert [row for row in world.rows(tables.handle) if row.user_id == goes.handle.user_id] == []


def test_of_somebody_erased_no_word_is_left(world: World) -> None:
    student, alum = world.student(), world.alum()
    world.an_intro(S.THANKED, student, alum)
    gone = world.known(student).id

    erases(world, student)

    assert [row for row in world.rows(tables.letter) if row.writer == gone] == []
    assert [row for row in world.rows(tables.ask_text) if row.student == gone] == []
    assert [row for row in world.rows(tables.consent) if row.person == gone] == []
    assert {(row.given_name, row.family_name, row.zone) for row in world.rows(tables.person) if row.id == gone} == {
        ("", "", "")
    }


def test_no_next_choice_is_asked_for_somebody_erased(world: World) -> None:
    student = world.student()
    alumni = {alum.name.split()[0]: alum for alum in world.alumni("Maya Rivers", "Tom Bell", "Lea Kern")}
    first, second, _ = (card.title.split()[0] for card in world.asks(student).cards)
    intro = world.requests(student, first, with_next=True)

    world.do(alumni[first], "decline", intro)
    erases(world, student)
    world.deliver()

    assert alumni[second].shown == []


def test_an_erased_alum_is_neither_asked_next_nor_named(world: World) -> None:
    student = world.student()
    alumni = {alum.name.split()[0]: alum for alum in world.alumni("Maya Rivers", "Tom Bell", "Lea Kern")}
    first, second, third = (card.title.split()[0] for card in world.asks(student).cards)
    intro = world.requests(student, first, with_next=True)
    erases(world, alumni[second])

    shown = world.do(student, "show", intro)
    assert isinstance(shown, View)
    assert said("request.sent_next", others=f"{third} {alumni[third].name.split()[1][0]}.") in shown.text.split("\n\n")
    world.do(alumni[first], "decline", intro)
    world.deliver()
    assert student.last.title == said("next.asked_title", name=third)


def test_late_thanks_to_somebody_erased_trouble_nobody(world: World) -> None:
    student, alum = world.student(), world.alum()
    intro = world.an_intro(S.UNTHANKED, student, alum)
    erases(world, alum)

    world.do(student, "thank", intro, thanks="Thank you!")
    world.deliver()

    assert student.last.title == said("thanks.sent_title")
    assert world.desk == []


def test_a_card_about_somebody_erased_is_not_put_before_the_office(world: World) -> None:
    maya = world.stranger("Maya Rivers")
    world.command(maya, "/host join")
    world.press(maya, "Yes, ask me now and then")
    world.submit(maya, title="Writer")

    erases(world, maya)
    world.deliver()

    assert world.desk == []


def test_erased_twice_by_the_platform_s_repeating_is_erased_once(world: World) -> None:
    student, _ = world.student(), world.alum()
    world.asks(student)

    first = world.press_id(student, PressId("erase_yes"), key="once")
    again = world.press_id(student, PressId("erase_yes"), key="once")

    assert first == again
    assert world.steps().count("erased") == 1


def test_a_second_yes_erases_nobody_and_counts_nothing(world: World) -> None:
    student, _ = world.student(), world.alum()
    world.asks(student)
    erases(world, student)

    again = world.press_id(student, PressId("erase_yes"))

    assert again == View(said("mydata.erased_already_title"), said("mydata.erased_already"))
    assert world.steps().count("erased") == 1
    assert [row.user_id for row in world.rows(tables.handle) if row.user_id == student.handle.user_id] == []


def test_whoever_is_erased_while_their_press_waits_is_somebody_new_to_it(world_on_both: World) -> None:
    world = world_on_both
    student, _ = world.student(), world.alum()
    world.asks(student)
    person = world.known(student)

    with ThreadPoolExecutor(1) as elsewhere:
        with world.store.begin() as uow:
            uow.people.lock((person.id,))
            waits = elsewhere.submit(world.press_id, student, PressId("erase_yes"))
            time.sleep(0.3)
            uow.people.erase(person.id)
            uow.commit()
        shown = waits.result(10)

    assert shown == View(said("mydata.erased_already_title"), said("mydata.erased_already"))
    assert world.steps().count("erased") == 0


def test_somebody_erased_may_start_afresh_as_somebody_new(world: World) -> None:
    student, _ = world.student(), world.alum()
    world.asks(student)
    before = world.known(student).id
    erases(world, student)

    assert world.asks(student).title == said("matches.title_1")
    assert world.known(student).id != before


# --- seeing it, and its language -------------------------------------------------------------------------------------


def test_what_is_kept_is_said_in_plain_words(world: World) -> None:
    alum = world.alum(
        past_titles=("Development Officer",), formats=("phone",), room_link="https://rooms.example.edu/maya",
        booking_link="https://book.example.edu/maya",
    )  # fmt: skip
    world.alum("Tom Bell")
    alum.rights = frozenset({Right.STUDENT})
    world.asks(alum)

    world.command(alum, "/mydata export")

    facts, [card] = dict(alum.last.facts), alum.last.cards
    assert (facts[said("mydata.name")], facts[said("mydata.accounts")]) == ("Maya Rivers", Platform.DISCORD.title())
    assert (card.title, card.text.splitlines()) == (
        said("mydata.as_alum"),
        [
            "What you do: Communications Lead", "Where: Riverside Aid", "What you did before: Development Officer",
            "What you studied: BA History, 2015", "What you'd gladly talk about: communications", "Languages: English",
            "How often: 2 times a month at most", "How you like to talk: By phone",
            "Your video room: https://rooms.example.edu/maya", "Your booking page: https://book.example.edu/maya",
        ],
    )  # fmt: skip


def test_what_is_too_long_to_be_shown_whole_says_so(world: World) -> None:
    room = "https://rooms.example.edu/" + "m" * 300
    alum = world.alum(room_link=room)

    world.command(alum, "/mydata export")

    [card] = alum.last.cards
    assert card.text.splitlines()[-1] == f"Your video room: {room[:199]}…"


def test_another_language_is_spoken_from_the_next_word_on(world: World) -> None:
    student = world.student(space=SLACK)

    world.command(student, "/mydata language xx")
    assert student.last.text != said("common.saved")
    world.command(student, "/mydata language EN")
    assert student.last.text == said("common.saved")


@pytest.mark.parametrize("words", ["", " Klingon", " ../../en"])
def test_a_language_nobody_wrote_down_is_refused(world: World, words: str) -> None:
    student = world.student()

    assert world.command(student, f"/mydata language{words}") == a_no("no_such_language", languages="en")
    assert world.known(student).language == "en"
