"""Older messages, page by page, fetched on the network thread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from zmqchat.client import Chat, ChatMessage
from zmqchat.sync.effects import State
from zmqchat_gui.bridge.entries import Item

PAGE = 100
"""Messages in a page."""

_FAR_PAGE = 1000
_ONLINE = frozenset({State.LIVE, State.CATCHING_UP})


@dataclass(frozen=True, slots=True)
class Page:
    """Messages with a seq below `before`, oldest first; `whole` says that none is older."""

    before: int
    items: Sequence[Item]
    whole: bool


async def older(chat: Chat, room: str, before: int, back_to: int = 0) -> Page:
    """The page before a seq; with `back_to`, everything from that seq on."""
    limit = _FAR_PAGE if back_to else PAGE
    messages: list[ChatMessage] = []
    while True:
        online = chat.state in _ONLINE  # else it is what the profile has, which may begin later
        oldest = messages[0].seq if messages else before
        page = await chat.history(room, before=oldest, limit=limit)
        messages[:0] = page
        done = len(page) < limit
        if done or not back_to or messages[0].seq <= back_to:
            return Page(before, messages, online and done)
