"""Files that a coordinator takes out, in the chat: that one is being written, that it is there, or what went wrong."""

from __future__ import annotations

from bot.domain.exports import ALL, NACE, REPORT, Order, read_order
from bot.domain.reports import period
from bot.views.elements import Attachment, Button, View
from bot.views.parts import Draw, lines, press
from bot.views.reports import window_of
from bot.views.stage import Stage


def export_begun(stage: Stage) -> View:
    """At once, where it was asked for: seen by nobody else."""
    return _word(stage, "export.begun_title", "export.begun")


def export_file(stage: Stage) -> View:
    """The file, in a direct message. Raises LookupError where it has been sent, or was forgotten."""
    file = stage.file
    if file is None:
        raise LookupError("the file is gone")
    order = _order(stage)
    key = stage.say("export.key", secret=file.key) if order.what == NACE else ""
    return View(
        title=stage.say("export.file_title"),
        text=lines(_what(stage, order), stage.say("export.rows", count=file.rows), stage.say("export.care"), key),
        file=Attachment(file.name, file.content, file.media_type),
    )


def export_failed(stage: Stage) -> View:
    return _word(stage, "export.failed_title", "export.failed")


def export_closed(stage: Stage) -> View:
    """To another account of theirs: the one that asked takes no messages."""
    return _word(stage, "export.failed_title", "export.closed")


def file_unreached_desk(stage: Stage) -> View:
    """To the desk: whoever asked for a file can't even be told that it didn't come."""
    name = stage.them.short_name or stage.say("names.somebody")
    return View(title=stage.say("export.unreached_title", name=name), text=stage.say("export.unreached", name=name))


def export_large(stage: Stage) -> View:
    """More than a platform carries."""
    return View(
        title=stage.say("export.large_title"), text=lines(_what(stage, _order(stage)), stage.say("export.large"))
    )


def _word(stage: Stage, title: str, text: str) -> View:
    """What there is to say of a file, and the press that has it written once more."""
    order = _order(stage)
    said = lines(_what(stage, order), stage.say(text))
    return View(title=stage.say(title), text=said, buttons=(_again(stage, order),))


def _order(stage: Stage) -> Order:
    return read_order(stage.params["order"])


def _what(stage: Stage, order: Order) -> str:
    one = order.what == REPORT and order.report != ALL
    what = stage.say(f"reports.title_{order.report}") if one else stage.say(f"export.what_{order.what}")
    this = stage.say("export.this", what=what, format=stage.say(f"export.format_{order.kind}"))
    if order.period == ALL:
        return this
    return f"{this}\n{window_of(period(order.period, stage.now, stage.campus), stage.language)}"


def _again(stage: Stage, order: Order) -> Button:
    return press(stage.say("export.again"), "desk_export", arg=order.as_words())


VIEWS: dict[str, Draw] = {
    "export_begun": export_begun,
    "export_file": export_file,
    "export_failed": export_failed,
    "export_closed": export_closed,
    "export_large": export_large,
    "file_unreached_desk": file_unreached_desk,
}
