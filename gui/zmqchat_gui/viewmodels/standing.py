"""How a session stands to its server, in words: connection, banner, and what waits."""

from __future__ import annotations

import time
from collections.abc import Iterator
from math import ceil

from PySide6.QtCore import QObject, QTimer, Signal

from zmqchat.errors import ChatError
from zmqchat_gui.bridge import updates as up
from zmqchat_gui.viewmodels import words

_BANNER_MS = 1500
_LIVE = frozenset({"live", "catching-up"})


class Standing(QObject):
    """`changed` comes when a text is another: while offline, seconds are counted down."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state = "connecting"
        self._retry_at: float | None = None
        self.error: ChatError | None = None
        """What ended the client."""
        self.waiting = (0, 0)
        """Own messages that are not acknowledged, and changes of messages."""
        self.banner = False
        """Offline for longer than a moment, or ended."""
        self._delay = QTimer(self, singleShot=True, interval=_BANNER_MS)
        self._delay.timeout.connect(self.show_banner)
        self._second = QTimer(self, singleShot=True)
        self._second.timeout.connect(self._count)
        self._delay.start()

    @property
    def live(self) -> bool:
        """Whether the server answers."""
        return self._state in _LIVE

    def begin(self) -> None:
        """Another client begins."""
        self.error = None
        self._state = "connecting"

    def moved(self, state: str) -> bool:
        """Another state; whether the server answers now and did not before."""
        was_live, self._state = self.live, state
        if self.live:
            self._delay.stop()
            self._second.stop()
            self.banner = False
        elif not self.banner and not self._delay.isActive():
            self._delay.start()
        return self.live and not was_live

    def measured(self, vitals: up.Vitals) -> None:
        """Figures of this second."""
        left = vitals.retry_in
        self._retry_at = None if left is None else time.monotonic() + left
        self._plan()

    def waits(self, messages: int, changes: int) -> None:
        """What is in the outbox: messages, and what was done to messages."""
        self.waiting = (messages, changes)

    def end(self, error: ChatError) -> None:
        """This client can do nothing more."""
        self.error = error
        self._delay.stop()
        self._second.stop()
        self._retry_at = None
        self.banner = True

    def show_banner(self) -> None:
        """The server has been away for longer than a moment."""
        self.banner = True
        self._count()

    def _count(self) -> None:
        self.changed.emit()
        self._plan()

    def _plan(self) -> None:
        """Come back when the seconds that are left are one fewer."""
        left = self._left()
        if self.banner and left > 0:
            self._second.start(int(left % 1 * 1000) + 1)
        else:
            self._second.stop()

    def _left(self) -> float:
        """Seconds until the next attempt; 0 while one is under way."""
        return 0.0 if self._retry_at is None else max(0.0, self._retry_at - time.monotonic())

    # ── in words ─────────────────────────────────────────────────────────────────────────────────

    @property
    def connection(self) -> str:
        """ "offline", "connecting", "catching-up", "live" or "ended"."""
        return "ended" if self.error is not None else self._state

    @property
    def text(self) -> str:
        """That for people."""
        return words.say(_STATES[self.connection])

    @property
    def banner_text(self) -> str:
        """What is wrong, and what is safe."""
        if self.error is not None:
            return self.error.message
        return words.say("You're offline. Messages are sent when the server is back.")

    @property
    def banner_detail(self) -> str:
        """ "Reconnecting in 4 s · 3 messages and 1 change wait", a part of it, or ""."""
        return " \N{MIDDLE DOT} ".join(self._details())

    def _details(self) -> Iterator[str]:
        if self.error is None:
            seconds = ceil(self._left())
            yield (
                words.say("Reconnecting in {} s").format(seconds)
                if seconds
                else words.say("Reconnecting\N{HORIZONTAL ELLIPSIS}")
            )
        messages, changes = self.waiting
        if messages and changes:
            yield words.say("{} and {} wait").format(
                words.count(messages, "{} message", "{} messages"),
                words.count(changes, "{} change", "{} changes"),
            )
        elif messages:
            yield words.count(messages, "{} message waits", "{} messages wait")
        elif changes:
            yield words.count(changes, "{} change waits", "{} changes wait")


_STATES = {
    "live": "Online",
    "catching-up": "Catching up\N{HORIZONTAL ELLIPSIS}",
    "connecting": "Connecting\N{HORIZONTAL ELLIPSIS}",
    "offline": "Offline",
    "ended": "Disconnected",
}
