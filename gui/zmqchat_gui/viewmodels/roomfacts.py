"""What is known of a room that the person is in."""

from __future__ import annotations

from dataclasses import dataclass

from zmqchat.protocol.who import Who


@dataclass(frozen=True, slots=True)
class RoomFacts:
    """A room: its id, its name, its kind ("public", "private", "direct"), and what counts in it.

    `unread` and `mentions` are of messages that the person has not seen; `read` is the seq up to
    which they have read, `level` what they are told of ("all", "mentions" or "nothing"), `failed`
    whether an own message was refused, `admin` whether the person administers the realm, `people`
    the others in a conversation, `role` what the person is there ("": not known), `members` how
    many there are (0: not known).
    """

    id: int
    name: str
    kind: str = "public"
    description: str = ""
    members: int = 0
    member: bool = True
    archived: bool = False
    unread: int = 0
    mentions: int = 0
    read: int = 0
    level: str = "all"
    muted: bool = False
    failed: bool = False
    admin: bool = False
    people: tuple[Who, ...] = ()
    role: str = ""

    @property
    def key(self) -> str:
        """Names the room to the views, whatever it is called: no name has a colon."""
        return key_of(self.id)

    @property
    def is_direct(self) -> bool:
        """Whether it is a direct room."""
        return self.kind == "direct"


def key_of(room: int) -> str:
    """What the views call a room."""
    return f":{room}"


def room_of(text: str) -> int | None:
    """The room of a key; None for what is no key, but a name perhaps."""
    number = text.removeprefix(":")
    return int(number) if number != text and number.isascii() and number.isdigit() else None
