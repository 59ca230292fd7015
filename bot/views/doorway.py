"""The doorway's card, the welcome in the bot's own place, everybody's own page: the same three buttons come first."""

from __future__ import annotations

from bot.domain.calendar import local_day, zone_of
from bot.domain.doorway import FEWEST_TO_COUNT
from bot.domain.intro import STUDENT, Intro, State, Who
from bot.domain.nudges import expires_at
from bot.domain.people import Standing
from bot.phrases import say_day
from bot.views.elements import Button, Card, View
from bot.views.parts import (
    BUTTON,
    Draw,
    lines,
    main,
    press,
    short,
)
from bot.views.stage import IntroLine, Stage

MOST_LIVE = 7
"""Of ten cards: the doorway, these, one's own side as an alum, and the desk's."""


def _buttons(stage: Stage) -> tuple[Button, ...]:
    return (
        main(stage.say("common.find"), "find"),
        press(stage.say("host.join"), "host"),
        press(stage.say("doorway.how"), "help_intro"),
    )


def _first_minute(stage: Stage) -> str:
    """A number only where it is a good one."""
    minutes = stage.campus.talk_minutes
    if stage.alumni < FEWEST_TO_COUNT:
        return stage.say("doorway.text", minutes=minutes)
    return stage.say("doorway.text_counted", count=stage.alumni, minutes=minutes)


def doorway(stage: Stage) -> View:
    """The card in a channel: nobody has to know a command."""
    return View(title=stage.say("doorway.title"), text=_first_minute(stage), buttons=_buttons(stage))


def welcome(stage: Stage) -> View:
    """Once, in the bot's own place; to who has a part already, just where the buttons are."""
    text = stage.say("doorway.at_hand") if _has_a_part(stage) else _first_minute(stage)
    return View(title=_greeting(stage), text=lines(text, stage.say("doorway.mydata")), buttons=_buttons(stage))


def _has_a_part(stage: Stage) -> bool:
    """Whether the reader has asked before, or is an alum of ours."""
    return stage.me is not None and (stage.me.student is not None or stage.me.alum is not None)


def _greeting(stage: Stage) -> str:
    name = stage.me.given_name if stage.me else ""
    return stage.say("doorway.hello_name", name=name) if name else stage.say("doorway.hello")


# --- the page --------------------------------------------------------------------------------------------------------


def home(stage: Stage) -> View:
    """The doorway first; then what is live, where it stands and what to do next."""
    live = [_live(stage, line) for line in stage.intros[:MOST_LIVE]]
    lead = lines(stage.say("home.lead", count=len(stage.intros)), _talks_left(stage))
    text = lead if live or _has_a_part(stage) else _first_minute(stage)
    cards = (Card("", "", _buttons(stage)), *live, *_as_alum(stage), *_at_the_desk(stage))
    return View(title=_greeting(stage), text=text, cards=cards)


def _talks_left(stage: Stage) -> str:
    if stage.me is None or stage.me.student is None:
        return ""
    return stage.say("matches.talks_left", count=stage.talks_left)


def _live(stage: Stage, line: IntroLine) -> Card:
    role = line.intro.role_of(stage.me.id) if stage.me else None
    assert role is not None, "a page lists its reader's own"
    name = line.them.short_name or stage.say("names.somebody")
    text = lines(stands(stage, line.intro, role, line.them.first_name or name))
    return Card(name, text, next_presses(stage, line.intro, role, line.them.first_name or name))


def stands(stage: Stage, intro: Intro, role: Who, name: str) -> str:
    """Where it stands, with its day."""
    if intro.waits_for_student:
        return stage.say(f"home.question_{role}", name=name)
    if intro.state is State.SCHEDULED and intro.starts_at is not None:
        if intro.ends_at is not None and intro.ends_at <= stage.now:
            return stage.say(f"states.unconfirmed_{role}")
        return stage.say("home.scheduled", when=stage.when(intro.starts_at))
    stands = stage.say(f"states.{intro.state}_{role}")
    if intro.state is not State.REQUESTED:
        return stands
    return f"{stands} {stage.say('home.until', day=say_day(expires_at(intro, stage.campus).date(), stage.language))}"


def next_presses(stage: Stage, intro: Intro, role: Who, name: str) -> tuple[Button, ...]:
    """What to do next, and the way to the whole of it. Every label carries the name: there may be several cards."""
    token = intro.token_for(role)
    if intro.state is State.FROZEN:
        return ()
    opens = press(short(stage, "mine.open", BUTTON, name=name), "show", token)
    first = _first(stage, intro, role, name, token)
    return (first, opens) if first else (opens,)


def _first(stage: Stage, intro: Intro, role: Who, name: str, token: str) -> Button | None:
    over = intro.ends_at is not None and intro.ends_at <= stage.now
    state = State.UNCONFIRMED if intro.state is State.SCHEDULED and over else intro.state
    match state:
        case State.REQUESTED if intro.waits_for_student and role is STUDENT:
            return main(stage.say("first.answer", name=name), "answer_first", token)
        case State.ACCEPTED if not intro.slots or intro.slots_by is role:
            return main(short(stage, "home.offer", BUTTON, name=name), "offer_times", token)
        case State.UNCONFIRMED | State.MET if role is STUDENT:
            return main(stage.say("thanks.button", name=name), "thank", token)
        case State.UNCONFIRMED:
            return main(short(stage, "home.happened", BUTTON, name=name), "happened", token)
        case _:
            return None


def _as_alum(stage: Stage) -> tuple[Card, ...]:
    """The reader's own side as an alum."""
    alum = stage.me.alum if stage.me else None
    if alum is None or alum.standing not in (Standing.WAITING, Standing.APPROVED):
        return ()
    profile = press(stage.say("host.profile"), "host_profile")
    if alum.standing is Standing.WAITING:
        return (Card(stage.say("home.alum"), stage.say("host.waiting"), (profile,)),)
    if alum.is_paused(local_day(stage.now, zone_of("", stage.campus))):
        back = main(stage.say("away.resume"), "resume")
        return (Card(stage.say("home.alum"), stage.say("host.card_paused"), (profile, back)),)
    text = stage.say("home.can_be_asked", pace=stage.say("host.pace", count=alum.pace.month))
    return (Card(stage.say("home.alum"), text, (profile, press(stage.say("away.button"), "pause_form"))),)


def _at_the_desk(stage: Stage) -> tuple[Card, ...]:
    """To a coordinator: how much waits for the office."""
    if stage.queue is None:
        return ()
    flagged, waiting = stage.queue
    buttons = (
        press(stage.say("home.see_queue"), "desk_queue"),
        press(stage.say("home.see_waiting"), "desk_waiting"),
    )
    text = f"{stage.say('home.flagged', count=flagged)} {stage.say('home.waiting', count=waiting)}"
    return (Card(stage.say("home.desk"), text, buttons),)


VIEWS: dict[str, Draw] = {"doorway": doorway, "welcome": welcome, "home": home}
