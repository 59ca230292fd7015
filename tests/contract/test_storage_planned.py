"""The outbox, read: what is planned, when somebody was nudged, and their newest digest; on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.digest import LastDigest
from bot.domain.intro import ALUM, STUDENT, IntroId
from bot.domain.messages import Kind, Message, Status
from bot.domain.people import AlumProfile, PersonId, Quiet, Standing
from bot.ports import Claimed, Step
from storage.engine import Store
from storage.unit_of_work import SqlUnitOfWork

NOW = datetime(2026, 3, 20, 9, tzinfo=UTC)
WALL = datetime(2025, 11, 5, 3, tzinfo=UTC)
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


@pytest.fixture
def uow(store: Store) -> Iterator[SqlUnitOfWork]:
    with store.begin() as opened:
        yield opened


def person(uow: SqlUnitOfWork) -> PersonId:
    return uow.people.add(None, "Given", "Family", "", "en").id


def an_intro(uow: SqlUnitOfWork) -> IntroId:
    student, alum = person(uow), person(uow)
    ask = uow.asks.add(student, "w", "q", "a", NOW, advised=False, unsure=False)
    return uow.intros.add(ask.id, student, alum, NOW, expires_days=10, minutes=20, rank=1, has_next=False).id


def send(uow: SqlUnitOfWork, line: Message, now: datetime, status: Status | None, reason: str = "") -> Claimed:
    """Claimed at `now`, and settled so; None leaves it on its way."""
    uow.outbox.add(line)
    (claimed,) = uow.outbox.claim(now, WALL, "w", 60, 10)
    if status is not None:
        assert claimed.message.id is not None
        uow.outbox.settle(claimed.message.id, "w", claimed.attempt, status, reason=reason)
    return claimed


def test_what_was_planned_for_an_intro_is_told_in_the_order_of_its_times(uow: SqlUnitOfWork) -> None:
    intro, maya = an_intro(uow), person(uow)
    of_it = Message(Kind.NUDGE, "first", NOW, maya, intro=intro, version=1, params={"turn": "1"})
    send(uow, of_it, NOW, Status.VOID, "cap")
    uow.outbox.add(replace(of_it, view="last", due=NOW + 2 * DAY), replace(of_it, view="next", due=NOW + DAY))
    uow.outbox.add(Message(Kind.NUDGE, "another's", NOW, maya))

    told = uow.planned.of_intro(intro)

    assert [(line.message.view, line.status, line.why, line.tried_at) for line in told] == [
        ("first", Status.VOID, "cap", NOW), ("next", Status.WAITING, "", None), ("last", Status.WAITING, "", None),
    ]  # fmt: skip
    assert (told[0].message.params, told[0].message.version) == ({"turn": "1"}, 1)


def test_nudged_is_whoever_may_have_got_it_or_is_just_getting_it(uow: SqlUnitOfWork) -> None:
    maya, tom = person(uow), person(uow)
    for number, (kind, status) in enumerate(
        [
            (Kind.NUDGE, Status.SENT), (Kind.DIGEST, Status.UNCLEAR), (Kind.NUDGE, Status.VOID),
            (Kind.NEWS, Status.SENT), (Kind.NUDGE, Status.UNDELIVERABLE),
        ]
    ):  # fmt: skip
        send(uow, Message(kind, "x", NOW, maya), NOW + number * MINUTE, status)
    send(uow, Message(Kind.NUDGE, "x", NOW, tom), NOW, Status.SENT)
    on_its_way = send(uow, Message(Kind.NUDGE, "x", NOW, maya), NOW + 9 * MINUTE, None)

    assert uow.planned.nudged_at(maya, NOW) == [NOW, NOW + MINUTE, NOW + 9 * MINUTE]
    assert uow.planned.nudged_at(maya, NOW + MINUTE, but=on_its_way.message.id) == [NOW + MINUTE]
    assert uow.planned.nudged_at(tom, NOW + MINUTE) == []


def test_the_newest_digest_is_the_one_that_waits_else_the_last_that_went(uow: SqlUnitOfWork) -> None:
    maya = person(uow)
    assert uow.planned.last_digest(maya) is None
    send(uow, Message(Kind.DIGEST, "digest", NOW, maya), NOW, Status.SENT)
    send(uow, Message(Kind.DIGEST, "digest", NOW, maya), NOW + DAY, Status.SENT)
    send(uow, Message(Kind.DIGEST, "digest", NOW, maya), NOW + 2 * DAY, Status.VOID)
    assert uow.planned.last_digest(maya) == LastDigest(NOW + DAY, waits=False)

    uow.outbox.add(Message(Kind.DIGEST, "digest", NOW + 3 * DAY, maya))
    assert uow.planned.last_digest(maya) == LastDigest(NOW + 3 * DAY, waits=True)
    claimed = send(uow, Message(Kind.DIGEST, "digest", NOW, maya), NOW + 2 * DAY, None)
    assert uow.planned.last_digest(maya, but=claimed.message.id) == LastDigest(NOW + 3 * DAY, waits=True)


def test_a_word_at_the_end_of_a_term_is_no_digest_of_what_waits(uow: SqlUnitOfWork) -> None:
    maya = person(uow)
    send(uow, Message(Kind.DIGEST, "impact_alum", NOW, maya), NOW, Status.SENT)
    uow.outbox.add(Message(Kind.DIGEST, "impact_alum", NOW + DAY, maya))

    assert uow.planned.last_digest(maya) is None
    assert uow.planned.nudged_at(maya, NOW) == [NOW]


def test_how_the_two_wish_to_be_nudged_stands_beside_the_lifecycle(uow: SqlUnitOfWork) -> None:
    intro = an_intro(uow)
    before = uow.intros.get(intro)

    uow.intros.set_quiet(intro, STUDENT, snoozed=NOW)
    uow.intros.set_quiet(intro, ALUM, stopped=True)
    uow.intros.set_keeps(intro, ALUM, True)

    assert uow.intros.get(intro) == replace(before, snoozed_by_student=NOW, stopped_by_alum=True, keeps_alum=True)
    uow.intros.set_quiet(intro, ALUM, stopped=False)
    uow.intros.set_keeps(intro, ALUM, False)
    assert uow.intros.get(intro) == replace(before, snoozed_by_student=NOW)


def test_what_somebody_wishes_is_kept_and_an_alum_s_silence_counted(uow: SqlUnitOfWork) -> None:
    maya = person(uow)
    assert uow.people.get(maya).quiet == Quiet()
    quiet = Quiet(17, 19, (5, 6), 1, digest_only=True)
    uow.people.save(replace(uow.people.get(maya), quiet=quiet))
    uow.people.save_alum(maya, AlumProfile(Standing.APPROVED, silent=2))

    found = uow.people.get(maya)
    assert (found.quiet, found.alum and found.alum.silent) == (quiet, 2)
    uow.people.erase(maya)
    assert uow.people.get(maya).quiet == Quiet()


def test_steps_are_counted_for_one_since_then(uow: SqlUnitOfWork) -> None:
    for what, who, at in (
        ("a", "maya", NOW),
        ("a", "maya", NOW - DAY),
        ("b", "maya", NOW),
        ("a", "tom", NOW),
        ("a", "", NOW),
    ):
        uow.steps.add(Step(what, at, who=who))

    assert [uow.steps.count("a", who, NOW) for who in ("maya", "tom", "lea", "")] == [1, 1, 0, 0]
    assert uow.steps.count("a", "maya", NOW - DAY) == 2


def test_what_two_who_keep_in_touch_wrote_after_the_end_stays_as_long_again(uow: SqlUnitOfWork) -> None:
    from bot.domain.intro import State
    from bot.ports import LetterKind

    intro = uow.intros.get(an_intro(uow))
    uow.intros.save(replace(intro, state=State.CLOSED, version=2, ended_at=NOW))
    old = uow.letters.add(LetterKind.THANKS, intro.student, "thanks", NOW, intro=intro.id)
    young = uow.letters.add(LetterKind.MORE, intro.student, "news", NOW + 60 * DAY, intro=intro.id)

    uow.retention.forget_notes(NOW + DAY)

    assert (uow.letters.get(old.id), uow.letters.get(young.id)) == (None, young)
    uow.retention.forget_notes(NOW + 61 * DAY)
    assert uow.letters.get(young.id) is None
