"""Who takes part in a simulated term: two tables of personas, and the made-up people drawn from them.

A persona says how fast somebody answers and how likely they are to do what a message offers; `habits.py` says what is
usual, a persona only what is different about it. What makes a term hard is meant: people who never answer, go on
leave, shut their direct messages, move to another zone, stand somebody up, thank late or never.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

STUDENT, ALUM, COORDINATOR = "student", "alum", "coordinator"


@dataclass(frozen=True)
class Persona:
    """`share` of the people of a role; `hours` is the median of how long an answer takes (waking hours come on top);
    `asks` how many times in the term they come by themselves; `does` what differs from the usual chances, by verb."""

    name: str
    role: str
    share: float
    hours: float
    asks: float = 0.0
    does: Mapping[str, float] = field(default_factory=dict)
    narrows: float = 0.0
    """The chance that they narrow the hours in which nudges may come."""


PERSONAS: tuple[Persona, ...] = (
    # who                    role     share hours asks  what is different about them
    Persona("keen", STUDENT, 0.22, 1.5, 2.6, {"pick": 0.97, "thank": 0.95, "prep": 0.7, "five_minutes": 0.6}),
    Persona("steady", STUDENT, 0.26, 8.0, 1.6, narrows=0.1),
    Persona("slow", STUDENT, 0.12, 40.0, 1.2, narrows=0.15),
    Persona("ghost", STUDENT, 0.08, 10.0, 1.2, {"pick": 0.1, "offer_times": 0.0, "thank": 0.05, "happened": 0.05}),
    Persona("hopes for a job", STUDENT, 0.04, 4.0, 1.4),
    Persona("stands people up", STUDENT, 0.04, 9.0, 1.3, {"thank": 0.02, "happened": 0.05, "reschedule": 0.2}),
    Persona("thanks late", STUDENT, 0.07, 60.0, 1.4, {"thank": 0.55, "pick": 0.95}),
    Persona("never thanks", STUDENT, 0.06, 6.0, 1.4, {"thank": 0.0, "happened": 0.8}),
    Persona("only looks", STUDENT, 0.11, 5.0, 0.9, {"ask": 0.0}),
    Persona("quick", ALUM, 0.27, 2.0, does={"accept": 0.8, "received": 0.9}),
    Persona("evenings", ALUM, 0.28, 14.0, narrows=0.25),
    Persona("slow", ALUM, 0.15, 80.0, narrows=0.15),
    Persona("silent", ALUM, 0.12, 48.0, does={"accept": 0.0, "decline": 0.02, "ask_first": 0.0, "away": 0.02}),
    Persona("often says no", ALUM, 0.08, 5.0, does={"accept": 0.15, "decline": 0.75, "pause_month": 0.3}),
    Persona("asks first", ALUM, 0.05, 6.0, does={"ask_first": 0.9}),
    Persona("forgets after yes", ALUM, 0.05, 10.0, does={"accept": 0.9, "offer_times": 0.1, "pick": 0.1}),
    Persona("desk", COORDINATOR, 0.5, 5.0),
    Persona("desk, busy", COORDINATOR, 0.5, 30.0, does={"release": 0.2, "close": 0.1, "approve": 0.5}),
)

# what happens to people, whoever they are: the share of a role that it happens to in the term
ON_LEAVE = 0.14
"""Alumni who go away for a while, say so, and (most) come back."""
COMES_BACK = 0.5
"""Of those on leave: press the button before the date that they named."""
SHUTS_DMS = 0.03
OPENS_AGAIN = 0.5
LEAVES = 0.01
"""Leave the workspace or server, without a word to the bot."""
MOVES = 0.05
"""Change the zone they live in."""
ERASES = 0.012
LEAVES_FOR_GOOD = 0.02
"""Alumni who type /host leave."""
OPENS_HOME = 0.3
"""People in Slack who open the bot's own page now and then."""

HOME_ZONE = "Europe/London"
ZONES = {
    STUDENT: (("Europe/London", 88), ("Asia/Kolkata", 4), ("America/New_York", 4), ("Asia/Kathmandu", 2),
              ("Europe/Berlin", 2)),
    ALUM: (("Europe/London", 62), ("America/New_York", 12), ("Europe/Berlin", 7), ("America/Los_Angeles", 5),
           ("Asia/Kolkata", 4), ("Asia/Singapore", 3), ("Australia/Sydney", 3), ("America/St_Johns", 2),
           ("Asia/Kathmandu", 1), ("Pacific/Auckland", 1)),
    COORDINATOR: (("Europe/London", 1),),
}  # fmt: skip

