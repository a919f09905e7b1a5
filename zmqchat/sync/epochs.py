"""Which handle is heard, and which room, epoch and key it belongs to."""

from __future__ import annotations

from dataclasses import dataclass

from zmqchat.protocol.replies import PersonalTopic
from zmqchat.protocol.rooms import RoomInfo


@dataclass(frozen=True, slots=True)
class Opening:
    """What opens a handle's publications. `room` is None on the user's personal topic."""

    room: int | None
    epoch: int
    key: bytes


class Epochs:
    """The handles in use: one of each room, those that are being left, and the personal one."""

    def __init__(self) -> None:
        self._openings: dict[bytes, Opening] = {}
        self._current: dict[int | None, bytes] = {}

    def opening(self, handle: bytes) -> Opening | None:
        """What the handle stands for; None for one that is not heard."""
        return self._openings.get(handle)

    def epoch_of(self, room: int) -> int | None:
        """The epoch that is heard of a room."""
        handle = self._current.get(room)
        return self._openings[handle].epoch if handle else None

    def wanted(self) -> list[bytes]:
        """The handles to be subscribed to, rising."""
        return sorted(self._current.values())

    def enter(self, info: RoomInfo) -> None:
        """Hear a room's epoch; the one before stays open until `forget`."""
        self._put(info.handle, Opening(info.room, info.epoch, info.key))

    def personal(self, topic: PersonalTopic) -> None:
        """Hear the user's own topic."""
        self._put(topic.handle, Opening(None, 0, topic.key))

    def renew(self, topic: PersonalTopic) -> bool:
        """`personal`; whether it is another than the one that is heard."""
        held = self._openings.get(self._current.get(None, b""))
        if self._current.get(None) == topic.handle and held is not None and held.key == topic.key:
            return False
        self.personal(topic)
        return True

    def _put(self, handle: bytes, opening: Opening) -> None:
        self._openings[handle] = opening
        self._current[opening.room] = handle

    def leave(self, room: int) -> list[bytes]:
        """Hear nothing more of a room: its handles, whose keys are forgotten."""
        self._current.pop(room, None)
        handles = [h for h, opening in self._openings.items() if opening.room == room]
        for handle in handles:
            del self._openings[handle]
        return handles

    def forget_old(self) -> list[bytes]:
        """The handles of epochs that have been replaced; their keys are forgotten."""
        old = sorted(self._openings.keys() - set(self._current.values()))
        for handle in old:
            del self._openings[handle]
        return old
