"""Older messages, and threads, page by page, fetched on the network thread."""

from __future__ import annotations

from zmqchat.client import Chat, ChatMessage, TimelinePage

PAGE = 100
"""Messages in a page."""

_FAR_PAGE = 1000
_THREAD_PAGE = 500
_MOST_PAGES = 1000
"""No room leads on for so long, and no thread; a server may."""


async def older(chat: Chat, room: int, before: int, back_to: int = 0) -> TimelinePage:
    """The page before a seq, with something to show where there is anything; with `back_to`,
    everything from that seq on.
    """
    limit = _FAR_PAGE if back_to else PAGE
    page = await chat.page(room, before=before, limit=limit)
    for _ in range(_MOST_PAGES):
        if _is_enough(page, back_to):
            break
        older = await chat.page(room, before=page.first, limit=limit)
        if older.first > older.last:
            break  # offline, the profile has no more
        page = page.after(older)
    return page


async def thread(chat: Chat, room: int, root: int) -> list[ChatMessage]:
    """All of the thread that began with `root`, oldest first."""
    messages: list[ChatMessage] = []
    after = 0
    for _ in range(_MOST_PAGES):
        page = await chat.thread(room, root, after=after, limit=_THREAD_PAGE)
        messages += page
        if len(page) < _THREAD_PAGE or page[-1].seq <= after:
            break
        after = page[-1].seq
    return messages


def _is_enough(page: TimelinePage, back_to: int) -> bool:
    return page.whole or (bool(page.items) and page.first <= (back_to or page.first))
