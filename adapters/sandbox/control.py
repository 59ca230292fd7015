"""The control API: playing people over HTTP, for the page, the demo and tests in another process. JSON both ways.

What the platform's client would not let a person do is a 409 with `{"cannot": "…"}`, bad input a 400 with
`{"error": "…"}`. Guards (Host, Origin, token) are the town's.

    GET  /control/people
    POST /control/people {platform, name, user_id?, zone?, roles?, traits?}
    POST /control/command {platform, user, name, words?, channel?}
    POST /control/press {platform, user, button, message?}      POST /control/submit {platform, user, values}
    POST /control/dismiss {platform, user}                      POST /control/open_home {user}
    POST /control/file {name, content}                GET  /control/screen?platform=slack&user=U1
    GET  /control/clock                               POST /control/clock {by_seconds, timeout?} or {frozen}
    POST /control/trouble {platform, kind, user?, times?, seconds?, on?}
    GET  /control/wire?since=0&wait=0                 GET  /control/connected
"""

from __future__ import annotations

import asyncio
import json
import math
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from aiohttp import web

from .clock import ClockStuck
from .play import Cannot, Event, Reaction

if TYPE_CHECKING:
    from .town import Town

Body = Mapping[str, Any]
T = TypeVar("T")
MOST_WAIT = 30.0
FARTHEST = 10 * 366 * 24 * 3600.0  # seconds in one move


class Bad(Exception):
    """Input that makes no sense; the message says what was expected."""


class Control:
    """The town, played from outside."""

    def __init__(self, town: Town) -> None:
        self._town = town

    def routes(self) -> Iterable[web.AbstractRouteDef]:
        posts = {
            "people": self._join,
            "command": self._command,
            "press": self._press,
            "submit": self._submit,
            "dismiss": self._dismiss,
            "open_home": self._open_home,
            "file": self._file,
            "clock": self._move,
            "trouble": self._trouble,
        }
        gets = {
            "people": self._people,
            "screen": self._screen,
            "clock": self._clock,
            "wire": self._wire,
            "connected": self._connected,
        }
        return (
            *(web.post(f"/control/{name}", _posted(handler)) for name, handler in posts.items()),
            *(web.get(f"/control/{name}", _asked(handler), allow_head=False) for name, handler in gets.items()),
        )

    # people

    async def _people(self, query: Body) -> Any:
        return [asdict(resident) for resident in self._town.residents]

    async def _join(self, body: Body) -> Any:
        traits = _get(body, "traits", dict, {})
        if not all(isinstance(on, bool) for on in traits.values()):
            raise Bad("`traits` maps names to true or false.")
        roles = _get(body, "roles", list, [])
        if not all(isinstance(role, str) for role in roles):
            raise Bad("`roles` is a list of names.")
        user = self._town.add_person(
            _get(body, "platform", str),
            _get(body, "name", str),
            user_id=_get(body, "user_id", str, ""),
            zone=_get(body, "zone", str, "Europe/London"),
            roles=roles,
            traits=traits,
        )
        return {"user": user}

    # gestures

    async def _command(self, body: Body) -> Any:
        pretend, user = self._town.pretend(_get(body, "platform", str)), _get(body, "user", str)
        words, channel = _get(body, "words", str, ""), _get(body, "channel", str, "")
        return _reaction(await pretend.command(user, _get(body, "name", str), words, channel=channel))

    async def _press(self, body: Body) -> Any:
        pretend, user = self._town.pretend(_get(body, "platform", str)), _get(body, "user", str)
        return _reaction(await pretend.press(user, _get(body, "button", str), message=_get(body, "message", str, "")))

    async def _submit(self, body: Body) -> Any:
        pretend, user = self._town.pretend(_get(body, "platform", str)), _get(body, "user", str)
        values = _get(body, "values", dict)
        for item, value in values.items():
            if not isinstance(value, str) and not (isinstance(value, list) and all(isinstance(v, str) for v in value)):
                raise Bad(f"The value of {item!r} must be a text or a list of texts.")
        return _reaction(await pretend.submit(user, values))

    async def _dismiss(self, body: Body) -> Any:
        await self._town.dismiss(_get(body, "platform", str), _get(body, "user", str))
        return {}

    async def _open_home(self, body: Body) -> Any:
        return _reaction(await self._town.slack.open_home(_get(body, "user", str)))

    async def _file(self, body: Body) -> Any:
        content = _get(body, "content", str)
        return {"file": self._town.slack.put_file(_get(body, "name", str), content.encode())}

    # looking

    async def _screen(self, query: Body) -> Any:
        return self._town.pretend(_get(query, "platform", str)).screen(_get(query, "user", str)).as_json()

    async def _wire(self, query: Body) -> Any:
        """What passed since event `since`; with `wait`, held back until there is something."""
        since, wait = int(_number(query, "since", 0)), min(_number(query, "wait", 0), MOST_WAIT)
        if since < 0:
            raise Bad("`since` counts from 0.")
        events = self._town.wire.events
        if len(events) <= since and wait > 0:
            await self._passing(since, wait)
        return {"events": [asdict(event) for event in events[since:]], "next": len(events)}

    async def _passing(self, since: int, wait: float) -> None:
        """Wait until there is an event of that number, or the time is up."""
        passed, taps = asyncio.Event(), self._town.wire.taps

        def tap(event: Event) -> None:
            if event.n >= since:
                passed.set()

        taps.append(tap)
        try:
            async with asyncio.timeout(wait):
                await passed.wait()
        except TimeoutError:
            pass  # an empty answer says so
        finally:
            taps.remove(tap)

    async def _connected(self, query: Body) -> Any:
        return {name: pretend.connected() for name, pretend in self._town.pretends.items()}

    # time and trouble

    async def _clock(self, query: Body) -> Any:
        return self._town.clock.as_json() | {"followed": self._town.clock.followed()}

    async def _move(self, body: Body) -> Any:
        clock = self._town.clock
        if "frozen" in body:
            await clock.freeze(_get(body, "frozen", bool))
        if "by_seconds" in body:
            seconds, timeout = _number(body, "by_seconds"), _number(body, "timeout", 60)
            if not 0 <= seconds <= FARTHEST:
                raise Bad("`by_seconds` goes from 0 to ten years: the clock only goes forward.")
            await clock.move(timedelta(seconds=seconds), timeout=timeout)
        if not {"frozen", "by_seconds"} & set(body):
            raise Bad("Say `by_seconds` or `frozen`.")
        return await self._clock({})

    async def _trouble(self, body: Body) -> Any:
        self._town.pretend(_get(body, "platform", str)).trouble(
            _get(body, "kind", str),
            _get(body, "user", str, ""),
            times=int(_number(body, "times", 1)),
            seconds=_number(body, "seconds", 0),
            on=_get(body, "on", str, ""),
        )
        return {}


