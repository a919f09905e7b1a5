"""What was done here to messages and is not in the log yet, laid over how they stand there. Pure.

An event that waits has the seq 0, and once it is acknowledged its own. It lies over a message until
the message itself has it, however that comes about: as an event or in a page, before or after the
acknowledgement. One that is refused is taken away, and the message is as it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from uuid import UUID

from zmqchat.client.changes import Known, changes, nobody
from zmqchat.client.events import ChatEvent
from zmqchat.client.messages import ChatMessage


class Pending:
    """Events about messages of one room, in the order in which they were made."""

    def __init__(self, known: Known = nobody) -> None:
        self._known = known
        self._events: dict[int, dict[UUID, ChatEvent]] = {}
        self._targets: dict[UUID, int] = {}

    def add(self, event: ChatEvent) -> None:
        """Something was done to a message; doing it twice under one id is doing it once."""
        target = event.target or 0
        self._targets[event.id] = target
        self._events.setdefault(target, {}).setdefault(event.id, event)

    def acknowledged(self, event: ChatEvent) -> None:
        """It is in the log at the event's seq; it stays until that is heard of."""
        waiting = self._events.get(self._targets.get(event.id, 0), {})
        if event.id in waiting:
            waiting[event.id] = event

    def drop(self, send_id: UUID) -> ChatEvent | None:
        """It is not to be, or the message has it; returns it where it was here."""
        target = self._targets.pop(send_id, None)
        if target is None:
            return None
        event = self._events[target].pop(send_id)
        if not self._events[target]:
            del self._events[target]
        return event

    def heard(self, events: Iterable[ChatEvent]) -> set[int]:
        """These came from the log; the seqs of the messages that less lies over now."""
        if not self._targets:
            return set()
        events = list(events)
        came = [self.drop(event.id) for event in events if event.id in self._targets]
        gone = {event.target or 0 for event in came if event is not None}
        return gone | self.heard_to(events[-1].seq) if events else gone

    def heard_to(self, seq: int) -> set[int]:
        """Everything up to a seq is in the messages; those that less lies over now."""
        every = [event for waiting in self._events.values() for event in waiting.values()]
        came = [event for event in every if 0 < event.seq <= seq]
        for event in came:
            self.drop(event.id)
        return {event.target or 0 for event in came}

    def on(self, message: ChatMessage) -> Sequence[ChatEvent]:
        """What lies over the message as it stands."""
        waiting = self._events.get(message.seq)
        if not waiting:
            return ()
        return [event for event in waiting.values() if not 0 < event.seq <= message.as_of]

    def over(self, message: ChatMessage) -> ChatMessage:
        """The message as it will stand when all of this is in the log."""
        for event in self.on(message):
            message = replace(message, **changes(message, event, self._known))
        return message

    @property
    def targets(self) -> frozenset[int]:
        """The seqs of the messages that something lies over."""
        return frozenset(self._events)
