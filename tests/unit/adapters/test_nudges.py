"""`grounds nudges plan`: when what would go to whom, and why something would not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from click.testing import CliRunner, Result

from adapters.cli import grounds
from bot.domain.codes import in_groups, intro_code, read_intro_code
from bot.domain.intro import Intro, State
from storage.engine import open_store
from storage.keys import new_keys_text, read_keys
from tests.world import World

S = State


@pytest.fixture
def world(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """One whose database the command can open too."""
    text = new_keys_text()
    monkeypatch.setenv("GROUNDS_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("GROUNDS_KEYS", text)
    opened = open_store(sqlite_url, read_keys(text))
    yield World(opened)
    opened.close()


@pytest.fixture
def shell(world: World) -> CliRunner:
    return CliRunner()


def run(shell: CliRunner, *words: str) -> Result:
    return shell.invoke(grounds, ["nudges", "plan", *words])


def code_of(intro: Intro) -> str:
    return in_groups(intro_code(intro.desk_token))


def test_it_prints_what_would_be_sent_held_folded_and_dropped(world: World, shell: CliRunner) -> None:
    world.set_rule("closures", "2026-03-05")
    student, alum = world.student(), world.alum()
    intro = world.an_intro(S.REQUESTED, student, alum)

    ran = run(shell, "--intro", code_of(intro).lower(), "--at", world.now.isoformat(), "--json")

    assert ran.exit_code == 0, ran.output
    told = json.loads(ran.output.splitlines()[-1])
    assert (told["code"], told["state"], told["now"]) == (code_of(intro), "requested", world.now.isoformat())
    assert [(line["view"], line["to"], line["status"], line["will"], line["why"]) for line in told["lines"]] == [
        ("request", "alum", "sent", "", ""),
        ("nudge_request", "alum", "waiting", "hold", "closure"),
        ("nudge_request", "alum", "waiting", "send", ""),
        ("expire", "nobody", "waiting", "", ""),
    ]
    assert told["lines"][1]["until"] == "2026-03-06T09:00:00+00:00"
    world.do(alum, "stop", intro)
    told = json.loads(run(shell, "--intro", code_of(intro), "--json").output.splitlines()[-1])
    assert [line["will"] for line in told["lines"]][1:3] == ["drop", "drop"]


def test_it_says_it_in_lines_too(world: World, shell: CliRunner) -> None:
    intro = world.an_intro(S.REQUESTED, world.student(), world.alum())
    world.wait(days=1)
    at = (world.now + timedelta(days=30)).isoformat()

    lines = run(shell, "--intro", code_of(intro), "--at", at).output.splitlines()

    assert lines[0] == f"{code_of(intro)}  requested since {intro.since.isoformat()}"
    assert [line.split()[1:] for line in lines[2:]] == [
        ["alum", "nudge", "nudge_request", "would", "drop", "(too_late)"],
        ["alum", "nudge", "nudge_request", "would", "drop", "(too_late)"],
        ["nobody", "task", "expire", "waiting"],
    ]


def test_it_lists_what_is_under_way_with_codes(world: World, shell: CliRunner) -> None:
    assert run(shell, "--list").output == "Nothing is under way.\n"
    first = world.an_intro(S.REQUESTED, world.student(), world.alum())
    world.an_intro(S.CLOSED, world.student("Sam Oduya"), world.alum("Tom Brook"))

    told = json.loads(run(shell, "--list", "--json").output.splitlines()[-1])

    assert [(one["code"], one["state"]) for one in told["intros"]] == [(code_of(world.fresh(first)), "requested")]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "Say which one with --intro CODE, or see them all with --list.\n"),
        (("--intro", "AAAA-AAAA"), "There is no intro with the code 'AAAA-AAAA'. See them with --list.\n"),
        (("--intro", "x", "--at", "soon"), "--at should be a moment like 2026-03-02T09:00, not 'soon'.\n"),
    ],
)
def test_what_is_not_there_is_told_in_a_line(shell: CliRunner, words: tuple[str, ...], said: str) -> None:
    ran = run(shell, *words)

    assert (ran.exit_code, ran.output) == (1, said)


def test_an_intro_s_code_is_eight_letters_made_from_its_token_and_read_however_it_is_typed() -> None:
    code = intro_code("d" * 22)

    assert (len(code), in_groups(code)[4], intro_code("e" * 22) == code) == (8, "-", False)
    assert read_intro_code(f" {in_groups(code).lower()} ") == code
    assert read_intro_code(code[:7]) == ""
