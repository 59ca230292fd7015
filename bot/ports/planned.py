"""What is planned for somebody, and what has become of it: the outbox, read. `Outbox` is what changes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.digest import LastDigest
from bot.domain.intro import IntroId
from bot.domain.messages import Message, MessageId, Status
from bot.domain.people import PersonId


@dataclass(frozen=True)
class Line:
    """A line and how it stands: `why` in a closed word; `tried_at`, the campus's time of the last try."""

    message: Message
    status: Status
    why: str = ""
    tried_at: datetime | None = None


class Planned(Protocol):
    def of_intro(self, intro: IntroId) -> Sequence[Line]:
        """All that was ever planned for an intro and is still known, in the order of its times."""

    def nudged_at(self, person: PersonId, since: datetime, *, but: MessageId | None = None) -> Sequence[datetime]:
        """When nudges and digests went to this person since then, by the campus's time: those that may have arrived,
        and those that are on their way. `but` this line."""

    def last_digest(self, person: PersonId, *, but: MessageId | None = None) -> LastDigest | None:
        """The newest digest of what waits that is still to go, else the newest that may have arrived; `but` this line.
        Other lines of the class tell nothing that waits."""
