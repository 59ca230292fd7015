"""A yes becomes a talk: times, a place, notes, contact, and changes of plan."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.intro import Intro, State, Who
from bot.views.elements import ChooseMany, Fix, Form, Line, PressId, Text, View
from tests.words import a_no, moved_on, said
from tests.world import Somebody, World, options_in

S = State


def agreed(world: World, state: State = S.ACCEPTED, **profile: object) -> tuple[Intro, Somebody, Somebody]:
    student, alum = world.student(), world.alum()
    if profile:
        world.change_alum(alum, **profile)
    return world.an_intro(state, student, alum), student, alum


def opened(world: World, who: Somebody, verb: str, intro: Intro) -> Form:
    shown = world.press_id(who, PressId(verb, intro.token_for(_role(world, who, intro))))
    assert isinstance(shown, Form)
    return shown


def _role(world: World, who: Somebody, intro: Intro) -> Who:
    role = intro.role_of(world.known(who).id)
    assert role is not None
    return role


def stamp(at: datetime) -> str:
    return str(int(at.timestamp()))


def news(who: Somebody) -> View:
    """The newest card: the files for the calendar and the prep kit come after it."""
    return next(view for view in reversed(who.shown) if view.title not in ("", said("prep.title", name="Maya")))


def labels(view: View) -> list[str]:
    return [button.label for button in view.buttons]


# --- times -----------------------------------------------------------------------------------------------------------


def test_each_sees_the_times_on_their_own_clock(world: World) -> None:
    student, alum = world.student(), world.alum()
    student.zone = "Asia/Kolkata"
    intro = world.an_intro(S.ACCEPTED, student, alum)

    form = opened(world, alum, "offer_times", intro)
    text = next(item.text for item in form.pages[0].items if isinstance(item, Text))
    assert text.split("\n\n")[1] == said("times.ahead", name="Priya", hours="5.5")
    first = options_in(form)[0]
    world.submit(alum, times=(first.value,))
    world.deliver()

    start = datetime.fromtimestamp(int(first.value), UTC)
    assert first.label == said("times.when", when=f"{start:%A} {start.day} {start:%B, %H:%M}", zone="London")
    there = start + timedelta(hours=5.5)
    assert labels(student.last)[0] == said(
        "times.when", when=f"{there:%A} {there.day} {there:%B, %H:%M}", zone="Kolkata"
    )


@pytest.mark.parametrize(
    ("times", "error"),
    [
        ((), "times_count"),
        (tuple(str(n) for n in range(6)), "times_count"),
        (("1",), "times_past"),
        (("soon",), "times_past"),
        (("²",), "times_past"),
        (("9" * 30,), "times_past"),
        ((stamp(datetime(2027, 3, 2, tzinfo=UTC)),), "times_past"),
    ],
    ids=["none", "six", "long ago", "a word", "no digit", "never", "next year"],
)
def test_times_that_can_not_be_are_mended(world: World, times: tuple[str, ...], error: str) -> None:
    intro, _, alum = agreed(world)
    opened(world, alum, "offer_times", intro)

    shown = world.submit(alum, times=times)

    assert isinstance(shown, Fix)
    assert shown.errors == {"times": said(f"mend.{error}", most=5)}


def test_the_student_may_offer_and_the_alum_picks(world: World) -> None:
    intro, student, alum = agreed(world)
    form = opened(world, student, "offer_times", intro)
    world.submit(student, times=(options_in(form)[0].value,))
    world.deliver()

    assert alum.last.title == said("times.told_title", name="Priya")
    world.press_id(alum, alum.last.buttons[0].press)
    world.deliver()

    assert news(student).title == said("talk.title", name="Maya")
    assert world.fresh(intro).starts_at == datetime.fromtimestamp(int(options_in(form)[0].value), UTC)


def test_a_time_that_is_one_s_own_or_gone_or_gone_by_is_not_picked(world: World) -> None:
    intro, student, alum = agreed(world)
    form = opened(world, alum, "offer_times", intro)
    world.submit(alum, times=(options_in(form)[0].value,))
    offered = options_in(form)[0].value

    assert world.do(alum, "pick", intro, offered) == a_no("no_times_yet")
    assert world.do(student, "pick", intro, "12") == a_no("time_gone")
    world.wait(days=13)
    assert world.do(student, "pick", intro, offered) == a_no("time_past")


def test_a_time_is_picked_once(world: World) -> None:
    intro, student, _ = agreed(world, S.SCHEDULED)

    assert world.do(student, "pick", intro, stamp(intro.slots[1])) == moved_on(S.SCHEDULED, intro.student_token)


# --- the place -----------------------------------------------------------------------------------------------------


def place_of(view: View) -> str:
    return dict(view.facts)[said("talk.where")]


def test_the_alum_s_own_room_is_the_place_and_a_press_away(world: World) -> None:
    _, student, alum = agreed(world, S.SCHEDULED, room_link="https://meet.example/maya")

    for somebody in (student, alum):
        assert place_of(news(somebody)) == "https://meet.example/maya"
        assert (news(somebody).buttons[0].label, news(somebody).buttons[0].url) == (
            said("talk.join"),
            "https://meet.example/maya",
        )


def test_else_the_campus_has_a_room_that_nobody_can_guess(world: World) -> None:
    world.set_rule("room_template", "https://meet.example/{room}")
    _, student, alum = agreed(world, S.SCHEDULED)

    assert place_of(news(student)) == place_of(news(alum))
    assert len(place_of(news(alum)).removeprefix("https://meet.example/")) == 22


def test_else_it_is_asked_with_the_times(world: World) -> None:
    world.set_rule("in_person", "yes")
    intro, student, alum = agreed(world)
    form = opened(world, alum, "offer_times", intro)
    assert [item.name for item in form.pages[0].items if isinstance(item, Line)] == ["place"]

    offered = options_in(form)[0].value
    world.submit(alum, times=(offered,), place="The library café")
    world.do(student, "pick", intro, offered)

    assert place_of(student.last) == "The library café"


def test_a_place_nobody_named_is_said_to_be_open(world: World) -> None:
    _, student, _alum = agreed(world, S.SCHEDULED)

    assert place_of(news(student)) == said("talk.place_open")


# --- agreed elsewhere ------------------------------------------------------------------------------------------------


def test_a_time_agreed_elsewhere_stands_at_once(world: World) -> None:
    world.set_rule("in_person", "yes")
    intro, student, alum = agreed(world)

    world.do(student, "arrange", intro, when="2026-04-02 17:30", how="live", place="Their office")
    world.deliver()

    assert world.fresh(intro).starts_at == datetime(2026, 4, 2, 16, 30, tzinfo=UTC)  # summer time by then
    assert news(alum).title == said("talk.title", name="Priya")
    assert place_of(news(alum)) == "Their office"


def test_a_talk_in_writing_begins_on_a_day_and_needs_no_place(world: World) -> None:
    intro, student, _ = agreed(world, room_link="https://meet.example/maya")

    world.do(student, "arrange", intro, when="2026-03-05 09:00", how="in_writing")

    assert student.last.facts[0][0] == said("talk.from")
    assert place_of(student.last) == said("talk.in_writing")
    assert said("talk.join") not in labels(student.last)


@pytest.mark.parametrize(
    ("when", "error"),
    [
        ("tomorrow", "when_unreadable"),
        ("", "when_unreadable"),
        ("2026-03-01 10:00", "when_out_of_range"),
        ("2027-03-01 10:00", "when_out_of_range"),
    ],
)
def test_a_time_that_is_none_is_mended(world: World, when: str, error: str) -> None:
    intro, student, _ = agreed(world)

    shown = world.do(student, "arrange", intro, when=when)

    assert isinstance(shown, Fix)
    assert shown.errors == {"when": said(f"mend.{error}")}


# --- changes of plan -------------------------------------------------------------------------------------------------


def test_another_time_leads_back_to_choosing(world: World) -> None:
    intro, student, alum = agreed(world, S.SCHEDULED)

    world.press(alum, "Another time")
    world.deliver()

    assert news(alum).title == said("talk.again_title")
    assert news(student).title == said("talk.moved_title", name="Maya")
    again = world.fresh(intro)
    assert (again.state, again.starts_at, again.slots) == (S.ACCEPTED, None, ())
    world.find_a_time(again, student, alum)
    assert world.state_of(intro) is S.SCHEDULED


def test_calling_it_off_takes_a_line_along(world: World) -> None:
    intro, student, alum = agreed(world, S.SCHEDULED)

    world.press(alum, "Call it off")
    world.submit(alum, line="My train is stuck")
    world.deliver()

    assert news(student).title == said("cancel.told_title", name="Maya")
    assert news(student).text == said("cancel.told", name="Maya") + "\n\n“My train is stuck”"
    assert labels(news(student)) == [said("common.find_again")]
    assert world.state_of(intro) is S.CANCELLED
    assert world.do(student, "cancel", intro) == moved_on(S.CANCELLED, intro.student_token)


def test_without_a_line_no_older_note_is_quoted(world: World) -> None:
    intro, student, alum = agreed(world)
    world.do(student, "note", intro, note="See you soon")

    world.do(student, "cancel", intro)
    world.deliver()

    assert news(alum).text == said("cancel.told", name="Priya")


@pytest.mark.parametrize(("hours", "late"), [(25, 0), (23, 1)])
def test_a_day_before_is_late_and_counted(world: World, hours: int, late: int) -> None:
    intro, student, _ = agreed(world, S.SCHEDULED)
    assert intro.starts_at is not None
    world.now = world.wall = intro.starts_at - timedelta(hours=hours)

    world.do(student, "cancel", intro)

    assert world.steps(intro).count("late_cancel") == late


def test_reminders_with_time_and_place_come_a_day_and_an_hour_before(world: World) -> None:
    intro, _, alum = agreed(world, S.SCHEDULED)
    assert intro.starts_at is not None
    facts = news(alum).facts
    world.forget_what_was_shown()

    for hours, count in ((25, 0), (24, 1), (2, 1), (1, 2)):
        world.now = world.wall = intro.starts_at - timedelta(hours=hours)
        world.deliver()
        assert [view.facts for view in alum.shown] == [facts] * count


def test_where_no_time_is_found_both_are_warned_and_then_it_is_let_go(world: World) -> None:
    intro, student, alum = agreed(world)
    world.forget_what_was_shown()

    world.wait(days=14)
    world.deliver()
    assert (student.heard, alum.heard) == (
        [said("nudges.no_time_title", name="Maya")],
        [said("nudges.no_time_title", name="Priya")],
    )
    world.wait(days=7)
    world.deliver()
    assert world.state_of(intro) is S.LAPSED
    assert student.last.title == said("ends.lapsed_title", name="Maya")


# --- notes ---------------------------------------------------------------------------------------------------------


def test_notes_go_both_ways_and_addresses_only_after_the_yes(world: World) -> None:
    student, alum = world.student(), world.alum()
    intro = world.an_intro(S.REQUESTED, student, alum)

    shown = world.do(student, "note", intro, note="I'm at priya@example.org")
    world.deliver()
    assert isinstance(shown, View)
    assert shown.text == said("notes.sent", name="Maya") + "\n\n" + said("notes.held_back", name="Maya")
    assert (alum.last.title, alum.last.text) == (said("notes.told_title", name="Priya"), "“I'm at […]”")

    world.do(alum, "accept", intro)
    shown = world.do(alum, "note", intro, note="Call 07700 900123")
    world.deliver()
    assert shown == View(text=said("notes.sent", name="Priya"))
    assert student.last.text == "“Call 07700 900123”"


@pytest.mark.parametrize("state", [S.FROZEN, S.CLOSED])
def test_no_note_is_written_where_none_is_carried(world: World, state: State) -> None:
    intro, student, _ = agreed(world, state)

    assert world.do(student, "note", intro) == moved_on(state, intro.student_token)


# --- contact -------------------------------------------------------------------------------------------------------


def test_contact_is_seen_when_both_have_shared(world: World) -> None:
    intro, student, alum = agreed(world, S.SCHEDULED)

    world.press(student, "Share my contact")
    world.submit(student, contact="priya@example.org")
    world.deliver()
    assert student.last.title == said("share.waits_title")
    assert alum.last.title == said("share.offer_title", name="Priya")
    assert "priya@example.org" not in "".join(view.aloud() for view in alum.shown)

    world.press(alum, "Share my contact")
    world.submit(alum, contact="maya.example/hello")
    world.deliver()
    assert alum.last.facts == (("Priya", "priya@example.org"),)
    assert student.last.facts == (("Maya", "maya.example/hello"),)
    assert world.fresh(intro).version == intro.version


def test_contact_is_not_shared_before_the_yes_nor_while_the_office_looks(world: World) -> None:
    student, alum = world.student(), world.alum()
    intro = world.an_intro(S.REQUESTED, student, alum)
    assert world.do(student, "share", intro) == a_no("share_after_yes")

    world.do(alum, "accept", intro)
    world.do(alum, "flag", intro)
    assert world.do(student, "share", intro) == moved_on(S.FROZEN, intro.student_token)


def test_contact_may_be_shared_when_all_is_done(world: World) -> None:
    intro, student, _ = agreed(world, S.CLOSED)

    world.do(student, "share", intro, contact="priya@example.org")

    assert student.last.title == said("share.waits_title")


def test_the_times_to_tick_are_five_at_most(world: World) -> None:
    intro, _, alum = agreed(world)

    form = opened(world, alum, "offer_times", intro)

    assert [(item.most, len(item.options)) for item in form.pages[0].items if isinstance(item, ChooseMany)] == [(5, 10)]
