"""Who may do what: every command and every button, for everybody who might try, over both real adapters.

The table is made from the registries, so a verb that is added is in it. What somebody is told is compared with the one
sentence that they should hear; whoever may is told anything but a refusal of that kind.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

import pytest

from adapters.discord import rights as discord_rights
from adapters.sandbox.play import Cannot, Reaction
from adapters.slack import rights as slack_rights
from bot.conversation.commands import COMMANDS
from bot.conversation.gestures import Actor, Submission
from bot.conversation.meaning import REFUSED
from bot.conversation.verbs import VERBS, Verb
from bot.domain.people import AT_THE_DESK, Platform, Right
from bot.views.elements import Button, PressId, View
from storage.engine import Store, open_store
from tests import databases
from tests.contract.desk_place import Desk, WholeCore, a_desk
from tests.words import said

A_MESSAGE = 20
"""Buttons in one: fewer than either platform takes."""
GATE = "gate"
ELSEWHERE = "4242424242"
"""A second server on Discord, of which nothing is ever heard."""


@dataclass(frozen=True)
class Persona:
    """Somebody who tries. `rights`: what they may do; None where the platform does not say."""

    name: str
    roles: tuple[str, ...] = ()
    rights: frozenset[Right] | None = frozenset()
    stranger: bool = False
    in_dm: bool = False
    before: tuple[str, ...] = ()
    """Roles that they had until a moment ago."""
    unsure: frozenset[Right] = frozenset()
    """What the platform does not answer about, while it does about the rest."""


STUDENT = Persona("student", ("students",), frozenset({Right.STUDENT}))
COORDINATOR = Persona("coordinator", ("desk",), AT_THE_DESK)
FORMER = Persona("former coordinator", before=("desk",))
PERSONAS = (
    STUDENT,
    Persona("alum"),
    COORDINATOR,
    Persona("stranger", stranger=True),
    FORMER,
    Persona("in a DM without roles", in_dm=True),
    Persona("the platform answers 500", ("desk", "students"), None, in_dm=True),
    Persona(
        "student, and 500 about the desk", ("students",), frozenset({Right.STUDENT}), in_dm=True, unsure=AT_THE_DESK
    ),
    Persona(
        "coordinator, and 500 about the rules", ("desk",), AT_THE_DESK - {Right.SETTINGS}, in_dm=True,
        unsure=frozenset({Right.SETTINGS}),
    ),
)  # fmt: skip


def expected(needs: Right | None, who: Persona) -> str:
    """The key of the refusal, `gate`, or nothing."""
    if who.stranger:
        return GATE
    if needs is None:
        return ""
    if who.rights is None:
        return "rights_unknown"
    if needs in who.rights:
        return ""
    if needs in who.unsure:
        return "rights_unknown"
    return REFUSED[Right.COORDINATOR if needs in AT_THE_DESK and not who.rights & AT_THE_DESK else needs]


def told(text: str) -> str:
    """Which of these refusals stands there; nothing if none does."""
    sentences = {GATE: said("gate.text"), "sorry": said("sorry.text")}
    sentences |= {key: said(f"refusals.{key}") for key in {*REFUSED.values(), "rights_unknown"}}
    return next((key for key, sentence in sentences.items() if sentence in text), "")


def typed(platform: Platform) -> Iterator[tuple[str, Right | None]]:
    """Every sub-command; on Slack, where anything can be typed, also what is none."""
    for command in COMMANDS:
        for sub in command.subs:
            yield f"/{command.name} {sub.name}", VERBS[sub.verb].needs
    if platform is Platform.SLACK:
        yield "/desk", Right.COORDINATOR
        yield "/desk nonsense", Right.COORDINATOR


PRESSED: tuple[tuple[str, Verb], ...] = tuple((name, VERBS[name]) for name in sorted(VERBS) if not VERBS[name].form)


@pytest.fixture
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    found = open_store(databases.new_sqlite(tmp_path_factory.mktemp("roles")), databases.keys())
    yield found
    found.close()


@pytest.mark.parametrize("platform", list(Platform))
@pytest.mark.parametrize("who", PERSONAS, ids=lambda who: who.name.replace(" ", "-"))
async def test_everybody_may_do_what_is_theirs_and_is_told_so_otherwise(
    who: Persona, platform: Platform, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with a_desk(platform, store, monkeypatch) as desk:
        user = await somebody(desk, who, monkeypatch)
        wrong: dict[str, tuple[str, str]] = {}

        for words, needs in typed(platform):
            name, _, rest = words.partition(" ")
            answer = await heard(desk, user, partial(desk.pretend.command, user, name, rest))
            if answer != expected(needs, who):
                wrong[words] = (answer, expected(needs, who))
        for name, verb in PRESSED if can_press(platform, who) else ():
            answer = await heard(desk, user, partial(desk.pretend.press, user, f"{name}:-"))
            if answer != expected(verb.needs, who):
                wrong[name] = (answer, expected(verb.needs, who))

        assert wrong == {}


def can_press(platform: Platform, who: Persona) -> bool:
    """On Discord a stranger shares no place with us, so there is nothing of ours that they could see."""
    return not (who.stranger and platform is Platform.DISCORD)


async def somebody(desk: Desk, who: Persona, monkeypatch: pytest.MonkeyPatch) -> str:
    """They are there, and see every button there is."""
    roles = who.before or who.roles
    user: str = desk.pretend.add_person("Kim Lowe", roles=roles, **({"stranger": True} if who.stranger else {}))
    if who.before:
        await desk.command(user, "/desk queue")
        assert desk.sees(user, said("queue.empty_title"))
        desk.pretend.set_roles(user, ())
    if can_press(desk.platform, who):
        for start in range(0, len(PRESSED), A_MESSAGE):
            names = [name for name, _ in PRESSED[start : start + A_MESSAGE]]
            view = View("All there is", buttons=tuple(Button(name, PressId(name)) for name in names))
            await desk.hang(view, user=user if who.in_dm else "")
        if who.in_dm:
            with pytest.raises(Cannot):
                await desk.pretend.press(user, "nothing:-")
    if who.rights is None:
        on = "usergroups.users.list" if desk.platform is Platform.SLACK else "GET /guilds/{guild}/members/{user}"
        monkeypatch.setattr(discord_rights, "PATIENCE_SECONDS", 0.03)
        desk.pretend.trouble("server_error", times=1_000_000, on=on)
    if who.unsure:
        monkeypatch.setattr(discord_rights, "PATIENCE_SECONDS", 0.2)
        monkeypatch.setattr(slack_rights, "PATIENCE_SECONDS", 2.5)  # of a busy machine's look-ups those that succeed do
        say_nothing_about(desk, who.unsure)
    return user


def say_nothing_about(desk: Desk, unsure: frozenset[Right]) -> None:
    """Of what gives these rights the platform answers 500: on Slack a group, on Discord a second server."""
    of_the_desk = Right.COORDINATOR in unsure
    if desk.platform is Platform.SLACK:
        group = desk.pretend.group_id("desk" if of_the_desk else "guests")
        desk.pretend.trouble("server_error", group, times=1_000_000, on="usergroups.users.list")
        spaces = [desk.space if of_the_desk else replace(desk.space, settings_roles=frozenset({group}))]
    else:
        desk.pretend.trouble("server_error", times=1_000_000, on=f"GET /guilds/{ELSEWHERE}/members/{{user}}")
        role = frozenset({"7"})
        there = replace(desk.space, realm=ELSEWHERE, student_roles=frozenset(), coordinator_roles=frozenset())
        there = replace(there, coordinator_roles=role) if of_the_desk else replace(there, settings_roles=role)
        spaces = [there, desk.space if of_the_desk else replace(desk.space, settings_roles=role)]
    with desk.core.store.begin() as uow:
        for space in spaces:
            uow.places.admit(space)
        uow.commit()


async def heard(desk: Desk, user: str, act: Callable[[], Awaitable[Reaction]]) -> str:
    """What a gesture is answered with, wherever that appears; nothing where a form opens."""
    before = {message.id for message in desk.messages(user)}
    reaction = await act()
    assert reaction.acked, reaction.why
    await desk.deliver()
    new = [message for message in desk.messages(user) if message.id not in before]
    lines = [line for message in new for line in (message.text, *message.lines)]
    modal = desk.modal(user)
    lines += [item.label for item in modal.items] if modal else []
    await desk.pretend.dismiss(user)
    assert lines, "they were told nothing"
    return told("\n".join(lines).replace("\\", ""))


# --- forms: sent by somebody who may no longer ---------------------------------------------------------------------


@pytest.mark.parametrize("platform", list(Platform))
async def test_a_form_that_is_open_when_the_role_goes_is_not_taken(
    platform: Platform, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with a_desk(platform, store, monkeypatch) as desk:
        robin = desk.pretend.add_person("Robin Hale", roles=("desk",))
        await desk.command(robin, "/desk introduce")
        assert desk.modal(robin) is not None
        desk.pretend.set_roles(robin, ())

        await desk.submit(robin, student="Priya", alum="Maya")

        assert told(desk.newest(robin)) == "desk_only"


async def test_every_form_is_refused_to_whoever_may_not_send_it(store: Store) -> None:
    """Nobody can send what was never opened to them, but for whoever forges it: the front door itself, then."""
    from tests.contract.desk_place import at_slack

    wrong = {}
    async with at_slack(store) as desk:
        for who in PERSONAS:
            if who.stranger:
                continue
            user = desk.pretend.add_person("Kim Lowe")
            actor = Actor(desk.handle(user), desk.space.realm, desk.space.app, who.rights, unsure=who.unsure)
            for name, verb in VERBS.items():
                if not verb.form or verb.needs is None:
                    continue
                answer = await _sent(desk.core, actor, name, who.name)
                if answer != expected(verb.needs, who):
                    wrong[who.name, name] = answer

    assert wrong == {}


async def _sent(core: WholeCore, actor: Actor, verb: str, who: str) -> str:
    shown = await core.answer(Submission(f"forged-{who}-{verb}", actor, PressId(verb), {}))
    return told(shown.aloud()) if isinstance(shown, View) else ""
