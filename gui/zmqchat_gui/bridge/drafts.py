"""What a person typed and did not send, on disk: drafts, and messages that the server refused.

A small JSON file in the profile's directory, replaced as a whole, so that a killed process leaves
the old or the new one. Damaged or absent, it is empty: nothing that was sent is ever in it alone.
"""

from __future__ import annotations

import os
from pathlib import Path

import msgspec


class Unsent(msgspec.Struct, frozen=True):
    """A message that was refused: its text, the seq it answers (0: none), time, and why."""

    text: str
    reply_to: int
    time_us: int
    why: str


class Draft(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is typed in a room: a message, another text for the message `edit` (0: none), and an
    answer in the thread that began with `thread` (0: none).
    """

    text: str = ""
    reply_to: int = 0
    unsent: tuple[Unsent, ...] = ()
    edit: int = 0
    edited: str = ""
    thread: int = 0
    threaded: str = ""


class Drafts:
    """The drafts of a profile, by room."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._drafts = msgspec.json.decode(path.read_bytes(), type=dict[str, Draft])
        except (OSError, msgspec.MsgspecError):
            self._drafts = {}

    def get(self, room: str) -> Draft:
        """What is typed in a room."""
        return self._drafts.get(room, Draft())

    def rooms(self) -> frozenset[str]:
        """The rooms where something is typed."""
        return frozenset(room for room, draft in self._drafts.items() if draft.text.strip())

    def put(self, room: str, draft: Draft) -> bool:
        """Keeps what is typed in a room; False where the disk does not take it."""
        if draft == self.get(room):
            return True
        if draft == Draft():
            del self._drafts[room]
        else:
            self._drafts[room] = draft
        return self._write()

    def move(self, room: str, name: str) -> None:
        """A room has another name."""
        draft = self._drafts.pop(room, None)
        if draft is not None:
            self._drafts[name] = draft
            self._write()

    def _write(self) -> bool:
        temporary = self._path.with_name(f".{self._path.name}.{os.getpid()}")
        try:
            temporary.write_bytes(msgspec.json.encode(self._drafts))
            temporary.chmod(0o600)
            temporary.replace(self._path)
        except OSError:
            return False
        return True
