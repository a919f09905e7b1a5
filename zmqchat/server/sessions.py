"""Who is connected now: a session is a routing id that said hello, bound to the key it used.

The routing id alone proves nothing: another connection may come to hold the same one. So every
request is matched against the CURVE key that ZAP saw on it as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from zmqchat.domain.batch import Actor
from zmqchat.protocol.people import Presence
from zmqchat.server.workers import Asker

_LIVELIEST = (Presence.ONLINE, Presence.AWAY)


@dataclass(slots=True, eq=False)
class Session:
    """One open session. `fd` and `address` are its TCP connection's, `last_seen` monotonic s.

    `presence` is what its client says of the person; OFFLINE is none that a session can have.
    """

    peer: bytes
    key: str
    actor: Actor
    fd: int
    address: str
    last_seen: float
    listen_until_us: int
    presence: Presence = Presence.ONLINE
    sends_in_flight: int = 0

    @property
    def asker(self) -> Asker:
        """Who it is to those who read for it."""
        return Asker(self.peer, self.actor.user.id, self.actor.device)


class Sessions:
    """Sessions by routing id, by connection and by user.

    `changed(user)` is called whenever a session of a user opened or closed.
    """

    def __init__(self, changed: Callable[[int], None] = lambda user: None) -> None:
        self._changed = changed
        self._by_peer: dict[bytes, Session] = {}
        self._by_fd: dict[int, set[Session]] = {}
        self._by_user: dict[int, set[Session]] = {}
        self._seen_us: dict[int, int] = {}

    def __len__(self) -> int:
        return len(self._by_peer)

    def __iter__(self) -> Iterator[Session]:
        return iter(list(self._by_peer.values()))

    def open(self, session: Session) -> None:
        """Adds a session, in the place of one that its connection had."""
        self.close(session.peer)
        self._by_peer[session.peer] = session
        self._by_fd.setdefault(session.fd, set()).add(session)
        self._by_user.setdefault(session.actor.user.id, set()).add(session)
        self._changed(session.actor.user.id)

    def close(self, peer: bytes) -> Session | None:
        """Removes and returns a peer's session, if it has one."""
        session = self._by_peer.pop(peer, None)
        if session is not None:
            self._forget(session)
        return session

    def _forget(self, session: Session) -> None:
        _discard(self._by_fd, session.fd, session)
        _discard(self._by_user, session.actor.user.id, session)
        self._changed(session.actor.user.id)

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

    def of_user(self, user: int) -> list[Session]:
        """All sessions of a user."""
        return list(self._by_user.get(user, ()))

    def of_device(self, user: int, device: int) -> list[Session]:
        """The sessions of one of a user's devices."""
        return [session for session in self.of_user(user) if session.actor.device == device]

    def saw(self, device: int, now_us: int) -> None:
        """Notes that a device said hello, at a time in microseconds since the epoch."""
        self._seen_us[device] = now_us

    def seen_us(self, device: int) -> int:
        """When a device said hello last, since this server began; 0 if it did not."""
        return self._seen_us.get(device, 0)

    def is_connected(self, user: int) -> bool:
        """Whether any device of the user has a session, hidden ones too."""
        return user in self._by_user

    def presence(self, user: int) -> Presence:
        """How present a user is: as the liveliest of the sessions, hidden ones left out."""
        shown = {session.presence for session in self._by_user.get(user, ())}
        return next((each for each in _LIVELIEST if each in shown), Presence.OFFLINE)


def _discard(index: dict[int, set[Session]], key: int, session: Session) -> None:
    sessions = index[key]
    sessions.discard(session)
    if not sessions:
        del index[key]
