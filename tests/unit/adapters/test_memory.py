"""What Python's tidying up looks through."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from adapters.memory import put_aside_what_stays


class Ring:
    """Holds itself."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    thresholds = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*thresholds)


def _looked_through(one: Ring) -> bool:
    return any(each is one for each in gc.get_objects())


def test_only_what_came_later_is_looked_through() -> None:
    stays = Ring()
    assert _looked_through(stays)

    put_aside_what_stays()
    later = Ring()

    assert (_looked_through(stays), _looked_through(later)) == (False, True)


def test_what_is_new_is_looked_through_when_there_is_much_of_it() -> None:
    put_aside_what_stays()
    before = gc.get_stats()[0]["collections"]
    few = [Ring() for _ in range(1000)]
    after_few = gc.get_stats()[0]["collections"]
    many = [Ring() for _ in range(10_000)]

    assert (len(few), len(many)) == (1000, 10_000)
    assert after_few == before
    assert gc.get_stats()[0]["collections"] > before


def test_what_nobody_holds_is_let_go_of_and_not_put_aside() -> None:
    gone = weakref.ref(Ring())

    put_aside_what_stays()

    assert gone() is None
