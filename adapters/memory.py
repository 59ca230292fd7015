"""How long Python's own tidying up may hold everything up.

Now and then it looks through every object there is for rings that nobody holds any more, and nothing else runs
meanwhile: with our libraries loaded that is 170,000 objects and 100 ms, in the middle of whatever is being answered or
sent (measured; while an outbox goes out it was the one long block of the event loop). Nearly all of them were loaded
at the start and stay, so they are put aside once: what is looked through afterwards takes 3 ms.

It also looks through what is young each time that 700 more objects were made than given up, which one gesture does by
itself; nearly all of them are given up a moment later without it. So it waits for more of them (measured: a form opens
with 7 % less work).
"""

from __future__ import annotations

import gc

YOUNG = 5_000
"""As many objects are gone through within a millisecond."""


def put_aside_what_stays() -> None:
    """Never again look through what is there now, and less often through what is new.

    Takes as long as one look; call it when all is loaded.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, *gc.get_threshold()[1:])
