from __future__ import annotations

from pathlib import Path

import pytest

from adapters.settings import Settings, SettingsError, able_to_run, fit_together, is_loopback, read_settings

SLACK = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}
OVER_HTTP = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "8f742231"}
PRETEND = {
    "GROUNDS_SANDBOX_CLOCK": "http://127.0.0.1:4711/clock",
    "SLACK_BOT_TOKEN": "xoxb-sandbox-slack",
    "SLACK_APP_TOKEN": "xapp-sandbox-slack",
    "SLACK_API_URL": "http://127.0.0.1:4711/slack/api/",
    "DISCORD_TOKEN": "sandbox-discord",
    "DISCORD_API_URL": "http://127.0.0.1:4711/discord/api/v10",
    "DISCORD_GATEWAY_URL": "ws://127.0.0.1:4711/discord/gateway",
}


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch):
    """Set just these variables."""
    for field in Settings.model_fields.values():
        monkeypatch.delenv(str(field.validation_alias), raising=False)

    def set_to(given: dict[str, str]) -> None:
        for name, value in given.items():
            monkeypatch.setenv(name, value)

    return set_to


def refusal(call, *args) -> str:
    with pytest.raises(SettingsError) as refused:
        call(*args)
    return str(refused.value)


def test_nothing_set_is_a_file_here_and_no_platform(environment):
    settings = read_settings()

    assert (settings.sqlite_file, settings.slack, settings.discord) == (Path("grounds.db"), None, None)
    assert refusal(able_to_run, settings).startswith("No platform is set up")


def test_an_empty_variable_counts_as_not_set(environment):
    environment({"GROUNDS_DATABASE_URL": "", "GROUNDS_LOG": "", "DISCORD_TOKEN": ""})

    assert (read_settings().sqlite_file, read_settings().log) == (Path("grounds.db"), "INFO")


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({"GROUNDS_LOG": "loud"}, "GROUNDS_LOG"),
        ({"SLACK_API_URL": "slack.com"}, "SLACK_API_URL"),
        ({"GROUNDS_SANDBOX_CLOCK": "/clock"}, "GROUNDS_SANDBOX_CLOCK"),
        ({"SLACK_BOT_TOKEN": "xoxb-1"}, "SLACK_APP_TOKEN"),
        ({"SLACK_APP_TOKEN": "xapp-1"}, "SLACK_BOT_TOKEN"),
        ({"SLACK_SIGNING_SECRET": "8f742231"}, "SLACK_BOT_TOKEN"),
        ({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": " \n"}, "SLACK_APP_TOKEN"),
        ({"GROUNDS_LISTEN": "3000"}, "GROUNDS_LISTEN"),
        ({"GROUNDS_HEALTH": "9464"}, "GROUNDS_HEALTH"),
        ({"GROUNDS_LISTEN": "127.0.0.1"}, "GROUNDS_LISTEN"),
        ({"GROUNDS_LISTEN": ":3000"}, "GROUNDS_LISTEN"),
        ({"GROUNDS_LISTEN": "127.0.0.1:70000"}, "GROUNDS_LISTEN"),
        ({"GROUNDS_LISTEN": "http://127.0.0.1:3000"}, "GROUNDS_LISTEN"),
        ({"GROUNDS_LISTEN": "127.0.0.1:3000/slack"}, "GROUNDS_LISTEN"),
        ({"GROUNDS_LISTEN": "me@127.0.0.1:3000"}, "GROUNDS_LISTEN"),
        ({"DISCORD_API_URL": "http://127.0.0.1:1"}, "DISCORD_GATEWAY_URL"),
    ],
)
def test_what_is_wrong_is_named_in_one_line(environment, given, name):
    environment(given)

    said = refusal(read_settings)

    assert said.startswith(name)
    assert "\n" not in said


def test_a_wrong_setting_never_shows_a_secret(environment):
    environment(SLACK | {"SLACK_API_URL": "https://xoxb-secret", "GROUNDS_LOG": "xoxb-secret"})

    assert "xoxb" not in refusal(read_settings)


def test_secrets_are_stars_when_printed(environment):
    environment(PRETEND | {"GROUNDS_KEYS": "k1:abc", "GROUNDS_DATABASE_URL": "postgresql://me:word@host/db"})

    shown = repr(read_settings())

    assert not [word for word in ("sandbox-slack", "sandbox-discord", "k1:abc", "me:word") if word in shown]


def test_nothing_listens_without_a_signing_secret(environment):
    environment(SLACK | {"GROUNDS_LISTEN": "0.0.0.0:3000"})

    assert read_settings().public is None


