"""Who may see what of whom, when: the table, looked at from both sides."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise

import pytest

from bot.domain.disclosure import (
    OF_THE_ALUM,
    OF_THE_STUDENT,
    Field,
    Stage,
    disclose,
    disclose_to_desk,
    stage_of,
)
from bot.domain.intro import ALUM, STUDENT, State
from bot.domain.people import AlumProfile, Handle, Person, PersonId, Platform, Standing, StudentProfile
from tests.unit.domain.test_intro import an_intro

F = Field
NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
GROWING = (Stage.MATCH, Stage.REQUEST, Stage.AGREED, Stage.SCHEDULED, Stage.SHARED)
ALICE = Person(
    PersonId(2), "who", "Maya", "Rivers", "Asia/Kolkata", "en",
    alum=AlumProfile(
        Standing.APPROVED, title="Lead", employer="Aid", degree="BA History", grad_year=2015,
        room_link="https://r.example", booking_link="https://book.example",
    ),
    student=StudentProfile("about", "MSc Botany", "masters"),
    handles=(Handle(Platform.DISCORD, "", "1"),),
)  # fmt: skip
LETTERS = {F.NOTE: "a note", F.PLACE: "https://room.example", F.CONTACT: "maya@example.org", F.TIME: "noon"}


@pytest.mark.parametrize("table", [OF_THE_ALUM, OF_THE_STUDENT], ids=["of the alum", "of the student"])
def test_more_is_shown_as_it_goes_on_and_nothing_is_taken_back(table: dict[Stage, frozenset[Field]]) -> None:
    assert [after >= before for before, after in pairwise(table[stage] for stage in GROWING)] == [True] * 4


@pytest.mark.parametrize("table", [OF_THE_ALUM, OF_THE_STUDENT], ids=["of the alum", "of the student"])
def test_contact_is_for_the_last_stage_alone_and_a_place_for_a_time_that_stands(
    table: dict[Stage, frozenset[Field]],
) -> None:
    assert [stage for stage in Stage if F.CONTACT in table[stage]] == [Stage.SHARED]
    assert [stage for stage in Stage if F.PLACE in table[stage]] == [Stage.SCHEDULED, Stage.SHARED]


def test_a_match_shows_a_first_name_an_initial_and_the_work() -> None:
    seen = disclose(ALICE, ALUM, Stage.MATCH, letters=LETTERS)

    assert dict(seen.fields) == {
        F.GIVEN_NAME: "Maya", F.INITIAL: "R", F.TITLE: "Lead", F.EMPLOYER: "Aid", F.DEGREE: "BA History",
        F.GRAD_YEAR: "2015",
    }  # fmt: skip
    assert (seen.first_name, seen.short_name, seen[F.CONTACT]) == ("Maya", "Maya R.", "")


def test_a_request_shows_a_first_name_the_studies_and_the_note() -> None:
    seen = disclose(ALICE, STUDENT, Stage.REQUEST, letters=LETTERS)

    assert dict(seen.fields) == {
        F.GIVEN_NAME: "Maya", F.DEGREE: "MSc Botany", F.STUDY_YEAR: "masters", F.NOTE: "a note",
    }  # fmt: skip
    assert seen.short_name == "Maya"


def test_nothing_is_seen_of_a_student_before_the_request() -> None:
    assert disclose(ALICE, STUDENT, Stage.MATCH, letters=LETTERS).fields == {}


def test_a_frozen_intro_shows_a_first_name_and_no_text() -> None:
    for role in (ALUM, STUDENT):
        assert dict(disclose(ALICE, role, Stage.FROZEN, letters=LETTERS).fields) == {F.GIVEN_NAME: "Maya"}


def test_the_desk_sees_whom_it_is_about_and_nothing_they_wrote() -> None:
    assert dict(disclose_to_desk(ALICE).fields) == {F.GIVEN_NAME: "Maya", F.INITIAL: "R"}


def test_an_alum_may_show_less() -> None:
    assert ALICE.alum is not None
    shy = replace(ALICE, alum=replace(ALICE.alum, hides=frozenset({"employer", "grad_year", "initial"})))

    seen = disclose(shy, ALUM, Stage.SHARED)

    assert (seen[F.EMPLOYER], seen[F.GRAD_YEAR], seen.short_name, seen[F.TITLE]) == ("", "", "Maya", "Lead")


def test_a_booking_link_is_shown_to_the_student_alone_and_when_both_share() -> None:
    assert [stage for stage in Stage if F.BOOKING in OF_THE_ALUM[stage]] == [Stage.SHARED]
    assert [stage for stage in Stage if F.BOOKING in OF_THE_STUDENT[stage]] == []
    assert disclose(ALICE, ALUM, Stage.SHARED)[F.BOOKING] == "https://book.example"
    assert disclose(ALICE, STUDENT, Stage.SHARED)[F.BOOKING] == ""


def test_of_somebody_erased_nothing_is_seen() -> None:
    assert disclose(Person(PersonId(3), ""), ALUM, Stage.SHARED).fields == {}


def test_how_far_it_has_come_is_told_by_what_happened() -> None:
    agreed = an_intro(State.ACCEPTED, accepted_at=NOW)
    planned = replace(agreed, state=State.SCHEDULED, starts_at=NOW)
    shared = replace(planned, shared_by_student=True, shared_by_alum=True)

    assert [stage_of(intro) for intro in (an_intro(), agreed, planned, shared)] == [
        Stage.REQUEST, Stage.AGREED, Stage.SCHEDULED, Stage.SHARED,
    ]  # fmt: skip
    assert stage_of(replace(planned, shared_by_student=True)) is Stage.SCHEDULED
    assert stage_of(replace(shared, state=State.FROZEN)) is Stage.FROZEN
    assert stage_of(replace(shared, state=State.CLOSED)) is Stage.SHARED
