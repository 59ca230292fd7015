"""The post: what may arrive when, and what becomes of a line that did not arrive."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.intro import Intro, State
from bot.domain.messages import HeldBack, Kind, Message, Status, Unclear, Undeliverable
from bot.domain.people import Handle, Platform
from bot.use_cases import post
from storage import tables
from tests.words import said
from tests.world import SLACK, Somebody, World

S = State


def a_request(world: World) -> tuple[Intro, Somebody, Somebody]:
    student, alum = world.student(), world.alum()
    intro = world.an_intro(S.REQUESTED, student, alum)
    world.forget_what_was_shown()
    return intro, student, alum


def at(world: World, *parts: int) -> None:
    world.now = world.wall = datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type,misc]  # year, month, day, hour


def statuses(world: World, view: str) -> list[Status]:
    return [row.status for row in world.rows(tables.message) if row.view == view]


# --- when a nudge may arrive ---------------------------------------------------------------------------------------


def test_a_nudge_waits_for_the_morning_of_its_reader(world: World) -> None:
    student, alum = world.student(), world.alum()
    with world.store.begin() as uow:
        uow.people.save(replace(world.known(alum), zone="America/Los_Angeles"))
        uow.commit()
    world.an_intro(S.REQUESTED, student, alum)
    world.forget_what_was_shown()

    at(world, 2026, 3, 5, 16)  # eight in the morning there
    world.deliver()
    assert alum.heard == []
    at(world, 2026, 3, 5, 17)
    world.deliver()
    assert alum.heard == [said("nudges.request_title", name="Priya")]


def test_a_nudge_waits_until_the_office_is_open_again(world: World) -> None:
    world.set_rule("closures", "2026-03-05 2026-03-06")
    _, _, alum = a_request(world)

    at(world, 2026, 3, 5, 12)
    world.deliver()
    assert alum.heard == []
    at(world, 2026, 3, 7, 9)
    world.deliver()
    assert alum.heard == [said("nudges.request_title", name="Priya")]


def test_news_arrives_at_night_and_on_closures(world: World) -> None:
    world.set_rule("closures", "2026-03-03")
    intro, student, alum = a_request(world)
    at(world, 2026, 3, 3, 3)

    world.do(alum, "accept", intro)
    world.deliver()

    assert student.heard == [said("yes.title", name="Maya")]


@pytest.mark.parametrize(("most", "arrived"), [("1", 1), ("2", 2), ("3", 2)])
def test_nobody_is_nudged_more_often_a_week_than_the_campus_says(world: World, most: str, arrived: int) -> None:
    """On day 3 and day 7; where that is one too many, the second would find room only after the end, and is let go."""
    world.set_rule("nudges_a_week", most)
    _, _, alum = a_request(world)

    for _ in range(9):
        world.wait(days=1)
        world.deliver()

    assert alum.heard == [said("nudges.request_title", name="Priya")] * arrived
    assert [row.reason for row in world.rows(tables.message) if row.status is Status.VOID] == ["cap"] * (2 - arrived)


def test_a_reminder_that_comes_after_the_talk_has_begun_is_not_sent(world: World) -> None:
    """The bot was away from before both reminders until the talk: nobody hears that it is soon."""
    student, alum = world.student(), world.alum()
    intro = world.an_intro(S.SCHEDULED, student, alum)
    assert intro.starts_at is not None
    world.forget_what_was_shown()

    world.now = world.wall = intro.starts_at + timedelta(minutes=5)
    world.deliver()

    assert (student.shown, alum.shown) == ([], [])


# --- another way ---------------------------------------------------------------------------------------------------


def test_where_one_account_is_closed_the_other_is_tried(world: World) -> None:
    intro, _, alum = a_request(world)
    in_slack = Somebody(alum.name, Handle(Platform.SLACK, SLACK.realm, "M9"), SLACK)
    world.people[in_slack.handle] = in_slack
    with world.store.begin() as uow:
        uow.people.link(world.known(alum).id, in_slack.handle)
        uow.commit()

    world.platform_says(alum, Undeliverable("closed"))
    world.do(world.people[next(iter(world.people))], "withdraw", intro)
    world.deliver()

    assert (alum.heard, in_slack.heard) == ([], [said("ends.withdrawn_title", name="Priya")])
    assert world.desk == []


@pytest.mark.parametrize("reason", ["closed", "gone", "no_access", "refused"])
def test_where_there_is_no_other_way_the_act_stands_and_the_office_hears_of_it(world: World, reason: str) -> None:
    intro, student, alum = a_request(world)
    world.platform_says(student, Undeliverable(reason))

    world.do(alum, "accept", intro)
    world.deliver()

    assert world.state_of(intro) is S.ACCEPTED
    assert statuses(world, "yes") == [Status.UNDELIVERABLE]
    assert [view.title for view in world.desk] == [said("desk.undeliverable_title")] * 2
    assert world.desk[0].text.split("\n\n")[0] == said("desk.whom", student="Priya S.", alum="Maya R.")


def test_who_takes_no_direct_messages_is_asked_to_come_and_sees_it_alone(world: World) -> None:
    intro, student, alum = a_request(world)
    with world.store.begin() as uow:
        uow.places.hang_doorway(uow.places.doorway_at(Platform.DISCORD, "99", "55").id, "1")
        uow.commit()
    world.platform_says(alum, Undeliverable("closed"))

    world.do(student, "withdraw", intro)
    world.deliver()
    assert alum.heard == [said("knock.title")]
    assert "Priya" not in str(alum.last)
    world.press(alum, said("knock.open"))

    assert alum.heard[-1] == said("ends.withdrawn_title", name="Priya")
    assert (world.desk, statuses(world, "withdrawn")) == ([], [Status.SENT])


def test_what_waits_behind_a_door_is_for_nobody_else(world: World) -> None:
    intro, student, alum = a_request(world)
    with world.store.begin() as uow:
        uow.places.hang_doorway(uow.places.doorway_at(Platform.DISCORD, "99", "55").id, "1")
        uow.commit()
    world.platform_says(alum, Undeliverable("closed"))
    world.do(student, "withdraw", intro)
    world.deliver()
    [button] = alum.last.buttons

    world.press_id(student, button.press)

    assert student.last.text == said("refusals.not_yours")


def test_where_nobody_comes_in_either_the_office_hears_of_it(world: World) -> None:
    intro, student, alum = a_request(world)
    with world.store.begin() as uow:
        uow.places.hang_doorway(uow.places.doorway_at(Platform.DISCORD, "99", "55").id, "1")
        uow.commit()
    world.platform_says(alum, Undeliverable("closed"), Undeliverable("no_access"))

    world.do(student, "withdraw", intro)
    world.deliver()

    assert (alum.heard, statuses(world, "withdrawn")) == ([], [Status.UNDELIVERABLE])
    assert [view.title for view in world.desk] == [said("desk.undeliverable_title")] * 2


def test_a_closed_door_opens_again_when_somebody_comes_out(world: World) -> None:
    intro, student, alum = a_request(world)
    world.platform_says(student, Undeliverable("closed"))
    world.do(alum, "accept", intro)
    world.deliver()

    world.do(student, "show", intro)
    world.do(alum, "note", intro, note="Hello")
    world.deliver()

    assert student.heard[-1] == said("notes.told_title", name="Maya")


def test_a_revoked_token_is_nobody_s_closed_door(world: World) -> None:
    intro, student, alum = a_request(world)
    world.platform_says(student, Undeliverable("bad_token"), Undeliverable("bad_token"))

    world.do(alum, "accept", intro)
    for _ in range(3):
        world.deliver()
        world.wait(minutes=5)

    assert student.heard == [said("yes.title", name="Maya")]
    assert world.desk == []


def test_a_desk_that_can_not_be_reached_is_not_told_about_itself(world: World) -> None:
    for space, channel in ((SLACK, "C-desk"),):
        world.outcomes[f"{space.platform}/{space.realm}/#{channel}"] = [Undeliverable("gone")]
    intro, student, _ = a_request(world)

    world.do(student, "flag", intro)
    world.deliver()

    assert [view.title for view in world.desk] == [said("desk.flag_title")]


# --- unclear, and held back ------------------------------------------------------------------------------------------


def test_news_of_unclear_fate_is_repeated_and_says_so(world: World) -> None:
    intro, student, alum = a_request(world)
    world.platform_says(student, Unclear("timeout"))

    world.do(alum, "accept", intro)
    world.deliver()
    assert student.shown == []
    world.wait(seconds=10)
    world.deliver()

    assert student.heard == [said("yes.title", name="Maya")]
    assert student.last.text.split("\n\n")[0] == said("nudges.seen")


def test_what_is_looked_for_says_whether_it_is_repeated_and_what_it_can_not_be(world: World) -> None:
    intro, student, alum = a_request(world)
    world.do(alum, "note", intro, note="Hello")
    world.deliver()
    world.platform_says(student, Unclear("timeout"))
    world.do(alum, "accept", intro)
    world.deliver()
    world.wait(seconds=10)

    with world.store.begin() as uow:
        [posting] = post.collect(uow, world.now, world.wall, worker="w", lease_seconds=30, most=50).postings
    theirs = [row for row in world.rows(tables.message) if row.to_person == world.known(student).id]
    asked_and_told = {row.copy_message for row in theirs} - {None}

    assert (posting.view.text, posting.again and posting.again.text.split("\n\n")[0]) == (
        replace(posting.view).text, said("nudges.seen"),
    )  # fmt: skip
    assert said("nudges.seen") not in posting.view.text
    assert posting.known == asked_and_told
    assert posting.known


def test_who_was_relieved_of_a_line_tells_nobody_what_became_of_it(world: World) -> None:
    """A replica that was stopped past its lease, and wakes to a refusal: the line is another's now."""
    intro, _, alum = a_request(world)
    world.do(alum, "accept", intro)
    with world.store.begin() as uow:
        [held] = post.collect(uow, world.now, world.wall, worker="stopped", lease_seconds=30, most=1).postings
        uow.outbox.end_leases(world.wall, "stopped")
        [taken] = post.collect(uow, world.now, world.wall, worker="other", lease_seconds=30, most=1).postings
        uow.commit()
    assert taken.message.id == held.message.id

    for outcome in (Undeliverable("refused"), Unclear("timeout")):
        gave_up = replace(held, message=replace(held.message, failures=20))
        with world.store.begin() as uow:
            post.settle(uow, [(gave_up, outcome)], world.now, world.wall, worker="stopped")
            uow.commit()
    world.deliver()

    assert statuses(world, held.message.view) == [Status.SENDING]
    assert world.desk == []


