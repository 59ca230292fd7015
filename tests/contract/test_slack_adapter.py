"""The real adapter, over its real wire, against the pretend Slack; the core is a table of answers."""

import asyncio
from dataclasses import replace

import pytest

from adapters.core import Copy, Delivered, HeldBack, NotThere, Unclear, Undeliverable
from bot.conversation.gestures import Submission, Surface
from bot.domain.messages import Kind
from bot.domain.people import Handle, Platform, Right, Space
from bot.views.elements import Button, Card, Fix, Nothing, PressId, View
from tests.contract.slack_stage import DOORWAY, FORM, SECOND, a_stage


@pytest.fixture
async def stage():
    async with a_stage() as here:
        yield here


async def test_a_command_is_answered_in_its_acknowledgement(stage):
    stage.core.answers["/intro find"] = View("Three people", "They said yes.", cards=(Card("Maya K.", "Nurse"),))

    reaction = await stage.slack.command(stage.user, "/intro", "find")

    shown = stage.last()
    assert reaction.acked
    assert reaction.why == ""
    assert (shown.kind, shown.lines) == ("ephemeral", ("Three people", "They said yes.", "*Maya K.*", "Nurse"))
    assert shown.text == "Three people\nThey said yes.\nMaya K.\nNurse"


async def test_the_actor_is_whom_slack_vouches_for(stage):
    stage.core.answers["/intro"] = Nothing()

    await stage.slack.command(stage.user, "/intro")

    (asked,) = stage.core.asked
    assert asked.actor.handle == Handle(Platform.SLACK, stage.slack.team_id, stage.user)
    assert (asked.actor.space, asked.actor.app) == (stage.slack.team_id, stage.slack.app_id)
    assert asked.actor.rights == {Right.STUDENT}
    assert (asked.actor.given_name, asked.actor.family_name, asked.actor.zone) == ("Priya", "Shah", "Europe/Paris")


async def test_the_acknowledgement_waits_for_the_answer(stage):
    stage.core.takes = 0.4
    stage.core.answers["find"] = Nothing()
    await stage.doorway()

    reaction = await stage.slack.press(stage.user, "Find")

    assert reaction.acked
    assert reaction.ms >= 400


async def test_a_press_in_a_channel_is_answered_to_the_presser_alone(stage):
    other = stage.slack.add_person("Tom Reed")
    stage.core.answers["mine"] = View("Yours", "Nothing yet.")
    await stage.doorway()

    reaction = await stage.slack.press(stage.user, "Mine")

    assert reaction.acked
    assert (stage.last().kind, stage.last().lines) == ("ephemeral", ("Yours", "Nothing yet."))
    assert [message.lines for message in stage.slack.screen(other).messages] == [("Ask somebody",)]
    assert stage.core.asked[0].surface is Surface.REPLY


async def test_a_press_in_a_direct_message_leaves_its_answer_to_the_outbox(stage):
    stage.core.answers["mine"] = Nothing()
    await stage.side.messenger.send(stage.line(DOORWAY))

    reaction = await stage.slack.press(stage.user, "Mine")

    assert reaction.acked
    assert stage.core.asked[0].surface is Surface.LATER
    assert len(stage.slack.screen(stage.user).messages) == 1


async def test_a_form_opens_before_the_acknowledgement(stage):
    stage.core.answers["find"] = FORM
    await stage.doorway()

    await stage.slack.press(stage.user, "Find")

    whats = [event.what for event in stage.wire.events]
    assert whats.index("call views.open") < whats.index("acked")
    modal = stage.slack.screen(stage.user).modal
    assert modal is not None
    assert (modal.title, [item.id for item in modal.items]) == ("Ask Maya", ["topic", "note"])


async def test_a_form_is_sent_mended_and_sent_again(stage):
    stage.core.answers |= {"/intro": FORM, "ask": Fix(FORM, {}, {"note": "Say a little more."}, View("Almost"))}
    await stage.slack.command(stage.user, "/intro")

    faulty = await stage.slack.submit(stage.user, {"topic": "Law", "note": "x"})
    stage.core.answers["ask"] = Nothing()
    mended = await stage.slack.submit(stage.user, {"note": "What is a day like?"})

    assert faulty.errors == {"note": "Say a little more."}
    assert (mended.acked, dict(mended.errors)) == (True, {})
    assert stage.slack.screen(stage.user).modal is None
    assert [each.values for each in stage.core.asked if isinstance(each, Submission)] == [
        {"topic": "Law", "note": "x"},
        {"topic": "Law", "note": "What is a day like?"},
    ]


async def test_a_form_can_follow_a_form(stage):
    stage.core.answers |= {"/intro": FORM, "ask": SECOND, "about": Nothing()}
    await stage.slack.command(stage.user, "/intro")

    await stage.slack.submit(stage.user, {"topic": "Law", "note": "Why?"})
    await stage.slack.submit(stage.user, {"about": "Second year"})

    sent = [each for each in stage.core.asked if isinstance(each, Submission)]
    assert [each.press.verb for each in sent] == ["ask", "about"]
    assert sent[0].key != sent[1].key
    assert stage.slack.screen(stage.user).modal is None


