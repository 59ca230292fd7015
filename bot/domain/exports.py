"""Files that a coordinator takes out: which there are, and what somebody means who asks for one.

==========  =========================================================================================================
report      one report, or all nine as one release, with every split
interviews  one row an intro: whose it is and where it stands; nothing that anybody wrote, and no reason for a no, of
            which it was said that it goes into figures only
alumni      the office's own list, as it stands here
audit       who did what
nace        which consenting students had a talk, under a key of this file alone; and the hours that alumni gave
==========  =========================================================================================================

`Order` is what is asked for, in closed words: it fits a line of the outbox, an entry of the audit and a button.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from bot.domain.people import Right
from bot.domain.refusals import Refusal
from bot.domain.reports import REPORTS, Period, Report
from bot.domain.reports.released import as_json as released
from bot.domain.reports.released import window

REPORT, INTERVIEWS, ALUMNI, AUDIT, NACE = "report", "interviews", "alumni", "audit", "nace"
WHATS = (REPORT, INTERVIEWS, ALUMNI, AUDIT, NACE)
XLSX, CSV, JSON = "xlsx", "csv", "json"
FORMATS = (XLSX, CSV, JSON)
ALL = "all"
"""Every report at once; and for `alumni`, which is as it stands, the period."""
USUAL_PERIOD: Mapping[str, str] = {
    REPORT: "this-term", INTERVIEWS: "this-term", ALUMNI: ALL, AUDIT: "this-term", NACE: "this-class",
}  # fmt: skip
ALSO_NEEDS: Mapping[str, Right] = {AUDIT: Right.AUDIT}
"""What is seen elsewhere with a right of its own can't be taken out without it."""


@dataclass(frozen=True)
class Order:
    """A file that somebody asks for. `report` is a name of `REPORTS` or `all`; it says something of reports alone."""

    what: str = REPORT
    kind: str = XLSX
    period: str = USUAL_PERIOD[REPORT]
    report: str = ALL

    def as_words(self) -> str:
        """`report.xlsx.this-term.funnel`: on a button, and in the audit."""
        parts = (self.what, self.kind, self.period, *((self.report,) if self.what == REPORT else ()))
        return ".".join(parts)


def read_order(words: str) -> Order:
    """What somebody means, in whatever order they say it; what is not said is as usual. Whether there is such a period
    is for `reports.period` to say. Raises Refusal (`no_such_export`)."""
    what = kind = period = report = ""
    for word in words.lower().replace("_", "-").replace(".", " ").split():
        if word in WHATS and not what:
            what = word
        elif word in FORMATS:
            kind = word
        elif word in REPORTS and what in ("", REPORT):
            what, report = REPORT, word
        elif word == ALL:
            report = report or ALL
        elif not period and ("-" in word):
            period = word
        else:
            raise Refusal("no_such_export", export=word[:40], exports=", ".join(WHATS), formats=", ".join(FORMATS))
    what = what or REPORT
    if what == ALUMNI:
        period = ALL
    return Order(what, kind or XLSX, period or USUAL_PERIOD[what], report or ALL)


# --- one line of each -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class InterviewLine:
    """One intro, as the office may see it. `held` is both, one, no, unknown, or empty where it has not come so far."""

    code: str
    state: str
    student: str
    year: str
    degree: str
    college: str
    field: str
    alum: str
    choice: int
    requested: datetime
    accepted: datetime | None
    talk: datetime | None
    minutes: int
    in_writing: bool
    held: str
    thanked: datetime | None
    confirmed: datetime | None
    ended: datetime | None


@dataclass(frozen=True)
class AlumLine:
    """One alum of the office's list. `email` only where the office gave no key of its own for them."""

    alum_id: str
    email: str
    given_name: str
    family_name: str
    standing: str
    title: str
    employer: str
    field: str
    topics: tuple[str, ...]
    degree: str
    grad_year: int | None
    languages: tuple[str, ...]
    month: int
    at_once: int
    joined: datetime | None
    on_a_break: bool
    asked: int
    held: int
    minutes: int


