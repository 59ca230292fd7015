"""The front door: who is let in, what is done once, what is told to those who come late, and forms page by page."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace

import pytest

from bot.conversation.answer import answer, gate, opening
from bot.conversation.gestures import Command, Gesture, Opened, Press, Submission, Surface
from bot.conversation.meaning import MOST_TYPED
from bot.conversation.verbs import VERBS
from bot.domain.intro import State
from bot.domain.people import Right
from bot.domain.refusals import Conflict
from bot.ports import UnitOfWork
from bot.views.elements import Fix, Form, Later, Nothing, PressId, Shown, Values, View
from storage import tables
from tests.words import a_no, moved_on, prefilled, said
from tests.world import DISCORD, SLACK, Somebody, World

S = State
TABLES = (tables.person, tables.handle, tables.gesture, tables.letter, tables.message, tables.step, tables.ask)


def through_the_door(world: World, gesture: Gesture) -> Shown:
    return answer(gesture, world.store.begin, world.now, world.matcher)


def look(world: World, gesture: Gesture) -> Form | View | Later | None:
    with world.store.read() as reading:
        return opening(gesture, reading, world.now, world.matcher)


def counts(world: World) -> list[int]:
    return [len(world.rows(table)) for table in TABLES]


# --- once ----------------------------------------------------------------------------------------------------------


def test_the_same_gesture_twice_is_answered_the_same_and_done_once(world: World) -> None:
    student, alum = world.student(), world.alum()
    intro = world.an_intro(S.REQUESTED, student, alum)
    accept = PressId("accept", intro.alum_token)

    first = world.press_id(alum, accept, key="the-same")
    done = counts(world)
    again = world.press_id(alum, accept, key="the-same")

    assert first == again
    assert counts(world) == done
    assert world.steps(intro) == ["request", "accept"]


def test_a_refusal_repeated_is_the_same_refusal(world: World) -> None:
    student, alum = world.student(), world.alum()
    intro = world.an_intro(S.ACCEPTED, student, alum)
    press = PressId("decline", intro.alum_token)

    assert world.press_id(alum, press, key="the-same") == moved_on(S.ACCEPTED, intro.alum_token)
    assert world.press_id(alum, press, key="the-same") == moved_on(S.ACCEPTED, intro.alum_token)


def test_pressed_again_or_late_it_is_told_where_things_stand(world: World) -> None:
    student, alum = world.student(), world.alum()
    intro = world.an_intro(S.REQUESTED, student, alum)

    world.do(alum, "accept", intro)
    assert world.do(alum, "accept", intro) == moved_on(S.ACCEPTED, intro.alum_token)
    assert world.do(alum, "decline", intro) == moved_on(S.ACCEPTED, intro.alum_token)
    assert world.do(student, "withdraw", intro) == moved_on(S.ACCEPTED, intro.student_token)


def test_a_refusal_undoes_what_the_gesture_began_and_nothing_else(world: World) -> None:
    student, _ = world.student(), world.alum()
    world.asks(student)
    before = counts(world)

    assert world.press_id(student, PressId("ask_next_now", "x" * 22)) == a_no("not_yours")

    assert [now - then for then, now in zip(before, counts(world), strict=True)] == [0, 0, 1, 0, 0, 0, 0]


# --- not yours -----------------------------------------------------------------------------------------------------


def test_what_is_not_one_s_own_and_what_never_was_are_told_alike(world: World) -> None:
    student, alum, other = world.student(), world.alum(), world.alum("Tom Bell")
    intro = world.an_intro(S.REQUESTED, student, alum)

    for who, press in (
        (other, PressId("accept", intro.alum_token)),
        (student, PressId("accept", intro.student_token)),
        (student, PressId("accept", intro.alum_token)),
        (alum, PressId("withdraw", intro.alum_token)),
        (alum, PressId("accept", "forged" * 3)),
        (alum, PressId("accept", str(intro.id))),
        (alum, PressId("accept")),
        (alum, PressId("no_such_verb", intro.alum_token)),
        (alum, PressId("reopen", intro.alum_token, "send_note.9")),
        (alum, PressId("reopen", intro.alum_token, "send_note.²")),
        (alum, PressId("reopen", intro.alum_token, "accept.0")),
        (alum, PressId("reopen", intro.alum_token)),
        (other, PressId("reopen", intro.alum_token, "send_note.0")),
    ):
        assert world.press_id(who, press) == a_no("not_yours")
    assert world.state_of(intro) is S.REQUESTED


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_any_verb_with_any_token_is_answered_by_somebody_new(world: World, verb: str) -> None:
    for who in (world.stranger(), world.student(), world.coordinator()):
        assert isinstance(world.press_id(who, PressId(verb, "x" * 22, "²")), View | Form)
        submitted = Submission(f"sent-{who.handle.user_id}", world.actor(who), PressId(verb, "y" * 22, "²"), {})
        assert isinstance(through_the_door(world, submitted), View | Fix)


def test_a_press_is_no_submission_and_a_submission_no_press(world: World) -> None:
    student, alum = world.student(), world.alum()
    intro = world.an_intro(S.REQUESTED, student, alum)

    assert world.press_id(alum, PressId("send_question", intro.alum_token)) == a_no("not_yours")
    for verb in ("accept", "ask_first", "reopen"):
        sent = Submission(f"sent-{verb}", world.actor(alum), PressId(verb, intro.alum_token), {"question": "Why?"})
        assert through_the_door(world, sent) == a_no("not_yours")
    assert world.steps(intro) == ["request"]


# --- who is let in -------------------------------------------------------------------------------------------------


def outsiders(world: World) -> Iterator[Somebody]:
    yield world.student("From Elsewhere", space=replace(SLACK, realm="T-other"))
    yield world.student("Another App", space=replace(DISCORD, app="another"))


def test_whoever_is_not_at_home_here_leaves_no_row(world: World) -> None:
    before = counts(world)
    for somebody in outsiders(world):
        actor = world.actor(somebody)
        for gesture in (
            Command("k1", actor, "intro"),
            Command("k2", actor, "host", "join"),
            Press("k3", actor, PressId("erase_yes")),
            Submission("k4", actor, PressId("send_ask"), {"wonder": "w", "question": "q"}),
            Opened("k5", actor),
        ):
            assert look(world, gesture) is None
            assert through_the_door(world, gesture) == gate("en")

    assert counts(world) == before


def test_a_guest_a_bot_and_a_stranger_from_a_shared_channel_leave_no_row(world: World) -> None:
    before = counts(world)
    actor = replace(world.actor(world.student()), outsider=True)

    assert through_the_door(world, Command("k1", actor, "intro")) == gate("en")
    assert look(world, Command("k1", actor, "intro")) is None
    assert counts(world) == before


def test_rights_that_could_not_be_looked_up_refuse_only_what_needs_one(world: World) -> None:
    student = world.student()
    student.rights = None

    assert world.command(student, "/intro") == a_no("rights_unknown")
    assert world.command(student, "/desk queue") == a_no("rights_unknown")
    assert world.command(student, "/intro mine") == View(
        said("mine.title"), said("mine.none_student"), buttons=student.last.buttons
    )


def test_what_was_typed_stays_while_nobody_can_say_who_sent_it(world: World) -> None:
    student, _ = world.student(), world.alum()
    form = world.command(student, "/intro")
    assert isinstance(form, Form)
    actor = world.actor(student)
    typed: Values = {"wonder": "I wonder about law", "question": "How did you begin?", "adult": ("yes",)}

    def send(rights: frozenset[Right] | None) -> Shown:
        sent = Submission("the-same", replace(actor, rights=rights), form.send, typed)
        return answer(sent, world.store.begin, world.now, world.matcher)

    stays = send(None)
    assert isinstance(stays, Fix)
    assert (stays.errors, stays.values["wonder"]) == ({"wonder": said("refusals.rights_unknown")}, typed["wonder"])
    assert world.rows(tables.ask) == []
    assert isinstance(send(actor.rights), View)
    assert len(world.rows(tables.ask)) == 1


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("/intro help", "help.intro_title"),
        ("/intro dance", "help.intro_title"),
        ("/host", "help.host_title"),
        ("/host JOIN", "host.consent_title"),
        ("/mydata x y z", "help.mydata_title"),
        ("/dance", "help.intro_title"),
    ],
)
def test_unknown_words_get_help(world: World, text: str, title: str) -> None:
    somebody = world.stranger()

    world.command(somebody, text)

    assert somebody.last.title == said(title)


# --- forms ---------------------------------------------------------------------------------------------------------


def test_whoever_opens_a_form_is_written_down_only_when_they_send_it(world: World) -> None:
    student = world.student()
    before = counts(world)

    assert isinstance(world.command(student, "/intro"), Form)
    assert counts(world) == before
    world.submit(student, wonder="I wonder about law", question="What surprised you?")
    assert world.known(student).given_name == "Priya"


def test_a_form_that_may_not_be_opened_now_says_why(world: World) -> None:
    student, alum = world.student(), world.alum()
    intro = world.an_intro(S.REQUESTED, student, alum)

    assert world.do(alum, "offer_times", intro) == moved_on(S.REQUESTED, intro.alum_token)
    assert world.do(student, "thank", intro) == moved_on(S.REQUESTED, intro.student_token)
    assert world.do(alum, "reply", intro) == moved_on(S.REQUESTED, intro.alum_token)
    assert world.command(world.stranger(), "/intro") == a_no("students_only")


def test_a_form_to_mend_keeps_what_was_typed_and_not_its_key(world: World) -> None:
    student = world.student()
    world.command(student, "/intro")
    assert student.form is not None
    typed = {**prefilled(student.form, None), "wonder": "Law, as a second career", "about": "I row"}
    gesture = Submission("the-view", world.actor(student), student.form.send, typed)

    shown = through_the_door(world, gesture)
    assert isinstance(shown, Fix)
    assert (shown.values, set(shown.errors)) == (typed, {"question"})
    mended = through_the_door(world, replace(gesture, values={**typed, "question": "What surprised you?"}))

    assert isinstance(mended, View)
    assert mended.title == said("none.title")


def test_the_way_back_into_a_form_to_mend_finds_it_filled_in(world: World) -> None:
    student = world.student()
    world.command(student, "/intro")
    shown = world.submit(student, wonder="Law, as a second career", question="")
    assert isinstance(shown, Fix)

    reopened = world.press_id(student, shown.view.buttons[0].press)

    assert isinstance(reopened, Form)
    assert prefilled(reopened, 0)["wonder"] == "Law, as a second career"


def test_too_much_typed_is_refused_before_it_is_read(world: World) -> None:
    student = world.student()
    world.command(student, "/intro")

    assert world.submit(student, wonder="x" * MOST_TYPED, question="q") == a_no("too_much")
    assert world.rows(tables.letter) == []


# --- page by page --------------------------------------------------------------------------------------------------

FIRST = {"name": "Maya Rivers", "past": "Waiter", "studied": "BA History, 2015", "languages": "English"}
SECOND = {"room": "https://meet.example/maya", "booking": ""}
THIRD = {"zone": "Europe/London"}


def adds_more(world: World) -> Somebody:
    """An alum on Discord, with the form of three pages open."""
    maya = world.alum()
    form = world.press_id(maya, PressId("add_more"))
    assert isinstance(form, Form)
    assert len(form.pages) == 3
    return maya


def test_a_form_of_three_pages_is_sent_page_by_page(world: World) -> None:
    maya = adds_more(world)
    shown = world.submit(maya, 0, **FIRST)

    assert shown == View(text=said("pages.kept", page=1, pages=3), buttons=maya.last.buttons)
    assert [button.label for button in maya.last.buttons] == [said("pages.go_on", page=2, pages=3)]
    form = world.press(maya, "Continue")
    assert isinstance(form, Form)
    assert form.page == 1
    world.submit(maya, 1, **SECOND)
    world.press(maya, "Continue")
    world.submit(maya, 2, **THIRD)

    assert maya.last.title == said("host.card_title")
    profile = world.known(maya).alum
    assert profile is not None
    assert (profile.past_titles, profile.grad_year, profile.room_link) == (("Waiter",), 2015, SECOND["room"])
    assert world.rows(tables.letter) == []


def test_what_is_wrong_on_the_first_page_is_mended_there_and_the_second_is_kept(world: World) -> None:
    maya = adds_more(world)
    world.submit(maya, 0, **{**FIRST, "studied": "BA History, 2096"})
    world.press(maya, "Continue")
    world.submit(maya, 1, **SECOND)
    world.press(maya, "Continue")
    shown = world.submit(maya, 2, **THIRD)

    assert isinstance(shown, Fix)
    assert (shown.form.page, shown.errors) == (0, {"studied": said("mend.year_unreadable")})
    reopened = world.press_id(maya, shown.view.buttons[0].press)
    assert isinstance(reopened, Form)
    world.submit(maya, 0, **FIRST)
    form = world.press(maya, "Continue")
    assert isinstance(form, Form)
    assert prefilled(form, 1)["room"] == SECOND["room"]
    world.submit(maya, 1)
    world.press(maya, "Continue")
    world.submit(maya, 2)
    assert maya.last.title == said("host.card_title")


def test_what_is_wrong_on_the_second_page_is_mended_there(world: World) -> None:
    maya = adds_more(world)
    world.submit(maya, 0, **FIRST)
    world.press(maya, "Continue")
    world.submit(maya, 1, **{**SECOND, "room": "my room"})
    world.press(maya, "Continue")
    shown = world.submit(maya, 2, **THIRD)

    assert isinstance(shown, Fix)
    assert (shown.form.page, set(shown.errors)) == (1, {"room"})
    world.press_id(maya, shown.view.buttons[0].press)
    world.submit(maya, 1, **SECOND)
    world.press(maya, "Continue")
    world.submit(maya, 2, **THIRD)
    assert maya.last.title == said("host.card_title")


# --- later, and conflicts --------------------------------------------------------------------------------------------


def test_where_the_acknowledgement_carries_no_message_the_answer_comes_by_post(world: World) -> None:
    student, alum = world.student(), world.alum()
    intro = world.an_intro(S.REQUESTED, student, alum)
    press = Press("k1", world.actor(alum), PressId("accept", intro.alum_token), Surface.LATER)

    assert through_the_door(world, press) == Nothing()
    assert through_the_door(world, press) == Nothing()
    world.deliver()

    assert alum.heard.count(said("yes.thanks_title", name="Priya")) == 1


@pytest.mark.parametrize(("verb", "title"), [("mine", "mine.title"), ("my_export", "mydata.title")])
def test_a_list_comes_whole_by_post_too(world: World, verb: str, title: str) -> None:
    student, alum = world.student(), world.alum()
    world.an_intro(S.REQUESTED, student, alum)

    through_the_door(world, Press("k1", world.actor(student), PressId(verb), Surface.LATER))
    world.deliver()

    assert student.last.title == said(title)
    assert [card.title for card in student.last.cards] == (["Maya R."] if verb == "mine" else [])


def test_a_refusal_comes_by_post_to_the_account_that_acted(world: World) -> None:
    student = world.student()

    through_the_door(world, Press("k1", world.actor(student), PressId("accept", "x" * 22), Surface.LATER))
    world.deliver()

    assert student.shown == [a_no("not_yours")]


def conflicts(world: World, times: int) -> object:
    """A store whose first units of work lose every race."""
    left = [times]

    @contextmanager
    def begin() -> Iterator[UnitOfWork]:
        if left[0]:
            left[0] -= 1
            raise Conflict
        with world.store.begin() as uow:
            yield uow

    return begin


def test_a_race_lost_once_is_run_again_and_twice_is_raised(world: World) -> None:
    student = world.student()
    gesture = Command("k1", world.actor(student), "mydata", "help")

    with pytest.raises(Conflict):
        answer(gesture, conflicts(world, 2), world.now, world.matcher)  # type: ignore[arg-type]  # it is one
    shown = answer(gesture, conflicts(world, 1), world.now, world.matcher)  # type: ignore[arg-type]  # the same

    assert isinstance(shown, View)
    assert shown.title == said("help.mydata_title")


def test_somebody_new_who_presses_twice_at_once_is_one_person(world_on_both: World) -> None:
    world = world_on_both
    student = world.student()
    gestures = [Command(f"k{n}", world.actor(student), "mydata", "help") for n in range(4)]

    with ThreadPoolExecutor(4) as threads:
        shown = list(threads.map(lambda gesture: through_the_door(world, gesture), gestures))

    assert shown == [shown[0]] * 4
    assert len(world.rows(tables.person)) == 1
