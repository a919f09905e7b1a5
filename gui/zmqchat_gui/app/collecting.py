"""Python's collector of reference cycles, on the window's thread and nowhere else.

Left to itself it runs in whichever thread makes the next object. On the network thread it would
destroy view-models there, with their timers and sockets, and Qt does not survive that.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, QTimer

_EVERY_MS: Final = 1_000
_YOUNG: Final = 5_000
"""Objects made and not gone since the last look, from which on the young ones are looked at."""
_MIDDLE: Final = 10
"""After so many looks at the young ones, those that lived through them are looked at too."""
_ALL: Final = 10
"""After so many looks at those, all are, as soon as nothing happens."""
_QUIET: Final = 1_000
"""Objects made in a moment in which nothing happens, at most."""
_UNTOUCHED_S: Final = 5.0
"""How long the person must have touched nothing: it may take a tenth of a second."""
_LATEST_S: Final = 600.0
"""However much happens, that long after the last time."""


class Collector(QObject):
    """Collects on its own thread, a little at a time; all of it while nothing happens.

    From when it is made until `close`, nothing is collected otherwise.
    """

    def __init__(
        self,
        parent: QObject | None = None,
        *,
        now: Callable[[], float] = time.monotonic,
        collect: Callable[[int], object] = gc.collect,
        count: Callable[[], tuple[int, int, int]] = gc.get_count,
    ) -> None:
        super().__init__(parent)
        self._now, self._collect, self._count = now, collect, count
        self._before = 0
        self._touched = self._all_at = now()
        self._was_enabled = gc.isenabled()
        gc.disable()
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def settle(self) -> None:
        """What there is now stays until the end (modules, classes): it is not looked at again."""
        self._collect(2)
        gc.freeze()

    def touched(self) -> None:
        """The person does something."""
        self._touched = self._now()

    def look(self) -> None:
        """Collects what is due."""
        young, middle, whole = self._count()
        made, self._before = young - self._before, young
        if whole >= _ALL and self._may_take_long(made):
            self._all_at = self._now()
            self._collect(2)
        elif young >= _YOUNG:
            self._collect(1 if middle >= _MIDDLE else 0)
        else:
            return
        self._before = 0

    def _may_take_long(self, made: int) -> bool:
        now = self._now()
        quiet = made <= _QUIET and now - self._touched >= _UNTOUCHED_S
        return quiet or now - self._all_at >= _LATEST_S

    def close(self) -> None:
        """Python collects as before: call it once there is no other thread any more."""
        self._timer.stop()
        if self._was_enabled:
            gc.enable()
