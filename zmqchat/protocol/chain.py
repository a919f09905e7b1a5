"""The hash chain that covers a room's log.

chain(n) is BLAKE2b-256 over realm, lineage, room, chain(n-1), seq, the sender's id, device, type,
the sender's name, time, send id and the digest of the body, each preceded by its length as 4 bytes
big-endian; integers are 8 bytes big-endian. The digest is BLAKE3 of the body keyed with a random
salt, so that once body and salt are erased the text cannot be guessed from it.
"""

from __future__ import annotations

import struct
from functools import lru_cache
from hashlib import blake2b

from blake3 import blake3

from zmqchat.protocol.events import Event
from zmqchat.protocol.limits import HASH_BYTES, SEND_ID_BYTES

_GENESIS = b"zmqchat genesis 1"


def _field(value: bytes) -> bytes:
    return len(value).to_bytes(4, "big") + value


def fields(*values: bytes) -> bytes:
    """Each value behind its length: no two lists of values share one encoding."""
    return b"".join(map(_field, values))


@lru_cache(maxsize=4096)
def _texts(event_type: str, name: str) -> bytes:
    """Types and names repeat from event to event."""
    return fields(event_type.encode(), name.encode())


def _number(value: int) -> bytes:
    return value.to_bytes(8, "big")


def digest(body: bytes, salt: bytes) -> bytes:
    """The digest of a body under a salt of 32 bytes (ValueError for another length), 32 bytes."""
    return blake3(body, key=salt).digest()


def digest_of(event: Event) -> bytes:
    """The digest of an event's body, recomputed while the body exists."""
    return digest(event.body, event.salt) if event.salt else event.digest


def genesis(realm: bytes, room: int) -> bytes:
    """The chain before a room's first event."""
    text = fields(_GENESIS, realm, _number(room))
    return blake2b(text, digest_size=HASH_BYTES).digest()


class Chain:
    """Extends the chain of one room in one lineage.

    What is equal for all events of the room is hashed once and copied; the fixed lengths of an
    event's fields are packed in one go, for this runs once an event in the server and in each
    receiver.
    """

    _HEAD = struct.Struct(f">I{HASH_BYTES}sIQIQIQ")
    _TAIL = struct.Struct(f">IQI{SEND_ID_BYTES}sI{HASH_BYTES}s")
    _LENGTHS = (HASH_BYTES, SEND_ID_BYTES, HASH_BYTES)

    def __init__(self, realm: bytes, lineage: bytes, room: int) -> None:
        prefix = fields(realm, lineage, _number(room))
        self._prefix = blake2b(prefix, digest_size=HASH_BYTES)

    def extend(
        self,
        previous: bytes,
        seq: int,
        sender: int,
        device: int,
        event_type: str,
        name: str,
        time_us: int,
        send_id: bytes,
        body_digest: bytes,
    ) -> bytes:
        """chain(seq) from chain(seq-1)."""
        hasher = self._prefix.copy()
        if (len(previous), len(send_id), len(body_digest)) == self._LENGTHS:
            hasher.update(
                self._HEAD.pack(HASH_BYTES, previous, 8, seq, 8, sender, 8, device)
                + _texts(event_type, name)
                + self._TAIL.pack(8, time_us, SEND_ID_BYTES, send_id, HASH_BYTES, body_digest)
            )
        else:  # no event of ours; `struct` would pad or cut it
            numbers = map(_number, (seq, sender, device))
            hasher.update(fields(previous, *numbers) + _texts(event_type, name))
            hasher.update(fields(_number(time_us), send_id, body_digest))
        return hasher.digest()

    def after(self, previous: bytes, event: Event) -> bytes:
        """The chain at `event`, recomputed from `previous` (the event's own claim is not read)."""
        return self.extend(
            previous,
            event.seq,
            event.sender,
            event.device,
            event.type,
            event.name,
            event.time_us,
            event.id,
            digest_of(event),
        )
