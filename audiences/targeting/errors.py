"""What can be wrong with a target; the docstring is the message."""

from ground.errors import Conflict, Invalid, NotFound


class TargetRefused(Invalid):
    """The target cannot be read at {where}: {why}."""


class LineRefused(Invalid):
    """The target cannot be read at character {at}: {why}."""


class TargetTooLarge(Invalid):
    """The target has {count} {what}; at most {most} are taken. Save a part of it under a name, or split it."""


class UnknownPlace(NotFound):
    """No area {code} lies in your area. {nearest}"""


class UnknownSaved(NotFound):
    """No audience is saved as "{name}" in your area. {nearest}"""


class AmbiguousSaved(Conflict):
    """Several audiences are saved as "{name}": name the area too, one of {areas}."""


class SavedInCircle(Conflict):
    """The saved audience "{name}" leads back to itself: {circle}. Take one of them out of the other."""


class UnknownAudience(NotFound):
    """No frozen audience {audience} is known in your area."""
