"""The committer: decides, writes and reports, a batch at a time, in a thread of its own.

What arrives while a commit is under way waits and goes into the next: the slower the disk, the
larger the batches, up to a bound. What waits is taken by turns: whoever sends thousands of messages
waits behind oneself. After a commit the state in memory is brought forward; after a failed one it
never was, and everybody in the batch is told.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from itertools import compress
from typing import Protocol

from zmqchat.domain.batch import HELD, Batch, Earlier, Segment
from zmqchat.domain.changes import Change
from zmqchat.domain.draft import State
from zmqchat.domain.fold import FactsOf, facts_wanted
from zmqchat.domain.order import Order
from zmqchat.domain.projection import Projected
from zmqchat.domain.quotas import DEFAULT, Quotas
from zmqchat.domain.reach import Reach
from zmqchat.domain.state import Registration, StoredEvent
from zmqchat.errors import RETRYABLE, ChatError, Code
from zmqchat.protocol.replies import Accepted, Fault, Refusal
from zmqchat.protocol.requests import SendItem
from zmqchat.server.jobs import (
    AccountJob,
    Answer,
    ClaimJob,
    CreateJob,
    DirectJob,
    Forget,
    ForgetCodes,
    Job,
    Outcome,
    Renew,
    Rotate,
    SendJob,
    items_of,
    size_of,
    whose,
)
from zmqchat.server.portions import Portions
from zmqchat.server.turns import Turns

log = logging.getLogger(__name__)

MOST_BYTES = 1024 * 1024
"""Bytes of the requests in one commit, with which it takes no further one."""

_ITEM_BYTES = 2048  # so much of a request costs as much as another send does
_RETRY_S = 1.0
_COMPLAINT_US = 60_000_000  # between log lines that say the same


class Transaction(Protocol):
    """One commit: what is looked up, and then what is written."""

    def earlier_sends(self, keys: Sequence[tuple[int, bytes]]) -> Earlier:
        """The sends of these (user, send id) that are in the log already."""

    def facts(self, keys: Collection[tuple[int, int]]) -> FactsOf:
        """What is known of the events at these (room, seq), and of their threads' roots."""

    def write(
        self,
        events: Sequence[StoredEvent],
        changes: Sequence[Change],
        projected: Sequence[Projected] = (),
    ) -> None:
        """Writes what was decided."""


class Log(Protocol):
    """What the committer needs of the storage."""

    def transaction(self, size: int) -> AbstractContextManager[Transaction]:
        """On disk when the block ends; ChatError(STORAGE_FAILED) if nothing of it is.

        `size` is that of the requests, in bytes.
        """


