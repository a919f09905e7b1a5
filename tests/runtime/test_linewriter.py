"""Lines are written in order, nobody waits for their reader, and a loss is told in its place."""

from __future__ import annotations

import os

import pytest

from tests.support.pipes import drained, full_pipe, unread_pipe
from tests.support.waiting import eventually
from zmqchat.runtime.linewriter import LineWriter


def _notice(lines: int) -> bytes:
    return b"lost %d\n" % lines


def test_lines_come_whole_and_in_order() -> None:
    read_end, write_end = os.pipe()
    writer = LineWriter(write_end, _notice)
    lines = [b"%d\n" % number for number in range(1000)]
    for line in lines:
        writer.put(line)
    writer.drain(20)
    assert drained(read_end) == b"".join(lines)
    os.close(read_end)
    os.close(write_end)


def test_who_writes_never_waits_and_the_loss_is_told_when_the_reader_is_back() -> None:
    with full_pipe() as (read_end, write_end):
        writer = LineWriter(write_end, _notice, most_bytes=100)
        for number in range(50):
            writer.put(b"line %3d\n" % number)  # 9 bytes: 11 of them fit
        writer.drain(0)
        said = b""

        def lines() -> list[bytes]:
            nonlocal said
            said += drained(read_end)
            return said.lstrip(b".").splitlines()

        eventually(lambda: len(lines()) == 12)
        assert lines() == [*(b"line %3d" % n for n in range(11)), b"lost 39"]
        writer.put(b"after\n")
        eventually(lambda: lines()[-1] == b"after")


def test_a_disk_that_was_full_gets_the_loss_and_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    full = True
    written: list[bytes] = []

    def write(_: int, data: bytes) -> int:
        if full:
            raise OSError(28, "No space left on device")
        written.append(bytes(data))
        return len(data)

    monkeypatch.setattr(os, "write", write)
    writer = LineWriter(99, _notice)
    for _ in range(3):
        writer.put(b"lost\n")
        writer.drain(20)
    full = False
    writer.put(b"lost as well: it is what shows that there is room\n")
    writer.drain(20)
    writer.put(b"here\n")
    writer.drain(20)
    assert written == [b"lost 4\n", b"here\n"]


def test_half_a_line_does_not_run_into_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    written = b""
    room = 3

    def write(_: int, data: bytes) -> int:
        nonlocal written, room
        if not room:
            raise OSError(28, "No space left on device")
        taken = bytes(data)[:room]
        written += taken
        room -= len(taken)
        return len(taken)

    monkeypatch.setattr(os, "write", write)
    writer = LineWriter(99, _notice)
    writer.put(b"broken\n")
    writer.drain(20)
    room = 1000
    writer.put(b"lost\n")
    writer.drain(20)
    assert written == b"bro\nlost 2\n"


def test_a_reader_that_has_gone_does_no_harm() -> None:
    with unread_pipe() as write_end:
        writer = LineWriter(write_end, _notice)
        for _ in range(10):
            writer.put(b"for nobody\n")
        writer.drain(20)


def test_a_descriptor_that_others_made_non_blocking_is_waited_for() -> None:
    with full_pipe() as (read_end, write_end):
        os.set_blocking(write_end, False)
        writer = LineWriter(write_end, _notice)
        writer.put(b"late\n")
        writer.drain(0.05)
        said = b""

        def has_come() -> bool:
            nonlocal said
            said += drained(read_end)
            return said.endswith(b".late\n")

        eventually(has_come)
        assert not os.get_blocking(write_end)


def test_the_descriptor_stays_as_whoever_shares_it_has_it() -> None:
    with full_pipe() as (read_end, write_end):
        writer = LineWriter(write_end, _notice)
        writer.put(b"x\n")
        writer.drain(0.05)
        assert os.get_blocking(write_end)
        drained(read_end)
        writer.drain(20)


def test_what_the_collector_finalises_meanwhile_may_log_too() -> None:
    """The lock is taken twice by one thread then."""
    read_end, write_end = os.pipe()
    writer = LineWriter(write_end, _notice)
    with writer._changed:
        writer.put(b"inside\n")
    writer.drain(20)
    assert drained(read_end) == b"inside\n"
    os.close(read_end)
    os.close(write_end)
