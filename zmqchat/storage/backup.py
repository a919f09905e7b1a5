"""Copies of a whole database: taken beside a running server, and put in place of one.

A copy is complete or absent: it grows in a directory of its own beside the target, reaches the
disk, and only then gets its name.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from zmqchat.domain.changes import Change
from zmqchat.domain.rooms import rotated
from zmqchat.domain.state import Room
from zmqchat.errors import Code, Unavailable, UsageError
from zmqchat.protocol.limits import KEY_BYTES
from zmqchat.protocol.rooms import LineageStart
from zmqchat.runtime.files import sync
from zmqchat.storage.engines import backend_for
from zmqchat.storage.engines.sqlite import BESIDE, glance
from zmqchat.storage.store import held_realm, open_reader, open_store
from zmqchat.storage.values import Snapshot

SERVERS_OWN: Final = "zmqchat.db"
"""What a server's own database is called in its data directory."""

_REALM_QUERY: Final = "SELECT id FROM realm"
_LOOKED_AT: Final = 1_000
_SKIPPED: Final = 2**20
"""Epochs of each room, and handles, that a restore leaves out: those behind the backup may have
been in use, with other keys."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did. `set_aside` is where the database that was there before is now."""

    lineage: bytes
    rooms: int
    events: int
    set_aside: Path | None


def backup(database: str | Path, target: Path) -> None:
    """Copies the database into the file `target` (0600), also while a server writes it.

    The copy is the state of one moment, and holds the database only, no key files. ChatError
    USAGE when the target exists, DATA_DIRECTORY when there is nothing to copy, STORAGE_FAILED
    when it cannot be written; then there is no target.
    """
    open_reader(database, older=True).close()
    if target.exists():
        raise UsageError(f"{target} exists; nothing was changed; name a file that does not exist")
    with _workshop(target) as directory:
        copy = directory / target.name
        backend_for(str(database)).copy_to(copy)
        _publish(copy, target)


def newest_backup(directory: Path, realm: bytes, *besides: Path) -> Path | None:
    """The newest database of this realm that is in the directory or one below it, or in `besides`.

    The database of the server itself is none. Files are looked into, and left as they are.
    """
    near = [*directory.glob("*"), *directory.glob("*/*")][:_LOOKED_AT]
    found = [
        path
        for path in (*near, *besides)
        if path.is_file() and path.name != SERVERS_OWN and glance(path, _REALM_QUERY) == realm
    ]
    return max(found, key=lambda path: path.stat().st_mtime, default=None)


def set_aside(database: Path, now_us: int, why: str) -> Path | None:
    """Gives a database, and what lies beside it, another name; None where there is nothing."""
    with closing(backend_for(str(database)).claim()):
        return _set_aside(database, now_us, why)


def restore(
    source: Path, target: Path, now_us: int, lineage: bytes, realm: bytes | None = None
) -> Restored:
    """Puts the backup `source` in place as the database `target`, under a new lineage.

    `lineage` is 16 random bytes that were never used: by it clients notice that the log may have
    gone back, and find the last event that they share with it. Every room begins a new epoch: how
    much its key has sealed since the backup nobody knows. A database that is there already
    is kept under another name, which tells the time `now_us`. ChatError DATA_DIRECTORY when a
    server uses the target, or when the source is no backup, or of another realm than `realm`;
    then nothing was changed.
    """
    open_reader(source, older=True).close()
    if realm is not None and held_realm(source) != realm:
        raise Unavailable(
            Code.DATA_DIRECTORY,
            f"{source} is of another realm than the keys beside {target}; nothing was changed; "
            "name a backup of this realm",
        )
    with closing(backend_for(str(target)).claim()), _workshop(target) as directory:
        copy = directory / target.name
        backend_for(str(source)).copy_to(copy)
        snapshot = _start_lineage(copy, lineage, now_us)
        aside = _set_aside(target, now_us, "restore")
        _publish(copy, target)
    return Restored(lineage, len(snapshot.rooms), sum(r.seq for r in snapshot.rooms), aside)


def _start_lineage(database: Path, lineage: bytes, now_us: int) -> Snapshot:
    """The realm in a new lineage, and every room in a new epoch.

    Everything is in the one file afterwards, which is all that is put in place.
    """
    with closing(open_store(database)) as store:
        snapshot = store.load()
        if snapshot is None:
            raise Unavailable(
                Code.DATA_DIRECTORY,
                "the backup holds no realm; nothing was changed; name another backup",
            )
        realm = replace(
            snapshot.realm, lineage=lineage, next_handle=snapshot.realm.next_handle + _SKIPPED
        )
        changes: list[Change] = []
        for room in snapshot.rooms:
            skipped = replace(room, epoch=room.epoch + _SKIPPED)
            realm, after = rotated(
                realm, _continued(skipped, lineage), secrets.token_bytes(KEY_BYTES), now_us
            )
            changes.append(after)
        changes.append(realm)
        store.writer.commit([], changes)
    if any(database.with_name(database.name + suffix).exists() for suffix in BESIDE):
        raise Unavailable(
            Code.STORAGE_FAILED,
            "the new lineage could not be written into the copy; nothing was changed; "
            "check the free space, and restore again",
        )
    return snapshot


def _continued(room: Room, lineage: bytes) -> Room:
    """The room with its future events in `lineage`; a start that no event followed is replaced."""
    earlier = [start for start in room.lineages if start.after != room.seq]
    return replace(room, lineages=(*earlier, LineageStart(room.seq, lineage)))


def _set_aside(database: Path, now_us: int, why: str) -> Path | None:
    """The database first: a log without its database is discarded by SQLite, and never replayed.

    A log whose database is gone goes too: SQLite would play it into the next one of that name.
    """
    at = datetime.fromtimestamp(now_us / 1_000_000, UTC)
    aside = database.with_name(f"{database.name}.before-{why}-{at:%Y%m%dT%H%M%S.%fZ}")
    moved = [
        part.rename(aside.with_name(aside.name + suffix))
        for suffix in ("", *BESIDE)
        if (part := database.with_name(database.name + suffix)).exists()
    ]
    return moved[0] if moved else None


@contextmanager
def _workshop(target: Path) -> Iterator[Path]:
    """A 0700 directory on the target's file system, gone at the end with what is left in it."""
    try:
        with TemporaryDirectory(prefix=f".{target.name}.", dir=target.parent) as directory:
            yield Path(directory)
    except OSError as error:
        raise Unavailable(
            Code.STORAGE_FAILED,
            f"{target} could not be written: {error.strerror}; the original is unchanged; "
            "check the path, its permissions and the free space",
        ) from error


def _publish(copy: Path, target: Path) -> None:
    """Gives a finished copy its name, and makes both last."""
    sync(copy)
    copy.rename(target)
    sync(target.parent)
