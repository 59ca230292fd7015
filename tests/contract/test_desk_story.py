"""The coordinator's Monday, over each real adapter and its pretend platform: from the digest to an empty queue, a list
handed over, a word from the office, and two coordinators at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.domain.intro import Intro, State, Who
from bot.domain.messages import Kind, Message
from bot.domain.people import AlumProfile, Person, PersonId, Platform, Standing, StudentProfile
from bot.ports import Step, UnitOfWork
from bot.use_cases.desk_digest import send_digest
from tests.contract.desk_place import Desk
from tests.words import said

ROSTER = "alum_id,given_name,family_name,title\nA1,Ann,Moss,Nurse\nA2,Bo,Hart,Baker\nA3,Cy,Fox,Chef,extra\n"


class People:
    """Who is there, and what has come about between them."""

    def __init__(self, desk: Desk, uow: UnitOfWork) -> None:
        self.desk, self.uow, self.now = desk, uow, desk.core.now

    def somebody(self, name: str, *roles: str) -> Person:
        given, _, family = name.partition(" ")
        user = self.desk.pretend.add_person(name, roles=roles)
        return self.uow.people.add(self.desk.handle(user), given, family, "Europe/London", "en")

    def alum(self, name: str, standing: Standing = Standing.APPROVED, token: str = "") -> PersonId:
        person = self.somebody(name)
        profile = AlumProfile(standing, title="Nurse", employer="City", joined_at=self.now, desk_token=token)
        self.uow.people.save_alum(person.id, profile)
        return person.id

    def student(self, name: str) -> PersonId:
        person = self.somebody(name, "students")
        self.uow.people.save_student(person.id, StudentProfile(degree="History"))
        return person.id

    def intro(self, student: PersonId, alum: PersonId, state: State, days: int, **facts: Any) -> Intro:
        at = self.now - timedelta(days=days)
        ask = self.uow.asks.add(student, "I wonder", "How?", "", at, advised=False, unsure=False)
        new = self.uow.intros.add(ask.id, student, alum, at, expires_days=21, minutes=20, rank=1, has_next=False)
        stands = replace(new, version=2, state=state, since=at, **facts)
        self.uow.intros.save(stands)
        return stands

    def ran_out(self, student: PersonId) -> None:
        at = self.now - timedelta(days=1)
        ask = self.uow.asks.add(student, "I wonder", "How?", "", at, advised=False, unsure=False)
        self.uow.steps.add(Step("no_next", at, who=self.uow.people.get(student).who, ask=ask.id))


def seven(desk: Desk) -> None:
    """Seven things that need somebody, one of each kind of act but two."""
    with desk.core.store.begin() as uow:
        people = People(desk, uow)
        maya, tom, lea = (people.alum(name) for name in ("Maya Rivers", "Tom Baker", "Lea Klein"))
        priya, dev, ana, ben = (people.student(name) for name in ("Priya S", "Dev Shah", "Ana Lima", "Ben Cole"))
        people.intro(priya, maya, State.FROZEN, 1, frozen_from=State.REQUESTED)
        people.intro(dev, tom, State.REQUESTED, 9)
        people.intro(ana, lea, State.MISSED, 2, missed_by=Who.STUDENT, met_by_alum=True)
        people.intro(ben, tom, State.MET, 8, met_by_alum=True)
        people.alum("Eli Tanner", Standing.WAITING, "e" * 22)
        people.alum("Fay Young", Standing.WAITING, "f" * 22)
        people.ran_out(people.student("Gus Hill"))
        uow.commit()


def coordinator(desk: Desk, name: str = "Robin Hale") -> str:
    """Somebody who has been at the desk before."""
    user: str = desk.pretend.add_person(name, roles=("desk",))
    given, _, family = name.partition(" ")
    with desk.core.store.begin() as uow:
        person = uow.people.add(desk.handle(user), given, family, "Europe/London", "en")
        uow.audit.add(desk.core.now, person.who, "began")
        uow.commit()
    return user


async def test_monday_from_the_digest_to_an_empty_queue_of_seven(desk: Desk) -> None:
    robin = coordinator(desk)
    seven(desk)
    with desk.core.store.begin() as uow:
        send_digest(uow, desk.core.now)
        uow.commit()
    await desk.deliver()
    assert desk.sees(robin, said("desk_digest.title", count=7))

    await desk.press(robin, said("desk.open_queue"))
    assert said("queue.title", count=7) in desk.newest(robin)
    await desk.press(robin, said("queue.do_release"))
    await desk.press(robin, said("queue.do_rematch"))
    for _ in ("those who disagree", "the one who hasn't thanked"):
        await desk.press(robin, said("queue.do_write"))
        await desk.submit(robin)
    await desk.press(robin, said("queue.do_approve", alum="Eli T."))
    await desk.press(robin, said("queue.do_approve", alum="Fay Y."))
    await desk.press(robin, said("queue.do_introduce"))
    await desk.submit(robin, alum="Lea Klein", line="She began where you are.")

    assert said("queue.empty_title") in desk.newest(robin)
    assert desk.presses == 11
    with desk.core.store.read() as reading:
        acts = [entry.act for entry in reading.audit.newest(20)]
    assert sorted(act for act in acts if act.startswith("queue_")) == [
        "queue_approve", "queue_approve", "queue_introduce", "queue_release", "queue_rematch", "queue_write",
        "queue_write",
    ]  # fmt: skip


async def test_each_of_those_it_was_for_hears_of_it(desk: Desk) -> None:
    robin = coordinator(desk)
    seven(desk)
    users = {person.name: user for user, person in people_of(desk).items()}

    await desk.command(robin, "/desk queue")
    await desk.press(robin, said("queue.do_release"))
    await desk.press(robin, said("queue.do_rematch"))
    await desk.press(robin, said("queue.do_write"))
    await desk.submit(robin, text="What happened? It's no trouble.")

    assert desk.sees(users["Priya S"], said("flag.released_title"))
    assert desk.sees(users["Dev Shah"], said("ends.expired_title", name="Tom"))
    assert desk.sees(users["Tom Baker"], said("ends.expired_alum_title", name="Dev"))
    for name in ("Ana Lima", "Lea Klein"):
        assert desk.sees(users[name], said("office.writes_title"))
        assert desk.sees(users[name], "What happened?")
    assert not desk.sees(users["Ben Cole"], said("office.writes_title"))


def people_of(desk: Desk) -> dict[str, Any]:
    found: dict[str, Any] = (
        desk.pretend.workspace.people if desk.platform is Platform.SLACK else desk.pretend.world.people
    )
    return found


async def test_putting_off_putting_away_pausing_and_reading_after_a_flag(desk: Desk) -> None:
    robin = coordinator(desk)
    seven(desk)
    await desk.command(robin, "/desk queue")
    await desk.press(robin, said("thread.button"))
    assert desk.modal(robin) is not None
    await desk.submit(robin, reason="safety")
    assert said("thread.gone_title") in desk.newest(robin)  # nobody has written anything

    await desk.press(robin, said("queue.do_close"))
    await desk.press(robin, said("queue.do_snooze"))
    await desk.press(robin, said("queue.do_dismiss"))
    assert said("queue.title", count=4) in desk.newest(robin)
    await desk.command(robin, "/desk alumni maya")
    await desk.press(robin, said("mine.open", name="Maya R."))
    await desk.press(robin, said("queue.do_pause", alum="Maya"))

    assert said("lookup.on_a_break") in desk.newest(robin)


async def test_whom_no_message_reaches_is_tried_again_or_paused(desk: Desk) -> None:
    robin = coordinator(desk)
    with desk.core.store.begin() as uow:
        people = People(desk, uow)
        maya, tom = people.alum("Maya Rivers"), people.alum("Tom Baker")
        for student, alum in ((people.student("Priya S"), maya), (people.student("Dev Shah"), tom)):
            request = people.intro(student, alum, State.REQUESTED, 1).id
            uow.outbox.add(
                Message(Kind.NEWS, "request", desk.core.now, to=alum, keys={"intro": request}, intro=request)
            )
        uow.commit()
    users = {person.name: user for user, person in people_of(desk).items()}
    for name in ("Maya Rivers", "Tom Baker"):
        desk.pretend.trouble("closed_dms", users[name])
    await desk.deliver()
    asked = said("request.card_title", name="Priya")
    assert not desk.sees(users["Maya Rivers"], asked)

    desk.pretend.trouble("open_dms", users["Maya Rivers"])
    await desk.command(robin, "/desk queue")
    assert said("queue.title", count=2) in desk.newest(robin)
    assert said("queue.unreached_alum_title", alum="Maya R.") in desk.newest(robin)
    again, *_ = [button for button in desk.messages(robin)[-1].buttons if button.label == said("queue.do_send_again")]
    await desk.press_id(robin, again.id)
    assert desk.sees(users["Maya Rivers"], asked)
    assert said("queue.title", count=1) in desk.newest(robin)
    await desk.press(robin, said("queue.do_pause", alum="Tom B."))

    assert said("queue.empty_title") in desk.newest(robin)
    assert said("queue.done_pause_unheard") in desk.newest(robin)
    assert desk.sees(users["Dev Shah"], said("decline.told_title", name="Tom"))
    paused = desk.known(users["Tom Baker"]).alum
    assert paused is not None
    assert paused.paused_since == desk.core.now
    await desk.command(robin, "/desk queue")
    assert said("queue.empty_title") in desk.newest(robin)


async def test_of_two_coordinators_the_second_is_told_who_was_first(desk: Desk) -> None:
    robin, sam = coordinator(desk), coordinator(desk, "Sam Okoro")
    seven(desk)
    await desk.command(robin, "/desk queue")
    await desk.command(sam, "/desk queue")

    await desk.press(robin, said("queue.do_release"))
    await desk.press(sam, said("queue.do_release"))

    assert said("refusals.taken", name="Robin") in desk.newest(sam)


async def test_a_list_is_handed_over_seen_and_brought_in(desk: Desk) -> None:
    robin = coordinator(desk)

    await desk.command(robin, "/desk import")
    await desk.submit(robin, roster=[desk.file("alumni.csv", ROSTER)], source="alumni office")
    assert said("import.counts", new=2, changed=0, same=0, bad=1) in desk.newest(robin)
    with desk.core.store.read() as reading:
        assert reading.people.count_alumni(Standing.INVITED) == 0
    await desk.press(robin, said("import.yes", count=2))

    assert said("import.done_title") in desk.newest(robin)
    with desk.core.store.read() as reading:
        assert reading.people.count_alumni(Standing.INVITED) == 2
    await desk.command(robin, "/desk queue")
    await desk.press(robin, said("queue.do_look"))
    assert said("import.done_title") in desk.newest(robin)


async def test_those_on_the_list_are_invited_from_the_chat(desk: Desk) -> None:
    robin = coordinator(desk)
    await desk.command(robin, "/desk import")
    await desk.submit(robin, roster=[desk.file("alumni.csv", ROSTER)], source="alumni office")
    await desk.press(robin, said("import.yes", count=2))

    await desk.press(robin, said("invitations.button", count=2))

    assert desk.sees(robin, said("invitations.written_title", count=2))
    assert "invitations-2026-03-09.csv" in desk.newest(robin)
    with desk.core.store.read() as reading:
        assert reading.imports.without_letter(desk.core.now) == 0
        assert (entry := reading.audit.newest(1)[0]).act == "invitations"
        assert entry.target == "2"


async def test_a_rule_is_changed_a_sentence_too_and_the_audit_says_whose_it_was(desk: Desk) -> None:
    robin = coordinator(desk)

    await desk.command(robin, "/desk settings")
    await desk.press(robin, said("settings.change_alumni"))
    await desk.submit(robin, code_days="90")
    await desk.command(robin, "/desk settings")
    await desk.press(robin, said("wording.button"))
    await desk.submit(robin, words="no talks yet")
    await desk.press(robin, said("wording.change"))
    await desk.submit(robin, text="Nobody asked yet. Be the first.")
    assert "Nobody asked yet" in desk.newest(robin)
    await desk.press(robin, said("wording.go_live"))
    priya = desk.pretend.add_person("Priya S", roles=("students",))
    await desk.command(priya, "/intro mine")
    assert desk.sees(priya, "Nobody asked yet. Be the first.")
    await desk.command(robin, "/desk audit")

    assert "code_days=90" in desk.newest(robin).replace("\\", "")
    assert "mine.none_student" in desk.newest(robin)
