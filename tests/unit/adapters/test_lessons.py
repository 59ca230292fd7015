from __future__ import annotations

from pathlib import Path

import pytest

from adapters.training.lessons import NoLessons, from_files, from_release, said_apart
from bot.matching.pieces import print_of

FILES = {
    "Occupation Data": ("Title\tDescription", '1\tCooks\tPrepare "plain" food. Clean up.', "2\tBakers\tBake."),
    "Alternate Titles": ("Alternate Title\tShort Title", "1\tFry Cook\tn/a", "2\tFry Cook\tn/a"),
    "Sample of Reported Titles": ("Reported Job Title\tShown", "2\tPastry Chef (PC)\tN"),
    "Task Statements": ("Task ID\tTask", "2\t7\tKnead dough."),
    "Related Occupations": (
        "Related O*NET-SOC Code\tRelatedness Tier", "1\t2\tPrimary-Short", "2\t1\tSupplemental",
    ),
}  # fmt: skip


def release(folder: Path) -> Path:
    for name, rows in FILES.items():
        (folder / f"{name}.txt").write_text("O*NET-SOC Code\t" + "\n".join(rows) + "\n", encoding="utf-8")
    return folder


def files(folder: Path) -> tuple[Path, Path]:
    (folder / "d.csv").write_text("onet_soc,title\n1,Grill Cook\n2,Baker\n", encoding="utf-8")
    (folder / "t.csv").write_text('onet_soc,task\n1,"Grill, and serve."\n', encoding="utf-8")
    return folder / "d.csv", folder / "t.csv"


def test_a_release_is_read_whole(tmp_path: Path) -> None:
    lessons = from_release(release(tmp_path))

    assert lessons.titles == {
        "Bakers": {"2"}, "Cooks": {"1"}, "Fry Cook": {"1", "2"}, "Pastry Chef (PC)": {"2"},
    }  # fmt: skip
    assert lessons.sentences == {
        "Bake.": {"2"},
        "Clean up.": {"1"},
        "Knead dough.": {"2"},
        'Prepare "plain" food.': {"1"},
    }
    assert lessons.related == {("1", "2"): 1 / 3}


def test_with_a_dictionary_nothing_else_is_learned_from(tmp_path: Path) -> None:
    lessons = from_files(*files(tmp_path), release(tmp_path))

    assert lessons.titles == {"Baker": {"2"}, "Grill Cook": {"1"}}
    assert lessons.sentences == {"Grill, and serve.": {"1"}}
    assert (lessons.related, lessons.names["2"]) == ({}, "Bakers")
    assert lessons.prints() == {print_of(text) for text in ("Grill cook", "baker", "grill and serve")}


def test_a_title_said_in_two_ways_is_two() -> None:
    assert [said_apart(title) for title in ("IC Engineer (ICE)", "Cook")] == [("IC Engineer", "ICE"), ("Cook",)]


def test_a_file_that_is_not_there_or_lacks_a_column_is_told(tmp_path: Path) -> None:
    dictionary, _ = files(tmp_path)

    with pytest.raises(NoLessons, match=r"none\.csv can't be read"):
        from_files(dictionary, tmp_path / "none.csv", None)
    with pytest.raises(NoLessons, match="has no column 'task'"):
        from_files(dictionary, dictionary, None)
