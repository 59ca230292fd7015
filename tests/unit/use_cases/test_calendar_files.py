"""The talk in two calendars: one file each, changed and taken out as the talk is; opened here by a real reader."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar

from bot.domain.intro import State
from bot.domain.messages import Unclear, Undeliverable
from bot.phrases import say
from bot.views.elements import Attachment, View
from tests.words import moved_on, said
from tests.world import Somebody, World

S = State


def files(who: Somebody) -> list[Attachment]:
    return [view.file for view in who.shown if view.file is not None]


def opened(file: Attachment) -> tuple[str, Any]:
    """The method and the one entry, as a calendar reads them."""
    calendar = Calendar.from_ical(file.content)
    assert isinstance(calendar, Calendar)
    [event] = calendar.events
    assert not event.errors
    return str(calendar["method"]), event


def newest(who: Somebody) -> tuple[str, Any]:
    return opened(files(who)[-1])


def starts(event: Any) -> datetime:
    start = event["dtstart"].dt
    assert isinstance(start, datetime)
    return start


def test_each_has_a_file_of_their_own(world: World) -> None:
    world.set_rule("room_template", "https://rooms.example.edu/{room}")
    student, alum = world.student(), world.alum()
    intro = world.an_intro(S.SCHEDULED, student, alum)

    (method, hers), (_, his) = newest(student), newest(alum)
    assert method == "PUBLISH"
    assert starts(hers) == starts(his) == intro.starts_at
    assert hers["dtend"].dt - starts(hers) == timedelta(minutes=20)
    assert b"DTSTART:20260304T120000Z" in files(student)[-1].content
    assert (hers["summary"], his["summary"]) == (
        said("files.summary", name="Maya"),
        said("files.summary", name="Priya"),
    )
    assert hers["location"] == hers["url"] == his["url"]
    assert str(hers["url"]).startswith("https://rooms.example.edu/")
    assert hers["sequence"] == 0
    assert hers["uid"] != his["uid"]
    assert {intro.student_token, intro.alum_token, intro.desk_token} & {hers["uid"], his["uid"]} == set()


def test_nobody_is_named_in_it_but_the_office(world: World) -> None:
    world.set_rule("name", "Eastmere University")
    world.set_rule("office_email", "careers@eastmere.example.edu")
    student, alum = world.student(), world.alum()
    world.an_intro(S.SCHEDULED, student, alum)

    for who, other in ((student, alum), (alum, student)):
        _, event = newest(who)
        assert event["organizer"] == "mailto:careers@eastmere.example.edu"
        assert event["organizer"].params["cn"] == said("files.office", campus="Eastmere University")
        assert "attendee" not in event
        text = files(who)[-1].content.decode()
        secrets = (other.name.split()[1], other.handle.user_id, who.handle.user_id)
        assert [secret for secret in secrets if secret in text] == []


def test_an_office_without_an_address_is_no_organizer(world: World) -> None:
    student, alum = world.student(), world.alum()
    world.an_intro(S.SCHEDULED, student, alum)

    assert "organizer" not in newest(student)[1]


def test_the_file_is_written_as_rfc_5545_wants_it(world: World) -> None:
    """Whatever is typed as the place: lines end in CRLF, none is longer than 75 octets, and nothing becomes a line of
    its own."""
    student, alum = world.student("Zoë-Ångström Ó’Súilleabháin"), world.alum()
    intro = world.an_intro(S.ACCEPTED, student, alum)
    world.set_rule("in_person", "yes")
    world.do(alum, "arrange", intro, when="2026-03-20 17:00", how="live",
             place="Café “Größenwahn”; the one, by the river\\nATTENDEE:mailto:x@example.com " + "ü" * 150)  # fmt: skip
    world.deliver()

    content = files(student)[-1].content
    lines = content.split(b"\r\n")
    assert lines[-1] == b""
    assert b"\n" not in b"".join(lines)
    assert b"\r" not in b"".join(lines)
    assert max(map(len, lines)) <= 75
    assert not [line for line in lines if line.startswith((b"ATTENDEE", b"URL"))]
    assert str(newest(student)[1]["location"]).startswith("Café “Größenwahn”; the one, by the river")


def test_another_time_takes_the_old_one_out_and_puts_the_new_one_in(world: World) -> None:
    student, alum = world.student(), world.alum()
    intro = world.an_intro(S.SCHEDULED, student, alum)
    first = {who.name: newest(who)[1] for who in (student, alum)}
    world.forget_what_was_shown()

    world.do(alum, "reschedule", intro)
    world.deliver()

    for who in (student, alum):
        method, event = newest(who)
        assert (method, event["status"], event["sequence"]) == ("CANCEL", "CANCELLED", 1)
        assert event["uid"] == first[who.name]["uid"]
        assert starts(event) == starts(first[who.name])

    world.wait(days=1)
    world.find_a_time(world.fresh(intro), student, alum)
    world.deliver()

    for who in (student, alum):
        method, event = newest(who)
        assert (method, event["status"], event["sequence"]) == ("PUBLISH", "CONFIRMED", 2)
        assert event["uid"] == first[who.name]["uid"]
        assert starts(event) == world.fresh(intro).starts_at != starts(first[who.name])


@pytest.mark.parametrize("by", ["student", "alum"])
def test_a_talk_called_off_leaves_both_calendars(world: World, by: str) -> None:
    student, alum = world.student(), world.alum()
    intro = world.an_intro(S.SCHEDULED, student, alum)

    world.do(student if by == "student" else alum, "cancel", intro)
    world.deliver()

    assert [newest(who)[0] for who in (student, alum)] == ["CANCEL", "CANCEL"]


def test_whoever_is_erased_leaves_the_other_s_calendar(world: World) -> None:
    student, alum = world.student(), world.alum()
    world.an_intro(S.SCHEDULED, student, alum)
    before = len(files(alum))

    world.command(alum, "/mydata erase")
    world.press(alum, said("mydata.erase_yes"))
    world.deliver()

    assert newest(student)[0] == "CANCEL"
    assert len(files(alum)) == before


def test_a_talk_that_the_office_ends_leaves_both_calendars(world: World) -> None:
    student, alum = world.student(), world.alum()
    desk = world.coordinator()
    intro = world.an_intro(S.SCHEDULED, student, alum)
    world.do(alum, "flag", intro)
    world.deliver()
    assert [len(files(who)) for who in (student, alum)] == [1, 1]

    world.do(desk, "close", intro)
    world.deliver()

    assert [newest(who)[0] for who in (student, alum)] == ["CANCEL", "CANCEL"]


def test_a_talk_that_has_begun_stays_where_it_was(world: World) -> None:
    student, alum = world.student(), world.alum()
    intro = world.an_intro(S.MISSED, student, alum)
    had = [len(files(who)) for who in (student, alum)]

    world.do(student, "cancel", intro)
    world.deliver()

    assert [len(files(who)) for who in (student, alum)] == had


def test_a_talk_in_writing_takes_no_hour(world: World) -> None:
    student, alum = world.student(), world.alum()
    intro = world.an_intro(S.ACCEPTED, student, alum)
    world.do(alum, "arrange", intro, when="2026-03-20 17:00", how="in_writing")
    world.deliver()

    assert files(student) == files(alum) == []
    assert said("files.again") not in [button.label for button in student.buttons()]
    assert world.do(student, "file_again", intro) == moved_on(S.SCHEDULED, intro.student_token)


def test_the_hour_of_a_talk_that_was_to_be_in_writing(world: World) -> None:
    student, alum = world.student(), world.alum()
    intro = world.an_intro(S.ACCEPTED, student, alum)
    world.do(alum, "arrange", intro, when="2026-03-20 17:00", how="in_writing")
    world.do(student, "reschedule", intro)
    world.find_a_time(world.fresh(intro), student, alum)
    world.deliver()

    assert not world.fresh(intro).in_writing
    assert [newest(who)[0] for who in (student, alum)] == ["PUBLISH", "PUBLISH"]


def test_the_file_comes_after_the_news(world: World) -> None:
    student, alum = world.student(), world.alum()
    world.an_intro(S.SCHEDULED, student, alum)

    assert alum.heard[-2:] == [said("talk.title", name="Priya"), said("files.talk", name="Priya")]
    assert student.heard[-3:] == [
        said("talk.title", name="Maya"), said("files.talk", name="Maya"), said("prep.title", name="Maya"),
    ]  # fmt: skip


def test_a_file_that_may_have_arrived_is_not_sent_again_by_itself(world: World) -> None:
    student, alum = world.student(), world.alum()
    intro = world.an_intro(S.ACCEPTED, student, alum)
    world.find_a_time(intro, student, alum)
    world.platform_says(student, Unclear("timeout"))
    world.deliver()
    world.wait(hours=2)
    world.deliver()
    assert files(student) == []

    world.press(student, said("files.again"))
    world.deliver()

    assert newest(student)[0] == "PUBLISH"


def test_a_file_that_can_not_arrive_troubles_nobody_a_second_time(world: World) -> None:
    student, alum = world.student(), world.alum()
    intro = world.an_intro(S.ACCEPTED, student, alum)
    world.find_a_time(intro, student, alum)
    world.platform_says(student, Undeliverable("refused"))
    world.deliver()

    assert files(student) == []
    assert world.desk == []


def test_the_file_of_a_talk_that_is_over_is_not_asked_for(world: World) -> None:
    student, alum = world.student(), world.alum()
    intro = world.an_intro(S.SCHEDULED, student, alum)
    world.talk_is_over(intro, student, alum)

    assert world.do(student, "file_again", intro) == moved_on(S.SCHEDULED, intro.student_token)


def test_an_invitation_still_on_its_way_is_not_sent_for_a_talk_called_off(world: World) -> None:
    student, alum = world.student(), world.alum()
    intro = world.an_intro(S.ACCEPTED, student, alum)
    world.find_a_time(intro, student, alum)
    world.do(alum, "cancel", intro)
    world.deliver()

    assert [opened(file)[0] for file in files(student)] == ["CANCEL"]


def test_it_is_written_in_the_reader_s_language(world: World) -> None:
    student, alum = world.student(), world.alum()
    intro = world.an_intro(S.ACCEPTED, student, alum)
    world.command(student, "/mydata language xx")
    world.find_a_time(intro, student, alum)
    world.deliver()

    assert newest(student)[1]["summary"] == say("files.summary", "xx", name="Maya")
    assert newest(alum)[1]["summary"] == said("files.summary", name="Priya")


def test_a_view_with_a_file_says_what_it_is_aloud(world: World) -> None:
    student, alum = world.student(), world.alum()
    world.an_intro(S.SCHEDULED, student, alum)
    view = next(view for view in student.shown if view.file)

    assert isinstance(view, View)
    assert view.aloud() == said("files.talk", name="Maya")
    assert view.buttons == ()
