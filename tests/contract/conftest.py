"""What several suites stand on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.domain.people import Platform
from storage.engine import open_store
from storage.keys import Keys
from tests.contract.desk_place import Desk, a_desk


@pytest.fixture(params=list(Platform))
async def desk(request: Any, sqlite_url: str, keys: Keys, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Desk]:
    """The desk on each platform in turn, on a database that nobody has used."""
    store = open_store(sqlite_url, keys)
    async with a_desk(request.param, store, monkeypatch) as found:
        yield found
    store.close()
