"""`make perf-gui`: how quickly the desktop client's window shows what comes, without a network.

The real views and view-models, offscreen, on a gateway that a script drives: time to the first
frame, turns of the wheel, going to another room, memory with 100,000 messages, a batch of 1,000,
and 5,000 messages a second.
"""

from __future__ import annotations

import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

from perf.missing import say_what_installs

say_what_installs("perf-gui")
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
_STARTED = time.perf_counter()

from PySide6.QtCore import (  # noqa: E402
    QEventLoop,
    QObject,
    QPoint,
    QPointF,
    QSettings,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QWheelEvent  # noqa: E402
from PySide6.QtQuickControls2 import QQuickStyle  # noqa: E402
from PySide6.QtWidgets import QApplication  # noqa: E402
from zmqchat_gui.app.composition import Composition  # noqa: E402
from zmqchat_gui.bridge import updates as up  # noqa: E402
from zmqchat_gui.bridge.outlet import Batch  # noqa: E402
from zmqchat_gui.viewmodels.roomfacts import key_of  # noqa: E402
from zmqchat_gui.viewmodels.session import Session  # noqa: E402

from zmqchat.client import ChatEvent, TimelinePage  # noqa: E402
from zmqchat.client import profile as profiles  # noqa: E402
from zmqchat.client.messages import posted_of  # noqa: E402
from zmqchat.client.naming import Where  # noqa: E402
from zmqchat.errors import ChatError, Code  # noqa: E402
from zmqchat.security.links import JoinLink  # noqa: E402

_ROOM = Where(1, "general")
_OTHERS = [Where(number, f"room-{number:02}") for number in range(2, 41)]
_PEOPLE = ("Ada Lindqvist", "Bogdan Petrov", "Chiara Neri", "Grace Kim", "Jonas Weber")
_TEXTS = (
    "Staging is green again. Merging the *history paging* branch tonight 🎉",
    "Thanks! I'll take the release notes.",
    "p99 down from ~~41 ms~~ to **6 ms** with `ZMQ_SNDHWM` at 10,000, see https://zeromq.org",
    "Nice. @ada does this survive a `SIGSTOP` of the server?",
    "```python\nasync def pump(sock):\n    return await sock.recv_multipart()\n```",
)
_TICK_MS = 10
_START = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)


class ScriptedGateway(QObject):
    """Stands for a `Client`: the script tells what comes."""

    updates = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[Callable[[Any], None]] = []

    def submit(self, event: object) -> None: ...

    def restart(self) -> None: ...

    def look_at(self, room: int) -> None: ...

    def close(self) -> None: ...

    def ask(self, work: object, done: Callable[[Any], None]) -> None:
        self.asked.append(done)


