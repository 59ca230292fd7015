"""What a store was asked while something ran, and how the database goes about it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine, event

from storage.engine import Store


@dataclass
class Heard:
    """Statements in order, with what filled them; transactions' own words are left out."""

    selects: list[tuple[str, Any]] = field(default_factory=list)
    others: list[str] = field(default_factory=list)


def engines_of(store: Store) -> tuple[Engine, Engine]:
    """The one that writes and the one that reads."""
    return store._writing, store._reading


@contextmanager
def listening(store: Store) -> Iterator[Heard]:
    """Hear every statement until the end of the block."""
    heard = Heard()

    def hear(connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            heard.selects.append((statement, parameters))
        elif not statement.upper().startswith(("BEGIN", "SAVEPOINT", "RELEASE")):
            heard.others.append(statement)

    writing, reading = engines_of(store)
    engines = [writing] if writing.pool is reading.pool else [writing, reading]  # one with options hears the other's
    for engine in engines:
        event.listen(engine, "before_cursor_execute", hear)
    try:
        yield heard
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", hear)


def scans(store: Store, statement: str, parameters: Any, tables: frozenset[str]) -> list[str]:
    """The steps of the plan that read one of these tables from end to end; none where an index leads to the rows."""
    with store.connect() as connection:
        if store.is_sqlite:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            steps = [str(row[-1]) for row in plan]
            return [step for step in steps if step.startswith("SCAN") and step.split()[1] in tables]
        found = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", parameters).scalar_one()
        told = json.loads(found) if isinstance(found, str) else found
        return [
            f"{node['Node Type']} on {node['Relation Name']}"
            for node in _nodes(told[0]["Plan"])
            if node["Node Type"] == "Seq Scan" and node.get("Relation Name") in tables
        ]


def _nodes(plan: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield plan
    for inner in plan.get("Plans", ()):
        yield from _nodes(inner)
