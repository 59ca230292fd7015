"""Two more terms, small ones: whoever changes what is said when hears here first whether a rule is broken by it."""

from __future__ import annotations

import pytest

from adapters.term.simulate import Size, simulate


@pytest.mark.e2e
@pytest.mark.slow
@pytest.mark.parametrize("seed", [2, 3])
def test_a_small_term_breaks_no_rule(seed: int) -> None:
    told: list[str] = []

    played = simulate(seed, Size(students=14, alumni=10, weeks=5), tell=told.append)

    assert played.broken == []
    figures = played.measured.figures
    assert figures["gestures"] > 100
    assert figures["sent"]["nudge"] > 10
    assert sum(figures["intros"].values()) >= 5
    assert len(told) == 5
