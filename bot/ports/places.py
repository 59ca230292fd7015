"""The Spaces that were admitted, the campus's rules, and where its cards hang."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from bot.domain.campus import Campus
from bot.domain.doorway import Doorway, DoorwayId
from bot.domain.people import Platform, Space


class Places(Protocol):
    """Spaces and the campus's rules."""

    def campus(self) -> Campus: ...

    def set_campus(self, key: str, value: str) -> None: ...

    def spaces(self) -> Sequence[Space]: ...

    def space(self, platform: Platform, realm: str, app: str) -> Space | None: ...

    def admit(self, space: Space) -> None: ...

    def doorway(self, doorway: DoorwayId) -> Doorway | None: ...

    def doorways(self, platform: Platform) -> Sequence[Doorway]:
        """Those that hang on this platform, the newest first."""

    def doorway_at(self, platform: Platform, realm: str, channel: str) -> Doorway:
        """The doorway of this channel, a new one if there was none."""

    def hang_doorway(self, doorway: DoorwayId, message: str) -> None:
        """Its card is this message now."""

    def mark(self) -> str:
        """What the database is: empty, or `sandbox`."""

    def set_mark(self, mark: str) -> None: ...
