"""A made-up term with everybody in it: the Steps of `_terms`, and of the same people and intros the rows that stand
beside them, so that a file can be written of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Table, insert

from bot.domain.intro import FINAL, State, Who
from bot.domain.people import ConsentTo, GoodHours, Standing
from bot.domain.steps import Step
from storage import tables as t
from storage.engine import Store
from tests.benchmarks._terms import Term, steps, write

AT_A_TIME = 5_000
GIVEN = ("Maya", "Tom", "Lea", "Priya", "Ben", "Ana", "Dev", "Sofía", "Noor", "Zoë")
FAMILY = ("Rivers", "Baker", "Klein", "Sharma", "Cole", "Lima", "Shah", "Ortega", "Haddad", "O'Neill")


def fill(store: Store, term: Term) -> list[Step]:
    """Write it, and give back its Steps."""
    made = steps(term)
    write(store, made)
    keys: dict[str, int] = {}
    alumni: set[str] = set()
    for step in made:
        for who in (step.who, step.whom):
            if who:
                keys.setdefault(who, len(keys) + 1)
        if step.what == "approved":
            alumni.add(step.who)
    with store.connect() as connection, connection.begin():
        _write(connection, t.person, (_person(number) for number in keys.values()))
        _write(connection, t.who, ({"key": who, "person": number} for who, number in keys.items()))
        _write(connection, t.alum, (_alum(number) for who, number in keys.items() if who in alumni))
        _write(connection, t.roster, (_roster(number) for who, number in keys.items() if who in alumni))
        students = [number for who, number in keys.items() if who not in alumni]
        _write(connection, t.student, (_student(number) for number in students))
        _write(connection, t.consent, (_consent(number) for number in students if number % 2))
        asks = {step.ask: step for step in made if step.what == "ask"}
        _write(connection, t.ask, (_ask(step, keys) for step in asks.values()))
        _write(connection, t.intro, _intros(made, keys))
    return made


def _write(connection: Connection, table: Table, rows: Iterator[Mapping[str, Any]]) -> None:
    some: list[Mapping[str, Any]] = []
    for row in rows:
        some.append(row)
        if len(some) == AT_A_TIME:
            connection.execute(insert(table), some)
            some = []
    if some:
        connection.execute(insert(table), some)


def _person(number: int) -> Mapping[str, Any]:
    hours = {"weekdays": list(GoodHours().weekdays), "spans": [["12:00", "14:00"], ["17:00", "20:00"]]}
    return {
        "id": number, "given_name": GIVEN[number % 10], "family_name": FAMILY[number // 10 % 10],
        "zone": "Europe/London", "language": "en", "hours": hours, "erased": False,
    }  # fmt: skip


def _alum(number: int) -> Mapping[str, Any]:
    return {
        "person": number, "standing": Standing.APPROVED, "title": "Communications Lead",
        "employer": "Open Harbour Trust", "industry": "charity", "field": "charity",
        "past_titles": [], "topics": ["beginning", "changing"],
        "degree": "BA History", "grad_year": 2000 + number % 20, "languages": ["en"], "pace_month": 2,
        "pace_at_once": 2, "room_link": "", "booking_link": "", "hides": [],
        "joined_at": datetime(2025, 1, 1, tzinfo=UTC), "lengths": [],
        "formats": [], "silent": 0,
    }  # fmt: skip


def _roster(number: int) -> Mapping[str, Any]:
    return {
        "person": number, "alum_id": f"A{number}", "alum_id_hash": f"h{number}", "email": "", "source": "alumni office",
        "came_in": datetime(2025, 1, 1, tzinfo=UTC), "fingerprint": "",
    }  # fmt: skip


def _student(number: int) -> Mapping[str, Any]:
    return {
        "person": number,
        "about": "",
        "degree": "BSc Biology",
        "year": "third",
        "known_as": f"s{number}@example.edu",
    }


def _consent(number: int) -> Mapping[str, Any]:
    at = datetime(2025, 9, 1, tzinfo=UTC)
    return {"person": number, "consent_to": ConsentTo.COUNTED, "version": 1, "given": True, "at": at}


def _ask(step: Step, keys: Mapping[str, int]) -> Mapping[str, Any]:
    return {
        "id": step.ask, "student": keys[step.who], "token": f"ask-{step.ask}", "created_at": step.at, "advised": False,
        "unsure": False, "next_choices": [], "closed": False,
    }  # fmt: skip


def _intros(made: list[Step], keys: Mapping[str, int]) -> Iterator[Mapping[str, Any]]:
    """Each intro as its Steps left it."""
    rows: dict[int, dict[str, Any]] = {}
    for step in made:
        if step.intro is None:
            continue
        if step.what == "request":
            rows[step.intro] = _requested(step, keys)
            continue
        row = rows[step.intro]
        if step.detail in set(State) or step.what in ("decline", "alum_away", "accept"):
            state = State(step.detail) if step.detail in set(State) else State.ACCEPTED
            row |= {"state": state, "since": step.at, "ended_at": step.at if state in FINAL else None}
        by_student = bool(step.who) and keys.get(step.who) == row["student"]
        if step.what == "accept":
            row["accepted_at"], row["minutes"] = step.at, step.amount or 20
        elif step.what in ("pick_time", "arrange"):
            row["starts_at"] = step.at + timedelta(minutes=step.amount or 0)
        elif step.what == "confirm_met":
            row["met_by_student" if by_student else "met_by_alum"] = True
        elif step.what == "thank":
            row["met_by_student"] = True
        elif step.what == "report_missed":
            row["missed_by"] = Who.ALUM if by_student else Who.STUDENT
    yield from rows.values()


def _requested(step: Step, keys: Mapping[str, int]) -> dict[str, Any]:
    token = f"{step.intro:022}"
    return {
        "id": step.intro, "ask": step.ask, "student": keys[step.who], "alum": keys[step.whom],
        "state": State.REQUESTED, "version": 1, "requested_at": step.at, "since": step.at,
        "student_token": f"s{token}", "alum_token": f"a{token}",
        "desk_token": f"d{token}", "expires_days": step.amount or 10, "minutes": 20, "rank": int(step.detail),
        "has_next": False, "accepted_at": None, "ended_at": None, "asked_more": False, "answered": False, "slots": [],
        "starts_at": None, "in_writing": False, "student_event": f"se{token}", "alum_event": f"ae{token}",
        "sequence": 0, "five_minutes": False, "met_by_student": False, "met_by_alum": False, "missed_by": None,
        "rescheduled_missed": False, "shared_by_student": False, "shared_by_alum": False, "stopped_by_student": False,
        "stopped_by_alum": False, "keeps_student": False, "keeps_alum": False, "reason": "",
    }  # fmt: skip
