"""How often the window changes: as often as it can, and no more.

A batch that comes while nothing happens is shown at once. After it the window rests for four
times what the last frame cost, 33 to 400 ms, and then shows all that came meanwhile: so it keeps
most of its time for scrolling and typing, whatever arrives.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from zmqchat_gui.bridge.outlet import Batch

SHORTEST_MS = 33
LONGEST_MS = 400
_FACTOR = 4

Show = Callable[[Batch], None]


def rest_ms(cost_s: float) -> int:
    """How long to rest after a frame that cost this many seconds."""
    return round(min(LONGEST_MS, max(SHORTEST_MS, _FACTOR * cost_s * 1000)))


class Pacer(QObject):
    """One for a window, whatever the number of servers."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: list[tuple[Batch, Show]] = []
        self._began = 0.0
        self._cost = 0.0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._flush)

    def add(self, batch: Batch, show: Show) -> None:
        """Shows a batch, now or soon."""
        self._waiting.append((batch, show))
        if not self._timer.isActive():
            self._flush()

    def frame_swapped(self) -> None:
        """The window shows what was changed last: its cost is known now."""
        if self._began:
            self._cost = time.perf_counter() - self._began
            self._began = 0.0

    def _flush(self) -> None:
        if not self._waiting:
            return
        waiting, self._waiting = self._waiting, []
        unpainted = self._began != 0.0  # a window out of sight paints nothing: its cost is old
        before = self._cost / 2 if unpainted else self._cost
        self._began = time.perf_counter()
        for batch, show in waiting:
            show(batch)
        self._cost = max(before, time.perf_counter() - self._began)
        self._timer.start(rest_ms(self._cost))
