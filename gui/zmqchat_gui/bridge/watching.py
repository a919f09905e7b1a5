"""What the window is told of a server every moment: figures, counts, signals, and its end."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from zmqchat.client import AccountChanged, Chat
from zmqchat_gui.bridge import updates as up
from zmqchat_gui.bridge.outlet import Outlet

_VITALS_S = 1.0
_COUNTS_S = 0.1
_CLOCKS_DIFFER_S = 120.0


class Watching:
    """Tasks of one session; each ends with what ended the client."""

    def __init__(self, chat: Chat, outlet: Outlet) -> None:
        self._chat = chat
        self._outlet = outlet
        self._counted = asyncio.Event()
        self._counted.set()
        self._moved = asyncio.Event()
        self._clock_told = False

    def moved(self) -> None:
        """The client stands to its server otherwise: the figures are others now."""
        self._moved.set()

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
                *(chat.name, chat.role or "", chat.latency, chat.stages, chat.retry_in),
                user=chat.me.id,
            )
            if vitals != known:
                known = vitals
                self._outlet.put(vitals)
            self._look_at_the_clock()
            with suppress(TimeoutError):
                async with asyncio.timeout(_VITALS_S):
                    await self._moved.wait()
            self._moved.clear()

    def _look_at_the_clock(self) -> None:
        """Tells, once, that this machine's clock is another than the server's."""
        offset = self._chat.clock_offset
        if self._clock_told or offset is None or abs(offset) < _CLOCKS_DIFFER_S:
            return
        self._clock_told = True
        where = "behind" if offset > 0 else "ahead of"
        self._outlet.put(
            up.Warned(
                f"This computer's clock is {_roughly(abs(offset))} {where} the server's. Messages "
                "are right all the same; “Today” and what you send may look wrong until it is set."
            )
        )

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


def _roughly(seconds: float) -> str:
    """In the largest unit of which there are two: "3 hours"."""
    for unit, length in (("days", 86_400), ("hours", 3_600)):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds / 60:.0f} minutes"
