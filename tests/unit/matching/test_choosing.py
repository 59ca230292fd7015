"""Whom a student is shown: promises that hold whatever is asked, and whoever is there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.campus import Campus
from bot.domain.capacity import Load
from bot.domain.matches import Record
from bot.domain.offering import Asker, why_not, why_not_to
from bot.domain.people import AlumProfile, Pace, Person, PersonId, Standing
from bot.matching.choosing import choose
from bot.matching.index import Index
from bot.matching.ranking import Wish, rank
from tests.benchmarks._campus import alumni, wonderings

ROSTER = [one.person for one in alumni(7, 60)]
INDEX = Index.build(ROSTER)
EVERYBODY = frozenset(INDEX.entries)
WISHES = [Wish(one.text, one.degree, unsure=one.unsure) for one in wonderings(7, alumni(7, 60), 60, 10)]
TODAY = date(2026, 3, 2)

wishes, seeds = st.sampled_from(WISHES), st.integers(0, 2**32 - 1)
some = st.sets(st.sampled_from(sorted(EVERYBODY))).map(frozenset)
counts = st.integers(0, 5)
records = st.dictionaries(
    st.sampled_from(sorted(EVERYBODY)), st.builds(Record, counts, counts, counts, counts, counts), max_size=20
)
loads = st.dictionaries(st.sampled_from(sorted(EVERYBODY)), st.builds(Load, counts, counts, counts))
terms = st.builds(
    AlumProfile,
    st.sampled_from(Standing),
    pace=st.builds(Pace, st.integers(1, 4), st.integers(1, 3)),
    paused_until=st.sampled_from((None, date(2026, 3, 1), TODAY)),
    languages=st.sampled_from((("en",), ("cy",), ())),
)


@given(wishes, seeds, some, records)
def test_nobody_is_shown_who_may_not_be(
    wish: Wish, seed: int, allowed: frozenset[PersonId], known: Mapping[PersonId, Record]
) -> None:
    shown = [match.alum for match in choose(wish, INDEX, allowed, known, seed)]

    assert (len(shown) <= 3, len(set(shown)) == len(shown), set(shown) <= allowed) == (True, True, True)


@given(terms, st.builds(Load, counts, counts, counts), st.booleans(), st.booleans())
def test_what_may_be_shown_is_never_paused_full_avoided_or_unapproved(
    profile: AlumProfile, load: Load, avoided: bool, asked: bool
) -> None:
    alum = PersonId(2)
    asker = Asker(PersonId(1), frozenset({alum} if avoided else ()), frozenset({alum} if asked else ()))
    free = why_not(profile.terms, load, Campus(), TODAY, "en") is None and why_not_to(asker, alum) is None

    full = load.at_once >= profile.pace.at_once or load.accepted_this_month + load.requested >= profile.pace.month
    kept_back = (profile.standing is not Standing.APPROVED, profile.is_paused(TODAY), full, avoided, asked)
    assert not (free and any(kept_back))
    assert free or any(kept_back) or profile.languages == ("cy",)


@given(wishes, seeds, records)
def test_the_same_ask_shows_the_same_people(wish: Wish, seed: int, known: Mapping[PersonId, Record]) -> None:
    assert choose(wish, INDEX, EVERYBODY, known, seed) == choose(wish, INDEX, EVERYBODY, known, seed)


@settings(max_examples=25, deadline=None)
@given(wishes, seeds, records, st.randoms(use_true_random=False))
def test_the_order_of_the_roster_does_not_matter(
    wish: Wish, seed: int, known: Mapping[PersonId, Record], chance: object
) -> None:
    shuffled = list(ROSTER)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]  # Hypothesis gives a random.Random

    assert choose(wish, Index.build(shuffled), EVERYBODY, known, seed) == choose(wish, INDEX, EVERYBODY, known, seed)


@settings(max_examples=25, deadline=None)
@given(wishes, seeds, st.sampled_from(ROSTER))
def test_who_joins_takes_nobody_elses_place_who_fits_better(wish: Wish, seed: int, newcomer: Person) -> None:
    """Those who rank above the newcomer are the same people in the same order as before."""
    joined = replace(newcomer, id=PersonId(10_000))
    before = [match.alum for match in rank(wish, INDEX, EVERYBODY, seed)]
    after = [match.alum for match in rank(wish, INDEX.with_alum(joined), EVERYBODY | {joined.id}, seed)]

    place = after.index(joined.id) if joined.id in after else len(after)
    assert after[:place] == [alum for alum in before if alum in after[:place]]
