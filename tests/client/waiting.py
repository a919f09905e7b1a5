"""Waiting for chats to be in step with their server."""

from __future__ import annotations

from tests.support.waiting import eventually_async
from zmqchat.client.chat import Chat
from zmqchat.sync.effects import State


async def live(*chats: Chat) -> None:
    """Waits until all of them hear everything."""
    await eventually_async(lambda: all(chat.state is State.LIVE for chat in chats))
