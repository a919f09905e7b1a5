"""What the network thread tells the window, in the order in which it happened."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from zmqchat.client import ChatEvent, ChatSignal, RoomState, Stages
from zmqchat.errors import ChatError
from zmqchat_gui.bridge.entries import Item


@dataclass(frozen=True, slots=True)
class StateChanged:
    """How the client stands to its server: `offline`, `connecting`, `catching-up` or `live`."""

    state: str


@dataclass(frozen=True, slots=True)
class Vitals:
    """Measured every second. Seconds; None where it is not known.

    `latency` is from the commit of the newest live event to its arrival here, `stages` where its
    time went, `retry_in` until the next attempt to connect; `role`
    is the person's standing in the realm (admin, member, guest), "" before a welcome.
    """

    name: str
    role: str
    waiting: int
    latency: float | None
    stages: Stages | None
    retry_in: float | None


@dataclass(frozen=True, slots=True)
class Ended:
    """This client can do nothing more: the server refused it, or its disk failed."""

    error: ChatError


@dataclass(frozen=True, slots=True)
class RoomOpened:
    """The person is in a room."""

    room: str


@dataclass(frozen=True, slots=True)
class RoomClosed:
    """The person is in a room no longer."""

    room: str
    text: str


@dataclass(frozen=True, slots=True)
class RoomRenamed:
    """A room that the person is in has another name."""

    room: str
    name: str


@dataclass(frozen=True, slots=True)
class States:
    """Markers, counts and settings of the person's rooms, by name, and whom they ignore."""

    rooms: Mapping[str, RoomState]
    ignored: frozenset[str]


@dataclass(frozen=True, slots=True)
class Signalled:
    """Who is typing, who is there, how somebody is shown now."""

    signal: ChatSignal


@dataclass(frozen=True, slots=True)
class Resumed:
    """A message that an earlier process left in the outbox, and that is being sent."""

    room: str
    key: str
    text: str
    reply_to: int


@dataclass(frozen=True, slots=True)
class Loaded:
    """The newest page of a room that is looked at; everything after it follows as `Arrived`.

    `whole` says that nothing is older. `provisional` is what the profile has while the server does
    not answer: another page takes its place later.
    """

    room: str
    items: Sequence[Item]
    whole: bool
    provisional: bool


@dataclass(slots=True)
class Arrived:
    """Events of a room, in order, following those before."""

    room: str
    events: list[ChatEvent]


@dataclass(frozen=True, slots=True)
class Completed:
    """The server's head confirms that nothing up to `seq` is missing or altered."""

    room: str
    seq: int


@dataclass(frozen=True, slots=True)
class Warned:
    """Something that a person must see."""

    text: str


@dataclass(frozen=True, slots=True)
class Queued:
    """A message is in the outbox."""

    room: str
    key: str


@dataclass(frozen=True, slots=True)
class Sent:
    """A message is on the server's disk as event `seq`."""

    room: str
    key: str
    seq: int
    time_us: int


@dataclass(frozen=True, slots=True)
class SendFailed:
    """A message was refused for good, or could not be put into the outbox."""

    room: str
    key: str
    text: str


@dataclass(frozen=True, slots=True)
class Answered:
    """What was asked for, for whoever asked."""

    done: Callable[[Any], None]
    result: Any


Update = (
    StateChanged
    | Vitals
    | Ended
    | RoomOpened
    | RoomClosed
    | RoomRenamed
    | States
    | Signalled
    | Resumed
    | Loaded
    | Arrived
    | Completed
    | Warned
    | Queued
    | Sent
    | SendFailed
    | Answered
)
