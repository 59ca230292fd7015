"""The index: what matching knows of every alum, ready to be looked up.

It is immutable: whoever ranks keeps the one they began with, while somebody joins or leaves. `with_alum` and `without`
copy only the top tables and what changes, and give what building anew would. What can be compared by number is in the
snapshot, a row for each alum. What an alum hides is not in
it at all: a hidden employer can neither find them nor stand in a reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.domain.people import AlumProfile, Person, PersonId
from bot.matching import vocabulary as v
from bot.matching.fields import FIELDS, field_of
from bot.matching.headline import Headline, read_headline
from bot.matching.model import Model, shipped
from bot.matching.snapshot import Said, Snapshot

WEIGHTS: Mapping[str, float] = {"title": 1.0, "topic": 0.8, "industry": 0.7, "past_title": 0.6, "employer": 0.4}
"""What a word is worth by where it stands: what somebody does now before what they did, and that before for whom."""
ALSO = 0.1
"""A word that stands in a further place adds this much."""
EACH_WORD_MORE = 0.08
"""A long title says each of its words less clearly."""


@dataclass(frozen=True)
class Entry:
    """One alum as matching sees them. `words`: stem → how strongly it speaks for them, up to 1."""

    id: PersonId
    title: str
    employer: str
    industry: str
    past_titles: tuple[str, ...]
    topics: tuple[str, ...]
    degree: str
    grad_year: int | None
    field: str
    past_fields: tuple[str, ...]
    """One for each past title."""
    subjects: frozenset[str]
    words: Mapping[str, float]
    month: int = 2
    """How many talks a month they give."""

    @property
    def said(self) -> Said:
        """What the model reads of them: headlines without what is no work."""
        headline = read_headline(self.title)
        about = ". ".join(dict.fromkeys(text for text in (self.industry, *self.topics, *headline.besides) if text))
        return Said(self.words, headline.title, tuple(read_headline(past).title for past in self.past_titles), about)

    @property
    def marks(self) -> frozenset[str]:
        """What they can be found by beside words."""
        marks = {at_field(self.field)}
        marks.update(with_degree(subject) for subject in self.subjects)
        marks.update(was_in(field) for field in self.past_fields)
        if self.employer:
            marks.add(at_employer(v.words(self.employer)))
        return frozenset(marks)


def at_field(key: str) -> str:
    """The mark of a field."""
    return f"field:{key}"


def was_in(key: str) -> str:
    """The mark of a field that somebody worked in before."""
    return f"was:{key}"


def with_degree(subject: str) -> str:
    """The mark of a subject studied."""
    return f"degree:{subject}"


def at_employer(name: Sequence[str]) -> str:
    """The mark of an employer, by its name in words."""
    return f"employer:{' '.join(name)}"


@dataclass(frozen=True)
class Index:
    """Every alum by id, by mark, and as a row of the snapshot."""

    entries: Mapping[PersonId, Entry]
    marks: Mapping[str, frozenset[PersonId]]
    snapshot: Snapshot

    @classmethod
    def build(cls, alumni: Sequence[Person], model: Model | None = None) -> Index:
        """Of everybody who has a profile; their order doesn't matter. `model`: another than the one that we ship."""
        entries = {person.id: entry_of(person.id, person.alum) for person in alumni if person.alum is not None}
        marks: dict[str, set[PersonId]] = {}
        for entry in entries.values():
            for mark in entry.marks:
                marks.setdefault(mark, set()).add(entry.id)
        rows = {int(alum): entry.said for alum, entry in entries.items()}
        snapshot = Snapshot.build(model or shipped(), rows)
        return cls(entries, {mark: frozenset(ids) for mark, ids in marks.items()}, snapshot)

    def with_alum(self, person: Person) -> Index:
        """With this alum as they are now, whether they were in it or not."""
        rest = self.without(person.id)
        if person.alum is None:
            return rest
        entry = entry_of(person.id, person.alum)
        marks = dict(rest.marks)
        for mark in entry.marks:
            marks[mark] = marks.get(mark, frozenset()) | {entry.id}
        snapshot = rest.snapshot.with_row(int(entry.id), entry.said)
        return replace(rest, entries={**rest.entries, entry.id: entry}, marks=marks, snapshot=snapshot)

    def without(self, person_id: PersonId) -> Index:
        """Without this alum; the same when they are not in it."""
        gone = self.entries.get(person_id)
        if gone is None:
            return self
        entries, marks = dict(self.entries), dict(self.marks)
        del entries[person_id]
        for mark in gone.marks:
            others = marks.pop(mark) - {person_id}
            marks.update({mark: others} if others else {})
        return replace(self, entries=entries, marks=marks, snapshot=self.snapshot.without(int(person_id)))


def entry_of(person: PersonId, alum: AlumProfile) -> Entry:
    """What may be known of one alum."""
    title, employer, degree = (_shown(alum, name) for name in ("title", "employer", "degree"))
    past = () if "title" in alum.hides or "past_titles" in alum.hides else alum.past_titles
    headline = read_headline(title)
    return Entry(
        id=person,
        title=title,
        employer=employer,
        industry=alum.industry,
        past_titles=past,
        topics=alum.topics,
        degree=degree,
        grad_year=None if "grad_year" in alum.hides else alum.grad_year,
        field=alum.field if alum.field in FIELDS else field_of(title, alum.industry),
        past_fields=tuple(field_of(each) for each in past),
        subjects=v.subjects(degree) if degree else frozenset(),
        words=_weighed(headline, employer or headline.employer, alum.industry, past, alum.topics),
        month=alum.pace.month,
    )


def _shown(alum: AlumProfile, name: str) -> str:
    return "" if name in alum.hides else str(getattr(alum, name))


def _weighed(
    headline: Headline, employer: str, industry: str, past: Iterable[str], topics: Iterable[str]
) -> Mapping[str, float]:
    besides = (("topic", topic) for topic in (*topics, *headline.besides))
    places = (("title", headline.title), *besides, ("industry", industry))
    before = (("past_title", read_headline(each).title) for each in past)
    found: dict[str, float] = {}
    for place, text in (*places, *before, ("employer", employer)):
        said = v.stems(text)
        for word in dict.fromkeys(said):
            weight = WEIGHTS[place] / (1 + EACH_WORD_MORE * (len(said) - 1))
            so_far = found.get(word, 0.0)
            found[word] = min(1.0, max(so_far, weight) + (ALSO if so_far else 0.0))
    return found
