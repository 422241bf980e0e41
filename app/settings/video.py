"""Settings of video checks: how pictures find their way between two pages."""

from typing import Annotated, Self

from pydantic import Field, field_validator, model_validator

from app.settings.section import Section


class TurnSection(Section):
    """A TURN server (coturn with `use-auth-secret`): phones behind a carrier's network are reached through it alone."""

    urls: tuple[str, ...] = ()  # turn:host:3478?transport=udp, turn:…?transport=tcp, turns:host:443?transport=tcp
    secret: Annotated[str, Field(repr=False)] = ""  # static-auth-secret
    ttl: Annotated[int, Field(ge=60, le=86_400)] = 3_600  # seconds for which a page may use it
    only: bool = False  # nothing goes straight from page to page: neither learns the other's network address

    @field_validator("urls")
    @classmethod
    def _turn_addresses(cls, urls: tuple[str, ...]) -> tuple[str, ...]:
        if not all(url.startswith(("turn:", "turns:")) for url in urls):
            raise ValueError("each must begin with turn: or turns:")
        return urls

    @model_validator(mode="after")
    def _with_secret(self) -> Self:
        if self.urls and not self.secret:
            raise ValueError("a TURN server needs video.turn.secret, the same as its own static-auth-secret")
        if self.only and not self.urls:
            raise ValueError("where there is no TURN server, not everything can go through one")
        return self


class VideoSection(Section):
    """Without any, pages reach each other only where the networks between them let them."""

    stun: tuple[str, ...] = ()  # stun:host:3478
    turn: TurnSection = TurnSection()

    @field_validator("stun")
    @classmethod
    def _stun_addresses(cls, urls: tuple[str, ...]) -> tuple[str, ...]:
        if not all(url.startswith(("stun:", "stuns:")) for url in urls):
            raise ValueError("each must begin with stun: or stuns:")
        return urls
