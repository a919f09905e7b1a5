"""People's pictures: asked for when one is to be shown, and only then; few at a time."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from hashlib import blake2b
from typing import Protocol

from PySide6.QtCore import QObject, QTimer, Signal

from zmqchat.client import Chat
from zmqchat.errors import ChatError
from zmqchat_gui.bridge.client import Requests

_AT_ONCE = 4
_MOST_WANTED = 100
_MOST_BROKEN = 1000
_TOGETHER_MS = 50


class PictureStore(Protocol):
    """Keeps pictures ready to be drawn, as many as it has room for, whatever server they are of."""

    def url(self, digest: str) -> str:
        """Where the view finds a picture; "" while it is not here."""

    def keep(self, digest: str, data: bytes, done: Callable[[bool], None]) -> None:
        """Takes the bytes of a picture, which nobody vouches for; `done` says whether they are
        one. It is called later, on the window's thread.
        """


class Pictures(QObject):
    """Those of one server's people. `arrived` says that more of them can be shown."""

    arrived = Signal()

    def __init__(self, requests: Requests, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._requests = requests
        self._store: PictureStore | None = None
        self._wanted: OrderedDict[str, int] = OrderedDict()
        self._coming: set[str] = set()
        self._broken: OrderedDict[str, None] = OrderedDict()
        self._soon = QTimer(self, singleShot=True, interval=_TOGETHER_MS)
        self._soon.timeout.connect(self.arrived)

    def keep_in(self, store: PictureStore) -> None:
        """Pictures are shown from now on."""
        self._store = store
        self.arrived.emit()

    def url(self, user: int, digest: str) -> str:
        """Where the picture of somebody is; "" while it is not here, which is seen to."""
        if self._store is None or not digest or digest in self._broken:
            return ""
        url = self._store.url(digest)
        if not url and digest not in self._coming:
            self._wanted[digest] = user
            self._wanted.move_to_end(digest)
            if len(self._wanted) > _MOST_WANTED:  # long scrolled past: asked for again when seen
                self._wanted.popitem(last=False)
            self._ask()
        return url

    def _ask(self) -> None:
        """The newest first: that is what is in sight."""
        while self._wanted and len(self._coming) < _AT_ONCE:
            digest, user = self._wanted.popitem()
            self._coming.add(digest)
            self._fetch(digest, user)

    def _fetch(self, digest: str, user: int) -> None:
        async def work(chat: Chat) -> bytes:
            return await chat.picture(user)

        self._requests.ask(work, lambda result: self._got(digest, result))

    def _got(self, digest: str, result: bytes | ChatError) -> None:
        if isinstance(result, ChatError):  # asked for again when the row is looked at again
            self._coming.discard(digest)
            self._ask()
        elif digest_of(result) != digest or self._store is None:  # another picture by now
            self._settle(digest, here=False)
        else:
            self._store.keep(digest, result, lambda here: self._settle(digest, here))

    def _settle(self, digest: str, here: bool) -> None:
        self._coming.discard(digest)
        if here:
            self._soon.start()
        else:
            self._broken[digest] = None
            if len(self._broken) > _MOST_BROKEN:
                self._broken.popitem(last=False)
        self._ask()


def digest_of(data: bytes) -> str:
    """What the server calls a picture, in hex; "" for none."""
    return blake2b(data, digest_size=16).hexdigest() if data else ""
