"""Lists that go into a file, as sheets: in words, in typed columns, with a page that says what each column means.

A closed word is told as people say it; the same in JSON stays the word itself. Which column holds what is one table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo

from bot.domain.exports import ALUMNI, AUDIT, INTERVIEWS, NACE, REPORT, Export, Line
from bot.phrases import NoSuchPhrase, say, say_language, say_when, say_zone
from bot.views.reports import group_name, window_of
from bot.views.sheets import Cell, Column, Sheet, defined, of_release, of_report

Spoken = Callable[[object, str], Cell]


@dataclass(frozen=True)
class Shown:
    """One column: the field of the line that it shows, and how."""

    name: str
    kind: str = "text"
    width: int = 14
    spoken: Spoken | None = None


def _said(kind: str) -> Spoken:
    """A closed word of ours: where it stands, who says that it was held."""

    def spoken(word: object, language: str) -> Cell:
        key = f"{kind}_{word}"
        return _word(f"sheets.{key}", language) if word else ""

    return spoken


@cache
def _word(key: str, language: str) -> str:
    """Ten words, a hundred thousand times. (None of these can be said a campus's own way: `FIXED_SECTIONS`.)"""
    return say(key, language)


def _group(split: str) -> Spoken:
    return lambda word, language: _group_name(split, str(word), language) if word else ""


@cache
def _group_name(split: str, group: str, language: str) -> str:
    return group_name(split, group, language)


def _act(act: object, language: str) -> str:
    try:
        return say(f"audit.act_{act}", language)
    except NoSuchPhrase:
        return str(act).replace("_", " ")


def _who(who: object, language: str) -> str:
    return say("audit.operator", language) if who == "operator" else str(who)


def _yes_or_no(so: object, language: str) -> str:
    return _word("sheets.yes" if so else "sheets.no", language)


def _languages(codes: object, language: str) -> str:
    assert isinstance(codes, tuple)
    return ", ".join(say_language(code, language) for code in codes)


def _several(words: object, language: str) -> str:
    assert isinstance(words, tuple)
    return "; ".join(words)


def _hours(minutes: object, language: str) -> float:
    assert isinstance(minutes, int)
    return round(minutes / 60, 2)


COLUMNS: Mapping[str, Mapping[str, tuple[Shown, ...]]] = {
    INTERVIEWS: {
        "interviews": (
            Shown("code", width=12),
            Shown("state", width=28, spoken=_said("state")),
            Shown("student", width=18),
            Shown("year", width=14, spoken=_group("year")),
            Shown("degree", width=26),
            Shown("college", width=22, spoken=_group("college")),
            Shown("field", width=34, spoken=_group("field")),
            Shown("alum", width=18),
            Shown("choice", "number", 9),
            Shown("requested", "moment", 17),
            Shown("accepted", "moment", 17),
            Shown("talk", "moment", 17),
            Shown("minutes", "number", 10),
            Shown("in_writing", width=12, spoken=_yes_or_no),
            Shown("held", width=20, spoken=_said("held")),
            Shown("thanked", "moment", 17),
            Shown("confirmed", "moment", 17),
            Shown("ended", "moment", 17),
        )
    },
    ALUMNI: {
        "alumni": (
            Shown("alum_id", width=14),
            Shown("email", width=24),
            Shown("given_name", width=16),
            Shown("family_name", width=18),
            Shown("standing", width=24, spoken=_said("standing")),
            Shown("title", width=30),
            Shown("employer", width=26),
            Shown("field", width=34, spoken=_group("field")),
            Shown("topics", width=36, spoken=_several),
            Shown("degree", width=26),
            Shown("grad_year", "year", 12),
            Shown("languages", width=20, spoken=_languages),
            Shown("month", "number", 12),
            Shown("at_once", "number", 12),
            Shown("joined", "day", 12),
            Shown("on_a_break", width=12, spoken=_yes_or_no),
            Shown("asked", "number", 10),
            Shown("held", "number", 10),
            Shown("minutes", "number", 12, _hours),
        )
    },
    AUDIT: {
        "acts": (
            Shown("at", "moment", 17),
            Shown("who", width=20, spoken=_who),
            Shown("act", width=42, spoken=_act),
            Shown("target", width=44),
        )
    },
    NACE: {
        "students": (Shown("key", width=68), Shown("held", width=14, spoken=_yes_or_no), Shown("first", "day", 14)),
        "alumni": (
            Shown("alum_id", width=16), Shown("email", width=30), Shown("talks", "number", 10),
            Shown("minutes", "number", 10, _hours),
        ),
    },
}  # fmt: skip
"""What → list → its columns. Their headings are `sheets.col_<list>_<column>`, what they mean `sheets.means_…`."""


def sheets_of(export: Export, language: str) -> tuple[Sheet, ...]:
    """Every page of a file; the last one says what the others hold."""
    if export.order.what == REPORT:
        if len(export.reports) == 1:
            return of_report(export.reports[0], language)
        return of_release(export.reports, language)
    columns = COLUMNS[export.order.what]
    lists = tuple(_sheet(export, name, lines, language) for name, lines in export.lists.items())
    return (
        *lists,
        defined((*_about(export, language), *_meanings(export, columns, language)), language, of="sheets.entry"),
    )


def _sheet(export: Export, name: str, lines: Iterable[Line], language: str) -> Sheet:
    shown = COLUMNS[export.order.what][name]
    columns = tuple(Column(_heading(name, one, language), one.kind, one.width) for one in shown)
    rows = _rows(lines, shown, ZoneInfo(export.zone), language)
    return Sheet(say(f"sheets.list_{export.order.what}_{name}", language), columns, rows, rows_are_many=True)


def _rows(lines: Iterable[Line], shown: tuple[Shown, ...], here: ZoneInfo, language: str) -> Iterator[tuple[Cell, ...]]:
    for line in lines:
        yield tuple(_cell(getattr(line, one.name), one, here, language) for one in shown)


def _cell(value: object, shown: Shown, here: ZoneInfo, language: str) -> Cell:
    if shown.spoken is not None:
        return shown.spoken(value, language)
    if isinstance(value, datetime):
        local = value.astimezone(here).replace(tzinfo=None, second=0, microsecond=0)
        return local.date() if shown.kind == "day" else local
    assert value is None or isinstance(value, str | int | float)
    return value


def _heading(name: str, one: Shown, language: str) -> str:
    key = f"{name}_{one.name}"
    return say(f"sheets.col_{key}", language)


def _meaning(name: str, one: Shown, language: str) -> str:
    key = f"{name}_{one.name}"
    return say(f"sheets.means_{key}", language)


def _about(export: Export, language: str) -> Iterator[tuple[str, str]]:
    """What the file is, of which days, and from when."""
    yield say("sheets.what", language), say(f"sheets.is_{export.order.what}", language)
    if export.period is not None:
        yield say("sheets.period", language), window_of(export.period, language)
    yield say("sheets.written", language), say_when(export.now, export.zone, language)
    yield say("sheets.clock", language), say_zone(export.zone, language)
    if export.order.what == NACE:
        yield say("sheets.join", language), say("sheets.how_to_join", language)


def _meanings(export: Export, columns: Mapping[str, tuple[Shown, ...]], language: str) -> Iterator[tuple[str, str]]:
    for name in export.lists:
        for one in columns[name]:
            yield _heading(name, one, language), _meaning(name, one, language)
