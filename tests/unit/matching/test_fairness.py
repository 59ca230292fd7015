"""Whose turn it is among those who fit about as well."""

from __future__ import annotations

from bot.domain.matches import Match, Record
from bot.domain.people import Pace, Person, PersonId
from bot.matching.fairness import in_turn
from bot.matching.index import Index
from tests.unit.matching.people import an_alum


def order(records: dict[int, Record], *people: tuple[Person, float]) -> list[int]:
    matches = [Match(person.id, score, ()) for person, score in people]
    index = Index.build([person for person, _ in people])
    return [match.alum for match in in_turn(matches, {PersonId(n): one for n, one in records.items()}, index)]


def two(first: float = 1.0, second: float = 1.0, months: tuple[int, int] = (2, 2)) -> list[tuple[Person, float]]:
    scores = (first, second)
    return [(an_alum(n + 1, "Midwife", pace=Pace(months[n], 2)), scores[n]) for n in range(2)]


def test_of_equals_the_one_asked_least_lately_comes_first() -> None:
    assert order({1: Record(asked_lately=1)}, *two()) == [2, 1]
    assert order({2: Record(asked_lately=1)}, *two()) == [1, 2]


def test_being_shown_counts_a_little() -> None:
    assert order({1: Record(shown_lately=3)}, *two()) == [2, 1]
    assert order({1: Record(shown_lately=3), 2: Record(asked_lately=1)}, *two()) == [1, 2]


def test_a_request_weighs_less_on_somebody_who_wants_many() -> None:
    assert order({1: Record(asked_lately=1), 2: Record(asked_lately=1)}, *two(months=(1, 4))) == [2, 1]


def test_nobody_who_fits_much_worse_comes_first_for_being_idle() -> None:
    assert order({1: Record(asked_lately=2, yes=2)}, *two(second=0.4)) == [1, 2]


def test_who_says_yes_comes_before_who_never_answers() -> None:
    assert order({1: Record(silent=4), 2: Record(yes=4)}, *two()) == [2, 1]


def test_one_no_makes_nobody_a_bad_bet() -> None:
    assert order({1: Record(no=1)}, *two(second=0.95)) == [1, 2]


def test_whoever_was_never_asked_is_taken_to_be_as_willing_as_others() -> None:
    assert order({2: Record(yes=3, no=2)}, *two()) == [1, 2]
