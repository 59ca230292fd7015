from __future__ import annotations

import pytest

from bot.matching import vocabulary as v
from bot.matching.fields import FIELDS, OTHER, field_name, field_of, nearest_field


@pytest.mark.parametrize(
    ("title", "industry", "field"),
    [
        ("Communications Lead", "Charity", "communications"),
        ("Brand Writer", "Advertising agency", "communications"),
        ("Press Officer", "Local government", "communications"),
        ("Yoga Teacher", "", "wellness"),
        ("Physics Teacher", "", "education"),
        ("Accountant", "Health care", "finance"),
        ("Marketing Data Analyst", "", "data"),
        ("Assistant", "Museums", "arts"),
        ("Zyzzyva", "", OTHER),
        ("", "", OTHER),
    ],
)
def test_where_somebody_works(title: str, industry: str, field: str) -> None:
    assert field_of(title, industry) == field


def test_the_nearest_field_of_a_wish() -> None:
    assert nearest_field("I wonder about holistic wellness") == "wellness"
    assert nearest_field("I wonder") is None


def test_every_field_has_a_name_and_words() -> None:
    assert [key for key, _ in v.listed("fields")] == list(FIELDS[:-1])
    assert len({field_name(key, "en") for key in FIELDS}) == len(FIELDS)
