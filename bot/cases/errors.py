"""What can be wrong with a case; the docstring is the message."""

from ground.errors import Conflict, Forbidden, Invalid, NotFound


class UnknownOrder(NotFound):
    """No evacuation order {order} is known in your area."""


class UnknownLine(NotFound):
    """Row {line} stands on no roll of your area. Read the roll again."""


class UnknownGroup(NotFound):
    """The order {order} has no roll for the area {area}."""


class UnknownAlarm(NotFound):
    """No alarm {alarm} is open in your area."""


class UnknownShelter(NotFound):
    """No shelter {shelter} takes people of this order in your area."""


class UnknownRecording(NotFound):
    """No recording {recording} is approved in your area."""


class UnknownLink(NotFound):
    """Person {person} has no link to a roll of this order in your area."""


class NothingToEvacuate(Invalid):
    """Say what is to be evacuated: an issued warning, a site, or an area."""


class WarningNotIssued(Conflict):
    """The warning {alert} is {state}. Issue it first, or order the evacuation of an area without it."""


class AreaOutsideWarning(Invalid):
    """The area is not part of what the warning belongs to. Choose one inside it."""


class OrderLifted(Conflict):
    """The order {order} is closed; nothing more is reported to it. Give a new order if people must move again."""


class NotLikeThat(Conflict):
    """An order to {kind} cannot follow the one given. Only 立即转移 follows 准备转移, in the same area."""


class NotLooked(Conflict):
    """Nobody has checked the place yet. Have somebody look on the spot, then let people return."""


class ReasonNeeded(Invalid):
    """Say why: a reason in a few words is kept with it."""


class OwnVillageOnly(Forbidden):
    """Only a member of the village committee or a monitor may sound the alarm, and only in the own village or group."""
