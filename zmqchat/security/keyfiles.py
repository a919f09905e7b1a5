"""Files that hold one secret each: whole or not there, private to their owner, never changed.

A file has one line: kind, value, and eight hex digits of a checksum, so that a damaged file is told
from another key. It is written beside its place, synced, and linked into it, which fails for all
but the first of several processes; the others read what the first wrote.
Every error is ChatError(DATA_DIRECTORY) in one line.
"""

from __future__ import annotations

import os
import secrets
import stat
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path

from zmqchat.errors import ChatError, Code

_LONGEST = 512


def fault(message: str) -> ChatError:
    """The error of everything here."""
    return ChatError(Code.DATA_DIRECTORY, message)


def damaged(path: Path) -> ChatError:
    """The error for a file with other content than was written."""
    return fault(f"{path} is damaged: restore it from a backup; nothing was changed")


def make_directory(path: Path) -> None:
    """Makes `path` (0700) and what is above it, and checks it as `check_directory` does."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise fault(f"cannot create {path}: {error.strerror}") from None
    check_directory(path)


def check_directory(path: Path) -> None:
    """Raises unless `path` is a directory of ours that nobody else may look into."""
    try:
        status = path.lstat()
    except FileNotFoundError:
        raise fault(f"{path} is missing: {path.parent} holds no realm and no broker-kit") from None
    except OSError as error:
        raise fault(f"cannot read {path}: {error.strerror}") from None
    if not stat.S_ISDIR(status.st_mode):
        raise fault(f"{path} is not a directory")
    _check_private(path, status, "700")


def _check_private(path: Path, status: os.stat_result, mode: str) -> None:
    if status.st_uid != os.geteuid():
        raise fault(f"{path} belongs to user id {status.st_uid}, not to you: nothing was read")
    if stat.S_IMODE(status.st_mode) & 0o077:
        raise fault(
            f"{path} is open to other users (mode {stat.S_IMODE(status.st_mode):04o}): if nobody "
            f"has read its keys, run `chmod {mode} {path}`"
        )


def exists(path: Path) -> bool:
    """Whether there is such a file; raises where we may not look."""
    try:
        return path.exists()
    except OSError as error:
        raise fault(f"cannot read {path}: {error.strerror}") from None


def create(path: Path, kind: str, value: str) -> None:
    """Writes the file unless there is one already; `kind` and `value` have no blanks."""
    if exists(path):
        return
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        _write_synced(temporary, f"{kind} {value} {_checksum(kind, value)}\n".encode())
        with suppress(FileExistsError):
            os.link(temporary, path)
        temporary.unlink()
        _sync_directory(path.parent)
    except OSError as error:
        with suppress(OSError):
            temporary.unlink()
        raise fault(f"cannot write {path}: {error.strerror}") from None


def read(path: Path, kind: str) -> str:
    """The value of a file of this kind."""
    try:
        found, value, checksum = _read_private(path).decode("ascii").split()
    except FileNotFoundError:
        raise fault(f"{path} is missing: restore it from a backup") from None
    except OSError as error:
        raise fault(f"cannot read {path}: {error.strerror}") from None
    except ValueError:
        raise damaged(path) from None
    if found != kind or checksum != _checksum(kind, value):
        raise damaged(path)
    return value


def _checksum(kind: str, value: str) -> str:
    return blake2b(f"{kind} {value}".encode(), digest_size=4).hexdigest()


def _write_synced(path: Path, data: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(descriptor, data)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sync_directory(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _read_private(path: Path) -> bytes:
    # O_NONBLOCK: a named pipe in the place of a key must not hold the start up.
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise damaged(path)
        _check_private(path, status, "600")
        return os.read(descriptor, _LONGEST)
    finally:
        os.close(descriptor)
