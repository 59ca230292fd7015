"""How fast we may go: tokens that come back at a rate, up to a few at once.

Discord lets a bot make 50 requests a second, whatever they are, over all its processes; so each of several takes its
share. Opening direct messages has a bucket of its own, since a bot that opens many at once is flagged.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable


class Bucket:
    """`most` at once, `rate` more a second. `clock` is monotonic, in seconds; the running loop's if left out."""

    def __init__(self, most: float, rate: float, clock: Callable[[], float] | None = None) -> None:
        self._most, self._rate, self._clock = most, rate, clock
        self._left, self._at = most, float("-inf")

    def share(self, rate: float) -> None:
        """Another rate from now on."""
        self._fill()
        self._rate = rate

    def wait(self) -> float:
        """Seconds until one may be had; 0 takes it."""
        self._fill()
        if self._left >= 1:
            self._left -= 1
            return 0.0
        return (1 - self._left) / self._rate

    async def take(self) -> None:
        """Wait for one, and take it."""
        while (wait := self.wait()) > 0:  # noqa: ASYNC110 - it is time that is waited for
            await asyncio.sleep(wait)

    def _fill(self) -> None:
        now = self._clock() if self._clock else asyncio.get_running_loop().time()
        since = now - self._at if self._at != float("-inf") else 0.0
        self._left, self._at = min(self._most, self._left + since * self._rate), now
