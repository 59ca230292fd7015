"""What coordinators see in their channel, and what the two see when the office has stepped in."""

from __future__ import annotations

from bot.domain.codes import in_groups, intro_code
from bot.domain.intro import STUDENT
from bot.views.elements import Card, ChooseMany, Form, Option, Page, Paragraph, PressId, Style, Text, View
from bot.views.finding import describe
from bot.views.parts import (
    BUTTON,
    Draw,
    DrawForm,
    lines,
    main,
    press,
    short,
)
from bot.views.stage import Stage


def flag_form(stage: Stage) -> Form:
    """Something isn't right. Saying what is optional."""
    never = (Option("never_again", short(stage, "flag.never", BUTTON, name=stage.name)),)
    items = (
        Text(stage.say("flag.text", name=stage.name)),
        Paragraph("what", stage.say("flag.what"), stage.say("flag.what_hint"), required=False, most=1000),
        ChooseMany("never", stage.say("flag.and"), never, required=False),
    )
    return Form(stage.say("flag.title"), PressId("send_flag", stage.my_token), stage.say("common.send"), (Page(items),))


def flagged(stage: Stage) -> View:
    return View(title=stage.say("flag.done_title"), text=stage.say("flag.done"))


def frozen(stage: Stage) -> View:
    return View(title=stage.say("flag.frozen_title"), text=stage.say("flag.frozen"))


def released(stage: Stage) -> View:
    return View(
        title=stage.say("flag.released_title"),
        text=stage.say("flag.released", name=stage.name),
        buttons=(main(stage.say("mine.stands"), "show", stage.my_token),),
    )


def closed_by_desk(stage: Stage) -> View:
    again = (main(stage.say("common.find_again"), "find"),) if stage.reader is STUDENT else ()
    return View(title=stage.say("flag.closed_title"), text=stage.say("flag.closed"), buttons=again)


def _whom(stage: Stage) -> str:
    somebody = stage.say("names.somebody")
    student, alum = stage.student.short_name or somebody, stage.them.short_name or somebody
    return stage.say("desk.whom", student=student, alum=alum)


def _code(stage: Stage) -> tuple[tuple[str, str], ...]:
    """What the office calls this one, also at the operator's shell (`grounds nudges plan --intro`)."""
    return ((stage.say("desk.code"), in_groups(intro_code(stage.intro.desk_token))),)


def flag_desk(stage: Stage) -> View:
    """At once, in the coordinators' channel: whom it is about, and no text of theirs."""
    return View(
        title=stage.say("desk.flag_title"),
        text=lines(_whom(stage), stage.say("desk.flag", days=stage.campus.frozen_days)),
        facts=_code(stage),
        buttons=(
            main(stage.say("desk.release"), "release", stage.my_token),
            press(stage.say("desk.close"), "close", stage.my_token, style=Style.CAREFUL),
            press(stage.say("thread.button"), "read_thread", stage.my_token),
        ),
    )


def disagree_desk(stage: Stage) -> View:
    text = lines(_whom(stage), stage.say("desk.disagree"))
    return View(title=stage.say("desk.disagree_title"), text=text, facts=_code(stage))


def no_thanks_desk(stage: Stage) -> View:
    """A talk took place, and nobody has thanked for it yet."""
    days = stage.campus.unthanked_days - stage.campus.thanks_queue_day
    text = lines(_whom(stage), stage.say("desk.no_thanks", days=days))
    return View(title=stage.say("desk.no_thanks_title"), text=text, facts=_code(stage))


def thawed_desk(stage: Stage) -> View:
    return View(
        title=stage.say("desk.thawed_title"),
        text=lines(_whom(stage), stage.say("desk.thawed", days=stage.campus.frozen_days)),
        facts=_code(stage),
    )


def parted_desk(stage: Stage) -> View:
    return View(title=stage.say("desk.parted_title"), text=stage.say("desk.parted"))


def released_desk(stage: Stage) -> View:
    return View(title=stage.say("desk.released_title"), text=stage.say("desk.released"))


def closed_desk(stage: Stage) -> View:
    return View(title=stage.say("desk.closed_title"), text=stage.say("desk.closed"))


def office_asked_desk(stage: Stage) -> View:
    name = stage.student.short_name or stage.say("names.somebody")
    return View(title=stage.say("desk.office_title", name=name), text=stage.say("desk.office", name=name))


