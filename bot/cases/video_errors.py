"""What can be wrong with a video check; the docstring is the message."""

from ground.errors import Conflict, Forbidden, Invalid, NotFound


class UnknownCheck(NotFound):
    """No video check {check} is known in your area."""


class NothingToCheck(Invalid):
    """Say what is to be checked: sites, or people who hold a duty, at most {most} at once."""


class CheckOver(Conflict):
    """This check is over: it was judged already. If you see something wrong, call the duty officer."""


class AlreadyJudged(Conflict):
    """The check {check} was judged {result} already. Ask for a new check if it must be looked at again."""


class ReasonMissing(Invalid):
    """Say why it does not pass: whoever was asked, and whoever goes there, must know."""


class NothingSaid(Invalid):
    """Say at least one of the five things: level, trend, spillway, seepage or cracks."""


class LevelUnread(Invalid):
    """{given} is no water level. Write the metres as a number, such as 87.32."""


class TimeUnread(Invalid):
    """{given} is no time. Write the day and the hour at which it was said, or leave it empty for now."""


class SaidInFuture(Invalid):
    """It cannot have been said later than now. Say when you were told, or leave it out for now."""


class SaidBeforeAsked(Invalid):
    """Nobody had been asked yet at that time. Say when you were told, after this check was asked."""


class WhoSpoke(Invalid):
    """Say who told you: somebody of the directory, or a name; not both."""


class UnknownVideoLink(Forbidden):
    """This link is not known here. Take the newest message we sent you, or ask the duty officer for a new link."""


class VideoLinkExpired(Forbidden):
    """This link has run out. Ask the duty officer for a new link; you may also answer in the chat or by SMS."""


class VideoLinkUsed(Forbidden):
    """This link was opened on another device already. Go on there, or ask the duty officer for a new link."""


class LinkOfAnotherSite(Forbidden):
    """This link belongs to another check. Open the link from the message about this very place."""


class ClipOutOfOrder(Conflict):
    """The clip begins with piece 0, which has not come. Send it first, then the pieces behind it."""


class PieceDiffers(Conflict):
    """Piece {number} of this clip is here already and holds something else. Begin a new clip."""


class TooMuchEvidence(Conflict):
    """This check has {most} photos and pieces of film already; that is enough. Say the five things, please."""


class UnknownEvidence(NotFound):
    """No evidence {evidence} belongs to this check."""


class UnknownSpotPolicy(NotFound):
    """No spot checks {policy} are planned in your area."""


class SpotPolicyImpossible(Invalid):
    """Spot checks cannot be planned so: {why}."""