class Committer:
    """Runs `storage` in a thread of its own; `deliver` is called there with each outcome.

    `written` reads back what the database holds: a commit may fail in such a way that nobody can
    tell whether it reached the disk, and then the disk decides. `monotonic` is in seconds.
    """

    def __init__(
        self,
        state: State,
        storage: Log,
        written: Callable[[], list[Change]],
        registration: Registration,
        clock_us: Callable[[], int],
        deliver: Callable[[Outcome], None],
        quotas: Quotas = DEFAULT,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._state = state
        self._storage = storage
        self._written = written
        self._doubtful = False
        self._complained: tuple[str, int] = ("", 0)
        self._moved: list[Segment] = []
        self._touched: set[int] = set()
        self._registration = registration
        self._clock_us = clock_us
        self._deliver = deliver
        self._turns: Turns[Job] = Turns()
        self._portions = Portions()
        self._changed = threading.Condition()
        self._stopping = False
        self._quotas = quotas
        self._order = Order()
        self._reach = Reach(monotonic)
        self._token = _entropy()
        self._thread = threading.Thread(target=self._run, name="committer", daemon=True)

    def start(self) -> None:
        """Begins to work."""
        self._thread.start()

    def submit(self, jobs: Iterable[Job]) -> None:
        """Queues jobs; whoever calls bounds what is under way (`Service.congested`)."""
        with self._changed:
            for job in jobs:
                user, device = whose(job)
                self._turns.put(user, device, items_of(job) + size_of(job) // _ITEM_BYTES, job)
            self._changed.notify()

    def stop(self) -> None:
        """Finishes what is queued and returns when it is on disk."""
        with self._changed:
            self._stopping = True
            self._changed.notify()
        self._thread.join()

    def _run(self) -> None:
        while jobs := self._gather():
            self._deliver(self.work(jobs))

    def _gather(self) -> list[Job]:
        """Waits for a job and takes what else is there; none when told to stop."""
        jobs: list[Job] = []
        items = size = 0
        with self._changed:
            self._changed.wait_for(lambda: self._turns or self._stopping)
            while (
                items < self._portions.most and size < MOST_BYTES and (turn := self._turns.take())
            ):
                jobs.append(turn.item)
                items += items_of(turn.item)
                size += size_of(turn.item)
        return jobs

    def work(self, jobs: list[Job]) -> Outcome:
        """Commits `jobs` as one batch, in the caller's thread: the committer's own must be idle."""
        started_us = self._clock_us()
        try:
            return self._commit(jobs, started_us)
        except ChatError as error:
            return self._failed(jobs, error.message, started_us)
        except Exception:
            # Whatever it was, nobody was acknowledged and the state in memory is untouched.
            log.exception("commit failed unexpectedly")
            why = "The server failed to write; nothing was changed."
            return self._failed(jobs, why, started_us)

    def _commit(self, jobs: list[Job], now_us: int) -> Outcome:
        self._settle_doubt()
        keys, wanted = list(_send_keys(jobs)), facts_wanted(_send_items(jobs))
        began_s = time.thread_time()
        with self._storage.transaction(sum(map(size_of, jobs))) as transaction:
            self._doubtful = True  # from here on, until it is known what has become of it
            earlier, facts = transaction.earlier_sends(keys), transaction.facts(wanted)
            batch = Batch(
                self._state, earlier, facts, now_us, self._token, self._quotas, self._reach
            )
            answers = [(job, self._decide(batch, job, now_us)) for job in jobs]
            changes = batch.changes()
            if batch.events or changes:
                transaction.write(batch.events, changes, batch.projected)
            took_s, written = time.thread_time() - began_s, time.monotonic()
        self._portions.took(len(keys), took_s, time.monotonic() - written)
        self._state.apply(changes)
        self._doubtful = False
        self._order.settle()
        self._reach.settle()
        done_us = self._clock_us()
        moved, self._moved = self._moved, []
        touched, self._touched = self._touched, set()
        return Outcome(
            answers,
            done_us,
            moved + batch.segments,
            touched | batch.touched_users,
            batch.touched_accounts,
            batch.cut_devices,
            done_us - now_us,
        )

    def _settle_doubt(self) -> None:
        """After a failed commit, the state of the disk: what is new there is told with the next
        commit that succeeds, its events as empty segments of their rooms.
        """
        if not self._doubtful:
            return
        heads = {room.id: room.head for room in self._state.rooms.values()}
        kept = {user: self._kept(user) for user in self._state.users}
        self._state.apply(self._written())
        self._doubtful = False
        lineage, rooms = self._state.realm.lineage, self._state.rooms.values()
        self._moved += [Segment(room, lineage) for room in rooms if heads.get(room.id) != room.head]
        users = self._state.users
        self._touched.update(user for user in users if kept.get(user) != self._kept(user))

    def _kept(self, user: int) -> object:
        """What a user's devices are to be told of when it is another."""
        state = self._state
        return state.users[user], set(state.rooms_of(user)), state.account_version(user)

    def _decide(self, batch: Batch, job: Job, now_us: int) -> Answer:
        try:
            match job:
                case SendJob():
                    return self._send(batch, job, now_us)
                case ClaimJob():
                    return batch.claim(job.claim, self._registration)
                case CreateJob():
                    return batch.create(job.actor, job.body)
                case DirectJob():
                    return batch.direct(job.actor, job.body)
                case AccountJob():
                    return batch.account(job.who, job.body, job.means)
                case Forget():
                    self._order.forget(job.peer)
                case _:
                    _keep_house(batch, job)
        except ChatError as error:
            return Fault(error.code, error.message, error.retry_after)
        return None

    def _send(self, batch: Batch, job: SendJob, now_us: int) -> list[Accepted | Refusal]:
        if job.refuse is not None:
            return self._refuse_for_now(job, job.refuse, now_us)
        if not self._order.waits(job.peer):
            return self._decide_sends(batch, job, job.items, now_us)
        admits = [self._order.admits(job.peer, item.room, item.id, now_us) for item in job.items]
        admitted = list(compress(job.items, admits))
        decided = iter(self._decide_sends(batch, job, admitted, now_us))
        # An item that was held back is refused; the others keep their places.
        return [next(decided) if admitted else HELD for admitted in admits]

    def _decide_sends(
        self, batch: Batch, job: SendJob, items: Sequence[SendItem], now_us: int
    ) -> list[Accepted | Refusal]:
        """Decides, and gives what was refused for now the first places in its room's order."""
        results = batch.sends(job.actor, items)
        for item, result in zip(reversed(items), reversed(results), strict=True):
            if isinstance(result, Refusal) and result.code in RETRYABLE:
                self._order.put_back(job.peer, item.room, item.id, now_us)
        return results

    def _refuse_for_now(
        self, job: SendJob, refusal: Refusal, now_us: int
    ) -> list[Accepted | Refusal]:
        for item in job.items:
            self._order.refused(job.peer, item.room, item.id, now_us)
        return [refusal] * len(job.items)

    def _failed(self, jobs: list[Job], why: str, started_us: int) -> Outcome:
        now_us = self._clock_us()
        self._complain(why, len(jobs), now_us)
        refusal = Refusal(Code.STORAGE_FAILED, why, _RETRY_S)
        fault = Fault(Code.STORAGE_FAILED, why, _RETRY_S)
        self._order.restore()
        self._reach.restore()
        answers: list[tuple[Job, Answer]] = [
            (
                job,
                self._refuse_for_now(job, refusal, now_us) if isinstance(job, SendJob) else fault,
            )
            for job in jobs
        ]
        for job in jobs:
            if isinstance(job, Forget):
                self._order.forget(job.peer)
        return Outcome(answers, now_us, took_us=now_us - started_us)

    def _complain(self, why: str, count: int, now_us: int) -> None:
        """Not for each: a disk that is full is filled by its log, too."""
        before, at_us = self._complained
        if why != before or now_us - at_us > _COMPLAINT_US:
            self._complained = why, now_us
            log.error("commit of %d requests failed, nothing was written: %s", count, why)


def _send_keys(jobs: list[Job]) -> Iterator[tuple[int, bytes]]:
    for job in jobs:
        if isinstance(job, SendJob) and job.refuse is None:
            user = job.actor.user.id
            yield from ((user, item.id) for item in job.items)
        elif isinstance(job, CreateJob | DirectJob):
            yield job.actor.user.id, job.body.id


def _send_items(jobs: list[Job]) -> Iterator[SendItem]:
    for job in jobs:
        if isinstance(job, SendJob) and job.refuse is None:
            yield from job.items


def _entropy(block: int = 16 * 1024) -> Callable[[int], bytes]:
    """`token(n)`: n random bytes, taken from the system a block at a time (n at most 64)."""
    pool, at = b"", 0

    def token(size: int) -> bytes:
        nonlocal pool, at
        if at + size > len(pool):
            pool, at = os.urandom(block), 0
        at += size
        return pool[at - size : at]

    return token


def _keep_house(batch: Batch, job: Rotate | Renew | ForgetCodes) -> None:
    match job:
        case Rotate():
            batch.rotate(job.room)
        case Renew():
            batch.renew(job.user)
        case ForgetCodes():
            batch.forget_codes()
