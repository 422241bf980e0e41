"""The phones behind Twilio: which are off, which refuse, who told the carrier to stop, and what arrived."""

import re
from dataclasses import dataclass, field

E164 = re.compile(r"\+[1-9]\d{6,14}")
STOP = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"})
START = frozenset({"START", "YES", "UNSTOP"})
AT_ONCE = range(20_000, 30_000)  # codes that the API answers with; those from 30000 on come later, as a status

INVALID, STOPPED, UNREACHABLE = 21211, 21610, 30003


@dataclass(slots=True)
class Phones:
    off: set[str] = field(default_factory=set)
    stopped: set[str] = field(default_factory=set)
    errors: dict[str, int] = field(default_factory=dict)

    def refusal(self, number: str) -> int | None:
        """Return the code with which a message to this number is refused at once."""
        if not E164.fullmatch(number):
            return INVALID
        if number in self.stopped:
            return STOPPED
        code = self.errors.get(number)
        return code if code in AT_ONCE else None

    def failure(self, number: str) -> int | None:
        """Return the code with which a message that was taken fails later."""
        if number in self.off:
            return UNREACHABLE
        code = self.errors.get(number)
        return None if code is None or code in AT_ONCE else code

    def heard_from(self, number: str, text: str) -> None:
        """The carrier reads along: a whole message that is a stop word stops it, a start word lifts that."""
        word = text.strip().upper()
        if word in STOP:
            self.stopped.add(number)
        elif word in START:
            self.stopped.discard(number)
