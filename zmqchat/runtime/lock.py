"""A lock on a data directory: one process of a kind at a time, let go by the system if it dies."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import Self

from zmqchat.errors import ChatError, Code


class DirectoryLock:
    """Holds `DIR/ROLE.lock` until closed; ChatError(DATA_DIRECTORY) where another holds it."""

    def __init__(self, directory: Path, role: str) -> None:
        path = directory / f"{role}.lock"
        try:
            self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        except OSError as error:
            raise ChatError(
                Code.DATA_DIRECTORY, f"cannot lock {directory}: {path.name}: {error.strerror}"
            ) from None
        try:
            self._take(directory, role)
        except BaseException:
            os.close(self._descriptor)
            raise

    def _take(self, directory: Path, role: str) -> None:
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            holder = os.read(self._descriptor, 32).decode("ascii", "replace").strip() or "unknown"
            raise ChatError(
                Code.DATA_DIRECTORY,
                f"{directory} is in use by another {role} (process {holder}): "
                "stop that one, or name another data directory",
            ) from None
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, f"{os.getpid()}\n".encode(), 0)

    def close(self) -> None:
        """Lets go. The file stays: without it, two processes could hold two files of one name."""
        os.close(self._descriptor)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
