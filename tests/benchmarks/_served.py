"""A campus that is no sandbox's, for measuring: two Spaces admitted, the sandbox's roster opted in and approved."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from adapters.roster_file import import_file
from adapters.sandbox.discord_things import APPLICATION_ID, GUILD_ID
from adapters.sandbox_run import ROSTER
from bot.domain.people import CONSENT_VERSIONS, Consent, ConsentTo, Handle, Platform, Space, Standing
from storage.engine import open_store
from storage.keys import new_keys_text, read_keys
from tests.benchmarks._light_slack import APP, DESK, DESK_CHANNEL, STUDENTS, TEAM


def settle_in(url: str, student_role: str = "") -> dict[str, str]:
    """Everybody moves in; the settings by which the bot finds them."""
    keys = ",".join(new_keys_text().split())
    store = open_store(url, read_keys(keys))
    now = datetime.now(UTC)
    slack = Space(Platform.SLACK, TEAM, APP, "Bench", DESK_CHANNEL, frozenset({STUDENTS}), frozenset({DESK}))
    discord = Space(
        Platform.DISCORD, GUILD_ID, APPLICATION_ID, "Bench", "", frozenset({student_role} - {""}), frozenset()
    )
    with store.begin() as uow:
        uow.places.admit(slack)
        uow.places.admit(discord)
        uow.commit()
    import_file(store.begin, ROSTER, source="bench", notice_date=None, now=now)
    with store.begin() as uow:
        yes = Consent(ConsentTo.BE_ASKED, CONSENT_VERSIONS[ConsentTo.BE_ASKED], True, now)
        for number, person in enumerate(uow.people.alumni(standing=Standing.INVITED)):
            assert person.alum is not None
            uow.people.link(person.id, Handle(Platform.SLACK, TEAM, f"U0ALUM{number:05}"))
            uow.people.save_alum(person.id, replace(person.alum, standing=Standing.APPROVED, joined_at=now))
            uow.people.record(person.id, yes)
        uow.commit()
    store.close()
    return {"GROUNDS_DATABASE_URL": url, "GROUNDS_KEYS": keys, "GROUNDS_LOG": "INFO"}
