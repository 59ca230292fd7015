"""How a bot answers an interaction: the first callback within 3 seconds, follow-ups for 15 minutes, by its token."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from adapters.sandbox.discord_call import Answer, Call, Route
from adapters.sandbox.discord_rules import EPHEMERAL, Json, Refused, check_message, check_modal, is_empty
from adapters.sandbox.discord_things import (
    ANSWER_WITHIN,
    APPLICATION_ID,
    TOKEN_LIVES,
    Interaction,
    OpenModal,
    Post,
)
from adapters.sandbox.discord_world import World, is_ephemeral

COMMAND, COMPONENT, MODAL_SUBMIT = 2, 3, 5
SAY, DEFER, DEFER_UPDATE, UPDATE, MODAL = 4, 5, 6, 7, 9
ANSWERS: Final = {COMMAND: (SAY, DEFER, MODAL), COMPONENT: (SAY, DEFER, DEFER_UPDATE, UPDATE, MODAL)}
HOOK: Final = "/webhooks/{app}/{token}"


def answer_routes(world: World) -> Iterable[Route]:
    answers = Answers(world)
    yield "POST", "/interactions/{id}/{token}/callback", answers.callback
    yield "POST", HOOK, answers.follow_up
    for message in ("@original", "{message}"):
        yield "GET", f"{HOOK}/messages/{message}", answers.read
        yield "PATCH", f"{HOOK}/messages/{message}", answers.edit
        yield "DELETE", f"{HOOK}/messages/{message}", answers.delete


class Answers:
    def __init__(self, world: World) -> None:
        self.world = world

    def callback(self, call: Call) -> Answer:
        one = self.world.interactions.get(call.path["token"])
        if one is None or one.id != call.path["id"]:
            raise Refused(404, 10062, "Unknown interaction")
        if one.answer:
            raise Refused(400, 40060, "Interaction has already been acknowledged.")
        if one.age > ANSWER_WITHIN:
            raise Refused(404, 10062, "Unknown interaction")
        kind, data = call.body.get("type"), call.body.get("data") or {}
        self._may(one, kind)
        self._check(one, kind, data, len(call.files))
        one.answer = kind
        self.world.wire.record("discord", "acked", one.user, {"type": kind, "interaction": one.id})
        self._do(one, kind, data, call)
        one.answered.set()
        if call.query.get("with_response") not in ("1", "true"):
            return 204, None
        return 200, self._receipt(one)

    def _may(self, one: Interaction, kind: Any) -> None:
        """A modal can't answer a modal; only what came from a message can update it."""
        updates = (DEFER_UPDATE, UPDATE) if one.source else ()
        allowed = ANSWERS.get(one.type) or (SAY, DEFER, *updates)
        if kind not in allowed:
            choices = ", ".join(map(str, allowed))
            fault = {"code": "BASE_TYPE_CHOICES", "message": f"Value must be one of {{{choices}}}."}
            raise Refused(400, 50035, "Invalid Form Body", {"type": {"_errors": [fault]}})

    def _check(self, one: Interaction, kind: int, data: Json, files: int) -> None:
        if kind == MODAL:
            check_modal(data)
        elif kind == SAY:
            check_message(data, flags=data.get("flags") or 0, under=("data",))
            if is_empty(data | {"attachments": ()}, files):
                raise Refused(400, 50006, "Cannot send an empty message")
        elif kind == UPDATE and one.source:
            self._check_change(one.source, data, files, under=("data",))

    def _check_change(self, post: Post, change: Json, files: int, under: tuple[str, ...] = ()) -> None:
        check_message(change, flags=post.body["flags"] | (change.get("flags") or 0), under=under)
        if is_empty(self.world.merged(post, change), files):
            raise Refused(400, 50006, "Cannot send an empty message")

    def _do(self, one: Interaction, kind: int, data: Json, call: Call) -> None:
        if kind == MODAL:
            self.world.show_modal(one.user, OpenModal(data, one.channel, one.source))
        elif kind in (SAY, DEFER):
            one.original = self._write(one, data, call, loading=kind == DEFER)
        elif one.source:
            one.original = one.source
            if kind == UPDATE:
                self.world.rewrite(one.source, data, call.files)

    def _write(self, one: Interaction, data: Json, call: Call, *, loading: bool = False) -> Post:
        extra: Json = {
            "application_id": APPLICATION_ID,
            "webhook_id": APPLICATION_ID,
            "type": 20 if one.type == COMMAND else 0,
            "interaction_metadata": {
                "id": one.id,
                "type": one.type,
                "user": self.world.people[one.user].as_user(),
                "authorizing_integration_owners": {"0": one.channel.guild or "0"},
            },
        }
        if one.type == COMPONENT and one.source:
            extra["interaction_metadata"]["interacted_message_id"] = one.source.id
        only = one.user if is_ephemeral(data) else ""
        return self.world.write(one.channel, self.world.bot, data, call.files, only=only, loading=loading, extra=extra)

    def _receipt(self, one: Interaction) -> Json:
        told: Json = {"id": one.id, "type": one.type}
        resource: Json = {"type": one.answer}
        if one.original:
            told |= {
                "response_message_id": one.original.id,
                "response_message_loading": one.original.loading,
                "response_message_ephemeral": bool(one.original.only),
            }
            resource["message"] = one.original.body
        return {"interaction": told, "resource": resource}

    # after the first answer

    def _open(self, call: Call) -> Interaction:
        one = self.world.interactions.get(call.path["token"])
        if one is None or call.path["app"] != APPLICATION_ID or not one.answer:
            raise Refused(404, 10015, "Unknown Webhook")
        if one.age > TOKEN_LIVES:
            raise Refused(401, 50027, "Invalid Webhook Token")
        return one

    def _mine(self, call: Call) -> Post:
        """The original answer, or any message in that channel which this person's interactions wrote."""
        one, wanted = self._open(call), call.path.get("message")
        post = one.channel.posts.get(wanted) if wanted else one.original
        own = post is not None and post.body["author"]["id"] == APPLICATION_ID and post.only in ("", one.user)
        if post is None or not own or post.id not in one.channel.posts:
            raise Refused(404, 10008, "Unknown Message")
        return post

    def follow_up(self, call: Call) -> Answer:
        one = self._open(call)
        check_message(call.body, flags=call.body.get("flags") or 0)
        if is_empty(call.body | {"attachments": ()}, len(call.files)):
            raise Refused(400, 50006, "Cannot send an empty message")
        if one.original and one.original.loading:
            return self._instead_of_loading(one.original, call)
        return 200, self._write(one, call.body, call).body

    def _instead_of_loading(self, post: Post, call: Call) -> Answer:
        """The first follow-up after a defer takes its place, and is as private as the defer was."""
        flags = (call.body.get("flags") or 0) & ~EPHEMERAL
        self.world.rewrite(post, call.body | {"flags": flags}, call.files)
        return 200, post.body

    def read(self, call: Call) -> Answer:
        return 200, self._mine(call).body

    def edit(self, call: Call) -> Answer:
        post = self._mine(call)
        self._check_change(post, call.body, len(call.files))
        self.world.rewrite(post, call.body, call.files)
        return 200, post.body

    def delete(self, call: Call) -> Answer:
        self.world.remove(self._mine(call))
        return 204, None
