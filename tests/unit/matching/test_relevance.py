from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.people import PersonId
from bot.matching.index import Index
from bot.matching.model import shipped
from bot.matching.reading import read
from bot.matching.relevance import Aim, aim, grounds_for, relevance, understood
from tests.unit.matching.people import an_alum, sample, sample_index

TITLES = st.sampled_from(
    ["Staff Nurse", "Midwife", "Events Manager", "Yoga Teacher", "Tax Accountant", "Data Analyst", "Pastry Chef", ""]
)
ALUMNI = st.lists(
    st.builds(an_alum, st.integers(1, 30), TITLES, past_titles=st.lists(TITLES, max_size=2).map(tuple)),
    min_size=1,
    max_size=10,
    unique_by=lambda person: person.id,
)
WISHES = st.sampled_from(["nursing", "I wonder about accounting", "working with data", "cakes and bread", "wellness"])


def aimed(text: str, index: Index) -> Aim:
    hope = read(text, "", "en", unsure=False)
    return aim(hope, understood(hope, index.snapshot), index.snapshot.model)


def scored(text: str, index: Index) -> dict[PersonId, float]:
    scores = relevance(aimed(text, index), index.snapshot)
    return {PersonId(int(alum)): float(score) for alum, score in zip(index.snapshot.ids, scores, strict=True)}


def first(text: str, *titles: str) -> str:
    index = Index.build([an_alum(number, title) for number, title in enumerate(titles)])
    scores = scored(text, index)
    return titles[max(scores, key=lambda alum: scores[alum])]


@pytest.mark.parametrize(
    ("text", "best", "others"),
    [
        ("curious about brand work at a non-profit", "Development Communications Associate", ("Welder", "Dentist")),
        ("how people become a physician", "Family Doctor", ("Family Lawyer", "Doctoral Researcher in History")),
        ("someone who bakes bread for a living", "Pastry Chef", ("Bank Teller", "Brand Manager")),
        ("teaching small children", "Kindergarten Educator", ("Software Engineer", "Children's Book Publisher")),
        ("keeping accounts for small firms", "Bookkeeper", ("Librarian", "Game Keeper")),
    ],
)
def test_whom_word_search_misses_is_found(text: str, best: str, others: tuple[str, ...]) -> None:
    assert first(text, *others, best) == best


def test_a_degree_and_politeness_change_nothing() -> None:
    index = sample_index()
    plainly = scored("marketing", index)
    politely = scored("Hi! I have a Bachelor of Commerce and am curious about marketing work, please", index)

    assert politely == pytest.approx(plainly, abs=1e-5)


def test_a_vacancy_is_read_as_its_title() -> None:
    plain = Index.build([an_alum(1, "Brand Manager")])
    dressed = Index.build([an_alum(1, "Brand Manager (m/f/d) – Remote, London")])

    assert scored("brand manager", plain) == pytest.approx(scored("brand manager", dressed), abs=1e-5)


@settings(deadline=None, max_examples=60)
@given(ALUMNI, st.integers(31, 40), TITLES, WISHES)
def test_who_joins_changes_nothing_between_the_others(alumni, newcomer, title, wish) -> None:
    before = Index.build(alumni)
    after = before.with_alum(an_alum(newcomer, title))
    scores = scored(wish, after)

    assert {alum: scores[alum] for alum in before.entries} == pytest.approx(scored(wish, before), abs=1e-4)


@settings(deadline=None, max_examples=30)
@given(st.randoms(), WISHES)
def test_the_order_of_the_roster_changes_nothing(order, wish) -> None:
    people = list(sample().values())
    order.shuffle(people)

    assert scored(wish, Index.build(people)) == scored(wish, sample_index())


@settings(deadline=None, max_examples=40)
@given(st.text(max_size=60))
def test_any_wish_gets_a_number_for_everybody(text: str) -> None:
    scores = relevance(aimed(text, sample_index()), sample_index().snapshot)

    assert np.isfinite(scores).all()
    assert ((scores >= 0) & (scores < 3)).all()


def test_a_score_can_be_told_in_its_parts() -> None:
    index = Index.build([an_alum(1, "Staff Nurse"), an_alum(2, "Welder")])
    told = grounds_for(aimed("nursing", index), shipped(), index.entries[PersonId(1)].said)

    assert told.score == pytest.approx(scored("nursing", index)[PersonId(1)], abs=1e-4)
    assert told.score == pytest.approx(told.occupation + told.words + told.meaning)
    assert told.shared_words == ("nurs",)
    assert "Nurses" in told.shared_occupation


def test_many_are_compared_in_milliseconds() -> None:
    from time import thread_time

    some = list(sample().values())
    titles = [person.alum.title for person in some if person.alum]
    index = Index.build([an_alum(n, titles[n % len(titles)]) for n in range(10_000)])
    took = []
    for text in ("curious about brand work at a non-profit", "nursing", "how do people become a data analyst?") * 3:
        begun = thread_time()
        relevance(aimed(text, index), index.snapshot)
        took.append(thread_time() - begun)
    begun = thread_time()
    index.with_alum(an_alum(10_001, "Staff Nurse"))
    joined = thread_time() - begun

    assert sorted(took)[len(took) // 2] < 0.02
    assert joined < 0.05
