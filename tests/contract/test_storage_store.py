"""The store itself: transactions, savepoints, keys, file modes, and what stands unreadable on the disk."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, ResourceClosedError

from bot.domain.campus import Campus
from bot.domain.people import AlumProfile, Platform, Space, Standing, StudentProfile
from bot.domain.refusals import Refusal
from bot.ports import LetterKind, Reading, Remembered, UnitOfWork
from storage import tables as t
from storage.engine import Store, open_store
from storage.errors import KeysError, StoreError, Unreachable
from storage.keys import Keys, new_keys_text, read_keys
from storage.unit_of_work import SqlUnitOfWork

NOW = datetime(2026, 3, 20, 9, tzinfo=UTC)
SECRET = "cardamom"


def test_a_store_keeps_the_promises_of_the_ports(store: Store) -> None:
    """mypy is the judge."""

    def commit(uow: UnitOfWork, reading: Reading) -> None:
        assert reading.places.mark() == uow.places.mark()
        uow.commit()

    with store.begin() as uow, store.read() as reading:
        commit(uow, reading)


def test_what_is_not_committed_is_undone(store: Store) -> None:
    with store.begin() as uow:
        uow.places.set_mark("sandbox")
    with store.read() as reading:
        assert reading.places.mark() == ""


def test_a_unit_of_work_is_over_once_it_is_committed(store: Store) -> None:
    with store.begin() as uow:
        uow.places.set_mark("sandbox")
        uow.commit()
        with pytest.raises(ResourceClosedError):
            uow.places.mark()
    with store.read() as reading:
        assert reading.places.mark() == "sandbox"


def _refuse_after_a_change(uow: UnitOfWork) -> None:
    uow.places.set_campus("name", "within")
    raise Refusal("no")


def test_an_exception_undoes_its_savepoint_and_nothing_else(store: Store) -> None:
    with store.begin() as uow:
        uow.places.set_campus("name", "before")
        with pytest.raises(Refusal), uow.savepoint():
            _refuse_after_a_change(uow)
        with uow.savepoint():
            uow.places.set_mark("kept")
        uow.commit()
    with store.read() as reading:
        assert (reading.places.campus().name, reading.places.mark()) == ("before", "kept")


def test_savepoints_lie_in_one_another_and_each_undoes_its_own(store: Store) -> None:
    with store.begin() as uow:
        with uow.savepoint():
            uow.places.set_campus("name", "outer")
            with pytest.raises(Refusal), uow.savepoint():
                _refuse_after_a_change(uow)
        uow.commit()
    with store.read() as reading:
        assert reading.places.campus().name == "outer"


def _refuse_without_a_database(uow: UnitOfWork) -> None:
    assert isinstance(uow, SqlUnitOfWork)
    uow._connection.invalidate()
    raise Refusal("no")


def test_when_the_database_went_away_in_a_savepoint_that_is_not_hidden_by_its_undoing(store: Store) -> None:
    with store.begin() as uow:
        uow.places.set_campus("name", "before")
        with pytest.raises(Refusal), uow.savepoint():
            _refuse_without_a_database(uow)
    with store.read() as reading:
        assert reading.places.campus().name != "before"


def test_a_look_can_write_nothing_and_sees_one_moment(store: Store) -> None:
    with store.read() as reading:
        assert reading.places.mark() == ""
        with store.begin() as uow:
            uow.places.set_mark("meanwhile")
            uow.commit()
        assert reading.places.mark() == ""
        with pytest.raises(DBAPIError):
            reading.places.set_mark("written")


def test_moments_come_back_aware_and_equal(store: Store) -> None:
    lisbon = datetime(2026, 7, 1, 10, tzinfo=timezone(timedelta(hours=1)))
    with store.begin() as uow:
        assert uow.gestures.begin("k", lisbon)
        uow.commit()
    with store.connect() as connection:
        assert connection.execute(select(t.gesture.c.at)).scalar_one() == lisbon
    with store.begin() as uow, pytest.raises(Exception, match="without a zone"):
        uow.gestures.begin("naive", datetime(2026, 7, 1))  # noqa: DTZ001  # that is the point


def test_a_gesture_told_twice_is_begun_once_and_answered_alike(store: Store) -> None:
    answer = Remembered("asked", {"intro": 3}, {"day": "2026-03-20"})
    with store.begin() as uow:
        assert uow.gestures.begin("k", NOW)
        assert uow.gestures.remembered("k") is None
        uow.gestures.remember("k", answer)
        uow.commit()
    with store.begin() as uow:
        assert not uow.gestures.begin("k", NOW)
        assert uow.gestures.remembered("k") == answer
        assert uow.gestures.remembered("other") is None


def test_letters_are_found_by_what_is_told_of_them(store: Store) -> None:
    with store.begin() as uow:
        maya, tom = (uow.people.add(None, name, "", "", "en").id for name in ("Maya", "Tom"))
        ask = uow.asks.add(maya, "w", "q", "a", NOW, advised=False, unsure=False)
        intro = uow.intros.add(ask.id, maya, tom, NOW, expires_days=9, minutes=20, rank=1, has_next=False)
        note = uow.letters.add(LetterKind.NOTE, maya, "one", NOW, intro=intro.id)
        newer = uow.letters.add(LetterKind.NOTE, maya, "two", NOW + timedelta(days=1), intro=intro.id)
        drafts = [uow.letters.add(LetterKind.DRAFT, maya, "three", NOW, about=form) for form in ("ask", "thank")]

        assert uow.letters.get(note.id) == note
        assert uow.letters.newest(LetterKind.NOTE, intro=intro.id) == newer
        assert uow.letters.newest(LetterKind.NOTE, writer=tom) is None
        assert uow.letters.newest(LetterKind.DRAFT, writer=maya, about="ask") == drafts[0]
        uow.letters.drop(LetterKind.DRAFT, writer=maya, about="ask")
        assert [uow.letters.get(draft.id) for draft in drafts] == [None, drafts[1]]
        uow.letters.drop(LetterKind.DRAFT, writer=maya)
        assert uow.letters.newest(LetterKind.DRAFT) is None
        assert uow.letters.newest(LetterKind.NOTE) == newer


def test_a_letters_key_is_never_given_to_another(store: Store) -> None:
    with store.begin() as uow:
        maya = uow.people.add(None, "Maya", "", "", "en").id
        gone = uow.letters.add(LetterKind.DRAFT, maya, "x", NOW)
        uow.letters.drop(LetterKind.DRAFT, writer=maya)
        assert uow.letters.add(LetterKind.NOTE, maya, "y", NOW).id != gone.id


def test_the_rules_of_a_campus_are_checked_and_kept(store: Store) -> None:
    with store.begin() as uow:
        assert uow.places.campus() == Campus()
        uow.places.set_campus("request_days", "9")
        uow.places.set_campus("request_days", "12")
        uow.places.set_campus("zone", "Asia/Tokyo")
        with pytest.raises(Refusal):
            uow.places.set_campus("request_days", "900")
        assert uow.places.campus() == Campus(request_days=12, zone="Asia/Tokyo")


def test_a_rule_that_another_version_wrote_and_this_one_does_not_take_keeps_nobody_out(store: Store) -> None:
    with store.begin() as uow:
        uow.places.set_campus("request_days", "12")
        uow.commit()
    with store.connect() as connection:
        for key, value in (("request_hours", "9"), ("privacy_link", "ask the office"), ("student_open", "99")):
            connection.execute(t.setting.insert().values(key=key, value=value))
        connection.commit()

    with store.begin() as uow:
        assert uow.places.campus() == Campus(request_days=12)


def test_admitted_spaces_are_found_by_all_three_ids(store: Store) -> None:
    space = Space(Platform.SLACK, "T1", "A1", "Uni", "C1", frozenset({"S2", "S1"}), frozenset({"S3"}), True)
    renamed = replace(space, name="University")
    with store.begin() as uow:
        uow.places.admit(space)
        uow.places.admit(renamed)
        assert uow.places.space(Platform.SLACK, "T1", "A1") == renamed
        assert uow.places.space(Platform.SLACK, "T1", "A2") is None
        assert list(uow.places.spaces()) == [renamed]


def test_coordinators_acts_are_kept(store: Store) -> None:
    with store.begin() as uow:
        uow.audit.add(NOW, "who-key", "approved", "other-key")
        uow.commit()
    with store.connect() as connection:
        rows = connection.execute(select(t.audit.c.at, t.audit.c.who, t.audit.c.act, t.audit.c.target)).all()
        assert rows == [(NOW, "who-key", "approved", "other-key")]


def _write_secrets(store: Store) -> None:
    with store.begin() as uow:
        maya = uow.people.add(None, "Maya", "", "", "en").id
        uow.letters.add(LetterKind.NOTE, maya, f"{SECRET} note", NOW)
        uow.asks.add(
            maya, f"{SECRET} wonder", f"{SECRET} question", f"{SECRET} about", NOW, advised=False, unsure=False
        )
        uow.people.save_student(maya, StudentProfile(f"{SECRET} about me"))
        uow.people.save_alum(maya, AlumProfile(Standing.APPROVED, room_link=f"https://{SECRET}.example"))
        uow.roster.link(maya, f"{SECRET}1", f"{SECRET}@example.org", "import", None, NOW)
        uow.commit()


def test_texts_and_addresses_are_unreadable_in_the_files(sqlite_url: str, keys: Keys) -> None:
    store = open_store(sqlite_url, keys)
    _write_secrets(store)
    folder = Path(sqlite_url.removeprefix("sqlite:///")).parent
    written = b"".join(file.read_bytes() for file in folder.iterdir())
    assert b"Maya" in written
    assert SECRET.encode() not in written
    store.close()


def test_texts_and_addresses_are_unreadable_in_the_tables(store: Store) -> None:
    _write_secrets(store)
    with store.connect() as connection:
        for table in t.metadata.sorted_tables:
            for row in connection.execute(text(f"SELECT * FROM {table.name}")):
                assert SECRET not in str(row)


def test_a_new_key_seals_and_the_old_one_still_reads(store: Store, database_url: str, keys: Keys) -> None:
    with store.begin() as uow:
        maya = uow.people.add(None, "Maya", "", "", "en").id
        old = uow.letters.add(LetterKind.NOTE, maya, "old", NOW)
        uow.commit()
    newer = read_keys(new_keys_text().replace("k1:", "k2:"))
    both = Keys({**newer.fernets, **keys.fernets}, keys.hash_key)
    store.close()

    with open_store(database_url, both).begin() as uow:
        assert uow.letters.get(old.id) == old
        new = uow.letters.add(LetterKind.NOTE, maya, "new", NOW)
        uow.commit()
    with open_store(database_url, newer).read() as reading:
        assert reading.letters.get(new.id) == new
        with pytest.raises(KeysError, match="k1"):
            reading.letters.get(old.id)
    with open_store(database_url, keys).read() as reading, pytest.raises(KeysError, match="k2"):
        reading.letters.get(new.id)


def test_the_files_are_for_us_alone(tmp_path: Path) -> None:
    path = tmp_path / "campus.db"
    path.touch(0o644)
    store = open_store(f"sqlite:///{path}")
    store.upgrade()
    modes = {file.name: oct(file.stat().st_mode & 0o777) for file in tmp_path.iterdir()}
    assert modes == dict.fromkeys(["campus.db", "campus.db-wal", "campus.db-shm", "campus.db.key"], "0o600")
    store.close()


def test_keys_are_made_once_and_never_for_a_database_that_lost_them(tmp_path: Path) -> None:
    address, key_file = f"sqlite:///{tmp_path / 'campus.db'}", tmp_path / "campus.db.key"
    store = open_store(address)
    store.upgrade()
    store.close()
    made = key_file.read_text()
    open_store(address).close()
    assert key_file.read_text() == made

    key_file.unlink()
    with pytest.raises(KeysError, match="put them back"):
        open_store(address)


@pytest.mark.parametrize(
    ("told", "complaint"),
    [
        ("", "at least one"),
        ("hash:abcd k1:abcd", "not 32 bytes"),
        ("hash:abcd, hash:abcd", "same name"),
        (f"hash:{'a' * 44} K!:abcd", "small letters"),
    ],
)
def test_keys_that_are_none_are_refused_in_a_line(told: str, complaint: str) -> None:
    with pytest.raises(KeysError, match=complaint):
        read_keys(told)


def test_keys_never_show_themselves() -> None:
    assert "Fernet" not in repr(read_keys(f"# kept in the safe\n{new_keys_text()}"))


@pytest.mark.parametrize("address", ["", "campus.db", "mysql://x/y", "sqlite://", "postgresql:///campus"])
def test_an_address_that_can_not_work_is_refused_in_a_line(address: str) -> None:
    with pytest.raises(StoreError) as refused:
        open_store(address)
    assert "\n" not in str(refused.value)


def test_a_database_that_is_not_there_is_told_in_a_line(tmp_path: Path, keys: Keys) -> None:
    with pytest.raises(Unreachable) as refused:
        open_store(f"postgresql:///campus?host={tmp_path}", keys).begin()
    assert "\n" not in str(refused.value)
    with pytest.raises(StoreError, match="written"):
        open_store(f"sqlite:///{tmp_path}/no/such/folder.db")
