"""What can be wrong with a step of a case; the docstring is the message."""

from ground.errors import Conflict, Invalid, NotFound


class NotNow(Conflict):
    """The step {act} is not possible while the request is {state}. Look at it again: somebody may have been quicker."""


class UnknownRequest(NotFound):
    """No relief request {request} is known in your area. Check the tracking number."""


class ReasonMissing(Invalid):
    """Say why: who reported it is told this reason."""


class NotOfThisOffice(Invalid):
    """Person {person} is not a member of an office that handles this request. Choose one of its members."""


class NotOneHousehold(Invalid):
    """Requests {first} and {second} cannot be merged: {why}."""


class NoOffice(Conflict):
    """No office for relief requests is known above this place. Import a village committee or a command centre."""


class CountImpossible(Invalid):
    """{count} cannot be {value}. Give a whole number from 0 to {most}."""


class UnknownReport(NotFound):
    """No first report {report} is owed in your area."""


class ReportMade(Conflict):
    """The first report {report} was made already. What changed since goes into the next ledger."""


class SaidLater(Invalid):
    """Nothing can have been said or have happened later than now. Give the instant in milliseconds since 1970, UTC."""


class IdentityNumberWrong(Invalid):
    """This is no identity number: {why}. It has 18 signs, the last may be X; read it again from the card."""


class UnknownIdentityNumber(NotFound):
    """No identity number is kept for request {request}."""


class AidImpossible(Invalid):
    """An amount of {amount} fen cannot be. Give a whole number of fen, from 0 to {most}."""


class NothingGiven(Invalid):
    """Say what was given: money, goods, or both. To take an entry back, correct it to nothing."""


class GivenLater(Invalid):
    """Nothing can have been given later than now. Give the instant in milliseconds since 1970, UTC."""


class AidNotNow(Conflict):
    """Aid is not entered while the request is {state}. Accept it first, or open it again."""


class UnknownAid(NotFound):
    """No entry of aid {aid} is kept for this request."""


class CorrectedAlready(Conflict):
    """The entry {aid} was corrected already. Correct the newest one."""
