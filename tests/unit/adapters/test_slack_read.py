from adapters.slack import read
from adapters.slack.read import Caller, Place
from bot.conversation.gestures import Actor, Command, Opened, Press, Submission, Surface
from bot.domain.people import Handle, Platform
from bot.views.elements import PressId

ACTOR = Actor(Handle(Platform.SLACK, "T1", "U1"), "T1", "A1")
TOKEN = "t" * 22


def a_press(**more):
    return {
        "type": "block_actions",
        "team": {"id": "T1", "domain": "x"},
        "user": {"id": "U1", "team_id": "T1"},
        "api_app_id": "A1",
        "enterprise": None,
        "trigger_id": "1.2.abc",
        "container": {"type": "message", "channel_id": "D1", "is_ephemeral": False},
        "channel": {"id": "D1", "name": "directmessage"},
        "response_url": "https://hooks.example/1",
        "actions": [{"action_id": "press:0", "value": f"accept:{TOKEN}:yes"}],
        **more,
    }


def a_submission(state=None, send=f"ask:{TOKEN}", view_id="V1"):
    view = {"id": view_id, "callback_id": "form", "private_metadata": send, "state": {"values": state or {}}}
    return {
        "type": "view_submission",
        "team": {"id": "T1"},
        "user": {"id": "U1", "team_id": "T1"},
        "api_app_id": "A1",
        "trigger_id": "1.3.abc",
        "view": view,
    }


def test_a_command_is_keyed_by_its_trigger_and_answered_at_once():
    body = {
        "team_id": "T1",
        "enterprise_id": "E1",
        "api_app_id": "A1",
        "user_id": "U1",
        "command": "/intro",
        "text": "mine please",
        "trigger_id": "1.1.abc",
    }

    assert read.command_caller(body) == Caller("T1", "A1", "U1", enterprise="E1")
    assert read.command(body, ACTOR, read.command_spot(body)) == Command(
        "slack:command:1.1.abc", ACTOR, "intro", "mine please", Surface.REPLY
    )


def test_a_press_in_the_bots_messages_is_answered_by_a_message():
    body = a_press()
    spot = read.press_spot(body)

    assert read.caller(body) == Caller("T1", "A1", "U1", home_team="T1")
    assert read.press(body, ACTOR, spot) == Press(
        "slack:press:1.2.abc", ACTOR, PressId("accept", TOKEN, "yes"), Surface.LATER
    )


def test_a_press_in_a_channel_is_answered_there():
    spot = read.press_spot(a_press(channel={"id": "C1", "name": "ask-an-alum"}))

    assert (spot.place, spot.surface, spot.response_url) == (Place.MESSAGE, Surface.REPLY, "https://hooks.example/1")


def test_a_press_on_what_only_one_sees_is_answered_there():
    spot = read.press_spot(a_press(container={"type": "message", "channel_id": "D1", "is_ephemeral": True}))

    assert spot.surface is Surface.REPLY


def test_a_press_on_home_is_answered_above_it_and_one_in_a_modal_by_a_message():
    in_view = {"container": {"type": "view"}, "channel": None, "response_url": None}

    home = read.press_spot(a_press(view={"id": "V1", "type": "home"}, **in_view))
    modal = read.press_spot(a_press(view={"id": "V1", "type": "modal"}, **in_view))

    assert (home.place, home.surface) == (Place.HOME, Surface.REPLY)
    assert (modal.place, modal.surface) == (Place.MODAL, Surface.LATER)


def test_a_button_that_was_never_ours_is_no_press():
    body = a_press(actions=[{"action_id": "press:0", "value": "drop table"}])

    assert read.press(body, ACTOR, read.press_spot(body)) is None


def test_a_stranger_is_known_by_the_team_they_belong_to():
    body = a_press(user={"id": "U9", "team_id": "T9"}, enterprise={"id": "E1"})

    assert read.caller(body) == Caller("T1", "A1", "U9", home_team="T9", enterprise="E1")


def test_an_organisation_wide_payload_goes_by_its_enterprise():
    assert read.caller(a_press(team=None, enterprise={"id": "E1"})).team == "E1"


def test_a_submission_brings_every_value_under_its_items_name():
    state = {
        "line": {"line": {"type": "plain_text_input", "value": "Law"}},
        "empty": {"empty": {"type": "plain_text_input", "value": None}},
        "radio": {"radio": {"type": "radio_buttons", "selected_option": {"value": "a"}}},
        "none": {"none": {"type": "static_select", "selected_option": None}},
        "ticks": {"ticks": {"type": "checkboxes", "selected_options": [{"value": "a"}, {"value": "b"}]}},
        "unticked": {"unticked": {"type": "checkboxes", "selected_options": []}},
        "at": {"at": {"type": "datetimepicker", "selected_date_time": 1741089600}},
        "never": {"never": {"type": "datetimepicker", "selected_date_time": None}},
        "file": {"file": {"type": "file_input", "files": [{"id": "F1"}]}},
    }
    body = a_submission(state)

    sent = read.submission(body, ACTOR, read.submission_spot(body))

    assert isinstance(sent, Submission)
    assert (sent.press, sent.page, sent.surface) == (PressId("ask", TOKEN), None, Surface.LATER)
    assert sent.values == {
        "line": "Law",
        "empty": "",
        "radio": "a",
        "none": "",
        "ticks": ("a", "b"),
        "unticked": (),
        "at": "@1741089600",
        "never": "",
        "file": "",
    }


def test_a_form_sent_twice_has_one_key_and_the_next_form_in_its_modal_another():
    def key(body):
        sent = read.submission(body, ACTOR, read.submission_spot(body))
        assert sent is not None
        return sent.key

    first, again, following = a_submission(), a_submission({"x": {}}), a_submission(send=f"fix:{TOKEN}")

    assert key(first).startswith("slack:submission:V1:")
    assert key(first) == key(again)
    assert key(first) != key(following)


def test_a_form_that_was_never_ours_is_no_submission():
    body = a_submission(send="")

    assert read.submission(body, ACTOR, read.submission_spot(body)) is None


def test_opening_the_home_is_keyed_by_its_event():
    body = {"team_id": "T1", "api_app_id": "A1", "event_id": "Ev1", "event": {"type": "app_home_opened", "user": "U1"}}

    assert read.event_caller(body) == Caller("T1", "A1", "U1")
    assert read.opened(body, ACTOR, read.opened_spot(body)) == Opened("slack:event:Ev1", ACTOR)
