"""Many rooms of very different sizes: 200 users over 50 rooms, a few of them crowded."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass

from perf.outcome import Outcome
from perf.plan import ClientPlan, Stream, WorkerPlan
from perf.systems.base import System
from perf.traffic import LATENCIES, LOADS, dealt, run

_SECONDS = 3


@dataclass(frozen=True, slots=True)
class Rooms:
    """Each of `users` is in up to `each` of `rooms`, room k with weight 1/k, and talks in one."""

    name: str = "rooms"
    users: int = 200
    rooms: int = 50
    each: int = 5
    processes: int = 2
    rounds: int = 3
    systems: tuple[str, ...] = ("zmqchat", "bare", "bare-curve", "bare-stream")
    headline: tuple[str, ...] = (*LATENCIES, *LOADS)

    def run(self, system: System, number: int) -> Outcome:
        """One round by the clock: a message a second of each user."""
        clients = self._clients(system.rooms(self.rooms))
        expected = Counter[int]()
        for client in clients:
            for stream in client.streams:
                expected[stream.room] += stream.count
        counts = {room: expected[room] for client in clients for room in client.hears}
        plans = [WorkerPlan(tuple(group), counts) for group in dealt(clients, self.processes)]
        return run(self.name, plans, system, number)

    def _clients(self, rooms: list[int]) -> list[ClientPlan]:
        dice = random.Random(1)
        weights = [1 / (place + 1) for place in range(len(rooms))]
        clients = []
        for number in range(self.users):
            mine = sorted(set(dice.choices(rooms, weights, k=self.each)))
            stream = Stream(dice.choice(mine), _SECONDS, 60, 400, rate=1.0)
            clients.append(ClientPlan(number, (stream,), tuple(mine)))
        return clients
