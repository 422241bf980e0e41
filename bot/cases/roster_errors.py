"""What can be wrong with a contact test; the docstring is the message."""

from ground.errors import Conflict, Invalid, NotFound


class UnknownContactTest(NotFound):
    """No contact test {test} is known in your area."""


class NobodyChosen(Invalid):
    """Say whom to test: duties, whoever is on shift, or both."""


class NobodyToTest(Invalid):
    """Nobody in this area is on shift or holds one of these duties. Import the roster or the posts first."""


class TooManyToTest(Invalid):
    """These are {people} people, at most {most} are tested at once. Test one part of the area after the other."""


class DeadlineOutOfRange(Invalid):
    """A contact test waits 1 to {longest} minutes for its answers."""


class AlreadyTesting(Conflict):
    """A contact test is under way in this area or around it. Wait until it is over."""


class WarningUnderWay(Conflict):
    """A real warning waits for answers in this area. Test the numbers when it is over: nobody may confuse the two."""
