"""The digest: what waits for its reader, a line and its buttons each, in one message a day."""

from __future__ import annotations

from bot.domain.intro import ALUM, STUDENT, State
from bot.views.doorway import next_presses, stands
from bot.views.elements import Button, Card, View
from bot.views.parts import BUTTON, Draw, main, press, short
from bot.views.stage import IntroLine, Stage

MOST_CARDS = 5


def digest(stage: Stage) -> View:
    """Raises LookupError where nothing waits any more."""
    if not stage.intros:
        raise LookupError("nothing waits")
    cards = tuple(_card(stage, line) for line in stage.intros[:MOST_CARDS])
    count = len(stage.intros)
    more = stage.say("digest.more", count=count - MOST_CARDS) if count > MOST_CARDS else ""
    requests = any(_is_request(stage, line) for line in stage.intros)
    away = (press(stage.say("digest.away"), "pause_form"),) if requests else ()
    return View(
        title=stage.say("digest.title", count=count),
        text=" ".join(part for part in (stage.say("digest.lead", count=count), more) if part),
        cards=cards,
        buttons=(
            *away,
            press(stage.say("quiet.snooze_all", count=stage.campus.snooze_days), "snooze_all"),
            press(stage.say("quiet.button"), "quiet"),
            press(stage.say("quiet.stop_all"), "stop_all"),
        ),
    )


def _is_request(stage: Stage, line: IntroLine) -> bool:
    return line.intro.state is State.REQUESTED and stage.me is not None and line.intro.alum == stage.me.id


def _card(stage: Stage, line: IntroLine) -> Card:
    role = line.intro.role_of(stage.me.id) if stage.me else None
    assert role is not None, "a digest lists its reader's own"
    name = line.them.first_name or stage.say("names.somebody")
    return Card(
        line.them.short_name or name,
        " ".join((stands(stage, line.intro, role, name), *_readiness(stage, line))),
        (*_answers(stage, line, name), *next_presses(stage, line.intro, role, name)),
    )


def _readiness(stage: Stage, line: IntroLine) -> tuple[str, ...]:
    """A talk that is near is in the student's digest for what is to be got ready."""
    ahead = line.intro.state is State.SCHEDULED and line.intro.ends_at is not None and line.intro.ends_at > stage.now
    return (stage.say("digest.near"),) if ahead else ()


def _answers(stage: Stage, line: IntroLine, name: str) -> tuple[Button, ...]:
    """What a page leaves to the request's own card, and a digest does not. Every label carries the name."""
    intro = line.intro
    if intro.state is not State.REQUESTED or intro.waits_for_student:
        return ()
    if _is_request(stage, line):
        token = intro.token_for(ALUM)
        return (
            main(short(stage, "digest.yes", BUTTON, name=name), "accept", token),
            press(short(stage, "digest.no", BUTTON, name=name), "decline", token),
        )
    following = line.next_names[:1]
    return tuple(
        main(short(stage, "request.ask_next_now", BUTTON, name=each), "ask_next_now", intro.token_for(STUDENT))
        for each in following
    )


VIEWS: dict[str, Draw] = {"digest": digest}
