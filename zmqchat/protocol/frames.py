"""Published frames: what is sealed and sent to everybody who hears a handle.

On the wire a publication is two parts, `[handle, sealed]`. Opened with the epoch's key, with the
handle as associated data, the payload is one of the structs below.
"""

from __future__ import annotations

import msgspec

from zmqchat.protocol.chain import fields
from zmqchat.protocol.events import Event
from zmqchat.protocol.signals import Signal

_CONTEXT = b"zmqchat frame 1"


class EventsFrame(msgspec.Struct, frozen=True, array_like=True, tag="events"):
    """Events of one room, in order and without holes, in one frame.

    `committed_us` and `published_us` are the server's clock when their commit was on disk and
    when the frame was sealed. `signature` is Ed25519 over `statement` of the last event.
    """

    room: int
    epoch: int
    events: list[Event]
    committed_us: int
    published_us: int
    signature: bytes


class EpochEnded(msgspec.Struct, frozen=True, array_like=True, tag="epoch-ended"):
    """Nothing follows on this handle: ask for the room's new keys, then catch up."""

    room: int
    epoch: int
    seq: int
    chain: bytes
    signature: bytes


class Nudge(msgspec.Struct, frozen=True, array_like=True, tag="nudge"):
    """On a personal topic: something of yours changed; the next heartbeat says what."""

    counter: int


class Signals(msgspec.Struct, frozen=True, array_like=True, tag="signals"):
    """What may be lost, batched. One whose `counter` is not above the room's last is a replay.

    Counters rise over restarts too. Nothing that matters depends on a signal: it is sealed with
    the room's key and not signed, so a member who runs a broker could make one up.
    """

    room: int
    epoch: int
    counter: int
    signals: list[Signal]


Frame = EventsFrame | EpochEnded | Nudge | Signals


def statement(
    kind: str, realm: bytes, lineage: bytes, room: int, epoch: int, seq: int, chain: bytes
) -> bytes:
    """The bytes that a frame's signature covers. `kind` is the frame's tag."""
    return fields(
        _CONTEXT,
        kind.encode(),
        realm,
        lineage,
        room.to_bytes(8, "big"),
        epoch.to_bytes(8, "big"),
        seq.to_bytes(8, "big"),
        chain,
    )
