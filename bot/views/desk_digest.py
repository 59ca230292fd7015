"""Monday's word to the coordinators' channel, and a term's word to an alum."""

from __future__ import annotations

from bot.views.elements import View
from bot.views.parts import Draw, lines, main, press, quoted
from bot.views.stage import Stage


def digest_desk(stage: Stage) -> View:
    """A line for each thing there is to say, and the way to the queue."""
    need, talks = int(stage.params.get("need", "0")), int(stage.params.get("talks", "0"))
    missing = [field for field in stage.params.get("missing", "").split(",") if field]
    named = ", ".join(stage.say(f"fields.{field}") for field in missing)
    gaps = stage.say("desk_digest.missing", count=len(missing), fields=named) if missing else ""
    return View(
        title=stage.say("desk_digest.title", count=need),
        text=lines(
            stage.say("desk_digest.talks", count=talks),
            gaps,
            stage.say("desk_digest.thanks", text=quoted(stage.thanks)) if stage.thanks else "",
        ),
        buttons=(main(stage.say("desk.open_queue"), "desk_queue"),),
    )


def impact_alum(stage: Stage) -> View:
    """What somebody's time did, at the end of a term."""
    count, minutes = int(stage.params.get("talks", "1")), int(stage.params.get("minutes", "0"))
    return View(
        title=stage.say("impact.title"),
        text=lines(
            stage.say("impact.gave", count=count, minutes=minutes),
            stage.say("impact.wrote", text=quoted(stage.thanks)) if stage.thanks else "",
            stage.say("impact.end"),
        ),
        buttons=(press(stage.say("host.mine"), "host_mine"),),
    )


VIEWS: dict[str, Draw] = {"digest_desk": digest_desk, "impact_alum": impact_alum}
