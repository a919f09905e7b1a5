"""A process stops for a signal, its supervisor, or by itself, and says why."""

from __future__ import annotations

import os
import select
import signal

import pytest

from zmqchat.runtime.stop import StopRequest


def reason(stop: StopRequest, timeout: float = 20) -> str | None:
    ready, _, _ = select.select(stop.descriptors, [], [], timeout)
    return stop.reason(ready.__contains__)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_stops_and_handlers_are_put_back(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    with StopRequest(supervised=False) as stop:
        assert reason(stop, 0) is None
        os.kill(os.getpid(), number)
        assert reason(stop) == number.name
    assert signal.getsignal(number) is before


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP])
def test_a_signal_that_was_ignored_from_the_start_stays_ignored(number: signal.Signals) -> None:
    before = signal.signal(number, signal.SIG_IGN)
    try:
        with StopRequest(supervised=False) as stop:
            os.kill(os.getpid(), number)
            assert reason(stop, 0) is None
            assert signal.getsignal(number) is signal.SIG_IGN
    finally:
        signal.signal(number, before)


def test_the_first_reason_stands() -> None:
    with StopRequest(supervised=False) as stop:
        for word in ("first", "second"):
            stop.request(word)
        assert reason(stop) == "first"


def test_a_supervisors_death_stops() -> None:
    read_end, write_end = os.pipe()
    stdin = os.dup(0)
    os.dup2(read_end, 0)
    try:
        with StopRequest(supervised=True) as stop:
            assert reason(stop, 0) is None
            os.write(write_end, b"a word that means nothing")
            assert reason(stop) is None
            os.close(write_end)
            assert reason(stop) == "supervisor gone"
    finally:
        os.dup2(stdin, 0)
        os.close(stdin)
        os.close(read_end)
