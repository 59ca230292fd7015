"""`grounds sandbox gallery`: every view and every form on both platforms, as the sandbox's page draws them.

The stages are made up: one intro in each state, seen by the student, the alum and the desk, with everything filled in
that a view may ask for. A view that can't be drawn from one is drawn from another; what looks alike is shown once, and
nothing is drawn for somebody who is never shown it. Every refusal hangs there by its key, and what the front door says.
"""

from __future__ import annotations

import asyncio
import json
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any, TypeVar

from adapters.discord import modal
from adapters.discord import render as in_discord
from adapters.drawing import drawn
from adapters.gallery_desk import desk_stages
from adapters.gallery_reports import report_stages
from adapters.sandbox.camera import chromium, photograph
from adapters.sandbox.sheet import sheet
from adapters.slack import render as in_slack
from bot.domain.asks import Ask, AskId
from bot.domain.campus import Campus
from bot.domain.disclosure import Disclosed, Field
from bot.domain.exports import FORMATS, WHATS
from bot.domain.intro import Intro, IntroId, State, Who
from bot.domain.matches import Reason
from bot.domain.people import AlumProfile, Person, PersonId, Standing, StudentProfile
from bot.domain.reports import REPORTS, SPLITS
from bot.domain.reports.periods import NAMED
from bot.phrases import FALLBACK, PSEUDO, catalogue, say
from bot.views import FORMS, VIEWS, common
from bot.views.elements import Form, Picture, PressId, View
from bot.views.stage import IntroLine, MatchCard, Stage

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
MOST_OF_ONE = 4
"""So many pictures of one view; more differ in a word only."""
MOST_OF_THESE = {"show": 40, "prep_part": 6, "practice": 6, "rules": 7, "office_note": 4, "queue_desk": 5,
                 "report_card": 11}  # fmt: skip
"""But for what is another thing in each state of an intro, or in each part."""
PARAMS = {
    "advice": "short,job,searchable", "page": "1", "pages": "2", "verb": "send_join", "until": "2026-09-30",
    "moved": "2", "key": "not_yours", "name": "Maya", "count": "2", "part": "questions",
    "token": "t" * 22, "step": "queue", "start": str(int(NOW.timestamp())), "sequence": "1", "hello": "slack",
    "last": "delivered", "said": "now",
}  # fmt: skip
NOW_AND_THEN = {"held_back": "1", "saved": "1", "line": "1", "moved": "1"}
"""What is said beside, when there is reason to."""
PARTS = ("how", "about_me", "manners", "job")
REFUSED = {
    "state": "scheduled", "count": "2", "lengths": "10, 15, 20, 30", "most": "80",
    "name": "Maya", "low": "1", "high": "10", "setting": "request_days",
    "value": "soon", "languages": "English, Welsh", "report": "profit", "reports": ", ".join(REPORTS),
    "period": "last-tuesday", "periods": ", ".join(NAMED), "split": "name", "splits": ", ".join(SPLITS),
    "export": "profits", "exports": ", ".join(WHATS), "formats": ", ".join(FORMATS),
}  # fmt: skip
WORTH_OPEN = {State.MET: "clear_before", State.UNTHANKED: "clear_after", State.THANKED: "worth"}
"""Of the questions after a talk, another in each state."""
TOKEN = "t" * 22
WORD = "wolfeschlegelsteinhausenbergerdorff"

STUDENTS = frozenset({
    "advice", "matches", "no_matches", "none_of_these", "will_tell", "office_asked", "introduction_asked", "requested",
    "nudge_quiet", "declined", "asked_next", "asking_next", "no_next", "question_first", "nudge_question",
    "answer_sent", "withdrew", "expired_student", "yes", "booking", "prep", "prep_part", "checklist",
    "five_minutes_kept", "five_minutes", "met", "nudge_thank", "nudge_keep", "thanks_sent", "worth", "thanks_received",
    "ask", "about", "answer",
})  # fmt: skip
ALUMNI = frozenset({
    "nudge_request", "declined_thanks", "reason_kept", "question_sent", "withdrawn", "expired_alum", "accepted",
    "booking_sent", "met_alum", "closed_alum", "paused", "agreed", "talk_kept",
    "resumed", "joined", "join_waiting", "hello_alum",
    "hello_sent", "welcome_alum", "not_now_alum", "still_right", "pass_on", "leave_check", "left",
    "question", "away", "reply", "profile", "more", "work",
})  # fmt: skip
DESKS = frozenset(name for name in VIEWS if name.endswith("_desk")) - {"closed_by_desk"} | {
    "report_card", "counting", "export_begun", "export_file", "export_failed", "export_closed", "export_large",
}  # fmt: skip
"""Whose they are: a view may well be drawn for somebody who is never shown it. All others are for either."""
ALSO = {("View", "request"): Who.ALUM, ("View", "thanks"): Who.ALUM, ("Form", "request"): Who.STUDENT,
        ("Form", "thanks"): Who.STUDENT}  # fmt: skip
