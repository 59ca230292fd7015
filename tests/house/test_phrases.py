"""Every phrase exists, is used, and can be filled alike in each language.

A key is used where it stands as a literal (`say("request.card", …)`) or where an f-string could make it
(`say(f"refusals.{refusal.key}", …)`). In the second case each filled-in part must be a word that stands somewhere in
our code: a phrase for a refusal that nobody makes is as unused as any other.
"""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

import pytest
from babel import Locale

from bot.phrases import FALLBACK, catalogue, languages, say
from tests.house.source import Module, calls, docstrings, literal, made_up, modules, names_of

UNDER = {"Refusal": "refusals", "Mend": "mend"}
"""What takes a key without its section."""
ANOTHER_SAY = {"adapters/demo.py": "its `say` prints to the terminal"}
READ_ELSEWHERE = {"signals": "word lists, read by `word_list()`"}
"""Sections that are no sentences."""


def sentences(language: str) -> dict[str, Any]:
    """Every phrase of a language: key → sentence, or forms by plural category."""
    return {key: said for key, said in catalogue(language).items() if key.partition(".")[0] not in READ_ELSEWHERE}


def forms(said: object) -> list[str]:
    """A phrase's sentences: one, or one a plural category."""
    return [str(form) for form in said.values()] if isinstance(said, Mapping) else [str(said)]


def placeholders(sentence: str) -> set[str]:
    """The names in a sentence's braces. Raises ValueError where the braces don't match."""
    return {name for _text, name, _spec, _conversion in string.Formatter().parse(sentence) if name is not None}


def needed(said: object) -> set[str]:
    """Every placeholder of a phrase."""
    return set().union(*(placeholders(form) for form in forms(said)))


# --- in the code ---------------------------------------------------------------------------------------------------


def literals(found: Iterable[Module]) -> set[str]:
    """Every string of the code that is not a docstring."""
    return {text for text, _module, _node in _literals(found)}


def _literals(found: Iterable[Module]) -> Iterator[tuple[str, Module, ast.AST]]:
    for module in found:
        aside = docstrings(module.tree)
        for node in ast.walk(module.tree):
            text = literal(node)
            if text is not None and id(node) not in aside:
                yield text, module, node


def patterns(found: Iterable[Module], begins: str = r"^[a-z_]+\\\.") -> list[tuple[re.Pattern[str], str]]:
    """Every f-string that could make a key (it begins with a section), and its place."""
    made = []
    for module in found:
        for node in ast.walk(module.tree):
            if isinstance(node, ast.JoinedStr):
                parts = [
                    re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"([a-z0-9_]+)"
                    for part in node.values
                ]
                if re.match(begins, "".join(parts)):
                    made.append((re.compile("".join(parts)), module.at(node)))
    return made


ENDING = r"^\(\[a-z0-9_\]\+\)_[a-z_]+$"
"""`f"{item}_empty"`: how a key without its section is made."""


def names_used(found: Iterable[Module]) -> set[str]:
    """Every word of the code that could fill a part of a key: strings, their parts, fields, parameters, keywords."""
    used: set[str] = set()
    for module in found:
        for node in ast.walk(module.tree):
            match node:
                case ast.Constant(value=str(text)) if re.fullmatch(r"[a-z0-9_.]+", text):
                    used |= {text, *text.split(".")}
                case ast.AnnAssign(target=ast.Name(id=name)) | ast.keyword(arg=str(name)) | ast.arg(arg=name):
                    used.add(name)
                case ast.Name(id=name) if name.isupper():
                    used.add(name.lower())
    return used


