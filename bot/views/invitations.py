"""Letters that invite, for the office's own mail merge: that they are being written, that they are, and the file.

A spreadsheet takes a cell for a formula that begins with one of a few signs: such a cell gets an apostrophe before it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from io import StringIO

from bot.views.elements import Attachment, Button, View
from bot.views.parts import Draw, lines, main, press
from bot.views.stage import Stage

COLUMNS = ("alum_id", "email", "given_name", "code", "link", "letter")
ACTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # full-width ones act too


def disarmed(cell: str) -> str:
    """A cell that a spreadsheet shows and never runs."""
    return f"'{cell}" if cell.startswith(ACTS) else cell


def as_csv(rows: Iterable[Iterable[str]]) -> str:
    """The file, with its heading."""
    out = StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    writer.writerows([disarmed(cell) for cell in row] for row in rows)
    return out.getvalue()


def invite_button(stage: Stage) -> tuple[Button, ...]:
    """How many a press writes to; none where nobody waits for a letter."""
    count = min(stage.uninvited, stage.most_letters)
    return (main(stage.say("invitations.button", count=count), "invite"),) if count else ()


def inviting_desk(stage: Stage) -> View:
    return View(title=stage.say("invitations.writing_title", count=int(stage.params.get("count", "1"))),
                text=stage.say("invitations.writing"))  # fmt: skip


def invited_desk(stage: Stage) -> View:
    """They are written; the file follows by itself."""
    left = stage.say("invitations.left", count=stage.uninvited) if stage.uninvited else ""
    how = stage.say("invitations.how", days=stage.campus.code_days)
    no_email = int(stage.params.get("no_email", "0"))
    unsent = stage.say("invitations.no_email", count=no_email) if no_email else ""
    return View(
        title=stage.say("invitations.written_title", count=int(stage.params.get("count", "1"))),
        text=lines(how, unsent, left),
        buttons=(*invite_button(stage), press(stage.say("invitations.again"), "invitations_again")),
    )


def invitations_desk(stage: Stage) -> View:
    """The file itself. Raises LookupError where it has been forgotten."""
    if not stage.letters:
        raise LookupError("no such letters")
    name = f"invitations-{stage.params.get('day', '')}.csv"
    return View(
        text=stage.say("invitations.file", name=name),
        file=Attachment(name, stage.letters.encode("utf-8-sig"), "text/csv"),
    )


def invitations_failed_desk(stage: Stage) -> View:
    """The file could not be brought; it is kept, and can be had again."""
    return View(
        title=stage.say("invitations.failed_title"),
        text=stage.say("invitations.failed"),
        buttons=(press(stage.say("invitations.again"), "invitations_again"),),
    )


VIEWS: dict[str, Draw] = {
    "inviting_desk": inviting_desk,
    "invited_desk": invited_desk,
    "invitations_desk": invitations_desk,
    "invitations_failed_desk": invitations_failed_desk,
}