_GIVEN = (
    "Ada Amara Amir Anya Arlo Asha Aziz Bea Bela Bruno Cara Carlos Chloe Clara Dana Dara Deniz Diego Ebba Eli "
    "Elif Emre Esme Eva Farah Femi Finn Freya Gita Hana Hugo Ida Ines Iris Ivo Jae Jana Joel Jonas Juno Kai Kira "
    "Lars Lea Leo Lina Luca Maia Malik Marta Mei Mila Mina Nadia Nia Nico Noa Noor Nora Olga Omar Otto Pia Priya "
    "Rafi Rana Remy Rhea Rosa Ruth Sami Sara Seb Shani Sofia Tara Theo Tom Uma Vera Viktor Wen Yara Yusuf Zara "
    "Zeke"
)
_FAMILY = (
    "Abara Adeyemi Ahlgren Alvarez Arnold Banerjee Barlow Bell Brandt Castro Chen Costa Dahl Diaz Doyle Dufour "
    "Ellis Eriksen Farrow Fischer Ford Garcia Gupta Haddad Hale Hart Holm Ibarra Ito Jain Kaur Kent Khan Kim Lane "
    "Larsen Levi Lopez Marsh Mbeki Meyer Moor Mori Nagy Novak Okafor Okoro Olsen Osei Park Patel Petrov Quist "
    "Ramos Reed Reyes Rossi Sato Shah Silva Singh Stone Tanaka Thorne Torres Usman Vance Varga Vogel Wada Webb "
    "Wells Wolf Yang Young Zeller"
)


@dataclass
class Human:
    """One made-up person. `truth` is the zone they really live in; `rng` is theirs alone, so that what one person does
    does not hang on how fast somebody else was served."""

    name: str
    persona: Persona
    truth: str
    rng: Random
    platform: str = ""
    user: str = ""
    alum_id: str = ""
    gone: bool = False
    """Erased, or left for good: they do nothing any more."""

    @property
    def role(self) -> str:
        return self.persona.role

    @property
    def account(self) -> str:
        return f"{self.platform}/{self.user}"

    def chance(self, share: float) -> bool:
        return self.rng.random() < share


def draw(seed: int, role: str, count: int) -> list[Human]:
    """So many people of a role, each with a name of their own. The same for the same seed."""
    rng = Random(f"{seed} {role}")
    mine = [persona for persona in PERSONAS if persona.role == role]
    names = list(_names(rng, count))
    personas = rng.choices(mine, [persona.share for persona in mine], k=count)
    zones, weights = zip(*ZONES[role], strict=True)
    return [
        Human(name, persona, rng.choices(zones, weights)[0], Random(f"{seed} {role} {number}"))
        for number, (name, persona) in enumerate(zip(names, personas, strict=True))
    ]


def _names(rng: Random, count: int) -> Iterator[str]:
    pairs = [f"{given} {family}" for given in _GIVEN.split() for family in _FAMILY.split()]
    yield from rng.sample(pairs, count)


def roster(alumni: Sequence[Human], sample: Path, seed: int) -> str:
    """The office's list of these alumni as a CSV: each has the work of somebody in `sample`, and their own year."""
    rng = Random(f"{seed} roster")
    with sample.open(encoding="utf-8", newline="") as file:
        works = list(csv.DictReader(file))
    out = io.StringIO()
    writer = csv.DictWriter(out, list(works[0]), lineterminator="\n")
    writer.writeheader()
    for number, human in enumerate(alumni):
        work = works[number % len(works)] if number < len(works) else rng.choice(works)
        given, _, family = human.name.partition(" ")
        human.alum_id = f"T{number:04d}"
        writer.writerow(
            work
            | {
                "alum_id": human.alum_id, "email": f"{human.alum_id.lower()}@alumni.example.org", "given_name": given,
                "family_name": family, "grad_year": str(rng.randint(1995, 2024)), "zone": human.truth,
                "capacity_month": str(rng.choice((1, 2, 2, 2, 3))),
            }
        )  # fmt: skip
    return out.getvalue()