def unused(keys: Iterable[str], found: Iterable[Module]) -> list[str]:
    """Keys that nothing says."""
    found = tuple(found)
    whole, made, words = literals(found), [pattern for pattern, _ in patterns(found)], names_used(found)
    ended = [pattern for pattern, _ in patterns(found, ENDING)]
    exact = {key for key, _ in keys_raised(found)}

    def is_a_word(part: str) -> bool:
        """One of ours, a number, or two of ours joined (`commands.<command>_<sub>`)."""
        ends = [place for place, letter in enumerate(part) if letter == "_"]
        return part.isdigit() or part in words or any(part[:end] in words and part[end + 1 :] in words for end in ends)

    def is_used(key: str) -> bool:
        if key in whole or key in exact:
            return True
        section, _, name = key.partition(".")
        if section in UNDER.values():  # in a table of refusals, say: whole, or with the name of an item before it
            endings = (pattern.fullmatch(name) for pattern in ended)
            return name in whole or any(fits[1] in words for fits in endings if fits)
        return any(
            all(is_a_word(part) for part in fits.groups())
            for fits in (pattern.fullmatch(key) for pattern in made)
            if fits
        )

    return [key for key in keys if not is_used(key)]


def unknown(keys: Iterable[str], found: Iterable[Module]) -> list[str]:
    """Places that say what is in no catalogue."""
    found, keys = tuple(found), set(keys)
    broken = []
    for module in found:
        for call in said_in(module):
            key = literal(call.args[0]) if call.args else None
            if key is not None and key not in keys:
                broken.append(f"{module.at(call)} {key}")
    broken += [f"{at} {key}" for key, at in keys_raised(found) if key not in keys]
    sections = {key.partition(".")[0] for key in keys}
    for pattern, at in patterns(found):
        section = pattern.pattern.partition("\\.")[0]
        if section in sections and not any(pattern.fullmatch(key) for key in keys):
            broken.append(f"{at} {pattern.pattern}")
    return broken


def keys_raised(found: Iterable[Module]) -> list[tuple[str, str]]:
    """(Key, place) for each Refusal or Mend that is raised with a literal; also by a kind of Refusal of its own."""
    raised = []
    for module in found:
        for call in calls(module.tree, *UNDER):
            name = getattr(call.func, "id", getattr(call.func, "attr", ""))
            given = list(call.args[:1])
            if given and isinstance(given[0], ast.Dict):
                given = [value.elts[0] if isinstance(value, ast.Tuple) else value for value in given[0].values]
            raised += [(name, key, module.at(call)) for node in given for key in _each(node)]
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ClassDef) and any(getattr(base, "id", "") == "Refusal" for base in node.bases):
                for call in calls(node, "__init__"):
                    raised += [("Refusal", key, module.at(call)) for given in call.args[:1] for key in _each(given)]
    return [(key if "." in key else f"{UNDER[name]}.{key}", at) for name, key, at in raised]


def _each(node: ast.AST) -> Iterator[str]:
    """A literal, or each of the two of a conditional one."""
    if isinstance(node, ast.IfExp):
        yield from _each(node.body)
        yield from _each(node.orelse)
    key = literal(node)
    if key is not None:
        yield key


def said_in(module: Module) -> list[ast.Call]:
    """Calls that take a whole key first: of our `say`, or of somebody's `.say`; not of another function called so."""
    if module.path in ANOTHER_SAY:
        return []
    ours = names_of(module).get("say") == "bot.phrases.say"
    return [call for call in calls(module.tree, "say") if ours or isinstance(call.func, ast.Attribute)]


def not_filled(said: Mapping[str, object], found: Iterable[Module]) -> list[str]:
    """Calls that leave a placeholder of their phrase empty. A call with `**` is trusted."""
    broken = []
    for module in found:
        for call in said_in(module):
            key = literal(call.args[0]) if call.args else None
            given = {word.arg or "**" for word in call.keywords}
            if key is not None and key in said and "**" not in given:
                broken += [f"{module.at(call)} {key}: {name}" for name in sorted(needed(said[key]) - given)]
    return broken


@cache
def ours() -> tuple[Module, ...]:
    return modules("bot", "adapters")


# --- the house ------------------------------------------------------------------------------------------------------


def test_every_phrase_is_said_somewhere() -> None:
    assert unused(sentences(FALLBACK), ours()) == []


