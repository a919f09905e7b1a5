"""What answers have at hand: a request that may be asked, and the server's parts to answer it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from zmqchat.domain.case import Means
from zmqchat.domain.realm_permissions import NOBODY, Asking, asking, require_realm
from zmqchat.domain.state import User
from zmqchat.protocol.replies import ReplyBody
from zmqchat.server.admission import Admission
from zmqchat.server.announcements import Announcements
from zmqchat.server.entry import Entry
from zmqchat.server.jobs import AccountJob
from zmqchat.server.parts import Incoming, Parts
from zmqchat.server.recent import Recent
from zmqchat.server.sessions import Session, Sessions
from zmqchat.server.workers import Workers

_Body = TypeVar("_Body")
_NO_MEANS = Means()

_SEARCH_COST = 1_000
"""What a search counts for beside others, in events; the searcher finds out how long that is."""


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
    """Bytes of sends that are received and not yet written, of all and of each user."""

    under_way: int = 0
    of_user: Counter[int] = field(default_factory=Counter)

    def add(self, user: int, size: int) -> None:
        """They were received."""
        self.under_way += size
        self.of_user[user] += size

    def remove(self, user: int, size: int) -> None:
        """They were written, or refused."""
        self.under_way -= size
        self.of_user[user] -= size
        if not self.of_user[user]:
            del self.of_user[user]


@dataclass(frozen=True, slots=True)
class Desk:
    """The server's parts, and what it knows of those who are connected."""

    parts: Parts
    sessions: Sessions
    admission: Admission
    entry: Entry
    load: Load
    announcements: Announcements
    recent: Recent

    def decide(self, asked: Asked[Any], means: Means = _NO_MEANS, code: str = "") -> None:
        """Queues a request about people for the commit; `code` is a one-time code to be shown."""
        parts, peer = self.parts, asked.incoming.peer
        parts.submit(
            AccountJob(peer, asked.request, parts.clock_us(), asked.who, asked.body, means, code)
        )

    def read(
        self,
        asked: Asked[Any],
        cost: int,
        read: Callable[[], ReplyBody],
        check: Callable[[], object] = lambda: None,
    ) -> None:
        """Has a worker answer with what `read` returns; Refused where that is too much.

        It costs as much as reading `cost` events. `check` raises Refused where the asker may no
        longer have it when it is read; that the asker may ask at all is checked again anyhow.
        """
        self.admission.read(asked.session, asked.now, cost)
        self._work(self.parts.workers, asked, cost, read, check)

    def search(
        self, asked: Asked[Any], search: Callable[[], ReplyBody], check: Callable[[], object]
    ) -> None:
        """As `read`, for searches, which may take longer: reads do not wait for them."""
        self.admission.search(asked.session, asked.now)
        self._work(self.parts.searches, asked, _SEARCH_COST, search, check)

    def _work(
        self,
        workers: Workers,
        asked: Asked[Any],
        cost: int,
        read: Callable[[], ReplyBody],
        check: Callable[[], object],
    ) -> None:
        session, request = asked.session, type(asked.body)

        def recheck() -> None:
            if self.sessions.get(session.peer) is not session:
                require_realm(NOBODY, request)
            require_realm(asking(self.parts.state, session.actor.device), request)
            check()

        workers.submit(session.asker, asked.request, read, recheck, cost)


Answer = Callable[[Desk, Asked[Any]], ReplyBody | None]
"""Answers at once, or None where the answer comes later."""
