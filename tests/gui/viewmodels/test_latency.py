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
