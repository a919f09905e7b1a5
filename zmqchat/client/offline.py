"""What a profile can be read for without its server: the messages that it holds."""

from __future__ import annotations

from contextlib import closing

from zmqchat.client import held
from zmqchat.client import profile as profiles
from zmqchat.client.cache import Cache
from zmqchat.client.checks import check_seq
from zmqchat.client.lookup import bare, same
from zmqchat.client.messages import ChatMessage
from zmqchat.errors import Code, Refused


def history(label: str | None, room: str, before: int | None, limit: int) -> list[ChatMessage]:
    """Up to `limit` messages of `room` with a seq below `before`, oldest first, as received.

    Nothing is sent and nothing waited for. Refused(NOT_FOUND) for a room that the profile (None:
    the one in use) does not hold.
    """
    check_seq(before)
    with closing(Cache(profiles.load(label).cache)) as cache:
        for info in cache.rooms():
            if same(info.name, bare(room)):
                return held.history(cache, info, before, limit)
    raise Refused(Code.NOT_FOUND, f"This device holds no room {bare(room)!r}.")
