"""What Prometheus reads: sendings by channel and state, what waits, how far behind; never who or where."""

from collections.abc import Iterable, Iterator
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import generate_latest
from prometheus_client.registry import Collector
from sqlalchemy import func, select

from broadcast.stores.ladders import auditing
from broadcast.stores.tables import counters, fallbacks, ranges, retries
from ground.actor import system
from ground.clock import machine_now
from ground.tables import unread_events
from ground.transaction import Transaction

METER = system("meter")
registry = CollectorRegistry()
calls = Counter("mingluo_http_calls", "HTTP calls answered", ["method", "route", "status"], registry=registry)
call_seconds = Histogram(
    "mingluo_http_call_seconds",
    "Seconds an HTTP call took",
    ["method", "route"],
    registry=registry,
    buckets=(0.005, 0.02, 0.1, 0.5, 2, 10),
)


async def written(tx: Transaction) -> bytes:
    """Return everything in Prometheus' text format, read from the counters that sending writes."""
    states = await tx.rows(
        select(counters.c.channel, counters.c.state, func.sum(counters.c.n)).group_by(
            counters.c.channel, counters.c.state
        )
    )
    waiting = await tx.rows(
        select(ranges.c.lane, ranges.c.state, func.count(), func.min(ranges.c.published_at))
        .where(ranges.c.state != "done")
        .group_by(ranges.c.lane, ranges.c.state)
    )
    due = [
        ("retries", await tx.value(select(func.count()).select_from(retries))),
        ("fallbacks", await tx.value(select(func.count()).select_from(fallbacks))),
        ("unread_events", await tx.value(select(func.count()).select_from(unread_events))),
        ("ladders", await auditing.open_count(tx, METER)),
    ]
    return generate_latest(registry) + generate_latest(_once([*_sendings(states), *_waiting(waiting), *_due(due)]))


def _sendings(rows: Iterable[Any]) -> Iterator[Metric]:
    family = GaugeMetricFamily("mingluo_deliveries", "Deliveries by channel and state", labels=["channel", "state"])
    for channel, state, count in rows:
        family.add_metric([channel, state], float(count))
    yield family


def _waiting(rows: Iterable[Any]) -> Iterator[Metric]:
    count = GaugeMetricFamily("mingluo_ranges", "Ranges of deliveries not done", labels=["lane", "state"])
    age = GaugeMetricFamily("mingluo_range_age_seconds", "Age of the oldest range published", labels=["lane", "state"])
    now = machine_now()
    for lane, state, ranges_there, oldest in rows:
        count.add_metric([lane, state], ranges_there)
        if oldest is not None:
            age.add_metric([lane, state], (now - oldest) / 1_000)
    yield from (count, age)


def _due(rows: Iterable[tuple[str, int]]) -> Iterator[Metric]:
    family = GaugeMetricFamily("mingluo_waiting", "Rows that wait for a sweep", labels=["what"])
    for what, count in rows:
        family.add_metric([what], count)
    yield family


class _Given(Collector):
    def __init__(self, families: list[Metric]) -> None:
        self._families = families

    def collect(self) -> Iterable[Metric]:
        return self._families


def _once(families: list[Metric]) -> CollectorRegistry:
    """Return a registry of values that were read just now."""
    fresh = CollectorRegistry()
    fresh.register(_Given(families))
    return fresh