@dataclass(frozen=True)
class ActLine:
    """One entry of the audit. `who` and `target` are names as long as there are any, else closed words."""

    at: datetime
    who: str
    act: str
    target: str


@dataclass(frozen=True)
class StudentLine:
    """One student who agreed to be counted: whether they had a talk in the period, and when the first one was."""

    key: str
    held: bool
    first: datetime | None


@dataclass(frozen=True)
class HoursLine:
    """What one alum gave in the period. `alum_id` and `email` as in `AlumLine`."""

    alum_id: str
    email: str
    talks: int
    minutes: int


Line: TypeAlias = InterviewLine | AlumLine | ActLine | StudentLine | HoursLine
LINES: Mapping[str, Mapping[str, type[Line]]] = {
    INTERVIEWS: {"interviews": InterviewLine},
    ALUMNI: {"alumni": AlumLine},
    AUDIT: {"acts": ActLine},
    NACE: {"students": StudentLine, "alumni": HoursLine},
}
"""The lists of each file, by their names in JSON."""


@dataclass(frozen=True)
class Export:
    """Everything that goes into a file. A list of `lists` may be long, and can be gone through once; `key` is what
    student keys were made with, which travels beside the file and never inside it."""

    order: Order
    campus: str
    zone: str
    now: datetime
    period: Period | None = None
    reports: tuple[Report, ...] = ()
    lists: Mapping[str, Iterable[Line]] = field(default_factory=dict)
    key: str = ""


@dataclass(frozen=True)
class Written:
    """A file, written. `rows` are all that stand in its lists; `key` is what student keys were made with, if any were:
    it stands beside the file, and nowhere in it."""

    name: str
    content: bytes
    media_type: str
    rows: int
    key: str = ""

    def as_text(self) -> str:
        """As a letter keeps it until it is sent."""
        told = {"name": self.name, "media_type": self.media_type, "rows": self.rows, "key": self.key}
        return json.dumps({**told, "content": b64encode(self.content).decode()})

    @classmethod
    def read(cls, text: str) -> Written:
        """The same again."""
        told = json.loads(text)
        return cls(**{**told, "content": b64decode(told["content"])})


FORMAT = 1
"""Raised when a reader of an older file would misread a newer one."""


def heading(export: Export) -> dict[str, Any]:
    """What stands above the lists in JSON; its schema is `adapters/schemas/export.json`."""
    told: dict[str, Any] = {
        "format": FORMAT,
        "export": export.order.what,
        "campus": export.campus,
        "zone": export.zone,
        "written": _moment(export.now, ZoneInfo(export.zone)),
        "period": None if export.period is None else window(export.period),
    }
    return told | ({"reports": [released(one) for one in export.reports]} if export.reports else {})


def lines_as_json(lines: Iterable[Line], kind: type[Line], zone: str) -> Iterator[dict[str, Any]]:
    """Line after line, with moments on the campus's clock."""
    names, here = [one.name for one in fields(kind)], ZoneInfo(zone)
    for line in lines:
        yield {name: _plain(getattr(line, name), here) for name in names}


def _plain(value: Any, here: ZoneInfo) -> Any:
    if isinstance(value, datetime):
        return _moment(value, here)
    return list(value) if isinstance(value, tuple) else value


def _moment(at: datetime, here: ZoneInfo) -> str:
    return at.astimezone(here).isoformat(timespec="seconds")


# --- the key by which a student can be found again -------------------------------------------------------------------


def normal(known_as: str) -> str:
    """An e-mail address or a student number, however it was typed: small letters, no blanks."""
    return "".join(known_as.split()).casefold()


def student_key(key: str, known_as: str) -> str:
    """HMAC-SHA256 of it under the file's own key, as 64 hex digits. Whoever has the key and the office's list finds
    the student in it; whoever has the file alone finds nobody, and two files can't be laid side by side."""
    return hmac.new(key.encode(), normal(known_as).encode(), hashlib.sha256).hexdigest()
