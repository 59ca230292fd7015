"""Forty students and five alumni who each take one talk, all at once over real sockets, on the embedded database."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

from sqlalchemy import select

from adapters.sandbox.play import Pressable, Reaction
from adapters.sandbox_run import Inhabitant, Running, a_town
from bot.domain.intro import State
from bot.domain.people import Pace
from bot.phrases import say
from storage import tables as t
from storage.engine import Store, open_store
from storage.keys import read_keys
from tests.e2e.story import QUESTION, TRIES, filled_in

STUDENTS, ALUMNI = 40, 5
PATIENCE = 60.0
ROSTER = """\
alum_id,given_name,family_name,title,employer,past_titles,topics,degree,grad_year
A1,Maya,Rivers,Communications Lead,Riverside Aid,Press Officer,Writing for people who skim,BA History,2011
A2,Tom,Brandt,Communications Officer,City Council,Local Journalist,Working with the press,BA English,2014
A3,Lea,Kowalski,Communications Manager,Foxglove,Copywriter,Finding a voice for a brand,BA Politics,2009
A4,Owen,Price,Communications Director,Lantern Health,Editor,Leading a small team,BA Sociology,2005
A5,Ada,Brook,Communications Assistant,Museum of Tides,Archivist,A first job,BA Music,2021
"""


def one_at_a_time(store: Store) -> None:
    with store.begin() as uow:
        for alum in uow.people.alumni():
            assert alum.alum is not None
            uow.people.save_alum(alum.id, replace(alum.alum, pace=Pace(month=1, at_once=1)))
        uow.commit()


async def until_heard(act: Callable[[], Awaitable[Reaction]]) -> None:
    """Again, as a person would, where the platform says that nobody answered in time."""
    seen = []
    for _ in range(TRIES):
        seen.append(await act())
        if seen[-1].acked:
            return
    raise AssertionError(f"nobody answers: {seen}")


async def buttons_of(running: Running, who: Inhabitant, verb: str) -> list[Pressable]:
    """Wait until there are buttons that do this."""
    async with asyncio.timeout(PATIENCE):
        while True:
            screen = await running.player.screen(who.platform, who.user)
            found = [button for one in screen.messages for button in one.buttons if button.id.startswith(f"{verb}:")]
            if found:
                return found
            await asyncio.sleep(0.2)


async def test_forty_students_ask_five_alumni_over_sockets_and_nobody_gets_too_much(tmp_path: Path) -> None:
    roster = tmp_path / "roster.csv"
    roster.write_text(ROSTER)
    async with a_town(roster=roster, alumni_on="discord", others=False, bot=False) as running:
        store = open_store(running.database_url, read_keys(running.environment["GROUNDS_KEYS"]))
        one_at_a_time(store)
        await running.start_bot()
        player = running.player
        students = [
            Inhabitant("slack", await player.add_person("slack", f"Student{n} Lane", roles=["students"]), f"Student{n}")
            for n in range(STUDENTS)
        ]

        async def ask(who: Inhabitant) -> None:
            await until_heard(lambda: player.command("slack", who.user, "/intro"))
            form = (await player.screen("slack", who.user)).modal
            words = filled_in(form, {"wonder": "I wonder about communications", "question": QUESTION})
            await until_heard(lambda: player.submit("slack", who.user, words))

        async def open_request(who: Inhabitant, number: int) -> None:
            offers = await buttons_of(running, who, "ask")
            await until_heard(lambda: player.press("slack", who.user, offers[number % len(offers)].id))

        async def send_request(who: Inhabitant) -> None:
            await until_heard(lambda: player.submit("slack", who.user, {"next": []}))

        async def accept(who: Inhabitant) -> None:
            [yes] = await buttons_of(running, who, "accept")
            await asyncio.gather(*(until_heard(lambda: player.press("discord", who.user, yes.id)) for _ in range(2)))

        await asyncio.gather(*(ask(one) for one in students))
        await asyncio.gather(*(open_request(one, number) for number, one in enumerate(students)))
        await asyncio.gather(*(send_request(one) for one in students))
        await running.town.clock.settle()
        with store.read() as reading:
            asked = {reading.people.get(intro.alum).given_name for intro in reading.intros.in_states(State.REQUESTED)}
        await asyncio.gather(*(accept(one) for one in running.people if one.name.split()[0] in asked))
        await running.town.clock.settle()

        with store.read() as reading:
            intros = reading.intros.in_states(*State)
            answers = reading._connection.execute(
                select(t.gesture.c.view, t.gesture.c.params).where(t.gesture.c.view.is_not(None))
            ).all()
        store.close()
        assert {intro.state for intro in intros} == {State.ACCEPTED}
        assert max(Counter(intro.alum for intro in intros).values()) == 1
        assert max(Counter(intro.student for intro in intros).values()) == 1
        assert len(intros) >= 3
        told = Counter(params.get("key", view) for view, params in answers)
        assert told["requested"] == told["accepted"] == told["moved_on"] == len(intros)
        assert set(told) <= {"matches", "requested", "accepted", "not_free", "one_open", "moved_on"}, told
        sorry = say("sorry.title", "en")
        assert [event for event in running.town.wire.events if event.what == "shown" and sorry in str(event.body)] == []
