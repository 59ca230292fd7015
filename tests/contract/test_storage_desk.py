"""What the desk keeps: the queue, lists, wording, who is found, who did what. One promise for both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.domain.people import Standing, StudentProfile
from bot.domain.queue import Finding, Need
from bot.ports import LetterKind, Step
from tests.world import World


def test_a_row_is_the_same_row_until_it_happens_anew(world_on_both: World) -> None:
    world = world_on_both
    person = world.known(world.alum()).id
    first = Finding(Need.WAITING, world.now, person=person)
    anew = replace(first, since=world.now + timedelta(hours=1))
    with world.store.begin() as uow:
        uow.queue.keep([first], world.now)
        uow.queue.keep([first], world.now)
        [row] = uow.queue.open(world.now)
        assert uow.queue.settle(row.id, "robin", "dismiss", world.now)
        assert not uow.queue.settle(row.id, "sam", "dismiss", world.now)
        uow.queue.keep([first], world.now)
        assert uow.queue.open(world.now) == []
        uow.queue.keep([anew], world.now)
        [again] = uow.queue.open(world.now)
        uow.queue.snooze(again.id, world.now + timedelta(days=3))
        assert uow.queue.open(world.now + timedelta(days=2)) == []
        assert uow.queue.open(world.now + timedelta(days=3)) == [again]
        uow.queue.keep([], world.now)
        passed = uow.queue.by_token(again.token)
        uow.commit()

    assert passed is not None
    assert (passed.settled_at, passed.settled_by) == (world.now, "")


def test_the_most_urgent_comes_first_then_what_has_stood_longest(world_on_both: World) -> None:
    world = world_on_both
    person = world.known(world.alum()).id
    found = [
        Finding(need, world.now - timedelta(days=days), person=person)
        for need, days in ((Need.IMPORT, 9), (Need.SILENT, 1), (Need.SILENT, 2), (Need.FLAGGED, 0))
    ]
    with world.store.begin() as uow:
        uow.queue.keep(found, world.now)
        order = [(row.need, (world.now - row.since).days) for row in uow.queue.open(world.now)]
        uow.commit()

    assert order == [(Need.FLAGGED, 0), (Need.SILENT, 2), (Need.SILENT, 1), (Need.IMPORT, 9)]


def test_people_are_found_by_every_word_and_by_nothing_that_acts(world_on_both: World) -> None:
    world = world_on_both
    maya = world.known(world.alum("Maya Rivers", employer="Open 100% Trust"))
    world.alum("Tom Baker")
    with world.store.begin() as uow:
        student = uow.people.add(None, "Mayank", "Shah", "", "en")
        uow.people.save_student(student.id, StudentProfile(degree="History", desk_token="s" * 22))
        found = {
            words: ([one.given_name for one in people], count)
            for words in ("MAYA", "maya riv", "100%", "%", "a", "x_", "")
            for people, count in (uow.people.search(words, alumni=True, most=1),)
        }
        students, _ = uow.people.search("maya", alumni=False, most=5)
        by_token = uow.people.by_desk_token("s" * 22)
        by_who = uow.people.by_who(maya.who)
        uow.commit()

    assert found == {
        "MAYA": (["Maya"], 1), "maya riv": (["Maya"], 1), "100%": (["Maya"], 1), "%": (["Maya"], 1),
        "a": (["Maya"], 2), "x_": ([], 0), "": (["Maya"], 2),
    }  # fmt: skip
    assert [one.given_name for one in students] == ["Mayank"]
    assert by_token is not None
    assert by_token.id == student.id
    assert by_who == maya


def test_the_newest_live_wording_counts_and_taken_back_the_one_before(world_on_both: World) -> None:
    world = world_on_both
    later = world.now + timedelta(minutes=1)
    with world.store.begin() as uow:
        one = uow.wording.propose("mine.title", "en", "One", "w", world.now)
        two = uow.wording.propose("mine.title", "en", "Two", "w", later)
        assert uow.wording.live() == {}
        uow.wording.go_live(one.id, world.now)
        uow.wording.go_live(two.id, later)
        assert uow.wording.live() == {("en", "mine.title"): "Two"}
        uow.wording.end(two.id, later)
        assert uow.wording.live() == {("en", "mine.title"): "One"}
        assert [version.token for version in uow.wording.live_versions()] == [one.token]
        uow.commit()


def test_a_list_is_kept_with_what_was_wrong_until_that_is_forgotten(world_on_both: World) -> None:
    world = world_on_both
    robin = world.known(world.coordinator()).id
    with world.store.begin() as uow:
        letter = uow.letters.add(LetterKind.ROSTER, robin, "alum_id\nA1", world.now)
        roster = uow.imports.add(robin, "office", None, letter.id, 3, world.now)
        wrong = ({"line": 2, "key": "no_id", "params": {}},)
        uow.imports.save(replace(roster, stage="done", bad_rows=1, errors=wrong))
        assert [each.errors for each in uow.imports.with_errors(world.now)] == [wrong]
        assert uow.imports.with_errors(world.now + timedelta(days=1)) == []
        uow.retention.forget_drafts(world.now + timedelta(days=8))
        kept = uow.imports.get(roster.id)
        assert (kept.errors, kept.letter, uow.letters.get(letter.id)) == ((), None, None)
        uow.commit()


def test_steps_tell_who_was_missed_twice_and_which_fields_are_wanted(world_on_both: World) -> None:
    world = world_on_both
    maya = world.known(world.alum())
    with world.store.begin() as uow:
        for intro in (1, 2, 2):
            uow.steps.add(Step("report_missed", world.now, who="w", whom=maya.who, intro=intro))
        uow.steps.add(Step("no_match", world.now, who="w", field="law"))
        uow.steps.add(Step("matched", world.now, who="w", field="arts"))
        assert uow.queue.no_shows(world.now, 2) == [(maya.id, 2, world.now)]
        assert uow.queue.no_shows(world.now, 3) == []
        assert uow.queue.fields_wanted({"no_match"}, world.now) == {"law"}
        assert uow.queue.fields_wanted({"no_match"}, world.now + timedelta(hours=1)) == frozenset()
        uow.commit()


def test_the_audit_names_a_person_as_long_as_they_are_known(world_on_both: World) -> None:
    world = world_on_both
    robin = world.known(world.coordinator())
    with world.store.begin() as uow:
        uow.audit.add(world.now, robin.who, "approve", "x")
        assert uow.audit.has_done(robin.who, "approve")
        assert not uow.audit.has_done(robin.who, "export")
        newest = uow.audit.newest_about("x", "approve")
        assert newest is not None
        assert newest.person == robin.id
        uow.people.erase(robin.id)
        assert [entry.person for entry in uow.audit.newest(5)] == [None, None]
        assert [entry.act for entry in uow.audit.newest(1, after=1)] == ["began"]
        assert uow.people.count_alumni(Standing.INVITED) == 0
        uow.commit()