def test_two_that_fail_together_are_not_tried_again_together(world: World) -> None:
    waits = {post._backoff(1, token).total_seconds() for token in ("a" * 22, "b" * 22, "c" * 22)}

    assert len(waits) == 3
    assert all(2 <= wait <= 4 for wait in waits)


def test_a_nudge_of_unclear_fate_is_not_repeated(world: World) -> None:
    _, _, alum = a_request(world)
    world.platform_says(alum, Unclear("timeout"))

    world.wait(days=3)
    world.deliver()
    world.wait(hours=2)
    world.deliver()

    assert alum.shown == []
    assert statuses(world, "nudge_request") == [Status.UNCLEAR, Status.WAITING]
    assert world.desk == []


def test_news_that_never_becomes_clear_is_given_up(world: World) -> None:
    intro, student, alum = a_request(world)
    world.platform_says(student, *[Unclear("500")] * 20)

    world.do(alum, "accept", intro)
    for _ in range(20):
        world.deliver()
        world.wait(minutes=5)

    assert statuses(world, "yes") == [Status.UNCLEAR]
    assert [view.title for view in world.desk] == [said("desk.undeliverable_title")] * 2


def test_who_was_held_back_often_is_neither_given_up_nor_waits_longer_for_that(world: World) -> None:
    """A rate limit, or a bot that was killed with the line in its hands, says nothing about the line."""
    intro, student, alum = a_request(world)
    world.platform_says(student, *[HeldBack(1)] * 15, Unclear("500"))

    world.do(alum, "accept", intro)
    for _ in range(16):
        world.deliver()
        world.wait(seconds=2)
    assert statuses(world, "yes") == [Status.WAITING]
    world.wait(seconds=3)
    world.deliver()

    assert statuses(world, "yes") == [Status.SENT]
    assert world.desk == []


