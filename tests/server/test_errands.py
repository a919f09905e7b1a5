"""Errands: every one comes back, failures too, in the loop, and what waits is bounded."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from queue import Queue
from threading import Event as Signal
from threading import get_ident

import pytest

from zmqchat.errors import Code, Refused
from zmqchat.protocol.replies import Fault
from zmqchat.server.errands import Errands


def test_each_errand_comes_back_to_the_loop(caplog: pytest.LogCaptureFixture) -> None:
    calls: Queue[Callable[[], None]] = Queue()
    errands = Errands("test", 8, 8, calls.put)
    found: list[object] = []

    def refused() -> int:
        raise Refused(Code.NOT_FOUND, "gone", 0.5)

    def broken() -> int:
        raise RuntimeError("a bug")

    errands.submit(get_ident, found.append, 1)
    errands.submit(refused, found.append, 1)
    errands.submit(broken, found.append, 1)
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
    errands = Errands("test", 2, 2, calls.put)
    began, gate, found = Signal(), Signal(), list[object]()

    def held() -> bool:
        began.set()
        return gate.wait(20)

    errands.submit(held, found.append, 1)
    assert began.wait(20)  # it waits no more
    for _ in range(2):
        errands.submit(held, found.append, 1)
    with pytest.raises(Refused) as refused:
        errands.submit(get_ident, found.append, 1)
    assert (refused.value.code, refused.value.retryable) == (Code.BUSY, True)
    gate.set()
    errands.stop()
    for _ in range(3):
        calls.get(timeout=20)()
    assert found == [True, True, True]
    assert calls.empty()


def test_strangers_that_fill_their_lane_keep_nobody_known_waiting() -> None:
    calls: Queue[Callable[[], None]] = Queue()
    errands = Errands("test", 8, 4, calls.put)
    began, gate, order = Signal(), Signal(), list[object]()

    def held() -> bool:
        began.set()
        return gate.wait(20)

    errands.submit(held, lambda _: None, "holds the thread")
    assert began.wait(20)
    for place in ("a", "b"):
        for _ in range(4):
            errands.submit(partial(order.append, place), lambda _: None, place, known=False)
        with pytest.raises(Refused):
            errands.submit(get_ident, lambda _: None, place, known=False)
    errands.submit(partial(order.append, "known"), lambda _: None, "office")
    gate.set()
    errands.stop()
    assert order == ["a", "known", "b", "a", "b", "a", "b", "a", "b"]
