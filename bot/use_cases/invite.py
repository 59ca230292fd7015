"""Invitations: a code, the way in, and a letter that the office sends by its own mail merge; and who wants none.

We write to nobody who hasn't come in by themselves: the letter is the office's, from people who know them. It is also
the notice of where their data came from (GDPR, Art. 14), so the day is kept with the row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.asks import plain
from bot.domain.calendar import local_day, zone_of
from bot.domain.campus import Campus
from bot.domain.codes import in_groups
from bot.domain.people import AlumProfile, Person, Standing
from bot.domain.refusals import Refusal
from bot.phrases import say, say_day
from bot.ports import Invited, Step, UnitOfWork

NOT_STATED = "not stated"
"""The source of rows whose importer did not say."""


@dataclass(frozen=True)
class Invitation:
    """One letter, and what a mail merge needs beside it. `renewed`: a code that still worked has ended."""

    alum_id: str
    email: str
    given_name: str
    code: str
    link: str
    letter: str
    renewed: bool


def invite(uow: UnitOfWork, invited: Sequence[Invited], now: datetime) -> list[Invitation]:
    """A new code and a letter for each who still hasn't joined; commits nothing."""
    uow.people.lock(row.person for row in invited)
    campus = uow.places.campus()
    letters = []
    for row in invited:
        person = uow.people.get(row.person)
        if person.alum is None or person.alum.standing is not Standing.INVITED:
            continue
        code = in_groups(uow.codes.give(row.person, now + timedelta(days=campus.code_days)))
        uow.roster.was_told(row.person, local_day(now, zone_of("", campus)))
        uow.steps.add(Step("invited", now, who=person.who, field=person.alum.field))
        letters.append(_invitation(campus, row, person, person.alum, code, now))
    return letters


def _invitation(
    campus: Campus, row: Invited, person: Person, alum: AlumProfile, code: str, now: datetime
) -> Invitation:
    return Invitation(
        alum_id=row.alum_id,
        email=row.email,
        given_name=person.given_name,
        code=code,
        link=campus.slack_invite or campus.discord_invite,
        letter=_letter(campus, row, person, alum, code, now),
        renewed=row.has_code,
    )


def _letter(campus: Campus, row: Invited, person: Person, alum: AlumProfile, code: str, now: datetime) -> str:
    """From the office that knows them: the limit first, why them, how, and where their data came from."""
    language, name = person.language, person.given_name
    until = local_day(now + timedelta(days=campus.code_days), zone_of("", campus))
    source = say("letter.records", language) if row.source in ("", NOT_STATED) else row.source
    privacy = say("letter.privacy", language, link=campus.privacy_link) if campus.privacy_link else ""
    steps = (_way_in(campus, language), say("letter.type", language, code=code))
    paragraphs = (
        say("letter.dear", language, name=name) if name else say("letter.dear_graduate", language, campus=campus.name),
        say("letter.limit", language, count=alum.pace.month, minutes=campus.talk_minutes),
        say("letter.why", language, campus=campus.name),
        f"{say('letter.code', language, day=say_day(until, language))} {code}.",
        "\n".join(steps),
        say("letter.where_from", language, source=source, days=campus.invited_days),
        say("letter.object", language),
        privacy,
        say("letter.end", language, campus=campus.name),
    )
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


def _way_in(campus: Campus, language: str) -> str:
    slack, discord = campus.slack_invite, campus.discord_invite
    if slack and discord:
        return say("letter.way_either", language, slack=slack, discord=discord)
    if slack:
        return say("letter.way_slack", language, link=slack)
    return say("letter.way_discord", language, link=discord) if discord else say("letter.way_by_office", language)


def keep_away(uow: UnitOfWork, key: str, now: datetime) -> bool:
    """Somebody answered the letter with a no: their row goes and never comes back; whether there was one.

    `key` is their alum_id or e-mail. Raises Refusal (`joined_already`) for somebody who has come in since: they have
    everything in their own hands.
    """
    key = plain(key)
    alum_id, email = ("", key) if "@" in key else (key, "")
    person = uow.roster.find(alum_id, email)
    if person is None:
        uow.roster.keep_away(alum_id, email, now)
        return False
    uow.people.lock([person])
    known = uow.people.get(person)
    if known.handles:
        raise Refusal("joined_already")
    uow.roster.keep_person_away(person, now)
    uow.steps.add(Step("objected", now, who=known.who))
    uow.people.erase(person)
    return True
