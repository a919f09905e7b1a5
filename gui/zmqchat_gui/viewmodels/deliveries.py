"""What became of what the person sent: told to the room that it is in, or kept for it on disk."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from msgspec.structs import replace

from zmqchat.client import ChatEvent
from zmqchat_gui.bridge.drafts import Drafts, Unsent
from zmqchat_gui.bridge.entries import POSTED, entry_of
from zmqchat_gui.viewmodels.happenings import refusal
from zmqchat_gui.viewmodels.room import Room


class Deliveries:
    """Finds the room of an event that was sent, also where it is not open.

    `name_of` says what a room is called now. `kept` is called with a sentence where something was
    refused that no open room can show.
    """

    def __init__(
        self,
        open_room: Callable[[int], Room | None],
        name_of: Callable[[int], str],
        drafts: Drafts,
        kept: Callable[[str], None],
    ) -> None:
        self._open_room = open_room
        self._name_of = name_of
        self._drafts = drafts
        self._kept = kept
        self._left: dict[UUID, ChatEvent] = {}
        self._waits: dict[UUID, bool] = {}
        self._messages = 0

    @property
    def waiting(self) -> tuple[int, int]:
        """How many messages are on their way, and how many changes of messages."""
        return self._messages, len(self._waits) - self._messages

    def submitted(self, event: ChatEvent) -> None:
        """The person sent it."""
        if event.id not in self._waits:
            self._waits[event.id] = event.type == POSTED
            self._messages += event.type == POSTED

    def _waits_no_longer(self, event: ChatEvent) -> None:
        self._left.pop(event.id, None)
        self._messages -= self._waits.pop(event.id, False)

    def resumed(self, event: ChatEvent) -> None:
        """An earlier process left it in the outbox: it is shown where its room is, or will be."""
        self.submitted(event)
        room = self._room(event)
        if room is not None:
            room.timeline.show(event)
        else:
            self._left[event.id] = event

    def queued(self, event: ChatEvent) -> None:
        """It is in the outbox, on disk."""
        room = self._room(event)
        if room is not None:
            room.queued(event)

    def sent(self, event: ChatEvent) -> None:
        """It is on the server's disk."""
        self._waits_no_longer(event)
        room = self._room(event)
        if room is not None:
            room.timeline.sent(event)

    def failed(self, event: ChatEvent, why: str) -> None:
        """It was refused for good: what was typed is not lost, whatever room is open."""
        self._waits_no_longer(event)
        room = self._room(event)
        if room is not None:
            room.timeline.refused(event, why)
            return
        self._keep(event, why)
        self._kept(f"{self._name_of(event.room_id) or event.room}: {refusal(event.type, why)}")

    def _keep(self, event: ChatEvent, why: str) -> None:
        room = event.room_id
        draft, entry = self._drafts.get(room), entry_of(event)
        if event.type == POSTED:
            unsent = Unsent(entry.text, entry.reply_to, entry.time_us, why, event.id.hex)
            draft = replace(draft, unsent=(*draft.unsent, unsent))
        elif event.type == "edited":
            draft = replace(draft, edits=(*draft.edits, (event.target or 0, entry.text)))
        self._drafts.put(room, draft)

    def opened(self, room: Room) -> None:
        """A room is open now: what waits for it is shown there."""
        mine = [event for event in self._left.values() if event.room_id == room.id]
        for event in mine:
            del self._left[event.id]
            room.timeline.show(event)

    def _room(self, event: ChatEvent) -> Room | None:
        return self._open_room(event.room_id)
