"""What can be wrong with words; the docstring is the message."""

from ground.errors import Invalid, NotFound


class UnknownLanguage(NotFound):
    """There is no catalogue for {language}. Known: {known}."""


class UnknownMessage(NotFound):
    """There is no template for the message {message}. Known: {known}."""


class UnknownLabel(Invalid):
    """There is no {kind} called {key}. Known: {known}."""


class UnknownLine(NotFound):
    """The conversation {conversation} has no line {line}. Known: {known}."""
