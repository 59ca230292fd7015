"""What Discord sends, read."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from adapters.discord import read
from adapters.discord.read import GivenFile, Known
from adapters.discord.rights import granted
from bot.domain.people import AT_THE_DESK, Handle, Platform, Right, Space
from bot.views.elements import PressId

TOKEN = "t" * 22


def an_interaction(data: dict[str, Any], *, guild: int | None = None, **user: Any) -> Any:
    """As discord.py hands it over; the contract tests use the real thing."""
    person = SimpleNamespace(**({"id": 7, "global_name": "Maya van Rij", "bot": False} | user))
    return SimpleNamespace(
        id=42,
        data=data,
        user=person,
        guild_id=guild,
        application_id=99,
        locale="en-GB",
        context=SimpleNamespace(private_channel=False),
    )


def a_submission(*components: dict[str, Any], custom_id: str = f"ask:{TOKEN}#0", **resolved: Any) -> Any:
    data = {"custom_id": custom_id, "components": list(components)}
    return an_interaction(data | ({"resolved": resolved} if resolved else {}))


def labelled(**component: Any) -> dict[str, Any]:
    return {"type": 18, "component": component}


def test_the_actor_comes_from_the_interaction() -> None:
    actor = read.command(an_interaction({"name": "intro"}), Known("5", frozenset({Right.STUDENT}))).actor

    assert actor.handle == Handle(Platform.DISCORD, "", "7")
    assert (actor.space, actor.app, actor.rights, actor.language) == ("5", "99", frozenset({Right.STUDENT}), "en")


def test_a_name_is_split_so_that_no_more_than_an_initial_is_shown() -> None:
    actor = read.command(an_interaction({"name": "intro"}), Known()).actor

    assert (actor.given_name, actor.family_name) == ("Maya", "van Rij")


def test_an_account_without_a_name_has_none() -> None:
    actor = read.command(an_interaction({"name": "intro"}, global_name=None), Known()).actor

    assert (actor.given_name, actor.family_name) == ("", "")


@pytest.mark.parametrize(
    ("data", "words", "verb"),
    [
        ({"name": "intro"}, "", "find"),
        ({"name": "intro", "options": [{"type": 3, "name": "what", "value": "mine"}]}, "mine", "mine"),
        ({"name": "host", "options": [{"type": 1, "name": "pause"}]}, "pause", "host_pause"),
        (
            {
                "name": "mydata",
                "options": [
                    {"type": 1, "name": "language", "options": [{"type": 3, "name": "language", "value": " de "}]}
                ],
            },
            "language de",
            "my_language",
        ),
        ({"name": "host", "options": [{"type": 1, "name": "dance"}]}, "dance", ""),
        ({"name": "unheard"}, "", ""),
    ],
)
def test_a_command_becomes_its_words(data: dict[str, Any], words: str, verb: str) -> None:
    interaction = an_interaction(data)

    gesture = read.command(interaction, Known())

    assert (gesture.key, gesture.name, gesture.words) == ("discord:42", data["name"], words)
    assert read.command_verb(interaction) == verb


def test_a_press_carries_its_id() -> None:
    gesture = read.press(an_interaction({"custom_id": f"slot:{TOKEN}:3"}), Known())

    assert gesture.press == PressId("slot", TOKEN, "3")


@pytest.mark.parametrize("custom_id", ["", "x", "no verb:a", "a:" + "b" * 100])
def test_an_id_that_was_never_ours_is_for_the_core_to_refuse(custom_id: str) -> None:
    assert read.press(an_interaction({"custom_id": custom_id}), Known()).press == read.UNREADABLE


def test_a_form_comes_back_with_its_page_and_values() -> None:
    gesture = read.submission(
        a_submission(
            {"type": 10},
            labelled(type=4, custom_id="note", value="Hello"),
            labelled(type=21, custom_id="one", value="b"),
            labelled(type=21, custom_id="none", value=None),
            labelled(type=22, custom_id="many", values=["1"]),
            labelled(type=3, custom_id="listed", values=["x"]),
            labelled(type=3, custom_id="unlisted", values=[]),
            custom_id=f"ask:{TOKEN}:1#2",
        ),
        Known(),
    )

    assert (gesture.press, gesture.page) == (PressId("ask", TOKEN, "1"), 2)
    assert gesture.values == {
        "note": "Hello",
        "one": "b",
        "none": "",
        "many": ("1",),
        "listed": "x",
        "unlisted": "",
    }


def test_a_form_without_a_page_is_read_all_the_same() -> None:
    assert read.send_id(a_submission(custom_id=f"ask:{TOKEN}")) == (PressId("ask", TOKEN), None)
    assert read.send_id(a_submission(custom_id="#")) == (read.UNREADABLE, None)


def test_a_file_is_found_and_its_text_takes_its_place() -> None:
    interaction = a_submission(
        labelled(type=19, custom_id="roster", values=["5"]),
        attachments={"5": {"url": "https://cdn.example/5", "size": 3}},
    )

    assert read.given_files(interaction) == (GivenFile("roster", "https://cdn.example/5", 3),)
    sent = read.submission(interaction, Known(), {"roster": "a,b"})
    assert (sent.values, sent.files) == ({"roster": ""}, {"roster": "a,b"})
    assert read.submission(interaction, Known()).files == {}


SPACE = Space(Platform.DISCORD, "5", "99", "Campus", "1", frozenset({"s"}), frozenset({"c1", "c2"}))


@pytest.mark.parametrize(
    ("roles", "rights"),
    [
        ((), set()),
        (("x",), set()),
        (("s", "x"), {Right.STUDENT}),
        (("c2",), AT_THE_DESK),
        (("s", "c1"), {Right.STUDENT, *AT_THE_DESK}),
    ],
)
def test_roles_give_rights(roles: tuple[str, ...], rights: set[Right]) -> None:
    assert granted(SPACE, roles) == rights


def test_a_right_of_its_own_is_for_the_roles_that_the_operator_named() -> None:
    space = replace(SPACE, settings_roles=frozenset({"boss"}))

    assert granted(space, ("c1",)) == AT_THE_DESK - {Right.SETTINGS}
    assert granted(space, ("boss",)) == {Right.SETTINGS}
    assert granted(space, ("c1", "boss")) == AT_THE_DESK


def test_everyone_can_be_a_student() -> None:
    everyone = Space(Platform.DISCORD, "5", "99", "Campus", "1", everyone_is_student=True)

    assert granted(everyone, ()) == {Right.STUDENT}
