"""What can go wrong with ladders; the docstring is the message."""

from ground.errors import Conflict, Invalid, NotFound


class UnknownLadder(NotFound):
    """There is no ladder {ladder} in your area."""


class LadderClosed(Conflict):
    """The ladder {ladder} is closed already ({outcome}): nothing is left to be answered."""


class NotCalled(Invalid):
    """Person {person} is not called on the ladder {ladder}: name who holds the post, the deputy or the superior."""


class ReplyMissing(Invalid):
    """Somebody answered the call: say what he said, `on_post`, `away` or `not_me`, in `reply`."""
