"""Who is writing: the others, in words, and the person, to be told to them."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from zmqchat.protocol.who import Who
from zmqchat_gui.viewmodels import words
from zmqchat_gui.viewmodels.persons import Persons

_FORGOTTEN_S = 6.0
_AGAIN_S = 3.0


class TypingHere(QObject):
    """The others who are writing in a room; one who is not heard of again is forgotten."""

    changed = Signal()

    def __init__(self, persons: Persons, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._persons = persons
        self._until: dict[int, float] = {}
        self._people: dict[int, Who] = {}
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._forget)

    def heard(self, who: Who, on: bool) -> None:
        """Somebody is writing, or no longer is."""
        if on and who.id != self._persons.me.id and who.id not in self._persons.ignored:
            self._until[who.id] = time.monotonic() + _FORGOTTEN_S
            self._people[who.id] = who
        elif self._until.pop(who.id, None) is None:
            return
        self._forget()

    def _forget(self) -> None:
        now = time.monotonic()
        self._until = {user: until for user, until in self._until.items() if until > now}
        if self._until:
            self._timer.start(round((min(self._until.values()) - now) * 1000) + 1)
        self.changed.emit()

    @property
    def text(self) -> str:
        """ "Bogdan and Chiara are typing…", or ""."""
        names = [self._persons.title(self._people[user]) for user in self._until]
        if not names:
            return ""
        one = words.say("{} is typing\N{HORIZONTAL ELLIPSIS}")
        several = words.say("{} are typing\N{HORIZONTAL ELLIPSIS}")
        return (one if len(names) == 1 else several).format(words.listed(names))


class TypingThere:
    """Tells the others that the person is writing: at once, again while it is so, and its end."""

    def __init__(self, tell: Callable[[bool], None], parent: QObject) -> None:
        self._tell = tell
        self._told_at = 0.0
        self._idle = QTimer(parent, singleShot=True, interval=round(_FORGOTTEN_S * 1000))
        self._idle.timeout.connect(self._stop)

    def typed(self, text: str) -> None:
        """What is typed is another now."""
        now = time.monotonic()
        if not text.strip():
            self._stop()
        elif now - self._told_at >= _AGAIN_S:
            self._told_at = now
            self._tell(True)
            self._idle.start()

    def _stop(self) -> None:
        self._idle.stop()
        if self._told_at:
            self._told_at = 0.0
            self._tell(False)