class Bench:
    """The window, a script, and what was measured."""

    def __init__(self, application: QApplication, directory: Path) -> None:
        self._application = application
        self._numbers = count(200_001)
        os.environ["ZMQCHAT_HOME"] = str(directory)
        link = JoinLink("chat.example", 5555, bytes(range(32)))
        profiles.save(profiles.prepare("maja", link, "maja"))
        self.gateway = ScriptedGateway()
        store = QSettings(str(directory / "desktop.ini"), QSettings.Format.IniFormat)
        self.composition = Composition(lambda: None, store)
        self.composition.app.start([])
        session = Session(profiles.load("maja"), lambda: self.gateway)
        self.composition.app.adopt(session)
        self.frames = 0
        self.window = self.composition.load_views()
        self.window.frameSwapped.connect(self._swapped)

    def _swapped(self) -> None:
        self.frames += 1

    def first_frame(self) -> float:
        """Seconds from the start of the process to a frame with 2,000 messages."""
        self.tell([up.RoomOpened(_ROOM), up.StateChanged("live")])
        self.tell([up.Loaded(_ROOM.id, _page(198_001, 200_001))])
        while self.gateway.asked:  # for people and rooms, of which there are none here
            self.gateway.asked.pop()(ChatError(Code.NOT_FOUND, ""))
        self.window.show()
        self.await_frame()
        return time.perf_counter() - _STARTED

    def turn_wheel(self, turns: int) -> list[float]:
        """Of each of some turns of the wheel through older messages, the milliseconds of CPU for
        the longest step of its glide: what a person would see as a jerk.
        """
        return sorted(self._turn() for _ in range(turns))

    def _turn(self) -> float:
        at = QPointF(self.window.width() / 2, self.window.height() / 2)
        turn = QWheelEvent(
            *(at, at, QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton),
            *(Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False),
        )
        turn.setTimestamp(time.monotonic_ns() // 1_000_000)
        QApplication.sendEvent(self.window, turn)
        longest, end = 0.0, time.perf_counter() + 0.2
        while time.perf_counter() < end:
            start = time.process_time()
            self._application.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 20)
            longest = max(longest, time.process_time() - start)
        return longest * 1000

    def switch(self, times: int) -> list[float]:
        """Milliseconds of CPU from a click on another of 40 rooms to the frame that shows it."""
        session = self.composition.app.session
        assert session is not None
        self.tell([up.RoomOpened(room) for room in _OTHERS])
        costs = []
        for number in range(times):
            room = _OTHERS[number % len(_OTHERS)]
            start = time.process_time()
            session.openRoom(key_of(room.id))
            if number < len(_OTHERS):
                self.tell([up.Loaded(room.id, _page(1, 401))])
            self.await_frame()
            costs.append((time.process_time() - start) * 1000)
            self._wait(0.05)
        session.openRoom(key_of(_ROOM.id))
        self._wait(0.1)
        return sorted(costs)

    def fill(self) -> int:
        """MiB of the process with 100,000 messages in the room."""
        session = self.composition.app.session
        assert session is not None
        assert session.room is not None
        timeline = session.room.timeline
        first = 198_001
        while timeline.rowCount() < 100_000:
            timeline.loadOlder()
            self.gateway.asked.pop()(_page(first - 2_000, first))
            first -= 2_000
        self.await_frame()
        return _resident_mib()

    def batch(self, size: int) -> float:
        """Milliseconds from a batch to the frame that shows it."""
        batch: Batch = [up.Arrived(_ROOM.id, self._new(size))]
        start = time.perf_counter()
        self.tell(batch)
        self.await_frame()
        return (time.perf_counter() - start) * 1000

    def flood(self, a_second: int, seconds: float) -> list[float]:
        """Gaps in milliseconds between ticks of the event loop while messages come."""
        gaps: list[float] = []
        last, sent = time.perf_counter(), 0
        start = time.perf_counter()

        def tick() -> None:
            nonlocal last
            now = time.perf_counter()
            gaps.append((now - last) * 1000)
            last = now

        def send() -> None:
            nonlocal sent
            due = int((time.perf_counter() - start) * a_second) - sent
            sent += due
            for one in range(0, due, 256):
                batch: Batch = [up.Arrived(_ROOM.id, list(self._new(min(256, due - one))))]
                self.composition.pacer.add(batch, self.tell)

        timers = [_timer(_TICK_MS, tick), _timer(16, send)]
        self._wait(seconds)
        for timer in timers:
            timer.stop()
        return sorted(gaps)

    def idle_cpu(self, seconds: float) -> float:
        """Share of a core that the window takes while nothing happens."""
        before = time.process_time()
        self._wait(seconds)
        return (time.process_time() - before) / seconds

    def tell(self, batch: Batch) -> None:
        """Hands updates to the session."""
        self.gateway.updates.emit(batch)

    def _new(self, number: int) -> list[ChatEvent]:
        first = next(self._numbers)
        for _ in range(number - 1):
            next(self._numbers)
        return events(first, first + number)

    def await_frame(self) -> None:
        """Until the window has painted what changed."""
        frames = self.frames
        self.window.requestUpdate()
        while self.frames == frames:
            self._application.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 100)

    def _wait(self, seconds: float) -> None:
        loop = QEventLoop()
        QTimer.singleShot(round(seconds * 1000), loop.quit)
        loop.exec()


def _timer(interval: int, function: Callable[[], None]) -> QTimer:
    timer = QTimer(interval=interval)
    timer.timeout.connect(function)
    timer.start()
    return timer


def events(first: int, end: int) -> list[ChatEvent]:
    """Messages with the seqs `first` to `end` - 1, some in the row by one sender."""
    return [
        ChatEvent(
            _ROOM.name,
            seq,
            "posted",
            _PEOPLE[seq // 3 % len(_PEOPLE)],
            _START + timedelta(seconds=20 * seq),
            UUID(int=seq),
            {"text": f"{seq} {_TEXTS[seq % len(_TEXTS)]}"},
            room_id=_ROOM.id,
            sender_id=seq // 3 % len(_PEOPLE) + 1,
        )
        for seq in range(first, end)
    ]


def _page(first: int, end: int) -> TimelinePage:
    return TimelinePage(first, end - 1, tuple(posted_of(one) for one in events(first, end)))


def _p95(costs: list[float]) -> float:
    return costs[int(len(costs) * 0.95)]


def _resident_mib() -> int:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() // 2**20


def main() -> int:
    """Measures, and prints a line for each figure."""
    QQuickStyle.setStyle("Basic")
    application = QApplication(sys.argv[:1])
    with tempfile.TemporaryDirectory() as directory:
        bench = Bench(application, Path(directory))
        print(f"first frame, 2,000 messages     {bench.first_frame():8.2f} s")
        print(f"idle                            {bench.idle_cpu(3) * 100:8.1f} % of a core")
        turned = bench.turn_wheel(60)
        print(
            f"a turn of the wheel, longest    {_p95(turned):8.0f} ms p95 (worst {turned[-1]:.0f})"
        )
        print(f"memory, 100,000 messages        {bench.fill():8d} MiB")
        batches = sorted(bench.batch(1_000) for _ in range(7))
        print(f"1,000 in one batch, with frame  {batches[3]:8.0f} ms (worst {batches[-1]:.0f})")
        gaps = bench.flood(5_000, 8)
        print(f"5,000/s: gap of a 10 ms tick    {_p95(gaps):8.0f} ms p95 (worst {gaps[-1]:.0f})")
        print(f"memory afterwards               {_resident_mib():8d} MiB")
        went = bench.switch(120)
        print(f"to another of 40 rooms          {went[60]:8.0f} ms (worst {went[-1]:.0f})")
        print(f"memory with 40 rooms            {_resident_mib():8d} MiB")
        bench.composition.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
