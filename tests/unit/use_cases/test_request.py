"""A request goes out: consent, allowance, capacity; and the next choice is asked by itself."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.conversation.answer import answer
from bot.conversation.gestures import Submission
from bot.domain.intro import Intro, State
from bot.domain.messages import HeldBack
from bot.domain.people import CONSENT_VERSIONS, Consent, ConsentTo, Pace, Standing
from bot.views.elements import Choose, Fix, Form, Line, PressId, View
from tests.words import a_no, moved_on, said
from tests.world import DISCORD, NOW, Somebody, World

S = State


def three(world: World) -> tuple[Somebody, list[Somebody]]:
    """A student, and three alumni in the order in which they are shown."""
    student = world.student()
    alumni = {alum.name.split()[0]: alum for alum in world.alumni("Maya Rivers", "Tom Bell", "Lea Kern")}
    shown = world.asks(student)
    return student, [alumni[card.title.split()[0]] for card in shown.cards]


def first_name(somebody: Somebody) -> str:
    return somebody.name.split()[0]


def requests_with_next(world: World) -> tuple[Intro, Somebody, list[Somebody]]:
    student, alumni = three(world)
    return world.requests(student, first_name(alumni[0]), with_next=True), student, alumni


def waits_for(world: World, alum: Somebody) -> list[State]:
    person = world.known(alum)
    with world.store.read() as reading:
        return [intro.state for intro in reading.intros.of(person.id)]


# --- consent and what is written -----------------------------------------------------------------------------------


def test_pressing_send_is_a_dated_yes_to_a_version(world: World) -> None:
    student, _ = world.student(), world.alum()
    world.an_intro(S.REQUESTED, student, _)

    with world.store.read() as reading:
        given = reading.people.consent(world.known(student).id, ConsentTo.ASK)

    assert given == Consent(ConsentTo.ASK, CONSENT_VERSIONS[ConsentTo.ASK], True, NOW)


def test_an_empty_note_is_mended_and_nothing_goes_out(world: World) -> None:
    student, alum = world.student(), world.alum()
    world.asks(student)
    world.press(student, "Ask Maya")

    shown = world.submit(student, note=" \n ")

    assert isinstance(shown, Fix)
    assert shown.errors == {"note": said("mend.note_empty")}
    assert waits_for(world, alum) == []


def test_an_address_in_the_note_waits_for_the_yes(world: World) -> None:
    student, alum = world.student(), world.alum()
    world.asks(student)
    world.press(student, "Ask Maya")

    shown = world.submit(student, note="Write to me at priya@example.org, please")
    world.deliver()

    assert isinstance(shown, View)
    assert shown.text.split("\n\n")[-1] == said("notes.held_back", name="Maya")
    assert "“Write to me at […], please”" in alum.last.text


def test_whoever_has_no_time_zone_is_asked_once(world: World) -> None:
    student, _ = world.student(), world.alum()
    student.zone = ""
    world.asks(student)

    world.press(student, "Ask Maya")
    assert [item.name for item in items(student) if isinstance(item, Choose)] == ["zone"]
    world.submit(student, zone="Asia/Kolkata")

    assert world.known(student).zone == "Asia/Kolkata"


def test_a_student_whose_zone_is_not_among_them_types_it_where_no_platform_tells_it(world: World) -> None:
    student, _ = world.student(space=DISCORD), world.alum()
    student.zone = ""
    world.asks(student)
    world.requests(student, "Maya")
    assert world.known(student).zone == "Europe/London", "the campus's, as it was offered"

    world.press(student, said("about.button"))
    world.submit(student, degree="BA History", zone="kathmandu")
    assert world.known(student).zone == "Asia/Kathmandu"
    world.press(student, said("about.button"))
    shown = world.submit(student, zone="Atlantis")
    assert isinstance(shown, Fix)
    assert shown.errors == {"zone": said("mend.zone_unknown", name="Atlantis")}


def test_where_the_platform_tells_the_zone_nobody_is_asked_for_it(world: World) -> None:
    student, _ = world.student(), world.alum()
    world.asks(student)

    world.press(student, said("about.button"))

    assert [item.name for item in items(student) if isinstance(item, Line)] == ["degree"]


def items(somebody: Somebody) -> list[object]:
    assert somebody.form is not None
    return [item for page in somebody.form.pages for item in page.items]


# --- allowance -----------------------------------------------------------------------------------------------------


def test_one_request_is_open_at_a_time_and_no_form_opens_for_a_second(world: World) -> None:
    student, alumni = three(world)
    world.requests(student, first_name(alumni[0]))

    assert world.press(student, f"Ask {first_name(alumni[1])}") == a_no("one_open", count=1)


def test_the_limit_holds_for_a_form_that_was_open_before(world: World) -> None:
    student, (first, second, _third) = three(world)
    late = world.press(student, f"Ask {first_name(second)}")
    world.requests(student, first_name(first))

    assert isinstance(late, Form)
    student.form = late
    assert world.submit(student) == a_no("one_open", count=1)
    assert waits_for(world, second) == []


def test_three_talks_in_thirty_days_and_then_a_place_comes_back(world: World) -> None:
    student, alumni = three(world)
    fourth = world.alum("Ana Lima")
    for alum in alumni:
        world.do(alum, "accept", world.requests(student, first_name(alum)))
    world.asks(student, "I wonder about communications in a hospital")

    assert world.press(student, f"Ask {first_name(fourth)}") == a_no("used_up", count=3)

    world.wait(days=31)
    assert isinstance(world.press(student, f"Ask {first_name(fourth)}"), Form)


@pytest.mark.parametrize("end", ["decline", "withdraw", "expire"])
def test_what_ends_without_a_talk_gives_its_place_back(world: World, end: str) -> None:
    world.set_rule("student_in_30_days", "1")
    student, (first, second, _third) = three(world)
    intro = world.requests(student, first_name(first))

    if end == "expire":
        world.wait(days=10)
        world.deliver()
    else:
        world.do(first if end == "decline" else student, end, intro)

    assert isinstance(world.press(student, f"Ask {first_name(second)}"), Form)


# --- capacity ------------------------------------------------------------------------------------------------------


def test_whoever_is_full_is_asked_no_more(world: World) -> None:
    student, other, alum = world.student(), world.student("Sam Oduya"), world.alum(pace=Pace(1, 1))
    world.asks(student)
    world.asks(other)
    late = world.press(other, "Ask Maya")
    world.requests(student, "Maya")

    assert world.press(other, "Ask Maya") == a_no("not_free", name="Maya")
    assert isinstance(late, Form)
    other.form = late
    assert world.submit(other) == a_no("not_free", name="Maya")
    assert waits_for(world, alum) == [S.REQUESTED]


def test_five_at_once_and_two_places(world_on_both: World) -> None:
    """Five students press Send in the same moment: the lock lets two of them through."""
    world, alum = world_on_both, world_on_both.alum(pace=Pace(2, 2))
    students = [world.student(f"Student{n} Name") for n in range(5)]
    sent = []
    for number, student in enumerate(students):
        world.asks(student)
        form = world.press(student, "Ask Maya")
        assert isinstance(form, Form)
        sent.append(Submission(f"at-once-{number}", world.actor(student), form.send, {"note": "Please", "next": ()}))

    with ThreadPoolExecutor(5) as threads:
        shown = list(threads.map(lambda gesture: answer(gesture, world.store.begin, world.now, world.matcher), sent))

    assert waits_for(world, alum) == [S.REQUESTED] * 2
    assert shown.count(a_no("not_free", name="Maya")) == 3


def test_the_same_pair_waits_for_half_a_year(world: World) -> None:
    student, alum = world.student(), world.alum()
    world.do(alum, "decline", world.an_intro(S.REQUESTED, student, alum))

    assert world.press(student, "Ask Maya") == a_no("asked_before", name="Maya", count=180)

    world.wait(days=181)
    assert isinstance(world.press(student, "Ask Maya"), Form)


# --- next choices --------------------------------------------------------------------------------------------------


def test_after_a_no_the_next_is_asked_by_itself(world: World) -> None:
    intro, student, (first, second, third) = requests_with_next(world)
    world.do(first, "decline", intro)
    world.deliver()

    assert [waits_for(world, alum) for alum in (first, second, third)] == [[S.DECLINED], [S.REQUESTED], []]
    name = first_name(second)
    assert student.heard[-2:] == [
        said("decline.told_title", name=first_name(first)), said("next.asked_title", name=name),
    ]  # fmt: skip
    assert second.heard == [said("request.card_title", name="Priya")]


def test_news_that_comes_late_still_knows_that_the_next_was_asked(world: World) -> None:
    intro, student, (first, *_others) = requests_with_next(world)
    world.platform_says(student, HeldBack(60))
    world.do(first, "decline", intro)
    world.deliver()

    world.wait(minutes=2)
    world.deliver()

    no, _asked = student.shown[-2:]
    assert (no.title, no.text, no.buttons) == (
        said("decline.told_title", name=first_name(first)), said("decline.told", name=first_name(first)), (),
    )  # fmt: skip


def test_after_silence_the_next_is_asked_and_then_the_last(world: World) -> None:
    _intro, student, (first, second, third) = requests_with_next(world)
    world.wait(days=7)
    world.deliver()
    assert [waits_for(world, alum) for alum in (first, second, third)] == [[S.EXPIRED], [S.REQUESTED], []]

    world.wait(days=7)
    world.deliver()
    assert [waits_for(world, alum) for alum in (first, second, third)] == [[S.EXPIRED], [S.EXPIRED], [S.REQUESTED]]

    world.wait(days=7)
    world.deliver()
    assert waits_for(world, third) == [S.REQUESTED]  # nobody waits behind the last: ten days
    world.wait(days=3)
    world.deliver()
    assert waits_for(world, third) == [S.EXPIRED]
    assert student.last.title == said("ends.expired_title", name=first_name(third))


def test_where_no_time_was_found_the_next_is_asked(world: World) -> None:
    intro, _student, (first, second, _third) = requests_with_next(world)
    world.do(first, "accept", intro)

    world.wait(days=21)
    world.deliver()

    assert [waits_for(world, alum) for alum in (first, second)] == [[S.LAPSED], [S.REQUESTED]]


@pytest.mark.parametrize("why", ["full", "paused", "gone"])
def test_the_next_who_can_not_is_passed_over(world: World, why: str) -> None:
    intro, _student, (first, second, third) = requests_with_next(world)
    match why:
        case "full":
            world.change_alum(second, pace=Pace(0, 0))
        case "paused":
            world.press_id(second, PressId("pause_month"))
        case _:
            world.press_id(second, PressId("leave_yes"))

    world.do(first, "decline", intro)
    world.deliver()

    assert [waits_for(world, alum) for alum in (second, third)] == [[], [S.REQUESTED]]


def test_where_nobody_is_left_the_student_is_told_and_can_look_again(world: World) -> None:
    intro, student, (first, second, third) = requests_with_next(world)
    for alum in (second, third):
        world.change_alum(alum, standing=Standing.LEFT)

    world.do(first, "decline", intro)
    world.deliver()

    assert (student.last.title, [button.label for button in student.last.buttons]) == (
        said("next.none_title"),
        [said("common.find_again"), said("none.office")],
    )


def test_a_next_choice_takes_over_the_place_of_the_one_before(world: World) -> None:
    world.set_rule("student_in_30_days", "1")
    intro, _student, (first, second, _third) = requests_with_next(world)

    world.do(first, "decline", intro)
    world.deliver()

    assert waits_for(world, second) == [S.REQUESTED]


def test_the_next_can_be_asked_from_the_fourth_day_on(world: World) -> None:
    intro, student, (first, second, _third) = requests_with_next(world)
    world.wait(days=3)
    assert world.do(student, "ask_next_now", intro) == a_no("ask_next_later", count=4)

    world.wait(days=1)
    world.deliver()
    assert student.last.title == said("nudges.quiet_title", name=first_name(first))
    world.press(student, f"Ask {first_name(second)}")
    world.deliver()

    assert [waits_for(world, alum) for alum in (first, second)] == [[S.WITHDRAWN], [S.REQUESTED]]
    assert first.last.title == said("ends.withdrawn_title", name="Priya")


def test_without_a_list_there_is_no_next(world: World) -> None:
    student, alum = world.student(), world.alum()
    intro = world.an_intro(S.REQUESTED, student, alum)
    world.wait(days=5)

    assert world.do(student, "ask_next_now", intro) == a_no("no_next_choice")


def test_taking_it_back_tells_the_alum_and_ends_the_list(world: World) -> None:
    intro, student, (first, second, _third) = requests_with_next(world)

    shown = world.do(student, "withdraw", intro)
    world.deliver()

    assert isinstance(shown, View)
    assert shown.title == said("ends.withdrew_title")
    assert first.last.title == said("ends.withdrawn_title", name="Priya")
    assert waits_for(world, second) == []
    assert world.do(student, "withdraw", intro) == moved_on(S.WITHDRAWN, intro.student_token)


def test_while_another_request_is_open_the_list_waits(world: World) -> None:
    intro, student, (first, second, third) = requests_with_next(world)
    world.do(first, "accept", intro)
    world.wait(days=12)
    other = world.alum("Ana Lima")
    world.asks(student, "I wonder about communications in a hospital")
    world.requests(student, first_name(other))

    world.wait(days=9)
    world.deliver()

    assert [waits_for(world, alum) for alum in (first, second, third)] == [[S.LAPSED], [], []]


def test_a_next_choice_takes_over_the_place_of_a_talk_that_found_no_time(world: World) -> None:
    student, (first, _, _) = three(world)
    world.requests(student, first_name(first), with_next=True)
    world.press(first, "Yes, show times")

    world.pass_days(22)

    me = world.known(student)
    with world.store.read() as reading:
        states = [intro.state for intro in reading.intros.of(me.id)]
        used = reading.intros.allowance_of(me.id, NOW)
    assert states == [S.REQUESTED, S.LAPSED]
    assert (used.open, used.in_30_days) == (1, 1)