def test_one_that_is_looked_for_in_vain_is_not_given_up_before_its_kind_has_decided(world: World) -> None:
    intro, student, alum = a_request(world)
    world.platform_says(student, Unclear("500"), *[HeldBack(5, failed=True)] * (post.MOST_LOOKS - 1))

    world.do(alum, "accept", intro)
    for _ in range(post.MOST_LOOKS):
        assert statuses(world, "yes") == [Status.WAITING]
        world.deliver()
        world.wait(seconds=6)
    world.deliver()

    assert statuses(world, "yes") == [Status.SENT]
    assert world.desk == []


def test_a_line_that_fails_each_time_is_given_up_and_what_waits_behind_it_has_its_turn(world: World) -> None:
    """A file that is never taken was not sent, so it is held back; but not for ever."""
    intro, student, alum = a_request(world)
    world.platform_says(student, *[HeldBack(5, failed=True)] * post.MOST_TRIES)

    world.do(alum, "accept", intro)
    with world.store.begin() as uow:
        uow.outbox.add(Message(Kind.ANSWER, "help_intro", world.now, to=world.known(student).id))
        uow.commit()
    for _ in range(post.MOST_TRIES):
        assert student.shown == []
        world.deliver()
        world.wait(seconds=6)

    assert (statuses(world, "yes"), statuses(world, "help_intro")) == ([Status.UNDELIVERABLE], [Status.SENT])
    assert [view.title for view in world.desk] == [said("desk.undeliverable_title")] * 2


