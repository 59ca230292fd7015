"""What coordinators see of the people they look up, and of a list that they hand over."""

from __future__ import annotations

from bot.domain.disclosure import Field
from bot.domain.people import Standing
from bot.views.elements import Button, Card, FileIn, Form, Line, Page, PressId, Text, View
from bot.views.finding import describe
from bot.views.invitations import invite_button
from bot.views.parts import BUTTON, Draw, DrawForm, lines, main, press, short
from bot.views.stage import PersonCard, RosterLook, Stage

# --- alumni --------------------------------------------------------------------------------------------------------


def alumni_desk(stage: Stage) -> View:
    """Whom the words found; without words, how many there are."""
    if stage.params.get("all"):
        counts = tuple(
            (stage.say(f"lookup.standing_{standing}"), str(count)) for standing, count in stage.counts if count
        )
        return View(
            title=stage.say("lookup.alumni_title"),
            text=stage.say("lookup.alumni_how"),
            facts=counts,
            buttons=(press(stage.say("home.see_waiting"), "desk_waiting"),),
        )
    return _found(stage, tuple(_alum_card(stage, each) for each in stage.people))


def _found(stage: Stage, cards: tuple[Card, ...]) -> View:
    if not cards:
        return View(title=stage.say("lookup.nobody_title"), text=stage.say("lookup.nobody"))
    more = stage.say("lookup.more", count=stage.more) if stage.more else ""
    return View(title=stage.say("lookup.found", count=len(cards) + stage.more), text=more, cards=cards)


def _alum_card(stage: Stage, each: PersonCard) -> Card:
    name = each.them.short_name or stage.say("names.somebody")
    return Card(
        name,
        lines(describe(stage, each.them), _standing(stage, each)),
        (main(short(stage, "mine.open", BUTTON, name=name), "see_alum", each.token),),
    )


def _standing(stage: Stage, each: PersonCard) -> str:
    if each.standing == Standing.APPROVED and each.paused:
        return stage.say("lookup.on_a_break")
    return stage.say(f"lookup.standing_{each.standing}")


def alum_desk(stage: Stage) -> View:
    """One alum. Raises LookupError where they have gone meanwhile."""
    if not stage.people:
        raise LookupError("no alum any more")
    each = stage.people[0]
    name = each.them.short_name or stage.say("names.somebody")
    done = stage.say(f"lookup.{stage.params['done']}", name=name) if stage.params.get("done") else ""
    facts = [(stage.say("lookup.standing"), _standing(stage, each))]
    if each.standing == Standing.APPROVED:
        load = stage.say("lookup.load", open=each.open_now, used=each.used, most=each.most)
        facts.append((stage.say("lookup.carries"), load))
    return View(
        title=name,
        text=lines(done, describe(stage, each.them), _talks(stage, each)),
        facts=tuple(facts),
        buttons=_alum_buttons(stage, each),
    )


def _talks(stage: Stage, each: PersonCard) -> str:
    somebody = stage.say("names.somebody")
    return "\n".join(
        stage.say("lookup.talk", name=name or somebody, state=stage.say(f"states.{state}"))
        for name, state in each.talks
    )


def _alum_buttons(stage: Stage, each: PersonCard) -> tuple[Button, ...]:
    correct = press(stage.say("lookup.correct"), "correct_alum", each.token)
    name = each.them.first_name or stage.say("names.somebody")
    match each.standing:
        case Standing.APPROVED if each.paused:
            return (main(short(stage, "lookup.resume", BUTTON, name=name), "resume_alum", each.token), correct)
        case Standing.APPROVED:
            return (press(short(stage, "queue.do_pause", BUTTON, alum=name), "pause_alum", each.token), correct)
        case Standing.WAITING:
            approve = main(short(stage, "desk.approve", BUTTON, name=name), "approve", each.token)
            return (approve, press(stage.say("desk.turn_away"), "turn_away", each.token), correct)
        case Standing.INVITED:
            return (correct,)
        case Standing.TURNED_AWAY:
            return (press(short(stage, "desk.let_in", BUTTON, name=name), "let_in", each.token),)
        case _:
            return ()


