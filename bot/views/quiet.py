"""How often somebody hears from us: the form, and what is said once it is so. What comes all the same is said too."""

from __future__ import annotations

from bot.domain.calendar import allowed_hours
from bot.domain.people import EVERY_DAY, Quiet, how_reminded
from bot.phrases import say_hour, say_weekday
from bot.views.elements import Choose, ChooseMany, Form, FormItem, Option, Page, PressId, View
from bot.views.parts import Draw, DrawForm, lines, main, press
from bot.views.stage import Stage

HOWS = ("each", "digest", "none")


def quiet_form(stage: Stage) -> Form:
    """One page: how, between which hours, on which days, how often at most; as it is now."""
    quiet, campus = _quiet(stage), stage.campus
    begins, ends = allowed_hours(campus, quiet)
    hours = range(campus.nudge_from_hour, campus.nudge_until_hour)
    items: list[FormItem] = [
        Choose(
            "how",
            stage.say("quiet.how"),
            tuple(Option(each, stage.say(f"quiet.how_{each}")) for each in HOWS),
            value=how_reminded(quiet),
        ),
        Choose("from_hour", stage.say("quiet.from_hour"), _hours(stage, hours), value=str(begins)),
        Choose(
            "until_hour", stage.say("quiet.until_hour"), _hours(stage, [hour + 1 for hour in hours]), value=str(ends)
        ),
        ChooseMany(
            "days",
            stage.say("quiet.days"),
            tuple(Option(str(day), say_weekday(day, stage.language)) for day in EVERY_DAY),
            values=tuple(map(str, quiet.weekdays)),
        ),
    ]
    if campus.nudges_a_week > 1:
        items.append(_a_week(stage, quiet))
    return Form(stage.say("quiet.title"), PressId("send_quiet"), stage.say("quiet.send"), (Page(tuple(items)),))


def _quiet(stage: Stage) -> Quiet:
    return stage.me.quiet if stage.me else Quiet()


def _hours(stage: Stage, hours: range | list[int]) -> tuple[Option, ...]:
    return tuple(Option(str(hour), say_hour(hour, stage.language)) for hour in hours)


def _a_week(stage: Stage, quiet: Quiet) -> Choose:
    most = stage.campus.nudges_a_week
    options = tuple(Option(str(count), stage.say("quiet.a_week_count", count=count)) for count in range(1, most + 1))
    return Choose("a_week", stage.say("quiet.a_week"), options, value=str(min(quiet.a_week or most, most)))


def quiet_kept(stage: Stage) -> View:
    """What holds now, in a sentence or two."""
    quiet = _quiet(stage)
    if quiet.stopped:
        return nudges_stopped_all(stage)
    begins, ends = allowed_hours(stage.campus, quiet)
    when = stage.say("quiet.between", begins=say_hour(begins, stage.language), ends=say_hour(ends, stage.language))
    return View(
        title=stage.say("quiet.kept_title"),
        text=lines(
            stage.say("quiet.kept_digest" if quiet.digest_only else "quiet.kept_each"),
            when,
            stage.say("quiet.always"),
        ),
        buttons=(press(stage.say("quiet.button"), "quiet"),),
    )


def snoozed(stage: Stage) -> View:
    """Not now. Whether a reminder comes then depends on whether there is time left for it."""
    count = stage.campus.snooze_days
    key = "quiet.snoozed" if stage.params.get("comes") else "quiet.snoozed_to_the_end"
    return View(text=stage.say(key, count=count))


def snoozed_all(stage: Stage) -> View:
    return View(text=stage.say("quiet.snoozed", count=stage.campus.snooze_days))


def nudges_stopped(stage: Stage) -> View:
    return View(
        title=stage.say("quiet.stopped_title"),
        text=lines(stage.say("quiet.stopped", name=stage.name), stage.say("quiet.always")),
        buttons=(
            press(stage.say("quiet.again"), "nudge_again", stage.my_token),
            press(stage.say("quiet.stop_all"), "stop_all"),
        ),
    )


def nudges_again(stage: Stage) -> View:
    return View(text=stage.say("quiet.back", name=stage.name))


def nudges_stopped_all(stage: Stage) -> View:
    return View(
        title=stage.say("quiet.stopped_all_title"),
        text=stage.say("quiet.always"),
        buttons=(main(stage.say("quiet.button"), "quiet"),),
    )


VIEWS: dict[str, Draw] = {
    "quiet_kept": quiet_kept,
    "snoozed": snoozed,
    "snoozed_all": snoozed_all,
    "nudges_stopped": nudges_stopped,
    "nudges_again": nudges_again,
    "nudges_stopped_all": nudges_stopped_all,
}
FORMS: dict[str, DrawForm] = {"quiet": quiet_form}