"""A form and a view may have one name, and be for two people."""

NOT_FROM_HERE = (LookupError, AssertionError)
"""How a view says that nobody is shown it in such a state."""

Seen = TypeVar("Seen", View, Form)
Json = dict[str, Any]


@dataclass(frozen=True)
class Words:
    """How long people write: as they do, or as long as they may."""

    long: bool
    about: str

    @property
    def language(self) -> str:
        return PSEUDO if self.long else FALLBACK

    def fill(self, ordinary: str, most: int) -> str:
        return (f"{ordinary} " + WORD * most)[:most] if self.long else ordinary


ORDINARY, LONGEST = Words(False, ""), Words(True, "the longest words")


def hang(out: Path, *, dark: bool = False) -> tuple[int, int]:
    """Write the sheet and, where there is a Chromium, a picture of each piece; how many pieces and pictures."""
    out.mkdir(parents=True, exist_ok=True)
    hung = list(pieces())
    document = out / "index.html"
    document.write_text(sheet({"now": NOW.timestamp(), "dark": dark, "pieces": hung}), encoding="utf-8")
    pictures = asyncio.run(photograph(document.resolve(), out)) if chromium() else 0
    return len(hung), pictures


def pieces() -> Iterator[Json]:
    """What hangs there, in the order of the registries."""
    for name, draw in VIEWS.items():
        drawn = _refusals(draw) if name == "refusal" else _all("View", name, draw)
        yield from _hung("View", name, drawn, _slack_view, _discord_view)
    for name, said in AT_THE_DOOR.items():
        yield from _hung("View", name, iter([(ORDINARY, "", said(FALLBACK))]), _slack_view, _discord_view)
    for name, ask in FORMS.items():
        yield from _hung("Form", name, _all("Form", name, ask), _slack_form, _discord_form)


AT_THE_DOOR: Mapping[str, Callable[[str], View]] = {
    "gate": common.gate,
    "sorry": common.sorry,
    "mend": lambda language: common.mend(
        language, {"title": say("mend.title_empty", language)}, PressId("reopen", TOKEN, "send_join.0")
    ),
}
"""What the front door says by itself."""


def _hung(
    kind: str,
    name: str,
    drawn: Iterator[tuple[Words, str, Seen]],
    slack: Callable[[Seen], list[Json]],
    discord: Callable[[Seen], list[Json]],
) -> Iterator[Json]:
    for number, (words, about, seen) in enumerate(drawn):
        piece = {"kind": kind, "name": name, "first": number == 0, "about": about or words.about}
        yield {
            **piece, "id": f"{kind.lower()}-{name}-{number}", "aloud": _aloud(seen), "slack": slack(seen),
            "discord": discord(seen),
        }  # fmt: skip


def _aloud(seen: View | Form) -> str:
    return seen.aloud() if isinstance(seen, View) else ""


def _all(kind: str, name: str, draw: Callable[[Stage], Seen]) -> Iterator[tuple[Words, str, Seen]]:
    """What differs in more than names and days, and one of the longest."""
    known: set[tuple[object, ...]] = set()
    for stage in stages(ORDINARY):
        if not _is_shown(kind, name, stage):
            continue
        with suppress(*NOT_FROM_HERE):
            seen = draw(stage)
            if _shape(seen) not in known and len(known) < MOST_OF_THESE.get(name, MOST_OF_ONE):
                known.add(_shape(seen))
                yield ORDINARY, _reader(stage), seen
    for stage in stages(LONGEST):
        with suppress(*NOT_FROM_HERE):
            if _is_shown(kind, name, stage):
                yield LONGEST, "", draw(stage)
                return


def _refusals(draw: Callable[[Stage], Seen]) -> Iterator[tuple[Words, str, Seen]]:
    """One of each key."""
    asked = stage(ORDINARY, State.REQUESTED, Who.STUDENT)
    for key in catalogue(FALLBACK):
        if key.startswith("refusals."):
            name = key.removeprefix("refusals.")
            yield ORDINARY, name, draw(replace(asked, params={**REFUSED, "key": name}))


def _is_shown(kind: str, name: str, stage: Stage) -> bool:
    """Whether this reader is ever shown it."""
    if name in DESKS:
        return stage.role in (None, Who.COORDINATOR)
    if stage.role is Who.COORDINATOR:
        return False
    whose = ALSO.get((kind, name)) or (Who.STUDENT if name in STUDENTS else Who.ALUM if name in ALUMNI else None)
    return whose is None or stage.role is whose


def _reader(stage: Stage) -> str:
    return f"to the {stage.role or Who.COORDINATOR}"


