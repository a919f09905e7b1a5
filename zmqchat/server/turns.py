"""What waits for its turn: shared among users, and a user's part among their devices. Pure.

Whoever has had the least is next, so that one who asks for much waits behind oneself and nobody
else: many connections, devices or requests get nobody more. It is weighted fair queueing by finish
(what somebody has had, and the cost of what comes next), on both floors: what costs little comes
before what costs much, and neither can starve the other.

What somebody has had is forgiven in time, as far as it is less than a sixteenth of everything:
when a thousand come who have had nothing yet, whoever says a few words now and then would wait
behind them all.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush, nlargest
from itertools import count
from typing import Final, Generic, TypeVar

T = TypeVar("T")

_IDLE: Final = 1_000
"""Users or devices for whom nothing waits that are remembered for what they have had."""

_LIGHT: Final = 16
"""Whoever takes less than this part of everything has as good as nothing."""

_FORGIVEN: Final = 2
"""No more than this part of everything is forgiven to all together: who waits with much is not
kept waiting by many who take little."""

_MOST_FORGIVEN: Final = 1_000_000
"""What may be forgiven at once after a long time in which nothing was."""


@dataclass(slots=True, eq=False)
class _Flow:
    """One of those who share. `next_cost` is None where nothing waits.

    What it has had is forgiven up to the moment when everybody had had `forgiven_at`.
    """

    key: Hashable
    served: int = 0
    forgiven_at: int = 0
    finish: int = 0
    waiting: int = 0
    next_cost: int | None = None


_F = TypeVar("_F", bound=_Flow)


class _Shares(Generic[_F]):
    """Flows by key, and whose turn it is. What is out of date in the heap is skipped."""

    def __init__(self, make: Callable[[Hashable], _F]) -> None:
        self._make = make
        self._heap: list[tuple[int, int, _F]] = []
        self._number = count()
        self._clock = 0
        self._busy: set[_F] = set()
        self._idle = 0
        self._had = 0  # by everybody
        self._forgivable = 0
        self.flows: dict[Hashable, _F] = {}

    def flow(self, key: Hashable) -> _F:
        """The flow of `key`, which wants something more.

        Nobody saves turns up while nothing of theirs waits.
        """
        flow = self.flows.get(key)
        if flow is None:
            flow = self.flows[key] = self._make(key)
            flow.forgiven_at = self._had
        if flow not in self._busy:
            flow.served = max(flow.served, self._clock)
        self._forgive(flow)
        return flow

    def _forgive(self, flow: _F) -> None:
        # It may have been less than was reckoned: then there is nothing to forgive yet.
        parts = max(0, self._had - flow.forgiven_at) // _LIGHT
        flow.forgiven_at += parts * _LIGHT
        owed = max(0, flow.served - self._clock)
        forgiven = min(owed, parts, self._forgivable)
        flow.served -= forgiven
        self._forgivable -= forgiven

    def pay(self, flow: _F, cost: int) -> None:
        """`flow` has had so much (or so much less than was reckoned)."""
        flow.served += cost
        self._had += cost
        self._forgivable = min(_MOST_FORGIVEN, max(0, self._forgivable + cost // _FORGIVEN))

    def note(self, flow: _F) -> None:
        """What `flow` has had, or has next, is another."""
        if flow.next_cost is not None:
            finish = flow.served + flow.next_cost
            if flow not in self._busy or finish != flow.finish:
                self._busy.add(flow)
                flow.finish = finish
                heappush(self._heap, (finish, next(self._number), flow))
        elif flow in self._busy:
            self._busy.remove(flow)
            self._idle += 1
            if not self._busy or self._idle >= _IDLE:
                self._forget()

    def _forget(self) -> None:
        """When nobody waits nobody owes; else those who have had most still do."""
        idle = [flow for flow in self.flows.values() if flow.served > self._clock]
        owing = nlargest(_IDLE, idle, key=lambda flow: flow.served) if self._busy else []
        self.flows = {flow.key: flow for flow in (*owing, *self._busy)}
        self._idle = 0

    def first(self) -> _F | None:
        """Whose turn it is."""
        while self._heap:
            finish, _, flow = self._heap[0]
            if flow.next_cost is not None and flow.finish == finish:
                return flow
            heappop(self._heap)
        return None

    def turn_of(self, flow: _F) -> None:
        """It is now: whoever comes from here on begins where `flow` stood."""
        self._clock = max(self._clock, flow.served)


@dataclass(slots=True, eq=False)
class _Device(_Flow, Generic[T]):
    """What waits of one device, in a heap of (rank, number, cost, item)."""

    items: list[tuple[int, int, int, T]] = field(default_factory=list)

    def look(self) -> None:
        """Finds out what is next."""
        self.next_cost = self.items[0][2] if self.items else None


@dataclass(slots=True, eq=False)
class _User(_Flow, Generic[T]):
    """A user's devices."""

    devices: _Shares[_Device[T]] = field(default_factory=lambda: _Shares(_Device))

    def look(self) -> None:
        """Finds out what is next."""
        first = self.devices.first()
        self.next_cost = first.next_cost if first is not None else None


