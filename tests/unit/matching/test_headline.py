from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.matching.headline import Headline, read_headline


@pytest.mark.parametrize(
    ("text", "title", "employer", "besides"),
    [
        ("Nurse at St Mary's | Mum of two", "Nurse", "St Mary's", ("Mum of two",)),
        ("Senior Brand Manager (m/f/d) – Remote, London", "Senior Brand Manager", "", ()),
        ("Data Engineer @ Paperboat Apps", "Data Engineer", "Paperboat Apps", ()),
        ("Care Assistant - Nights - £12.50 per hour", "Care Assistant", "", ()),
        ("Registered Nurse (RN), Full Time", "Registered Nurse", "", ("RN",)),
        ("Software Engineer II #R-20913", "Software Engineer II", "", ()),
        ("Contract Manager", "Contract Manager", "", ()),
        ("Co-ordinator", "Co-ordinator", "", ()),
        ("Remote", "Remote", "", ()),
        ("", "", "", ()),
    ],
)  # fmt: skip
def test_a_headline_is_read_in_its_parts(text: str, title: str, employer: str, besides: tuple[str, ...]) -> None:
    assert read_headline(text) == Headline(title, employer, besides)


@given(st.text())
def test_whoever_wrote_something_keeps_a_title(text: str) -> None:
    assert bool(read_headline(text).title) == bool(text.split())
