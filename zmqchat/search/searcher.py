"""The server's hold on its search process: starts it, asks it, and starts it again when it died."""

from __future__ import annotations

import contextlib
import logging
import select
import subprocess
import threading
import time
from pathlib import Path
from typing import IO, Final

from zmqchat.errors import Code, Refused
from zmqchat.runtime import interpreter
from zmqchat.search.lookup import Hits, Wanted
from zmqchat.search.messages import (
    NO_ROOM,
    Answer,
    Damaged,
    Failed,
    Follow,
    Found,
    Look,
    packed,
    read_answer,
)

log = logging.getLogger(__name__)

_ANSWER_S: Final = 15.0  # then it hangs, and is killed
_NUDGE_EVERY_S: Final = 0.25
_REST_S: Final = 5.0  # between starts of a process that dies again and again
_END_S: Final = 5.0


class Searcher:
    """Asks one question at a time, from any thread; a search waits for the one before it."""

    def __init__(self, database: str, index: Path, log_format: str) -> None:
        self._words = interpreter.command("zmqchat.search", database, str(index), log_format)
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._stopped = False
        self._owed = False
        self._nudged = 0.0
        self._started = 0.0
        self._ended = 0

    def start(self) -> None:
        """Starts the process, which begins to follow the log."""
        with self._lock:
            self._running()

    def stop(self) -> None:
        """Ends the process for good; a search that waits is refused."""
        self._stopped = True
        process = self._process
        if process is not None and self._lock.locked():
            process.kill()  # a search waits for it, and would not let go of it before
        with self._lock:
            process, self._process = self._process, None
        if process is not None:
            _end(process)

    def nudge(self, *, at_once: bool = False) -> None:
        """Something new is in the log. Never waits: the next search finds out by itself.

        Nudges a moment apart are one, unless it is `at_once`: for what is to be taken out.
        """
        self._owed = True
        now = time.monotonic()
        if now - self._nudged < _NUDGE_EVERY_S and not at_once:
            return
        if not self._lock.acquire(blocking=False):
            return  # a search is under way
        try:
            pipe = self._running().stdin if now - self._started > _REST_S or self._alive else None
            # Where there is room for a frame, writing one does not block.
            if pipe is not None and select.select([], [pipe], [], 0)[1]:
                pipe.write(packed(Follow()))
                self._nudged, self._owed = now, False
        except OSError:
            self._discard()
        finally:
            self._lock.release()

    def settle(self) -> None:
        """Nudges again where a nudge was not passed on. To be called every second or so."""
        if self._owed:
            self.nudge(at_once=True)

    def search(self, wanted: Wanted) -> Hits:
        """What is found, in what was committed before this call.

        Refused(BUSY) where the index was damaged a moment ago, and when the server ends;
        Refused(STORAGE_FAILED) where the disk is too full to search; Refused(INTERNAL) where this
        search cannot be carried out, however often it is asked.
        """
        with self._lock:
            # One that died may have been killed, and the next one answers. If that dies of the
            # same question, no third is let die of it.
            answer = self._answered(wanted) or self._answered(wanted)
        match answer:
            case Found(hits):
                return hits
            case Failed(why):
                raise Refused(
                    Code.INTERNAL,
                    f"This search could not be carried out ({why}). Nothing is lost; "
                    "the server's log says more.",
                )
        if isinstance(answer, Damaged) or self._stopped:
            raise Refused(
                Code.BUSY, "The search index is being built. Nothing is lost; try again soon.", 1.0
            )
        if self._ended == NO_ROOM:
            raise Refused(
                Code.STORAGE_FAILED,
                "The server's disk is so full that nothing can be searched. Nothing is lost; try "
                "again when the operator has made room.",
                _REST_S,
            )
        raise Refused(
            Code.INTERNAL,
            "This search ended the process that searches, twice. Nothing is lost; "
            "the server's log says more.",
        )

    def _answered(self, wanted: Wanted) -> Answer | None:
        """The answer; None where the process died, which is not running then."""
        answer = None
        with contextlib.suppress(OSError):
            answer = self._ask(wanted)
        if answer is None:
            self._discard()
        return answer

    def _ask(self, wanted: Wanted) -> Answer | None:
        process = self._running()
        assert process.stdin is not None
        assert process.stdout is not None
        late = time.monotonic() + _ANSWER_S
        asked = _written(process.stdin, packed(Look(wanted)), late)
        left = max(0.0, late - time.monotonic())
        if not asked or not select.select([process.stdout], [], [], left)[0]:
            log.error("the search process does not answer; it is started again")
            self._discard()
            return Failed(f"no answer within {_ANSWER_S:.0f} seconds")
        return read_answer(process.stdout)

    @property
    def _alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def _running(self) -> subprocess.Popen[bytes]:
        if self._stopped:
            raise BrokenPipeError
        if self._process is None or not self._alive:
            self._discard()
            self._started = time.monotonic()
            self._process = subprocess.Popen(
                self._words,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                bufsize=0,
                start_new_session=True,  # Ctrl+C is for the server, which ends this
            )
            if self._stopped:  # meanwhile: `stop` may have looked before this one was there
                raise BrokenPipeError
        return self._process

    def _discard(self) -> None:
        if self._process is not None:
            if self._process.poll() is None:
                self._process.kill()
            _end(self._process)
            self._ended = self._process.returncode
            self._process = None


def _written(pipe: IO[bytes], data: bytes, late: float) -> bool:
    """Writes everything; False where nobody reads it until `late`."""
    while data:
        if not select.select([], [pipe], [], max(0.0, late - time.monotonic()))[1]:
            return False
        # There is room for this much at least (POSIX), so that writing it does not block.
        data = data[pipe.write(data[: select.PIPE_BUF]) :]
    return True


def _end(process: subprocess.Popen[bytes]) -> None:
    """Closes its stdin, which ends it; kills it where that does not help."""
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()
    try:
        process.wait(_END_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
