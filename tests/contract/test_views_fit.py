"""Every view and every form, with ordinary words and with the longest, drawn from real intros in every state.

Each fits what `views/elements.py` promises, and both pretend platforms take it. A view is drawn wherever it can be,
also where nobody would see it: whatever is shown late is shown in a later state.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import discord
import pytest

from adapters import gallery
from adapters.discord import modal
from adapters.discord import render as in_discord
from adapters.sandbox.discord_rules import check_message, check_modal
from adapters.sandbox.slack_rules import message_refusal, view_faults
from adapters.slack import render as in_slack
from bot.conversation.verbs import REOPEN, VERBS
from bot.domain.asks import AskId
from bot.domain.exports import FORMATS, WHATS
from bot.domain.intro import Intro, State
from bot.domain.people import Pace, Person, Standing, StudentProfile
from bot.domain.reports import REPORTS, SPLITS
from bot.domain.reports.periods import NAMED
from bot.phrases import PSEUDO, catalogue
from bot.ports import LetterKind, Reading
from bot.use_cases.stage import LISTS, set_stage, stage_for
from bot.use_cases.visit import Found, Target
from bot.views import FORMS, VIEWS, desk_digest, exports, first_hour, invitations, lookups, queue, settings, thread
from bot.views.elements import Button, Choose, ChooseMany, Form, FormItem, Line, Paragraph, Text, View
from bot.views.stage import Stage
from storage.engine import open_store
from tests import databases
from tests.world import WAYS, Somebody, World


@dataclass(frozen=True)
class Words:
    """How long people write. `text` fills every field to its limit where `long` is set."""

    language: str
    long: bool

    def fill(self, ordinary: str, most: int) -> str:
        return (ordinary + "wolfeschlegelsteinhausenbergerdorff" * most)[:most] if self.long else ordinary


ORDINARY, LONGEST = Words("en", False), Words(PSEUDO, True)
PARAMS = {
    "advice": "short,job,searchable", "page": "1", "pages": "2", "verb": "send_join", "until": "2026-09-30",
    "moved": "2", "held_back": "1", "saved": "1", "line": "1", "part": "questions", "hello": "discord", "last": "sent",
    "start": "1773509400", "sequence": "1", "token": "t" * 22,
}  # fmt: skip
BY_TOKEN = {
    Target.INTRO, Target.STUDENTS_INTRO, Target.ALUMS_INTRO, Target.FLAGGED, Target.ASK, Target.OFFER, Target.ALUM,
    Target.LINE,
}  # fmt: skip
REFUSALS = sorted(key.removeprefix("refusals.") for key in catalogue("en") if key.startswith("refusals."))
REFUSED = {
    "state": "unconfirmed", "count": "2", "lengths": "10, 15, 20, 30", "most": "80",
    "name": "Maya", "low": "1", "high": "10", "setting": "request_days",
    "value": "v" * 40, "languages": "en, cy", "report": "r" * 40, "reports": ", ".join(REPORTS),
    "period": "p" * 40, "periods": ", ".join(NAMED), "split": "s" * 40, "splits": ", ".join(SPLITS),
    "export": "e" * 40, "exports": ", ".join(WHATS), "formats": ", ".join(FORMATS),
}  # fmt: skip


OF_THE_DESK = frozenset().union(
    *(
        {*module.VIEWS, *getattr(module, "FORMS", ())}
        for module in (desk_digest, exports, first_hour, invitations, lookups, queue, settings, thread)
    )
)


class Drawn:
    """Everything that could be drawn, by its name; each once."""

    def __init__(self, words: Words) -> None:
        self.words = words
        self.views: dict[str, set[View]] = {name: set() for name in VIEWS}
        self.forms: dict[str, set[Form]] = {name: set() for name in FORMS}

    def of(self, reading: Reading, intro: Intro, now: Any) -> None:
        people: tuple[Person | None, ...] = (
            reading.people.get(intro.student), reading.people.get(intro.alum), None,
        )  # fmt: skip
        offer = reading.asks.shown_for(AskId(intro.ask))[0]
        keys: tuple[Mapping[str, int], ...] = (
            {}, {"intro": intro.id}, {"ask": intro.ask}, {"alum": intro.alum}, {"ask": intro.ask, "intro": intro.id},
        )  # fmt: skip
        for reader, these in product(people, keys):
            role = intro.role_of(reader.id) if reader else None
            params = PARAMS | {"role": role.value if role else "alum"}
            stage = self._stage(reading, reader, these, params, now)
            for name in VIEWS.keys() - LISTS.keys() - OF_THE_DESK:
                self._view(name, stage)
            for name in LISTS.keys() - OF_THE_DESK if not these else ():
                self._view(name, self._stage(reading, reader, {}, params, now, name))
            for name in FORMS.keys() - OF_THE_DESK:
                self._form(name, stage)
        found = Found(offer=offer, ask=reading.asks.get(offer.ask), alum=reading.people.get(offer.alum))
        language = self.words.language
        self._form("request", set_stage(reading, people[0], {}, {}, now, language=language, found=found))
        for key in REFUSALS:
            params = {"key": key, **REFUSED}
            self._view("refusal", self._stage(reading, people[0], {"alum": intro.alum, "intro": intro.id}, params, now))

    def of_the_desk(self, stage: Stage) -> None:
        """The desk has more to show than a small world has; that is drawn from what the gallery makes up."""
        for name in OF_THE_DESK & VIEWS.keys():
            self._view(name, stage)
        for name in OF_THE_DESK & FORMS.keys():
            self._form(name, stage)

    def _stage(
        self, reading: Reading, reader: Person | None, keys: Mapping[str, int], params: Mapping[str, str], now: Any,
        view: str = "",
    ) -> Stage:  # fmt: skip
        return stage_for(view, reading, reader, keys, params, now, language=self.words.language)

    def _view(self, name: str, stage: Stage) -> None:
        with suppress(LookupError):  # not from here
            self.views[name].add(VIEWS[name](stage))

    def _form(self, name: str, stage: Stage) -> None:
        if name == "times" and not stage.slots:
            return  # only opened while times are sought
        with suppress(LookupError):
            form = FORMS[name](stage)
            self.forms[name].update(replace(form, page=page) for page in range(len(form.pages)))


def a_world(folder: Any, words: Words) -> tuple[World, Somebody, Somebody]:
    world = World(open_store(databases.new_sqlite(folder), databases.keys()))
    fill = words.fill
    student = world.student(f"{fill('Priya', 60)} {fill('Sharma', 60)}")
    title, employer, degree = (fill(word, 120) for word in ("Communications Lead", "Riverside Aid", "BA History"))
    facts = {"title": title, "employer": employer, "degree": degree, "pace": Pace(10, 5)}
    topics = tuple(fill(topic, 80) for topic in ("communications", "charities", "words"))
    alum, *_ = [
        world.alum(f"{fill(name, 60)} {fill('Rivers', 60)}", topics=("communications", *topics), **facts)  # type: ignore[arg-type]
        for name in ("Maya", "Tom", "Lea")
    ]
    world.change_alum(alum, desk_token="d" * 22)
    if words.long:
        world.change_alum(alum, room_link="https://meet.example/" + "r" * 170)
        student.zone = alum.zone = "America/Argentina/ComodRivadavia"
    return world, student, alum


def write_much(world: World, intro: Intro, words: Words) -> None:
    """Every text that people may write, as long as it may be."""
    with world.store.begin() as uow:
        ask = uow.asks.get(AskId(intro.ask))
        uow.asks.save(
            replace(ask, wonder=words.fill("w", 1000), question=words.fill("q", 1000), about=words.fill("a", 1000))
        )
        uow.people.save_student(
            intro.student, StudentProfile(words.fill("a", 1000), words.fill("History", 120), "fourth")
        )
        for kind, writer in product(LetterKind, (intro.student, intro.alum)):
            most = 300 if kind in (LetterKind.PLACE, LetterKind.CONTACT) else 1000
            if kind is not LetterKind.DRAFT:
                uow.letters.add(kind, writer, words.fill("See you", most), world.now, intro=intro.id)
        uow.commit()


def fill_lists(world: World, intro: Intro, words: Words) -> None:
    """As many as a list shows: of alumni who wait, and of intros that stand still."""
    with world.store.begin() as uow:
        for number in range(10):
            again = uow.intros.add(
                AskId(intro.ask), intro.student, intro.alum, world.now, expires_days=9, minutes=9, rank=1, has_next=True
            )
            uow.intros.save(replace(again, version=2, state=State.FROZEN, frozen_from=State.REQUESTED))
            waiting = uow.people.add(None, words.fill("Ana", 60), words.fill("Lima", 60), "", "en")
            alum = uow.people.get(intro.alum).alum
            assert alum is not None
            uow.people.save_alum(waiting.id, replace(alum, standing=Standing.WAITING, desk_token=f"{number:022}"))
        uow.commit()


@pytest.fixture(scope="module", params=[ORDINARY, LONGEST], ids=["ordinary", "longest"])
def drawn(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Drawn:
    """Everything, from one world for each state."""
    words: Words = request.param
    found = Drawn(words)
    for state in WAYS:
        world, student, alum = a_world(tmp_path_factory.mktemp("world"), words)
        world.asks(student)
        first = world.known(alum).given_name
        intro = world.an_intro_from(world.requests(student, first, with_next=True), state, student, alum)
        write_much(world, intro, words)
        with world.store.read() as reading:
            found.of(reading, world.fresh(intro), world.now)
        if state is State.SCHEDULED:
            world.do(student, "share", intro, contact="c" * 300)
            world.do(alum, "share", intro, contact="c" * 300)
            fill_lists(world, intro, words)
            with world.store.read() as reading:
                found.of(reading, world.fresh(intro), world.now)
        world.store.close()
    for stage in gallery.stages(gallery.LONGEST if words.long else gallery.ORDINARY):
        found.of_the_desk(replace(stage, language=words.language))
    return found


def buttons(view: View) -> list[Button]:
    return [*view.buttons, *(button for card in view.cards for button in card.buttons)]


def texts(view: View) -> Iterator[str]:
    yield from (view.title, view.text)
    for pair in view.facts:
        yield from pair
    for card in view.cards:
        yield from (card.title, card.text)
    yield from (button.label for button in buttons(view))


def items(form: Form) -> list[FormItem]:
    return [item for page in form.pages for item in page.items]


# --- views ---------------------------------------------------------------------------------------------------------


def test_every_view_and_every_form_is_drawn_from_somewhere(drawn: Drawn) -> None:
    assert [name for name, found in {**drawn.views, **drawn.forms}.items() if not found] == []


def test_a_view_keeps_the_limits_of_our_own(drawn: Drawn) -> None:
    def faults(view: View) -> list[str]:
        sizes = {
            "title": (len(view.title), 150), "text": (len(view.text), 2800), "facts": (len(view.facts), 10),
            "cards": (len(view.cards), 10), "buttons": (len(view.buttons), 10),
            "label": (max((len(button.label) for button in buttons(view)), default=0), 75),
            "id": (max((len(str(button.press)) for button in buttons(view)), default=0), 100),
        }  # fmt: skip
        return [f"{what} {size} of {most}" for what, (size, most) in sizes.items() if size > most]

    wrong = {name: faults(view) for name, found in drawn.views.items() for view in found}
    assert {name: fault for name, fault in wrong.items() if fault} == {}


def test_aloud_a_view_says_everything(drawn: Drawn) -> None:
    for name, found in drawn.views.items():
        for view in found:
            aloud = view.aloud()
            silent = [text for text in texts(replace_buttons(view)) if text not in aloud]
            assert (name, bool(aloud.strip()), silent) == (name, True, [])


def replace_buttons(view: View) -> View:
    return replace(view, buttons=(), cards=tuple(replace(card, buttons=()) for card in view.cards))


def test_every_button_does_something_we_know_and_a_command_does_the_same(drawn: Drawn) -> None:
    pressed = {button.press.verb for found in drawn.views.values() for view in found for button in buttons(view)}

    assert pressed - set(VERBS) == {REOPEN}
    assert [verb for verb in pressed & set(VERBS) if not VERBS[verb].by_command] == []


def test_what_points_at_something_has_a_token_and_what_points_at_nothing_has_none(drawn: Drawn) -> None:
    pressed = {button.press for found in drawn.views.values() for view in found for button in buttons(view)}
    with_token = {press.verb for press in pressed if len(press.token) == 22}
    targets = {verb: VERBS[verb].target for verb in {press.verb for press in pressed} if verb in VERBS}

    assert {verb for verb, target in targets.items() if target in BY_TOKEN} - with_token == set()
    assert {verb for verb in with_token if targets.get(verb) is Target.NOTHING} - {"join"} == set()  # a link, no press


def test_no_two_buttons_of_a_view_are_labelled_alike(drawn: Drawn) -> None:
    wrong = {
        name
        for name, found in drawn.views.items()
        for view in found
        if len({button.label for button in view.buttons}) != len(view.buttons)
    }
    assert wrong == set()


SHOWS_PLACEHOLDERS = {"wording_desk", "wording_live"}
"""A coordinator who changes a sentence sees it as it is written."""


def test_no_placeholder_is_left_unfilled(drawn: Drawn) -> None:
    left = {name for name, found in drawn.views.items() for view in found if any("{" in text for text in texts(view))}

    assert left - SHOWS_PLACEHOLDERS == set()


def test_slack_takes_every_view_as_a_message_in_the_home_tab_and_in_a_modal(drawn: Drawn) -> None:
    wrong = {
        name: faults
        for name, found in drawn.views.items()
        for view in found
        if (faults := (
            message_refusal(in_slack.message(view), most_text=40_000),
            view_faults(in_slack.home(view), "home"),
            view_faults(in_slack.reading(view), "modal"),
        )) != (("", []), [], [])
    }  # fmt: skip
    assert wrong == {}


def test_discord_takes_every_view(drawn: Drawn) -> None:
    for found in drawn.views.values():
        for view in found:
            message = in_discord.draw(view)
            with discord.http.handle_message_parameters(**message.parts(), flags=message.flags) as parameters:
                sent = parameters.payload or json.loads(parameters.multipart[0]["value"])  # type: ignore[index]
                check_message(sent, flags=sent["flags"])


# --- forms ---------------------------------------------------------------------------------------------------------


def test_a_form_keeps_the_limits_of_our_own(drawn: Drawn) -> None:
    def faults(form: Form) -> list[str]:
        names = [item.name for item in items(form) if not isinstance(item, Text)]
        found = [f"{len(page.items)} items" for page in form.pages if not 1 <= len(page.items) <= 5]
        found += ["a name twice"] if len(set(names)) != len(names) else []
        found += (
            ["a long title or label"]
            if not drawn.words.long and max(len(form.title), len(form.send_label)) > 24
            else []
        )
        return found + [fault for item in items(form) for fault in item_faults(item)]

    wrong = {name: faults(form) for name, found in drawn.forms.items() for form in found}
    assert {name: fault for name, fault in wrong.items() if fault} == {}


def item_faults(item: FormItem) -> list[str]:
    match item:
        case Text(text):
            return [f"text of {len(text)}"] if not 0 < len(text) <= 2800 else []
        case Line() | Paragraph():
            return [f"{item.name} holds {len(item.value)} of {item.most}"] if len(item.value) > item.most else []
        case Choose():
            known = {"", *(option.value for option in item.options)}
            return [f"{item.name} {item.value}"] if not 2 <= len(item.options) <= 25 or item.value not in known else []
        case ChooseMany():
            fits = 1 <= len(item.options) <= 10 and len(item.values) <= item.most
            return [] if fits else [f"{item.name} {len(item.options)}"]
        case _:
            return []


def test_a_form_is_sent_by_a_verb_that_takes_it(drawn: Drawn) -> None:
    sent = {(name, VERBS[form.send.verb].form) for name, found in drawn.forms.items() for form in found}

    assert sent == {(name, name) for name in FORMS}


def test_slack_takes_every_form(drawn: Drawn) -> None:
    wrong = {
        name: view_faults(in_slack.form_view(form), "modal") for name, found in drawn.forms.items() for form in found
    }

    assert {name: faults for name, faults in wrong.items() if faults} == {}


def test_discord_takes_every_page_of_every_form(drawn: Drawn) -> None:
    for found in drawn.forms.values():
        for form in found:
            check_modal(modal.draw(form).to_dict())
