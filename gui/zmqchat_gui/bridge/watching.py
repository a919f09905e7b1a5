"""What the window is told of a server every moment: figures, counts, signals, and its end."""

from __future__ import annotations

import asyncio

from zmqchat.client import AccountChanged, Chat
from zmqchat_gui.bridge import updates as up
from zmqchat_gui.bridge.outlet import Outlet

_VITALS_S = 1.0
_COUNTS_S = 0.1


class Watching:
    """Tasks of one session; each ends with what ended the client."""

    def __init__(self, chat: Chat, outlet: Outlet) -> None:
        self._chat = chat
        self._outlet = outlet
        self._counted = asyncio.Event()
        self._counted.set()

    def count(self) -> None:
        """Something came: the counts of a room may be others."""
        self._counted.set()

    async def vitals(self) -> None:
        """State and figures; the first to hear of the client's end."""
        chat, known = self._chat, None
        while True:
            if chat.error is not None:
                raise chat.error
            vitals = up.Vitals(
                chat.name, chat.role or "", chat.waiting, chat.latency, chat.stages, chat.retry_in
            )
            if vitals != known:
                known = vitals
                self._outlet.put(vitals)
            await asyncio.sleep(_VITALS_S)

    async def counts(self) -> None:
        """Markers, counts and settings of rooms, a moment after they changed."""
        known = None
        while True:
            await self._counted.wait()
            self._counted.clear()
            states = up.States(await self._chat.room_states(), self._chat.ignored)
            if states != known:
                known = states
                self._outlet.put(states)
            await asyncio.sleep(_COUNTS_S)

    async def signals(self) -> None:
        """Who is typing, who is there, what changed on another device."""
        async for signal in self._chat.signals():
            if isinstance(signal, AccountChanged):
                self.count()
            else:
                self._outlet.put(up.Signalled(signal))
