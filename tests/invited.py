"""The office invites: rows of its list, and the codes that go out in its letters."""

from __future__ import annotations

from collections.abc import Mapping

from bot.use_cases.import_alumni import ImportReport, import_alumni
from bot.use_cases.invite import Invitation, invite
from tests.world import World

MAYA: Mapping[str, str] = {
    "alum_id": "A1", "email": "maya@alumni.example.org", "given_name": "Maya", "family_name": "Rivers",
    "title": "Communications Lead", "employer": "Riverside Aid", "topics": "communications;charity work",
    "degree": "BA History", "grad_year": "2015", "zone": "America/New_York", "languages": "English",
}  # fmt: skip


def imports(world: World, *rows: Mapping[str, str]) -> ImportReport:
    """The office's rows come in."""
    with world.store.begin() as uow:
        told = [(line, dict(row)) for line, row in enumerate(rows or (MAYA,), start=2)]
        report = import_alumni(uow, told, source="the alumni office", notice_date=None, now=world.now)
        uow.commit()
    assert not report.errors, report.errors
    return report


def letters(world: World) -> list[Invitation]:
    """One for each who is invited, with new codes."""
    with world.store.begin() as uow:
        written = invite(uow, uow.roster.invited(world.now), world.now)
        uow.commit()
    return written


def a_code(world: World, **changes: str) -> str:
    """Of somebody who is invited just now."""
    imports(world, {**MAYA, **changes})
    return letters(world)[-1].code
