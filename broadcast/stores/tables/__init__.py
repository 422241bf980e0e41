"""The hub's tables: warnings, notices, deliveries, returns, loudspeakers, ladders, telephone, web chat."""

from broadcast.stores.tables.deliveries import deliveries, delivery_sharers, fallbacks, hearer_looks, ranges, retries
from broadcast.stores.tables.ladders import approval_calls, call_chains, ladder_steps, ladders
from broadcast.stores.tables.notices import counters, notice_words, notices, stops
from broadcast.stores.tables.policies import calling_policies
from broadcast.stores.tables.returns import answer_entries, answer_words, answers, attempts, receipts
from broadcast.stores.tables.speakers import speaker_commands, speaker_waits
from broadcast.stores.tables.telephone import call_backs, voice_lines
from broadcast.stores.tables.warnings import alert_steps, alerts, confirmations
from broadcast.stores.tables.webchat import webchat_messages, webchat_sessions

__all__ = [
    "alert_steps",
    "alerts",
    "answer_entries",
    "answer_words",
    "answers",
    "approval_calls",
    "attempts",
    "call_backs",
    "call_chains",
    "calling_policies",
    "confirmations",
    "counters",
    "deliveries",
    "delivery_sharers",
    "fallbacks",
    "hearer_looks",
    "ladder_steps",
    "ladders",
    "notice_words",
    "notices",
    "ranges",
    "receipts",
    "retries",
    "speaker_commands",
    "speaker_waits",
    "stops",
    "voice_lines",
    "webchat_messages",
    "webchat_sessions",
]
