"""Looking somebody up, introducing, and the first hour at the desk."""

from __future__ import annotations

from bot.domain.intro import State
from bot.views.elements import Fix, Form, PressId, View
from storage import tables
from tests.words import a_no, said
from tests.world import Somebody, World


def found(world: World, who: Somebody, command: str) -> View:
    shown = world.command(who, command)
    assert isinstance(shown, View)
    return shown


def test_an_alum_is_found_by_name_work_or_employer(world: World) -> None:
    robin = world.coordinator()
    world.alum("Maya Rivers"), world.alum("Tom Baker", title="Baker", employer="Mill")

    assert [card.title for card in found(world, robin, "/desk alumni rivers maya").cards] == ["Maya R."]
    assert [card.title for card in found(world, robin, "/desk alumni mill").cards] == ["Tom B."]
    assert found(world, robin, "/desk alumni 100%").title == said("lookup.nobody_title")
    assert found(world, robin, "/desk alumni").facts == ((said("lookup.standing_approved"), "2"),)


def test_what_was_searched_for_is_not_kept(world: World) -> None:
    robin = world.coordinator()
    world.alum("Maya Rivers")
    found(world, robin, "/desk alumni Rivers")

    assert "Rivers" not in str([(row.params, row.refs) for row in world.rows(tables.gesture)])


def test_an_alum_is_paused_and_brought_back(world: World) -> None:
    robin, maya = world.coordinator(), world.alum()
    found(world, robin, "/desk alumni maya")
    world.press(robin, said("mine.open", name="Maya R."))

    world.press(robin, said("queue.do_pause", alum="Maya"))
    world.deliver()
    assert maya.last.title == said("office.paused_title")
    shown = world.press(robin, said("lookup.resume", name="Maya"))
    world.deliver()

    assert isinstance(shown, View)
    assert dict(shown.facts)[said("lookup.standing")] == said("lookup.standing_approved")
    assert maya.last.title == said("away.resumed_title")
    assert [row.act for row in world.rows(tables.audit)] == ["began", "pause", "resume"]


def test_a_break_that_is_given_or_ended_twice_is_told_once(world: World) -> None:
    robin, maya = world.coordinator(), world.alum()
    found(world, robin, "/desk alumni maya")
    world.press(robin, said("mine.open", name="Maya R."))

    for label in (said("queue.do_pause", alum="Maya"), said("lookup.resume", name="Maya")):
        button = next(one for one in robin.buttons() if one.label == label)
        world.press_id(robin, button.press)
        world.press_id(robin, button.press)
        world.deliver()

    assert maya.heard == [said("office.paused_title"), said("away.resumed_title")]
    assert [row.act for row in world.rows(tables.audit)] == ["began", "pause", "resume"]


def test_a_name_that_was_left_empty_stays_as_it_is(world: World) -> None:
    robin, maya = world.coordinator(), world.alum()
    found(world, robin, "/desk alumni maya")
    world.press(robin, said("mine.open", name="Maya R."))
    world.press(robin, said("lookup.correct"))

    world.submit(robin, name=" ", title="Press officer")

    known = world.known(maya)
    assert (known.given_name, known.family_name) == ("Maya", "Rivers")


def test_a_profile_is_corrected_and_its_owner_told(world: World) -> None:
    robin, maya = world.coordinator(), world.alum()
    found(world, robin, "/desk alumni maya")
    world.press(robin, said("mine.open", name="Maya R."))
    assert isinstance(world.press(robin, said("lookup.correct")), Form)

    assert isinstance(world.submit(robin, title="", grad_year="2015"), Fix)
    assert isinstance(world.submit(robin, title="Press officer", grad_year="20x5"), Fix)
    world.submit(robin, title="Press officer", grad_year="2016")
    world.deliver()

    alum = world.known(maya).alum
    assert alum is not None
    assert (alum.title, alum.grad_year) == ("Press officer", 2016)
    assert maya.last.title == said("lookup.corrected_title")


