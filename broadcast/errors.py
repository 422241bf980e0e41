"""What can be wrong with a warning, a notice or a sending; the docstring is the message."""

from ground.errors import Conflict, Forbidden, Invalid, NotFound, Unavailable


class UnknownAlert(NotFound):
    """No warning {alert} is known in your area."""


class UnknownNotice(NotFound):
    """No notice {notice} is known in your area."""


class UnknownStop(NotFound):
    """No stop {stop} is in force in your area."""


class WasNotMeant(NotFound):
    """The notice {notice} was not for the person {person}, or they are not of your area."""


class NotAsked(Conflict):
    """The notice {notice} asks nobody for an answer."""


class OutsideYourArea(Forbidden):
    """The place lies outside your area. Ask the office above yours."""


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


class ExpiryPast(Conflict):
    """The warning ran out at {expires} and it is {now}: nothing is sent after expiry. Give it a later end."""


class ExpiryBeforeStart(Invalid):
    """The warning would end at {expires}, before it starts at {onset}. Correct one of the two."""


class UnknownEventCode(Invalid):
    """There is no event code {code}. Choose one from the table of event codes."""


class TooManyAtOnce(Conflict):
    """The office {office} issued ten warnings within this second; an identifier has no room for more. Try again."""


class OfficeUnnumbered(Invalid):
    """An office's number has 14 digits: division 6, institution 3, unit 3, extension 2. This is none: {given}."""


class LevelNotLower(Invalid):
    """The warning is at level {present}; to lower it, give a level below that, not {given}."""


class KnownAlready(Conflict):
    """The warning {identifier} of {sender} is here already, perhaps in an area that is not yours."""


class CorrectionIsIssued(Conflict):
    """A correction is not drafted: it was prepared with the warning. Issue it at once; a second person confirms it."""


class NothingToCorrect(Conflict):
    """The warning {alert} is {state}: only one that people were told, and that nobody has ended yet, is corrected."""


class NotACorrection(Conflict):
    """The warning {alert} is nothing that one person issued and that waits for a second to confirm it."""


class SamePersonMayNotConfirm(Forbidden):
    """You issued this yourself, so another person must confirm it."""


class NotGraveEnough(Forbidden):
    """Only a red or orange warning may be issued by one person alone; this one is at level {level}."""


class StillWaiting(Conflict):
    """The approvers are being called. If none decides, you may issue it alone in {seconds} seconds."""


class CapRefused(Invalid):
    """The CAP file was not taken: {why}."""


class UnknownChannel(NotFound):
    """There is no channel {channel}. Known: {known}."""


class QueueAway(Unavailable):
    """The queue does not answer; what is planned stays in the database and is published again."""


class ClockNotReal(Invalid):
    """The clock runs at {rate} times real time, and {address} is not on this machine: nothing real is sent so."""
