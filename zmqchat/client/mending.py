"""Opens what a profile keeps on disk; a damaged cache is set aside, and begun anew."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from zmqchat.client.cache import Cache
from zmqchat.client.database import Damaged, mark_of, move_aside
from zmqchat.client.disk import Disk
from zmqchat.client.outbox import DiskOutbox, Warn
from zmqchat.client.profile import Profile
from zmqchat.errors import ChatError, Code


def open_disk(profile: Profile, warn: Warn) -> Disk:
    """The profile's disk; `warn` is told of damage. ChatError where it cannot be used at all."""
    outbox = DiskOutbox(profile.outbox, warn)
    try:
        cache = _open_cache(profile, warn)
    except BaseException:
        outbox.close()
        raise
    return Disk(cache, outbox)


def _open_cache(profile: Profile, warn: Warn) -> Cache:
    path = profile.cache
    sound = _sound(path)
    if sound is not None:
        return sound
    with _alone(profile.directory):
        sound = _sound(path)
        if sound is not None:
            return sound  # another process was quicker
        aside = move_aside(path)
        warn(
            "What this device had received was damaged. It is set aside as "
            f"{aside.name} and read anew from the server; what was not sent yet is kept."
        )
        return Cache(path)


def _sound(path: Path) -> Cache | None:
    """The cache, or None if it is damaged: opening it shows that, or its last use did."""
    if mark_of(path).exists():
        return None
    try:
        cache = Cache(path)
    except Damaged:
        return None
    try:
        cache.rooms()
    except Damaged:
        cache.close()
        return None
    return cache


@contextmanager
def _alone(directory: Path) -> Iterator[None]:
    """One process at a time mends a profile."""
    path = directory / "mending.lock"
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise ChatError(
            Code.STORAGE_FAILED,
            f"The profile's file {path} cannot be written: {error.strerror}. What was acknowledged "
            "is safe on the server; see that the disk has room, and try again.",
        ) from None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
