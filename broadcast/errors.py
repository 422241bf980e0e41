"""What can be wrong with a warning, a notice or a sending; the docstring is the message."""

from ground.errors import Conflict, Forbidden, Invalid, NotFound, Unavailable


class UnknownAlert(NotFound):
    """No warning {alert} is known in your area."""


class UnknownNotice(NotFound):
    """No notice {notice} is known in your area."""


class WrongState(Conflict):
    """The warning is {state}; it must be {needed} to be {deed}."""


class StaleEdit(Conflict):
    """Somebody changed the warning since you opened it (you have version {given}, it is {present}). Read it again."""


class AuthorMayNotApprove(Forbidden):
    """You wrote this warning, so another person must approve it."""


class NeverReal(Conflict):
    """This is {status}, and it stays so: write a new warning for a real one."""


class IncompleteWarning(Invalid):
    """The warning lacks {missing}. Complete it before it is submitted."""


class CapRefused(Invalid):
    """The CAP file was not taken: {why}."""


class UnknownChannel(NotFound):
    """There is no channel {channel}. Known: {known}."""


class QueueAway(Unavailable):
    """The queue does not answer; what is planned stays in the database and is published again."""


class ClockNotReal(Invalid):
    """The clock runs at {rate} times real time, and {address} is not on this machine: nothing real is sent so."""
