"""A yes becomes a talk: times, a place, reminders, changes of plan, notes and contact."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.calendar import local_day
from bot.domain.disclosure import Field
from bot.domain.intro import ALUM, FINAL, STUDENT, State, can
from bot.phrases import listed
from bot.views.elements import (
    Button,
    Choose,
    ChooseMany,
    Form,
    FormItem,
    Line,
    Option,
    Page,
    PressId,
    Text,
    View,
    When,
)
from bot.views.finding import describe
from bot.views.parts import (
    LABEL,
    Draw,
    DrawForm,
    flag_button,
    join_button,
    lines,
    main,
    note_button,
    press,
    quoted,
    reminding,
    short,
    time_and_place,
)
from bot.views.stage import Stage

MOST_TIMES = 5


def _stamp(at: datetime) -> str:
    return str(int(at.timestamp()))


def _ahead(stage: Stage) -> str:
    """How the other one's clock stands to the reader's."""
    hours = round(stage.hours_ahead, 1)
    if not hours or not stage.them[Field.ZONE]:
        return stage.say("times.yours") if stage.them[Field.ZONE] else ""
    key = "times.ahead" if hours > 0 else "times.behind"
    count = 1 if abs(hours) == 1 else 2  # a half is said like many: 5.5 hours
    return stage.say(key, name=stage.name, count=count, hours=f"{abs(hours):g}")


# --- times -----------------------------------------------------------------------------------------------------------


def times_form(stage: Stage) -> Form:
    """Up to ten times to tick, in the reader's zone; the place, where none is known yet."""
    options = tuple(Option(_stamp(at), stage.when(at)[:75]) for at in stage.slots)
    items: list[FormItem] = [
        Text(lines(stage.say("times.tick", name=stage.name, most=MOST_TIMES), _ahead(stage))),
        ChooseMany("times", stage.say("times.which"), options, most=min(MOST_TIMES, len(options))),
    ]
    if not stage.place_known:
        items.append(_place(stage))
    return Form(
        stage.say("times.title"), PressId("send_times", stage.my_token), stage.say("times.send"), (Page(tuple(items)),)
    )


def _place(stage: Stage) -> Line:
    """By video or phone; in person only where the campus allows it."""
    hint = stage.say(f"times.place_hint{_in_person(stage)}")
    return Line("place", stage.say("times.place"), hint, required=False, most=300)


def _in_person(stage: Stage) -> str:
    return "_in_person" if stage.campus.in_person else ""


def accepted(stage: Stage) -> View:
    """To the alum, after the yes."""
    return View(
        title=stage.say("yes.thanks_title", name=stage.name),
        text=stage.say("yes.thanks", name=stage.name),
        buttons=_find_a_time(stage),
    )


def yes(stage: Stage) -> View:
    """To the student: good news."""
    return View(
        title=stage.say("yes.title", name=stage.name),
        text=lines(stage.say("yes.text", name=stage.name, minutes=stage.intro.minutes), _likes(stage)),
        buttons=_find_a_time(stage),
    )


def _likes(stage: Stage) -> str:
    """How the alum likes to talk, if they said so."""
    ways = [stage.say(f"yes.{way}") for way in stage.them[Field.FORMATS].split()]
    return stage.say("yes.likes", name=stage.name, ways=listed(ways, stage.language)) if ways else ""


def _find_a_time(stage: Stage) -> tuple[Button, ...]:
    token = stage.my_token
    return (
        main(stage.say("times.offer"), "offer_times", token),
        *_booking_button(stage),
        press(stage.say("times.arrange"), "arrange", token),
        note_button(stage),
        press(stage.say("cancel.button"), "cancel", token),
        flag_button(stage),
    )


def _booking_button(stage: Stage) -> tuple[Button, ...]:
    """To an alum who has a booking page: it goes over when they send it, or when both share."""
    link = stage.me.alum.booking_link if stage.me and stage.me.alum and stage.reader is ALUM else ""
    return (press(stage.say("booking.button"), "send_booking", stage.my_token),) if link else ()


def times(stage: Stage) -> View:
    """To the other one: press one, and it stands."""
    picks = tuple(
        main(stage.when(at)[:75], "pick", stage.my_token, _stamp(at)) for at in stage.intro.slots if at > stage.now
    )
    return View(
        title=stage.say("times.told_title", name=stage.name),
        text=lines(stage.say("times.told", name=stage.name, minutes=stage.intro.minutes), _ahead(stage)),
        buttons=(
            *picks,
            press(stage.say("times.other"), "offer_times", stage.my_token),
            press(stage.say("times.arrange"), "arrange", stage.my_token),
            flag_button(stage),
        ),
    )


