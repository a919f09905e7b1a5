"""The disk that an SQLite database lies on: what is free, what its log takes, and its ballast."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Final

from zmqchat.runtime.files import free_bytes
from zmqchat.storage.engines.sqlite_wal import emptied

BALLAST: Final = ".ballast"
"""What the name of the ballast ends in, beside the database."""

_ZEROS: Final = bytes(64 * 1024)


class SqlitePlace:
    """See `room.Place`."""

    def __init__(self, database: Path) -> None:
        self._database = database
        self._log = str(database.with_name(database.name + "-wal"))
        self._ballast = database.with_name(database.name + BALLAST)

    @property
    def name(self) -> str:
        """The directory."""
        return str(self._database.parent)

    @property
    def free(self) -> int:
        """What the file system gives to this user."""
        return free_bytes(self._database.parent)[0]

    @property
    def log(self) -> int:
        """The size of the file: what was emptied and not cut off takes room all the same."""
        return _size(self._log)

    @property
    def ballast(self) -> int:
        """The size of the file."""
        return _size(str(self._ballast))

    def hold(self, size: int) -> bool:
        """Takes blocks of the disk, which nobody else can have then."""
        held = self.ballast
        try:
            descriptor = os.open(self._ballast, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError:
            return False
        try:
            if size <= held:
                os.ftruncate(descriptor, size)
            else:
                _allocate(descriptor, held, size - held)
        except OSError:
            with suppress(OSError):
                os.ftruncate(descriptor, held)
            return False
        finally:
            os.close(descriptor)
        return True

    def give_up(self) -> None:
        """Removes the file."""
        with suppress(OSError):
            self._ballast.unlink(missing_ok=True)

    def empty_log(self) -> bool:
        """Truncates the log, so that its blocks are free."""
        return emptied(self._database)


def _size(path: str) -> int:
    try:
        return os.stat(path).st_size  # noqa: PTH116 - before every commit: half the time
    except OSError:
        return 0


def _allocate(descriptor: int, start: int, size: int) -> None:
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(descriptor, start, size)
        return
    for at in range(start, start + size, len(_ZEROS)):
        os.pwrite(descriptor, _ZEROS[: start + size - at], at)
