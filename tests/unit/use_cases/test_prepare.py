"""Getting ready: the prep kit in parts, the checklist, the reminders, and a word five minutes before the end."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.intro import Intro, State
from bot.domain.people import StudentProfile
from bot.views.elements import PressId, View
from bot.views.prep import PARTS
from tests.words import a_no, moved_on, said
from tests.world import Somebody, World, buttons_of

S = State
HOUR = timedelta(hours=1)


def scheduled(world: World, *, room_link: str = "") -> tuple[Intro, Somebody, Somebody]:
    student, alum = world.student(), world.alum(room_link=room_link)
    return world.an_intro(S.SCHEDULED, student, alum), student, alum


def go_to(world: World, moment: datetime) -> None:
    """Set the clock, and deliver what has come due by then."""
    world.now = world.wall = moment
    world.deliver()


def labels(view: View) -> list[str]:
    return [button.label for button in view.buttons]


def start_of(intro: Intro) -> datetime:
    assert intro.starts_at is not None
    return intro.starts_at


# --- the prep kit ----------------------------------------------------------------------------------------------------


def test_the_student_gets_the_prep_kit_and_the_alum_nothing_to_prepare(world: World) -> None:
    _, student, alum = scheduled(world)

    assert student.heard.count(said("prep.title", name="Maya")) == 1
    assert said("prep.title", name="Priya") not in alum.heard
    assert said("prep.button") not in [button.label for button in alum.buttons()]


def test_each_part_leads_to_the_next(world: World) -> None:
    _, student, _ = scheduled(world)
    world.press(student, said("prep.how_button"))
    read = [student.last.title]
    for part in PARTS[1:]:
        world.press_id(student, student.last.buttons[0].press)
        read.append(said(f"prep.{part}_button"))
        assert student.last.title == read[-1]

    assert read == [said(f"prep.{part}_button") for part in PARTS]
    assert labels(student.last) == []


def test_the_student_s_own_question_comes_first(world: World) -> None:
    _, student, _ = scheduled(world)

    world.press(student, said("prep.questions_button"))

    own, rest = student.last.text.split("\n\n", 1)
    assert own == said("prep.own_question", question="What surprised you when you began?")
    assert rest == said("prep.questions")


def test_the_two_sentences_begin_with_what_is_known(world: World) -> None:
    _, student, _ = scheduled(world)
    world.press(student, said("prep.about_me_button"))
    assert said("prep.i_am", me="Priya") in student.last.text

    with world.store.begin() as uow:
        uow.people.save_student(world.known(student).id, StudentProfile("", "History", "third"))
        uow.commit()
    world.press(student, said("prep.about_me_button"))
    assert said("prep.i_study", me="Priya", degree="History") in student.last.text


@pytest.mark.parametrize(
    ("room", "allowed", "in_person"),
    [("https://rooms.example.edu/a", "yes", False), ("", "yes", True), ("", "no", False)],
    ids=["a link", "open", "never in person"],
)
def test_manners_are_those_of_the_place(world: World, room: str, allowed: str, in_person: bool) -> None:
    world.set_rule("in_person", allowed)
    _, student, _ = scheduled(world, room_link=room)

    world.press(student, said("prep.manners_button"))

    assert said("prep.online", name="Maya") in student.last.text
    assert (said("prep.in_person") in student.last.text) is in_person
    assert said("prep.keep_time", minutes=20) in student.last.text


def test_manners_in_writing(world: World) -> None:
    student, alum = world.student(), world.alum()
    intro = world.an_intro(S.ACCEPTED, student, alum)
    world.do(alum, "arrange", intro, when="2026-03-20 17:00", how="in_writing")
    world.deliver()

    world.press(student, said("prep.manners_button"))

    assert student.last.text == said("prep.in_writing", name="Maya")
    assert said("prep.five_button") not in [button.label for button in student.buttons()]


def test_a_part_that_is_none_is_not_found(world: World) -> None:
    intro, student, alum = scheduled(world)

    assert world.do(student, "prep_part", intro, "gossip") == a_no("not_yours")
    assert world.do(alum, "prep_part", intro, "how") == a_no("not_yours")


def test_another_time_brings_no_second_prep_kit(world: World) -> None:
    intro, student, alum = scheduled(world)
    world.do(student, "reschedule", intro)
    world.find_a_time(world.fresh(intro), student, alum)
    world.deliver()

    assert student.heard.count(said("prep.title", name="Maya")) == 1


# --- before the talk -------------------------------------------------------------------------------------------------


def test_the_day_before_the_student_has_a_checklist(world: World) -> None:
    intro, student, alum = scheduled(world, room_link="https://rooms.example.edu/a")
    world.forget_what_was_shown()

    go_to(world, start_of(intro) - 25 * HOUR)

    assert student.heard == [said("prep.checklist_title", name="Maya")]
    assert said("prep.checklist_link") in student.last.text
    assert alum.heard == []
    assert [button.url for button in student.last.buttons if button.url] == ["https://rooms.example.edu/a"]


def test_a_checklist_that_waited_until_the_talk_began_is_not_sent(world: World) -> None:
    intro, student, _ = scheduled(world)
    world.set_rule("closures", " ".join(f"2026-03-{day:02}" for day in range(3, 31)))
    world.forget_what_was_shown()

    go_to(world, start_of(intro) + HOUR)
    world.set_rule("closures", "")
    world.wait(minutes=5)
    go_to(world, world.now)

    assert said("prep.checklist_title", name="Maya") not in student.heard


def test_a_reminder_a_day_before_and_one_an_hour_before(world: World) -> None:
    intro, student, alum = scheduled(world, room_link="https://rooms.example.edu/a")
    world.forget_what_was_shown()

    go_to(world, start_of(intro) - 24 * HOUR)
    assert [who.last.title for who in (student, alum)] == [
        said("nudges.reminder_day_title", name="Maya"), said("nudges.reminder_day_title", name="Priya"),
    ]  # fmt: skip
    assert labels(student.last)[0] == said("talk.join")

    go_to(world, start_of(intro) - HOUR)
    for who, name in ((student, "Maya"), (alum, "Priya")):
        assert who.last.title == said("nudges.soon_title", name=name)
        assert (labels(who.last)[0], who.last.buttons[0].url) == (said("talk.join"), "https://rooms.example.edu/a")
        assert (said("talk.where"), "https://rooms.example.edu/a") in who.last.facts


def test_after_a_long_sleep_only_the_last_reminder_comes(world: World) -> None:
    intro, _, alum = scheduled(world)
    world.forget_what_was_shown()

    go_to(world, start_of(intro) - timedelta(minutes=20))

    assert alum.heard == [said("nudges.soon_title", name="Priya")]


def test_a_late_reminder_says_today(world: World) -> None:
    intro, _, alum = scheduled(world)
    world.forget_what_was_shown()

    go_to(world, start_of(intro) - 3 * HOUR)

    assert alum.heard == [said("nudges.reminder_today_title", name="Priya")]


def test_a_reminder_says_the_hour_of_where_the_reader_is_by_then(world: World) -> None:
    """Slack tells the zone, and is followed when somebody travels."""
    intro, student, alum = scheduled(world)
    student.zone = "America/New_York"
    world.command(student, "/intro mine")
    world.forget_what_was_shown()

    go_to(world, start_of(intro) - HOUR)

    there, here = (start_of(intro).astimezone(ZoneInfo(zone)) for zone in ("America/New_York", "Europe/London"))
    for who, at, city in ((student, there, "New York"), (alum, here, "London")):
        when = said("times.when", when=f"{at:%A} {at.day} {at:%B, %H:%M}", zone=city)
        assert (said("talk.when"), when) in who.last.facts


def test_an_alum_s_own_zone_is_not_changed_by_where_they_press(world: World) -> None:
    _, _, alum = scheduled(world)
    alum.zone = "Asia/Tokyo"
    world.command(alum, "/host mine")

    assert world.known(alum).zone == "Europe/London"


# --- five minutes ----------------------------------------------------------------------------------------------------


def test_who_wishes_hears_it_five_minutes_before_the_end(world: World) -> None:
    intro, student, alum = scheduled(world)
    world.press(student, said("prep.five_button"))
    assert student.last == View(text=said("prep.five_kept", name="Maya"))
    world.do(student, "five_minutes", intro)
    world.forget_what_was_shown()

    go_to(world, start_of(intro) + timedelta(minutes=14))
    before = list(student.heard)
    go_to(world, start_of(intro) + timedelta(minutes=15))

    assert said("prep.five_title", name="Maya") not in before
    assert student.heard.count(said("prep.five_title", name="Maya")) == 1
    assert said("prep.five_title", name="Priya") not in alum.heard


def test_who_does_not_wish_it_is_left_in_peace(world: World) -> None:
    intro, student, _ = scheduled(world)

    go_to(world, start_of(intro) + timedelta(minutes=16))

    assert said("prep.five_title", name="Maya") not in student.heard


def test_five_minutes_after_the_end_it_would_come_too_late(world: World) -> None:
    intro, student, _ = scheduled(world)
    world.press(student, said("prep.five_button"))

    go_to(world, start_of(intro) + timedelta(minutes=25))

    assert said("prep.five_title", name="Maya") not in student.heard
    assert world.do(student, "five_minutes", intro) == moved_on(S.SCHEDULED, intro.student_token)


def test_the_wish_goes_along_to_another_time_and_is_not_offered_again(world: World) -> None:
    intro, student, alum = scheduled(world)
    world.press(student, said("prep.five_button"))
    world.do(student, "reschedule", intro)
    world.find_a_time(world.fresh(intro), student, alum)
    world.deliver()
    world.do(student, "prep", intro)
    assert said("prep.five_button") not in [button.label for button in buttons_of(student.last)]

    go_to(world, start_of(world.fresh(intro)) + timedelta(minutes=15))

    assert student.heard.count(said("prep.five_title", name="Maya")) == 1


def test_a_wish_from_before_is_kept_when_the_office_lets_it_go_on(world: World) -> None:
    intro, student, alum = scheduled(world)
    desk = world.coordinator()
    world.press(student, said("prep.five_button"))
    world.do(alum, "flag", intro)
    world.do(desk, "release", intro)

    go_to(world, start_of(intro) + timedelta(minutes=15))

    assert student.heard.count(said("prep.five_title", name="Maya")) == 1


def test_every_part_is_reached_by_command(world: World) -> None:
    _, student, _ = scheduled(world)
    world.forget_what_was_shown()
    world.command(student, "/intro mine")
    world.press(student, "Open Maya")

    assert {"prep", "file_again"} <= {button.press.verb for button in buttons_of(student.last)}
    assert isinstance(world.press_id(student, PressId("prep", world.newest(student).student_token)), View)
