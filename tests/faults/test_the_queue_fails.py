"""The queue loses everything, or brings a batch twice: it is never the memory."""

import json
import os
import shutil
import signal
from contextlib import AsyncExitStack
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from broadcast.notices import Lane
from broadcast.queues.base import Ticket
from broadcast.queues.jetstream import JetStreamQueue
from broadcast.stores.tables import ranges
from tests.towns import EVERYBODY, PROVED, Town

pytestmark = pytest.mark.asyncio(loop_scope="session")
WARNINGS = 6  # more than there are workers, so that tickets wait in the store when it goes


async def test_a_batch_that_is_delivered_again_and_again_is_sent_once(here: Town) -> None:
    await here.warn()
    await here.heard(1)
    for claims in (90, 91, 92):
        await publish_again(here, claims)
    await here.settled(planned=EVERYBODY, delivered=PROVED)
    await publish_again(here, 93)
    finding = await here.settled(planned=EVERYBODY, delivered=PROVED)
    assert finding.faults == ()
    assert finding.duplicates == 0


async def test_a_store_that_is_deleted_in_mid_send_loses_nothing(here: Town) -> None:
    for _ in range(WARNINGS):
        await here.warn()
    await here.heard(1)
    destroy_store(here)
    everybody = WARNINGS * EVERYBODY
    finding = await here.settled(planned=everybody, delivered=WARNINGS * PROVED)
    assert finding.faults == ()
    assert (finding.planned, finding.duplicates) == (everybody, 0)


def destroy_store(here: Town) -> None:
    """Delete the store below the running server, then kill the server, which would write it once more."""
    store = here.stage.broker_store
    shutil.rmtree(store)
    [ports] = (store.parent / "run").glob("nats-server_*.ports")
    os.kill(int(ports.stem.rpartition("_")[2]), signal.SIGKILL)
    shutil.rmtree(store, ignore_errors=True)


async def publish_again(here: Town, claims: int) -> None:
    """Put every ticket into the queue once more, under an id that the server has not seen."""
    async with here.stage.database.reading() as tx:
        rows = await tx.rows(select(ranges.c.id, ranges.c.lane, ranges.c.channel))
    parts = urlsplit(json.loads((here.stage.folder / "hub" / "hub.json").read_text())["nats"])
    queue = JetStreamQueue(f"nats://{parts.hostname}:{parts.port}", user=parts.username, password=parts.password)
    async with AsyncExitStack() as stack:
        await queue.start(stack)
        await queue.publish([Ticket(row.id, Lane(row.lane), row.channel, claims) for row in rows])
