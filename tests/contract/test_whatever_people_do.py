"""Whatever people do, in any order, and whatever befalls the bot meanwhile: what was promised stays true.

`GROUNDS_TEST_EXAMPLES=500 uv run pytest -n 0 tests/contract/test_whatever_people_do.py` looks longer, and at other
lives each time; without it the same few are lived, so that nobody's change fails by another's bad luck.
"""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.contract.lives import WhateverPeopleDo

EXAMPLES = os.environ.get("GROUNDS_TEST_EXAMPLES", "")
STEPS = 30


class OnPostgres(WhateverPeopleDo):
    kind = "postgres"


def longer_or_the_same(few: int) -> settings:
    return settings(
        max_examples=int(EXAMPLES or few),
        stateful_step_count=STEPS,
        derandomize=not EXAMPLES,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        print_blob=True,
        report_multiple_bugs=False,
    )


def test_on_sqlite_every_promise_is_kept() -> None:
    run_state_machine_as_test(WhateverPeopleDo, settings=longer_or_the_same(12))


@pytest.mark.postgres
def test_on_postgres_every_promise_is_kept() -> None:
    run_state_machine_as_test(OnPostgres, settings=longer_or_the_same(8))