def _get(body: Body, key: str, kind: type[T], default: T | None = None) -> T:
    value = body.get(key, default)
    if value is None:
        raise Bad(f"`{key}` is missing.")
    if not isinstance(value, kind):
        raise Bad(f"`{key}` must be a {kind.__name__}.")
    return value


def _number(body: Body, key: str, default: float | None = None) -> float:
    value = body.get(key, default)
    if value is None:
        raise Bad(f"`{key}` is missing.")
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise Bad(f"`{key}` must be a number.") from None
    if isinstance(value, bool) or not math.isfinite(number):
        raise Bad(f"`{key}` must be a number.")
    return number


def _reaction(reaction: Reaction) -> dict[str, Any]:
    return asdict(reaction)


def _posted(handler: Callable[[Body], Awaitable[Any]]) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def answer(request: web.Request) -> web.Response:
        return await _answered(handler, await _json(request))

    return answer


def _asked(handler: Callable[[Body], Awaitable[Any]]) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def answer(request: web.Request) -> web.Response:
        return await _answered(handler, dict(request.query))

    return answer


async def _json(request: web.Request) -> Any:
    try:
        return json.loads(await request.text())
    except ValueError:
        return None


async def _answered(handler: Callable[[Body], Awaitable[Any]], body: Any) -> web.Response:
    """Run the handler; every way it can go wrong becomes a sentence."""
    try:
        if not isinstance(body, dict):
            raise Bad("Expected a JSON object.")
        return web.json_response(await handler(body))
    except Cannot as cannot:
        return web.json_response({"cannot": str(cannot)}, status=409)
    except ClockStuck as stuck:
        return web.json_response({"error": str(stuck)}, status=504)
    except Bad as bad:
        return web.json_response({"error": str(bad)}, status=400)