def introduce_desk(stage: Stage) -> View:
    """A student under 18 would like to meet an alum: the office brings the two together, or nobody does."""
    somebody = stage.say("names.somebody")
    name, alum = stage.student.short_name or somebody, stage.them.short_name or somebody
    return View(
        title=stage.say("desk.introduce_title", name=name), text=stage.say("desk.introduce", name=name, alum=alum)
    )


def doorway_hung(stage: Stage) -> View:
    """To the coordinator who typed it."""
    return View(title=stage.say("doorway.hung_title"), text=stage.say("doorway.hung"))


def doorway_again(stage: Stage) -> View:
    return View(title=stage.say("doorway.again_title"), text=stage.say("doorway.again"))


def doorway_refused_desk(stage: Stage) -> View:
    return View(title=stage.say("doorway.refused_title"), text=stage.say("doorway.refused"))


def undeliverable_desk(stage: Stage) -> View:
    return View(
        title=stage.say("desk.undeliverable_title"),
        text=lines(_whom(stage) if stage.this_intro else "", stage.say("desk.undeliverable")),
        facts=_code(stage) if stage.this_intro else (),
    )


def join_desk(stage: Stage) -> View:
    """Somebody asks to come in. Raises LookupError where they have gone meanwhile."""
    if not stage.token:
        raise LookupError("nobody to let in")
    return View(
        title=stage.say("desk.join_title", name=stage.them.short_name),
        text=lines(describe(stage, stage.them), stage.say("desk.join")),
        buttons=(
            main(stage.say("desk.approve", name=stage.them.first_name), "approve", stage.token),
            press(stage.say("desk.turn_away"), "turn_away", stage.token),
        ),
    )


def approved_desk(stage: Stage) -> View:
    return View(text=stage.say("desk.approved", name=stage.them.short_name))


def turned_away_desk(stage: Stage) -> View:
    name = stage.them.first_name or stage.say("names.somebody")
    return View(
        text=stage.say("desk.turned_away", name=stage.them.short_name),
        buttons=(press(short(stage, "desk.let_in", BUTTON, name=name), "let_in", stage.token),),
    )


def waiting_desk(stage: Stage) -> View:
    """Everybody who waits to come in; all of those shown can be let in at once."""
    count = int(stage.params.get("approved", "0"))
    approved = stage.say("desk.approved_all", count=count) if count else ""
    if not stage.matches:
        return View(title=stage.say("desk.nobody_title"), text=lines(approved, stage.say("desk.nobody")))
    cards = tuple(
        Card(
            card.them.short_name,
            describe(stage, card.them),
            (
                main(short(stage, "desk.approve", BUTTON, name=card.them.first_name), "approve", card.token),
                press(stage.say("desk.turn_away"), "turn_away", card.token),
            ),
        )
        for card in stage.matches
    )
    every = (press(stage.say("desk.approve_all", count=len(cards)), "approve_all", arg=stage.newest),)
    more = stage.say("desk.waiting_more", count=stage.more) if stage.more else ""
    return View(
        title=stage.say("desk.waiting_title", count=len(cards) + stage.more),
        text=lines(approved, more),
        cards=cards,
        buttons=every if len(cards) > 1 else (),
    )


VIEWS: dict[str, Draw] = {
    "flagged": flagged,
    "frozen": frozen,
    "released": released,
    "closed_by_desk": closed_by_desk,
    "flag_desk": flag_desk,
    "disagree_desk": disagree_desk,
    "no_thanks_desk": no_thanks_desk,
    "thawed_desk": thawed_desk,
    "parted_desk": parted_desk,
    "released_desk": released_desk,
    "closed_desk": closed_desk,
    "office_asked_desk": office_asked_desk,
    "introduce_desk": introduce_desk,
    "doorway_hung": doorway_hung,
    "doorway_again": doorway_again,
    "doorway_refused_desk": doorway_refused_desk,
    "undeliverable_desk": undeliverable_desk,
    "join_desk": join_desk,
    "approved_desk": approved_desk,
    "turned_away_desk": turned_away_desk,
    "waiting_desk": waiting_desk,
}
FORMS: dict[str, DrawForm] = {"flag": flag_form}
