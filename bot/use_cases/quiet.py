"""How somebody wishes to be reminded: later, not of this one, less often, in one digest a day, or not at all.

It is about nudges and digests alone. Answers, news, appointments and whatever concerns safety come all the same, and
every answer here says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from bot.domain.digest import waits_for
from bot.domain.intro import LIVE, Intro, Who
from bot.domain.messages import Kind, Status
from bot.domain.nudges import remind_again
from bot.domain.people import EVERY_DAY, PersonId, Quiet, how_reminded
from bot.domain.refusals import Mend, MovedOn
from bot.ports import Line, Step
from bot.use_cases.visit import Say, Visit

DIGEST, NONE = "digest", "none"


def snooze(visit: Visit) -> Say:
    """Not now: nothing about this one for a few days, and then the reminder once more, if it is still of use."""
    _check_reminded(visit.intro)
    comes = _snooze(visit, visit.intro, visit.role)
    return Say("snoozed", {"intro": visit.intro.id}, {"comes": "1"} if comes else {})


def snooze_all(visit: Visit) -> Say:
    """The same for everything that waits: what a digest told of."""
    for intro in visit.uow.intros.of(visit.me.id, live_only=True):
        role = intro.role_of(visit.me.id)
        if role is not None and waits_for(intro, role, visit.campus, visit.now):
            _snooze(visit, intro, role)
    return Say("snoozed_all")


def _snooze(visit: Visit, intro: Intro, role: Who) -> bool:
    """Whether a reminder comes when it is over. One that is planned for soon after will do."""
    wait = timedelta(days=visit.campus.snooze_days)
    until = visit.now + wait
    visit.uow.intros.set_quiet(intro.id, role, snoozed=until)
    visit.uow.steps.add(Step("snooze", visit.now, who=visit.me.who, intro=intro.id))
    if any(line.message.due <= until + wait for line in _planned(visit, intro, visit.me.id)):
        return True
    again = remind_again(intro, role, visit.campus, until)
    if again is not None:
        visit.uow.outbox.add(again)
    return again is not None


def _planned(visit: Visit, intro: Intro, person: PersonId) -> Sequence[Line]:
    """The nudges about this one that wait for this person."""
    return [
        line
        for line in visit.uow.planned.of_intro(intro.id)
        if line.message.to == person
        and line.message.kind is Kind.NUDGE
        and line.status is Status.WAITING
        and line.message.version == intro.version
    ]


def _check_reminded(intro: Intro) -> None:
    """Whether anybody is reminded of this one at all. Raises MovedOn."""
    if intro.state not in LIVE and not intro.both_keep:
        raise MovedOn(intro.state, intro.id)


def stop(visit: Visit) -> Say:
    """No reminders about this one any more."""
    _check_reminded(visit.intro)
    visit.uow.intros.set_quiet(visit.intro.id, visit.role, stopped=True)
    visit.uow.steps.add(Step("nudges_stopped", visit.now, who=visit.me.who, intro=visit.intro.id))
    return Say("nudges_stopped", {"intro": visit.intro.id})


def nudge_again(visit: Visit) -> Say:
    """Reminders about this one after all."""
    _check_reminded(visit.intro)
    visit.uow.intros.set_quiet(visit.intro.id, visit.role, stopped=False)
    visit.uow.steps.add(Step("nudges_again", visit.now, who=visit.me.who, intro=visit.intro.id))
    return Say("nudges_again", {"intro": visit.intro.id})


def stop_all(visit: Visit) -> Say:
    """No reminders at all."""
    _keep(visit, replace(visit.me.quiet, stopped=True))
    return Say("nudges_stopped_all")


def send_quiet(visit: Visit) -> Say:
    """The preferences came back. What is as the campus has it is left to the campus, also when that changes."""
    how = visit.text("how")
    days = tuple(day for day in EVERY_DAY if str(day) in visit.many("days"))
    if not days:
        raise Mend({"days": "days_none"})
    campus = visit.campus
    begins = _hour(visit, "from_hour", campus.nudge_from_hour, campus.nudge_until_hour - 1)
    ends = _hour(visit, "until_hour", campus.nudge_from_hour + 1, campus.nudge_until_hour)
    if (begins or campus.nudge_from_hour) >= (ends or campus.nudge_until_hour):
        raise Mend({"until_hour": "until_before_from"})
    quiet = Quiet(
        from_hour=None if begins == campus.nudge_from_hour else begins,
        until_hour=None if ends == campus.nudge_until_hour else ends,
        weekdays=days,
        a_week=_a_week(visit),
        digest_only=how == DIGEST,
        stopped=how == NONE,
    )
    _keep(visit, quiet)
    return Say("quiet_kept")


def _hour(visit: Visit, name: str, low: int, high: int) -> int | None:
    text = visit.text(name)
    return max(low, min(high, int(text))) if text.isdecimal() else None


def _a_week(visit: Visit) -> int | None:
    """How many at most; as many as the campus sends where nothing else is chosen."""
    text, most = visit.text("a_week"), visit.campus.nudges_a_week
    chosen = int(text) if text.isdecimal() else most
    return None if chosen >= most else max(1, chosen)


def _keep(visit: Visit, quiet: Quiet) -> None:
    visit.uow.people.save(replace(visit.me, quiet=quiet))
    visit.uow.steps.add(Step("quiet", visit.now, who=visit.me.who, detail=how_reminded(quiet)))
