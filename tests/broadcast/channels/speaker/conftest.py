"""A village on each broker: what is true on the embedded one must be true on Mosquitto."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from ground.transaction import Database
from tests import brokers
from tests.brokers import RunningBroker
from tests.speakers import Speakers, speaking

KINDS = ["embedded", pytest.param("mosquitto", marks=pytest.mark.external("mosquitto"))]


@pytest.fixture(params=KINDS)
async def broker(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[RunningBroker]:
    async with brokers.running(request.param, tmp_path / "broker") as running:
        yield running


@pytest.fixture
async def speakers(sqlite: Database, tmp_path: Path, broker: RunningBroker) -> AsyncIterator[Speakers]:
    async with speaking(sqlite, tmp_path, broker) as started:
        yield started


@pytest.fixture
async def patient_speakers(sqlite: Database, tmp_path: Path, broker: RunningBroker) -> AsyncIterator[Speakers]:
    """Nothing is told twice, however slow the machine: for tests that count what is told."""
    async with speaking(sqlite, tmp_path, broker, patience=60.0) as started:
        yield started
