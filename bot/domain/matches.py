"""Matches: an alum offered for an ask, with reasons that can be checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from bot.domain.people import PersonId

ReasonKey = Literal[
    "made_the_change", "title", "field", "near", "employer", "industry", "topic", "degree", "past_title", "open"
]


@dataclass(frozen=True)
class Reason:
    """Why this person: the key of a phrase under `[reasons]` and what fills it (a `field` by its key)."""

    key: ReasonKey
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Match:
    """One alum for one ask, the strongest reason first."""

    alum: PersonId
    score: float
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class Record:
    """What has come of asking one alum: requests and offers of the last 30 days, and how requests ever ended."""

    asked_lately: int = 0
    shown_lately: int = 0
    yes: int = 0
    no: int = 0
    silent: int = 0
