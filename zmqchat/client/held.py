"""Messages as a profile holds them, folded from its events: what can be read without a server."""

from __future__ import annotations

from collections.abc import Iterable

from zmqchat.client.cache import Cache
from zmqchat.client.events import ChatEvent, event_of, events_of
from zmqchat.client.folding import Folding
from zmqchat.client.messages import ChatMessage, Detail, posted_of
from zmqchat.client.naming import Where, title, where
from zmqchat.errors import Code, Refused
from zmqchat.protocol.events import Event
from zmqchat.protocol.rooms import RoomInfo

_DEEPEST = 1000
"""Answers to answers that are followed to find where a thread began."""


def history(cache: Cache, info: RoomInfo, before: int | None, limit: int) -> list[ChatMessage]:
    """Up to `limit` messages of the room with a seq below `before`, oldest first."""
    page = cache.messages(info.room, before, limit)
    return _folded(cache, info, page, {event.seq for event in page})


def span(
    cache: Cache, info: RoomInfo, before: int | None, limit: int
) -> tuple[list[ChatMessage], int, int]:
    """The messages of `history`, and the seqs from and to which they are all that is held."""
    lowest, highest = cache.extent(info.room) or (1, 0)
    messages = history(cache, info, before, limit)
    first = messages[0].seq if len(messages) == limit else lowest
    return messages, first, highest if before is None else before - 1


def thread(cache: Cache, info: RoomInfo, seq: int, after: int) -> list[ChatMessage]:
    """The thread of the message at `seq`: its root, then its replies, with a seq > `after`."""
    root = _root(cache, info.room, seq) or seq
    first = _posted(cache, info.room, root)
    messages = _folded(cache, info, [first] if first else [])
    return [m for m in messages if root in {m.seq, m.root} and m.seq > after]


def message(cache: Cache, info: RoomInfo, seq: int) -> Detail:
    """One message with its edits; Refused(NOT_FOUND) where the profile holds none."""
    posted = _posted(cache, info.room, seq)
    if posted is None:
        raise Refused(Code.NOT_FOUND, f"This device holds no message {seq} of {title(info)}.")
    (folded,) = _folded(cache, info, [posted], {seq})
    events = events_of(where(info), cache.about(info.room, seq))
    edits = tuple(e for e in events if e.type == "edited" and e.target == seq)
    return Detail(folded, edits, event_of(where(info), posted).text)


def _folded(
    cache: Cache, info: RoomInfo, page: Iterable[Event], only: set[int] | None = None
) -> list[ChatMessage]:
    """The messages of `page` with all that came after folded in, and those `only` of the result."""
    posted = list(page)
    if not posted:
        return []
    messages = [_message(cache, info, event_of(where(info), event)) for event in posted]
    folding = Folding(messages)
    folding.apply(events_of(where(info), cache.about(info.room, posted[0].seq)))
    found = folding.messages
    return [found[seq] for seq in sorted(found) if only is None or seq in only]


def _message(cache: Cache, info: RoomInfo, event: ChatEvent) -> ChatMessage:
    root = _root(cache, info.room, event.reply_to) or event.reply_to if event.reply_to else 0
    return posted_of(event, root or 0)


def _root(cache: Cache, room: int, seq: int) -> int:
    """Where the thread of the message at `seq` began, as far as the profile reaches; 0: there."""
    root = 0
    for _ in range(_DEEPEST):
        event = _posted(cache, room, seq)
        answered = event_of(Where(room, ""), event).reply_to if event else None
        if not answered:
            return root
        root = seq = answered
    return root


def _posted(cache: Cache, room: int, seq: int) -> Event | None:
    found = cache.events(room, seq - 1, 1)
    return found[0] if found and found[0].type == "posted" else None
