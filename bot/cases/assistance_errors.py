"""What can be wrong with a step of an application for assistance; the docstring is the message."""

from ground.errors import Conflict, Forbidden, Invalid, NotFound


class UnknownApplication(NotFound):
    """No application for assistance {application} is known in your area. Check the number."""


class AppliedAlready(Conflict):
    """For this request assistance was applied for already: application {application}."""


class NothingToApplyFor(Conflict):
    """Assistance cannot be applied for while the request is {state}. Report it anew, or open it again."""


class NotAtThisStage(Conflict):
    """The step {act} is not possible while the application is at {stage}. Look at it again."""


class NotThisOffice(Forbidden):
    """The step {act} at {stage} is for {offices}, not for {part}."""


class NotOfTheOffice(Forbidden):
    """Person {person} is not a member of the office that does this. Name its members."""


class OfficeAbove(Forbidden):
    """This is done by the office of {level}, which lies outside of your area."""


class AssessorsMissing(Invalid):
    """Say who assessed or decided: at least one member of the office, by id."""


class OfTheFamily(Forbidden):
    """Person {person} belongs to the household or is a relative of it. Others must assess and decide."""


class DecidedBefore(Forbidden):
    """{who} assessed or decided this before. Others must do it now."""


class FiguresMissing(Invalid):
    """Give the grade of damage, the number of rooms and the amount."""


class RoomsImpossible(Invalid):
    """{rooms} rooms cannot be. Count dwelling rooms only, 1 to {most}; kitchens, sheds and privies are not counted."""


class AmountImpossible(Invalid):
    """An amount of {amount} fen cannot be. Give a whole number of fen, from 1 to {most}."""


class AmountDiffers(Conflict):
    """{due} fen are still to be paid, not {amount}. Pay what was granted."""


class LessThanPaid(Conflict):
    """{paid} fen were paid already: the new decision cannot be less than that."""


class WordsMissing(Invalid):
    """Say why: the household is told this reason."""


class AppealTooLate(Conflict):
    """The time to appeal is over: it ended at {until} (milliseconds since 1970, UTC)."""


class TooManyObjections(Conflict):
    """This notice has as many objections as are taken. They will all be heard; call the township for anything new."""


class UnknownNotice(NotFound):
    """No public notice {code} is known. Check the number on the poster."""


class NoticeOver(Conflict):
    """This notice is over. The household may still appeal; for anything else call the township."""


class UnknownObjection(NotFound):
    """No objection {objection} is known in your area."""


class ObjectorWithheld(Forbidden):
    """Who objected is not shown to the village. Ask the township or the county."""


class PaidWhen(Invalid):
    """It cannot have been paid before it was granted or later than now. Give the day it was paid."""


class AppealedAlready(Conflict):
    """This decision was appealed already."""
