"""A coordinator takes out a file: it comes to them alone, stands in the audit, and nothing of it is kept."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from dataclasses import replace

import pytest

from bot.domain.exports import Order, normal, read_order, student_key
from bot.domain.intro import State
from bot.domain.messages import Unclear, Undeliverable
from bot.domain.people import ConsentTo, Right
from bot.ports import LetterKind
from bot.use_cases.post import MOST_TRIES
from bot.views.elements import Attachment, View
from tests.words import prefilled, said
from tests.world import DESK, Somebody, World


@pytest.fixture
def world(world_on_both: World) -> World:
    return world_on_both


def file_of(view: View) -> Attachment:
    assert view.file is not None, view
    return view.file


def asks_for(world: World, robin: Somebody, words: str) -> Attachment:
    world.command(robin, f"/desk export {words}")
    world.deliver()
    return file_of(robin.last)


def rows_of(file: Attachment, name: str = "") -> list[list[str]]:
    content = file.content
    if file.name.endswith(".zip"):
        packed = zipfile.ZipFile(io.BytesIO(content))
        content = packed.read(next(one for one in packed.namelist() if name in one))
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def test_it_is_said_at_once_and_the_file_follows_for_the_one_who_asked(world: World) -> None:
    robin, sam = world.coordinator(), world.coordinator("Sam Okoro")
    world.an_intro(State.CLOSED, world.student(), world.alum())
    world.forget_what_was_shown()

    world.command(robin, "/desk export interviews json", channel="career-desk")
    assert robin.heard == [said("export.begun_title")]
    world.deliver()

    assert robin.heard == [said("export.begun_title"), said("export.file_title")]
    told = json.loads(file_of(robin.last).content)
    assert [(one["student"], one["alum"], one["held"]) for one in told["interviews"]] == [
        ("Priya S.", "Maya R.", "both")
    ]
    assert (sam.shown, world.desk, world.channels) == ([], [], {})


def test_once_it_has_arrived_nothing_of_it_is_kept(world: World) -> None:
    robin = world.coordinator()
    world.command(robin, "/desk export alumni")
    world.deliver()

    with world.store.read() as reading:
        kept = reading.letters.newest(LetterKind.EXPORT, writer=world.known(robin).id)
        [entry] = [one for one in reading.audit.newest(5) if one.act == "export"]
    assert kept is None
    assert (entry.target, entry.person) == ("alumni.xlsx.all", world.known(robin).id)


def kept(world: World) -> bool:
    with world.store.read() as reading:
        return reading.letters.newest(LetterKind.EXPORT) is not None


def test_a_file_that_cannot_be_brought_is_forgotten_and_who_asked_is_told(world: World) -> None:
    robin = world.coordinator()
    world.platform_says(robin, Undeliverable("refused"))
    world.command(robin, "/desk export alumni")
    world.deliver()

    assert robin.heard == [said("export.begun_title"), said("export.failed_title")]
    assert not kept(world)
    world.press(robin, said("export.again"))
    world.deliver()
    assert robin.last.title == said("export.file_title")


def test_a_file_that_may_have_arrived_is_sent_again_and_says_so(world: World) -> None:
    robin = world.coordinator()
    world.platform_says(robin, Unclear("500"))
    world.command(robin, "/desk export alumni")
    world.deliver()
    assert (robin.heard, kept(world)) == ([said("export.begun_title")], True)

    world.wait(minutes=1)
    world.deliver()

    assert robin.last.text.startswith(said("nudges.seen"))
    assert (file_of(robin.last).name, kept(world)) == ("alumni-2026-03-02.xlsx", False)


def test_a_file_that_never_becomes_clear_is_given_up_and_who_asked_is_told(world: World) -> None:
    robin = world.coordinator()
    world.platform_says(robin, *[Unclear("500")] * MOST_TRIES)
    world.command(robin, "/desk export alumni")
    for _ in range(MOST_TRIES):
        world.deliver()
        world.wait(minutes=6)

    assert robin.heard == [said("export.begun_title"), said("export.failed_title")]
    assert not kept(world)


@pytest.mark.parametrize(
    ("rights", "words", "told"),
    [
        (DESK - {Right.EXPORT}, "alumni", "export_only"),
        (DESK - {Right.AUDIT}, "audit", "audit_only"),
        (frozenset({Right.STUDENT}), "alumni", "desk_only"),
        (None, "alumni", "rights_unknown"),
    ],
)
def test_without_the_right_there_is_no_file(
    world: World, rights: frozenset[Right] | None, words: str, told: str
) -> None:
    robin = world.coordinator()
    robin.rights = rights

    world.command(robin, f"/desk export {words}")
    world.deliver()

    assert robin.heard == [said(f"refusals.{told}")]


def test_the_right_is_looked_up_again_when_it_is_written_once_more(world: World) -> None:
    robin = world.coordinator()
    world.command(robin, "/desk export alumni")
    robin.rights = DESK - {Right.EXPORT}

    world.press(robin, said("export.again"))

    assert robin.last.text == said("refusals.export_only")


def test_the_button_writes_the_same_once_more(world: World) -> None:
    robin = world.coordinator()
    asks_for(world, robin, "report funnel csv 2026-02")

    world.press(robin, said("export.again"))
    world.deliver()

    assert file_of(robin.last).name == "funnel-2026-02-2026-03-02.csv.zip"
    with world.store.read() as reading:
        acts = [one.target for one in reading.audit.newest(9) if one.act == "export"]
    assert acts == ["report.csv.2026-02.funnel"] * 2


@pytest.mark.parametrize("words", ["profits", "report pdf", "interviews xlsx 2026-03 surprise"])
def test_what_makes_no_sense_is_answered_with_what_does(world: World, words: str) -> None:
    robin = world.coordinator()

    world.command(robin, f"/desk export {words}")

    odd = words.rsplit(maxsplit=1)[-1]
    formats, exports = "xlsx, csv, json", "report, interviews, alumni, audit, nace"
    assert robin.last.text == said("refusals.no_such_export", export=odd, exports=exports, formats=formats)


def test_a_period_that_is_none_is_refused_before_anything_is_written(world: World) -> None:
    robin = world.coordinator()

    world.command(robin, "/desk export interviews last-tuesday")

    assert "last-tuesday" in robin.last.text
    assert world.deliver() == 0


@pytest.mark.parametrize(
    ("words", "order"),
    [
        ("", Order()),
        ("csv", Order(kind="csv")),
        ("interviews", Order("interviews")),
        ("report interviews", Order(report="interviews")),
        ("funnel json last-term", Order("report", "json", "last-term", "funnel")),
        ("last_year csv audit", Order("audit", "csv", "last-year")),
        ("alumni 2026-03", Order("alumni", period="all")),
        ("nace", Order("nace", period="this-class")),
    ],
)
def test_words_are_understood_in_whatever_order(words: str, order: Order) -> None:
    assert read_order(words) == order
    assert read_order(order.as_words()) == order


def test_an_order_fits_a_button() -> None:
    assert len(read_order("report response xlsx term-2026-1").as_words()) <= 40


def test_no_text_of_anybodys_is_in_the_interviews(world: World) -> None:
    robin, priya, maya = world.coordinator(), world.student(), world.alum()
    world.asks(priya)
    world.press(priya, "Ask Maya")
    world.submit(priya, note="My SECRETWORD is safe with you.", next=())
    world.deliver()
    assert "SECRETWORD" in maya.last.text
    world.wait(minutes=1)

    told = asks_for(world, robin, "interviews json").content.decode()
    rows = rows_of(asks_for(world, robin, "interviews csv"), "interviews")

    assert "Priya S." in told
    assert "SECRETWORD" not in told
    assert [cell for row in rows for cell in row if "SECRETWORD" in cell] == []


def test_who_was_erased_has_no_name_in_it(world: World) -> None:
    robin, priya = world.coordinator(), world.student()
    world.an_intro(State.CLOSED, priya, world.alum())
    world.command(priya, "/mydata erase")
    world.press(priya, said("mydata.erase_yes"))

    [_, row] = rows_of(asks_for(world, robin, "interviews csv"), "interviews")

    assert (row[2], row[7]) == ("", "Maya R.")


def test_whoever_asked_and_was_erased_gets_nothing(world: World) -> None:
    robin = world.coordinator()
    world.command(robin, "/desk export alumni")
    world.command(robin, "/mydata erase")
    world.press(robin, said("mydata.erase_yes"))
    world.forget_what_was_shown()

    world.deliver()

    assert robin.shown == []


def test_a_formula_in_a_name_is_inert(world: World) -> None:
    robin = world.coordinator()
    maya = world.alum("=HYPERLINK(1) Rivers")
    with world.store.begin() as uow:
        person = world.known(maya)
        uow.people.save(replace(person, given_name='=HYPERLINK("https://example.org","you")'))
        uow.commit()

    [_, row] = rows_of(asks_for(world, robin, "alumni csv"), "alumni")
    assert row[2] == '\'=HYPERLINK("https://example.org","you")'

    from openpyxl import load_workbook

    cell = load_workbook(io.BytesIO(asks_for(world, robin, "alumni xlsx").content)).worksheets[0]["C2"]
    assert (cell.data_type, cell.value, cell.hyperlink) == ("s", '=HYPERLINK("https://example.org","you")', None)


def test_what_an_alum_would_rather_not_show_is_not_in_the_list(world: World) -> None:
    robin = world.coordinator()
    world.alum(hides=frozenset({"employer", "grad_year"}), room_link="https://rooms.example.edu/maya")

    file = asks_for(world, robin, "alumni json")

    [alum] = json.loads(file.content)["alumni"]
    assert (alum["employer"], alum["grad_year"], alum["title"]) == ("", None, "Communications Lead")
    assert b"rooms.example.edu" not in file.content


# --- counted ---------------------------------------------------------------------------------------------------------


def agrees(world: World, student: Somebody, known_as: str) -> None:
    world.command(student, "/mydata count")
    world.submit(student, counted="yes", known_as=known_as)


def test_without_a_yes_nobody_is_counted(world: World) -> None:
    robin, priya = world.coordinator(), world.student()
    world.an_intro(State.CLOSED, priya, world.alum())
    world.command(priya, "/mydata count")
    world.submit(priya)

    told = json.loads(asks_for(world, robin, "nace json").content)

    assert told["students"] == []
    assert priya.last.title == said("count_me.not_counted_title")


def test_who_said_yes_is_found_by_the_key_beside_the_file_and_by_nothing_in_it(world: World) -> None:
    robin, priya, dev = world.coordinator(), world.student(), world.student("Dev Shah")
    intro = world.an_intro(State.CLOSED, priya, world.alum())
    agrees(world, priya, " P.Sharma@Example.EDU ")
    agrees(world, dev, "s1234567")
    world.wait(minutes=1)

    file = asks_for(world, robin, "nace json")

    key = robin.last.text.partition("again is: ")[2].partition("\n")[0]
    told = json.loads(file.content)
    assert intro.starts_at is not None
    assert sorted((one["key"], one["held"], (one["first"] or "")[:10]) for one in told["students"]) == sorted([
        (student_key(key, "p.sharma@example.edu"), True, f"{intro.starts_at:%Y-%m-%d}"),
        (student_key(key, "S1234567"), False, ""),
    ])  # fmt: skip
    assert key.encode() not in file.content
    assert b"sharma" not in file.content.lower()


def test_two_files_cannot_be_laid_side_by_side(world: World) -> None:
    robin, priya = world.coordinator(), world.student()
    agrees(world, priya, "p.sharma@example.edu")

    keys = [json.loads(asks_for(world, robin, "nace json").content)["students"][0]["key"] for _ in range(2)]

    assert keys[0] != keys[1]


def test_a_no_takes_the_yes_back_and_what_was_told_with_it(world: World) -> None:
    robin, priya = world.coordinator(), world.student()
    agrees(world, priya, "p.sharma@example.edu")
    world.command(priya, "/mydata count")
    assert priya.form is not None
    assert prefilled(priya.form, None)["counted"] == "yes"

    world.submit(priya, counted="no")

    with world.store.read() as reading:
        said_last = reading.people.consent(world.known(priya).id, ConsentTo.COUNTED)
    student = world.known(priya).student
    assert said_last is not None
    assert (said_last.given, student and student.known_as) == (False, "")
    assert json.loads(asks_for(world, robin, "nace json").content)["students"] == []


def test_a_yes_by_which_nobody_could_be_found_comes_back(world: World) -> None:
    priya = world.student()
    world.command(priya, "/mydata count")

    world.submit(priya, counted="yes", known_as="  ")

    assert priya.form is not None
    with world.store.read() as reading:
        assert reading.people.consent(world.known(priya).id, ConsentTo.COUNTED) is None


def test_being_counted_is_offered_after_the_thanks_and_shown_among_ones_own_data(world: World) -> None:
    priya = world.student()
    world.an_intro(State.THANKED, priya, world.alum())
    world.press(priya, said("count_me.button"))
    world.submit(priya, counted="yes", known_as="s1234567")
    assert priya.last.title == said("count_me.counted_title")

    world.command(priya, "/mydata export")

    assert (said("count_me.fact"), "s1234567") in priya.last.facts


def test_hours_are_told_by_the_offices_own_key(world: World) -> None:
    robin, maya = world.coordinator(), world.alum()
    with world.store.begin() as uow:
        uow.roster.link(world.known(maya).id, "A-17", "maya@example.org", "alumni office", None, world.now)
        uow.commit()
    world.an_intro(State.CLOSED, world.student(), maya)
    world.an_intro(State.CLOSED, world.student("Dev Shah"), world.alum("Tom Baker"))
    world.wait(minutes=1)

    told = json.loads(asks_for(world, robin, "nace json").content)

    assert told["alumni"] == [{"alum_id": "A-17", "email": "", "talks": 1, "minutes": 20}]


def test_the_same_is_known_however_it_was_typed() -> None:
    assert normal(" P.Sharma@Example.EDU ") == normal("p.sharma@example.edu")
    assert student_key("k", "S 123") == student_key("k", "s123")
    assert student_key("k", "s123") != student_key("other", "s123")


def test_all_reports_come_with_their_definitions(world: World) -> None:
    robin = world.coordinator()

    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(asks_for(world, robin, "report xlsx").content))

    assert (book.sheetnames[0], book.sheetnames[-1]) == ("Figures", "Definitions")
    assert book["Figures"].freeze_panes == "A2"
