"""Joins a realm on the network thread, for the connect page."""

from __future__ import annotations

import asyncio
import platform
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, Signal

from zmqchat.client import Profile, join
from zmqchat.errors import ChatError, Code
from zmqchat.security.links import JoinLink
from zmqchat_gui.bridge.network import Network

_PATIENCE_S = 12.0


@dataclass(frozen=True, slots=True)
class Credentials:
    """What lets in besides the link: a name's password, a link code or an invitation."""

    password: str = ""
    code: str = ""


class Joining(QObject):
    """One attempt at a time."""

    _came = Signal(int, object)

    def __init__(self, network: Network, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._network = network
        self._attempt = 0
        self._task: asyncio.Task[None] | None = None
        self._done: Callable[[Profile | ChatError], None] | None = None
        self._came.connect(self._finished, Qt.ConnectionType.QueuedConnection)

    def join(
        self,
        link: JoinLink,
        name: str,
        extra: Credentials,
        done: Callable[[Profile | ChatError], None],
    ) -> None:
        """Claims a name; `done` gets the saved profile, or why not."""
        self._attempt += 1
        self._done = done
        attempt = self._attempt

        async def work() -> None:
            self._task = asyncio.current_task()
            self._came.emit(attempt, await _joined(link, name, extra))

        self._network.run(work)

    def cancel(self) -> None:
        """Stops the attempt; nobody is told."""
        self._attempt += 1
        self._network.call(self._cancel)

    def _cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()

    def _finished(self, attempt: int, result: Profile | ChatError) -> None:
        if attempt == self._attempt and self._done is not None:
            self._done(result)


async def _joined(link: JoinLink, name: str, extra: Credentials) -> Profile | ChatError:
    try:
        return await join(
            link,
            name,
            password=extra.password or None,
            code=extra.code or None,
            device=platform.node(),
            timeout=_PATIENCE_S,
        )
    except ChatError as error:
        return error
    except OSError as error:
        return ChatError(Code.BAD_PROFILE, f"The profile cannot be written: {error.strerror}.")
