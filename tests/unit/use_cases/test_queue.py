"""The coordinators' queue: what stands in it, what one press does, and what happens when two press at once."""

from __future__ import annotations

import pytest

from bot.domain.intro import COORDINATOR, State, move
from bot.domain.messages import Undeliverable
from bot.domain.queue import QUEUE, Act, Need
from bot.views.elements import Fix, Form, PressId, View
from storage import tables
from tests.words import a_no, said
from tests.world import Somebody, World


def queue(world: World, who: Somebody) -> View:
    shown = world.command(who, "/desk queue")
    assert isinstance(shown, View)
    return shown


def titles(view: View) -> list[str]:
    return [card.title for card in view.cards]


def audit(world: World) -> list[str]:
    return [row.act for row in world.rows(tables.audit) if row.act != "began"]


def test_every_need_stands_in_the_table_once() -> None:
    assert [row.need for row in QUEUE] == list(Need)


def test_an_empty_queue_says_so(world: World) -> None:
    robin = world.coordinator()

    assert queue(world, robin) == View(title=said("queue.empty_title"), text=said("queue.empty"))


def test_the_most_urgent_stands_on_top(world: World) -> None:
    maya, tom = world.alumni("Maya Rivers", "Tom Baker")
    priya, dev, robin = world.student(), world.student("Dev Shah"), world.coordinator()
    world.an_intro(State.REQUESTED, dev, tom)
    world.wait(days=8)
    world.deliver()
    world.an_intro(State.FROZEN, priya, maya)
    asked = world.stranger("Ana Lima")
    world.command(asked, "/host join")
    world.press(asked, said("host.consent_yes"))
    world.submit(asked, title="Nurse", name="Ana Lima", pace="2")

    shown = queue(world, robin)

    assert shown.title == said("queue.title", count=3)
    assert titles(shown) == [
        said("queue.flagged_title", student="Priya S.", alum="Maya R."),
        said("queue.silent_title", student="Dev S.", alum="Tom B."),
        said("queue.waiting_title", alum="Ana L."),
    ]
    assert shown.cards[1].text == f"{said('queue.silent', student='Dev S.', alum='Tom B.')} For 8 days."


def test_asking_somebody_else_lets_this_one_go_kindly_and_asks_the_next(world: World) -> None:
    maya, tom, lea = world.alumni("Maya Rivers", "Tom Baker", "Lea Klein")
    priya, robin = world.student(), world.coordinator()
    world.asks(priya)
    first = world.requests(priya, "Maya", with_next=True)
    world.wait(days=6)
    world.deliver()
    world.forget_what_was_shown()

    queue(world, robin)
    shown = world.press(robin, said("queue.do_rematch"))
    world.deliver()

    assert isinstance(shown, View)
    assert shown.text.startswith(said("queue.done_rematch"))
    assert world.state_of(first) is State.EXPIRED
    assert world.newest(priya).alum in {world.known(tom).id, world.known(lea).id}
    assert priya.heard[0] == said("ends.expired_title", name="Maya")
    assert maya.heard == [said("ends.expired_alum_title", name="Priya")]
    assert "rematch" in world.steps(first)
    assert audit(world) == ["queue_rematch"]
    [desk] = [row for row in world.rows(tables.step) if row.what == "desk"]
    assert desk.detail == "silent.rematch"


def test_of_two_coordinators_the_second_is_told_who_was_first(world: World) -> None:
    maya, priya = world.alum(), world.student()
    robin, sam = world.coordinator(), world.coordinator("Sam Okoro")
    world.an_intro(State.FROZEN, priya, maya)
    queue(world, robin)
    queue(world, sam)

    world.press(robin, said("queue.do_release"))
    shown = world.press(sam, said("queue.do_release"))

    assert shown == a_no("taken", name="Robin")
    assert audit(world) == ["flag", "queue_release"]


def test_the_card_in_the_channel_tells_the_second_as_well(world: World) -> None:
    maya, priya = world.alum(), world.student()
    robin, sam = world.coordinator(), world.coordinator("Sam Okoro")
    intro = world.an_intro(State.FROZEN, priya, maya)

    world.do(robin, "close", intro)
    shown = world.do(sam, "release", intro)

    assert shown == a_no("taken", name="Robin")
    assert world.state_of(intro) is State.CANCELLED


