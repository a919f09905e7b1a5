"""Effects: everything that the machine can ask of its shell, executed in the order given."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from enum import StrEnum

from zmqchat.errors import Code
from zmqchat.protocol.events import Event
from zmqchat.protocol.replies import ListenToken, Reply
from zmqchat.protocol.requests import Request
from zmqchat.protocol.rooms import RoomInfo
from zmqchat.protocol.signals import Signal


class State(StrEnum):
    """How the client stands to its server, as a person is told it."""

    OFFLINE = "offline"
    CONNECTING = "connecting"
    CATCHING_UP = "catching-up"
    LIVE = "live"


@dataclass(frozen=True, slots=True)
class StateChanged:
    """The connection state is another than before."""

    state: State


@dataclass(frozen=True, slots=True)
class Dial:
    """Make a fresh request connection in place of the old; report connected or disconnected."""


@dataclass(frozen=True, slots=True)
class HangUp:
    """Close the request connection: nothing that comes of it is wanted, nor that it comes back."""


@dataclass(frozen=True, slots=True)
class SendRequest:
    """Send one request frame on the request connection."""

    request: Request


@dataclass(frozen=True, slots=True)
class Listen:
    """Make a new SUB to `broker` with `token`, in place of the old; host `*` is the server's."""

    broker: str
    token: ListenToken


@dataclass(frozen=True, slots=True)
class Subscribe:
    """Subscribe to `topics` in this order; the last is a barrier, whose answer is reported."""

    topics: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Unsubscribe:
    """Take back subscriptions."""

    topics: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class RoomOpened:
    """The user is a member of a room that was not known before."""

    info: RoomInfo


@dataclass(frozen=True, slots=True)
class RoomChanged:
    """Something of a room's description, keys or head was read anew."""

    info: RoomInfo


@dataclass(frozen=True, slots=True)
class RoomClosed:
    """The user is no longer a member; what was received stays readable."""

    room: int


@dataclass(frozen=True, slots=True)
class Applied:
    """Verified events, the next of their room, in order: store them and show them.

    `committed_us` and `published_us` are the newest live frame's stamps, None from a catch-up.
    """

    room: int
    events: tuple[Event, ...]
    committed_us: int | None = None
    published_us: int | None = None


@dataclass(frozen=True, slots=True)
class Signalled:
    """What members of a room are told of each other; it may be lost, and nobody signed it."""

    room: int
    signals: tuple[Signal, ...]


@dataclass(frozen=True, slots=True)
class AccountChanged:
    """What the user keeps has another version at the server than it had: ask for what changed."""

    version: int


@dataclass(frozen=True, slots=True)
class Complete:
    """The server's own head confirms that nothing up to `seq` is missing or altered."""

    room: int
    seq: int


@dataclass(frozen=True, slots=True)
class BranchSetAside:
    """Events after `after` up to `last`, applied earlier, are not in the server's log any more.

    The server was restored or lost its tail. Store them apart and say so; the room goes on with
    the server's events after `after`.
    """

    room: int
    after: int
    last: int


@dataclass(frozen=True, slots=True)
class Forged:
    """Somebody on the fan-out plane sent what the server never signed; it was dropped."""

    room: int
    why: str


@dataclass(frozen=True, slots=True)
class LogBroken:
    """The server's own log of a room does not hang together after `seq`; the room stands still."""

    room: int
    seq: int
    why: str


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """The send is on the server's disk at `seq`; forget it in the outbox."""

    send_id: bytes
    room: int
    seq: int
    time_us: int


@dataclass(frozen=True, slots=True)
class Failed:
    """The server refused the send for good; it is in no log."""

    send_id: bytes
    room: int
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Held:
    """The server cannot write, or not yet, so that sends or the hello wait; they are tried again.

    Given once for each time that this begins.
    """

    message: str


@dataclass(frozen=True, slots=True)
class Guessed:
    """So many wrong passwords were tried for the user's name within a day.

    Given when there are some, and again when they have doubled.
    """

    count: int


@dataclass(frozen=True, slots=True)
class Answered:
    """The reply to the call that the application made under `key`."""

    key: Hashable
    reply: Reply


@dataclass(frozen=True, slots=True)
class Rejected:
    """The server refuses this session for good; nothing more is tried until `start`."""

    code: Code | str
    message: str


Effect = (
    StateChanged
    | Dial
    | HangUp
    | SendRequest
    | Listen
    | Subscribe
    | Unsubscribe
    | RoomOpened
    | RoomChanged
    | RoomClosed
    | Applied
    | Signalled
    | AccountChanged
    | Complete
    | BranchSetAside
    | Forged
    | LogBroken
    | Acknowledged
    | Failed
    | Held
    | Guessed
    | Answered
    | Rejected
)
