"""The deliveries of a batch by their keys: those that lie side by side are a first and a last."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_

from broadcast.stores.tables import deliveries
from ground.bulk import among
from ground.transaction import Transaction


def keyed(tx: Transaction, notice_id: int, seqs: Sequence[int]) -> ColumnElement[bool]:
    """Say which deliveries of a notice are meant; there must be one at least."""
    first, last = min(seqs), max(seqs)
    span = and_(deliveries.c.notice_id == notice_id, deliveries.c.seq.between(first, last))
    dense = len(set(seqs)) == last - first + 1
    return span if dense else and_(span, among(tx, deliveries.c.seq, seqs))
