"""Events: the fixed envelope of a room's log, and the body of each type.

The envelope never changes its shape, and a type is a string: a client that does not know a type
still counts its seq, extends the chain and shows a placeholder. Bodies are encoded on their own,
travel as raw bytes, and are what redaction erases. A body has one encoding (`codec.decode_body`
refuses every other), so that what is hashed, compared and shown is the same.

People stand in a log by id, which stays, and by the name that they had then, so that a log can be
read by itself. The chain covers both.
"""

from __future__ import annotations

from typing import Final

import msgspec

from zmqchat.protocol.rooms import Role


class Event(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One entry of a room's log, as it travels.

    `sender` is the id of the user who did it, on `device`, and `name` what the user was called
    then. `time_us` is the server's clock in microseconds since the epoch, UTC. While the content
    exists, `salt` has 32 bytes and `digest` is empty; once it is erased, `body` and `salt` are
    empty and `digest` has the 32 bytes that the chain covers. `chain` covers the log up to here.
    """

    seq: int
    type: str
    sender: int
    name: str
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


class Attachment(msgspec.Struct, frozen=True, array_like=True):
    """A file that belongs to a message.

    `file` is the 32-byte hash of its manifest, `size` its length in bytes, `media` its media type;
    `name` is what the sender called it.
    """

    file: bytes
    name: str
    size: int
    media: str


class Posted(_Body, frozen=True):
    """A message. `reply_to` is the seq of the message it answers."""

    text: str
    reply_to: int | None = None
    attachments: tuple[Attachment, ...] = ()


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


class _AboutMember(_Body, frozen=True):
    """`member` is the id of whom it happens to, `name` what that user is called then."""

    member: int
    name: str


class Joined(_AboutMember, frozen=True):
    """The sender became a member."""


class Left(_AboutMember, frozen=True):
    """The sender is no longer a member."""


class Invited(_AboutMember, frozen=True):
    """The sender made `member` a member."""


class Kicked(_AboutMember, frozen=True):
    """The sender removed `member`."""


class Banned(_AboutMember, frozen=True):
    """The sender removed `member`, who may not return."""


class Unbanned(_AboutMember, frozen=True):
    """`member` may join or be invited again."""


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


class Appointed(_AboutMember, frozen=True):
    """The sender gave `member` another role in the room."""

    role: Role


class PersonRenamed(_Body, frozen=True):
    """`member`, who was called `former`, is called `name` from here on.

    The server words it, in the general room.
    """

    member: int
    former: str
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
