"""Keeps child processes running: starts them in order, restarts what dies, stops them in reverse.

A child says `ready` in a line of its own on stdout, and ends by itself when its stdin closes, so
that nothing outlives a supervisor that was killed. Each has a process session of its own: Ctrl+C
in a terminal reaches the supervisor alone, which then stops its children one after the other.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from zmqchat.cli.relaying import Relay, relayed
from zmqchat.runtime.log import warn
from zmqchat.runtime.stop import heeded

log = logging.getLogger(__name__)

_READY = b"ready"
_STOP_S = 15.0  # a server drains what it has accepted; then it is killed
_STABLE_S = 10.0  # who lived this long is restarted at once when it dies
_DELAYS_S = (0.0, 0.1, 0.5, 1.0, 2.0, 5.0, 15.0, 30.0)


@dataclass(frozen=True, slots=True)
class Program:
    """A child: what people call it, and its command line."""

    name: str
    command: tuple[str, ...]


class NeverReady(Exception):
    """A child gave up before it was ever ready, and has said why: starting it again is no use."""


class Backoff:
    """How long to wait before a restart, in seconds: not at all, then longer and longer."""

    def __init__(self) -> None:
        self._failures = 0

    def delay(self, lived: float) -> float:
        """The pause before starting again what has lived for `lived` seconds."""
        if lived >= _STABLE_S:
            self._failures = 0
        delay = _DELAYS_S[min(self._failures, len(_DELAYS_S) - 1)]
        self._failures += 1
        return delay


class Child:
    """One supervised process, over all its restarts."""

    def __init__(self, program: Program, hand_on: Callable[[bytes], None]) -> None:
        self._program = program
        self._hand_on = hand_on
        self._relays: list[Relay] = []
        self._backoff = Backoff()
        self._process: Process | None = None
        self._started = 0.0

    async def start(self) -> None:
        """Returns when the child is ready; raises NeverReady when it ends by itself before."""
        while not await self._launch():
            await self._restart_pause(permanent=True)

    async def keep(self) -> None:
        """Restarts the child whenever it dies; runs until cancelled."""
        while True:
            await self._restart_pause(permanent=False)
            await self._launch()

    async def stop(self) -> None:
        """Asks the child to end, and kills it when it does not within 15 s."""
        if self._process is not None and self._process.returncode is None:
            await self._end(self._process)
        await asyncio.gather(*(relay.last_words() for relay in self._relays))

    async def _end(self, process: Process) -> None:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(process.wait(), _STOP_S)
        except TimeoutError:
            warn(log, "child does not stop, and is killed", child=self._program.name)
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    async def _launch(self) -> bool:
        """Starts the process; whether it became ready before it ended."""
        self._started = time.monotonic()
        self._relays = [relay for relay in self._relays if not relay.ended]
        async with relayed(self._hand_on) as (stderr, relay):
            self._relays.append(relay)
            self._process = await asyncio.create_subprocess_exec(
                *self._program.command,
                stdin=PIPE,
                stdout=PIPE,
                stderr=stderr,
                start_new_session=True,
            )
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            if line.strip() == _READY:
                return True
        return False

    async def _restart_pause(self, *, permanent: bool) -> None:
        """Waits for the process to end, and then as long as the backoff says.

        With `permanent`, an end that the process chose itself raises NeverReady.
        """
        assert self._process is not None
        status = await self._process.wait()
        if permanent and status > 0:
            raise NeverReady(self._program.name)
        delay = self._backoff.delay(time.monotonic() - self._started)
        warn(
            log,
            "child ended, and is started again",
            child=self._program.name,
            how=_how_it_ended(status),
            in_s=delay,
        )
        await asyncio.sleep(delay)


def _how_it_ended(status: int) -> str:
    if status >= 0:
        return f"status {status}"
    try:
        return signal.Signals(-status).name
    except ValueError:
        return f"signal {-status}"


async def supervise(
    programs: Sequence[Program], on_ready: Callable[[], None], hand_on: Callable[[bytes], None]
) -> None:
    """Runs `programs` until SIGTERM, SIGINT or SIGHUP; calls `on_ready` once, when all are ready.

    `hand_on` gets the lines that they write on stderr. Raises NeverReady when one of them cannot
    start. No child is left on any way out.
    """
    stop = asyncio.Event()
    for number in heeded():
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    children = [Child(program, hand_on) for program in programs]
    work = asyncio.create_task(_run(children, on_ready))
    stopped = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({work, stopped}, return_when=asyncio.FIRST_COMPLETED)
        if work.done():
            work.result()
    finally:
        await _cancel(work, stopped)
        for child in reversed(children):
            await child.stop()


async def _run(children: Sequence[Child], on_ready: Callable[[], None]) -> None:
    for child in children:
        await child.start()
    on_ready()
    async with asyncio.TaskGroup() as group:
        for child in children:
            group.create_task(child.keep())


async def _cancel(*tasks: asyncio.Task[object]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
