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


class TableSizeWrong(Invalid):
    """A calling table has 1 to {most} policies, and this one has {count}. To call as above, go back to that."""


class PolicyUnnamed(Invalid):
    """Policy number {number} has no name, or one of more than {most} characters. Give it a short one."""


class PolicyNamedTwice(Invalid):
    """Two policies are called {policy}. Give each a name of its own."""


class LevelUnknown(Invalid):
    """The policy {policy} is for the level {level}, which there is not. Give levels from 1 (red) to 4 (blue)."""


class EventsTooMany(Invalid):
    """The table names {count} beginnings of event codes; {most} are the most. Name whole groups of events."""


class EventUnknown(Invalid):
    """No event code begins with {event}, which the policy {policy} names. Look it up in the table of event codes."""


class HoursImpossible(Invalid):
    """The policy {policy} would hold from {since} to {until} o'clock. Give two hours that differ, the first from
    0 to 23, the second from 0 to 24; leave them out for the whole day.
    """


class DutyUnknown(Invalid):
    """The policy {policy} calls {duty}, which is no duty. Choose among {known},
    or one of your own that begins with x_.
    """


class DutyNamedTwice(Invalid):
    """The policy {policy} names the duty {duty} twice. Let each of its holders answer, or any one, not both."""


class NobodyNamed(Invalid):
    """The policy {policy} names no duty, so that nobody would be called. Name one, or take the policy out."""


class RungsMissing(Invalid):
    """The policy {policy} has {count} rungs. Give it 1 to {most}: what is done first, and what when nobody answers."""


class WaitImpossible(Invalid):
    """Rung {rung} of the policy {policy} comes {after} seconds after the one before it. Give 0 to {most} seconds."""


class FeedbackImpossible(Invalid):
    """Step {rung} of the feedback of the policy {policy} cannot be done.
    Write to or ring up whoever answered ("answerer") or whoever is above, the last step 60 seconds or more after the
    one before it; and keep "answerer" out of the other steps.
    """


class LastRungTooQuick(Invalid):
    """The last rung of the policy {policy} comes back every {after} seconds until somebody answers.
    Give {least} or more.
    """


class StepsTooClose(Invalid):
    """Rung {rung} of the policy {policy} does the same towards the same person again within {least} seconds.
    Let more time pass, or take it out.
    """


class HolderPassedOver(Invalid):
    """The policy {policy} never turns to whoever holds the post. Add a message or a call to the holder."""


class RedAsleep(Invalid):
    """A red warning would wake nobody at {hour} o'clock ({event}). Let a policy for level 1 hold at every hour."""


class RedNotRungUp(Invalid):
    """The policy {policy} holds for red warnings and rings nobody up. Add a call to its rungs."""


class PolicyNeverHolds(Invalid):
    """The policy {policy} never holds, because those before it take all its hours. Move it up, or take it out."""


class WhyMissing(Invalid):
    """Say in `reason`, in at most {most} characters, why people are to be called otherwise: others will ask."""


class NothingChanged(Conflict):
    """This is what holds already, so that nothing was changed."""


class StaleTable(Conflict):
    """The table was changed since you read it (you have version {given}, it is {present}). Read it again."""


class NotANumber(Invalid):
    """{given} is no whole number. Write hours and seconds as digits."""