@pytest.mark.parametrize(
    ("listen", "public"),
    [
        ({}, ("127.0.0.1", 3000)),
        ({"GROUNDS_LISTEN": "0.0.0.0:8080"}, ("0.0.0.0", 8080)),
        ({"GROUNDS_LISTEN": "[::1]:3000"}, ("::1", 3000)),
        ({"GROUNDS_LISTEN": "127.0.0.1:0"}, ("127.0.0.1", 0)),
    ],
)
def test_a_signing_secret_opens_the_listener_and_needs_no_app_token(environment, listen, public):
    environment(OVER_HTTP | listen)

    settings = read_settings()

    able_to_run(settings)
    fit_together(settings, "")
    assert settings.public == public
    assert settings.slack is not None
    assert settings.slack.app_token == ""


def test_the_lines_end_that_a_secrets_file_has_is_no_part_of_it(environment):
    environment(OVER_HTTP | {"SLACK_SIGNING_SECRET": "8f742231\n"})

    settings = read_settings()

    assert settings.slack is not None
    assert settings.slack.signing_secret == "8f742231"


def test_postgres_is_no_file(environment):
    environment({"GROUNDS_DATABASE_URL": "postgresql:///grounds?host=/run/postgres"})

    assert read_settings().sqlite_file is None


def test_a_real_campus_runs_on_an_unmarked_database(environment):
    environment(SLACK)

    fit_together(read_settings(), "")


def test_a_whole_sandbox_runs_on_a_marked_database(environment):
    environment(PRETEND)

    fit_together(read_settings(), "sandbox")


def test_a_sandboxs_database_is_not_for_a_real_campus(environment):
    environment(SLACK)

    assert refusal(fit_together, read_settings(), "sandbox").startswith("GROUNDS_SANDBOX_CLOCK")


def test_a_sandboxs_token_is_not_for_a_real_campus(environment):
    environment(SLACK | {"DISCORD_TOKEN": "sandbox-discord"})

    assert refusal(fit_together, read_settings(), "").startswith("DISCORD_TOKEN")


@pytest.mark.parametrize(
    ("instead", "mark", "name"),
    [
        ({}, "", "GROUNDS_DATABASE_URL"),
        ({"DISCORD_TOKEN": "a-real-one"}, "sandbox", "DISCORD_TOKEN"),
        ({"SLACK_APP_TOKEN": "xapp-1"}, "sandbox", "SLACK_APP_TOKEN"),
        ({"SLACK_SIGNING_SECRET": "8f742231"}, "sandbox", "SLACK_SIGNING_SECRET"),
        ({"SLACK_SIGNING_SECRET": "sandbox-1", "GROUNDS_LISTEN": "0.0.0.0:0"}, "sandbox", "GROUNDS_LISTEN"),
        ({"SLACK_API_URL": "https://slack.com/api/"}, "sandbox", "SLACK_API_URL"),
        ({"DISCORD_GATEWAY_URL": "wss://gateway.discord.gg"}, "sandbox", "DISCORD_GATEWAY_URL"),
        ({"GROUNDS_SANDBOX_CLOCK": "http://clock.example.org/"}, "sandbox", "GROUNDS_SANDBOX_CLOCK"),
    ],
)
def test_nothing_real_comes_into_a_sandbox(environment, instead, mark, name):
    environment(PRETEND | instead)

    assert refusal(fit_together, read_settings(), mark).startswith(name)


def test_a_sandboxs_secret_is_not_for_a_real_campus(environment):
    environment(OVER_HTTP | {"SLACK_SIGNING_SECRET": "sandbox-signing-secret"})

    assert refusal(fit_together, read_settings(), "").startswith("SLACK_SIGNING_SECRET")


def test_a_sandbox_may_listen_on_this_machine(environment):
    environment(PRETEND | {"SLACK_SIGNING_SECRET": "sandbox-1", "GROUNDS_LISTEN": "[::1]:0"})

    fit_together(read_settings(), "sandbox")


def test_discords_real_address_is_no_sandboxs(environment):
    environment(
        {name: value for name, value in PRETEND.items() if name not in ("DISCORD_API_URL", "DISCORD_GATEWAY_URL")}
    )

    assert refusal(fit_together, read_settings(), "sandbox").startswith("DISCORD_API_URL")


@pytest.mark.parametrize(
    ("url", "here"),
    [
        ("http://127.0.0.1:1/x", True),
        ("ws://localhost:1", True),
        ("http://[::1]:1", True),
        ("http://127.0.0.1.example.org", False),
        ("http://user@example.org#127.0.0.1", False),
        ("http://0.0.0.0:1", False),
        ("", False),
    ],
)
def test_loopback_is_told_by_the_host_alone(url, here):
    assert is_loopback(url) is here
