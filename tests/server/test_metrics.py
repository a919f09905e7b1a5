"""What is counted, and that it is served and stopped."""

from __future__ import annotations

import urllib.request

import pytest
from prometheus_client import generate_latest

from tests.support.ports import free_port
from zmqchat.errors import Code, Unavailable
from zmqchat.protocol.replies import Accepted, Refusal
from zmqchat.server.metrics import Metrics


def _lines(metrics: Metrics) -> list[str]:
    return generate_latest(metrics._registry).decode().splitlines()


def test_sends_are_counted_by_what_became_of_them() -> None:
    metrics = Metrics()
    refused = Refusal(Code.FORBIDDEN, "no")
    metrics.sent([Accepted(1, 0), refused, Accepted(2, 0), refused, refused], 3_000)
    metrics.sent([Refusal(Code.BUSY, "later", 0.1)], -5)  # a clock that was set back
    lines = _lines(metrics)
    assert "zmqchat_sends_accepted_total 2.0" in lines
    assert 'zmqchat_sends_refused_total{code="forbidden"} 3.0' in lines
    assert 'zmqchat_sends_refused_total{code="busy"} 1.0' in lines
    assert 'zmqchat_stage_seconds_count{stage="received_to_committed"} 2.0' in lines
    assert 'zmqchat_stage_seconds_sum{stage="received_to_committed"} 0.003' in lines


def test_frames_are_counted_with_their_bytes_and_their_latency() -> None:
    metrics = Metrics()
    metrics.published(1_000, 500)
    metrics.published(24, 1_500)
    lines = _lines(metrics)
    assert "zmqchat_frames_published_total 2.0" in lines
    assert "zmqchat_frame_bytes_total 1024.0" in lines
    assert 'zmqchat_stage_seconds_sum{stage="committed_to_published"} 0.002' in lines


def test_what_concerns_accounts_is_counted() -> None:
    metrics = Metrics()
    metrics.credentials_tried(True)
    metrics.credentials_tried(False)
    metrics.account_changed("remove-device")
    metrics.cut_devices.inc()
    lines = _lines(metrics)
    assert 'zmqchat_credentials_total{result="accepted"} 1.0' in lines
    assert 'zmqchat_credentials_total{result="refused"} 1.0' in lines
    assert 'zmqchat_account_changes_total{request="remove-device"} 1.0' in lines
    assert "zmqchat_cut_devices_total 1.0" in lines


def test_two_servers_in_one_process_count_apart() -> None:
    one, two = Metrics(), Metrics()
    one.sessions.set(3)
    assert "zmqchat_sessions 3.0" in _lines(one)
    assert "zmqchat_sessions 0.0" in _lines(two)


def test_metrics_are_served_until_stopped_and_a_port_in_use_is_told() -> None:
    metrics, port = Metrics(), free_port()
    stop = metrics.serve(port)
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=20) as page:
            assert b"zmqchat_sessions 0.0" in page.read()
        with pytest.raises(Unavailable) as taken:
            Metrics().serve(port)
        assert taken.value.code is Code.PORT_IN_USE
    finally:
        stop()
    metrics.serve(port)()
