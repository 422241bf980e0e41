"""What can be wrong with a door task; the docstring is the message."""

from ground.errors import Conflict, Forbidden, Invalid, NotFound


class UnknownDoor(NotFound):
    """No door task {task} is known in your area. Read the list again."""


class DoorDone(Conflict):
    """This door task is done already. Open a new one if somebody must go again."""


class TakenAlready(Conflict):
    """Somebody has accepted this door task already and is on the way."""


class NotYourDoor(Forbidden):
    """This door task is asked of somebody else. Read the list again."""


class OneSubject(Invalid):
    """Say whose door it is: one person, one household, or one village."""


class NotAVisit(Invalid):
    """{outcome} is nothing that somebody finds at a door. Take one of: {known}."""
