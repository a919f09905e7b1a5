"""What a person typed and did not send, on disk: drafts, and messages that the server refused.

A small JSON file in the profile's directory, replaced as a whole, so that a killed process leaves
the old or the new one; the one before it is kept, and read where the newest cannot be.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import msgspec

from zmqchat.runtime.files import write_whole


class Unsent(msgspec.Struct, frozen=True):
    """A message that was refused, or that the outbox did not have yet: its text, the seq it answers
    (0: none), time, why, and the id (in hex) under which it would be sent again.
    """

    text: str
    reply_to: int
    time_us: int
    why: str
    id: str = ""


class Draft(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is typed in a room: a message, another text for the message `edit` (0: none), and an
    answer in the thread that began with `thread` (0: none). `edits` are further texts for messages
    (each with its seq) that were refused, or that the outbox did not have yet.
    """

    text: str = ""
    reply_to: int = 0
    unsent: tuple[Unsent, ...] = ()
    edit: int = 0
    edited: str = ""
    thread: int = 0
    threaded: str = ""
    edits: tuple[tuple[int, str], ...] = ()


class Drafts:
    """The drafts of a profile, by the rooms' ids."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._before = path.with_name(f"{path.name}.before")
        self.damage: Path | None = None
        """Where the newest file is now, if it could not be read."""
        found = _read(path)
        if found is None and path.exists():
            self.damage = _set_aside(path)
        if found is None:
            found = _read(self._before)
        self._drafts: dict[int, Draft] = found or {}

    def get(self, room: int) -> Draft:
        """What is typed in a room."""
        return self._drafts.get(room, Draft())

    def rooms(self) -> frozenset[int]:
        """The rooms where something is typed."""
        return frozenset(room for room, draft in self._drafts.items() if draft.text.strip())

    def put(self, room: int, draft: Draft) -> bool:
        """Keeps what is typed in a room; False where the disk does not take it."""
        if draft == self.get(room):
            return True
        if draft == Draft():
            del self._drafts[room]
        else:
            self._drafts[room] = draft
        return self._write()

    def _write(self) -> bool:
        try:
            self._before.unlink(missing_ok=True)
            if self._drafts and self._path.exists():
                self._before.hardlink_to(self._path)
            write_whole(self._path, msgspec.json.encode(self._drafts))
        except OSError:
            return False
        return True


def _read(path: Path) -> dict[int, Draft] | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[int, Draft])
    except (OSError, msgspec.MsgspecError):
        return None


def _set_aside(path: Path) -> Path:
    """Puts a damaged file where the next that is written does not take its place."""
    aside = path.with_name(f"{path.name}.damaged")
    with suppress(OSError):
        path.replace(aside)
    return aside
