"""What leaves the house as a file: JSON by its schema, a workbook and a CSV in which no text acts, a chart."""

from __future__ import annotations

import csv
import io
import json
import struct
from datetime import date, timedelta
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from openpyxl import load_workbook

from adapters import reports as command
from adapters.drawing import drawn, png
from adapters.workbook import as_csv, workbook
from bot.domain.campus import Campus
from bot.domain.reports import REPORTS, Metric, Report, period, report
from bot.domain.reports.released import as_json
from bot.views.elements import Bar, Card, Chart, Picture
from bot.views.reports import bars, card, value_of
from bot.views.sheets import Column, Sheet, of_report
from tests.benchmarks._terms import Term, steps
from tests.unit.domain.reports.made import facts_of
from tests.words import said

SCHEMA = json.loads((Path(command.__file__).parent / "schemas" / "report.json").read_text(encoding="utf-8"))
SHEET = Sheet(
    "People",
    (Column("Name"), Column("Talks", "number"), Column("Joined", "day")),
    [
        ('=HYPERLINK("https://example.org","you")', 3, date(2026, 3, 2)),
        ("@SUM(A1)", 0, None),
        ("https://a.example", 1, None),
    ],
)


def made(name: str, by: str = "all", intros: int = 120) -> Report:
    term = Term(7, intros)
    of = period("term-2026-1", term.start + timedelta(days=100), Campus())
    return report(name, facts_of(steps(term), of.until), of, by=by)


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize("intros", [3, 120])
def test_the_json_is_as_its_schema_says(name: str, intros: int) -> None:
    told = json.loads(json.dumps(as_json(made(name, intros=intros))))

    assert [fault.message for fault in Draft202012Validator(SCHEMA).iter_errors(told)] == []


def test_the_schema_says_no_to_a_small_group() -> None:
    told = as_json(made("response", "field"))
    told["tables"][0]["groups"][0]["counts"]["closed"] = 4

    assert [fault.message for fault in Draft202012Validator(SCHEMA).iter_errors(told)] != []


def test_a_formula_in_a_name_is_only_text_in_a_workbook() -> None:
    page = load_workbook(io.BytesIO(workbook([SHEET])))["People"]

    assert [[cell.value for cell in row] for row in page.iter_rows(min_row=2)] == [
        ['=HYPERLINK("https://example.org","you")', 3, page["C2"].value], ["@SUM(A1)", 0, None],
        ["https://a.example", 1, None],
    ]  # fmt: skip
    assert {page[f"A{row}"].data_type for row in (2, 3, 4)} == {"s"}
    assert [page[f"A{row}"].hyperlink for row in (2, 3, 4)] == [None, None, None]
    assert page["C2"].is_date
    assert page.freeze_panes == "A2"


def test_a_formula_in_a_name_is_disarmed_in_a_csv() -> None:
    content = as_csv(SHEET)

    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert content.startswith(b"\xef\xbb\xbf")
    assert [row[0] for row in rows] == [
        "Name",
        '\'=HYPERLINK("https://example.org","you")',
        "'@SUM(A1)",
        "https://a.example",
    ]
    assert rows[1][1:] == ["3", "2026-03-02"]


def test_a_reports_workbook_has_its_figures_its_splits_and_what_they_mean() -> None:
    book = load_workbook(io.BytesIO(workbook(of_report(made("response"), "en"))))

    assert book.sheetnames[0] == "Figures"
    assert book.sheetnames[-1] == "Definitions"
    assert "By field, Due for an answer" in book.sheetnames
    assert book["Definitions"]["A2"].value == "Period"


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize("dark", [False, True])
def test_a_chart_is_a_picture_as_wide_as_two_phones_with_the_same_in_words(name: str, dark: bool) -> None:
    shown = bars(made(name, ""), "en")
    picture = png(shown, dark=dark)

    assert picture[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">I", picture[16:20]) == (960,)
    assert all(bar.words in shown.words for bar in shown.bars)


@pytest.mark.parametrize("name", REPORTS)
def test_a_card_fits_with_its_chart_and_its_table(name: str) -> None:
    shown = drawn(card(made(name, intros=900), "en"))

    assert (len(shown.text) <= 2800, len(shown.facts) <= 10, len(shown.cards) <= 10) == (True, True, True)
    assert isinstance(shown.image, Picture)
    assert shown.image.words in shown.aloud()


def test_on_an_almost_empty_campus_one_sentence_says_so_and_nothing_is_drawn() -> None:
    shown = card(made("response", "field", intros=2), "en")

    assert shown.text.startswith(said("reports.says_too_few"))
    assert (shown.facts, shown.image) == ((), None)
    assert shown.cards == (Card(said("reports.split_field"), said("reports.too_few")),)


def test_of_many_groups_the_largest_are_drawn_and_all_stand_in_the_list() -> None:
    report = made("response", "field", intros=900)
    shown = bars(report, "en")
    [table] = report.tables
    counts = sorted((line.counts["closed"] for line in table.lines), reverse=True)

    assert [int(bar.words) for bar in shown.bars] == counts[:8]
    more = len(table.lines) + (table.rest is not None) - 8
    assert shown.subtitle == f"By field · Due for an answer · {more} more in the list"
    assert len(card(report, "en").cards[0].text.splitlines()) == 8 + more


@pytest.mark.parametrize(
    ("hours", "told"),
    [(0.2, "less than an hour"), (1.2, "1 hour"), (30.0, "30 hours"), (71.0, "71 hours"), (144.0, "6 days")],
)
def test_a_wait_is_told_as_one_says_it(hours: float, told: str) -> None:
    assert value_of(Metric("response_p50", "p50", hours, 20, 40), "en") == told


def test_nine_of_ten_who_have_not_answered_is_said_so() -> None:
    assert value_of(Metric("response_p90", "p90", None, 20, 40), "en") == said("reports.not_so_many")
    assert value_of(Metric("response_p90", "p90", None, 0, 0), "en") == said("reports.none")


def test_words_too_long_for_their_line_are_cut_short_and_run_into_nothing() -> None:
    long = "Wolfeschlegelsteinhausenbergerdorff and $5 more of " * 4
    chart = Chart(long, long, (Bar(long, "123,456 of 234,567 (53 %)", 0.5), Bar("", "too few to show", None)), "words")

    drawn_page = png(chart)

    assert struct.unpack(">II", drawn_page[16:24]) == (960, round((104 + 2 * 64 + 18) * 1.5))
