"""What a profile keeps on disk, and what must soon be gone from it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from zmqchat.client.cache import Cache
from zmqchat.client.outbox import DiskOutbox
from zmqchat.errors import ChatError
from zmqchat.protocol.events import Event
from zmqchat.protocol.requests import SendItem

_SOON_S = 1.0
"""How long what was erased may stay in a database's log: cleaning it costs an fsync or two."""


class Disk:
    """Timelines and outbox of a profile. What is erased from them leaves no copy behind."""

    def __init__(self, cache: Cache, outbox: DiskOutbox) -> None:
        self.cache = cache
        self._outbox = outbox
        self._cleaning: asyncio.TimerHandle | None = None

    def store(self, room: int, events: Sequence[Event]) -> None:
        """Verified events; what they redact is erased."""
        if self.cache.store(room, events):
            self._clean_soon()

    def left(self) -> list[SendItem]:
        """The sends of processes that are gone."""
        return self._outbox.take_over()

    def add(self, items: Sequence[SendItem]) -> None:
        """Keep sends until they are settled."""
        self._outbox.add(items)

    def settle(self, ids: Sequence[bytes]) -> None:
        """Sends that were acknowledged or refused for good."""
        self._outbox.remove(ids)
        self._clean_soon()

    def _clean_soon(self) -> None:
        if self._cleaning is None:
            loop = asyncio.get_running_loop()
            self._cleaning = loop.call_later(_SOON_S, self._clean)

    def _clean(self) -> None:
        """Empties the databases' logs, again later where another process is reading from it."""
        self._cleaning = None
        try:
            self._outbox.clean()
            clean = self.cache.clean()
        except ChatError:
            clean = False  # the disk fails: the next write says so
        if not clean:
            self._clean_soon()

    def close(self) -> None:
        """Let go of both."""
        if self._cleaning is not None:
            self._cleaning.cancel()
            self._clean_at_last()
        self._outbox.close()
        self.cache.close()

    def _clean_at_last(self) -> None:
        try:
            self._outbox.clean()
            self.cache.clean()
        except ChatError:
            return  # whoever opens the profile next cleans up
