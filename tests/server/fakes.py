"""Stand-ins for what surrounds the server's parts: a log in memory, and a wire that collects."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from queue import Queue
from threading import Event as Signal
from typing import TypeVar, cast

from tests.domain.logs import facts_of
from tests.domain.realms import NOW, earlier_of, token
from zmqchat.domain.batch import Actor, Earlier
from zmqchat.domain.changes import Change
from zmqchat.domain.draft import State
from zmqchat.domain.fold import FactsOf
from zmqchat.domain.limits import ALLOWANCE, Allowance
from zmqchat.domain.projection import Projected
from zmqchat.domain.state import Registration, StoredEvent
from zmqchat.errors import Code, Unavailable
from zmqchat.protocol import codec
from zmqchat.protocol.events import Event
from zmqchat.protocol.replies import Fault, Message, Reply
from zmqchat.protocol.requests import Hello, Request, RequestBody
from zmqchat.runtime.slots import Room, Slots
from zmqchat.search.lookup import Hits, Wanted
from zmqchat.security.signing import Signer
from zmqchat.server.arrivals import Arrivals
from zmqchat.server.committer import Committer
from zmqchat.server.errands import Errands
from zmqchat.server.jobs import Job, Renew
from zmqchat.server.metrics import Metrics
from zmqchat.server.parts import Incoming, Parts
from zmqchat.server.publisher import Publisher
from zmqchat.server.reads import Reader
from zmqchat.server.recency import Recency
from zmqchat.server.searches import Searcher
from zmqchat.server.service import Service
from zmqchat.server.welcome import Facts
from zmqchat.server.workers import Ready, Workers
from zmqchat.storage import Store
from zmqchat.storage.messages import Page
from zmqchat.storage.values import Followed, Stretch

SIGNER = Signer(b"s" * 32)
KEY = "ab" * 32
OTHER_KEY = "cd" * 32
OPERATOR_KEY = "0f" * 32
PEER = b"\0aaaa"
ROOM = Room(settled=100, spare=10)
HELLO = Hello([1], "alice", "test", "join-token", "laptop")

_T = TypeVar("_T")


class MemoryLog:
    """The committer's storage: `fail` makes the next commits raise, `gate` holds them back.

    With `writes_and_fails` a commit that raises has reached the disk all the same.
    """

    def __init__(self) -> None:
        self.events: list[StoredEvent] = []
        self.values: list[Change] = []
        self.projected: list[Projected] = []
        self.writes_and_fails = False
        self.commits: list[int] = []
        self.fail: list[Exception] = []
        self.entered = Signal()
        self.gate = Signal()
        self.gate.set()
        self._noted: list[tuple[Sequence[StoredEvent], Sequence[Change], Sequence[Projected]]] = []

    def earlier_sends(self, keys: Sequence[tuple[int, bytes]]) -> Earlier:
        """As the database would."""
        known = earlier_of(self.events)
        return {key: known[key] for key in keys if key in known}

    def facts(self, keys: Collection[tuple[int, int]]) -> FactsOf:
        """As the database would."""
        return facts_of(self.events, self.projected, keys)

    @contextmanager
    def transaction(self, size: int = 0) -> Iterator[MemoryLog]:
        """Keeps all or nothing, at its end."""
        self._noted.clear()
        yield self
        for events, changes, projected in self._noted:
            self._commit(events, changes, projected)

    def write(
        self,
        events: Sequence[StoredEvent],
        changes: Sequence[Change],
        projected: Sequence[Projected] = (),
    ) -> None:
        """What the transaction is to keep."""
        self._noted.append((events, changes, projected))

    def _commit(
        self,
        events: Sequence[StoredEvent],
        changes: Sequence[Change],
        projected: Sequence[Projected],
    ) -> None:
        self.entered.set()
        assert self.gate.wait(20)
        if not self.fail or self.writes_and_fails:
            self.commits.append(len(events))
            self.events += events
            self.values += changes
            self.projected += projected
        if self.fail:
            raise self.fail.pop(0)

    def written(self) -> list[Change]:
        """Every value that was written since the bench began."""
        return list(self.values)


def disk_full() -> Unavailable:
    """What the storage raises when it could not write."""
    return Unavailable(Code.STORAGE_FAILED, "the disk is full", 1.0)


class MemoryReader:
    """The reads of a store, from a list of events of one room; `gate` holds pages back."""

    def __init__(self, events: Sequence[Event] = ()) -> None:
        self.log = list(events)
        self.asked: list[object] = []
        self.entered = Signal()
        self.gate = Signal()
        self.gate.set()

    def follow(self, stretches: Sequence[Stretch], max_bytes: int) -> list[Followed]:
        """Events after a seq each, until the bodies are too much."""
        self.asked.append(list(stretches))
        chains = {event.seq: event.chain for event in self.log}
        found: list[Followed] = []
        first = True
        for stretch in stretches:
            events: list[Event] = []
            for event in self.log:
                if stretch.after < event.seq <= stretch.last:
                    max_bytes -= len(event.body)
                    if max_bytes < 0 and not first:
                        return (
                            [*found, Followed(chains.get(stretch.after, b""), events)]
                            if events
                            else found
                        )
                    first = False
                    events.append(event)
            found.append(Followed(chains.get(stretch.after, b""), events))
        return found

    def chains(self, room: int, seqs: Sequence[int]) -> dict[int, bytes]:
        """Chains at some seqs."""
        assert all(0 < seq < 2**63 for seq in seqs), "what SQLite cannot take"
        self.asked.append((room, tuple(seqs)))
        return {event.seq: event.chain for event in self.log if event.seq in seqs}

    def posted_at(self, room: int, seq: int) -> int:
        """Messages up to a seq."""
        assert 0 <= seq < 2**63, "what SQLite cannot take"
        return sum(event.type == "posted" and event.seq <= seq for event in self.log)

    def messages_before(self, room: int, before: int | None, limit: int, max_bytes: int) -> Page:
        """Messages before a seq, to which nothing ever happened."""
        assert before is None or 0 <= before < 2**63, "what SQLite cannot take"
        self.entered.set()
        assert self.gate.wait(20)
        found = [e for e in self.log if e.type == "posted" and (before is None or e.seq < before)]
        page = [Message(event) for event in found[-limit:]]
        return Page(self.log[-1].seq if self.log else 0, page, len(found) > limit)


class NoSearcher:
    """A search that finds nothing, and counts how often it was told that there is news."""

    def __init__(self) -> None:
        self.nudges = 0

    def search(self, wanted: Wanted) -> Hits:
        """Nothing."""
        return Hits((), 0)

    def nudge(self, *, at_once: bool = False) -> None:
        """Something new is in the log."""
        self.nudges += 1

    def settle(self) -> None:
        """Nothing is owed."""


class Desk:
    """A service with everything around it in memory; jobs wait in `jobs`, answers in `replies`."""

    def __init__(
        self,
        state: State,
        reader: MemoryReader | Store | None = None,
        searcher: Searcher | None = None,
        room: Room = ROOM,
        allowance: Allowance = ALLOWANCE,
    ) -> None:
        self.replies: list[tuple[bytes, Reply]] = []
        self.jobs: list[Job] = []
        self.frames: list[tuple[bytes, bytes | bytearray]] = []
        self.delivered: list[Ready] = []
        self.calls: Queue[Callable[[], None]] = Queue()
        self.hung_up: list[tuple[int, str | None]] = []
        self.slots = Slots(room)
        self.now_us = NOW
        self.state = state
        self.reader = cast(MemoryReader, reader or MemoryReader())
        self.workers = Workers(self.delivered.append)
        self.passwords = Errands("passwords", 4, 4, self.calls.put)
        self.lookups = Errands("lookups", 4, 4, self.calls.put)
        self.log = MemoryLog()
        self.committer = Committer(
            state,
            self.log,
            self.log.written,
            Registration.LINK,
            lambda: self.now_us,
            lambda outcome: self.service.committed(outcome, 1.0),
        )
        self.metrics = Metrics()
        publisher = Publisher(
            state.realm.id,
            SIGNER,
            lambda handle, sealed: self.frames.append((handle, sealed)),
            state.audience,
            lambda: self.now_us,
            self.metrics.published,
            b"p" * 32,
            lambda user: self.jobs.append(Renew(user)),
        )
        self.service = Service(
            Parts(
                state,
                Facts(SIGNER.public, 5.0, ("tcp://*:5557",), b"t" * 32, b"p" * 32),
                "join-token",
                OPERATOR_KEY,
                cast(Reader, self.reader),
                self.workers,
                publisher,
                Recency(b"boot-id."),
                self.metrics,
                self.jobs.append,
                lambda peer, frame: self.replies.append((peer, codec.decode_reply(frame))),
                lambda: self.now_us,
                token,
                searcher or NoSearcher(),
                self.workers,
                self.passwords,
                self.lookups,
                self.slots,
                lambda fd, address: self.hung_up.append((fd, address)),
                allowance,
            )
        )

    def arrivals(self) -> Arrivals:
        """What stands between the socket and this service."""
        service = self.service
        return Arrivals(
            self.state,
            service.sessions,
            lambda each: service.handle(each, 0.0),
            service.refuse,
            service.answered,
        )

    def receive(
        self,
        body: RequestBody | bytes,
        *,
        peer: bytes = PEER,
        key: str = KEY,
        now: float = 0.0,
        request: int = 1,
        fd: int = 7,
        address: str = "127.0.0.1",
    ) -> Reply | None:
        """Hands a frame in; what was answered at once, or None."""
        before = len(self.replies)
        data = body if isinstance(body, bytes) else codec.encode(Request(request, body))
        self.service.handle(Incoming(peer, key, address, fd, data), now)
        assert len(self.replies) <= before + 1
        return self.replies[before][1] if len(self.replies) > before else None

    def work(self) -> None:
        """Lets the readers finish and hands their answers over."""
        self.workers.stop()
        for ready in self.delivered:
            self.service.answered(ready)

    def errand(self) -> None:
        """Waits for what one errand found out, and hands it over."""
        self.calls.get(timeout=20)()

    def commit(self, now: float = 1.0) -> None:
        """Commits the jobs that wait, as one batch, and tells what came of it."""
        jobs, self.jobs[:] = self.jobs.copy(), []
        self.service.committed(self.committer.work(jobs), now)

    def ask(
        self, body: RequestBody, *, peer: bytes = PEER, key: str = KEY, errands: int = 0
    ) -> Reply:
        """The answer to a request that is decided in a commit, after so many errands."""
        assert self.receive(body, peer=peer, key=key) is None
        for _ in range(errands):
            self.errand()
        self.commit()
        asker, reply = self.replies[-1]
        assert asker == peer
        return reply

    def close(self) -> None:
        """Ends the threads."""
        for threads in (self.workers, self.passwords, self.lookups):
            threads.stop()

    def job(self, kind: type[_T]) -> _T:
        """The last job that was submitted, which must be of this kind."""
        job = self.jobs[-1]
        assert isinstance(job, kind)
        return job

    def actor(self, name: str) -> Actor:
        """Somebody who is in the realm; with one device each, it has their number."""
        user = next(user for user in self.state.users.values() if user.name == name)
        return Actor(user, user.id)


def body_of(kind: type[_T], reply: Reply | None) -> _T:
    """What was answered, which must be of this kind."""
    assert reply is not None
    assert isinstance(reply.ok, kind), reply
    return reply.ok


def fault_of(reply: Reply | None) -> Fault:
    """Why it was refused, which it must have been."""
    assert reply is not None
    assert reply.error is not None, reply
    return reply.error


def error_of(reply: Reply | None) -> Fault | None:
    """Why it was refused, if it was."""
    return None if reply is None else reply.error