def test_a_word_goes_to_both_when_they_disagree(world: World) -> None:
    maya, priya, robin = world.alum(), world.student(), world.coordinator()
    intro = world.an_intro(State.MET, priya, maya)
    world.do(priya, "missed", intro)
    world.deliver()
    world.forget_what_was_shown()

    assert titles(queue(world, robin)) == [said("queue.disagree_title", student="Priya S.", alum="Maya R.")]
    assert isinstance(world.press(robin, said("queue.do_write")), Form)
    world.submit(robin, text="What happened? No trouble.")
    world.deliver()

    assert [one.last.text for one in (priya, maya)] == [
        f"“What happened? No trouble.”\n\n{said('office.answer_anyhow')}"
    ] * 2
    assert queue(world, robin).title == said("queue.empty_title")
    assert audit(world) == ["queue_write"]


def test_no_thanks_after_seven_days_and_the_word_goes_to_the_student_alone(world: World) -> None:
    maya, priya, robin = world.alum(), world.student(), world.coordinator()
    world.an_intro(State.MET, priya, maya)
    world.wait(days=6, hours=23)
    world.deliver()
    assert queue(world, robin).cards == ()
    world.wait(hours=2)
    world.deliver()
    world.forget_what_was_shown()

    assert titles(queue(world, robin)) == [said("queue.unthanked_title", student="Priya S.", alum="Maya R.")]
    world.press(robin, said("queue.do_write"))
    world.submit(robin)
    world.deliver()

    assert priya.heard == [said("office.writes_title")]
    assert maya.heard == []


def test_who_cannot_be_reached_is_paused_or_tried_again(world: World) -> None:
    maya, priya, robin = world.alum(), world.student(), world.coordinator()
    world.platform_says(maya, Undeliverable("closed"))
    world.asks(priya)
    world.requests(priya, "Maya")

    shown = queue(world, robin)

    assert titles(shown) == [said("queue.unreached_alum_title", alum="Maya R.")]
    world.press(robin, said("queue.do_send_again"))
    world.deliver()
    assert maya.heard == [said("request.card_title", name="Priya")]
    assert queue(world, robin).title == said("queue.empty_title")


def test_an_alum_who_is_paused_hears_it_with_the_way_back(world: World) -> None:
    maya, priya, robin = world.alum(), world.student(), world.coordinator()
    world.platform_says(maya, Undeliverable("closed"))
    world.asks(priya)
    intro = world.requests(priya, "Maya")
    queue(world, robin)

    world.press(robin, said("queue.do_pause", alum="Maya R."))
    world.deliver()

    assert world.state_of(intro) is State.DECLINED
    alum = world.known(maya).alum
    assert alum is not None
    assert alum.is_paused(world.now.date())


def test_two_no_shows_and_a_coordinator_looks(world: World) -> None:
    maya, tom = world.alumni("Maya Rivers", "Tom Baker")
    priya, robin = world.student(), world.coordinator()
    world.set_rule("student_open", "3")
    for alum in (maya, tom):
        intro = world.an_intro(State.SCHEDULED, priya, alum)
        world.talk_is_over(intro, priya, alum)
        world.do(alum, "missed", intro)
        world.deliver()

    assert titles(queue(world, robin)) == [said("queue.no_show_student_title", student="Priya S.")]


def test_a_student_who_asks_the_office_is_introduced_and_presses_ask(world: World) -> None:
    priya, robin = world.student(), world.coordinator()
    world.asks(priya, "I wonder about deep sea welding")
    world.press(priya, said("none.office"))
    maya = world.alum()
    world.deliver()
    world.forget_what_was_shown()

    assert titles(queue(world, robin)) == [said("queue.office_asked_title", student="Priya S.")]
    assert isinstance(world.press(robin, said("queue.do_introduce")), Form)
    shown = world.submit(robin, alum="maya riv", line="She once welded.")
    world.deliver()

    assert isinstance(shown, View)
    assert (shown.title, priya.heard) == (
        said("queue.empty_title"),
        [said("introduce.title_student", name="Maya R.")],
    )
    assert said("introduce.writes", text="“She once welded.”") in priya.last.text
    assert maya.heard == []
    world.requests(priya, "Maya")
    assert world.newest(priya).state is State.REQUESTED
    assert maya.heard == [said("request.card_title", name="Priya")]


