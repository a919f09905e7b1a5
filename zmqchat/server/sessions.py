"""Who is connected now: a session is a routing id that said hello, bound to the key it used.

The routing id alone proves nothing: another connection may come to hold the same one. So every
request is matched against the CURVE key that ZAP saw on it as well.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from zmqchat.domain.batch import Actor


@dataclass(slots=True, eq=False)
class Session:
    """One open session. `fd` and `address` are its TCP connection's, `last_seen` monotonic s."""

    peer: bytes
    key: str
    actor: Actor
    fd: int
    address: str
    last_seen: float
    listen_until_us: int
    sends_in_flight: int = 0
    reads_in_flight: int = 0


class Sessions:
    """Sessions by routing id, by connection and by user."""

    def __init__(self) -> None:
        self._by_peer: dict[bytes, Session] = {}
        self._by_fd: dict[int, set[Session]] = {}
        self._online: Counter[int] = Counter()

    def __len__(self) -> int:
        return len(self._by_peer)

    def __iter__(self) -> Iterator[Session]:
        return iter(list(self._by_peer.values()))

    def open(self, session: Session) -> None:
        """Adds a session, in the place of one that its connection had."""
        self.close(session.peer)
        self._by_peer[session.peer] = session
        self._by_fd.setdefault(session.fd, set()).add(session)
        self._online[session.actor.user.id] += 1

    def close(self, peer: bytes) -> Session | None:
        """Removes and returns a peer's session, if it has one."""
        session = self._by_peer.pop(peer, None)
        if session is not None:
            self._forget(session)
        return session

    def _forget(self, session: Session) -> None:
        on_connection = self._by_fd[session.fd]
        on_connection.discard(session)
        if not on_connection:
            del self._by_fd[session.fd]
        user = session.actor.user.id
        self._online[user] -= 1
        if not self._online[user]:
            del self._online[user]

    def get(self, peer: bytes) -> Session | None:
        """The session of a routing id, for what this server itself has to tell it."""
        return self._by_peer.get(peer)

    def find(self, peer: bytes, key: str) -> Session | None:
        """The session of a routing id, if it was opened with this key."""
        session = self._by_peer.get(peer)
        return session if session is not None and session.key == key else None

    def on_connection(self, fd: int) -> list[Session]:
        """The sessions whose connection has this file descriptor."""
        return list(self._by_fd.get(fd, ()))

    def silent_since(self, before: float) -> list[Session]:
        """The sessions not heard of since `before` (monotonic seconds)."""
        return [session for session in self._by_peer.values() if session.last_seen < before]

    def is_online(self, user: int) -> bool:
        """Whether any device of the user has a session."""
        return user in self._online