def test_a_student_is_looked_up_without_a_word_of_theirs(world: World) -> None:
    robin, maya, priya = world.coordinator(), world.alum(), world.student()
    world.an_intro(State.REQUESTED, priya, maya)

    shown = found(world, robin, "/desk student pri")

    assert [card.title for card in shown.cards] == ["Priya S."]
    assert shown.cards[0].text == "\n\n".join(
        (
            said("lookup.allowance", open=1, used=1, most=3),
            said("lookup.talk", name="Maya R.", state=said("states.requested")),
        )
    )
    assert "wonder" not in shown.aloud()


def test_introduced_by_name_and_asked_as_always(world: World) -> None:
    robin, maya, priya = world.coordinator(), world.alum(), world.student()
    world.alum("Maya Stone")
    world.asks(priya)
    assert isinstance(world.command(robin, "/desk introduce"), Form)

    several = world.submit(robin, student="priya", alum="maya")
    nobody = world.submit(robin, student="prya", alum="maya rivers")
    shown = world.submit(robin, student="priya", alum="maya rivers")
    world.deliver()

    assert isinstance(several, Fix)
    names = "Maya Rivers (Riverside Aid), Maya Stone (Riverside Aid)"
    assert several.errors == {"alum": said("mend.who_several", count=2, names=names)}
    assert isinstance(nobody, Fix)
    assert nobody.errors == {"student": said("mend.who_nobody", words="prya")}
    assert isinstance(shown, View)
    assert shown.title == said("introduce.done_title", student="Priya S.")
    assert priya.last.title == said("introduce.title_student", name="Maya R.")
    assert maya.heard == []


def test_a_student_under_18_may_ask_whom_the_office_introduced_and_nobody_else(world: World) -> None:
    robin, priya = world.coordinator(), world.student()
    world.alumni("Maya Rivers", "Tom Baker")
    world.command(priya, "/intro")
    world.submit(priya, wonder="I wonder about communications at a charity", question="What surprised you?", adult="no")
    world.press(priya, said("matches.introduce", name="Maya"))
    found(world, robin, "/desk queue")
    world.press(robin, said("queue.do_introduce"))
    world.submit(robin, alum="maya")
    world.deliver()

    assert isinstance(world.press(priya, said("matches.ask", name="Maya")), Form)
    world.submit(priya)
    assert world.newest(priya).state is State.REQUESTED


def test_somebody_who_is_full_is_not_suggested(world: World) -> None:
    from bot.domain.people import Pace

    robin, maya, priya, dev = world.coordinator(), world.alum(pace=Pace(1, 1)), world.student(), world.student("Dev S")
    world.an_intro(State.REQUESTED, dev, maya)
    world.asks(priya)
    world.command(robin, "/desk introduce")

    shown = world.submit(robin, student="priya", alum="maya")

    assert isinstance(shown, Fix)
    assert shown.errors == {"alum": said("mend.introduce_not_free", name="Maya R.")}


# --- the first hour ------------------------------------------------------------------------------------------------


def test_a_newcomer_is_greeted_once_and_the_others_are_told(world: World) -> None:
    robin = world.coordinator(new=True)
    world.command(robin, "/desk queue")
    world.command(robin, "/desk approve")
    world.deliver()

    assert [view.title for view in world.desk] == [said("first_hour.began_title", name="Robin H.")] * 2  # channels
    assert robin.heard.count(said("first_hour.title", name="Robin")) == 1


def test_the_practice_round_touches_nothing(world: World) -> None:
    robin = world.coordinator(new=True)
    world.command(robin, "/desk queue")
    world.deliver()
    before = {table.name: len(world.rows(table)) for table in tables.metadata.sorted_tables if table.name != "gesture"}

    world.press(robin, said("first_hour.practise"))
    for label in ("thread.button", "desk.release", "queue.do_rematch", "practice.approve", "practice.finish"):
        world.press(robin, said(label))

    after = {table.name: len(world.rows(table)) for table in tables.metadata.sorted_tables if table.name != "gesture"}
    assert robin.last.title == said("practice.end_title")
    assert after == before
    assert world.press_id(robin, PressId("practise", arg="elsewhere")) == a_no("not_yours")
