"""People: found, changed, counted, locked, and forgotten."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import event, select

from bot.domain.people import (
    AlumProfile,
    Consent,
    ConsentTo,
    GoodHours,
    Handle,
    Pace,
    Person,
    Platform,
    Standing,
    StudentProfile,
)
from bot.domain.refusals import Conflict
from bot.ports import LetterKind, Step
from storage import tables as t
from storage.engine import Store
from storage.unit_of_work import SqlUnitOfWork

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
MAYA = Handle(Platform.SLACK, "T1", "U1")
MAYA_TOO = Handle(Platform.DISCORD, "", "9")
ALUM = AlumProfile(
    Standing.APPROVED, "Analyst", "Acme", "energy", "data", ("Intern",), ("wind", "grids"), "BSc Physics", 2015,
    ("en", "pt"), Pace(3, 1), "https://room.example/maya", "https://book.example/maya", frozenset({"employer"}),
    date(2026, 4, 1), NOW, NOW - timedelta(days=9), "desk-token", (20, 30), ("phone",), NOW, NOW,
)  # fmt: skip


def reread(store: Store, person: Person) -> Person:
    with store.read() as reading:
        return reading.people.get(person.id)


def _maya(uow: SqlUnitOfWork) -> Person:
    return uow.people.add(MAYA, "Maya", "Okafor", "Europe/Lisbon", "pt")


def test_a_person_is_found_by_any_of_their_accounts_the_preferred_first(store: Store) -> None:
    with store.begin() as uow:
        maya = _maya(uow)
        uow.people.link(maya.id, MAYA_TOO)
        uow.people.prefer(maya.id, MAYA_TOO)
        uow.commit()

    with store.read() as reading:
        found = reading.people.by_handle(MAYA)
        assert found == replace(maya, handles=(MAYA_TOO, MAYA))
        assert reading.people.by_handle(MAYA_TOO) == found
        assert reading.people.by_handle(Handle(Platform.SLACK, "T2", "U1")) is None


def test_accounts_that_are_expected_are_read_at_once_and_so_is_that_they_are_nobodys(store: Store) -> None:
    elsewhere, stranger = Handle(Platform.SLACK, "T2", "U1"), Handle(Platform.SLACK, "T1", "U7")
    with store.begin() as uow:
        maya = _maya(uow)
        uow.people.link(maya.id, MAYA_TOO)
        priya = uow.people.add(Handle(Platform.SLACK, "T1", "U2"), "Priya", "Shah", "Europe/London", "en")
        uow.commit()
    asked: list[str] = []

    with store.read() as reading:
        event.listen(reading._connection, "before_cursor_execute", lambda *told: asked.append(told[2]))
        reading.people.expect_accounts([MAYA, *priya.handles, elsewhere, stranger])
        for_all = len(asked)
        found = [reading.people.by_handle(one) for one in (MAYA, MAYA_TOO, *priya.handles, elsewhere, stranger)]

    assert found == [reread(store, maya), reread(store, maya), priya, None, None]
    assert (for_all, len(asked)) == (2, 2)  # one for each workspace


def test_an_account_has_one_person(store: Store) -> None:
    with store.begin() as uow:
        _maya(uow)
        with pytest.raises(Conflict):
            _maya(uow)


def test_only_the_approved_are_on_offer_and_on_their_own_terms(store: Store) -> None:
    with store.begin() as uow:
        maya, tom = _maya(uow), uow.people.add(None, "Tom", "Bell", "", "en")
        uow.people.save_alum(maya.id, ALUM)
        uow.people.save_alum(tom.id, replace(ALUM, standing=Standing.LEFT, desk_token="another"))

        assert uow.people.on_offer() == {maya.id: ALUM.terms}


def test_who_was_changed_in_a_savepoint_that_is_undone_is_as_before(store: Store) -> None:
    with store.begin() as uow:
        maya = _maya(uow)

        def think_better_of_it() -> None:
            uow.people.save(replace(maya, given_name="Mia"))
            assert uow.people.get(maya.id).given_name == "Mia"
            raise LookupError

        with pytest.raises(LookupError), uow.savepoint():
            think_better_of_it()
        assert uow.people.get(maya.id).given_name == maya.given_name


def test_nobody_by_that_number(store: Store) -> None:
    with store.read() as reading, pytest.raises(LookupError):
        reading.people.get(7)  # type: ignore[arg-type]  # any number


def test_everything_told_of_a_person_comes_back(store: Store) -> None:
    hours = GoodHours((0, 5), ((time(7, 30), time(9)),))
    about = StudentProfile("I like maps", "BA History", "2")
    with store.begin() as uow:
        maya = replace(_maya(uow), given_name="Mai", zone="Asia/Tokyo", hours=hours, alum=ALUM, student=about)
        uow.people.save(maya)
        uow.people.save_alum(maya.id, replace(ALUM, title="Trainee"))
        uow.people.save_alum(maya.id, ALUM)
        uow.people.save_student(maya.id, about)
        uow.commit()

    with store.read() as reading:
        assert reading.people.get(maya.id) == maya
        assert reading.people.by_desk_token("desk-token") == maya
        assert reading.people.by_desk_token("") is None


def test_alumni_are_told_by_their_standing(store: Store) -> None:
    with store.begin() as uow:
        people = [uow.people.add(None, name, "", "", "en") for name in "abcd"]
        for person, standing in zip(people, (Standing.APPROVED, Standing.WAITING, Standing.APPROVED), strict=False):
            uow.people.save_alum(person.id, AlumProfile(standing))

        assert [alum.given_name for alum in uow.people.alumni(standing="approved")] == ["a", "c"]
        assert [alum.given_name for alum in uow.people.alumni()] == ["a", "b", "c"]


def test_the_newest_consent_counts(store: Store) -> None:
    with store.begin() as uow:
        maya = _maya(uow)
        given, withdrawn = (Consent(ConsentTo.BE_ASKED, 1, yes, NOW) for yes in (True, False))
        uow.people.record(maya.id, given)
        assert uow.people.consent(maya.id, ConsentTo.BE_ASKED) == given
        uow.people.record(maya.id, withdrawn)
        assert uow.people.consent(maya.id, ConsentTo.BE_ASKED) == withdrawn
        assert uow.people.consent(maya.id, ConsentTo.ASK) is None


def test_two_who_avoid_each_other_whoever_said_so(store: Store) -> None:
    with store.begin() as uow:
        maya, tom = _maya(uow), uow.people.add(None, "Tom", "", "", "en")
        uow.people.avoid(maya.id, tom.id, NOW)
        uow.people.avoid(maya.id, tom.id, NOW)
        assert uow.people.avoided_by(maya.id) == {tom.id}
        assert uow.people.avoided_by(tom.id) == {maya.id}


def test_the_erased_are_nobody_and_their_steps_nobodys(store: Store) -> None:
    with store.begin() as uow:
        maya, tom = _maya(uow), uow.people.add(None, "Tom", "", "", "en")
        uow.people.save_alum(maya.id, ALUM)
        uow.people.save_student(maya.id, StudentProfile("I like maps"))
        uow.people.record(maya.id, Consent(ConsentTo.ASK, 1, True, NOW))
        uow.roster.link(maya.id, "A1", "maya@example.org", "import", None, NOW)
        ask = uow.asks.add(maya.id, "maps", "how", "me", NOW, advised=False, unsure=False)
        intro = uow.intros.add(ask.id, maya.id, tom.id, NOW, expires_days=10, minutes=20, rank=1, has_next=False)
        hers = uow.letters.add(LetterKind.NOTE, maya.id, "Dear Tom", NOW, intro=intro.id)
        his = uow.letters.add(LetterKind.REPLY, tom.id, "Dear Maya", NOW, intro=intro.id)
        uow.steps.add(Step("requested", NOW, maya.who, tom.who, intro.id))
        uow.people.erase(maya.id)
        uow.people.save(maya)
        uow.commit()

    with store.read() as reading:
        assert reading.people.get(maya.id) == Person(maya.id, "")
        assert reading.people.by_handle(MAYA) is None
        assert reading.people.consent(maya.id, ConsentTo.ASK) is None
        assert reading.letters.get(hers.id) is None
        assert reading.letters.get(his.id) == his
        assert reading.asks.get(ask.id) == replace(ask, wonder="", question="", about="")
        assert reading.intros.get(intro.id) == intro
        assert reading.steps.of_intro(intro.id) == [Step("requested", NOW, maya.who, tom.who, intro.id)]
    with store.connect() as connection:
        assert connection.execute(select(t.who.c.person)).scalars().all() == [tom.id]
        assert connection.execute(select(t.roster)).all() == []


def test_a_row_of_the_roster_is_found_by_its_key_then_by_its_address(store: Store) -> None:
    with store.begin() as uow:
        maya, tom = _maya(uow), uow.people.add(None, "Tom", "", "", "en")
        uow.roster.link(maya.id, "A1", "shared@example.org", "import", date(2026, 1, 2), NOW)
        uow.roster.link(tom.id, "", "tom@example.org", "import", None, NOW)

        assert uow.roster.find("a1", "") == maya.id
        assert uow.roster.find("", "Shared@Example.org ") == maya.id
        assert uow.roster.find("A2", "shared@example.org") is None
        assert uow.roster.find("A3", "tom@example.org") == tom.id
        assert uow.roster.find("", "") is None


def test_a_row_linked_anew_counts_as_changed(store: Store) -> None:
    with store.begin() as uow:
        maya = _maya(uow)
        assert uow.roster.fingerprint(maya.id) == ""
        uow.roster.link(maya.id, "A1", "", "import", None, NOW)
        uow.roster.set_fingerprint(maya.id, "abc")
        assert uow.roster.fingerprint(maya.id) == "abc"
        uow.roster.link(maya.id, "A1", "maya@example.org", "import", None, NOW)
        assert uow.roster.fingerprint(maya.id) == ""


def test_who_locks_people_makes_others_wait_for_them(store: Store) -> None:
    """Read, add one, write back, eight at once: without the lock some would be lost."""
    with store.begin() as uow:
        maya, tom = _maya(uow), uow.people.add(None, "Tom", "", "", "en")
        uow.people.save_alum(maya.id, replace(ALUM, grad_year=0))
        uow.commit()

    def count_one_more(ids: list[Person]) -> None:
        with store.begin() as uow:
            uow.people.lock(person.id for person in ids)
            alum = uow.people.get(maya.id).alum
            assert alum
            assert alum.grad_year is not None
            uow.people.save_alum(maya.id, replace(alum, grad_year=alum.grad_year + 1))
            uow.commit()

    threads = [threading.Thread(target=count_one_more, args=([maya, tom][:: 1 - 2 * (n % 2)],)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with store.read() as reading:
        alum = reading.people.get(maya.id).alum
        assert alum
        assert alum.grad_year == 8


@pytest.mark.slow
def test_everybody_is_read_with_as_many_queries_as_one(store: Store) -> None:
    """A query for each person would make an index of thousands unbearable."""

    def queries_for(people: int) -> int:
        with store.begin() as uow:
            for n in range(people):
                person = uow.people.add(None, "Given", "Family", "Europe/London", "en").id
                uow.people.save_alum(person, replace(ALUM, desk_token=f"{people}-{n}"))
            uow.commit()
        asked: list[str] = []
        with store.read() as reading:
            count = lambda *args: asked.append(args[2])  # noqa: E731 - the event wants a callable, and keeps it
            event.listen(reading.people._connection, "before_cursor_execute", count)
            reading.people.alumni(standing="approved")
        return len(asked)

    assert queries_for(40) == queries_for(1) == 1
