"""What is logged: an event's name and the fields on a list. No name, no text that somebody wrote, no token, ever.

A field that is not on the list is left out, so that a careless line in some adapter can't leak. Libraries are heard
from INFO up and without what they say, because some quote payloads: which logger, where in its code, what kind of
exception. A traceback is told as the places it went through, without the message, which may quote as well.
"""

from __future__ import annotations

import logging
import sys
import traceback
from pathlib import Path
from typing import Any

import structlog
from structlog.typing import EventDict, Processor

from adapters.settings import LIBRARY_LEVEL

FIELDS = frozenset(
    {
        "age", "attempt", "call", "changed", "claimed", "code", "connected", "count", "due", "error", "event",
        "event_method", "failures", "field", "host", "imported", "in_flight", "kind", "level", "line", "logger", "most",
        "ms", "name", "pid", "place", "platform", "platforms", "port", "reason", "realm", "replica", "rows", "seconds",
        "shard", "status", "surface", "sweeps", "task", "timestamp", "tries", "under_way", "verb", "version", "view",
        "waiting", "where", "worker",
    }
)  # fmt: skip
"""`name` is for things of ours (a command, a job), never for a person; `realm` is a workspace, not a user."""
OURS = ("grounds", "adapters", "bot", "storage")
OPEN_LIBRARIES = ("alembic", "apscheduler")
"""What these say is about migrations and jobs, never about people."""
DEEPEST = 6


def whereabouts(error: BaseException) -> str:
    """Where an exception came from, innermost last: places in code and nothing else."""
    frames = traceback.extract_tb(error.__traceback__)[-DEEPEST:]
    return " > ".join(f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames)


def configure(level: str, *, json: bool | None = None) -> None:
    """Set up logging for this process; JSON unless somebody looks at a terminal."""
    as_json = json if json is not None else not sys.stderr.isatty()
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _without_exception,
        _listed_only,
    ]
    drawn: Processor = structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer()
    structlog.configure(
        processors=[*shared, drawn],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    _listen_to_libraries(level)


def _listen_to_libraries(level: str) -> None:
    root = logging.getLogger()
    root.handlers = [_Relay()]
    root.setLevel(max(logging.getLevelNamesMapping()[level], logging.getLevelNamesMapping()[LIBRARY_LEVEL]))
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # each second's sweep is no news
    logging.getLogger("alembic").setLevel(logging.WARNING)  # nor what it has loaded
    logging.captureWarnings(True)


class _Relay(logging.Handler):
    """The standard library's records, told in our fields."""

    def emit(self, record: logging.LogRecord) -> None:
        log = structlog.get_logger()
        told: dict[str, Any] = {"logger": record.name, "where": f"{record.module}:{record.lineno}"}
        if record.exc_info and record.exc_info[0]:
            told["error"] = record.exc_info[0].__name__
        if record.name.split(".")[0] in OPEN_LIBRARIES:
            event = record.getMessage()
        elif record.name.split(".")[0] in OURS:
            event = str(record.msg)  # the template as it stands in our code, without what would fill it
        else:
            event = "library"
        log.log(record.levelno, event, **told)


def _without_exception(logger: Any, method: str, event: EventDict) -> EventDict:
    """The kind and the places of an exception, not its message."""
    given = event.pop("exc_info", None)
    error = sys.exc_info()[1] if given is True else given
    if isinstance(error, tuple):
        error = error[1]
    if isinstance(error, BaseException):
        event.setdefault("error", type(error).__name__)
        event.setdefault("where", whereabouts(error))
    return event


def _listed_only(logger: Any, method: str, event: EventDict) -> EventDict:
    return {name: value for name, value in event.items() if name in FIELDS}
