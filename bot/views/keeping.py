"""Keeping in touch after the thanks: offered to both, and only where both wish it does the student hear of it again."""

from __future__ import annotations

from bot.domain.intro import STUDENT
from bot.views.elements import Button, View
from bot.views.parts import BUTTON, Draw, main, note_button, press, reminding, short
from bot.views.stage import Stage


def keep_button(stage: Stage) -> tuple[Button, ...]:
    """Offered until the reader has said so."""
    intro = stage.intro
    keeps = intro.keeps_student if stage.reader is STUDENT else intro.keeps_alum
    label = short(stage, f"keep.button_{stage.reader}", BUTTON, name=stage.name)
    return () if keeps else (press(label, "keep", stage.my_token),)


def let_go_button(stage: Stage) -> Button:
    """The way out again, which nobody is told of."""
    return press(stage.say("keep.let_go"), "let_go", stage.my_token)


def keeping(stage: Stage) -> View:
    """The reader's wish is kept. Whether the other wishes it too is said to nobody."""
    campus = stage.campus
    text = stage.say(
        f"keep.kept_{stage.reader}", name=stage.name, first=campus.keep_first_day, second=campus.keep_second_day
    )
    return View(title=stage.say("keep.kept_title"), text=text, buttons=(let_go_button(stage),))


def let_go(stage: Stage) -> View:
    return View(text=stage.say("keep.gone", name=stage.name))


def nudge_keep(stage: Stage) -> View:
    """To the student: what came of it?"""
    return View(
        title=stage.say("keep.nudge_title", name=stage.name),
        text=stage.say("keep.nudge", name=stage.name),
        buttons=reminding(
            stage,
            main(note_button(stage).label, "note", stage.my_token),
            let_go_button(stage),
        ),
    )


VIEWS: dict[str, Draw] = {"keeping": keeping, "let_go": let_go, "nudge_keep": nudge_keep}
