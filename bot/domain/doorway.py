"""The doorway: one card in a channel that the office chose, so that nobody has to know a command.

It says how many former students agreed to be asked once there are enough of them: a small number would sound like few.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NewType

from bot.domain.people import Platform

DoorwayId = NewType("DoorwayId", int)

FEWEST_TO_COUNT = 25


@dataclass(frozen=True)
class Doorway:
    """A channel with our card in it. `message` is the platform's id of the card, empty until one has arrived."""

    id: DoorwayId
    platform: Platform
    realm: str
    channel: str
    message: str = ""
