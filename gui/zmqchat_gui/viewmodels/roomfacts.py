"""What is known of a room that the person is in."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RoomFacts:
    """A room: its name, its kind ("public", "private", "direct"), and what counts in it.

    `unread` and `mentions` are of messages that the person has not seen; `read` is the seq up to
    which they have read, `level` what they are told of ("all", "mentions" or "nothing"), `failed`
    whether an own message was refused, `admin` whether the person administers the realm.
    """

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

    @property
    def is_direct(self) -> bool:
        """Whether it is a direct room."""
        return self.kind == "direct" or self.name.startswith("@")

    @property
    def people(self) -> list[str]:
        """The others in a direct room."""
        return self.name.removeprefix("@").split(",") if self.is_direct else []
