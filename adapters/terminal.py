"""What the commands share: how a thing is told to the operator, and how it isn't."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from typing import IO, Any

import click

OPERATOR = "operator"
"""Who did it, in the audit: whoever has a shell here."""
LANGUAGE = "en"


class No(click.ClickException):
    """One line on stderr, and the end."""

    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(" ".join(self.message.split()), file=file or sys.stderr)


def tell(as_json: bool, told: object, lines: Iterable[str]) -> None:
    """One JSON object, or lines for people."""
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False))
    else:
        for line in lines:
            click.echo(line)


json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
