"""The course of a life: when each comes by themselves, and what befalls them in these weeks."""

from __future__ import annotations

from datetime import datetime

from adapters.term import cast
from adapters.term.cast import ALUM, STUDENT, Human
from adapters.term.play import Act, Term


def make_plans(term: Term) -> None:
    """When each comes by themselves, and what befalls them in these weeks."""
    for human in term.humans:
        rng = human.rng
        persona = human.persona
        times = int(persona.asks) + (rng.random() < persona.asks % 1)
        for _ in range(times):
            term.plan(_some_time(term, rng.betavariate(1.2, 1.9)), human, term.typing("/intro"))
        if human.platform == "slack" and human.chance(cast.OPENS_HOME):
            for _ in range(3):
                term.plan(_some_time(term, rng.random()), human, term.opening_home)
        if human.chance(persona.narrows):
            term.plan(_some_time(term, rng.random() * 0.6), human, term.typing("/mydata", "quiet"))
        if human.chance(cast.MOVES):
            term.plan(_some_time(term, rng.random()), human, _moves(term))
        if human.chance(cast.SHUTS_DMS):
            shut = rng.random()
            term.plan(_some_time(term, shut), human, _troubled(term, "closed_dms"))
            if human.chance(cast.OPENS_AGAIN):
                term.plan(_some_time(term, shut + (1 - shut) * rng.random()), human, _troubled(term, "open_dms"))
        if human.chance(cast.LEAVES):
            term.plan(_some_time(term, rng.random()), human, _leaves(term))
        if human.role in (STUDENT, ALUM) and human.chance(cast.ERASES):
            term.plan(_some_time(term, rng.random()), human, term.typing("/mydata", "erase"))
        if human.role == ALUM:
            _an_alums_plans(term, human)


def _an_alums_plans(term: Term, human: Human) -> None:
    rng = human.rng
    if human.chance(cast.ON_LEAVE):
        gone = rng.random() * 0.8
        term.plan(_some_time(term, gone), human, term.typing("/host", "pause"))
        if human.chance(cast.COMES_BACK):
            term.plan(_some_time(term, gone + 0.1), human, term.typing("/host", "resume"))
    if human.chance(cast.LEAVES_FOR_GOOD):
        term.plan(_some_time(term, rng.random()), human, term.typing("/host", "leave"))


def _some_time(term: Term, share: float) -> datetime:
    return term.begin + (term.end - term.begin) * min(share, 0.999)


def _troubled(term: Term, kind: str) -> Act:
    async def befall(human: Human) -> None:
        term.town.pretend(human.platform).trouble(kind, human.user)

    return befall


def _leaves(term: Term) -> Act:
    async def leave(human: Human) -> None:
        term.town.pretend(human.platform).trouble("left", human.user)
        term.left.add(human.account)
        human.gone = True

    return leave


def _moves(term: Term) -> Act:
    """To another zone. Slack tells it with the next thing that they do; where nothing tells it, they say it in their
    profile, if they have one."""

    async def move(human: Human) -> None:
        zones = [zone for zone, _ in cast.ZONES[ALUM] if zone != human.truth]
        human.truth = human.rng.choice(zones)
        if human.platform == "slack":
            term.town.slack.workspace.people[human.user].zone = human.truth
        if human.role == ALUM:
            await term.typing("/host", "profile")(human)

    return move