def test_a_line_held_back_waits_and_whatever_is_behind_it_waits_too(world: World) -> None:
    intro, student, alum = a_request(world)
    world.platform_says(student, HeldBack(60))

    world.do(alum, "accept", intro)
    world.do(alum, "note", intro, note="Hello")
    world.deliver()
    assert student.shown == []
    world.wait(seconds=59)
    world.deliver()
    assert student.shown == []
    world.wait(seconds=1)
    world.deliver()

    assert student.heard == [said("yes.title", name="Maya"), said("notes.told_title", name="Maya")]
    assert said("nudges.seen") not in student.shown[0].text


def test_one_who_is_held_back_holds_back_nobody_else(world: World) -> None:
    intro, student, alum = a_request(world)
    world.platform_says(student, HeldBack(60))

    world.do(alum, "accept", intro)
    world.do(student, "note", intro, note="Hello")
    world.deliver()

    assert alum.heard[-1] == said("notes.told_title", name="Priya")


def test_what_can_not_be_drawn_is_let_go(world: World) -> None:
    _, student, _ = a_request(world)
    with world.store.begin() as uow:
        uow.outbox.add(Message(Kind.NEWS, "yes", world.now, to=world.known(student).id, keys={"intro": 999}))
        uow.commit()

    world.deliver()

    assert (student.shown, statuses(world, "yes")) == ([], [Status.VOID])


@pytest.mark.parametrize(
    ("view", "params", "title"),
    [
        ("mine", {"role": "student"}, "mine.title"),
        ("queue_desk", {}, "queue.empty_title"),
        ("waiting_desk", {}, "desk.nobody_title"),
    ],
)
def test_an_answer_of_many_things_is_whole_when_it_comes_by_post(
    world: World, view: str, params: dict[str, str], title: str
) -> None:
    _, student, _ = a_request(world)
    with world.store.begin() as uow:
        line = Message(Kind.ANSWER, view, world.now, to=world.known(student).id, handle=student.handle, params=params)
        uow.outbox.add(line)
        uow.commit()

    world.deliver()

    assert student.heard == [said(title)]
    assert [card.title for card in student.last.cards] == (["Maya R."] if view == "mine" else [])


def test_a_lease_that_ran_out_marks_the_repeat(world: World) -> None:
    intro, student, alum = a_request(world)
    world.do(alum, "accept", intro)
    with world.store.begin() as uow:
        post.collect(uow, world.now, world.wall, worker="it died", lease_seconds=30, most=50)
        uow.commit()

    world.wall += timedelta(seconds=31)
    world.deliver()

    assert student.last.text.split("\n\n")[0] == said("nudges.seen")
