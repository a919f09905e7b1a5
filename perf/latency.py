"""Percentiles of latencies, from an HdrHistogram: from 100 ns up to five minutes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from hdrh.histogram import HdrHistogram

from perf.outcome import Measure
from perf.plan import Delivery

_UNIT_NS = 100
_MOST = 5 * 60 * 1_000_000_000 // _UNIT_NS
_PERCENTILES = (("p50", 50.0), ("p90", 90.0), ("p99", 99.0), ("p999", 99.9))
_STAGES = (
    ("client", "intended_ns", "sent_ns"),
    ("server_and_disk", "sent_ns", "committed_ns"),
    ("publish", "committed_ns", "published_ns"),
    ("broker_and_receiver", "published_ns", "received_ns"),
)
"""The clock points of a message, as the metrics and the clients show them."""

STAGES = tuple(name for name, _, _ in _STAGES)
"""The stages between them, in order."""


def latency_ns(delivery: Delivery) -> int:
    """From when it was to be sent until its receiver had verified it."""
    return delivery.received_ns - delivery.intended_ns


def histogram(latencies_ns: Iterable[int]) -> HdrHistogram:
    """A histogram in units of 100 ns."""
    result = HdrHistogram(1, _MOST, 3)
    for value in latencies_ns:
        result.record_value(max(1, value // _UNIT_NS))
    return result


def measures(deliveries: Sequence[Delivery]) -> Iterator[Measure]:
    """Latency percentiles in microseconds, and each stage's median where it is known."""
    if not deliveries:
        return
    all_of_them = histogram(map(latency_ns, deliveries))
    for name, percentile in _PERCENTILES:
        value = all_of_them.get_value_at_percentile(percentile) * _UNIT_NS / 1e3
        yield Measure(f"latency_{name}", value, "us")
    yield Measure("latency_max", max(map(latency_ns, deliveries)) / 1e3, "us")
    for name, took_ns in stages_ns(deliveries).items():
        value = histogram(took_ns).get_value_at_percentile(50) * _UNIT_NS / 1e3
        yield Measure(f"stage_{name}_p50", value, "us")


def stages_ns(deliveries: Sequence[Delivery]) -> dict[str, list[int]]:
    """How long each stage took, by its name; empty where the server's stamps are not known."""
    known = [delivery for delivery in deliveries if delivery.committed_ns]
    if not known:
        return {}
    return {
        name: [getattr(delivery, end) - getattr(delivery, begin) for delivery in known]
        for name, begin, end in _STAGES
    }
