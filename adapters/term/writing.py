"""What made-up people write, and what they choose, where a form asks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from adapters.sandbox.play import Item
from adapters.term.cast import Human

DAY = timedelta(days=1)
MOST_TIMES = 4
Value = str | list[str]
Choice = Callable[[Human, Sequence[str], datetime], Value | None]

WONDERS = (
    "I wonder about communications at a charity",
    "I work in international development and wonder about communications",
    "What is it like to teach at a secondary school?",
    "I'd like to understand what a data analyst does all day",
    "Event management or holistic wellness, I can't decide",
    "How does somebody become a structural engineer?",
    "I am drawn to museums but worry about money",
    "Nursing seems right, but night shifts frighten me",
    "Is law for people who like people?",
    "What do consultants really do?",
    "I like writing and don't know who pays for it",
    "Sustainability jobs: which of them are real?",
    "I wonder about working in policy after politics",
    "Finance with a purpose, does it exist?",
    "Software without a computing degree",
    "Psychology: the long road, is it worth it?",
    "Marketing for food or for causes",
    "What is research like outside a university?",
    "I don't know yet, something with people and numbers",
    "Games design, or is it only testing at first?",
)
VAGUE = ("Brand work?", "Jobs", "Law")
FOR_A_JOB = (
    "Are you hiring? I need an internship in marketing this summer",
    "I'm looking for a job in finance, could you refer me to your company",
)
QUESTIONS = (
    "What surprised you when you began?",
    "What would you tell your younger self about it?",
    "Which part of the week do you look forward to?",
    "What did you have to learn that nobody mentions?",
)
THANKS = (
    "What stayed with me is that nobody starts ready. Thank you.",
    "I've changed a module because of what you said about the first year.",
    "Now I know that I don't want this, and that is worth a lot. Thank you for being honest.",
)
NOTES = (
    "I read what you do and would love to hear how you got there.",
    "I have two questions about your work, and twenty minutes would help me a lot.",
    "My course comes close to your work. What is it really like?",
)
ANSWERS = (
    "What to leave out. The rest came with practice.",
    "That nobody expects you to know it all on the first day.",
    "Mostly whether I'd like the people in it as much as the work.",
)
REPLIES = ("That made my week. Good luck.", "You asked well. Let me know how it goes.", "Gladly. It's good to hear.")
LINES = ("Thank you, I look forward to it.", "A little later suits me too, if it helps.", "Gladly. See you then.")


CHOICES: Mapping[str, Choice] = {
    "times": lambda human, values, now: sorted(human.rng.sample(values, min(len(values), MOST_TIMES))),
    "zone": lambda human, values, now: human.truth if human.truth in values else None,
    "until": lambda human, values, now: (now + human.rng.randint(7, 35) * DAY).date().isoformat(),
    "adult": lambda human, values, now: values[0] if human.chance(0.97) else values[-1],
    "next": lambda human, values, now: list(values) if human.chance(0.7) else [],
    # how they wish to be reminded
    "how": lambda human, values, now: human.rng.choices(("each", "digest", "none"), (6, 3, 1))[0],
    "from_hour": lambda human, values, now: human.rng.choice(values[: len(values) // 2]),
    "until_hour": lambda human, values, now: human.rng.choice(values[len(values) // 2 :]),
    "days": lambda human, values, now: sorted(human.rng.sample(values, human.rng.randint(3, len(values)))),
    "a_week": lambda human, values, now: human.rng.choice(values),
}
"""What they choose, by an item's name, out of the values it offers."""


def what_to_enter(human: Human, item: Item, now: datetime) -> Value | None:
    """What this person enters into an item of a form; None leaves it as it is."""
    if item.kind == "text" or not item.id:
        return None
    values = [value for _, value in item.options]
    if item.id in CHOICES:
        return CHOICES[item.id](human, values, now)
    if item.kind == "choose" and item.required and not item.value:
        return values[0]
    if item.id == "note" and item.value:  # the one that is drafted for a request: mostly it is sent as it is
        return human.rng.choice((None, None, *NOTES))
    return what_to_write(human, item.id) if item.kind in ("line", "paragraph") else None


def what_to_write(human: Human, item: str) -> str | None:
    """What this person types into an item by its name."""
    rng = human.rng
    if item == "wonder":
        hopes = human.persona.name == "hopes for a job"
        return rng.choice(FOR_A_JOB if hopes and rng.random() < 0.7 else VAGUE if rng.random() < 0.06 else WONDERS)
    texts: Mapping[str, Sequence[str]] = {
        "question": QUESTIONS, "answer": ANSWERS, "thanks": THANKS, "reply": REPLIES, "note": LINES, "line": LINES,
        "about": ("I like explaining things.", ""), "contact": ("me@student.example.org",), "what": ("It felt wrong.",),
    }  # fmt: skip
    return rng.choice(texts[item]) if item in texts else None
