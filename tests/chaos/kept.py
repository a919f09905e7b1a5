"""Processes that are started anew whenever they end, and clients whose streams are kept."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from signal import SIGKILL, SIGTERM, Signals
from typing import Self

import msgspec

from tests.chaos.records import Record, Stream
from tests.support.process import Piped

_LOOK_S = 0.05
_PAUSE_S = 0.5
_FAR_S = 86_400.0
_LAST_LINES = 5

Command = Callable[[int], tuple[str, ...]]
"""What is run; the number says how often it was before, and one more."""


class Kept:
    """One of them. It is only counted as dead where nobody said that it would end."""

    def __init__(self, name: str, command: Command, environment: Mapping[str, str]) -> None:
        self.name = name
        self._command = command
        self._environment = environment
        self._lock = threading.Lock()
        self._expected: set[int] = set()
        self._wanted = True
        self._since = 0.0
        self._former: list[Piped] = []
        self.ends: list[str] = []
        """The ends that nobody wanted."""
        self.number = 0
        self._start()

    def _start(self) -> None:
        self.number += 1
        self._since = time.monotonic()
        self.process = Piped(*self._command(self.number), environment=self._environment)
        self._began(self.process)

    def _began(self, process: Piped) -> None:
        """Another process stands for it now."""
        self._heard: list[str] = []
        _follow(process, self._heard.append)

    @property
    def is_ready(self) -> bool:
        """Whether it serves: it has said something on stdout."""
        return bool(self._heard)

    @property
    def pid(self) -> int:
        """Of the process that stands for it now."""
        return self.process.pid

    @property
    def said(self) -> tuple[str, ...]:
        """All lines on stderr."""
        return tuple(line for each in (*self._former, self.process) for line in each.errors)

    def signal(self, number: Signals, ends: tuple[int, ...] = ()) -> bool:
        """Sends a signal, after which it may end with one of these statuses."""
        with self._lock:
            self._expected |= set(ends)
            running = self.process.running
            self.process.signal(number)
            return running

    def look(self, excused: bool) -> None:
        """Starts it anew if it has ended. `excused`: it may end as it likes just now."""
        with self._lock:
            if self.process.running or not self._wanted:
                return
            status = self.process.wait()
            if status not in self._expected and not excused:
                self._note(status)
            elif status not in self._expected and time.monotonic() < self._since + _PAUSE_S:
                return
            self._expected.clear()
            self.process.stop(SIGKILL)
            self._former.append(self.process)
            self._start()

    def _note(self, status: int) -> None:
        last = " / ".join(self.process.errors[-_LAST_LINES:])
        self.ends.append(f"{self.name} ({self.number}) ended with {status}: {last}")

    def pause(self, number: Signals, deadline: float, status: int = 0) -> None:
        """Ends it, to be started again by `resume`; anything but `status` is noted."""
        with self._lock:
            self._wanted = False
            self.process.signal(number)
        try:
            ended = self.process.wait(deadline)
        except Exception as error:  # noqa: BLE001 - of a process that does not end
            self.ends.append(f"{self.name} ({self.number}) did not end: {error}")
            self.process.kill()
        else:
            if ended != status:
                self._note(ended)

    def resume(self) -> None:
        """Starts it again."""
        with self._lock:
            self._former.append(self.process)
            self._expected.clear()
            self._start()
            self._wanted = True

    def end(self) -> None:
        """It is not needed any more."""
        with self._lock:
            self._wanted = False
            for process in (*self._former, self.process):
                process.kill()


def _follow(process: Piped, hear: Callable[[str], None]) -> None:
    """Hands on what it says on stdout, line by line, from a thread."""

    def run() -> None:
        while line := process.line(_FAR_S):
            hear(line)

    threading.Thread(target=run, daemon=True).start()


class Client(Kept):
    """A client of a `person`: its processes' records, as they come."""

    def __init__(
        self, name: str, person: str, command: Command, environment: Mapping[str, str]
    ) -> None:
        self.person = person
        self._streams: list[list[Record]] = []
        self._asked = 0
        super().__init__(name, command, environment)

    def _began(self, process: Piped) -> None:
        records: list[Record] = []
        self._streams.append(records)

        _follow(process, lambda line: records.append(msgspec.json.decode(line, type=Record)))

    @property
    def is_ready(self) -> bool:
        return bool(self.records)

    @property
    def records(self) -> list[Record]:
        """What the process that runs now has said."""
        return self._streams[-1]

    def streams(self, *, lives: bool) -> list[Stream]:
        """What each of its processes said; `lives`: the last was to be there to the end."""
        last = len(self._streams) - 1
        return [
            Stream(self.name, self.person, tuple(records), lives and number == last)
            for number, records in enumerate(self._streams)
        ]

    def write(self, line: bytes) -> None:
        """A line on its stdin, if it has one."""
        with suppress(OSError, ValueError):
            self.process.write(line.decode() + "\n")

    def ended(self, deadline: float) -> int:
        """Waits for an end by itself, after which it stays away; the status."""
        with self._lock:
            self._wanted = False
        return self.process.wait(deadline)


class Watch:
    """Looks after processes, from a thread; use it in a `with`, which ends them."""

    def __init__(self, excused: Callable[[str], bool]) -> None:
        self._excused = excused
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self.kept: dict[str, Kept] = {}

    def add(self, kept: Kept) -> None:
        """One more; one of the same name is not looked after any more."""
        self.kept[kept.name] = kept

    def _run(self) -> None:
        while not self._ended.wait(_LOOK_S):
            for each in list(self.kept.values()):
                each.look(self._excused(each.name))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()
        for each in self.kept.values():
            each.end()


STATUS_OF = {SIGKILL: -int(SIGKILL), SIGTERM: 0}
"""How a process ends that is sent one of these."""
