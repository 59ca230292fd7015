"""A coordinator takes out a file, over each real adapter and its pretend platform: it reaches them, and them alone."""

from __future__ import annotations

from tests.contract.desk_place import Desk
from tests.contract.test_desk_story import coordinator, seven
from tests.words import said


async def test_the_word_is_for_the_one_who_asked_and_so_is_the_file(desk: Desk) -> None:
    robin, sam = coordinator(desk), coordinator(desk, "Sam Okoro")
    seven(desk)

    await desk.command(robin, "/desk export interviews csv", channel="career-desk")

    word = next(one for one in desk.messages(robin) if said("export.begun_title") in one.text + "".join(one.lines))
    file = desk.messages(robin)[-1]
    assert (word.kind, file.kind) == ("ephemeral", "dm")
    assert said("export.file_title") in file.text + "".join(file.lines)
    assert "interviews-this-term" in str(file.raw)
    assert not desk.sees(sam, said("export.begun_title"))
    assert not desk.sees(sam, said("export.file_title"))


async def test_a_student_is_told_one_kind_line_and_nothing_is_written(desk: Desk) -> None:
    priya = desk.pretend.add_person("Priya S", roles=("students",))

    await desk.command(priya, "/desk export alumni")

    assert desk.sees(priya, said("refusals.desk_only"))
    with desk.core.store.read() as reading:
        assert [entry.act for entry in reading.audit.newest(5)] == []
