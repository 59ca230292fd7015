"""No sentence for people outside `bot/phrases`: three words in a row elsewhere are a phrase in the wrong place."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterable, Iterator
from functools import cache

import pytest

from tests.house.source import Module, docstrings, last_name, made_up, modules

WORD = re.compile(r"^[^\w]*[^\W\d_]+(?:['’-][^\W\d_]+)*[^\w]*$")
A_SENTENCE = 3

ELSEWHERE = {
    "adapters/cli.py": "click help, and what the operator's terminal shows",
    "adapters/demo.py": "the same",
    "adapters/doctor.py": "the same",
    "adapters/health.py": "the same: what /readyz and /metrics say",
    "adapters/alumni.py": "the same: `grounds alumni`",
    "adapters/bench.py": "the same: `grounds bench`",
    "adapters/nudges.py": "the same: `grounds nudges`",
    "adapters/vocabulary.py": "the same: `grounds vocabulary`",
    "adapters/training": "the same: how learning goes, and the names of O*NET's files and columns",
    "adapters/reports.py": "the same: `grounds report`",
    "adapters/exports.py": "the same: `grounds export`",
    "adapters/terminal.py": "the same",
    "adapters/gallery.py": "what the made-up people on the sandbox's sheet write",
    "adapters/gallery_desk.py": "the same, at the desk",
    "adapters/sandbox_run.py": "the same: `grounds sandbox`",
    "adapters/settings.py": "what is wrong with the environment, told to the operator",
    "adapters/sandbox": "its page and its pretend people are for whoever tries the bot out, not for students",
    "adapters/term": "what made-up people write, and what the operator reads of a simulated term",
    "bot/phrases": "this is where sentences live",
    "storage/engine.py": "why the store can't be opened, told to the operator",
    "storage/migrations": "SQL; nobody is spoken to",
    "storage/statements.py": "the same: what each database is told in its own words",
}
LOGGED = ("debug", "info", "warning", "error", "exception", "critical", "log", "bind")
"""Log events: read by whoever runs it."""
NOT_SPEECH = ("compile", "Field", "warn")
"""Regular expressions, descriptions of settings, warnings."""
SQL = ("exec_driver_sql", "text", "execute", "CheckConstraint", "Index", "comment")
"""In the storage, where nobody is spoken to."""
TO_PEOPLE = ("Refusal", "NotYours", "MovedOn", "Mend")
"""What is raised to be read by people: it carries keys of phrases, never words."""


@cache
def mistakes() -> frozenset[str]:
    """Every exception of ours that tells a programmer or an operator something, and Python's own."""
    classes = [node for module in modules() for node in ast.walk(module.tree) if isinstance(node, ast.ClassDef)]
    known = {name for name, kind in vars(builtins).items() if isinstance(kind, type) and issubclass(kind, Exception)}
    for _ in classes:
        more = {node.name for node in classes if {last_name(base) for base in node.bases} & known} - known
        known |= more - set(TO_PEOPLE)
        if not more - set(TO_PEOPLE):
            break
    return frozenset(known)


def prose(found: Iterable[Module]) -> list[str]:
    """Where three or more words stand that a person may come to read."""
    return [
        f"{module.at(node)} {words[:60]!r}"
        for module in found
        if not module.within(*ELSEWHERE)
        for node, words in _strings(module)
        if _is_a_sentence(words)
    ]


def _is_a_sentence(words: str) -> bool:
    return sum(bool(WORD.match(word)) for word in words.split()) >= A_SENTENCE


def _strings(module: Module) -> Iterator[tuple[ast.AST, str]]:
    """Every string (of an f-string, its fixed parts) that is not excused by where it stands."""
    excused = docstrings(module.tree)
    for node in ast.walk(module.tree):
        for spared in _spared(module, node):
            excused |= {id(inner) for inner in ast.walk(spared)}
    for node in ast.walk(module.tree):
        if id(node) in excused:
            continue
        if isinstance(node, ast.JoinedStr):
            parts = [part.value if isinstance(part, ast.Constant) else "{}" for part in node.values]
            excused |= {id(part) for part in node.values}
            yield node, "".join(map(str, parts))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node, node.value


def _spared(module: Module, node: ast.AST) -> Iterator[ast.AST]:
    """The subtrees whose words nobody is told."""
    if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and last_name(node.exc) not in TO_PEOPLE:
        yield node.exc
    if isinstance(node, ast.Call) and last_name(node) in mistakes():
        yield node
    if isinstance(node, ast.Assert) and node.msg is not None:
        yield node.msg
    if isinstance(node, ast.Call):
        name = last_name(node)
        if name in LOGGED and isinstance(node.func, ast.Attribute) and node.args:
            yield node.args[0]
        if name in NOT_SPEECH or (name in SQL and module.within("storage")):
            yield node
    if isinstance(node, ast.AnnAssign | ast.arg) and node.annotation is not None:
        yield node.annotation


def test_sentences_live_in_the_phrases() -> None:
    assert prose(modules()) == []


@pytest.mark.parametrize(
    "line",
    [
        'title = "Thank you, Maya"',
        'title = f"Maya said yes to {minutes} minutes"',
        'raise Refusal("not for you")',
        'def f(label="See the others"): ...',
        'View(title="x", text="Nothing to see")',
        'labels = {"a": ("Ask the next",)}',
    ],
)
def test_a_sentence_is_found_wherever_it_stands(line: str) -> None:
    assert len(prose([made_up("bot/views/thanks.py", line)])) == 1


@pytest.mark.parametrize(
    "line",
    [
        '"""What this module is for."""',
        'class A:\n    b: int = 1\n    """What b is for."""',
        'raise ValueError(f"no such thing here: {name}")',
        'log.info("a line was sent", line=1)',
        'session.execute(text("SELECT a FROM b"))',
        'say("request.card", "en", alum="Maya R.")',
        'f"{verb}:{token}:{arg}"',
        'zone = "America/New York"',
    ],
)
def test_what_nobody_is_told_is_left_alone(line: str) -> None:
    assert prose([made_up("storage/outbox.py", line)]) == []


def test_only_the_operators_terminal_may_speak_for_itself() -> None:
    line = 'click.echo("The campus is set.")'

    assert prose([made_up("adapters/cli.py", line)]) == []
    assert len(prose([made_up("bot/views/desk.py", line)])) == 1
