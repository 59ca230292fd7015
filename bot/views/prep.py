"""Getting ready: what good practice asks of a student, in parts that fit a chat; five minutes before the end, a word.

One card with a button for each part, because nobody reads five pages in a chat, and each part leads to the next. What
they say is the field's own advice (know what you want to find out, ask what no page answers, keep the time, thank, ask
who else); nobody but the student sees it.
"""

from __future__ import annotations

from bot.domain.disclosure import Field
from bot.domain.intro import State
from bot.views.elements import Button, View
from bot.views.parts import Draw, is_link, join_button, lines, main, press, reminding, time_and_place
from bot.views.stage import Stage

PARTS = ("how", "questions", "about_me", "manners", "job")
"""In the order in which one gets ready."""


def prep(stage: Stage) -> View:
    """The card that opens the parts."""
    token = stage.my_token
    return View(
        title=stage.say("prep.title", name=stage.name),
        text=stage.say("prep.lead"),
        buttons=(*(press(stage.say(f"prep.{part}_button"), "prep_part", token, part) for part in PARTS), *_ping(stage)),
    )


def prep_part(stage: Stage) -> View:
    """One part, and the way to the next."""
    part = stage.params["part"]
    following = PARTS[PARTS.index(part) + 1 :][:1]
    return View(
        title=stage.say(f"prep.{part}_button"),
        text=TEXTS[part](stage),
        buttons=(
            *(main(stage.say(f"prep.{name}_button"), "prep_part", stage.my_token, name) for name in following),
            *(_ping(stage) if part == "manners" else ()),
        ),
    )


def _how(stage: Stage) -> str:
    return stage.say("prep.how", name=stage.name)


def _questions(stage: Stage) -> str:
    own = stage.this_ask.question if stage.this_ask else ""
    return lines(stage.say("prep.own_question", question=own) if own else "", stage.say("prep.questions"))


def _about_me(stage: Stage) -> str:
    degree = stage.me.student.degree if stage.me and stage.me.student else ""
    first = (
        stage.say("prep.i_study", me=stage.my_name, degree=degree)
        if degree
        else stage.say("prep.i_am", me=stage.my_name)
    )
    return lines(stage.say("prep.about_me"), first, stage.say("prep.i_wonder"))


def _manners(stage: Stage) -> str:
    if stage.intro.in_writing:
        return stage.say("prep.in_writing", name=stage.name)
    in_person = stage.say("prep.in_person") if _kind_of_place(stage) == "way" else ""
    keep = stage.say("prep.keep_time", minutes=stage.intro.minutes)
    return lines(stage.say("prep.online", name=stage.name), in_person, keep)


def _kind_of_place(stage: Stage) -> str:
    """A link is a talk online; anything else may be a call or, where the campus allows it, a place to go to."""
    return "link" if is_link(stage.them[Field.PLACE]) else "way" if stage.campus.in_person else "call"


def _job(stage: Stage) -> str:
    return stage.say("prep.job", name=stage.name)


TEXTS = {"how": _how, "questions": _questions, "about_me": _about_me, "manners": _manners, "job": _job}


def _ping(stage: Stage) -> tuple[Button, ...]:
    """Offered once, and only while there is an end to come."""
    intro = stage.intro
    if intro.state is not State.SCHEDULED or intro.in_writing or intro.five_minutes:
        return ()
    return (press(stage.say("prep.five_button"), "five_minutes", stage.my_token),)


def checklist(stage: Stage) -> View:
    """The day before. Raises LookupError once the talk has begun: a nudge may have waited too long."""
    intro, token = stage.intro, stage.my_token
    if intro.starts_at is None or intro.starts_at <= stage.now:
        raise LookupError("too late to get ready")
    return View(
        title=stage.say("prep.checklist_title", name=stage.name),
        text=f"{stage.say('prep.checklist', name=stage.name)}\n{stage.say(f'prep.checklist_{_kind_of_place(stage)}')}",
        facts=time_and_place(stage),
        buttons=reminding(
            stage,
            *join_button(stage),
            press(stage.say("prep.questions_button"), "prep_part", token, "questions"),
            press(stage.say("prep.about_me_button"), "prep_part", token, "about_me"),
            *_ping(stage),
            press(stage.say("talk.another_time"), "reschedule", token),
        ),
    )


def five_minutes_kept(stage: Stage) -> View:
    return View(text=stage.say("prep.five_kept", name=stage.name))


def five_minutes(stage: Stage) -> View:
    """While they talk: short enough for a glance."""
    return View(title=stage.say("prep.five_title", name=stage.name), text=stage.say("prep.five", name=stage.name))


VIEWS: dict[str, Draw] = {
    "prep": prep,
    "prep_part": prep_part,
    "checklist": checklist,
    "five_minutes_kept": five_minutes_kept,
    "five_minutes": five_minutes,
}
