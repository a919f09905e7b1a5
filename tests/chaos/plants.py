"""Bugs to plant, one for each promise that a run judges: with one of them a run must fail.

`launch` puts one into a process as it starts, where `ZMQCHAT_CHAOS_PLANT` names it; the product
knows nothing of them.
"""

from __future__ import annotations

import os
import sqlite3
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import msgspec

from tests.chaos.faults import PEOPLE
from tests.chaos.judge import Invariant

VARIABLE = "ZMQCHAT_CHAOS_PLANT"

_SOON_S = 12.0
"""When everybody has joined, for bugs that come by themselves."""


@dataclass(frozen=True)
class Plant:
    """A bug: in which program, how it is put there, and a script under which it shows as what."""

    program: str
    sow: Callable[[], None]
    script: str
    shows: Invariant


def sow(program: str) -> None:
    """Plants the bug that the environment names, if it names one of this program."""
    plant = PLANTS.get(os.environ.get(VARIABLE, ""))
    if plant is not None and plant.program == program:
        plant.sow()


def _later(work: Callable[[], None], again_s: float = 0.0) -> None:
    def run() -> None:
        time.sleep(_SOON_S)
        work()
        while again_s:
            time.sleep(again_s)
            work()

    threading.Thread(target=run, daemon=True, name="plant").start()


# ── clients ──────────────────────────────────────────────────────────────────────────────────────


def _forgetful() -> None:
    """The outbox keeps nothing on disk."""
    from zmqchat.client.disk import Disk

    def add(_self: Disk, _items: Sequence[Any]) -> None:
        pass

    setattr(Disk, "add", add)  # noqa: B010 - a type checker is right to refuse the assignment


def _turned_round() -> None:
    """What a process left in the outbox is sent in the wrong order."""
    from zmqchat.client.disk import Disk

    left = Disk.left
    setattr(Disk, "left", lambda self: left(self)[::-1])  # noqa: B010


def _nameless() -> None:
    """What a process left in the outbox is sent again as something new."""
    from zmqchat.client.disk import Disk
    from zmqchat.client.ids import new_id

    left = Disk.left

    def renamed(self: Disk) -> list[Any]:
        return [msgspec.structs.replace(item, id=new_id()) for item in left(self)]

    setattr(Disk, "left", renamed)  # noqa: B010


def _distracted() -> None:
    """A reader leaves out an event now and then."""
    from zmqchat.client.reader import Reader

    whole, heard = Reader.next, count(1)

    async def listen(self: Reader) -> Any:
        events = await whole(self)
        return events[:-1] if len(events) > 1 and not next(heard) % 5 else events

    setattr(Reader, "next", listen)  # noqa: B010


def _lenient() -> None:
    """A device that is removed stays in."""
    from zmqchat.client.devices import DeviceActions

    async def remove_device(_self: DeviceActions, _device: int) -> None:
        pass

    setattr(DeviceActions, "remove_device", remove_device)  # noqa: B010


def _resigned() -> None:
    """Whoever lost the server does not dial it again."""
    from zmqchat.client.transport import Transport

    dial, dialled = Transport.dial, count(1)

    def once(self: Transport) -> None:
        if next(dialled) == 1:
            dial(self)

    setattr(Transport, "dial", once)  # noqa: B010


# ── the server ───────────────────────────────────────────────────────────────────────────────────


def _careless() -> None:
    """A commit is left out now and then, and acknowledged."""
    from zmqchat.storage.writer import Writer

    whole, begun = Writer.transaction, count(1)

    class LeftOut(Exception):
        pass

    @contextmanager
    def transaction(self: Writer) -> Iterator[Any]:
        with suppress(LeftOut), whole(self) as opened:
            yield opened
            if not next(begun) % 100:
                raise LeftOut

    setattr(Writer, "transaction", transaction)  # noqa: B010


def _forging() -> None:
    """Something in the database is changed by somebody."""

    def forge() -> None:
        data = Path(sys.argv[sys.argv.index("--data") + 1])
        database = sqlite3.connect(data / "zmqchat.db", timeout=20)
        # There is nothing to change before the database has been made.
        with closing(database), suppress(sqlite3.OperationalError), database:
            database.execute("UPDATE contents SET body = x'00' WHERE room = 1 AND seq = 1")

    _later(forge, 1.0)


def _leaking() -> None:
    """A descriptor is left open again and again."""
    kept: list[int] = []
    _later(lambda: kept.append(os.open(os.devnull, os.O_RDONLY)), 0.02)


def _mortal() -> None:
    """The process ends."""
    _later(lambda: os._exit(3))


def _clumsy() -> None:
    """A thread fails."""

    def fail() -> None:
        raise ZeroDivisionError

    _later(fail)


_KILLS = "storm\n  0.00 1.50 refuse all\n  0.90 0.00 kill alice\n"
# Killed while an acknowledgement is under way: each has an even chance of it.
_LATE = 2 * (
    "storm\n  0.00 3.00 delay all by 0.50\n"
    + "".join(f"  2.{number}0 0.00 kill {name}\n" for number, name in enumerate(PEOPLE))
)
_CUTS = "storm\n" + "storm\n".join("  0.10 0.00 cut all\n" for _ in range(6))
_PAUSE = "storm\n  0.10 12.00 stop carol\nstorm\n  0.10 0.00 cut bob-broker\n"

PLANTS = {
    "forgetful": Plant("client", _forgetful, _KILLS, Invariant.TAKEN),
    "turned-round": Plant("client", _turned_round, _KILLS, Invariant.SENDERS_ORDER),
    "nameless": Plant("client", _nameless, _LATE, Invariant.ONCE),
    "distracted": Plant("client", _distracted, _KILLS, Invariant.ONE_ORDER),
    "lenient": Plant(
        "client", _lenient, "storm\n  0.10 0.50 remove-device tablet\n", Invariant.PUT_OUT
    ),
    "resigned": Plant("client", _resigned, _CUTS, Invariant.RECOVERED),
    "careless": Plant("server", _careless, _CUTS, Invariant.ACKNOWLEDGED),
    "forging": Plant("server", _forging, _PAUSE, Invariant.WHOLE),
    "leaking": Plant("server", _leaking, _PAUSE, Invariant.LEVEL),
    "mortal": Plant("server", _mortal, _PAUSE, Invariant.ALIVE),
    "clumsy": Plant("server", _clumsy, _PAUSE, Invariant.NO_TRACEBACK),
}
