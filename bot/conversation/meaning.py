"""What a gesture means, whose it is, and whether it may be: read before anything is done."""

from __future__ import annotations

from collections.abc import Mapping

from bot.conversation.commands import BY_NAME
from bot.conversation.gestures import Actor, Command, Gesture, Opened, Press, Submission
from bot.conversation.verbs import Verb
from bot.domain.people import AT_THE_DESK, Person, Right
from bot.domain.refusals import Mend, Refusal
from bot.phrases import known_language
from bot.ports import Reading, UnitOfWork
from bot.use_cases.visit import Say
from bot.views.elements import PressId, Value

MOST_TYPED = 12_000
"""Characters in one submission, over all its fields: no form of ours takes more."""
MOST_IN_A_FILE = 1_000_000
"""Characters: a roster of five thousand people is smaller."""
REFUSED = {
    Right.STUDENT: "students_only",
    Right.COORDINATOR: "desk_only",
    Right.EXPORT: "export_only",
    Right.SETTINGS: "settings_only",
    Right.AUDIT: "audit_only",
}


def is_at_home(uow: UnitOfWork | Reading, gesture: Gesture) -> bool:
    actor = gesture.actor
    if actor.outsider:
        return False
    if not actor.space:
        return bool(uow.places.spaces())
    return uow.places.space(actor.handle.platform, actor.space, actor.app) is not None


def language_of(me: Person | None, gesture: Gesture) -> str:
    return me.language if me is not None and me.who else known_language(gesture.actor.language)


def verb_of(gesture: Gesture) -> tuple[PressId, Mapping[str, Value]]:
    """What a gesture means. Raises Refusal for what means nothing."""
    match gesture:
        case Command(name=name, words=words):
            command = BY_NAME.get(name)
            read = command.read(words) if command else None
            if read is None:
                return PressId(f"help_{name}" if command else "help_intro"), {}
            sub, rest = read
            return PressId(sub.verb), {sub.asks[0]: rest} if sub.asks else {}
        case Press(press=press):
            return press, {}
        case Submission(press=press, values=values):
            handed_over = sum(map(len, gesture.files.values()))
            if sum(map(_length, values.values())) > MOST_TYPED or handed_over > MOST_IN_A_FILE:
                raise Refusal("too_much")
            return press, values
        case Opened():
            return PressId("mine"), {}


def _length(value: Value) -> int:
    return len(value) if isinstance(value, str) else sum(map(len, value))


def check_right(verb: Verb, actor: Actor) -> None:
    """Raises Refusal. What could not be looked up is no no: whoever it may be theirs of is asked to try again."""
    needs, rights = verb.needs, actor.rights
    if needs is None:
        return
    if rights is None:
        raise Refusal("rights_unknown")
    if needs in rights:
        return
    at_the_desk, may_be = bool(rights & AT_THE_DESK), bool(actor.unsure & AT_THE_DESK)
    if needs in actor.unsure or (needs in AT_THE_DESK and may_be and not at_the_desk):
        raise Refusal("rights_unknown")
    if needs in AT_THE_DESK and not at_the_desk:  # whoever is not of the desk learns nothing about it
        raise Refusal(REFUSED[Right.COORDINATOR])
    raise Refusal(REFUSED[needs])


def keep_if_unknown(verb: Verb, gesture: Gesture) -> None:
    """A student's form stays open with all that was typed while nobody can say whose it is: sent again in a minute, it
    goes through. (What a form of the desk's shows is not drawn for who may not be of it.) Raises Mend."""
    unknown = gesture.actor.rights is None and verb.needs is Right.STUDENT
    if unknown and isinstance(gesture, Submission) and gesture.values:
        raise Mend({next(iter(gesture.values)): "refusals.rights_unknown"})


def promised(verb: Verb, said: Say, gesture: Gesture) -> Say:
    """The word that goes first, where the answer takes its time."""
    if not verb.word:
        return said
    here = {"here": "1"} if gesture.actor.handle.platform.answers_with_files else {}
    return Say(verb.word, said.keys, {**said.params, **here})
