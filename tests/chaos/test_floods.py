"""Much of everything: garbage, silent connections, slow handshakes, lines, processes."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path

import pytest

from tests.chaos.logs import feed, resident_mib, texts_of, whole_log
from tests.support.realm import Realm
from tests.support.waiting import eventually

pytestmark = pytest.mark.chaos

_LEVEL_MIB = 40
_GREETING = b"\xff\0\0\0\0\0\0\0\1\x7f\3\0CURVE" + b"\0" * 47


@contextmanager
def _dialled(realm: Realm, offset: int, count: int) -> Iterator[list[socket.socket]]:
    with ExitStack() as stack:
        yield [
            stack.enter_context(socket.create_connection(("127.0.0.1", realm.port + offset)))
            for _ in range(count)
        ]


def _descriptors(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def _has_at_most(pid: int, descriptors: int) -> bool:
    return _descriptors(pid) <= descriptors


@pytest.mark.timeout(300)
def test_garbage_by_the_megabyte_changes_nothing(realm: Realm) -> None:
    alice = realm.person("alice")
    pids = [realm.child("broker"), realm.child("server")]
    before = [resident_mib(pid) for pid in pids]
    for offset in range(3):
        for opening in (b"", _GREETING):
            for _ in range(8):
                with _dialled(realm, offset, 1) as (attacker,), suppress(OSError):
                    attacker.sendall(opening)
                    for _ in range(64):
                        attacker.sendall(b"\x06" + os.urandom(65_535))
    alice.does("send", "general", "unmoved")
    assert [realm.child("broker"), realm.child("server")] == pids
    for pid, mib in zip(pids, before, strict=True):
        assert resident_mib(pid) < mib + _LEVEL_MIB


@pytest.mark.timeout(300)
def test_silent_and_slow_connections_are_let_go_and_keep_nobody_out(realm: Realm) -> None:
    alice, bob = realm.person("alice"), realm.person("bob")
    pids = [realm.child("broker"), realm.child("server")]
    before = [_descriptors(pid) for pid in pids]
    with ExitStack() as stack:
        for offset in range(3):
            stack.enter_context(_dialled(realm, offset, 600))
            slow = stack.enter_context(_dialled(realm, offset, 20))
            for byte in _GREETING[:12]:
                for attacker in slow:
                    with suppress(OSError):
                        attacker.sendall(bytes([byte]))
        with bob.start("tail", "general", "--since", "0") as tail:
            tail.lines(2)
            alice.does("send", "general", "as if nothing were")
            assert "as if nothing were" in tail.line()
        for pid, count in zip(pids, before, strict=True):
            assert eventually(partial(_has_at_most, pid, count + 10), 90)


@pytest.mark.timeout(600)
def test_a_hundred_thousand_lines_go_through_and_come_back(realm: Realm) -> None:
    alice, bob = realm.person("alice"), realm.person("bob")
    lines = 100_000
    most = 0
    with alice.start("send", "general", "-") as sender:
        feed(sender, (f"line {number}" for number in range(lines)))
        while sender.running:
            with suppress(OSError, StopIteration):
                most = max(most, resident_mib(sender.pid))
            time.sleep(0.2)
        assert sender.wait() == 0, sender.errors
    assert most < 200
    assert texts_of(whole_log(bob), "alice") == [f"line {number}" for number in range(lines)]
    pages = bob.run("history", "general", "--limit", "50000", deadline=120)
    assert len(pages.stdout.splitlines()) == 50_000
    assert resident_mib(realm.child("server")) < 250


@pytest.mark.timeout(600)
def test_twenty_processes_of_one_profile_send_and_tail(realm: Realm) -> None:
    alice = realm.person("alice")
    with ExitStack() as stack:
        tails = [
            stack.enter_context(
                alice.start("tail", "general", "--since", "0", "--json", "--count", "302")
            )
            for _ in range(5)
        ]
        senders = [stack.enter_context(alice.start("send", "general", "-")) for _ in range(15)]
        for number, sender in enumerate(senders):
            feed(sender, [f"{number} {line}" for line in range(20)])
        assert [sender.wait(200) for sender in senders] == [0] * 15
        events = whole_log(alice)
        printed = [tail.rest(120) for tail in tails]
        assert [tail.wait(60) for tail in tails] == [0] * 5
    assert len(events) == 302
    assert all(lines == printed[0] for lines in printed)
    for number in range(15):
        mine = [t for t in texts_of(events, "alice") if t.startswith(f"{number} ")]
        assert mine == [f"{number} {line}" for line in range(20)]
