"""The network thread: one asyncio loop for all servers."""

from __future__ import annotations

import asyncio
import threading
from collections import defaultdict
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

_PATIENCE_S = 2.0


class Network:
    """Started when it is made. Everything on it is started by `run`, from any thread."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._tasks: set[asyncio.Task[None]] = set()
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._thread = threading.Thread(target=self._serve, name="network")
        self._thread.start()

    def run(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Starts `work` as a task of the loop; errors that it lets out are bugs and are logged."""
        self._loop.call_soon_threadsafe(self._start, work)

    def call(self, function: Callable[..., None], *arguments: object) -> None:
        """Calls a function on the thread, after what was asked for before; nothing once stopped."""
        with suppress(RuntimeError):  # it is closed, maybe just now
            self._loop.call_soon_threadsafe(function, *arguments)

    def turn(self, label: str) -> asyncio.Lock:
        """Held by whoever works with a profile, on the thread: two would send its outbox twice."""
        return self._turns[label]

    def stop(self) -> None:
        """Waits a moment for what runs to end, cancels the rest, and ends the thread."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()

    def _start(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        task = self._loop.create_task(work())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_forever()
            self._finish()
        finally:
            self._loop.close()

    def _finish(self) -> None:
        # A list: tasks that are done leave the set only now, in the loop's next turn.
        if tasks := list(self._tasks):
            self._loop.run_until_complete(asyncio.wait(tasks, timeout=_PATIENCE_S))
        pending = asyncio.all_tasks(self._loop)
        for task in pending:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*pending, return_exceptions=True))
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
