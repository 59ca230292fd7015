from __future__ import annotations

import pytest

from bot.matching.reading import Hope, read


def hope(text: str, degree: str = "") -> Hope:
    return read(text, degree, "en", unsure=False)


@pytest.mark.parametrize(
    ("text", "goal", "origin"),
    [
        ("I work in human rights and wonder about communications", ("communic",), ("human", "right")),
        ("from event management to something with holistic wellness", ("holistic", "wellness"), ("event", "manag")),
        ("I'd love to hear about nursing, I'm a bartender", ("nurs",), ("bartend",)),
        ("What is it like to be a vet?", ("vet",), ()),
        ("I work in events", ("event",), ()),
        ("", (), ()),
    ],
)  # fmt: skip
def test_what_is_hoped_for_is_told_from_what_one_comes_from(
    text: str, goal: tuple[str, ...], origin: tuple[str, ...]
) -> None:
    read_as = hope(text)

    assert (read_as.goal, read_as.origin) == (goal, origin)


def test_a_degree_is_no_wish() -> None:
    read_as = hope("I have a Bachelor of Commerce and am curious about marketing")

    assert (read_as.goal, read_as.subjects) == (("market",), frozenset({"commerc"}))


@pytest.mark.parametrize("degree", ["Bachelor of Commerce", "BCom (Hons)", "B.Com. 2019", "Commerce", "b comm"])
def test_a_degree_is_known_however_it_is_written(degree: str) -> None:
    assert hope("", degree).subjects == {"commerc"}


@pytest.mark.parametrize("text", ["I study biology", "my degree is in biology", "I have a biology degree"])
def test_what_was_studied_is_read_from_the_text(text: str) -> None:
    assert hope(text).subjects == {"biology"}


@pytest.mark.parametrize("text", ["No idea", "I'm not sure", "I don't know", "I don’t know"])
def test_not_knowing_is_heard(text: str) -> None:
    assert (hope(text).unsure, hope(text).goal) == (True, ())


def test_a_very_long_wish_is_read_all_the_same() -> None:
    assert "nurs" in hope("nursing " + "blah " * 100_000).goal
