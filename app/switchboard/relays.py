"""Where pictures go when two pages do not reach each other: a TURN server, with a name and a word that run out."""

import base64
import hmac
from typing import Any

from app.settings.video import VideoSection
from ground.clock import SECOND


def relays_for(video: VideoSection, seat: str, now: int) -> list[dict[str, Any]]:
    """Return STUN and TURN servers as a browser wants them; `now` is machine time: the TURN server's clock is real.

    The name is the moment of expiry and the seat; the word follows from the name and the secret that both sides share
    (coturn: use-auth-secret), so that nothing is kept anywhere.
    """
    found: list[dict[str, Any]] = [{"urls": list(video.stun)}] if video.stun else []
    if video.turn.urls:
        name = f"{now // SECOND + video.turn.ttl}:{seat}"
        word = base64.b64encode(hmac.digest(video.turn.secret.encode(), name.encode(), "sha1")).decode()
        found.append({"urls": list(video.turn.urls), "username": name, "credential": word})
    return found
