"""Whether the person is at the window, or has left it alone: what decides that they are away."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from zmqchat_gui.viewmodels.settings import Settings

_MINUTE_S = 60.0


def waits(idle_s: float, minutes: int) -> float | None:
    """Seconds until somebody who touched nothing for `idle_s` counts as away after `minutes`;
    0 where they do, None where they never do (0 minutes).
    """
    return max(0.0, minutes * _MINUTE_S - idle_s) if minutes else None


def shown_presence(chosen: str, idle: bool) -> str:
    """What others see: who chose to be online is away while idle; another choice stands."""
    return "away" if chosen == "online" and idle else chosen


class Idleness(QObject):
    """`changed` says that the person left, or is back. `clock` gives seconds that only grow."""

    changed = Signal()

    def __init__(
        self,
        settings: Settings,
        clock: Callable[[], float] = time.monotonic,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._settings = settings
        self._clock = clock
        self._touched_at = clock()
        self.idle = False
        """Whether they have left."""
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.look)
        settings.changed.connect(self.look)
        self.look()

    def touched(self) -> None:
        """A key, the mouse, a finger: they are here."""
        self._touched_at = self._clock()
        if self.idle:
            self.look()

    def look(self) -> None:
        """Whether it is time; looks again when it may be."""
        left = waits(self._clock() - self._touched_at, self._settings.awayAfter)
        if left:
            self._timer.start(round(left * 1000) + 1)
        else:
            self._timer.stop()
        idle = left is not None and left <= 0
        if idle != self.idle:
            self.idle = idle
            self.changed.emit()
