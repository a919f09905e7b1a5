"""One client's account of what it received: everything, once, in order, and a sample with times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from perf import payload
from perf.plan import Delivery

ROOM = 4
_MOST_PROBLEMS = 5


class Tally:
    """Counts deliveries of one client; `expected` is how many each of its rooms is to bring.

    `missing` is how many have not come.
    """

    def __init__(self, client: int, expected: Mapping[int, int], sample_every: int) -> None:
        self.client = client
        self.missing = sum(expected.values())
        self._next: dict[tuple[int, int], int] = {}
        self._next_packed: dict[bytes, int] = {}
        self._sample_every = sample_every
        self._until_sample = client % sample_every
        self.delivered = 0
        self.delivered_bytes = 0
        self.last_received_ns = 0
        self.deliveries: list[Delivery] = []
        self.problems: list[str] = []

    @property
    def complete(self) -> bool:
        """Whether everything has come."""
        return self.missing <= 0

    def problem(self, text: str) -> None:
        """Notes what must not be; the run fails."""
        if len(self.problems) < _MOST_PROBLEMS:
            self.problems.append(f"client {self.client}: {text}")

    def note_packed(self, messages: Sequence[bytes], received_ns: int) -> None:
        """Messages as baselines carry them: the room in 4 bytes, then the text.

        This runs once a delivery, and a slow baseline would flatter us: hence no calls in it.
        """
        due, size = self._next_packed, 0
        for message in messages:
            place, index = message[:8], int(message[8:16], 16)
            if index != due.get(place, 0):
                self.problem(f"message {index} at {place!r} in place of {due.get(place, 0)}")
            due[place] = index + 1
            size += len(message)
        self.count(len(messages), size - ROOM * len(messages), received_ns)
        for position in self.sampled(len(messages)):
            self._sample_packed(messages[position], received_ns)

    def _sample_packed(self, message: bytes, received_ns: int) -> None:
        stamp = payload.stamp(message[ROOM : ROOM + payload.HEADER])
        room, size = int.from_bytes(message[:ROOM], "big"), len(message) - ROOM
        self.deliveries.append(
            Delivery(
                *(stamp.sender, self.client, room, stamp.index + 1, size),
                *(stamp.intended_ns, stamp.sent_ns, 0, 0, received_ns),
            )
        )

    def in_order(self, room: int, sender: int, first: int, after: int) -> None:
        """A sender's messages `first` to `after` - 1 came next from a room."""
        place = (room, sender)
        due = self._next.get(place, 0)
        if first != due:
            self.problem(f"room {room}: message {first} of sender {sender} in place of {due}")
        self._next[place] = after

    def count(self, messages: int, size: int, received_ns: int) -> None:
        """Adds messages, whose order was checked, and their bytes together."""
        self.delivered += messages
        self.delivered_bytes += size
        self.missing -= messages
        self.last_received_ns = received_ns
        if self.missing < 0:
            self.problem(f"{-self.missing} messages more than were sent")

    def sampled(self, messages: int) -> range:
        """Which of the next `messages` are to be kept with their times, by position."""
        positions = range(self._until_sample, messages, self._sample_every)
        if positions:
            self._until_sample = positions[-1] + self._sample_every
        self._until_sample -= messages
        return positions
