"""A report as a coordinator sees it: a card with the figures that matter, the chart's words, a table as text, and one
sentence that says what it means. And as the dean's file has it: sheets.

The chart itself is drawn elsewhere (`adapters/drawing.py`): what is drawn is what stands in the text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.domain.reports import Metric, Period, Report, Table
from bot.phrases import say, say_date, say_zone
from bot.views.elements import Bar, Card, Chart, View
from bot.views.finding import YEARS
from bot.views.parts import Draw, lines
from bot.views.stage import Stage

MOST_FACTS = 8
MOST_ROWS = 24
MOST_BARS = 8
"""More would make a picture too tall to be read in a chat; the table beside it has all of them."""
SPELLED_IN_DAYS = 3
"""Shorter spans are told in hours."""


def value_of(one: Metric, language: str) -> str:
    """A figure as one says it, without what is above and below the line."""
    if one.hidden:
        return say("reports.hidden", language)
    if one.value is None:
        return say("reports.not_so_many" if one.kind in ("p50", "p90") and one.numerator else "reports.none", language)
    match one.kind:
        case "share":
            return say("reports.share", language, percent=round(100 * one.value))
        case "count":
            return str(round(one.value))
        case "hours":
            return say("reports.hours", language, count=round(one.value))
        case "p50" | "p90":
            return _spell(one.value / 24, language)
        case "half":
            return _spell(one.value, language)
        case _:
            return f"{one.value:.2f}"


def _spell(days: float, language: str) -> str:
    """A span as one says it."""
    if days * 24 < 1:
        return say("reports.within_the_hour", language)
    if days < SPELLED_IN_DAYS:
        return say("reports.hours", language, count=round(days * 24))
    return say("reports.days", language, count=round(days))


def figure(one: Metric, language: str) -> str:
    """A figure with what is above and below the line."""
    value = value_of(one, language)
    if one.hidden or one.kind != "share":
        return value
    return f"{value} ({say('reports.of', language, over=one.numerator, under=one.denominator)})"


def window(report: Report, language: str) -> str:
    """From when to when, on whose clock."""
    return window_of(report.period, language)


def window_of(of: Period, language: str) -> str:
    """The same of a period."""
    key = "reports.window" if of.is_over else "reports.window_so_far"
    first, last = say_date(of.first_day, language), say_date(of.last_day, language)
    return say(key, language, first=first, last=last, zone=say_zone(of.zone, language))


def meaning(report: Report, language: str) -> str:
    """The one sentence."""
    found = _meant(report)
    if any(value is None for value in found.values()):
        return say("reports.says_too_few", language)
    return say(f"reports.says_{report.name}", language, **found)


def _meant(report: Report) -> Mapping[str, object]:
    """What fills the sentence; None for what is not shown."""

    def percent(name: str) -> int | None:
        value = report[name].value
        return None if value is None else round(100 * value)

    def two(name: str) -> dict[str, object]:
        return {"over": report[name].numerator, "under": report[name].denominator}

    match report.name:
        case "overview":
            return {"sent": report.counts.get("sent"), "held": report.counts.get("held")}
        case "funnel":
            names = {"sent": "went_sent", "held": "went_held", "thanked": "went_thanked"}
            return {key: report[name].numerator for key, name in names.items()}
        case "response":
            hours = report["response_p50"].value
            return {"percent": percent("response"), "hours": None if hours is None else round(hours)}
        case "interviews":
            hours = report["volunteer_hours"].value
            return {"held": report.counts.get("held"), "hours": None if hours is None else round(hours)}
        case "thanks":
            return {"percent": percent("thanks_sent")}
        case "supply":
            return two("available")
        case "load":
            return {"percent": percent("busiest")}
        case "reach":
            return two("students_held")
        case _:
            return two("flags_acted")


# --- the chart ------------------------------------------------------------------------------------------------------

DRAWN: Mapping[str, tuple[str, ...]] = {
    "overview": ("response", "acceptance", "held", "thanks_sent", "thanks_confirmed", "students_held"),
    "funnel": ("went_sent", "went_accepted", "went_planned", "went_held", "went_thanked", "went_confirmed"),
    "response": ("response", "acceptance", "decline", "expiry", "redirect_success"),
    "interviews": ("held_by_both", "held_by_one", "held_unknown", "no_show", "late_cancel"),
    "thanks": ("thanks_sent", "thanks_confirmed", "satisfaction_response"),
    "supply": ("available", "coverage", "unmet", "returning"),
    "load": ("busiest",),
    "reach": ("students_held", "students_held_3", "unmet", "returning"),
    "safety": ("flags_acted", "erasures"),
}


def bars(report: Report, language: str) -> Chart:
    """What the chart shows: the groups of the split where there is one, else the figures that belong together."""
    table = next((one for one in report.tables if one.lines), None)
    drawn = _of_groups(table, language) if table is not None else _of_figures(report, language)
    title = say(f"reports.title_{report.name}", language)
    under = window(report, language)
    if table is not None:
        under = f"{say(f'reports.split_{table.by}', language)} · {say(f'reports.column_{table.columns[0]}', language)}"
        if more := len(table.lines) + (table.rest is not None) - len(drawn):
            under = f"{under} · {say('reports.more_below', language, count=more)}"
    told = ", ".join(say("reports.bar", language, name=one.name, value=one.words) for one in drawn)
    return Chart(title, under, drawn, f"{title}. {say('reports.alt', language, bars=told)}")


def _of_figures(report: Report, language: str) -> tuple[Bar, ...]:
    if report.name == "load":
        return _of_load(report["busiest"], language)
    metrics = [report[name] for name in DRAWN[report.name]]
    most = max((one.value or 0 for one in metrics if one.kind == "count"), default=0) or 1
    return tuple(
        Bar(
            say(f"reports.metric_{one.name}", language),
            figure(one, language),
            None if one.value is None else one.value / most if one.kind == "count" else min(1.0, one.value),
        )
        for one in metrics
    )


def _of_load(busiest: Metric, language: str) -> tuple[Bar, ...]:
    """The busiest tenth beside everybody else: even would be one to nine."""
    own = Bar(say("reports.metric_busiest", language), figure(busiest, language), busiest.value)
    over, under = busiest.numerator, busiest.denominator
    if busiest.value is None or over is None or not under:
        return (own,)
    rest = replace(busiest, value=1 - busiest.value, numerator=under - over)
    return own, Bar(say("reports.not_busiest", language), figure(rest, language), rest.value)


def _of_groups(table: Table, language: str) -> tuple[Bar, ...]:
    """The largest first, what is left together last; the years of study in their own order."""
    first = table.columns[0]
    named = [(group_name(table.by, line.group, language), line.counts[first]) for line in table.lines]
    if table.by == "year":
        order = {group_name("year", year, language): place for place, year in enumerate(YEARS)}
        named.sort(key=lambda one: order.get(one[0], len(YEARS)))
    else:
        named.sort(key=lambda one: -one[1])
    if table.rest is not None:
        named.append((say("reports.others", language), table.rest.counts[first]))
    most = max(count for _, count in named)
    return tuple(Bar(name, str(count), count / most) for name, count in named[:MOST_BARS])


def group_name(split: str, group: str, language: str) -> str:
    """A group of a split, as people read it."""
    if not group:
        return say("reports.not_said", language)
    match split:
        case "field":
            return say(f"fields.{group}", language)
        case "college":
            return say(f"colleges.{group}", language)
        case "year":
            return say(f"years.{group}", language)
        case _:
            return say(f"platforms.{group}", language)


# --- the card -------------------------------------------------------------------------------------------------------


def card(report: Report, language: str) -> View:
    """The whole of it in one message."""
    metrics = [report[name] for name in (*DRAWN[report.name], *_the_rest(report))][:MOST_FACTS]
    if all(one.hidden for one in metrics):
        metrics = []  # eight times "too few" says no more than the sentence does
    shown = bars(report, language)
    return View(
        title=say(f"reports.title_{report.name}", language),
        text=lines(
            meaning(report, language),
            f"{window(report, language)}. {say('reports.least', language, least=report.least)}",
        ),
        facts=tuple((say(f"reports.metric_{one.name}", language), figure(one, language)) for one in metrics),
        cards=tuple(table_card(table, language) for table in report.tables),
        image=shown if any(bar.part is not None for bar in shown.bars) else None,
    )


def report_card(stage: Stage) -> View:
    """To a coordinator who asked for it."""
    if stage.made is None:
        raise LookupError("this view needs a report")
    return card(stage.made, stage.language)


def counting(stage: Stage) -> View:
    """At once, while it is being counted."""
    return View(text=stage.say("reports.counting" if stage.params.get("here") else "reports.counting_dm"))


def _the_rest(report: Report) -> tuple[str, ...]:
    return tuple(one.name for one in report.metrics if one.name not in DRAWN[report.name])


def table_text(table: Table, language: str) -> str:
    """A split as text, its name on the first line."""
    card = table_card(table, language)
    return f"{card.title}\n{card.text}"


def table_card(table: Table, language: str) -> Card:
    """A split as lines of text: nothing to line up, so that it reads well aloud and on a phone."""
    head = say(f"reports.split_{table.by}", language)
    if not table.columns or not table.lines:
        return Card(head, say("reports.too_few", language))
    rows = [(group_name(table.by, line.group, language), line.counts) for line in table.lines[:MOST_ROWS]]
    if table.rest is not None:
        rows.append((say("reports.others", language), table.rest.counts))
    told = (
        say(
            "reports.bar",
            language,
            name=name,
            value=", ".join(f"{counts[column]} {_column(column, language)}" for column in table.columns),
        )
        for name, counts in rows
    )
    return Card(head, "\n".join(told))


def _column(column: str, language: str) -> str:
    return say(f"reports.column_{column}", language).lower()


VIEWS: dict[str, Draw] = {"report_card": report_card, "counting": counting}
