"""Refusals, help, one's own data, and what is said when something of ours broke."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.intro import COORDINATOR
from bot.domain.people import AlumProfile, Quiet, how_reminded
from bot.phrases import say, say_language
from bot.views.elements import NO_TOKEN, Button, Card, PressId, Style, View
from bot.views.parts import Draw, lines, main, press
from bot.views.profiles import studied
from bot.views.stage import Stage


def refusal(stage: Stage) -> View:
    """A polite no; every one of them says what to do next."""
    params: dict[str, object] = {name: _number(value) for name, value in stage.params.items() if name != "key"}
    key = stage.params["key"]
    if key == "moved_on" and stage.role is COORDINATOR:
        key = "moved_on_desk"
    if "state" in params:
        params["state"] = stage.say(f"states.{stage.params['state']}")
    said = stage.say(f"refusals.{key}", **{"name": stage.name, **params})
    return View(text=lines(said, _who_listens(stage)), buttons=_way_on(stage, key))


WAYS_ON: Mapping[str, tuple[tuple[str, str], ...]] = {
    "asked_before": (("common.find_again", "find"),),
    "all_decided": (("home.see_waiting", "desk_waiting"),),
    "code_unknown": (("host.have_code", "have_code"),),
    "decided_already": (("home.see_waiting", "desk_waiting"),),
    "desk_only": (("common.find", "find"), ("host.join", "host")),
    "import_over": (("first_hour.import", "desk_import"),),
    "passed": (("desk.open_queue", "desk_queue"),),
    "sealed": (("desk.open_queue", "desk_queue"),),
    "taken": (("desk.open_queue", "desk_queue"),),
    "taken_by_you": (("desk.open_queue", "desk_queue"),),
    "wording_over": (("first_hour.settings", "desk_settings"),),
    "full": (("host.profile", "host_profile"),),
    "moved_on_desk": (("home.see_queue", "desk_queue"),),
    "no_booking_link": (("more.button", "add_more"),),
    "no_next_choice": (("common.find_again", "find"),),
    "not_an_alum": (("host.join", "host"),),
    "not_free": (("common.find_again", "find"),),
    "not_yours": (("mine.button", "mine"), ("host.mine", "host_mine")),
    "office_introduces": (("common.find_again", "find"),),
    "one_open": (("mine.button", "mine"),),
}
"""What helps after a refusal, as the label's phrase and the verb, where it is one press away."""


def _way_on(stage: Stage, key: str) -> tuple[Button, ...]:
    """The next thing to do, where there is a button for it."""
    if key == "moved_on":
        return (main(stage.say("mine.stands"), "show", stage.my_token),)
    return tuple(press(stage.say(label), verb) for label, verb in WAYS_ON.get(key, ()))


def _who_listens(stage: Stage) -> str:
    """A talk that has ended can't be stopped any more; what wasn't right about it can be told all the same."""
    if stage.params.get("tried") != "flag" or not stage.intro.is_final:
        return ""
    email = stage.campus.office_email
    return stage.say("flag.over", email=email) if email else stage.say("flag.over_anyhow")


def _number(value: str) -> object:
    return int(value) if value.isdecimal() else value


def go_on(stage: Stage) -> View:
    """Between two pages of a form, where a platform shows one at a time."""
    page, pages = int(stage.params["page"]), int(stage.params["pages"])
    return View(
        text=stage.say("pages.kept", page=page, pages=pages),
        buttons=(
            main(
                stage.say("pages.go_on", page=page + 1, pages=pages),
                "reopen",
                stage.params.get("token", NO_TOKEN),
                reopening(stage.params["verb"], page, stage.params.get("arg", "")),
            ),
        ),
    )


def reopening(verb: str, page: int, arg: str) -> str:
    """The argument by which a page of a form is opened again."""
    return f"{verb}.{page}.{arg}" if arg else f"{verb}.{page}"


def mend(language: str, errors: Mapping[str, str], reopen: PressId) -> View:
    """What is to be mended, beside the way back into the form."""
    return View(
        title=say("pages.mend_title", language),
        text=lines(*errors.values()),
        buttons=(main(say("pages.mend", language), reopen.verb, reopen.token, reopen.arg),),
    )


def gate(language: str) -> View:
    """To somebody from a place that was never admitted, or who is not of the campus."""
    return View(title=say("gate.title", language), text=say("gate.text", language))


def sorry(language: str) -> View:
    return View(title=say("sorry.title", language), text=say("sorry.text", language))


def not_done(language: str, again: PressId) -> View:
    """An answer that takes its time came to nothing; nothing is lost by asking again."""
    button = press(say("common.try_again", language), again.verb, again.token, again.arg)
    return View(title=say("common.not_done_title", language), text=say("common.not_done", language), buttons=(button,))