def _shape(seen: View | Form) -> tuple[object, ...]:
    if isinstance(seen, Form):
        return (seen.title, *(type(item).__name__ for page in seen.pages for item in page.items))
    paragraphs = seen.text.count("\n\n")
    return (seen.title, paragraphs, len(seen.facts), len(seen.cards), *(button.label for button in seen.buttons))


# --- stages -----------------------------------------------------------------------------------------------------------


def stages(words: Words) -> Iterator[Stage]:
    """An intro in each state, as each may see it; then what there is only now and then."""
    for state, role in product(State, (Who.STUDENT, Who.ALUM, Who.COORDINATOR, None)):
        yield stage(words, state, role)
    asked = stage(words, State.REQUESTED, Who.STUDENT)
    yield replace(asked, of_age=None, untold=True)
    yield replace(asked, of_age=False)
    yield replace(asked, matches=asked.matches[:1])
    yield replace(asked, intros=asked.intros[:1])
    yield replace(asked, intros=())
    for part in PARTS:
        yield replace(asked, params={**asked.params, "part": part})
    for role in (Who.STUDENT, Who.ALUM):
        for state in (State.REQUESTED, State.CANCELLED):
            one = stage(words, state, role)
            yield replace(one, params={**one.params, **NOW_AND_THEN})
            yield replace(one, next_names=(), hours_ahead=1.0, said="https://book.example.org/maya")
    yield replace(asked, this_intro=None, this_ask=None, me=None, role=None)
    priya, maya = _disclosed(words, "Priya", "Sharma"), _disclosed(words, "Maya", "Reyes")
    for role in (None, Who.STUDENT, Who.ALUM):
        desk = replace(stage(words, State.FROZEN, role), me=_person(words, Who.ALUM))
        yield from desk_stages(desk, priya, maya, words.fill)
    yield from report_stages(replace(stage(words, State.FROZEN, None), me=_person(words, None), params={}))


