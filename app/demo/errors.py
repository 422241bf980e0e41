"""What can go wrong with a rehearsal."""

from ground.errors import Conflict, MingluoError, Unavailable


class ChildFailed(Unavailable):
    """The {name} did not start. Its last words are in {log}."""


class StoryFailed(MingluoError):
    """The story did not go as it should: {what}."""


class CallRefused(Conflict):
    """The hub refused {call} ({status}): {why}"""
