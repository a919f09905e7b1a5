"""The outbox on disk: a process that dies leaves its sends to the next, and to one only."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from zmqchat.client.cache import Cache
from zmqchat.client.ids import new_id
from zmqchat.client.outbox import DiskOutbox
from zmqchat.protocol.requests import SendItem


def items(count: int) -> list[SendItem]:
    return [SendItem(new_id(), 1, "posted", b"%d" % number) for number in range(count)]


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[Cache]:
    with closing(Cache(tmp_path / "cache.db")) as cache:
        yield cache


def test_what_is_closed_is_taken_over_in_order(cache: Cache, tmp_path: Path) -> None:
    sends = items(5)
    first = DiskOutbox(cache, tmp_path / "owners")
    first.add(sends)
    first.remove([sends[0].id])
    first.close()
    with closing(DiskOutbox(cache, tmp_path / "owners")) as second:
        assert second.take_over() == sends[1:]
        with closing(DiskOutbox(cache, tmp_path / "owners")) as third:
            assert third.take_over() == []
    assert list((tmp_path / "owners").iterdir()) == []


def test_a_living_process_keeps_its_sends(cache: Cache, tmp_path: Path) -> None:
    with (
        closing(DiskOutbox(cache, tmp_path / "owners")) as first,
        closing(DiskOutbox(cache, tmp_path / "owners")) as second,
    ):
        first.add(items(2))
        assert second.take_over() == []


_CHILD = """
import os, signal, sys
from pathlib import Path
from zmqchat.client.cache import Cache
from zmqchat.client.outbox import DiskOutbox
from zmqchat.protocol.requests import SendItem
home = Path(sys.argv[1])
outbox = DiskOutbox(Cache(home / "cache.db"), home / "owners")
outbox.add([SendItem(bytes([n]) * 16, 1, "posted", b"x") for n in range(3)])
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_a_killed_process_left_is_taken_over(cache: Cache, tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", _CHILD, str(tmp_path)], check=False, timeout=30)
    with closing(DiskOutbox(cache, tmp_path / "owners")) as outbox:
        assert [item.id[0] for item in outbox.take_over()] == [0, 1, 2]