def times_sent(stage: Stage) -> View:
    return View(
        title=stage.say("times.sent_title"),
        text=stage.say("times.sent", name=stage.name),
        buttons=(note_button(stage),),
    )


def arrange_form(stage: Stage) -> Form:
    """Agreed elsewhere: when and where, or in writing."""
    how = (
        Option("live", stage.say(f"arrange.live{_in_person(stage)}")),
        Option("in_writing", stage.say("arrange.in_writing")),
    )
    items = (
        When("when", stage.say("arrange.when"), stage.zone, stage.say("arrange.when_hint", zone=stage.zone)),
        Choose("how", stage.say("arrange.how"), how, value="live"),
        _place(stage),
    )
    return Form(
        stage.say("arrange.title"), PressId("send_arranged", stage.my_token), stage.say("common.send"), (Page(items),)
    )


# --- the talk --------------------------------------------------------------------------------------------------------


def scheduled(stage: Stage) -> View:
    """It stands: when, where, and what to do if it can't be."""
    token = stage.my_token
    prepare = (press(stage.say("prep.button"), "prep", token),) if stage.reader is STUDENT else ()
    file = () if stage.intro.in_writing else (press(stage.say("files.again"), "file_again", token),)
    return View(
        title=stage.say("talk.title", name=stage.name),
        text=stage.say(f"talk.text_{stage.reader}", name=stage.name, minutes=stage.intro.minutes),
        facts=time_and_place(stage),
        buttons=_before_the_talk(stage, *prepare, *file, press(stage.say("share.button"), "share", token)),
    )


def _before_the_talk(stage: Stage, *more: Button) -> tuple[Button, ...]:
    token = stage.my_token
    return (
        *join_button(stage),
        *more,
        note_button(stage),
        press(stage.say("talk.another_time"), "reschedule", token),
        press(stage.say("cancel.button"), "cancel", token),
        flag_button(stage),
    )


def reminder(stage: Stage) -> View:
    """A day before."""
    start = stage.intro.starts_at
    if start is None:
        raise LookupError("there is no time to remind of")
    zone = ZoneInfo(stage.zone)
    day = "today" if local_day(start, zone) == local_day(stage.now, zone) else "day"
    return View(
        title=stage.say(f"nudges.reminder_{day}_title", name=stage.name),
        text=stage.say(f"nudges.reminder_{stage.reader}", name=stage.name),
        facts=time_and_place(stage),
        buttons=_before_the_talk(stage),
    )


def reminder_soon(stage: Stage) -> View:
    """An hour before: where to go, and little else."""
    return View(
        title=stage.say("nudges.soon_title", name=stage.name),
        text=stage.say(f"nudges.soon_{stage.reader}", name=stage.name, minutes=stage.intro.minutes),
        facts=time_and_place(stage),
        buttons=_before_the_talk(stage),
    )


def nudge_no_time(stage: Stage) -> View:
    has_offer = bool(stage.intro.slots) and stage.intro.slots_by is not stage.reader
    picks = times(stage).buttons if has_offer else _find_a_time(stage)
    return View(
        title=stage.say("nudges.no_time_title", name=stage.name),
        text=stage.say("nudges.no_time", count=stage.campus.no_time_lapse_day - stage.campus.no_time_warn_day),
        buttons=reminding(stage, *picks),
    )


def reschedule_times(stage: Stage) -> View:
    """To the one who asked for another time."""
    return View(
        title=stage.say("talk.again_title"), text=stage.say("talk.again", name=stage.name), buttons=_find_a_time(stage)
    )


def rescheduled(stage: Stage) -> View:
    return View(
        title=stage.say("talk.moved_title", name=stage.name),
        text=stage.say("talk.moved", name=stage.name),
        buttons=_find_a_time(stage),
    )


def cancel_form(stage: Stage) -> Form:
    instead = stage.say("cancel.other_time") if can(stage.intro, "reschedule", stage.reader) else ""
    item = Line(
        "line",
        short(stage, "cancel.line", LABEL, name=stage.name),
        stage.say("cancel.line_hint"),
        required=False,
        most=300,
    )
    return Form(
        stage.say("cancel.title"),
        PressId("send_cancel", stage.my_token),
        stage.say("cancel.send"),
        (Page((Text(lines(stage.say("cancel.text", name=stage.name), instead)), item)),),
    )


