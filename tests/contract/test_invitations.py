"""`grounds alumni invitations`: letters for the mail merge, from the 40 rows that come with the sandbox."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from adapters.cli import grounds
from adapters.sandbox_run import ROSTER
from bot.domain.codes import in_groups, read_code
from bot.views.invitations import COLUMNS, disarmed

Grounds = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Grounds:
    """The command, with a database of its own that holds the sandbox's roster."""
    monkeypatch.setenv("GROUNDS_DATABASE_URL", f"sqlite:///{tmp_path / 'campus.db'}")
    monkeypatch.delenv("GROUNDS_KEYS", raising=False)

    def runs(*words: str) -> Result:
        return CliRunner().invoke(grounds, list(words))

    assert runs("alumni", "import", str(ROSTER)).exit_code == 0
    return runs


def read(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lying:
        return list(csv.DictReader(lying))


def test_each_of_forty_gets_a_code_a_link_and_a_letter(run: Grounds, tmp_path: Path) -> None:
    file = tmp_path / "letters.csv"
    run("campus", "set", "discord_invite", "https://discord.gg/eastmere")
    run("campus", "set", "name", "Eastmere University")

    told = run("alumni", "invitations", str(file))

    rows = read(file)
    assert (told.exit_code, len(rows), tuple(rows[0])) == (0, 40, COLUMNS)
    assert file.stat().st_mode & 0o777 == 0o600
    assert len({row["code"] for row in rows}) == 40
    for row in rows:
        assert in_groups(read_code(row["code"])) == row["code"]
        assert row["link"] == "https://discord.gg/eastmere"
        for part in (row["given_name"], row["code"], row["link"], "/host join", "Eastmere University", "object"):
            assert part in row["letter"]
        assert row["letter"].index("At most") < row["letter"].index("Someone once told you")
        assert row["code"] not in told.output
    assert rows[0]["email"] == "maya.reyes@alumni.example.org"


def test_running_it_again_makes_new_codes_and_says_so(run: Grounds, tmp_path: Path) -> None:
    file = tmp_path / "letters.csv"
    run("alumni", "invitations", str(file))
    before = {row["code"] for row in read(file)}

    told = json.loads(run("alumni", "invitations", str(file), "--json").output)

    assert told == {
        "file": str(file), "invited": 40, "renewed": 40, "left_alone": 0, "without_email": 0, "has_link": False,
    }  # fmt: skip
    assert not before & {row["code"] for row in read(file)}


def test_only_new_leaves_those_alone_whose_code_works(run: Grounds, tmp_path: Path) -> None:
    file, more, one = (tmp_path / name for name in ("letters.csv", "more.csv", "one.csv"))
    run("alumni", "invitations", str(file))
    one.write_text("alum_id,given_name\nN1,=cmd()", encoding="utf-8")
    run("alumni", "import", str(one))

    assert run("alumni", "invitations", str(file), "--only-new").exit_code == 1, "the letters there may still count"
    told = json.loads(run("alumni", "invitations", str(more), "--only-new", "--json").output)

    assert (told["invited"], told["left_alone"], told["without_email"]) == (1, 40, 1)
    assert [row["alum_id"] for row in read(more)] == ["N1"]
    assert len(read(file)) == 40


def test_nothing_else_is_written_over(run: Grounds, tmp_path: Path) -> None:
    roster = tmp_path / "roster.csv"
    roster.write_bytes(ROSTER.read_bytes())

    told = run("alumni", "invitations", str(roster))

    assert (told.exit_code, roster.read_bytes()) == (1, ROSTER.read_bytes())
    assert "Choose another name" in told.output
    gone = run("alumni", "invitations", str(tmp_path / "no" / "such" / "folder.csv"))
    assert (gone.exit_code, isinstance(gone.exception, SystemExit)) == (1, True)
    assert sorted(path.name for path in tmp_path.glob("*.csv*")) == ["roster.csv"]


def test_who_objects_gets_no_letter_any_more(run: Grounds, tmp_path: Path) -> None:
    file = tmp_path / "letters.csv"
    assert json.loads(run("alumni", "object", "S001", "--json").output) == {"was_there": True}

    run("alumni", "import", str(ROSTER))
    run("alumni", "invitations", str(file))

    assert [row["alum_id"] for row in read(file)][:2] == ["S002", "S003"]
    assert "objected earlier and was left out" in run("alumni", "import", str(ROSTER)).output


@pytest.mark.parametrize("cell", ["=1+1", "+44", "-1", "@SUM(A1)", "\tx", "\rx", "\nx", "＝1", "＠x"])
def test_a_cell_that_could_act_is_disarmed(cell: str) -> None:
    assert disarmed(cell) == f"'{cell}"
    assert disarmed(f"a{cell}") == f"a{cell}"


@pytest.mark.parametrize(
    ("key", "value"),
    [("slack_invite", "http://x.example/y"), ("discord_invite", "javascript:alert(1)"), ("slack_invite", "x")],
)
def test_a_way_in_is_a_link(run: Grounds, key: str, value: str) -> None:
    assert run("campus", "set", key, value).exit_code == 1
    assert run("campus", "set", "approve_without_code", "maybe").exit_code == 1
    assert run("campus", "set", "approve_without_code", "off").output == "approve_without_code = no\n"
