"""Replies that peers have not taken yet, in bytes: of a connection, a user, and in all.

libzmq bounds what waits for a connection by messages, and a reply may have megabytes. So what was
handed to the socket is held against what the peer's kernel has acknowledged (`runtime.tcp`). For
whoever does not take what was read for them nothing more is read; in the end they are hung up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from zmqchat.runtime import tcp as tcps

MOST_OF_A_USER: Final = 4 * 1024 * 1024
"""Bytes that wait for one user, when nothing more is read for them."""

MOST: Final = 16 * 1024 * 1024
"""Bytes that wait for all, when nothing more is read for those who have more than their share."""

TOO_MUCH_OF_A_USER: Final = 16 * 1024 * 1024
"""Bytes at which a user's connection is hung up: what was under way, and other replies, come on top
of what is read."""

TOO_MUCH: Final = 48 * 1024 * 1024
"""Bytes that wait for all, at which a connection is hung up that has taken nothing for `DEAF_S`:
when a thousand come back at once, so much waits for them for a moment, and they take it."""

DEAF_S: Final = 5.0

_WORTH_A_LOOK: Final = 64 * 1024  # bytes: what is taken is asked only where so much was handed over
_LOOK_S: Final = 0.02


@dataclass(slots=True)
class _Connection:
    """What was handed over since the last look, what waited then, and when any of it was taken."""

    user: int
    acknowledged: int
    moved: float
    fresh: int = 0
    waiting: int = 0


class Outgoing:
    """`acknowledged(connection)` are the bytes that it has taken, ever; None where nobody knows."""

    def __init__(self, acknowledged: Callable[[int], int | None]) -> None:
        self._acknowledged = acknowledged
        self._connections: dict[int, _Connection] = {}
        self._of_user: Counter[int] = Counter()
        self._all = 0
        self._looked = self._now = 0.0

    def is_behind(self, user: int) -> bool:
        """Whether so much waits for a user that nothing more is to be read; from any thread."""
        waiting = self._of_user.get(user, 0)
        share = MOST // max(1, len(self._of_user)) if self._all > MOST else MOST
        return waiting > min(MOST_OF_A_USER, share)

    def sent(self, connection: int, user: int, size: int) -> None:
        """A reply of `size` bytes to a session of `user` was handed to the socket."""
        known = self._connections.get(connection)
        if known is None:
            # From nothing taken on: what of this reply was taken by now would be missed for ever.
            known = self._connections[connection] = _Connection(user, 0, self._now)
        elif known.user != user:
            waiting = known.waiting
            self._count(known, 0)
            known.user = user
            self._count(known, waiting)
        known.fresh += size
        if known.fresh >= _WORTH_A_LOOK:
            self._look(connection, known)

    def look(self, now: float) -> int | None:
        """Finds out what was taken, where that may matter; `now` in monotonic seconds.

        Returns the connection that is to be hung up, where there is one.
        """
        self._now = now
        if self._all <= MOST_OF_A_USER or now - self._looked < _LOOK_S:
            return None
        self._looked = now
        for connection, known in list(self._connections.items()):
            if known.waiting:
                self._look(connection, known)
        return self._worst()

    def forget(self, connection: int) -> None:
        """It is closed."""
        known = self._connections.pop(connection, None)
        if known is not None:
            self._count(known, 0)

    def _look(self, connection: int, known: _Connection) -> None:
        taken = self._acknowledged(connection)
        if taken is None or taken < known.acknowledged:  # it is closed, or another by now
            self.forget(connection)
            return
        # What the wire adds to a reply is taken too: nobody has less than nothing waiting.
        waiting = max(0, known.waiting + known.fresh - (taken - known.acknowledged))
        if taken > known.acknowledged or not known.waiting:
            known.moved = self._now
        known.acknowledged, known.fresh = taken, 0
        self._count(known, waiting)

    def _count(self, known: _Connection, waiting: int) -> None:
        more = waiting - known.waiting
        known.waiting = waiting
        self._all += more
        self._of_user[known.user] += more
        if not self._of_user[known.user]:
            del self._of_user[known.user]

    def _worst(self) -> int | None:
        """The connection for which most waits, of a user for whom too much does; of those that take
        nothing, where too much waits for all.
        """
        if not self._of_user:
            return None
        ((user, waiting),) = self._of_user.most_common(1)
        if waiting > TOO_MUCH_OF_A_USER:
            theirs = {n: each for n, each in self._connections.items() if each.user == user}
        elif self._all > TOO_MUCH:
            since = self._now - DEAF_S
            theirs = {n: each for n, each in self._connections.items() if each.moved <= since}
        else:
            return None
        worst = max(theirs, key=lambda number: theirs[number].waiting, default=None)
        return worst if worst is not None and theirs[worst].waiting else None


def acknowledged(connection: int) -> int | None:
    """What a connection's peer has taken, in bytes; None where it is closed, or nobody tells."""
    if not tcps.IS_TOLD:
        return None
    try:
        with tcps.borrowed(connection) as tcp:
            return tcps.acknowledged(tcp)
    except OSError:
        return None
