"""What was erased from a profile is soon in none of its files."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.client.samples import info, log
from tests.support.waiting import eventually_async
from zmqchat.client.cache import Cache
from zmqchat.client.disk import Disk
from zmqchat.client.ids import new_id
from zmqchat.client.outbox import DiskOutbox
from zmqchat.protocol.codec import encode
from zmqchat.protocol.events import Posted, Redacted
from zmqchat.protocol.requests import SendItem


def disk(directory: Path) -> Disk:
    return Disk(Cache(directory / "cache.db"), DiskOutbox(directory / "outbox"))


def holds(directory: Path, text: bytes) -> bool:
    return any(text in f.read_bytes() for f in directory.rglob("*") if f.is_file())


def test_a_send_is_gone_once_it_was_settled(tmp_path: Path) -> None:
    async def run() -> None:
        kept = disk(tmp_path)
        item = SendItem(new_id(), 1, "posted", encode(Posted("a word in passing")))
        kept.add([item])
        assert holds(tmp_path, b"a word in passing")
        kept.settle([item.id])
        await eventually_async(lambda: not holds(tmp_path, b"a word in passing"))
        kept.close()

    asyncio.run(run())


def test_closing_leaves_nothing_behind_that_was_erased(tmp_path: Path) -> None:
    async def run() -> None:
        kept, other = disk(tmp_path), disk(tmp_path)  # who keeps the database's log alive
        events = log("a word in passing", "another", Redacted(1))
        kept.cache.origin(info(events, 0))
        kept.store(1, events[:2])
        assert holds(tmp_path, b"a word in passing")
        kept.store(1, events[2:])
        kept.close()
        assert not holds(tmp_path, b"a word in passing")
        assert holds(tmp_path, b"another")
        other.close()

    asyncio.run(run())
