"""SIGKILL at the worst moments, seen on the wire; the bot is started again, and the story goes on to its end.

Whoever got no acknowledgement does it again, and nobody else does anything twice. So what must hold in the end: the
circle is closed, every move was made once, every line is settled, and nobody saw a line twice but one that was being
sent at the moment of a kill; its repeat says so.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import pytest
from sqlalchemy import select

from bot.domain.intro import State
from bot.domain.messages import NOT_REPEATED_WHEN_UNCLEAR, Kind, Status
from bot.phrases import say
from storage import tables as t
from tests.e2e.story import Kill, Story, a_story

NO_MOVES = ("nudge_", "delivered", "reminded")
"""Steps of the post's, which come as often as a line is taken up."""


@dataclass(frozen=True)
class Case:
    """Where the two people are, and the moments at which the bot dies."""

    student: str
    alum: str
    kills: tuple[Kill, ...]


MOVES = ["accept", "confirm_met", "confirm_thanks", "offer_times", "pick_time", "request", "thank"]
POST, CALLBACK = "POST /channels/{channel}/messages", "POST /interactions/{id}/{token}/callback"

UNHEARD = Case(
    "slack", "discord",
    (
        Kill("ask", "slack", "sent slash_commands"),
        Kill("ask", "slack", "sent view_submission"),
        Kill("request", "slack", "sent block_actions"),
        Kill("accept", "discord", "sent press"),
        Kill("times", "discord", "sent submit"),
        Kill("thank", "slack", "sent view_submission"),
    ),
)  # fmt: skip
"""The gesture never reaches the bot."""
ACKNOWLEDGED = Case(
    "slack", "discord",
    (
        Kill("ask", "slack", "acked", 2),
        Kill("request", "slack", "acked", 2),
        Kill("accept", "discord", "acked"),
        Kill("pick", "slack", "acked"),
        Kill("receive", "discord", "acked"),
    ),
)  # fmt: skip
"""The platform has its acknowledgement, and nothing of what follows has begun."""
NOT_CARRIED_OUT = Case(
    "discord", "slack",
    (
        Kill("request", "slack", "call chat.postMessage", lost=True),
        Kill("accept", "discord", f"call {POST}", lost=True),
        Kill("times", "slack", "call views.open", lost=True),
        Kill("pick", "discord", f"call {CALLBACK}", lost=True),
        Kill("talk", "slack", "call chat.postMessage", lost=True),
        Kill("thank", "discord", f"call {CALLBACK}", 2, lost=True),
    ),
)  # fmt: skip
"""The bot calls the platform, and the call is cut off with it. A callback that is cut off was committed before."""
NEVER_ANSWERED = Case(
    "slack", "discord",
    (
        Kill("ask", "slack", "answered chat.postMessage"),
        Kill("request", "discord", f"answered {POST}"),
        Kill("accept", "discord", f"answered {CALLBACK}"),
        Kill("times", "slack", "answered chat.postMessage"),
        Kill("pick", "slack", "answered chat.postMessage"),
        Kill("talk", "slack", "answered chat.postMessage"),
        Kill("talk", "discord", f"answered {POST}", 3),
        Kill("receive", "slack", "answered chat.postMessage"),
    ),
)  # fmt: skip
"""The platform has carried out what it was called for, and the bot never hears of it."""


def check_moves(story: Story) -> None:
    [intro] = story.rows(select(t.intro))
    assert intro["state"] is State.CLOSED
    made = story.rows(select(t.step).where(t.step.c.intro == intro["id"]))
    assert sorted(step["what"] for step in made if not step["what"].startswith(NO_MOVES)) == MOVES


def check_lines(story: Story) -> None:
    """What waits is due later, what is unclear is a nudge (they are not repeated), everything else has an end."""
    now = story.running.town.clock.now()
    for line in story.lines():
        told = (line["view"], line["status"], line["reason"])
        match line["status"]:
            case Status.WAITING:
                assert line["due"] > now, told
            case Status.UNCLEAR:
                assert line["kind"] in NOT_REPEATED_WHEN_UNCLEAR, told
            case status:
                assert status in (Status.SENT, Status.VOID), told


def check_what_was_shown(story: Story) -> None:
    """Every line that counts as sent was seen, none was seen more often than it was in flight at a kill, and those
    that were seen again say so."""
    message = t.message.c
    sent = select(message.view, message.copy_message.label("message"))
    sent = sent.where(message.status == Status.SENT, message.recipient.is_not(None), message.kind != Kind.HOME)
    seen = story.seen()
    assert [line["view"] for line in story.rows(sent) if line["message"] not in seen] == [], "sent, and never seen"
    in_flight = Counter(token for tokens in story.in_flight for token in tokens)
    for token, copies in story.shown().items():
        assert len(copies) <= 1 + in_flight[token], f"shown {len(copies)} times: {copies[-1]}"
        assert all(say("nudges.seen", "en") in repeat for repeat in copies[1:]), copies[-1]


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(UNHEARD, id="before a gesture is heard"),
        pytest.param(ACKNOWLEDGED, id="just after the acknowledgement"),
        pytest.param(NOT_CARRIED_OUT, id="before a call is carried out"),
        pytest.param(NEVER_ANSWERED, id="before the answer to a call arrives"),
    ],
)
async def test_a_bot_that_is_killed_loses_nothing_and_does_nothing_twice(case: Case) -> None:
    async with a_story(case.student, case.alum, case.kills) as story:
        await story.play()

        assert [str(kill) for kill in story.kills] == [], "a moment that never came"
        check_moves(story)
        check_lines(story)
        check_what_was_shown(story)


@pytest.mark.postgres
@pytest.mark.parametrize(
    "case",
    [
        pytest.param(NOT_CARRIED_OUT, id="before a call is carried out"),
        pytest.param(NEVER_ANSWERED, id="before the answer to a call arrives"),
    ],
)
async def test_nor_does_one_on_postgres_that_has_a_name(case: Case, postgres_url: str) -> None:
    """Its successor of that name need not wait for leases to end."""
    settings = {"GROUNDS_REPLICA": "one"}
    async with a_story(case.student, case.alum, case.kills, database_url=postgres_url, settings=settings) as story:
        await story.play()

        assert [str(kill) for kill in story.kills] == [], "a moment that never came"
        check_moves(story)
        check_lines(story)
        check_what_was_shown(story)
