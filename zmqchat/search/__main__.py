"""`python -m zmqchat.search DATABASE INDEX LOG_FORMAT`: the search process of a server.

It reads questions from stdin and ends with it. It is nicer than everybody else: messages come
first. An index that is damaged, or belongs to another database, is thrown away and built again;
nothing that is asked of it can bring that about, and neither can a full disk.
"""

from __future__ import annotations

import logging
import os
import select
import sqlite3
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import IO, Final

from zmqchat.errors import ChatError
from zmqchat.runtime.files import free_bytes
from zmqchat.runtime.log import configure, note, warn
from zmqchat.search.follower import Follower
from zmqchat.search.index import Index, WrongVersion, is_damage
from zmqchat.search.lookup import Hits, Wanted
from zmqchat.search.messages import (
    NO_ROOM,
    Answer,
    Damaged,
    Failed,
    Found,
    Look,
    packed,
    read_question,
)
from zmqchat.search.pace import Pace, is_tight
from zmqchat.search.tail import look_through
from zmqchat.storage import open_reader
from zmqchat.storage.failures import NoRoom
from zmqchat.storage.reader import Reader

log = logging.getLogger("zmqchat.search")

_NICE: Final = 10  # at 19 it gets next to nothing of a busy machine, and takes seconds to end
_PATIENCE_S: Final = 0.5  # an asker waits no longer for the index to catch up
_OPENING_BYTES: Final = 256 * 1024  # more than it takes to open the index
_TIGHT_S: Final = 5.0  # between looks at a disk that is nearly full
_AGAIN_S: Final = 0.5  # what came a moment after a look at the log is found by another


class Process:
    """Answers questions, and follows the log in between."""

    def __init__(
        self,
        reader: Reader,
        index: Index,
        follower: Follower,
        stdin: IO[bytes],
        stdout: IO[bytes],
    ) -> None:
        self._reader = reader
        self._index = index
        self._follower = follower
        self._stdin = stdin
        self._stdout = stdout
        self._page_began = 0.0
        self._pace = Pace()
        self._is_tight = False

    def run(self) -> None:
        """Until stdin ends."""
        wait_s: float | None = 0.0
        while True:
            if self._asked(wait_s):
                question = read_question(self._stdin)
                if question is None:
                    return
                if isinstance(question, Look):
                    self._answer(question)
            wait_s = self._follow()

    def _asked(self, wait_s: float | None) -> bool:
        return bool(select.select([self._stdin], [], [], wait_s)[0])

    def _follow(self) -> float | None:
        """Takes in what is new until somebody asks; how long to wait for a question then."""
        if self._is_without_room():
            return self._erase()
        before = self._follower.number
        self._page_began = time.monotonic()
        if not self._follower.follow(until=self._rest):
            return 0.0
        if not self._index.purge():
            return 0.0
        return None if self._follower.number == before else _AGAIN_S

    def _erase(self) -> float:
        """Takes out what was redacted, which needs little room; to purge it must wait for more."""
        try:
            return _TIGHT_S if self._follower.erase(until=lambda: self._asked(0)) else 0.0
        except sqlite3.OperationalError as error:
            if is_damage(error):
                raise
            return _TIGHT_S  # there is not even so much: the server finds nothing redacted anyway

    def _rest(self) -> bool:
        """Leaves the processor to others after a page; whether somebody asked something."""
        rest_s = self._pace.rest_s(time.monotonic() - self._page_began, self._follower.behind())
        asked = self._asked(rest_s) or self._is_without_room()
        self._page_began = time.monotonic()
        return asked

    def _answer(self, look: Look) -> None:
        late = time.monotonic() + _PATIENCE_S
        try:
            whole = not self._is_without_room() and self._follower.follow(
                until=lambda: time.monotonic() > late or self._is_without_room()
            )
            self._say(Found(self._found(look.wanted, whole)))
        except sqlite3.Error as error:
            if is_damage(error):
                self._say(Damaged())
                raise
            warn(log, "search failed", why=str(error))
            self._say(Failed(str(error)))

    def _found(self, wanted: Wanted, whole: bool) -> Hits:
        """In the index and, where that is behind, in the newest of what is not in it."""
        indexed = self._follower.number
        if whole:
            return self._index.search(wanted)
        behind = self._follower.behind()
        if wanted.before and wanted.before <= indexed + 1:
            return replace(self._index.search(wanted), behind=behind)
        newest = look_through(self._reader, indexed, wanted)
        if newest.next > indexed + 1 or len(newest.found) >= wanted.limit:
            # There may be more in the tail, and there is no room for more.
            return replace(newest, next=max(newest.next, indexed + 1), behind=behind)
        left = replace(wanted, before=indexed + 1, limit=wanted.limit - len(newest.found))
        older = self._index.search(left)
        return Hits(newest.found + older.found, older.next, behind)

    def _is_without_room(self) -> bool:
        """Whether the index must not grow: the disk's last bytes are for messages."""
        tight = is_tight(*free_bytes(self._index.path.parent))
        if tight and not self._is_tight:
            warn(log, "search index waits: the disk is nearly full", index=str(self._index.path))
        self._is_tight = tight
        return tight

    def _say(self, answer: Answer) -> None:
        self._stdout.write(packed(answer))


def opened(reader: Reader, path: Path) -> tuple[Index, Follower]:
    """The index at `path` and its follower; made anew where it is broken or another log's."""
    for _ in range(2):
        try:
            index = Index(path)
            follower = Follower(reader, index)
            if follower.belongs():
                return index, follower
            index.close()
        except WrongVersion:
            note(log, "search index of another version, built again", index=str(path))
        except sqlite3.Error as error:
            if not is_damage(error):
                raise
            warn(log, "search index damaged, built again", index=str(path))
        discard(path)
    index = Index(path)
    return index, Follower(reader, index)


def discard(path: Path) -> None:
    """Deletes an index."""
    for end in ("", "-wal", "-shm"):
        path.with_name(path.name + end).unlink(missing_ok=True)


def main(database: str, index: str, log_format: str) -> int:
    """Serves until stdin ends; 1 when it could not go on (its server starts another)."""
    configure(log_format)
    os.nice(_NICE)
    path = Path(index)
    try:
        reader = open_reader(database)
        made, follower = opened(reader, path)
        note(log, "search ready", index=str(path))
        with (
            os.fdopen(sys.stdin.fileno(), "rb", buffering=0, closefd=False) as stdin,
            os.fdopen(sys.stdout.fileno(), "wb", buffering=0, closefd=False) as stdout,
        ):
            Process(reader, made, follower, stdin, stdout).run()
    except BrokenPipeError:
        return 0
    except sqlite3.Error as error:
        if is_damage(error):
            warn(log, "search index damaged, built again", index=str(path), why=str(error))
            discard(path)
        else:  # such as a full disk: what is there is right, and goes on from there
            warn(log, "search stopped", index=str(path), why=str(error))
            return NO_ROOM if free_bytes(path.parent)[0] < _OPENING_BYTES else 1
        return 1
    except ChatError as error:
        warn(log, "search stopped", why=error.message)
        return NO_ROOM if isinstance(error, NoRoom) else 1
    made.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
