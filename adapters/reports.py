"""`grounds report`: how it is going, for a dean, a spreadsheet or another program."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from adapters.settings import read_settings
from adapters.terminal import LANGUAGE, No, tell
from bot.domain.reports import NAMED, REPORTS, SPLITS

if TYPE_CHECKING:
    from bot.domain.reports import Report

by_option = click.option("--by", default="", type=click.Choice(["", *SPLITS, "all"]), help="How to split it.")
period_option = click.option(
    "--period",
    "period_name",
    default="this-term",
    show_default=True,
    help=f"One of {', '.join(NAMED)}; a month (2026-03); term-2026-1; year-2026; class-2026 (NACE, July to June).",
)


@click.command()
@click.argument("name", type=click.Choice([*REPORTS]))
@period_option
@by_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object (its schema: adapters/schemas).")
@click.option("--png", type=click.Path(dir_okay=False, path_type=Path), help="Draw its chart into this file.")
@click.option("--dark", is_flag=True, help="For a dark page.")
@click.option("--xlsx", type=click.Path(dir_okay=False, path_type=Path), help="Write it as a workbook.")
def report(
    name: str, period_name: str, by: str, as_json: bool, png: Path | None, dark: bool, xlsx: Path | None
) -> None:
    """Count what came of it: NAME is one of the nine reports."""
    from bot.domain.reports.released import as_json as released
    from bot.views import reports as views

    made = _make(name, period_name, "all" if xlsx and not by else by)
    if png is not None:
        from adapters.drawing import png as drawn

        _write(png, drawn(views.bars(made, LANGUAGE), dark=dark))
    if xlsx is not None:
        from adapters.workbook import workbook
        from bot.views.sheets import of_report

        _write(xlsx, workbook(of_report(made, LANGUAGE)))
    told = [f"{file} is written." for file in (png, xlsx) if file is not None]
    if as_json:
        click.echo(json.dumps(released(made), ensure_ascii=False))
    else:
        tell(False, {}, told or _as_text(made))


def _as_text(made: Report) -> list[str]:
    from bot.phrases import say
    from bot.views import reports as views

    figures = [
        f"{say(f'reports.metric_{one.name}', LANGUAGE):<40} {views.figure(one, LANGUAGE)}" for one in made.metrics
    ]
    tables = [views.table_text(table, LANGUAGE) for table in made.tables]
    return [views.window(made, LANGUAGE), views.meaning(made, LANGUAGE), "", *figures, *(f"\n{one}" for one in tables)]


def _make(name: str, period_name: str, by: str) -> Report:
    import gc

    from adapters.clock import wall
    from adapters.main import opened
    from bot.use_cases.reporting import make_report

    gc.disable()  # a short life with a million small things, none of them in a circle
    with opened(read_settings()) as store, store.read() as reading:
        return make_report(reading, name, period_name, wall(), by=by)


def _write(file: Path, content: bytes) -> None:
    try:
        file.write_bytes(content)
    except OSError as error:
        raise No(f"{file} can't be written: {error.strerror}.") from None
