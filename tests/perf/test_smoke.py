"""Real processes, real messages: everything arrives once and in order, or the round fails."""

from __future__ import annotations

import pytest

from perf.plan import ClientPlan, LostMessages, Stream, WorkerPlan
from perf.systems import BASELINES, FURTHER, SYSTEMS
from perf.systems.zmqchat import Zmqchat
from perf.traffic import Traffic, collect

# Measured for loss and order, never for time.
_SATURATION = Traffic("smoke", 1, 3, 600, 200, 200, processes=1)
_AMONG = Traffic("smoke-among", 3, 3, 40, 10_000, 20_000, among=True, processes=2)
_PACED = Traffic("smoke-paced", 2, 2, 20, 80, 120, processes=1, rate=100)


def test_zmqchat_delivers_everything_in_order_sealed_signed_and_chained() -> None:
    with Zmqchat() as realm:
        saturation = _SATURATION.run(realm, 0)
        among = _AMONG.run(realm, 0)
        paced = _PACED.run(realm, 0)
    assert {delivery.size_bytes for delivery in saturation.deliveries} == {200}
    assert len(among.deliveries) == 3 * 3 * 40
    assert len(paced.deliveries) == 2 * 2 * 20, "an open loop keeps every delivery"
    for delivery in (*saturation.deliveries, *among.deliveries, *paced.deliveries):
        assert delivery.intended_ns <= delivery.sent_ns < delivery.received_ns


@pytest.mark.parametrize("name", [*BASELINES, *FURTHER])
def test_baselines_deliver_everything_in_order(name: str) -> None:
    with SYSTEMS[name]() as system:
        outcome = _SATURATION.run(system, 0)
        paced = _PACED.run(system, 0)
    assert outcome.system == name
    assert len(paced.deliveries) == 2 * 2 * 20


def test_a_missing_message_fails_the_round() -> None:
    with SYSTEMS["bare"]() as system:
        (room,) = system.rooms(1)
        sender = ClientPlan(0, (Stream(room, 5, 60, 60),))
        receiver = ClientPlan(1, (), (room,))
        plan = WorkerPlan((sender, receiver), {room: 6}, patience_s=1.0)
        with pytest.raises(LostMessages, match="client 1: 1 messages are missing"):
            collect([plan], system)
