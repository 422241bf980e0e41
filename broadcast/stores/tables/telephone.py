"""The telephone: whom to ring back, and the account's lines, which all hubs of one database share."""

from sqlalchemy import Column, ForeignKey, SmallInteger, String, Table

import audiences.stores.tables  # noqa: F401 - these rows point at people and addresses
from ground.tables import Instant, Key, metadata

call_backs = (
    Table(  # whoever rang up about a ladder and proves it by taking our call; one row, asked for again and again
        "call_backs",
        metadata,
        Column("ladder_id", Key, ForeignKey("ladders.id"), primary_key=True),
        Column("person_id", Key, ForeignKey("people.id"), primary_key=True),
        Column("address_id", Key, ForeignKey("addresses.id"), nullable=False, index=True),  # the number that rang us up
        Column("asked_at", Instant, nullable=False),  # story time, as is the next
        Column("due_at", Instant, index=True),  # NULL once the call is placed
    )
)

voice_lines = Table(  # one per call that may be under way at once; line 0 says when the next call may be placed
    "voice_lines",
    metadata,
    Column("account", String(60), primary_key=True),
    Column("line", SmallInteger, primary_key=True),
    Column("holder", String(20), nullable=False, server_default=""),  # of one call: another's is not given back
    Column("until_at", Instant, nullable=False, server_default="0"),  # machine time: free from then on, come what may
)
