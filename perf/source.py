"""What a client has to send, and when: by the clock in open loop, at once in saturation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from perf import payload
from perf.plan import ClientPlan, Stream

_S = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Message:
    """A message that is due, with the time at which it was to leave."""

    sender: int
    room: int
    index: int
    intended_ns: int
    size: int

    def text(self, sent_ns: int) -> str:
        """Its text, handed to the system at `sent_ns`."""
        return payload.text(self.sender, self.index, self.intended_ns, sent_ns, self.size)


class _Flow:
    """One stream, with the place that it has come to."""

    def __init__(self, sender: int, stream: Stream, share: float) -> None:
        self._sender = sender
        self._stream = stream
        self._sizes = payload.sizes(sender, stream.count, stream.smallest, stream.largest)
        self._share = share
        self._index = 0
        self._begin_ns = 0
        self._step_ns = _S / stream.rate if stream.rate else 0.0

    def start(self, now_ns: int) -> None:
        self._begin_ns = now_ns + int(self._step_ns * self._share)

    @property
    def finished(self) -> bool:
        return self._index >= self._stream.count

    def next_due_ns(self) -> int:
        return self._begin_ns + int(self._index * self._step_ns)

    def take(self, now_ns: int) -> Iterator[Message]:
        open_loop = self._step_ns > 0
        while not self.finished and (not open_loop or self.next_due_ns() <= now_ns):
            intended_ns = self.next_due_ns() if open_loop else now_ns
            index, self._index = self._index, self._index + 1
            yield Message(self._sender, self._stream.room, index, intended_ns, self._sizes[index])


class Source:
    """A client's streams. Streams of one rate are spread over its period, client by client."""

    def __init__(self, plan: ClientPlan, clients: int) -> None:
        places = range(len(plan.streams))
        self._flows = [
            _Flow(plan.number, stream, (plan.number + place / len(places)) % clients / clients)
            for place, stream in zip(places, plan.streams, strict=True)
        ]

    def start(self, now_ns: int) -> None:
        """The clock of the open loop starts."""
        for flow in self._flows:
            flow.start(now_ns)

    @property
    def finished(self) -> bool:
        """Whether everything was taken."""
        return not self._flows

    def next_due_ns(self) -> int | None:
        """When there is something to take, or None for never."""
        return min((flow.next_due_ns() for flow in self._flows), default=None)

    def take(self, now_ns: int, most: int, most_bytes: int) -> Sequence[Message]:
        """What is due, up to `most` messages and about `most_bytes`."""
        taken: list[Message] = []
        for flow in self._flows:
            for message in flow.take(now_ns) if most > 0 and most_bytes > 0 else ():
                taken.append(message)
                most -= 1
                most_bytes -= message.size
                if most <= 0 or most_bytes <= 0:
                    break
        self._flows = [flow for flow in self._flows if not flow.finished]
        return taken
