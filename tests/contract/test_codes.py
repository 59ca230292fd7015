"""One-time codes and objections, on each database: used once whoever is first, and never to be read."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

from bot.conversation.answer import answer
from bot.conversation.gestures import Command
from bot.domain.codes import in_groups, read_code
from bot.domain.people import Standing
from bot.use_cases.invite import keep_away
from bot.views.elements import View
from storage import tables as t
from storage.engine import Store
from tests.invited import MAYA, a_code, imports, letters
from tests.words import a_no
from tests.world import DISCORD, NOW, World

AT_ONCE = 6


def test_a_code_is_taken_once_and_not_after_its_end(store: Store) -> None:
    with store.begin() as uow:
        maya, tom = (uow.people.add(None, name, "", "", "en").id for name in ("Maya", "Tom"))
        code, late = (uow.codes.give(person, NOW + timedelta(days=7)) for person in (maya, tom))
        assert [uow.codes.take(code, NOW), uow.codes.take(code, NOW), uow.codes.owner(code)] == [maya, None, None]
        assert uow.codes.take(late, NOW + timedelta(days=7)) is None
        uow.codes.end(tom)
        assert uow.codes.take(late, NOW) is None
        assert uow.codes.take("", NOW) is None


def test_a_new_code_ends_the_old_one(store: Store) -> None:
    with store.begin() as uow:
        maya = uow.people.add(None, "Maya", "", "", "en").id
        old, new = (uow.codes.give(maya, NOW + timedelta(days=7)) for _ in range(2))
        assert (uow.codes.take(old, NOW), uow.codes.take(new, NOW)) == (None, maya)


def test_a_code_reads_as_it_was_made_and_anything_else_as_none() -> None:
    assert read_code("oilo-0000-zzzz") == "01100000ZZZZ"
    assert in_groups("01100000ZZZZ") == "0110-0000-ZZZZ"
    assert [read_code(text) for text in ("", "0110-0000-ZZZ", "0110-0000-ZZZZZ", "0110-0000-ZZZU", "٠" * 12)] == [
        ""
    ] * 5


def test_of_many_who_type_one_code_at_once_one_gets_it(world_on_both: World) -> None:
    world = world_on_both
    code = a_code(world)
    rivals = [world.stranger(f"Rival Number{n}", space=DISCORD) for n in range(AT_ONCE)]
    for rival in rivals:
        world.command(rival, "/host help", channel="general")
    together = Barrier(AT_ONCE)

    def type_it(number: int) -> View:
        gesture = Command(f"race-{number}", world.actor(rivals[number]), "host", f"join {code}", channel="general")
        together.wait()
        shown = answer(gesture, world.store.begin, world.now, world.matcher)
        assert isinstance(shown, View)
        return shown

    with ThreadPoolExecutor(AT_ONCE) as threads:
        shown = list(threads.map(type_it, range(AT_ONCE)))

    assert Counter(view == a_no("code_unknown") for view in shown) == {True: AT_ONCE - 1, False: 1}
    owners = [rival for rival in rivals if world.known(rival).alum is not None]
    assert [world.known(rival).given_name for rival in owners] == ["Maya"]
    assert len(world.rows(t.roster)) == 1


def test_who_objects_is_gone_and_stays_out_by_either_key(world_on_both: World) -> None:
    world = world_on_both
    code = a_code(world)
    with world.store.begin() as uow:
        assert keep_away(uow, "MAYA@alumni.example.org", world.now)
        assert not keep_away(uow, "NEVER-SEEN", world.now)
        uow.commit()

    report = imports(
        world,
        MAYA,
        {**MAYA, "alum_id": "NEVER-SEEN", "email": "x@y.org"},
        {**MAYA, "alum_id": "A9", "email": "z@y.org"},
    )

    assert (report.imported, report.unchanged, report.objected) == (1, 2, 2)
    assert world.command(world.stranger(), f"/host join {code}") == a_no("code_unknown")


def test_letters_go_to_whoever_has_not_joined_and_count_as_notice(world_on_both: World) -> None:
    world = world_on_both
    imports(world, MAYA, {**MAYA, "alum_id": "A2", "email": "tom@alumni.example.org", "given_name": "Tom"})
    first = letters(world)
    maya = world.stranger("Maya Rivers", space=DISCORD)
    world.command(maya, f"/host join {first[0].code}", channel="general")
    world.press(maya, "Yes")
    world.submit(maya)
    second = letters(world)

    assert [letter.alum_id for letter in first] == ["A1", "A2"]
    assert [(letter.alum_id, letter.renewed) for letter in second] == [("A2", True)]
    assert {row.notice for row in world.rows(t.roster)} == {world.now.date()}
    alum = world.known(maya).alum
    assert alum is not None
    assert alum.standing is Standing.APPROVED
