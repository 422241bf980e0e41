"""The log tells what happened and never to whom: no number, no text, no secret, not even by mistake."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from app import logs
from app.settings.sections import LogSection
from ground.errors import NotFound


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    before, root = structlog.get_config(), logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    logs.set_up(LogSection(format="json"), stream)
    yield stream
    structlog.configure(**before)
    root.handlers, root.level = handlers, level
    logging.captureWarnings(capture=False)


def written(lines: io.StringIO) -> dict[str, Any]:
    return dict(json.loads(lines.getvalue().splitlines()[-1]))


def test_an_event_is_one_json_object_a_line(lines: io.StringIO) -> None:
    structlog.get_logger().info("gong.sounded", notice=7)
    event = written(lines)
    assert (event["event"], event["notice"], event["level"]) == ("gong.sounded", 7, "info")


@pytest.mark.parametrize("key", ["address", "number", "text", "token", "body", "name", "password"])
def test_what_may_identify_somebody_is_withheld(lines: io.StringIO, key: str) -> None:
    structlog.get_logger().info("gong.sounded", **{key: "+1 555 0100"})
    assert "0100" not in lines.getvalue()


def raised(error: Exception) -> Exception:
    """Return an error as somebody would catch it, with where it was raised."""
    try:
        raise error
    except type(error) as caught:
        return caught


def test_a_drivers_error_is_named_without_the_values_it_quotes(lines: io.StringIO) -> None:
    structlog.get_logger().error("row.refused", exc_info=raised(ValueError("(channel, value)=(sms, +15550100)")))
    event = written(lines)
    assert event["error"] == "ValueError"
    assert "test_logs.py" in event["where"][0]
    assert "0100" not in lines.getvalue()


def test_our_own_error_keeps_its_words(lines: io.StringIO) -> None:
    structlog.get_logger().error("row.refused", exc_info=raised(NotFound()))
    assert written(lines)["error"] == "NotFound: There is no such thing here."


@pytest.mark.parametrize(
    "says",
    [
        "POST https://api.example/bot123456:AAE-secret_x/sendMessage",
        "calling +1 555 010 0199 now",
        "Authorization: Bearer mlt_secret",
        "GET /hooks?key=secret",
        "mail to secret@example.org",
    ],
)
def test_what_a_library_says_is_kept_without_its_private_parts(lines: io.StringIO, says: str) -> None:
    logging.getLogger("vendor").warning(says)
    event = written(lines)
    assert (event["event"], event["library"]) == ("library.logged", "vendor")
    assert "secret" not in lines.getvalue()
    assert "0199" not in lines.getvalue()
