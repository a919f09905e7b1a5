"""The outbox on disk: sends until they are acknowledged, each owned by one process.

Every process has a file of its own, which no other touches while it lives: what damages another
file, or another process's, cannot harm it. The next process takes over what one that is gone left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path

from zmqchat.client.database import Damaged, Database
from zmqchat.client.outboxfile import (
    COLUMNS,
    LAYOUT,
    TABLE,
    OutboxFile,
    abandoned,
    claim,
    row_of,
    send_of,
)
from zmqchat.client.salvage import salvage
from zmqchat.errors import ChatError
from zmqchat.protocol.requests import SendItem

Warn = Callable[[str], None]
"""Is told, in a sentence, what a person must know."""

_Kept = dict[bytes, tuple[int, SendItem]]
"""By send id: the place in the file, and the send."""


class DiskOutbox:
    """This process's entries in a profile's outbox; closed, it leaves them to whoever is next."""

    def __init__(self, directory: Path, warn: Warn = lambda _text: None) -> None:
        self._directory = directory
        self._warn = warn
        self._file = claim(directory)
        self._kept: _Kept = {}

    def take_over(self) -> list[SendItem]:
        """All sends that are this process's, those of processes that are gone among them.

        In the order of sending. What cannot be read any more is told.
        """
        left = [_Left(file) for file in abandoned(self._directory, self._refused)]
        left.sort(key=lambda each: each.items[0].id if each.items else b"")  # begins with the time
        try:
            self.add(item for each in left for item in each.items)
        except BaseException:
            for each in left:  # for the next attempt, which may be this process's
                each.leave()
            raise
        for each in left:
            each.let_go(self._warn)
        return [item for _, item in self._kept.values()]

    def _refused(self, path: Path, error: OSError) -> None:
        self._warn(_may_hold(f"{path}: {error.strerror}."))

    def add(self, items: Iterable[SendItem]) -> None:
        """Keep sends until `remove`; they are on the disk when this returns."""
        by_id = {item.id: item for item in items if item.id not in self._kept}
        if not by_id:
            return
        first = 1 + (self._kept[next(reversed(self._kept))][0] if self._kept else 0)
        fresh: _Kept = {id_: (first + n, by_id[id_]) for n, id_ in enumerate(by_id)}
        try:
            self._file.add(row_of(*each) for each in fresh.values())
        except Damaged:
            self._write_anew({**self._kept, **fresh})
        self._kept.update(fresh)

    def remove(self, ids: Iterable[bytes]) -> None:
        """Forget sends that were acknowledged or refused for good."""
        settled = [kept[0] for id_ in ids if (kept := self._kept.pop(id_, None)) is not None]
        if settled:
            try:
                self._file.remove(settled)
            except Damaged:
                self._write_anew(self._kept)

    def _write_anew(self, kept: _Kept) -> None:
        """Another file in place of one that is damaged: what is unsettled is known here."""
        new = claim(self._directory)
        try:
            new.add(row_of(*each) for each in kept.values())
        except BaseException:
            new.discard()
            raise
        self._file.discard()
        self._file = new

    def clean(self) -> None:
        """Leave no copy of what was removed."""
        self._file.clean()

    def close(self) -> None:
        """Let go; what is left belongs to the next process."""
        if self._kept:
            self._file.close()
        else:
            self._file.discard()


class _Left:
    """What a process that is gone left, as far as it can be read."""

    def __init__(self, file: OutboxFile) -> None:
        self._file = file
        self._error = ""
        self._whole = True
        self.items: list[SendItem] = []
        try:
            self._read()
        except ChatError as error:  # a disk that fails, another version: it stays for another time
            self._error = error.message
        except OSError as error:
            self._error = f"{file.path}: {error.strerror}."

    def _read(self) -> None:
        try:
            rows = self._file.read()
        except Damaged:
            rows = None
        if rows is None or not self._take(rows):
            found = salvage(self._file.path, TABLE, COLUMNS, _make_blank)
            self._whole = self._take(found.in_order) and found.whole

    def _take(self, rows: Iterable[tuple[object, ...]]) -> bool:
        """Whether all of these rows are what was written."""
        sends = [send_of(send, checksum) for _, send, checksum in rows]
        self.items = [send for send in sends if send is not None]
        return None not in sends

    def let_go(self, warn: Warn) -> None:
        """Its sends are another's now; what could not be read is kept apart, and told."""
        if self._error:
            self.leave()
            warn(_may_hold(self._error))
        elif self._whole:
            self._file.discard()
        else:
            try:
                warn(self._damage(self._file.set_aside()))
            except ChatError as error:
                warn(_may_hold(error.message))

    def leave(self) -> None:
        """Nothing was taken: it stays as it is."""
        self._file.close()

    def _damage(self, aside: Path) -> str:
        read = len(self.items)
        found = f"{read} could be read and will be sent" if read else "none could be read"
        return (
            f"A file with messages that were not sent yet was damaged: {found}. See whether one of "
            f"yours is missing; the file is set aside as {aside}."
        )


def _may_hold(why: str) -> str:
    return f"A file may hold messages that were not sent yet: {why}"


def _make_blank(path: Path) -> None:
    with closing(Database(path, LAYOUT)) as database:
        database.clean()
