"""What was said to loudspeaker gateways, and who owes us a word."""

from sqlalchemy import Column, Integer, SmallInteger, String, Table

from ground.tables import Instant, Key, metadata

speaker_commands = Table(  # every signed command that went out; its counter rises with every send, come what may
    "speaker_commands",
    metadata,
    Column("counter", Key, primary_key=True),
    Column("command_id", String(80), nullable=False, index=True),
    Column("notice_id", Key, index=True),
    Column("topic", String(200), nullable=False),
    Column("kind", String(10), nullable=False),  # play stop volume query · start: the hub raised the counter
    Column("at", Instant, nullable=False),
    Column("learned_at", Instant, nullable=False),
    sqlite_autoincrement=True,  # a counter is not used again even if its row is gone
)

speaker_waits = Table(  # a gateway that owes us a word: it is told again when due, unless the word came first
    "speaker_waits",
    metadata,
    Column("notice_id", Key, primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("gateway_id", Key, nullable=False, index=True),
    Column("told_at", Instant, nullable=False),  # machine time, as is the next
    Column("due_at", Instant, nullable=False, index=True),
    Column("tries", SmallInteger, nullable=False, server_default="0"),  # since its last word
)
