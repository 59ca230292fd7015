"""What every test may ask for: a fresh database of either kind, and an open store in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.engine import Store, open_store
from storage.keys import Keys
from tests import databases
from tests.world import World


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        databases.begin_run()


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        databases.end_run()


@pytest.fixture
def keys() -> Keys:
    """What the test's databases are sealed with."""
    return databases.keys()


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The address of a fresh migrated SQLite file."""
    return databases.new_sqlite(tmp_path)


@pytest.fixture
def postgres_url() -> Iterator[str]:
    """The address of a fresh migrated Postgres database."""
    with databases.new_postgres() as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of a fresh migrated database: the test runs once on each kind."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def store(database_url: str, keys: Keys) -> Iterator[Store]:
    """An open store in a fresh database, on each kind in turn."""
    opened = open_store(database_url, keys)
    yield opened
    opened.close()


@pytest.fixture
def world(sqlite_url: str, keys: Keys) -> Iterator[World]:
    """A small world for stories. What differs between databases is the business of tests/contract."""
    opened = open_store(sqlite_url, keys)
    yield World(opened)
    opened.close()


@pytest.fixture
def world_on_both(store: Store) -> World:
    """The same on each kind of database in turn, for stories of locks and claims."""
    return World(store)
