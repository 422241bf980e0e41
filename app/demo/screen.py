"""What the rehearsal shows: one line per event, with the story's time; Chinese first, English beside it."""

from collections.abc import Mapping, Sequence

from ground.clock import BEIJING, Clock, moment


class Screen:
    """Prints as it happens. Only made-up people are in the story, so their names may be shown."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def act(self, chinese: str, english: str) -> None:
        print(f"\n── {chinese}　{english}", flush=True)

    def say(self, chinese: str, english: str) -> None:
        print(f"{self._now()}  {chinese}  · {english}", flush=True)

    def count(self, chinese: str, english: str, counted: Mapping[str, object]) -> None:
        """Show figures behind a line."""
        self.say(chinese, f"{english}: {', '.join(f'{name} {n}' for name, n in counted.items())}")

    def quote(self, text: str) -> None:
        """Show a text as it was received."""
        for line in text.splitlines():
            print(f"          │ {line}", flush=True)

    def plain(self, lines: Sequence[str]) -> None:
        print("\n".join(lines), flush=True)

    def _now(self) -> str:
        return f"{moment(self._clock.now(), BEIJING):%H:%M:%S}"