def test_everything_said_is_a_phrase() -> None:
    assert unknown(sentences(FALLBACK), ours()) == []


def test_every_placeholder_is_filled() -> None:
    assert not_filled(sentences(FALLBACK), ours()) == []


@pytest.mark.parametrize("language", languages())
def test_every_language_fills_the_same_placeholders(language: str) -> None:
    english, here = sentences(FALLBACK), sentences(language)

    assert sorted(set(here) - set(english)) == []
    assert {key: needed(said) for key, said in here.items()} == {key: needed(english[key]) for key in here}


@pytest.mark.parametrize("language", languages())
def test_what_counts_has_a_form_for_every_number(language: str) -> None:
    categories = {*Locale.parse(language).plural_form.tags, "other"}
    counted = {key: said for key, said in sentences(language).items() if isinstance(said, Mapping)}

    assert {key: sorted(said) for key, said in counted.items() if set(said) - {"zero"} != categories - {"zero"}} == {}
    assert [key for key, said in counted.items() if "zero" in said and not is_said_of_nothing(key, language)] == []


def is_said_of_nothing(key: str, language: str) -> bool:
    """Whether the sentence for none at all is the one that is said then: in most languages 0 counts as `other`."""
    given: dict[str, object] = {name: f"<{name}>" for name in needed(sentences(language)[key])} | {"count": 0}
    return say(key, language, **given) == str(sentences(language)[key]["zero"]).format(**given)


@pytest.mark.parametrize("language", languages())
def test_every_phrase_says_something_in_words(language: str) -> None:
    """A picture alone is read out as its name, or not at all."""
    wordless = [
        key
        for key, said in sentences(language).items()
        for form in forms(said)
        if not any(letter.isalpha() for letter in re.sub(r"\{[^}]*\}", "", form)) and not placeholders(form)
    ]

    assert wordless == []


@pytest.mark.parametrize("language", languages())
def test_no_phrase_is_written_twice_over(language: str) -> None:
    """No stray blanks, and no markup: adapters escape every text, so a star would stand there as a star."""
    untidy = [
        key
        for key, said in sentences(language).items()
        for form in forms(said)
        if form != form.strip() or re.search(r"\*\w|\w\*|__|`|<[@#!]|  ", form)
    ]

    assert untidy == []


# --- the rules themselves -------------------------------------------------------------------------------------------

SAID = made_up(
    "bot/views/thanks.py",
    """
    from bot.phrases import say
    def f(language, name, kind: str):
        raise Refusal("too_late" if name else "not_yet", day=1)
        raise Mend({"question": ("too_long", {"most": 3}), "day": "too_soon"})
        say("thanks.title", language, alum=name)
        say(f"reasons.{kind}", language)
        kinds = ("degree",)
        errors = f"{name}_empty"
    """,
)


def test_a_phrase_that_nobody_says_is_noticed() -> None:
    keys = ["thanks.title", "thanks.old", "reasons.degree", "reasons.gone", "refusals.too_late", "refusals.gone"]
    keys += ["mend.kind_empty", "mend.other_empty"]

    assert unused(keys, [SAID]) == ["thanks.old", "reasons.gone", "refusals.gone", "mend.other_empty"]


def test_a_key_without_a_phrase_is_noticed() -> None:
    assert unknown(["thanks.other", "reasons.degree", "refusals.not_yet"], [SAID]) == [
        "bot/views/thanks.py:6 thanks.title",
        "bot/views/thanks.py:4 refusals.too_late",
        "bot/views/thanks.py:5 mend.too_long",
        "bot/views/thanks.py:5 mend.too_soon",
    ]


def test_an_empty_placeholder_is_noticed() -> None:
    phrases = {"thanks.title": {"one": "{alum} got it", "other": "{alum} got {count}"}}

    assert not_filled(phrases, [SAID]) == ["bot/views/thanks.py:6 thanks.title: count"]
