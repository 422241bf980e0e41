"""Who may knock at the page's doors: only the page itself, for its own browser, and not too often."""

from dataclasses import dataclass
from math import ceil
from typing import Annotated, Final, cast

from fastapi import Depends, Request, Response

from app.api.unit import house_of
from app.errors import ChatOff, TooMuchAtOnce
from app.pages.phone.own import JSON, require_own_page
from bot.platforms.webchat.hearing import WebchatPlatform
from broadcast.channels.webchat import WEBCHAT
from broadcast.channels.webchat.session import Session, session_of

__all__ = ["COOKIE", "JSON", "PHOTO_WEIGHT", "Visit", "Visitor"]
COOKIE: Final = "chat"
LIFETIME: Final = 400 * 24 * 3_600  # seconds: as long as browsers keep anything
PHOTO_WEIGHT: Final = 3.0  # how many turns of an allowance a photo costs


@dataclass(frozen=True, slots=True)
class Visit:
    """One call of one browser."""

    request: Request
    platform: WebchatPlatform
    session: Session

    def remember(self, answer: Response) -> Response:
        """Let the browser keep its secret, where no script reads it and no other site can send it along with a POST."""
        secure = house_of(self.request).public_url.startswith("https://")
        answer.set_cookie(
            COOKIE, self.session.secret, max_age=LIFETIME, path="/c", httponly=True, samesite="lax", secure=secure
        )
        return answer

    def spend(self, size: float = 1.0) -> None:
        """Take a turn of this browser's and of its network's allowance; TooMuchAtOnce if there is none."""
        channel, client = self.platform.channel, self.request.client
        wait = channel.of_network.take(client.host if client else "", size)
        wait = wait or channel.of_browser.take(self.session.address, size)
        if wait:
            raise TooMuchAtOnce(seconds=ceil(wait))

    def require_own_page(self, content_type: str = "") -> None:
        """Refuse what another site's page sends: by its origin, and by a content type that a mere form cannot have."""
        require_own_page(self.request, content_type)


def visit_of(request: Request) -> Visit:
    platform = house_of(request).platforms.get(WEBCHAT.name)
    if platform is None:
        raise ChatOff
    return Visit(request, cast("WebchatPlatform", platform), session_of(request.cookies.get(COOKIE)))


Visitor = Annotated[Visit, Depends(visit_of)]