def test_a_row_put_off_comes_back_after_three_days_and_one_put_away_only_if_it_happens_anew(world: World) -> None:
    maya, priya, robin = world.alum(), world.student(), world.coordinator()
    intro = world.an_intro(State.MET, priya, maya)
    world.wait(days=8)
    world.deliver()
    queue(world, robin)
    world.press(robin, said("queue.do_snooze"))
    assert queue(world, robin).cards == ()
    world.wait(days=3)
    world.deliver()

    assert len(queue(world, robin).cards) == 1
    world.press(robin, said("queue.do_dismiss"))
    assert queue(world, robin).cards == ()
    world.do(priya, "missed", intro)

    assert titles(queue(world, robin)) == [said("queue.disagree_title", student="Priya S.", alum="Maya R.")]
    assert audit(world) == ["queue_snooze", "queue_dismiss"]


def test_what_passes_by_itself_is_gone(world: World) -> None:
    maya, priya, robin = world.alum(), world.student(), world.coordinator()
    intro = world.an_intro(State.REQUESTED, priya, maya)
    world.wait(days=8)
    world.deliver()
    seen = queue(world, robin)
    world.do(maya, "accept", intro)

    shown = world.press_id(robin, seen.cards[0].buttons[0].press)

    assert shown == a_no("moved_on_desk", state=said("states.accepted"))
    assert queue(world, robin).cards == ()


def test_a_row_offers_only_what_its_need_offers(world: World) -> None:
    maya, priya, robin = world.alum(), world.student(), world.coordinator()
    world.an_intro(State.FROZEN, priya, maya)
    token = queue(world, robin).cards[0].buttons[0].press.token

    for act in (Act.REMATCH, Act.PAUSE, Act.DISMISS, Act.APPROVE):
        assert world.press_id(robin, PressId("queue_act", token, act.value)) == a_no("not_yours")


# --- what was written, after a flag --------------------------------------------------------------------------------


def test_texts_are_read_only_after_a_flag_with_a_reason_that_leaves_a_trace(world: World) -> None:
    maya, priya, robin = world.alum(), world.student(), world.coordinator()
    intro = world.an_intro(State.ACCEPTED, priya, maya)
    assert world.do(robin, "read_thread", intro) == a_no("sealed")
    world.do(priya, "flag", intro, what="He wants my number.")
    world.deliver()

    assert isinstance(world.do_open(robin, "read_thread", intro), Form)
    assert isinstance(world.submit(robin, reason=""), Fix)
    shown = world.submit(robin, reason="safety")

    assert isinstance(shown, View)
    assert [card.title for card in shown.cards] == [
        said("thread.kind_note", name="Priya S."),
        said("thread.kind_flag", name="Priya S."),
    ]
    assert shown.cards[1].text == "“He wants my number.”"
    assert audit(world) == ["flag", "read_safety"]
    with world.store.read() as reading:
        assert [step.detail for step in reading.steps.of_intro(intro.id) if step.what == "thread_read"] == ["safety"]


def test_a_request_may_be_let_go_by_a_coordinator_alone(world: World) -> None:
    intro = world.an_intro(State.REQUESTED, world.student(), world.alum())

    moved, told = move(intro, "rematch", COORDINATOR, world.now)

    assert (moved.state, len(told)) == (State.EXPIRED, 2)


@pytest.mark.parametrize("who", ["student", "stranger"])
def test_nobody_else_learns_anything_from_desk(world: World, who: str) -> None:
    somebody = getattr(world, who)()

    for words in ("", "queue", "introduce", "settings", "nonsense", "help"):
        assert world.command(somebody, f"/desk {words}") == a_no("desk_only")
