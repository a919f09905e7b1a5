"""Percentiles and stages, from the stamps of deliveries."""

from __future__ import annotations

import pytest

from perf.latency import measures
from perf.plan import Delivery

_MS = 1_000_000


def _delivery(latency_ms: int) -> Delivery:
    intended = 10_000 * _MS
    stamps = (intended, intended + _MS, intended + 3 * _MS, intended + 4 * _MS)
    return Delivery(1, 2, 3, 4, 200, *stamps, intended + latency_ms * _MS)


def test_percentiles_are_of_all_deliveries() -> None:
    found = {m.metric: m.value for m in measures([_delivery(ms) for ms in range(10, 110)])}
    assert found["latency_p50"] == pytest.approx(59_000, rel=0.01)
    assert found["latency_p99"] == pytest.approx(108_000, rel=0.01)
    assert found["latency_max"] == 109_000
    assert found["stage_server_and_disk_p50"] == pytest.approx(2_000, rel=0.01)


def test_what_a_baseline_does_not_stamp_has_no_stages() -> None:
    from perf.latency import stages_ns

    assert stages_ns([_delivery(10)._replace(committed_ns=0)]) == {}
