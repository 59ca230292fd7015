"""`grounds export`: the files that `/desk export` gives out, from a shell."""

from __future__ import annotations

import math
import os
from pathlib import Path

import click

from adapters.settings import read_settings
from adapters.terminal import LANGUAGE, OPERATOR, No, json_option, tell
from bot.domain.exports import FORMATS, WHATS, XLSX, read_order
from bot.domain.reports import NAMED


@click.command()
@click.argument("what", type=click.Choice(WHATS))
@click.option("--format", "kind", type=click.Choice(FORMATS), default=XLSX, show_default=True)
@click.option(
    "--period",
    default="",
    help=f"One of {', '.join(NAMED)}; a month (2026-03); term-2026-1; year-2026; class-2026 (NACE, July to June).",
)
@click.option("--report", "name", default="", help="Of reports: one alone, by its name; otherwise all nine.")
@click.option("--to", type=click.Path(path_type=Path), default=".", help="A file, or the folder it goes into.")
@json_option
def export(what: str, kind: str, period: str, name: str, to: Path, as_json: bool) -> None:
    """Write a file: WHAT is a report, the interviews, the alumni, the audit or what NACE asks for."""
    from adapters.clock import wall
    from adapters.export import written
    from adapters.main import looked_into, opened

    order = read_order(f"{what} {name} {kind} {period}")
    click.echo("I'm writing it …", err=True)
    now = wall()
    settings = read_settings()
    with opened(settings) as store:
        with looked_into(settings.database) as reading:
            made = written(reading, order, now, LANGUAGE, most=math.inf)
        file = _place(to, made.name)
        _keep(file, made.content)
        with store.begin() as uow:
            uow.audit.add(now, OPERATOR, "export", order.as_words())
            uow.commit()
    told = {"file": str(file), "bytes": len(made.content), "rows": made.rows, "export": order.as_words()}
    lines = [f"{file} is written: {made.rows} rows."]
    if made.key:
        told["key"] = made.key
        lines.append(f"The key by which students can be found: {made.key}")
        lines.append("It is kept nowhere: note it now, apart from the file.")
    tell(as_json, told, lines)


def _place(to: Path, name: str) -> Path:
    """A file with the ending that it needs: several pages of CSV are packed."""
    if to.is_dir():
        return to / name
    return to.with_name(f"{to.name}.zip") if name.endswith(".zip") and to.suffix != ".zip" else to


def _keep(file: Path, content: bytes) -> None:
    """Readable by its owner alone, and there only when it is whole."""
    beside = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as out:
            out.write(content)
        beside.replace(file)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise No(f"{file} can't be written: {error.strerror}.") from None
