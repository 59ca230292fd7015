"""Writes down exactly which versions we run with, once for developers and once for the container.

`uv.lock` is not in the repository, because it records which hosts its files came from. What it pins stands instead in
`pyproject.toml` (`constraint-dependencies`, every group, markers kept: without them a pin for one Python makes another
unsolvable), so that two fresh clones resolve alike; and, hashed, in `requirements.lock` for the image. The build
backend and what it needs are pinned too (`build-constraint-dependencies`; hashed in `deploy/build.lock`).

    uv run deploy/pins.py              after a dependency was added or taken away
    uv run deploy/pins.py --upgrade    to move everything to its newest version
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

HOME = Path(__file__).resolve().parent.parent
PROJECT = HOME / "pyproject.toml"
HASHED = HOME / "requirements.lock"
HASHED_BACKEND = HOME / "deploy" / "build.lock"

PIN = re.compile(r"^(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)(\[[^\]]+\])?==(?P<version>[^\s;]+)( ; (?P<marker>.+))?$")
"""`name==version ; marker`, and nothing else: no address, no path, no option."""
CONTINUED = re.compile(r"^ {4}--hash=sha256:[0-9a-f]{64}( \\)?$")
BLOCK = {
    "constraint": re.compile(r"^constraint-dependencies = \[\n(?:.*\n)*?\]\n", re.MULTILINE),
    "build": re.compile(r"^build-constraint-dependencies = \[\n(?:.*\n)*?\]\n", re.MULTILINE),
}


class NotAPin(ValueError):
    """Something that is neither a pin nor a hash, so that it might name a host or a path of somebody's machine."""


def uv(*arguments: str | Path, stdin: str | None = None) -> str:
    """What uv prints. Where this machine keeps its own indexes or caches of wheels is nobody else's business."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("UV_FIND_LINKS", "PIP_"))}
    command = ["uv", *map(str, arguments)]
    done = subprocess.run(
        command, cwd=HOME, env=environment, input=stdin, stdout=subprocess.PIPE, text=True, check=True
    )
    return done.stdout


def pins(printed: str) -> list[str]:
    """The pins in what uv printed, sorted as it sorts them. Raises NotAPin for anything that is no pin."""
    found = [line.rstrip() for line in printed.splitlines() if line.strip() and not _said_aside(line)]
    for line in found:
        if not PIN.match(line):
            raise NotAPin(line)
    return found


def hashed(printed: str) -> str:
    """A requirements file of pins and hashes only. Raises NotAPin for anything else."""
    kept = [line.rstrip() for line in printed.splitlines() if line.strip() and not _said_aside(line)]
    for line in kept:
        if not (CONTINUED.match(line) or PIN.match(line.removesuffix(" \\"))):
            raise NotAPin(line)
    return "\n".join(kept) + "\n"


def _said_aside(line: str) -> bool:
    """Comments, and options which a machine's own configuration puts there."""
    return line.lstrip().startswith("#") or (line.startswith("-") and not line.startswith("-e"))


def with_block(project: str, which: str, lines: list[str]) -> str:
    """The project file with one list of pins replaced."""
    name = {"constraint": "constraint-dependencies", "build": "build-constraint-dependencies"}[which]
    body = "".join(f'    "{line}",\n' for line in lines)
    changed, times = BLOCK[which].subn(lambda _: f"{name} = [\n{body}]\n", project)
    if times != 1:
        raise ValueError(f"pyproject.toml has {times} lists named {name}, not one")
    return changed


def main() -> int:
    """Rewrite both lists and the hashed file; leaves all of it as it was when anything goes wrong."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--upgrade", action="store_true", help="forget today's pins and take the newest versions")
    before = PROJECT.read_text(encoding="utf-8")
    try:
        if options.parse_args().upgrade:
            PROJECT.write_text(with_block(with_block(before, "constraint", []), "build", []), encoding="utf-8")
            uv("lock", "--quiet", "--upgrade")
        everything = pins(
            uv("export", "--quiet", "--no-hashes", "--no-emit-project", "--all-groups", "--no-annotate", "--no-header")
        )
        requirements = hashed(_compiled(PROJECT, everything))
        build = hashed(_compiled("-", everything, stdin="\n".join(tomllib.loads(before)["build-system"]["requires"])))
        backend = pins("\n".join(line.removesuffix(" \\") for line in build.splitlines() if line[0] != " "))
        after = with_block(with_block(before, "constraint", everything), "build", backend)
    except BaseException:
        PROJECT.write_text(before, encoding="utf-8")
        raise
    PROJECT.write_text(after, encoding="utf-8")
    HASHED.write_text(requirements, encoding="utf-8")
    HASHED_BACKEND.write_text(build, encoding="utf-8")
    uv("lock", "--quiet")
    image = sum(bool(PIN.match(line.removesuffix(" \\"))) for line in requirements.splitlines())
    print(f"{len(everything)} pins, {len(backend)} for building, {image} with hashes for the image")
    return 0


def _compiled(what: Path | str, exact: list[str], *, stdin: str | None = None) -> str:
    """Requirements and all that they need, with hashes, in the versions of `exact`, for every Python and machine."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as constraints:
        constraints.write("\n".join(exact) + "\n")
        constraints.flush()
        return uv(
            "pip", "compile", "--quiet", "--universal", "--python-version", "3.11", "--generate-hashes",
            "--no-header", "--no-annotate", "--constraints", constraints.name, what, stdin=stdin,
        )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
