"""What the network thread tells the window, in the order in which it happened.

Values of their own, and not the SDK's notices and effects: the window deals in what it
shows, hears of one session in one order, and is tested by telling it these.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from zmqchat.client import ChatEvent, ChatSignal, RoomState, Stages, TimelinePage
from zmqchat.client.naming import Where
from zmqchat.errors import ChatError
from zmqchat.protocol.who import Who


@dataclass(frozen=True, slots=True)
class StateChanged:
    """How the client stands to its server: `offline`, `connecting`, `catching-up` or `live`."""

    state: str


@dataclass(frozen=True, slots=True)
class Vitals:
    """Measured every second. Seconds; None where it is not known. `user` is the person's id, 0
    before the server was ever reached.

    `latency` is from the commit of the newest live event to its arrival here, `stages` where its
    time went, `retry_in` until the next attempt to connect; `role`
    is the person's standing in the realm (admin, member, guest), "" before a welcome.
    """

    name: str
    role: str
    latency: float | None
    stages: Stages | None
    retry_in: float | None
    user: int = 0


@dataclass(frozen=True, slots=True)
class Ended:
    """This client can do nothing more: the server refused it, or its disk failed."""

    error: ChatError


@dataclass(frozen=True, slots=True)
class RoomOpened:
    """The person is in a room, as `role` ("owner", "moderator", "member"); `people` are the others
    in a conversation, `kind` is "public", "private" or "direct"; "" is what is not known.
    """

    room: Where
    people: tuple[Who, ...] = ()
    kind: str = ""
    description: str = ""
    archived: bool = False
    role: str = ""


@dataclass(frozen=True, slots=True)
class RoomClosed:
    """The person is in a room no longer."""

    room: int
    text: str


@dataclass(frozen=True, slots=True)
class RoomRenamed:
    """A room that the person is in is called so now."""

    room: Where
    people: tuple[Who, ...] = ()


@dataclass(frozen=True, slots=True)
class States:
    """Markers, counts and settings of the person's rooms, by id, and whom they ignore."""

    rooms: Mapping[int, RoomState]
    ignored: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Signalled:
    """Who is typing, who is there, how somebody is shown now."""

    signal: ChatSignal


@dataclass(frozen=True, slots=True)
class Loaded:
    """The newest page of a room that is looked at; everything after it follows as `Arrived`.

    `provisional` is what the profile has while the server does not answer: another page takes its
    place later.
    """

    room: int
    page: TimelinePage
    provisional: bool = False


@dataclass(slots=True)
class Arrived:
    """Events of a room, in order, following those before."""

    room: int
    events: list[ChatEvent]


@dataclass(frozen=True, slots=True)
class Completed:
    """The server's head confirms that nothing up to `seq` is missing or altered."""

    room: int
    seq: int


@dataclass(frozen=True, slots=True)
class Warned:
    """Something that a person must see."""

    text: str


@dataclass(frozen=True, slots=True)
class Resumed:
    """An earlier process left this in the outbox; it is being sent."""

    event: ChatEvent


@dataclass(frozen=True, slots=True)
class Queued:
    """This is in the outbox."""

    event: ChatEvent


@dataclass(frozen=True, slots=True)
class Sent:
    """This is on the server's disk, and has its seq."""

    event: ChatEvent


@dataclass(frozen=True, slots=True)
class SendFailed:
    """This was refused for good, or could not be put into the outbox; `why` is a sentence."""

    event: ChatEvent
    why: str


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
    | Loaded
    | Arrived
    | Completed
    | Warned
    | Resumed
    | Queued
    | Sent
    | SendFailed
    | Answered
)
