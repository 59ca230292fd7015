"""The glossary (README), kept: one word for one thing, and no name that could mean anything."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

import pytest

from bot.phrases import catalogue, languages
from tests.house.source import Module, made_up, modules

EMPTY = frozenset({"manager", "service", "helper", "util", "handler", "data", "info"})
"""Names that say nothing: of classes and modules, singular or plural."""

NOT_OURS = {
    "tenant": "campus",
    "org": "campus",
    "guild": "space",
    "mentor": "alum",
    "mentee": "student",
    "admin": "coordinator",
    "quota": "capacity",
    "ticket": "ask",
    "meeting": "interview",
    "feedback": "thank-you",
}
"""Another trade's word → ours. The platforms' words are at home in their adapters and in the pretend platforms."""
PLATFORMS = ("adapters/slack", "adapters/discord", "adapters/sandbox")

NEVER_SAID = ("mentor", "mentee", "tenant", "ticket", "admin", "user", "users", "informational interview")
"""Never on a screen: nobody calls themself that, and the long word makes people shudder."""


def words_in(name: str) -> list[str]:
    """`ThankYouView`, `thank_you_view` → thank, you, view; plurals made singular."""
    parts = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", name)
    return [part.lower().removesuffix("s") if len(part) > 3 else part.lower() for part in parts]


def empty_names(found: Iterable[Module]) -> list[str]:
    """Classes and modules whose name says nothing."""
    broken = []
    for module in found:
        if EMPTY & set(words_in(PurePosixPath(module.path).stem)):
            broken.append(module.path)
        classes = (node for node in ast.walk(module.tree) if isinstance(node, ast.ClassDef))
        broken += [f"{module.at(node)} {node.name}" for node in classes if EMPTY & set(words_in(node.name))]
    return broken


def other_words(found: Iterable[Module]) -> list[str]:
    """Names that use another trade's word for a thing of ours."""
    return [
        f"{module.at(node)} {name}: say {NOT_OURS[word]}"
        for module in found
        if not module.within(*PLATFORMS)
        for node, name in _named(module)
        for word in words_in(name)
        if word in NOT_OURS
    ]


def _named(module: Module) -> Iterator[tuple[ast.AST, str]]:
    """Everything that this module gives a name to."""
    yield module.tree, PurePosixPath(module.path).stem
    for node in ast.walk(module.tree):
        match node:
            case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield node, name
            case ast.arg(arg=name) | ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store()):
                yield node, name
            case _:
                pass


def test_every_name_says_something() -> None:
    assert empty_names(modules()) == []


def test_the_words_are_the_glossarys() -> None:
    assert other_words(modules()) == []


@pytest.mark.parametrize("language", languages())
def test_people_are_never_called_what_nobody_calls_themself(language: str) -> None:
    said = {key: str(phrase) for key, phrase in catalogue(language).items() if not key.startswith("signals.")}

    assert [
        f"{key}: {word}"
        for key, sentence in said.items()
        for word in NEVER_SAID
        if re.search(rf"(?<![\w{{]){word}(?![\w}}])", sentence, re.IGNORECASE)
    ] == []


@pytest.mark.parametrize("name", ["IntroManager", "SlackHandlers", "PersonInfo", "DataStore"])
def test_an_empty_class_name_is_found(name: str) -> None:
    assert len(empty_names([made_up("bot/domain/intro.py", f"class {name}: ...")])) == 1


@pytest.mark.parametrize("path", ["bot/domain/utils.py", "adapters/http_helper.py", "storage/data.py"])
def test_an_empty_file_name_is_found(path: str) -> None:
    assert len(empty_names([made_up(path, "x = 1")])) == 1


@pytest.mark.parametrize(
    "line", ["def find_mentor(): ...", "mentees = []", "def f(guild_id): ...", "class Ticket: ..."]
)
def test_another_trades_word_is_found(line: str) -> None:
    assert len(other_words([made_up("bot/use_cases/ask.py", line)])) == 1
    assert other_words([made_up("adapters/discord/read.py", line)]) == []


def test_words_that_only_look_alike_are_fine() -> None:
    alike = "class Information: ...\ndef organise(): ...\nmydata = []\nadmitted = ()"

    assert (empty_names([made_up("bot/a.py", alike)]), other_words([made_up("bot/a.py", alike)])) == ([], [])
