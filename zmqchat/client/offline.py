"""What a profile can be read for without its server: the messages that it holds."""

from __future__ import annotations

from contextlib import closing

from zmqchat.client import profile as profiles
from zmqchat.client.cache import Cache
from zmqchat.client.chat import check_seq
from zmqchat.client.events import ChatEvent, event_of
from zmqchat.errors import Code, Refused


def history(label: str | None, room: str, before: int | None, limit: int) -> list[ChatEvent]:
    """Up to `limit` messages of `room` with a seq below `before`, oldest first, as received.

    Nothing is sent and nothing waited for. Refused(NOT_FOUND) for a room that the profile (None:
    the one in use) does not hold.
    """
    check_seq(before)
    name = room.removeprefix("#")
    with closing(Cache(profiles.load(label).cache)) as cache:
        for info in cache.rooms():
            if info.name.casefold() == name.casefold():
                events = cache.messages(info.room, before, limit)
                return [event_of(info.name, event) for event in events]
    raise Refused(Code.NOT_FOUND, f"This device holds no room {name!r}.")
