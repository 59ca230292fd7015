from __future__ import annotations

from bot.domain.matches import Match
from bot.domain.people import Person, PersonId
from bot.matching.corners import in_different_corners
from bot.matching.index import Index
from tests.unit.matching.people import an_alum


def picked(*people: tuple[Person, float], most: int = 3) -> list[int]:
    matches = [Match(person.id, score, ()) for person, score in people]
    index = Index.build([person for person, _ in people])
    return [match.alum for match in in_different_corners(matches, index, most)]


def test_the_best_comes_first_and_then_who_is_different() -> None:
    best, alike = an_alum(1, "Press Officer", employer="Acme"), an_alum(2, "Press Officer", employer="Acme")
    other, third = an_alum(3, "Copywriter", employer="Foxglove"), an_alum(4, "Speechwriter", employer="Acme")

    assert picked((best, 1.0), (alike, 0.95), (other, 0.93), (third, 0.92)) == [1, 3, 4]


def test_three_stages_are_better_than_one() -> None:
    people = [
        an_alum(n, title, grad_year=year)
        for n, title, year in ((1, "Baker", 2020), (2, "Cook", 2021), (3, "Chef", 2001))
    ]

    assert picked(*((person, 1.0) for person in people), most=2) == [1, 3]


def test_being_different_does_not_beat_being_good() -> None:
    good = [(an_alum(n, "Midwife"), 1.0) for n in (1, 2, 3)]

    assert picked(*good, (an_alum(4, "Pilot"), 0.3)) == [1, 2, 3]


def test_fewer_good_ones_are_shown_as_they_are() -> None:
    assert picked((an_alum(1, "Midwife"), 1.0), (an_alum(2, "Nurse"), 0.3)) == [1, 2]
    assert picked() == []


def test_somebody_who_left_meanwhile_is_passed_over() -> None:
    index = Index.build([an_alum(1, "Midwife")])
    gone = Match(PersonId(9), 1.0, ())

    assert [match.alum for match in in_different_corners([gone, Match(PersonId(1), 0.9, ())], index, 3)] == [1]
