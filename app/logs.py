"""Logs: one JSON object a line (or colours on a terminal), `noun.participle`, no address, text, name or secret."""

import logging
import re
import sys
import traceback
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from app.settings.sections import LogSection
from ground.errors import MingluoError

WITHHELD = frozenset(
    {
        *("address", "addresses", "number", "numbers", "phone", "value", "name"),
        *("text", "texts", "words", "body", "message", "content", "query"),
        *("token", "secret", "password", "authorization", "cookie"),
    }
)
# A bot's token in a path, a bearer token, anything after a question mark, an e-mail address, a long number.
PRIVATE = re.compile(r"bot\d+:[\w-]+|[Bb]earer \S+|\?\S+|\S+@\S+|\+?\d[\d -]{6,}\d")
TOO_TALKATIVE = ("httpx", "httpcore", "aiohttp.access", "twilio", "aiogram.event", "apscheduler", "alembic", "mqtt")


def set_up(section: LogSection, stream: TextIO = sys.stderr) -> None:
    """Send our own events and the libraries' records the same way."""
    coloured = section.format == "console" or (section.format == "auto" and stream.isatty())
    ours: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        withhold,
        name_exception,
    ]
    renderer: Processor = (
        structlog.dev.ConsoleRenderer() if coloured else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    level = logging.getLevelNamesMapping()[section.level.upper()]
    structlog.configure(
        processors=[*ours, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(stream),
        cache_logger_on_first_use=False,
    )
    _listen_to_libraries(level)


def withhold(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Drop what may identify a person or open a door, wherever it was put by mistake."""
    for key in WITHHELD & event.keys():
        event[key] = "withheld"
    return event


def name_exception(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Say what was raised and where; its message only if it is our own: a driver's quotes the values of a row."""
    given = event.pop("exc_info", None)
    if not given:
        return event
    error = given if isinstance(given, BaseException) else given[1] if isinstance(given, tuple) else sys.exc_info()[1]
    if error is not None:
        event["error"] = said(error)
        event["where"] = [
            f"{each.filename}:{each.lineno} {each.name}" for each in traceback.extract_tb(error.__traceback__)
        ]
    return event


def said(error: BaseException) -> str:
    """Return an error in words that are safe to write down."""
    kind = type(error).__name__
    return f"{kind}: {error}" if isinstance(error, MingluoError) else kind


class _Library(logging.Handler):
    """Hands a library's record on as the event `library.logged`, with private parts blotted out."""

    def emit(self, record: logging.LogRecord) -> None:
        says = PRIVATE.sub("…", record.getMessage())
        facts: dict[str, Any] = {"library": record.name, "says": says}
        if record.exc_info:
            facts["exc_info"] = record.exc_info
        structlog.get_logger().log(record.levelno, "library.logged", **facts)


def _listen_to_libraries(level: int) -> None:
    root = logging.getLogger()
    root.handlers = [_Library()]
    root.setLevel(max(level, logging.WARNING))
    for name in TOO_TALKATIVE:
        logging.getLogger(name).setLevel(logging.ERROR)
    logging.captureWarnings(capture=True)
