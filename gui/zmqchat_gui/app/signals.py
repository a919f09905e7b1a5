"""SIGINT, SIGTERM and SIGHUP end the program in order: Qt's loop alone hides them from Python."""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable

from PySide6.QtCore import QObject, QSocketNotifier

from zmqchat.runtime.stop import heeded


class Signals(QObject):
    """Calls `quit` on the window's thread."""

    def __init__(self, quit_: Callable[[], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ours, self._theirs = socket.socketpair()
        self._theirs.setblocking(False)
        self._notifier = QSocketNotifier(self._ours.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(quit_)
        signal.set_wakeup_fd(self._theirs.fileno())
        for number in heeded():
            signal.signal(number, lambda *_: None)
