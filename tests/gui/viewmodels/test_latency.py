"""The latency that was measured, in words and shares."""

from __future__ import annotations

import pytest
from zmqchat_gui.viewmodels.latency import Latency

from zmqchat.client import Stages


def test_the_stages_of_the_newest_message_add_up() -> None:
    latency = Latency()
    assert latency.stages == []
    latency.add(0.004, Stages(None, 0.001, 0.0005, 0.0025))
    assert [stage["text"] for stage in latency.stages] == ["1.0 ms", "0.5 ms", "2.5 ms"]
    latency.add(0.004, Stages(0.006, 0.001, 0.0005, 0.0025))
    assert latency.stages[0]["text"] == "6.0 ms"
    assert sum(float(str(stage["share"])) for stage in latency.stages) == pytest.approx(1.0)


def test_only_what_comes_behind_the_servers_disk_is_the_latency() -> None:
    latency = Latency()
    latency.add(0.003, Stages(0.026, 0.001, 0.0005, 0.0025))
    assert [stage["counted"] for stage in latency.stages] == [False, False, True, True]
    assert all(stage["hint"] for stage in latency.stages)
    assert latency.summary.endswith("here. The first took 3.0 ms.")
    latency.add(0.005)
    assert latency.summary.endswith("here. Of the last 2: median 4.0 ms, worst 5.0 ms.")


def test_without_a_connection_it_is_of_the_past() -> None:
    latency = Latency()
    latency.add(0.003)
    latency.goes_on(current=False)
    assert (latency.text, latency.current) == ("Offline", False)
    assert latency.summary.startswith("There is no connection now.")
    latency.goes_on(current=True)
    assert latency.text == "3.0 ms"


def test_what_waited_long_is_in_seconds() -> None:
    latency = Latency()
    latency.add(0.003, Stages(117.26, 0.001, 0.0005, 0.0025))
    assert latency.stages[0]["text"] == "117.3 s"
