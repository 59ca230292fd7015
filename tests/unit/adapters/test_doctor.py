from __future__ import annotations

import pytest

from adapters.doctor import look_at_everything
from adapters.settings import Settings

TO_NOWHERE = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_API_URL": "http://127.0.0.1:9/"}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"SLACK_APP_TOKEN": "xapp-1"}, "Slack (Socket Mode) set up"),
        ({"SLACK_SIGNING_SECRET": "s"}, "Slack (signed HTTP on 127.0.0.1:3000) set up"),
        (
            {"SLACK_SIGNING_SECRET": "s", "SLACK_APP_TOKEN": "xapp-1", "GROUNDS_LISTEN": "0.0.0.0:80"},
            "Slack (signed HTTP on 0.0.0.0:80, SLACK_APP_TOKEN is not used) set up",
        ),
    ],
)
def test_doctor_says_which_way_slack_comes(monkeypatch, tmp_path, given, said):
    for field in Settings.model_fields.values():
        monkeypatch.delenv(str(field.validation_alias), raising=False)
    for name, value in {**TO_NOWHERE, **given, "GROUNDS_DATABASE_URL": f"sqlite:///{tmp_path}/g.db"}.items():
        monkeypatch.setenv(name, value)

    [about] = [finding for finding in look_at_everything() if finding.what == "settings"]

    assert (about.ok, about.said) == (True, said)