def cancel_done(stage: Stage) -> View:
    return View(
        title=stage.say("cancel.done_title"), text=stage.say("cancel.done", name=stage.name), buttons=_again(stage)
    )


def cancelled(stage: Stage) -> View:
    return View(
        title=stage.say("cancel.told_title", name=stage.name),
        text=lines(stage.say("cancel.told", name=stage.name), quoted(_last_word(stage))),
        buttons=_again(stage),
    )


def _last_word(stage: Stage) -> str:
    """A line that came with the cancelling, if it is newer than the note that began it all."""
    return stage.said if stage.intro.state is State.CANCELLED and stage.params.get("line") else ""


def _again(stage: Stage) -> tuple[Button, ...]:
    return (main(stage.say("common.find_again"), "find"),) if stage.reader is STUDENT else ()


def parted(stage: Stage) -> View:
    """To the one who stays. Where the office had paused it, that is said: they may have been waiting to hear."""
    key = "parted" if stage.intro.frozen_from is None else "parted_frozen"
    return View(title=stage.say("ends.parted_title"), text=stage.say(f"ends.{key}"), buttons=_again(stage))


def lapsed(stage: Stage) -> View:
    return View(
        title=stage.say("ends.lapsed_title", name=stage.name),
        text=stage.say("ends.lapsed", name=stage.name),
        buttons=() if stage.next_names else _again(stage),
    )


# --- one intro as it stands ------------------------------------------------------------------------------------------


def card(stage: Stage) -> View:
    """What the reader may know and do from the yes on."""
    state = stage.intro.state
    if state is State.SCHEDULED and stage.intro.ends_at and stage.now >= stage.intro.ends_at:
        from bot.views.thanks import nudge_happened

        return nudge_happened(stage)
    match state:
        case State.SCHEDULED:
            return scheduled(stage)
        case State.ACCEPTED if stage.intro.slots and stage.intro.slots_by is not stage.reader:
            return times(stage)
        case State.THANKED if stage.reader is ALUM and stage.thanks:
            from bot.views.thanks import thanks

            return thanks(stage)
    about = describe(stage, stage.them) if stage.reader is STUDENT else ""
    return View(
        title=stage.name,
        text=lines(stage.say(f"states.{state}_{stage.reader}"), about),
        buttons=_next_presses(stage),
    )


def _next_presses(stage: Stage) -> tuple[Button, ...]:
    state, token = stage.intro.state, stage.my_token
    thank = main(stage.say("thanks.button", name=stage.name), "thank", token)
    happened = press(stage.say("happened.yes"), "happened", token)
    match state, stage.reader:
        case (State.ACCEPTED, _):
            return _find_a_time(stage)
        case (State.MISSED, _):
            again = (
                () if stage.intro.rescheduled_missed else (main(stage.say("talk.another_time"), "reschedule", token),)
            )
            return (*again, press(stage.say("cancel.button"), "cancel", token), happened, flag_button(stage))
        case (State.MET | State.UNTHANKED, _) if stage.reader is STUDENT:
            return (thank, flag_button(stage)) if state is State.MET else (thank, *_worth(stage))
        case (State.UNCONFIRMED, _):
            return (thank, flag_button(stage)) if stage.reader is STUDENT else (happened, flag_button(stage))
        case (State.THANKED, _) if stage.reader is ALUM:
            return (main(stage.say("thanks.received"), "received", token), flag_button(stage))
    return _worth(stage) if state in FINAL or state is State.FROZEN else (*_worth(stage), flag_button(stage))


def _worth(stage: Stage) -> tuple[Button, ...]:
    """For whoever comes back to it: what they have not said yet of a talk that was."""
    return (press(stage.say("worth.button"), "worth", stage.my_token),) if stage.worth_open else ()


VIEWS: dict[str, Draw] = {
    "accepted": accepted,
    "yes": yes,
    "times": times,
    "times_sent": times_sent,
    "scheduled": scheduled,
    "reminder": reminder,
    "reminder_soon": reminder_soon,
    "nudge_no_time": nudge_no_time,
    "reschedule_times": reschedule_times,
    "rescheduled": rescheduled,
    "cancel_done": cancel_done,
    "cancelled": cancelled,
    "parted": parted,
    "lapsed": lapsed,
}
FORMS: dict[str, DrawForm] = {
    "times": times_form,
    "arrange": arrange_form,
    "cancel": cancel_form,
}
