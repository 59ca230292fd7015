"""What the front page promises is what is done: commands, settings, tests; and nobody's machine stands in a file."""

from __future__ import annotations

import importlib
import re
import subprocess
import tomllib
from collections.abc import Iterable, Mapping

import pytest

from bot.conversation.commands import COMMANDS
from tests.house.source import HOME, modules

README = (HOME / "README.md").read_text(encoding="utf-8")
PROJECT = tomllib.loads((HOME / "pyproject.toml").read_text(encoding="utf-8"))
TEST = "uv run pytest"

HOSTS = re.compile(r"pypi[.]org|python[h]osted|/[o]pt/|/[h]ome/[a-z]|/[w]ork/|/[r]oot/|find[-]links", re.IGNORECASE)
"""Registries' hosts and a machine's own paths, spelt so that this file is not its own first find."""


def shown_as_code(page: str) -> list[str]:
    """The lines inside a page's code blocks."""
    return [line.strip() for block in re.findall(r"```\w*\n(.*?)```", page, re.DOTALL) for line in block.splitlines()]


def hosts_named(texts: Mapping[str, str]) -> list[str]:
    """Files that name a registry's host or a path of one machine."""
    return [f"{path}: {found[0]}" for path, text in texts.items() if (found := HOSTS.findall(text))]


def tracked() -> dict[str, str]:
    """Every text file that is, or would be, in the repository."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=HOME, capture_output=True, text=True, check=False).stdout.splitlines()
    texts = {}
    for path in listed:
        try:
            texts[path] = (HOME / path).read_text(encoding="utf-8")
        except (UnicodeDecodeError, FileNotFoundError, IsADirectoryError):
            continue
    return texts


def test_the_two_commands_are_the_first_code_that_one_sees() -> None:
    code = shown_as_code(README)

    assert code[0] == "pip install uv && uv run grounds demo"
    assert TEST in code


def test_ci_ends_with_the_readmes_test_command() -> None:
    script = (HOME / ".ci/run").read_text(encoding="utf-8")
    ran = [line.removeprefix("run ") for line in script.splitlines() if line.startswith("run ")]

    assert ran[-1] == TEST
    assert "set -euo pipefail" in script
    assert (HOME / ".ci/run").stat().st_mode & 0o111


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_command_is_on_the_front_page(command: object) -> None:
    assert isinstance(command, type(COMMANDS[0]))
    row = next((line for line in README.splitlines() if line.startswith(f"| `/{command.name}`")), "")

    assert [sub.name for sub in command.subs if not re.search(rf"\b{sub.name}\b", row)] == []


def test_every_setting_is_on_the_front_page() -> None:
    read = {
        name
        for module in modules("adapters")
        if module.path == "adapters/settings.py"
        for name in re.findall(r"\b(?:GROUNDS|SLACK|DISCORD)_[A-Z_]*[A-Z]\b", module.text)
    }

    assert sorted(name for name in read if name not in README) == []


def test_the_grounds_command_is_there() -> None:
    module, _, name = PROJECT["project"]["scripts"]["grounds"].partition(":")

    assert callable(getattr(importlib.import_module(module), name))


def test_no_file_names_a_registry_or_a_machine() -> None:
    assert hosts_named(tracked()) == []


def test_no_lock_with_hosts_is_tracked() -> None:
    assert [path for path in tracked() if path.endswith(("uv.lock", "poetry.lock"))] == []


def pinned(lines: Iterable[str]) -> dict[str, str]:
    """Name → version of `name==version ; marker` lines; hashes are passed over."""
    pins = (re.match(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", line) for line in lines)
    return {pin[1]: pin[2] for pin in pins if pin}


def name_of(need: str) -> str:
    """`discord.py>=2` → discord-py."""
    return re.sub(r"[-_.]+", "-", re.split(r"[\[<>=!~ ;]", need)[0]).lower()


def test_every_dependency_is_pinned_exactly_and_the_image_runs_the_same() -> None:
    settings = PROJECT["tool"]["uv"]
    pins = pinned(settings["constraint-dependencies"])
    image = pinned((HOME / "requirements.lock").read_text(encoding="utf-8").splitlines())
    runs = {name_of(need) for need in PROJECT["project"]["dependencies"]}
    works = {name_of(need) for need in PROJECT["dependency-groups"]["dev"]}

    assert sorted((runs | works) - set(pins)) == []
    assert {name: version for name, version in image.items() if pins.get(name) != version} == {}
    assert sorted(runs - set(image)) == []
    assert settings["python-downloads"] == "never"


def test_the_build_backend_is_pinned() -> None:
    pins = pinned(PROJECT["tool"]["uv"]["build-constraint-dependencies"])

    assert [need for need in PROJECT["build-system"]["requires"] if pinned([need]).items() - pins.items()] == []
    assert all("==" in need for need in PROJECT["build-system"]["requires"])
    assert pinned((HOME / "deploy/build.lock").read_text(encoding="utf-8").splitlines()) == pins


def test_a_host_in_a_file_is_noticed() -> None:
    assert hosts_named({"a.txt": "--find" + "-links somewhere", "b.txt": "nothing"}) == ["a.txt: find" + "-links"]
