"""Our own source, read as trees: what the house tests look at.

A rule is a function from modules to a list of places that break it, so that each can also be shown a made-up module
that does: a rule that never says no is a wish.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from textwrap import dedent

HOME = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Module:
    """One Python file: `path` from the top folder with slashes, its text and its tree."""

    path: str
    text: str
    tree: ast.Module

    def at(self, node: ast.AST) -> str:
        """Where a node stands, as an editor jumps to it."""
        return f"{self.path}:{getattr(node, 'lineno', 0)}"

    def within(self, *folders: str) -> bool:
        """Whether it lies in one of these folders, or is one of these files."""
        return any(self.path == folder or self.path.startswith(f"{folder}/") for folder in folders)


def made_up(path: str, text: str) -> Module:
    """A module that never was, to show a rule."""
    text = dedent(text)
    return Module(path, text, ast.parse(text))


@cache
def modules(*folders: str) -> tuple[Module, ...]:
    """Every module of ours in these folders; by default, all that runs for people (the tests are not)."""
    paths = sorted(
        path for folder in folders or ("bot", "adapters", "storage") for path in (HOME / folder).rglob("*.py")
    )
    texts = ((path.relative_to(HOME).as_posix(), path.read_text(encoding="utf-8")) for path in paths)
    return tuple(Module(path, text, ast.parse(text, path)) for path, text in texts)


def names_of(module: Module) -> Mapping[str, str]:
    """What each imported name means in full: `from datetime import datetime as dt` gives `dt: datetime.datetime`."""
    found: dict[str, str] = {}
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                found[alias.asname or alias.name.split(".", maxsplit=1)[0]] = (
                    alias.name if alias.asname else alias.name.split(".", maxsplit=1)[0]
                )
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    return found


def in_full(node: ast.AST, names: Mapping[str, str]) -> str:
    """The full name of an attribute chain or name (`time.monotonic`); empty for anything else."""
    if isinstance(node, ast.Name):
        return names.get(node.id, node.id)
    if isinstance(node, ast.Attribute):
        before = in_full(node.value, names)
        return f"{before}.{node.attr}" if before else ""
    return ""


def last_name(node: ast.AST) -> str:
    """The last part of what is called: `click.echo(…)` gives `echo`."""
    if isinstance(node, ast.Call):
        return last_name(node.func)
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def calls(tree: ast.AST, *names: str) -> Iterator[ast.Call]:
    """Every call of something with one of these last names."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and last_name(node) in names:
            yield node


def literal(node: ast.AST | None) -> str | None:
    """The text of a plain string literal."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def docstrings(tree: ast.AST) -> set[int]:
    """The ids of every string that stands alone as a statement: docstrings, also those of attributes."""
    return {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
    }
