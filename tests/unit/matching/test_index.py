from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.people import AlumProfile, Person, PersonId, Standing
from bot.matching.index import Index, at_employer
from tests.unit.matching.people import an_alum

TITLES = st.sampled_from(["Nurse", "Events Manager", "Yoga Teacher", "Accountant", "Data Analyst", ""])
ALUMNI = st.lists(
    st.builds(
        an_alum,
        st.integers(1, 12),
        TITLES,
        employer=st.sampled_from(["", "Acme", "Paperboat Apps"]),
        degree=st.sampled_from(["", "BCom", "BA History"]),
        past_titles=st.lists(TITLES, max_size=2).map(tuple),
    ),
    max_size=8,
    unique_by=lambda person: person.id,
)


@settings(deadline=None)
@given(ALUMNI, ALUMNI)
def test_adding_one_by_one_is_like_building_anew(before: list[Person], after: list[Person]) -> None:
    index = Index.build(before)
    for person in after:
        index = index.with_alum(person)

    assert index == Index.build(list({person.id: person for person in [*before, *after]}.values()))


@settings(deadline=None)
@given(ALUMNI, st.integers(1, 12))
def test_without_somebody_nothing_of_them_is_left(alumni: list[Person], gone: int) -> None:
    index = Index.build(alumni)

    assert index.without(PersonId(gone)) == Index.build([person for person in alumni if person.id != gone])


def test_an_index_is_not_changed_by_what_follows() -> None:
    index = Index.build([an_alum(1, "Nurse")])
    index.with_alum(an_alum(2, "Nurse"))
    index.without(PersonId(1))

    assert index == Index.build([an_alum(1, "Nurse")])


def test_who_is_no_alum_is_not_in_it() -> None:
    nobody = Person(PersonId(1), "who1")

    assert Index.build([nobody]) == Index.build([]) == Index.build([]).with_alum(nobody)


def test_what_is_hidden_is_not_in_it() -> None:
    hides = frozenset({"title", "employer", "degree", "grad_year"})
    profile = AlumProfile(
        Standing.APPROVED, "Spy", "Secret Bureau", past_titles=("Double Agent",), degree="BA Greek", grad_year=2001,
        hides=hides,
    )  # fmt: skip
    index = Index.build([Person(PersonId(1), "who1", alum=profile)])
    entry = index.entries[PersonId(1)]

    assert (entry.title, entry.employer, entry.degree, entry.grad_year, entry.past_titles) == ("", "", "", None, ())
    assert (entry.words, entry.subjects) == ({}, frozenset())
    assert at_employer(("secret", "bureau")) not in index.marks
