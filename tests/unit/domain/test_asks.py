"""Asks: advice that never silences anybody, text made plain, contact held back until the yes."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.asks import Advice, Signals, advise, hold_back_contact, plain

SIGNALS = Signals(
    job=("hire me", "job for me"), unsure=("no idea", "don't know"), searchable=("average salary",), degrees={}
)
WONDER, QUESTION = "I wonder about life as a midwife", "What surprised you in the first year?"


def test_a_good_ask_needs_no_advice() -> None:
    assert advise(WONDER, QUESTION, SIGNALS) == ()


@pytest.mark.parametrize(
    ("wonder", "question", "advice"),
    [
        ("Would you HIRE   me at your place", QUESTION, (Advice.JOB,)),
        (WONDER, "Is there a job for me?", (Advice.JOB,)),
        ("Medicine", QUESTION, (Advice.SHORT,)),
        ("No idea", QUESTION, (Advice.UNSURE,)),
        ("I don’t know what comes after", QUESTION, (Advice.UNSURE,)),
        ("I don't know what comes after", QUESTION, (Advice.UNSURE,)),
        (WONDER, "What is the average salary?", (Advice.SEARCHABLE,)),
        ("Hire me", "Average salary", (Advice.JOB, Advice.SHORT, Advice.SEARCHABLE)),
    ],
)
def test_advice_is_given_by_what_is_said(wonder: str, question: str, advice: tuple[Advice, ...]) -> None:
    assert advise(wonder, question, SIGNALS) == advice


@pytest.mark.parametrize(
    "wonder", ["How do you fire and rehire men", "The jobs for menders of nets", "Hire mentors well"]
)
def test_half_a_word_is_no_sign(wonder: str) -> None:
    assert Advice.JOB not in advise(f"{wonder} these days", QUESTION, SIGNALS)


# --- plain -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("  Hello   there \t you ", "Hello there you"),
        ("a\u202eb\u2066c\u2069d\u200fe\u061cf", "abcdef"),
        ("in\u200bvi\u200dsi\ufeffble\u00ad\u2060", "invisible"),
        ("nul\x00 bell\x07 escape\x1b[31m", "nul bell escape[31m"),
        ("\U000e0041tag \ud800half", "tag half"),
        ("twenty\u00a0minutes\u3000and\u2009more", "twenty minutes and more"),
        ("one\r\ntwo\rthree\u2028four\x85five", "one\ntwo\nthree\nfour\nfive"),
        ("a\n\n\n\n\nb", "a\n\nb"),
        ("a \n \u200b \n\n \n b", "a\n\nb"),
        ("\u3164\u2800\u200b\u115f", ""),
        ("Café, naïve, 東京, مرحبا, 👩🏽", "Café, naïve, 東京, مرحبا, 👩🏽"),
    ],
)
def test_what_could_act_or_hide_is_taken_out_and_the_words_stay(written: str, kept: str) -> None:
    assert plain(written) == kept


@given(st.text())
def test_plain_text_is_plain_already(text: str) -> None:
    assert plain(plain(text)) == plain(text)


@given(st.text())
def test_nothing_hidden_is_left(text: str) -> None:
    left = {unicodedata.category(letter) for letter in plain(text) if letter != "\n"}

    assert left & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"} == set()


# --- contact -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "contact",
    [
        "maya@example.org",
        "maya.rivers+work@mail.example.co.uk",
        "maya @ example.org",
        "maya [at] example [dot] org",
        "maya(at)example.com",
        "https://example.org/maya?x=1",
        "www.example.org",
        "linkedin.com/in/maya",
        "discord.gg/abc",
        "maya.dev",
        "t.me/maya",
        "bath.ac.uk",
        "@maya_rivers",
        "<@U123ABC>",
        "<#C123|general>",
        "+44 20 7946 0958",
        "07700 900123",
        "(020) 7946-0958",
        "555-123-4567",
        "+49.30.1234567",
        "5551234",
        "٠٧٧٠٠٩٠٠١٢٣",
    ],
)
def test_contact_is_held_back_in_every_shape(contact: str) -> None:
    assert hold_back_contact(f"Write to {contact} any time") == ("Write to […] any time", True)


@pytest.mark.parametrize(
    "sentence",
    [
        "In 2015 I moved to 3 teams.",
        "A plain 9-5, or is it?",
        "I worked there 2015-2018 and then 2018 - 2020.",
        "From 2010 2012 to 2014",
        "The deadline was 12.06.2026, or 2026-06-12.",
        "Is 24/7 on call normal? At 9.30 or 10:15?",
        "We were 5 (or 6) in 1999.\n2 years later, 10 000 of us.",
        "1. What surprised you? 2. What helped? 3. What next?",
        "1\n2\n3\n4\n5\n6\n7\n8",
        "I write Node.js, C# and ASP.NET, e.g. at work etc. I'd like more.",
        "Meet me @ 9, i.e. at nine.Me too.",
        "Is $100,000 or 50% more normal? Pi is 3.14159.",
        "Ph.D. or M.Sc.? U.S. or U.K.?",
    ],
)
def test_an_ordinary_sentence_is_left_alone(sentence: str) -> None:
    assert hold_back_contact(sentence) == (sentence, False)


def test_several_are_held_back_and_the_rest_stays() -> None:
    text = "Call 07700 900123 or write to me@example.org.\nI graduate in 2027."

    assert hold_back_contact(text) == ("Call […] or write to […].\nI graduate in 2027.", True)


@given(st.text(max_size=300))
def test_nothing_but_contact_is_lost(text: str) -> None:
    kept, held = hold_back_contact(text)

    assert held or kept == text
