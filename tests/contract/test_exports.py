"""Files from a store of each kind: JSON by its schema, figures that agree with the reports, a workbook that opens."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from openpyxl import load_workbook
from referencing import Registry, Resource

from adapters import export as files
from adapters.export import written
from bot.domain.exports import WHATS, Written, read_order
from bot.use_cases.reporting import make_report
from storage.engine import Store
from tests.benchmarks._filled import fill
from tests.benchmarks._terms import Term

NOW = datetime(2026, 12, 20, 12, tzinfo=UTC)
SCHEMAS = Path(files.__file__).parent / "schemas"
FORMULA = '=HYPERLINK("https://example.org","you")'


def schema(name: str) -> dict[str, object]:
    told: dict[str, object] = json.loads((SCHEMAS / name).read_text(encoding="utf-8"))
    return told


VALID = Draft202012Validator(
    schema("export.json"),
    registry=Registry().with_resource("report.json", Resource.from_contents(schema("report.json"))),
)


@pytest.fixture
def filled(store: Store) -> Store:
    """A term, in which somebody calls themselves a formula."""
    fill(store, Term(3, 400))
    with store.begin() as uow:
        uow.places.set_campus("zone", "UTC")
        uow.audit.add(datetime(2026, 10, 1, tzinfo=UTC), "operator", "set_rule", "code_days=90")
        uow.commit()
    return store


def made(store: Store, words: str) -> Written:
    with store.read() as reading:
        return written(reading, read_order(words), NOW, "en")


@pytest.mark.parametrize("what", [*WHATS, "report funnel"])
def test_the_json_is_as_its_schema_says(filled: Store, what: str) -> None:
    period = "" if what == "alumni" else " this-class" if what == "nace" else " this-term"

    file = made(filled, f"{what} json{period}")

    assert file.rows > 0
    assert [fault.message for fault in VALID.iter_errors(json.loads(file.content))] == []


def test_the_schema_says_no_to_what_should_not_be_there(filled: Store) -> None:
    told = json.loads(made(filled, "interviews json").content)
    told["interviews"][0]["note"] = "what somebody wrote"

    assert list(VALID.iter_errors(told)) != []


def test_hours_and_students_agree_with_the_reports(filled: Store) -> None:
    told = json.loads(made(filled, "nace json this-class").content)
    with filled.read() as reading:
        report = make_report(reading, "interviews", "this-class", NOW)
        reach = make_report(reading, "reach", "this-class", NOW)

    assert sum(one["talks"] for one in told["alumni"]) == report.counts["held"]
    assert sum(one["minutes"] for one in told["alumni"]) / 60 == pytest.approx(report["volunteer_hours"].value)
    held = sum(one["held"] for one in told["students"])
    assert 0 < held < (reach["students_held"].numerator or 0)  # only those who agreed
    assert all((one["first"] is None) != one["held"] for one in told["students"])


def test_every_intro_of_the_period_is_there_once(filled: Store) -> None:
    told = json.loads(made(filled, "interviews json this-term").content)
    with filled.read() as reading:
        sent = make_report(reading, "funnel", "this-term", NOW).counts["sent"]

    codes = [one["code"] for one in told["interviews"]]
    assert (len(codes), len(set(codes))) == (sent, sent)


def test_small_groups_stay_hidden_in_every_page(filled: Store) -> None:
    book = load_workbook(io.BytesIO(made(filled, "report xlsx").content))

    for name in ("By field", "By college", "By year", "By platform"):
        counts = [cell for row in book[name].iter_rows(min_row=2, min_col=2, values_only=True) for cell in row]
        assert counts
        assert [count for count in counts if count is not None and count < 5] == []


def test_a_large_file_is_packed(filled: Store) -> None:
    with filled.read() as reading:
        file = written(reading, read_order("interviews json"), NOW, "en", most=10)

    assert file.name.endswith(".json.zip")
    [name] = zipfile.ZipFile(io.BytesIO(file.content)).namelist()
    assert name == file.name.removesuffix(".zip")


def test_a_workbook_opens_and_a_formula_in_it_is_text(filled: Store, tmp_path: Path) -> None:
    """By LibreOffice itself: the cell is shown as it was written, and no link is made of it."""
    if shutil.which("soffice") is None:
        pytest.skip("there is no LibreOffice here")
    with filled.begin() as uow:
        person = uow.people.alumni()[0]
        uow.people.save(replace(person, given_name=FORMULA))
        uow.commit()
    book = tmp_path / "alumni.xlsx"
    book.write_bytes(made(filled, "alumni xlsx").content)

    shown = convert(book, "csv", tmp_path)
    drawn = convert(book, "pdf", tmp_path)

    assert FORMULA.replace('"', '""') in shown.read_text(encoding="utf-8", errors="replace")
    assert drawn.read_bytes()[:5] == b"%PDF-"
    assert b"example.org" not in drawn.read_bytes()


def convert(book: Path, to: str, folder: Path) -> Path:
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    call = ["soffice", profile, "--headless", "--convert-to", to, "--outdir", str(folder), str(book)]
    subprocess.run(call, check=True, capture_output=True, timeout=120)
    return folder / f"{book.stem}.{to}"
