"""What the video desk leans on."""

from dataclasses import dataclass
from typing import Final

from bot.telling import Teller
from ground.actor import system
from ground.events import NewsDesk

CHECKER = system("video")
FLOW: Final = "video_check"  # the conversation, and its template
LINK_PATH: Final = "/w/"  # 看; /v/ is the roll's


@dataclass(frozen=True, slots=True)
class VideoDesk:
    teller: Teller
    news: NewsDesk
    public_url: str = ""

    def link(self, secret: str) -> str:
        """Return the address of a link; nothing where no page is served."""
        return f"{self.public_url.rstrip('/')}{LINK_PATH}{secret}" if self.public_url else ""
