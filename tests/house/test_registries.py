"""The registries fit together: what is told can be shown, what is pressed is known, no key goes out."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

import pytest

from bot.conversation.commands import COMMANDS, SlashCommand
from bot.conversation.verbs import REOPEN, VERBS
from bot.domain.intro import LIFECYCLE, Who, other
from bot.domain.news import NEWS
from bot.domain.nudges import PLAN
from bot.views import FORMS, VIEWS
from tests.house.source import Module, calls, last_name, literal, made_up, modules

VERB_AT = {"PressId": 0, "press": 1, "main": 1}
"""Where the verb stands among the arguments."""


def keys_given_away(found: Iterable[Module]) -> list[str]:
    """Ids of buttons and forms that are made from a table key (`intro.id`) instead of a token."""
    return [
        f"{module.at(inner)} {ast.unparse(inner)}"
        for module in found
        for call in calls(module.tree, *VERB_AT, "Button", "Option")
        for inner in ast.walk(call)
        if isinstance(inner, ast.Attribute) and inner.attr == "id"
    ]


def verbs_pressed(found: Iterable[Module]) -> dict[str, str]:
    """Every verb on a button or a form → where it stands."""
    pressed: dict[str, str] = {}
    for module in found:
        for call in calls(module.tree, *VERB_AT):
            place = VERB_AT[last_name(call)]
            given = call.args[place] if len(call.args) > place else None
            for verb in _either(given):
                pressed.setdefault(verb, module.at(call))
    return pressed


def _either(node: ast.AST | None) -> Iterator[str]:
    """A literal, or each of the two of a conditional one."""
    if isinstance(node, ast.IfExp):
        yield from _either(node.body)
        yield from _either(node.orelse)
    verb = literal(node)
    if verb is not None:
        yield verb


def told() -> set[tuple[str, Who]]:
    """(move, who) for everybody whom some move of the table tells; who moved it knows already."""
    found = set()
    for row in LIFECYCLE:
        for by in row.by:
            whom = () if row.tells is None else row.tells or (other(by),)
            found |= {(row.move, who) for who in whom if who is not by}
    return found


def test_every_nudge_has_a_view() -> None:
    assert sorted({row.view for row in PLAN} - set(VIEWS)) == []


def test_everybody_whom_a_move_tells_is_told_something() -> None:
    assert sorted(told() - set(NEWS)) == []


def test_all_news_has_a_view() -> None:
    assert sorted({view for view, _kind in NEWS.values()} - set(VIEWS)) == []


def test_every_view_is_registered_once() -> None:
    """A dict forgets in silence that a name was there before."""
    named = [
        key
        for module in modules("bot/views")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.AnnAssign)
        and isinstance(node.target, ast.Name)
        and node.target.id == "VIEWS"
        and isinstance(node.value, ast.Dict)
        for name in node.value.keys
        if (key := literal(name))
    ]

    assert sorted(named) == sorted(set(named))
    assert set(named) == set(VIEWS)


def test_every_view_is_shown_by_somebody() -> None:
    """As a nudge, as news, or by name in a use case or at the front door."""
    names = {
        text
        for module in modules("bot/use_cases", "bot/conversation", "bot/domain", "adapters")
        for node in ast.walk(module.tree)
        if (text := literal(node))
    }

    assert sorted(set(VIEWS) - names) == []
    assert sorted(set(FORMS) - names) == []


def test_no_button_carries_a_table_key() -> None:
    assert keys_given_away(modules("bot/views", "bot/conversation")) == []


def test_a_table_key_on_a_button_is_noticed() -> None:
    view = made_up("bot/views/request.py", 'Button("Ask Maya", PressId("ask", str(match.alum.id)))')

    assert len(keys_given_away([view])) == 2  # in the button, and in its id


def test_whatever_can_be_pressed_or_typed_is_a_verb() -> None:
    typed = {sub.verb: f"/{command.name} {sub.name}" for command in COMMANDS for sub in command.subs}
    asked = typed | verbs_pressed(modules("bot/views", "bot/conversation"))

    assert {verb: where for verb, where in asked.items() if verb not in {*VERBS, REOPEN}} == {}


def test_every_verb_can_be_pressed_or_typed() -> None:
    typed = {sub.verb for command in COMMANDS for sub in command.subs}

    assert sorted(set(VERBS) - typed - set(verbs_pressed(modules("bot", "adapters")))) == []


def test_every_verb_has_a_command_that_exists() -> None:
    known = {f"/{command.name} {sub.name}" for command in COMMANDS for sub in command.subs}
    known |= {f"/{command.name}" for command in COMMANDS if command.bare}

    assert {name: verb.by_command for name, verb in VERBS.items() if verb.by_command not in known} == {}


def test_a_verb_does_something_or_opens_a_form_and_not_both() -> None:
    assert [name for name, verb in VERBS.items() if bool(verb.does) == bool(verb.opens)] == []


def test_the_forms_of_verbs_exist_and_every_form_is_opened_and_sent() -> None:
    opened = {verb.opens for verb in VERBS.values() if verb.opens}
    sent = {verb.form for verb in VERBS.values() if verb.form}

    assert (sorted(opened ^ set(FORMS)), sorted(sent ^ set(FORMS))) == ([], [])


def test_a_verb_fits_into_the_id_of_a_button() -> None:
    """24 of the 100 characters that Discord allows (views/elements.py)."""
    assert [verb for verb in VERBS if len(verb) > 24 or not verb.isidentifier()] == []


def test_the_moves_of_verbs_are_in_the_table() -> None:
    moves = {row.move for row in LIFECYCLE}

    assert {name: verb.move for name, verb in VERBS.items() if verb.move and verb.move not in moves} == {}


def views_named(found: Iterable[Module]) -> dict[str, str]:
    """Every view that an answer or a message names → where."""
    named: dict[str, str] = {}
    for module in found:
        for call in calls(module.tree, "Say", "_shows", "Message"):
            given = next((word.value for word in call.keywords if word.arg == "view"), None)
            if last_name(call) != "Message" and call.args:
                given = call.args[0]
            is_task = any(word.arg == "kind" and ast.unparse(word.value).endswith("TASK") for word in call.keywords)
            for view in () if is_task else _either(given):
                named.setdefault(view, module.at(call))
    return named


def test_every_answer_and_message_names_a_view_that_exists() -> None:
    named = views_named(modules("bot"))

    assert {view: where for view, where in named.items() if view not in VIEWS} == {}


def test_a_view_is_found_wherever_it_is_named() -> None:
    said = 'Say("a" if x else "b", {})\nMessage(kind=Kind.NEWS, view="c")\nMessage(kind=Kind.TASK, view="ask_next")'

    assert set(views_named([made_up("bot/use_cases/ask.py", said)])) == {"a", "b", "c"}


def test_a_verb_is_found_wherever_it_is_pressed() -> None:
    view = made_up(
        "bot/views/request.py",
        'press(a, "skip")\nmain(a, "ask" if b else "ask_next", token)\nForm("t", PressId("send", token), "s", ())',
    )

    assert set(verbs_pressed([view])) == {"skip", "ask", "ask_next", "send"}


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_a_command_says_each_word_once_and_ends_with_help(command: SlashCommand) -> None:
    names = [sub.name for sub in command.subs]

    assert len(set(names)) == len(names)
    assert names[-1] == "help"
