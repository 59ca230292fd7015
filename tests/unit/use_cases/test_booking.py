"""A booking page of the alum's own: theirs to send while a time is sought, else shown when both share."""

from __future__ import annotations

from bot.domain.intro import State
from tests.words import a_no, moved_on, said
from tests.world import Somebody, World

S = State
PAGE = "https://book.example.com/maya"


def all_of(who: Somebody) -> str:
    """Everything somebody was shown, links too."""
    return " ".join(f"{view.aloud()} {[button.url for button in view.buttons]}" for view in who.shown)


def test_the_alum_sends_it_and_the_student_says_when(world: World) -> None:
    student, alum = world.student(), world.alum(booking_link=PAGE)
    intro = world.an_intro(S.ACCEPTED, student, alum)
    assert PAGE not in all_of(student)

    world.press(alum, said("booking.button"))
    world.deliver()

    assert alum.last.text == said("booking.sent", name="Priya")
    assert student.last.title == said("booking.title", name="Maya")
    assert student.last.facts == ((said("booking.where"), PAGE),)
    assert student.last.buttons[0].url == PAGE

    world.press(student, said("times.arrange"))
    world.submit(student, when="2026-03-20 17:00")
    world.deliver()
    assert world.state_of(intro) is S.SCHEDULED
    assert [view.file is not None for view in (*student.shown, *alum.shown)].count(True) == 2


def test_nobody_sees_it_who_was_not_sent_it(world: World) -> None:
    student, alum = world.student(), world.alum(booking_link=PAGE)
    world.an_intro(S.SCHEDULED, student, alum)
    world.command(student, "/intro mine")

    assert PAGE not in all_of(student)


def test_both_share_and_it_goes_over(world: World) -> None:
    student, alum = world.student(), world.alum(booking_link=PAGE)
    intro = world.an_intro(S.ACCEPTED, student, alum)
    world.do(alum, "share", intro, contact="maya@mail.example.com")
    world.do(student, "share", intro, contact="priya@mail.example.com")
    world.deliver()

    assert (said("booking.where"), PAGE) in student.last.facts
    assert PAGE not in all_of(alum)


def test_without_a_page_there_is_no_button(world: World) -> None:
    student, alum = world.student(), world.alum()
    intro = world.an_intro(S.ACCEPTED, student, alum)

    assert said("booking.button") not in [button.label for button in alum.buttons()]
    assert world.do(alum, "send_booking", intro) == a_no("no_booking_link")


def test_once_a_time_stands_there_is_nothing_to_book(world: World) -> None:
    student, alum = world.student(), world.alum(booking_link=PAGE)
    intro = world.an_intro(S.SCHEDULED, student, alum)

    assert world.do(alum, "send_booking", intro) == moved_on(S.SCHEDULED, intro.alum_token)
    assert world.do(student, "send_booking", intro) == a_no("not_yours")


def test_what_is_sent_is_kept_like_a_note(world: World) -> None:
    student, alum = world.student(), world.alum(booking_link=PAGE)
    intro = world.an_intro(S.ACCEPTED, student, alum)
    world.do(alum, "send_booking", intro)
    world.do(student, "flag", intro)
    world.deliver()

    assert PAGE not in all_of(student)