def correct_form(stage: Stage) -> Form:
    """What stands in a profile, to be put right."""
    person = stage.person
    if person is None or person.alum is None:
        raise LookupError("this form needs an alum")
    alum = person.alum
    name = f"{person.given_name} {person.family_name}".strip()[:120]
    items = (
        Line("name", stage.say("host.name"), value=name, required=False, most=120),
        Line("title", stage.say("lookup.their_work"), value=alum.title[:120], most=120),
        Line("employer", stage.say("host.employer"), value=alum.employer[:120], required=False, most=120),
        Line("degree", stage.say("lookup.their_degree"), value=alum.degree[:120], required=False, most=120),
        Line("grad_year", stage.say("lookup.their_year"), value=str(alum.grad_year or ""), required=False, most=4),
    )
    return Form(
        stage.say("lookup.correct_title"),
        PressId("send_correct_alum", stage.token),
        stage.say("common.send"),
        (Page(items),),
    )


def corrected_alum(stage: Stage) -> View:
    """To the alum: the office has put something right."""
    return View(
        title=stage.say("lookup.corrected_title"),
        text=stage.say("lookup.corrected_text"),
        buttons=(main(stage.say("host.profile"), "host_profile"),),
    )


# --- students ------------------------------------------------------------------------------------------------------


def students_desk(stage: Stage) -> View:
    """Whom a name found: what they may still ask for, and where their talks stand."""
    if stage.params.get("how"):
        return View(title=stage.say("lookup.student_title"), text=stage.say("lookup.student_how"))
    return _found(stage, tuple(_student_card(stage, each) for each in stage.people))


def _student_card(stage: Stage, each: PersonCard) -> Card:
    year = each.them[Field.STUDY_YEAR]
    studies = ", ".join(part for part in (each.them[Field.DEGREE], stage.say(f"years.{year}") if year else "") if part)
    used = stage.say("lookup.allowance", open=each.open_now, used=each.used, most=each.most)
    return Card(
        each.them.short_name or stage.say("names.somebody"),
        lines(studies, used, _talks(stage, each)),
        (main(stage.say("queue.do_introduce"), "introduce_to", each.token),),
    )


# --- a list that is handed over ------------------------------------------------------------------------------------


def import_form(stage: Stage) -> Form:
    items = (
        Text(stage.say("import.text")),
        FileIn("roster", stage.say("import.file"), stage.say("import.file_hint")),
        Line("source", stage.say("import.source"), stage.say("import.source_hint"), most=120),
        Line("notice", stage.say("import.notice"), stage.say("import.notice_hint"), required=False, most=10),
    )
    return Form(stage.say("import.title"), PressId("send_import"), stage.say("import.send"), (Page(items),))


def import_desk(stage: Stage) -> View:
    """How far a list has come. Raises LookupError where it is gone."""
    look = stage.roster
    if look is None:
        raise LookupError("no such list")
    match look.stage:
        case "looking" | "bringing":
            return View(title=stage.say("import.reading_title", count=look.lines), text=stage.say("import.reading"))
        case "looked":
            return _looked(stage, look)
        case "done":
            return View(
                title=stage.say("import.done_title"),
                text=lines(_counts(stage, look), stage.say("import.then"), _problems(stage, look)),
                buttons=invite_button(stage),
            )
        case _:
            return import_left(stage)


def _looked(stage: Stage, look: RosterLook) -> View:
    usable = look.imported + look.changed
    yes = (main(stage.say("import.yes", count=usable), "import_yes", look.token),) if usable else ()
    return View(
        title=stage.say("import.looked_title"),
        text=lines(_counts(stage, look), _problems(stage, look)),
        buttons=(*yes, press(stage.say("import.no"), "import_no", look.token)),
    )


def _counts(stage: Stage, look: RosterLook) -> str:
    return stage.say("import.counts", new=look.imported, changed=look.changed, same=look.unchanged, bad=look.bad_rows)


def _problems(stage: Stage, look: RosterLook) -> str:
    more = (stage.say("import.more", count=stage.more),) if stage.more else ()
    return "\n".join((*look.problems, *more))[:1800]


def import_left(stage: Stage) -> View:
    return View(title=stage.say("import.left_title"), text=stage.say("import.left"))


VIEWS: dict[str, Draw] = {
    "alumni_desk": alumni_desk,
    "alum_desk": alum_desk,
    "corrected_alum": corrected_alum,
    "students_desk": students_desk,
    "import_desk": import_desk,
    "import_left": import_left,
}
FORMS: dict[str, DrawForm] = {"correct_alum": correct_form, "import": import_form}
