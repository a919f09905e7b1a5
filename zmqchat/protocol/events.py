"""Events: the fixed envelope of a room's log, and the body of each type.

The envelope never changes its shape, and a type is a string: a client that does not know a type
still counts its seq, extends the chain and shows a placeholder. Bodies are encoded on their own,
travel as raw bytes, and are what redaction erases.
"""

from __future__ import annotations

from typing import Final

import msgspec

from zmqchat.protocol.rooms import Role


class Event(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One entry of a room's log, as it travels.

    `time_us` is the server's clock in microseconds since the epoch, UTC. While the content
    exists, `salt` has 16 bytes and `digest` is empty; once it is erased, `body` and `salt` are
    empty and `digest` has the 32 bytes that the chain covers. `chain` covers the log up to here.
    """

    seq: int
    type: str
    sender: str
    device: int
    time_us: int
    id: bytes
    body: bytes
    salt: bytes
    digest: bytes
    chain: bytes

    @property
    def erased(self) -> bool:
        """Whether the content is gone for good, by redaction or retention."""
        return not self.salt


class _Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Bodies are maps: readable, and extensible by a later version under a new type."""


class Posted(_Body, frozen=True):
    """A message. `reply_to` is the seq of the message it answers."""

    text: str
    reply_to: int | None = None


class Edited(_Body, frozen=True):
    """New text for the message at `target`."""

    target: int
    text: str


class Redacted(_Body, frozen=True):
    """The content of the message at `target` is erased, and that of its edits."""

    target: int


class Reacted(_Body, frozen=True):
    """`emoji` is set on the message at `target`."""

    target: int
    emoji: str


class Unreacted(_Body, frozen=True):
    """`emoji` is taken back from the message at `target`."""

    target: int
    emoji: str


class Pinned(_Body, frozen=True):
    """The message at `target` is pinned."""

    target: int


class Unpinned(_Body, frozen=True):
    """The message at `target` is no longer pinned."""

    target: int


class Joined(_Body, frozen=True):
    """The sender became a member."""

    member: str


class Left(_Body, frozen=True):
    """The sender is no longer a member."""

    member: str


class Invited(_Body, frozen=True):
    """The sender made `member` a member."""

    member: str


class Kicked(_Body, frozen=True):
    """The sender removed `member`."""

    member: str


class Banned(_Body, frozen=True):
    """The sender removed `member`, who may not return."""

    member: str


class Unbanned(_Body, frozen=True):
    """`member` may join or be invited again."""

    member: str


class Renamed(_Body, frozen=True):
    """The room has a new name."""

    name: str


class Described(_Body, frozen=True):
    """The room has a new description."""

    text: str


class Archived(_Body, frozen=True):
    """The room is closed: it can be read, and nothing may be written until it is unarchived."""


class Unarchived(_Body, frozen=True):
    """The room is open again."""


class Appointed(_Body, frozen=True):
    """The sender gave `member` another role in the room."""

    member: str
    role: Role


class PersonRenamed(_Body, frozen=True):
    """`member` is called `name` from here on; worded by the server, in the general room."""

    member: str
    name: str


Body = (
    Posted
    | Edited
    | Redacted
    | Reacted
    | Unreacted
    | Pinned
    | Unpinned
    | Joined
    | Left
    | Invited
    | Kicked
    | Banned
    | Unbanned
    | Renamed
    | Described
    | Archived
    | Unarchived
    | Appointed
    | PersonRenamed
)

BODY_TYPES: Final[dict[str, type[Body]]] = {
    "posted": Posted,
    "edited": Edited,
    "redacted": Redacted,
    "reacted": Reacted,
    "unreacted": Unreacted,
    "pinned": Pinned,
    "unpinned": Unpinned,
    "joined": Joined,
    "left": Left,
    "invited": Invited,
    "kicked": Kicked,
    "banned": Banned,
    "unbanned": Unbanned,
    "renamed": Renamed,
    "described": Described,
    "archived": Archived,
    "unarchived": Unarchived,
    "appointed": Appointed,
    "person-renamed": PersonRenamed,
}
"""Every event type of version 1."""

TYPE_OF_BODY: Final[dict[type[Body], str]] = {body: name for name, body in BODY_TYPES.items()}
