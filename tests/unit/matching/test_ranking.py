from __future__ import annotations

import random
from time import thread_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.people import PersonId
from bot.matching.fields import field_of
from bot.matching.index import Index
from bot.matching.ranking import Wish, rank
from tests.unit.matching.people import an_alum, ranked, sample, sample_index, three

WISHES = (
    "I work in international development and wonder about communications",
    "I have a Bachelor of Commerce and no idea what to do with it",
    "from event management to something with holistic wellness",
    "software",
    "",
)


def names(wish: Wish) -> list[str]:
    return [sample()[match.alum].given_name for match in ranked(wish)]


def test_who_left_development_for_communications_comes_first() -> None:
    wish = Wish("I work in international development and wonder about communications")

    assert set(names(wish)[:2]) == {"Maya", "Aisha"}
    assert {"Tom", "Lea", "Owen"} <= set(names(wish))
    assert "Leila" not in names(wish)


def test_who_left_events_for_wellness_comes_first() -> None:
    wish = Wish("from event management to something with holistic wellness")

    assert set(names(wish)[:4]) >= {"Amara", "Jonas"}
    assert set(three(wish)) <= {"Amara", "Jonas", "Priti", "Chloe"}
    assert "Ben" not in names(wish)


@pytest.mark.parametrize(
    "wish",
    [
        Wish("I have a Bachelor of Commerce and no idea what to do with it"),
        Wish("I've got a B.Com and I don't know what's next", unsure=True),
        Wish("No idea", degree="BCom (Hons)", unsure=True),
        Wish("", degree="Bachelor of Commerce"),
    ],
)
def test_a_degree_and_no_idea_finds_three_from_that_degree_in_three_fields(wish: Wish) -> None:
    for seed in range(12):
        chosen = [person.alum for person in sample().values() if person.given_name in three(wish, seed)]

        assert all("Com" in alum.degree for alum in chosen if alum)
        assert len({field_of(alum.title, alum.industry) for alum in chosen if alum}) == 3


def test_no_idea_and_no_degree_finds_three_different_people() -> None:
    assert len(set(three(Wish("I really don't know", unsure=True)))) == 3


def test_being_unsure_between_two_things_is_still_a_wish() -> None:
    assert names(Wish("I'm not sure, but perhaps nursing", unsure=True))[0] in {"Grace", "Nomsa"}


def test_a_typing_error_finds_what_was_meant() -> None:
    assert names(Wish("I would love to be an architekt"))[0] == "Julia"


def test_an_employer_that_is_named_is_found() -> None:
    assert names(Wish("What is it like at Paperboat Apps?"))[0] == "Hana"


def test_what_was_done_before_is_a_merit() -> None:
    assert "Ahmed" in names(Wish("physics teacher"))


def test_a_wish_that_nobody_can_answer_finds_nobody() -> None:
    assert ranked(Wish("deep sea volcano falconry")) == ()


def test_words_of_rank_alone_find_nobody_beside_better() -> None:
    assert "Rosa" not in names(Wish("museum manager"))


def test_a_hidden_employer_finds_nobody() -> None:
    index = Index.build([an_alum(1, "Baker", employer="Acme Bread", hides=frozenset({"employer"}))])

    assert rank(Wish("working at Acme Bread"), index, frozenset(index.entries), 1) == ()


def test_people_who_are_as_good_take_turns() -> None:
    index = Index.build([an_alum(number, "Florist") for number in range(1, 9)])
    firsts = {rank(Wish("florist"), index, frozenset(index.entries), seed)[0].alum for seed in range(60)}

    assert len(firsts) == 8


@settings(max_examples=40, deadline=None)
@given(st.randoms(), st.sampled_from(WISHES), st.integers(0, 99))
def test_the_order_of_the_roster_does_not_matter(order: random.Random, text: str, seed: int) -> None:
    shuffled = list(sample().values())
    order.shuffle(shuffled)
    allowed = frozenset(sample())

    assert rank(Wish(text), Index.build(shuffled), allowed, seed) == rank(Wish(text), sample_index(), allowed, seed)


@settings(max_examples=60, deadline=None)
@given(st.frozensets(st.sampled_from(sorted(sample()))), st.sampled_from(WISHES) | st.text(max_size=80))
def test_nobody_is_found_who_is_not_allowed(allowed: frozenset[PersonId], text: str) -> None:
    found = rank(Wish(text, degree="Bachelor of Commerce"), sample_index(), allowed, 7)

    assert {match.alum for match in found} <= allowed
    assert all(match.reasons for match in found)
    assert [match.score for match in found] == sorted((match.score for match in found), reverse=True)


def test_ten_thousand_alumni_are_ranked_in_no_time() -> None:
    some = list(sample().values())
    many = [an_alum(n, some[n % 40].alum.title, past_titles=some[n % 39].alum.past_titles) for n in range(10_000)]  # type: ignore[union-attr]  # every one is an alum
    index = Index.build(many)
    took = []
    for seed in range(5):
        begun = thread_time()
        rank(Wish(WISHES[0]), index, frozenset(index.entries), seed)
        took.append(thread_time() - begun)

    assert min(took) < 0.05
