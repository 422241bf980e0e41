"""What counts as a usable address: the person's own now, open, not stopped, not opted out of the purpose."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, exists, select

from audiences.stores.tables import address_owners, addresses, opt_outs


def usable(channels: Sequence[str], now: int, purpose: str = "warnings") -> ColumnElement[bool]:
    """Say that a row of `address_owners` joined with `addresses` can be used for the purpose."""
    owned = (address_owners.c.from_at <= now) & (
        address_owners.c.until_at.is_(None) | (address_owners.c.until_at > now)
    )
    silenced = exists(select(1).where(opt_outs.c.address_id == addresses.c.id, opt_outs.c.purpose == purpose))
    is_open = addresses.c.closed_at.is_(None) & addresses.c.stopped_at.is_(None) & addresses.c.value.is_not(None)
    return owned & is_open & addresses.c.channel.in_(channels) & ~silenced