def stage(words: Words, state: State, role: Who | None) -> Stage:
    """Everything there is to see, filled in."""
    maya, priya = _disclosed(words, "Maya", "Reyes"), _disclosed(words, "Priya", "Sharma")
    intro = _intro(state)
    lines = [_line(intro, one) for one in (State.REQUESTED, State.SCHEDULED, State.MET)]
    them = priya if role is Who.ALUM else maya
    return Stage(
        now=NOW,
        campus=Campus(name="Eastmere University"),
        language=words.language,
        zone="Europe/London",
        me=_person(words, role),
        params={**PARAMS, "role": (role or Who.ALUM).value},
        role=role,
        them=them,
        student=priya,
        this_intro=intro,
        this_ask=_ask(words),
        offer=TOKEN,
        token=TOKEN,
        said=words.fill("I wonder how one begins in communications. What did you have to learn first?", 1000),
        thanks=words.fill("What stayed with me is that nobody starts ready.", 1000),
        reply=words.fill("It was a pleasure. Tell me how it goes!", 1000),
        worth_open=WORTH_OPEN.get(state, "") if role is Who.STUDENT else "",
        matches=tuple(_match(words, *name) for name in (("Maya", "Reyes"), ("Tom", "Brandt"), ("Lea", "Kowalski"))),
        intros=tuple(IntroLine(one, them, ("Priya S.",)) for one in lines),
        slots=tuple(NOW + timedelta(days=2 + n // 2, hours=2 + n % 2) for n in range(8)),
        next_names=("Tom B.", "Lea K."),
        talks_left=2,
        open_now=1,
        reply_days=2.5,
        near_field="charity",
        hours_ahead=-5.0,
        place_known=False,
        of_age=True,
        alumni=38,
        queue=None if role in (Who.STUDENT, Who.ALUM) else (2, 3),
    )


def _person(words: Words, role: Who | None) -> Person:
    given, family = ("Maya", "Reyes") if role is Who.ALUM else ("Priya", "Sharma")
    alum = AlumProfile(
        Standing.APPROVED,
        title=words.fill("Communications Lead", 120),
        employer=words.fill("Open Harbour Trust", 120),
        topics=(words.fill("Leaving development work", 80),),
        degree="BA International Relations",
        grad_year=2011,
        joined_at=NOW,
        desk_token=TOKEN,
    )
    student = StudentProfile(words.fill("I like explaining things", 300), "History", "third")
    number = 2 if role is Who.ALUM else 1 if role else 3
    return Person(
        PersonId(number), "w", words.fill(given, 60), words.fill(family, 60), "Europe/London", words.language,
        alum=alum if role is Who.ALUM else None, student=student if role is Who.STUDENT else None,
    )  # fmt: skip


WORK = {
    "Maya": ("Communications Lead", "Open Harbour Trust", "BA International Relations", "2011"),
    "Tom": ("Brand Writer", "Nine Elms Studio", "BA History", "2019"),
    "Lea": ("Press Officer", "City of Eastmere", "BA English", "2008"),
}


def _disclosed(words: Words, given: str, family: str) -> Disclosed:
    """What may be known of an alum, or of Priya, who studies and has no work to show."""
    known = {
        "given_name": words.fill(given, 60), "initial": family[0], "family_name": family,
        "place": "https://rooms.example.edu/quiet-otter", "zone": "America/New_York",
        "contact": words.fill(f"{given}.{family}@example.org".lower(), 300),
    }  # fmt: skip
    if given in WORK:
        title, employer, degree, year = WORK[given]
        known |= {
            "title": words.fill(title, 120), "employer": words.fill(employer, 120), "degree": words.fill(degree, 120),
            "grad_year": year, "booking": "https://book.example.org/maya", "formats": "video phone",
        }  # fmt: skip
    else:
        known |= {"degree": words.fill("History", 120), "study_year": "third"}
    return Disclosed({one: known[one.value] for one in Field if one.value in known})


def _intro(state: State) -> Intro:
    return Intro(
        IntroId(1), 1, PersonId(1), PersonId(2), state, 3, NOW - timedelta(days=2), NOW - timedelta(days=1),
        TOKEN, TOKEN, TOKEN, 10,
        has_next=True, accepted_at=NOW, slots=(NOW + timedelta(days=3), NOW + timedelta(days=4, hours=2)),
        slots_by=Who.ALUM, starts_at=NOW + timedelta(days=3),
        frozen_from=State.SCHEDULED if state is State.FROZEN else None,
        flagged_by=Who.STUDENT if state is State.FROZEN else None,
    )  # fmt: skip


def _line(intro: Intro, state: State) -> Intro:
    """One of several in a list, with tokens of its own."""
    token = f"{state:_<22}"
    return replace(intro, state=state, student_token=token, alum_token=token, desk_token=token)


def _ask(words: Words) -> Ask:
    return Ask(
        AskId(1), PersonId(1), TOKEN,
        words.fill("I work in international development and wonder about communications", 1000),
        words.fill("What did you have to learn when you left?", 1000), words.fill("I like explaining things", 300), NOW,
    )  # fmt: skip


REASONS = {
    "Maya": (
        Reason("made_the_change", {"past": "International Development Officer"}),
        Reason("title", {"title": "Communications"}),
    ),
    "Tom": (Reason("degree", {"degree": "History"}), Reason("topic", {"topic": "finding the right words"})),
    "Lea": (Reason("industry", {"industry": "Local government"}), Reason("past_title", {"past": "Journalist"})),
}


def _match(words: Words, given: str, family: str) -> MatchCard:
    reasons = tuple(
        replace(reason, params={name: words.fill(value, 120) for name, value in reason.params.items()})
        for reason in REASONS[given]
    )
    token = f"{given:_<22}"  # two buttons that do the same would be drawn once
    return MatchCard(token, _disclosed(words, given, family), reasons, True)


# --- payloads ---------------------------------------------------------------------------------------------------------


def _inline(view: View) -> Picture | None:
    """Its picture, drawn."""
    return picture if isinstance(picture := drawn(view).image, Picture) else None


def _address(picture: Picture) -> str:
    return f"data:image/png;base64,{b64encode(picture.png).decode()}"


def _slack_view(view: View) -> list[Json]:
    if picture := _inline(view):
        file = {"id": _address(picture), "title": view.title, "size": 0, "mimetype": "image/png"}
        return [{**in_slack.message(replace(view, image=None)), "files": [file | {"alt_txt": picture.words}]}]
    if view.file is None:
        return [{**in_slack.message(view), "files": []}]
    file = {"id": "F", "title": view.file.name, "size": len(view.file.content)}
    return [{"text": in_slack.escaped(view.aloud(), in_slack.MOST_SECTION), "files": [file]}]


def _slack_form(form: Form) -> list[Json]:
    return [in_slack.form_view(form)]


def _discord_view(view: View) -> list[Json]:
    picture = _inline(view)
    message = in_discord.draw(replace(view, image=picture))
    files: list[Mapping[str, Any]] = [{"id": "0", "filename": one.filename, "size": 0} for one in message.files]
    if picture:
        files[0] = {**files[0], "id": _address(picture), "content_type": "image/png", "description": picture.words}
    return [
        {
            "content": message.content,
            "embeds": [embed.to_dict() for embed in message.embeds],
            "components": message.view.to_components() if message.view else [],
            "attachments": files,
        }
    ]


def _discord_form(form: Form) -> list[Json]:
    return [json.loads(json.dumps(modal.draw(replace(form, page=page)).to_dict())) for page in range(len(form.pages))]
