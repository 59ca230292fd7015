from __future__ import annotations

import pytest

from bot.domain.matches import Reason
from bot.domain.people import Person
from bot.matching.index import Index
from bot.matching.ranking import Wish, explain, rank
from bot.phrases import say
from tests.unit.matching.people import an_alum

MAYA = an_alum(
    1, "Communications Lead", employer="Open Harbour", industry="Charity", degree="BA Politics",
    past_titles=("International Development Officer",), topics=("Internal communications",),
)  # fmt: skip


def reasons(wish: Wish, alum: Person = MAYA) -> tuple[Reason, ...]:
    index = Index.build([alum])
    return rank(wish, index, frozenset(index.entries), 1)[0].reasons


def test_reasons_are_told_strongest_first() -> None:
    wish = Wish("From international development to communications, at Open Harbour maybe", degree="Politics")

    assert reasons(wish) == (
        Reason("made_the_change", {"past": "International Development Officer"}),
        Reason("employer", {"employer": "Open Harbour"}),
        Reason("degree", {"degree": "BA Politics"}),
        Reason("title"),
        Reason("topic", {"topic": "Internal communications"}),
    )


def test_a_degree_leads_where_nothing_else_was_named() -> None:
    assert reasons(Wish("No idea", degree="Politics", unsure=True))[0] == Reason("degree", {"degree": "BA Politics"})


def test_who_is_still_in_it_has_not_made_the_change() -> None:
    ben = an_alum(2, "Event Manager", past_titles=("Event Assistant",), topics=("Wellness weekends",))

    assert reasons(Wish("from event management to wellness"), ben) == (Reason("topic", {"topic": "Wellness weekends"}),)


def test_business_development_is_not_international_development() -> None:
    sam = an_alum(3, "Communications Officer", past_titles=("Business Development Manager",))

    wish = Wish("I work in international development and wonder about communications")

    assert reasons(wish, sam) == (Reason("title"),)


def test_a_past_title_is_a_reason() -> None:
    kim = an_alum(4, "Headteacher", past_titles=("Museum Curator",))

    assert reasons(Wish("curator"), kim) == (Reason("past_title", {"past": "Museum Curator"}),)


def test_what_is_hidden_is_no_reason() -> None:
    ana = an_alum(5, "Nurse", topics=("Nursing",), degree="BSc Nursing", hides=frozenset({"title", "degree"}))

    assert reasons(Wish("nursing", degree="Nursing"), ana) == (Reason("topic", {"topic": "Nursing"}),)


def test_one_person_is_explained_as_they_were_ranked() -> None:
    wish = Wish("From international development to communications")

    assert explain(wish, MAYA) == (reasons(wish),)


def test_with_nothing_to_go_by_they_at_least_said_yes() -> None:
    assert reasons(Wish("no idea", unsure=True)) == (Reason("open"),)


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        (Reason("made_the_change", {"past": "Aid Worker"}), "Left work as Aid Worker, as you might."),
        (Reason("degree", {"degree": "BCom"}), "Studied BCom, like you."),
        (Reason("open"), "Said yes to questions like yours."),
    ],
)
def test_reasons_are_said_plainly(reason: Reason, said: str) -> None:
    assert say(f"reasons.{reason.key}", "en", **reason.params) == said
