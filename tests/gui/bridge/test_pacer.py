"""The window changes at once while nothing happens, and rests by what a change costs."""

from __future__ import annotations

from pytestqt.qtbot import QtBot
from zmqchat_gui.bridge.outlet import Batch
from zmqchat_gui.bridge.pacer import Pacer, rest_ms
from zmqchat_gui.bridge.updates import StateChanged


def test_the_rest_is_four_times_the_cost_within_bounds() -> None:
    assert [rest_ms(cost) for cost in (0.0, 0.02, 0.05, 1.0)] == [33, 80, 200, 400]


def test_the_first_batch_is_shown_at_once_and_the_next_together(qtbot: QtBot) -> None:
    pacer = Pacer()
    shown: list[Batch] = []
    batches: list[Batch] = [[StateChanged(state)] for state in ("offline", "connecting", "live")]
    for batch in batches:
        pacer.add(batch, shown.append)
    assert shown == batches[:1]
    qtbot.waitUntil(lambda: shown == batches)
