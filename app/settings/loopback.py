"""A story clock that does not run as the real one must never send anything real: every vendor is on this machine."""

import dataclasses
import ipaddress
from collections.abc import Iterator
from urllib.parse import urlsplit

from app.settings.sections import Settings
from broadcast.errors import ClockNotReal

NAMES_OF_HOSTS = frozenset({"host", "broker"})


def refuse_unreal_clock(settings: Settings) -> None:
    """Raise ClockNotReal if story time runs at another rate and any vendor's address is not loopback."""
    if settings.clock.rate == 1.0:
        return
    for setting, host in vendor_hosts(settings):
        if not is_loopback(host):
            raise ClockNotReal(rate=settings.clock.rate, address=setting)


def vendor_hosts(settings: Settings) -> Iterator[tuple[str, str]]:
    """Yield (setting's name, host) for everything that a channel would connect to."""
    for channel in type(settings.channels).model_fields:
        section = settings.channel(channel)
        if section is None:
            continue
        for field in dataclasses.fields(section):
            value = getattr(section, field.name)
            if isinstance(value, str) and "://" in value:
                yield f"channels.{channel}.{field.name}", urlsplit(value).hostname or ""
            elif isinstance(value, str) and value and field.name in NAMES_OF_HOSTS:
                yield f"channels.{channel}.{field.name}", value


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
