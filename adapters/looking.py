"""What takes time to look up, looked up in a process of its own (`workroom.py`): with a connection that only reads, and
with the picture drawn there as well.
"""

from __future__ import annotations

import gc
from datetime import datetime
from typing import TYPE_CHECKING

from bot.conversation import answer as front_door
from bot.use_cases.matcher import Matcher

if TYPE_CHECKING:
    from adapters.settings import Database
    from bot.conversation.gestures import Gesture
    from bot.views.elements import View


def look(database: Database, gesture: Gesture, now: datetime) -> View | None:
    """The answer that was promised to `gesture`; None where it may not be given any more. Raises StoreError."""
    from adapters.drawing import drawn
    from adapters.main import looked_into

    gc.disable()  # a million small things, none of them in a circle
    try:
        with looked_into(database) as reading:
            found = front_door.look(gesture, reading, now, Matcher())
        return found and drawn(found)
    finally:
        gc.enable()