async def test_opening_the_home_publishes_it(stage):
    stage.core.answers["opened"] = DOORWAY

    reaction = await stage.slack.open_home(stage.user)

    home = stage.slack.screen(stage.user).home
    assert reaction.acked
    assert home is not None
    assert [button.label for button in home.buttons] == ["Find", "Mine"]


async def test_a_press_on_the_home_opens_its_form(stage):
    stage.core.answers |= {"opened": DOORWAY, "find": FORM}
    await stage.slack.open_home(stage.user)

    reaction = await stage.slack.press(stage.user, "Find")

    assert reaction.acked
    assert stage.core.asked[-1].surface is Surface.REPLY
    assert stage.slack.screen(stage.user).modal is not None


async def test_a_press_on_the_home_is_answered_above_it(stage):
    stage.core.answers |= {"opened": DOORWAY, "mine": View("Yours", "Nothing yet.")}
    await stage.slack.open_home(stage.user)

    reaction = await stage.slack.press(stage.user, "Mine")

    modal = stage.slack.screen(stage.user).modal
    assert reaction.acked
    assert modal is not None
    assert modal.title == "Yours"
    assert stage.slack.screen(stage.user).messages == ()


async def test_who_comes_from_elsewhere_is_told_so_and_nothing_is_asked(stage):
    stranger = stage.slack.add_person("Ann Other", stranger=True)
    guest = stage.slack.add_person("Gus Guest", guest=True)
    await stage.doorway()

    for user in (stranger, guest):
        await stage.slack.command(user, "/intro")
        assert stage.last(user).lines == ("Not here", "This is for Northfield.")
    pressed = await stage.slack.press(stranger, "Find")

    assert pressed.acked
    assert stage.core.asked == []


async def test_a_space_that_was_never_admitted_is_asked_no_further(stage):
    stage.core.admitted.clear()

    await stage.slack.command(stage.user, "/intro")

    assert stage.last().lines == ("Not here", "This is for Northfield.")
    assert "users.info" not in stage.calls()


async def test_a_guest_in_the_students_group_is_a_student(stage):
    guest = stage.slack.add_person("Gus Guest", guest=True, roles=["students"])
    stage.core.answers["/intro"] = Nothing()

    await stage.slack.command(guest, "/intro")

    assert stage.core.asked[0].actor.rights == {Right.STUDENT}


async def test_rights_that_cannot_be_looked_up_are_none(stage):
    stage.core.admitted[0] = Space(
        Platform.SLACK, stage.slack.team_id, stage.slack.app_id, "x", "", frozenset({"S0NOSUCHGROUP"})
    )
    stage.core.answers["/intro"] = Nothing()

    await stage.slack.command(stage.user, "/intro")

    assert stage.core.asked[0].actor.rights is None


async def test_when_ours_breaks_the_person_hears_so(stage):
    stage.core.answers |= {"/intro": RuntimeError("down"), "mine": RuntimeError("down")}
    await stage.doorway()

    typed = await stage.slack.command(stage.user, "/intro")
    assert typed.acked
    assert stage.last().lines == ("Sorry", "Nothing was lost.")

    pressed = await stage.slack.press(stage.user, "Mine")
    assert pressed.acked
    assert stage.last().lines == ("Sorry", "Nothing was lost.")


async def test_when_ours_breaks_what_was_typed_stays(stage):
    stage.core.answers |= {"/intro": FORM, "ask": RuntimeError("down")}
    await stage.slack.command(stage.user, "/intro")

    await stage.slack.submit(stage.user, {"topic": "Law", "note": "Why?"})

    modal = stage.slack.screen(stage.user).modal
    assert modal is not None
    assert [item.label for item in modal.items] == ["Sorry", "Nothing was lost."]
    below = stage.slack.workspace.modals[stage.user][0]
    assert below.typed["topic", "topic"]["value"] == "Law"


async def test_a_form_that_could_not_open_is_apologised_for(stage):
    stage.core.answers |= {"find": FORM, "opened": DOORWAY}
    await stage.doorway()
    await stage.slack.open_home(stage.user)

    stage.slack.trouble("server_error", stage.user)
    in_channel = await stage.slack.press(stage.user, "Find")
    assert in_channel.acked
    assert (stage.last().kind, stage.last().lines) == ("ephemeral", ("Sorry", "Nothing was lost."))

    home = stage.slack.screen(stage.user).home
    assert home is not None
    stage.slack.trouble("server_error", stage.user)
    on_home = await stage.slack.press(stage.user, "Find", message=home.id)
    assert on_home.acked
    assert (stage.last().kind, stage.last().lines) == ("dm", ("Sorry", "Nothing was lost."))