@dataclass(frozen=True, slots=True)
class Turn(Generic[T]):
    """Something whose turn has come."""

    user: Hashable
    device: Hashable
    cost: int
    item: T


class Turns(Generic[T]):
    """Whatever waits; `waiting` is what all of it costs together.

    Of one device what came first is first, or with `cheapest_first` what costs least.
    """

    def __init__(self, *, cheapest_first: bool = False) -> None:
        self._cheapest_first = cheapest_first
        self._users: _Shares[_User[T]] = _Shares(_User)
        self._number = count()
        self.waiting = 0

    def __bool__(self) -> bool:
        return self._users.first() is not None

    def waiting_of(self, user: Hashable, device: Hashable) -> int:
        """What waits of one device."""
        _, queue = self._find(user, device)
        return queue.waiting if queue else 0

    def waiting_for(self, user: Hashable) -> int:
        """What waits of all of a user's devices."""
        owner = self._users.flows.get(user)
        return owner.waiting if owner else 0

    def put(self, user: Hashable, device: Hashable, cost: int, item: T) -> None:
        """Takes something, which costs more than nothing."""
        owner = self._users.flow(user)
        queue = owner.devices.flow(device)
        rank = queue.served + cost if self._cheapest_first else 0
        heappush(queue.items, (rank, next(self._number), cost, item))
        self._changed(owner, queue, cost)

    def take(self) -> Turn[T] | None:
        """What is next; None where nothing waits."""
        owner = self._users.first()
        queue = owner.devices.first() if owner else None
        if owner is None or queue is None:
            return None
        self._users.turn_of(owner)
        owner.devices.turn_of(queue)
        return self._next(owner, queue)

    def take_of(self, user: Hashable, device: Hashable) -> Turn[T] | None:
        """What is next of one device, out of its turn; it counts all the same."""
        owner, queue = self._find(user, device)
        return self._next(owner, queue) if owner and queue and queue.items else None

    def _next(self, owner: _User[T], queue: _Device[T]) -> Turn[T]:
        _, _, cost, item = heappop(queue.items)
        turn = Turn(owner.key, queue.key, cost, item)
        self._pay(owner, queue, cost)
        self._changed(owner, queue, -cost)
        return turn

    def charge(self, turn: Turn[T], more: int) -> None:
        """A turn came to so much more than was reckoned, but never to nothing."""
        owner, queue = self._find(turn.user, turn.device)
        if owner is not None and queue is not None:
            self._pay(owner, queue, max(more, 1 - turn.cost))
            self._changed(owner, queue, 0)

    def remove(self, user: Hashable, device: Hashable, unwanted: Callable[[T], bool]) -> list[T]:
        """Takes out what is unwanted of a device's, and returns it."""
        owner, queue = self._find(user, device)
        if owner is None or queue is None:
            return []
        gone = [each for each in queue.items if unwanted(each[3])]
        if gone:
            queue.items = [each for each in queue.items if not unwanted(each[3])]
            heapify(queue.items)
            self._changed(owner, queue, -sum(cost for _, _, cost, _ in gone))
        return [item for _, _, _, item in gone]

    def displace(self, user: Hashable, cost: int) -> Turn[T] | None:
        """Takes out what came last of the user who has most waiting, so that `user` finds room.

        None where `user` would then have as much as they, or more.
        """
        heaviest = max(self._users.flows.values(), key=lambda flow: flow.waiting, default=None)
        mine = self._users.flows.get(user)
        if heaviest is None or heaviest.waiting <= cost + (mine.waiting if mine else 0):
            return None
        queue = max(heaviest.devices.flows.values(), key=lambda flow: flow.waiting)
        last = max(queue.items, key=lambda each: each[1])
        queue.items.remove(last)
        heapify(queue.items)
        self._changed(heaviest, queue, -last[2])
        return Turn(heaviest.key, queue.key, last[2], last[3])

    def _find(self, user: Hashable, device: Hashable) -> tuple[_User[T] | None, _Device[T] | None]:
        owner = self._users.flows.get(user)
        return owner, owner.devices.flows.get(device) if owner else None

    def _pay(self, owner: _User[T], queue: _Device[T], cost: int) -> None:
        self._users.pay(owner, cost)
        owner.devices.pay(queue, cost)

    def _changed(self, owner: _User[T], queue: _Device[T], more: int) -> None:
        self.waiting += more
        owner.waiting += more
        queue.waiting += more
        queue.look()
        owner.devices.note(queue)
        owner.look()
        self._users.note(owner)
