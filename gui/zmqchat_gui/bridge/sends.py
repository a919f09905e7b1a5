"""What the window wants in rooms' logs, on the network thread: what comes of each send."""

from __future__ import annotations

import asyncio
from functools import partial
from uuid import UUID

from zmqchat.client import Chat, ChatEvent
from zmqchat.errors import ChatError
from zmqchat_gui.bridge import updates as up
from zmqchat_gui.bridge.outlet import Outlet


class Sends:
    """Messages and what is done to them, in the order in which the window wants them.

    Each is an event without a seq (`unsent`), and its id is its name everywhere.
    """

    def __init__(self, outlet: Outlet) -> None:
        self._outlet = outlet
        self._wanted: asyncio.Queue[ChatEvent] = asyncio.Queue()
        self._under_way: set[UUID] = set()

    def submit(self, event: ChatEvent) -> None:
        """Sends it, behind those before it."""
        self._wanted.put_nowait(event)

    def resume(self, chat: Chat) -> None:
        """What an earlier process left in the outbox is being sent."""
        for event, acknowledgement in chat.resumed:
            self._outlet.put(up.Resumed(event))
            self._follow(chat, event, acknowledgement)

    async def run(self, chat: Chat) -> None:
        """Puts into the outbox what is wanted, as long as the session lasts."""
        while True:
            event = await self._wanted.get()
            if event.id not in self._under_way:
                await self._put(chat, event)

    async def _put(self, chat: Chat, event: ChatEvent) -> None:
        try:
            acknowledgement = await chat.submit(event)
        except ChatError as error:
            if chat.error is None:  # else it is not in the outbox: the next session is given it
                self._outlet.put(up.SendFailed(event, error.message))
            return
        self._outlet.put(up.Queued(event))
        self._follow(chat, event, acknowledgement)

    def _follow(
        self, chat: Chat, event: ChatEvent, acknowledgement: asyncio.Future[ChatEvent]
    ) -> None:
        self._under_way.add(event.id)
        acknowledgement.add_done_callback(partial(self._settled, chat, event))

    def _settled(self, chat: Chat, event: ChatEvent, result: asyncio.Future[ChatEvent]) -> None:
        self._under_way.discard(event.id)
        error = result.exception()
        if error is None:
            self._outlet.put(up.Sent(result.result()))
        elif isinstance(error, ChatError) and error is not chat.error:
            self._outlet.put(up.SendFailed(event, error.message))
