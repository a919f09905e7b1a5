"""What answers have at hand: a request that may be asked, and the server's parts to answer it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from zmqchat.domain.realm_permissions import Asking
from zmqchat.domain.state import User
from zmqchat.protocol.replies import ReplyBody
from zmqchat.server.admission import Admission
from zmqchat.server.entry import Entry
from zmqchat.server.parts import Incoming, Parts
from zmqchat.server.sessions import Session, Sessions

_Body = TypeVar("_Body")


@dataclass(frozen=True, slots=True)
class Asked(Generic[_Body]):
    """A request that `who` may ask; `caller` is their session, None for the operator and a hello.

    `request` is its number, `now` monotonic seconds.
    """

    who: Asking
    caller: Session | None
    incoming: Incoming
    request: int
    body: _Body
    now: float

    @property
    def session(self) -> Session:
        """The session of one who must have one."""
        assert self.caller is not None
        return self.caller

    @property
    def user(self) -> User:
        """Who asks, as of now, where only users may."""
        assert self.who.user is not None
        return self.who.user


@dataclass(slots=True)
class Load:
    """Bytes of sends that are received and not yet written."""

    under_way: int = 0


@dataclass(frozen=True, slots=True)
class Desk:
    """The server's parts, and what it knows of those who are connected."""

    parts: Parts
    sessions: Sessions
    admission: Admission
    entry: Entry
    load: Load

    def read(self, asked: Asked[Any], read: Callable[[], ReplyBody]) -> None:
        """Has a worker answer with what `read` returns; Refused where that are too many."""
        self.admission.read(asked.session, asked.now)
        self.parts.workers.submit(asked.session.peer, asked.request, read)
        asked.session.reads_in_flight += 1


Answer = Callable[[Desk, Asked[Any]], ReplyBody | None]
"""Answers at once, or None where the answer comes later."""
