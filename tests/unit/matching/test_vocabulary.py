from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.matching.vocabulary import content, stem, stems, subjects, words


@pytest.mark.parametrize(
    "family",
    [
        ("communications", "communication", "communicator", "communicate"),
        ("manager", "management", "managing", "manage"),
        ("nurse", "nursing", "nurses"),
        ("counselling", "counselor", "counsel"),
        ("consultant", "consulting", "consultancy"),
        ("teacher", "teaching", "teachers"),
    ],
)
def test_one_job_has_one_stem(family: tuple[str, ...]) -> None:
    assert len({stem(word) for word in family}) == 1


@pytest.mark.parametrize("pair", [("policy", "police"), ("product", "production"), ("hospital", "hospitality")])
def test_what_only_looks_alike_stays_apart(pair: tuple[str, str]) -> None:
    assert stem(pair[0]) != stem(pair[1])


def test_synonyms_are_said_in_one_way() -> None:
    assert stems("comms and PR") == stems("communications and public relations")


def test_only_words_with_meaning_are_kept() -> None:
    assert content(words("I'm curious about what it's like to be a Midwife in 2024"), "en") == ("midwif",)


def test_a_degree_in_something_is_about_that() -> None:
    assert [subjects(each) for each in ("BA History", "Bachelor of Arts", "BSc Computer Science")] == [
        {"history"}, {"art"}, {"comput", "scienc"},
    ]  # fmt: skip


@given(st.text())
def test_any_text_has_words(text: str) -> None:
    assert all(word and not word.isspace() for word in words(text))
    assert len(stems(text)) <= 6 * len(text)
