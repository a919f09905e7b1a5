"""People whom the window shows and does not know yet: asked for together, and by their ids."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from PySide6.QtCore import QObject, QTimer

from zmqchat.client import Chat
from zmqchat.errors import ChatError
from zmqchat_gui.bridge.client import Requests
from zmqchat_gui.viewmodels.persons import Persons, person_of

_TOGETHER_MS = 200


class Acquaintances(QObject):
    """Learns how people are shown: those in conversations, and others when they are heard of."""

    def __init__(self, requests: Requests, persons: Persons, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._requests = requests
        self._persons = persons
        self._wanted: set[int] = set()
        self._live = False
        self._soon = QTimer(self, singleShot=True, interval=_TOGETHER_MS)
        self._soon.timeout.connect(self._ask)
        persons.met.connect(lambda user: self.meet([user]))

    def online(self) -> None:
        """The server answers: what was wanted meanwhile is asked for."""
        self._live = True
        self.meet([])

    def offline(self) -> None:
        """It does not."""
        self._live = False

    def meet(self, users: Iterable[int]) -> None:
        """These are shown somewhere."""
        self._wanted.update(users)
        if self._live and self._wanted and not self._soon.isActive():
            self._soon.start()

    def _ask(self) -> None:
        wanted = sorted(self._wanted)
        self._wanted.clear()

        async def work(chat: Chat) -> list[dict[str, Any]]:
            return await chat.people(wanted)

        self._requests.ask(work, self._got)

    def _got(self, people: list[dict[str, Any]] | ChatError) -> None:
        if not isinstance(people, ChatError):  # else they are shown by the names that are known
            self._persons.learn([person_of(one) for one in people])