def help_intro(stage: Stage) -> View:
    campus = stage.campus
    return View(
        title=stage.say("help.intro_title"),
        text=stage.say(
            "help.intro", minutes=campus.talk_minutes, count=campus.student_in_30_days, days=campus.request_days
        ),
        buttons=(main(stage.say("common.find"), "find"), press(stage.say("mine.button"), "mine")),
    )


def help_host(stage: Stage) -> View:
    campus = stage.campus
    return View(
        title=stage.say("help.host_title"),
        text=stage.say("help.host", minutes=campus.talk_minutes, pace=stage.say("host.pace", count=campus.alum_month)),
        buttons=(main(stage.say("host.join"), "host"), press(stage.say("host.mine"), "host_mine")),
    )


def help_desk(stage: Stage) -> View:
    return View(
        title=stage.say("help.desk_title"),
        text=stage.say("help.desk"),
        buttons=(
            press(stage.say("home.see_queue"), "desk_queue"),
            press(stage.say("home.see_waiting"), "desk_waiting"),
        ),
    )


def help_mydata(stage: Stage) -> View:
    return View(
        title=stage.say("help.mydata_title"),
        text=stage.say("help.mydata"),
        buttons=(
            press(stage.say("mydata.export"), "my_export"),
            press(stage.say("mydata.erase"), "my_erase"),
            press(stage.say("quiet.button"), "quiet"),
            press(stage.say("count_me.button"), "count_me"),
        ),
    )


def my_export(stage: Stage) -> View:
    """What is kept about the reader, in plain words."""
    me = stage.me
    if me is None:
        return View(title=stage.say("mydata.title"), text=stage.say("mydata.nothing"))
    facts = [
        (stage.say("mydata.name"), f"{me.given_name} {me.family_name}".strip()),
        (stage.say("zones.label"), me.zone),
        (stage.say("mydata.language"), say_language(me.language, stage.language)),
        (stage.say("mydata.accounts"), ", ".join(handle.platform.title() for handle in me.handles)),
    ]
    if me.quiet != Quiet():
        facts.append((stage.say("quiet.button"), stage.say(f"quiet.how_{how_reminded(me.quiet)}")))
    if me.student:
        facts += [(stage.say("mydata.about"), me.student.about), (stage.say("mydata.studies"), me.student.degree)]
        facts.append((stage.say("count_me.fact"), me.student.known_as))
        facts.append((stage.say("about.year"), stage.say(f"years.{me.student.year}") if me.student.year else ""))
    return View(
        title=stage.say("mydata.title"),
        text=stage.say("mydata.text", days=stage.campus.notes_kept_days),
        facts=tuple((name, value) for name, value in facts if value),
        cards=(Card(stage.say("mydata.as_alum"), _of_the_alum(stage, me.alum)),) if me.alum else (),
        buttons=(press(stage.say("mydata.erase"), "my_erase"),),
    )


LONGEST_FACT = 200
"""Characters: all of them together fit a card."""


def _of_the_alum(stage: Stage, alum: AlumProfile) -> str:
    """What is kept about what somebody offers, a line each."""
    told = (
        ("host.shown_title", alum.title),
        ("host.shown_employer", alum.employer),
        ("mydata.industry", alum.industry),
        ("mydata.before", ", ".join(alum.past_titles)),
        ("host.shown_studied", studied(alum)),
        ("host.shown_topics", ", ".join(alum.topics)),
        ("mydata.languages", ", ".join(say_language(code, stage.language) for code in alum.languages)),
        ("host.shown_pace", stage.say("host.pace", count=alum.pace.month)),
        ("mydata.formats", ", ".join(stage.say(f"more.by_{each}") for each in alum.formats)),
        ("mydata.room", alum.room_link),
        ("mydata.booking", alum.booking_link),
    )
    return "\n".join(f"{stage.say(key)}: {_as_far_as_it_fits(value)}" for key, value in told if value)


def _as_far_as_it_fits(value: str) -> str:
    """What is cut off says so: half a link looks like a whole one."""
    return value if len(value) <= LONGEST_FACT else f"{value[: LONGEST_FACT - 1]}…"


def erase_check(stage: Stage) -> View:
    return View(
        title=stage.say("mydata.erase_title"),
        text=stage.say("mydata.erase_text"),
        buttons=(press(stage.say("mydata.erase_yes"), "erase_yes", style=Style.CAREFUL),),
    )


def erased(stage: Stage) -> View:
    return View(title=stage.say("mydata.erased_title"), text=stage.say("mydata.erased"))


def erased_already(stage: Stage) -> View:
    """To somebody of whom nothing was known."""
    return View(title=stage.say("mydata.erased_already_title"), text=stage.say("mydata.erased_already"))


VIEWS: dict[str, Draw] = {
    "refusal": refusal,
    "go_on": go_on,
    "help_intro": help_intro,
    "help_host": help_host,
    "help_desk": help_desk,
    "help_mydata": help_mydata,
    "my_export": my_export,
    "erase_check": erase_check,
    "erased": erased,
    "erased_already": erased_already,
}
