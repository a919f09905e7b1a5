"""What many ask for is read once: stretches of logs, for as long as their rooms stay as they are.

After an outage everybody asks for the same events. A stretch is kept under the chain at its room's
head when it was asked for: whatever is committed to the room, a redaction too, changes that, and
nothing is handed out that was taken out of the log.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from typing import Final, Protocol

from zmqchat.storage.values import Followed, Stretch

MOST_BYTES: Final = 16 * 1024 * 1024

_EVENT_BYTES: Final = 400  # what an event takes beside its body


class Log(Protocol):
    """What this needs of the storage."""

    def follow(self, stretches: Sequence[Stretch], max_bytes: int) -> list[Followed]:
        """What follows in each stretch; the last ones are left out where it would be too much."""


Asked = tuple[Stretch, bytes]
"""A stretch, and the chain at its room's head."""


class Recent:
    """Stretches of `log`, those asked for last; `most` is what they may take, in bytes."""

    def __init__(self, log: Log, most: int = MOST_BYTES) -> None:
        self._log = log
        self._most = most
        self._kept: OrderedDict[Asked, Followed] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()

    def follow(self, asked: Sequence[Asked], max_bytes: int) -> list[Followed]:
        """As the log's; one query for all that is not at hand, and none where all is."""
        at_hand = self._look_up(asked)
        missing = [each for each in asked if each not in at_hand]
        read = iter(self._log.follow([s for s, _ in missing], max_bytes) if missing else ())
        found: list[Followed] = []
        left = max_bytes
        for each in asked:
            followed = at_hand.get(each) or next(read, None)
            if followed is None:
                break
            left -= sum(len(event.body) for event in followed.events)
            if left < 0 and any(before.events for before in found):
                break
            found.append(followed)
            if len(followed.events) < each[0].last - each[0].after:
                break  # there was no more room, or the log has a hole: the rest is asked for again
            self._keep(each, followed)
        return found

    def _look_up(self, asked: Sequence[Asked]) -> dict[Asked, Followed]:
        with self._lock:
            at_hand = {each: self._kept[each] for each in asked if each in self._kept}
            for each in at_hand:
                self._kept.move_to_end(each)
        return at_hand

    def _keep(self, asked: Asked, followed: Followed) -> None:
        with self._lock:
            if asked in self._kept:
                return
            self._kept[asked] = followed
            self._size += _size(followed)
            while self._size > self._most:
                _, oldest = self._kept.popitem(last=False)
                self._size -= _size(oldest)


def _size(followed: Followed) -> int:
    return sum(len(event.body) + _EVENT_BYTES for event in followed.events)