async def test_a_link_and_unknown_gestures_are_acknowledged(stage):
    link = View("Now", buttons=(Button("Join", PressId("join"), url="https://meet.example/x"),))
    await stage.side.messenger.send(stage.line(link))

    assert (await stage.slack.press(stage.user, "Join")).acked
    assert (await stage.slack.command(stage.user, "/elsewhere")).acked
    assert (await stage.slack.event(stage.user, {"type": "team_join", "user": stage.user})).acked
    assert stage.core.asked == []


async def test_stopping_waits_for_what_is_under_way(stage):
    stage.core.takes = 0.3
    stage.core.answers["/intro"] = View("Here")

    typed = asyncio.create_task(stage.slack.command(stage.user, "/intro"))
    await asyncio.sleep(0.1)
    await stage.side.stop()

    assert (await typed).acked
    assert not await stage.side.connected()


# --- the messenger --------------------------------------------------------------------------------------------------


async def test_a_line_is_delivered_with_its_token_and_can_be_taken_back(stage):
    outcome = await stage.side.messenger.send(stage.line(View("News", "Maya said yes.")))

    shown = stage.last()
    assert isinstance(outcome, Delivered)
    assert (outcome.copy.channel, outcome.copy.message) == (shown.channel, shown.id)
    assert (shown.kind, shown.text) == ("dm", "News\nMaya said yes.")
    assert shown.raw["metadata"] == {"event_type": "common_grounds", "event_payload": {"token": "tok" * 7}}

    assert await stage.side.messenger.take_back(outcome.copy)
    assert stage.slack.screen(stage.user).messages == ()
    assert await stage.side.messenger.take_back(outcome.copy)


async def test_what_answers_somebody_goes_straight_to_them_and_is_found_and_taken_back_like_the_rest(stage):
    answer = replace(stage.line(View("Yours", "Nothing yet.")), kind=Kind.ANSWER)
    outcome = await stage.side.messenger.send(answer)

    shown = stage.last()
    assert [call for call in stage.calls() if call != "apps.connections.open"] == ["chat.postMessage"]
    assert outcome == Delivered(Copy(shown.channel, shown.id))
    assert (shown.kind, shown.text) == ("dm", "Yours\nNothing yet.")
    assert await stage.side.messenger.look_for(answer) == outcome

    assert await stage.side.messenger.take_back(outcome.copy)
    assert stage.slack.screen(stage.user).messages == ()
    assert await stage.side.messenger.look_for(answer) == NotThere()


async def test_an_answer_to_somebody_whose_messages_are_closed_cannot_reach_them(stage):
    closed = stage.slack.add_person("Cy Closed")
    stage.slack.trouble("closed_dms", closed)

    answer = replace(stage.line(View("Yours"), user=closed), kind=Kind.ANSWER)

    assert await stage.side.messenger.send(answer) == Undeliverable("gone")


async def test_a_429_says_how_long_to_wait(stage):
    channel = stage.slack.channel_id("ask-an-alum")
    stage.slack.trouble("rate_limited", seconds=7)

    assert await stage.side.messenger.send(stage.line(View("News"), channel=channel)) == HeldBack(7.0)


@pytest.mark.parametrize("kind", ["lose_answer", "server_error", "cut"])
async def test_an_unclear_end_is_told_and_nothing_is_repeated(stage, kind):
    channel = stage.slack.channel_id("ask-an-alum")
    stage.slack.trouble(kind)

    outcome = await stage.side.messenger.send(stage.line(View("News"), channel=channel))

    assert isinstance(outcome, Unclear)
    assert stage.calls().count("chat.postMessage") == 1


async def test_what_goes_wrong_before_sending_is_not_unclear(stage):
    stage.slack.trouble("lose_answer", stage.user)

    outcome = await stage.side.messenger.send(stage.line(View("News")))

    assert isinstance(outcome, HeldBack)
    assert "chat.postMessage" not in stage.calls()


async def test_who_left_or_closed_their_messages_cannot_be_reached(stage):
    gone, closed = stage.slack.add_person("Lea Long"), stage.slack.add_person("Cy Closed")
    await stage.side.messenger.send(stage.line(View("News"), user=gone))
    stage.slack.trouble("left", gone)
    stage.slack.trouble("closed_dms", closed)

    assert await stage.side.messenger.send(stage.line(View("News"), user=gone)) == Undeliverable("gone")
    assert await stage.side.messenger.send(stage.line(View("News"), user=closed)) == Undeliverable("gone")
    assert await stage.side.messenger.send(stage.line(View("News"), channel="C0NOSUCH")) == Undeliverable("gone")


async def test_blocks_that_slack_refuses_are_sent_again_as_text(stage, monkeypatch):
    monkeypatch.setattr(
        "adapters.slack.render.message", lambda view: {"text": view.aloud(), "blocks": [{"type": "unheard_of"}]}
    )

    outcome = await stage.side.messenger.send(stage.line(View("News", "Maya said yes.")))

    assert isinstance(outcome, Delivered)
    assert stage.last().lines == ("News", "Maya said yes.")
