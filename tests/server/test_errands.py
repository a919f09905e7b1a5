"""Errands: every one comes back, failures too, in the loop, and what waits is bounded."""

from __future__ import annotations

from collections.abc import Callable
from queue import Queue
from threading import Event as Signal
from threading import get_ident

import pytest

from zmqchat.errors import Code, Refused
from zmqchat.protocol.replies import Fault
from zmqchat.server.errands import Errands


def test_each_errand_comes_back_to_the_loop(caplog: pytest.LogCaptureFixture) -> None:
    calls: Queue[Callable[[], None]] = Queue()
    errands = Errands("test", 8, calls.put)
    found: list[object] = []

    def refused() -> int:
        raise Refused(Code.NOT_FOUND, "gone", 0.5)

    def broken() -> int:
        raise RuntimeError("a bug")

    errands.submit(get_ident, found.append)
    errands.submit(refused, found.append)
    errands.submit(broken, found.append)
    errands.stop()
    assert found == []  # nothing is told in the errand's own thread
    while not calls.empty():
        calls.get()()
    thread, no, bug = found
    assert thread != get_ident()
    assert no == Fault("not-found", "gone", 0.5)
    assert isinstance(bug, Fault)
    assert (bug.code, "a bug" in bug.message, "a bug" in caplog.text) == (
        Code.INTERNAL,
        False,
        True,
    )


def test_what_waits_is_bounded() -> None:
    calls: Queue[Callable[[], None]] = Queue()
    errands = Errands("test", 2, calls.put)
    gate, found = Signal(), list[object]()
    for _ in range(2):
        errands.submit(lambda: gate.wait(20), found.append)
    with pytest.raises(Refused) as refused:
        errands.submit(get_ident, found.append)
    assert (refused.value.code, refused.value.retryable) == (Code.BUSY, True)
    gate.set()
    errands.stop()
    for _ in range(2):
        calls.get(timeout=20)()
    assert found == [True, True]
    assert calls.empty()
