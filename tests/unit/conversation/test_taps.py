"""How many taps and forms everything takes, at or under what PRACTICE promises. Typing is no tap; a choice that must be
made is one each."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.intro import State
from bot.phrases import say
from bot.views.elements import Choose, ChooseMany, Form, Value
from tests.words import prefilled
from tests.world import DISCORD, SLACK, Somebody, World, options_in

CHANNEL = "C-talks"


@dataclass
class Fingers:
    """Somebody's; whatever they do is counted."""

    world: World
    who: Somebody
    taps: int = 0
    forms: int = 0

    def press(self, label: str) -> None:
        self.taps += 1
        self.world.press(self.who, label)
        self.forms += self.who.form is not None

    def send(self, **values: Value) -> None:
        assert self.who.form is not None
        self.taps += 1 + _choices(self.who.form, values)
        self.world.submit(self.who, None, **values)
        self.world.deliver()

    @property
    def count(self) -> tuple[int, int]:
        return self.taps, self.forms


def _choices(form: Form, values: dict[str, Value]) -> int:
    """A tick for each thing chosen that the form did not hold already; the pretend answer to the age is one too."""
    held, taps = prefilled(form, None), 0
    for item in (item for page in form.pages for item in page.items):
        if isinstance(item, Choose):
            taps += item.value == "" and item.required
        elif isinstance(item, ChooseMany):
            given = values.get(item.name, held[item.name])
            taps += len(set(given) ^ set(item.values))
    return taps


def at_the_doorway(world: World) -> Somebody:
    """A student who sees the card in a channel and knows no command."""
    world.command(world.coordinator(), "/desk doorway", channel=CHANNEL)
    world.deliver()
    student = world.student()
    student.shown.append(world.channels[CHANNEL][-1])
    return student


def first_ask(world: World, fingers: Fingers) -> None:
    fingers.press(say("common.find", "en"))
    fingers.send(wonder="I wonder about communications", question="What surprised you?")
    fingers.press("Ask Maya")
    fingers.send()


def test_a_first_ask_takes_five_taps(world: World) -> None:
    world.alum()
    fingers = Fingers(world, at_the_doorway(world))

    first_ask(world, fingers)

    assert world.newest(fingers.who).state is State.REQUESTED
    assert fingers.count == (5, 2)


def test_a_second_ask_takes_four(world: World) -> None:
    world.alum()
    student = at_the_doorway(world)
    first_ask(world, Fingers(world, student))
    world.press(student, say("request.withdraw", "en"))
    world.alum("Tom Barker")
    fingers = Fingers(world, student)

    fingers.press(say("common.find_again", "en"))
    fingers.send(wonder="I wonder about communications", question="What surprised you?")
    fingers.press("Ask Tom")
    fingers.send()

    assert world.newest(student).state is State.REQUESTED
    assert fingers.count == (4, 2)


# Joining with a code (4 taps at most) has its place here: it comes with the invitations.


def requested(world: World) -> tuple[Somebody, Somebody]:
    student, alum = world.student(space=SLACK), world.alum(space=DISCORD)
    world.an_intro(State.REQUESTED, student, alum)
    return student, alum


def test_a_yes_takes_one_tap_and_its_times_three_more(world: World) -> None:
    _, alum = requested(world)
    fingers = Fingers(world, alum)

    fingers.press(say("request.yes", "en"))
    assert fingers.count == (1, 0)
    fingers.press(say("times.offer", "en"))
    assert alum.form is not None
    fingers.send(times=(options_in(alum.form)[0].value,))

    assert fingers.count == (4, 1)


def test_a_no_takes_one_tap(world: World) -> None:
    student, alum = requested(world)
    fingers = Fingers(world, alum)

    fingers.press(say("request.not_this_time", "en"))

    assert world.newest(student).state is State.DECLINED
    assert fingers.count == (1, 0)


def test_a_thank_you_takes_two_taps(world: World) -> None:
    student, alum = world.student(), world.alum()
    world.an_intro(State.MET, student, alum)
    fingers = Fingers(world, student)

    fingers.press("Thank Maya")
    fingers.send(thanks="Nobody starts ready: that stayed with me.")

    assert world.newest(student).state is State.THANKED
    assert fingers.count == (2, 1)


def test_confirming_it_takes_one_tap(world: World) -> None:
    student, alum = world.student(), world.alum()
    world.an_intro(State.THANKED, student, alum)
    fingers = Fingers(world, alum)

    fingers.press(say("thanks.received", "en"))

    assert world.newest(student).state is State.CLOSED
    assert fingers.count == (1, 0)
