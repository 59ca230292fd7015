"""`grounds space admit`: what is not named stays as it was."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from adapters.cli import grounds


def admits(*words: str) -> dict[str, Any]:
    """Admit a workspace in these words; how it stands then."""
    runner = CliRunner()
    assert runner.invoke(grounds, ["space", "admit", "slack", "T1", "--app", "A1", *words]).exit_code == 0
    [space] = json.loads(runner.invoke(grounds, ["space", "list", "--json"]).output)["spaces"]
    assert isinstance(space, dict)
    return space


def test_a_place_is_changed_in_what_is_named_and_in_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GROUNDS_DATABASE_URL", f"sqlite:///{tmp_path / 'campus.db'}")
    monkeypatch.delenv("GROUNDS_KEYS", raising=False)
    roles = ("--student-role", "S1", "--coordinator-role", "S2", "--coordinator-role", "S3", "--audit-role", "S4")
    first = admits(*roles, "--everyone-is-student")
    assert first == {
        "platform": "slack", "realm": "T1", "app": "A1", "name": "T1", "desk_channel": "", "student_roles": ["S1"],
        "coordinator_roles": ["S2", "S3"], "everyone_is_student": True, "export_roles": [], "settings_roles": [],
        "audit_roles": ["S4"],
    }  # fmt: skip

    second = admits("--desk-channel", "C1", "--name", "Our campus", "--audit-role", "")

    assert second == first | {"desk_channel": "C1", "name": "Our campus", "audit_roles": []}
    assert admits("--not-everyone-is-student") == second | {"everyone_is_student": False}
