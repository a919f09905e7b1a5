"""A damaged cache never touches what was not sent yet, and keeps nobody from going on."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

import zmqchat
from tests.client.samples import info, log
from tests.support.realm import Realm
from tests.support.waiting import eventually_async
from zmqchat.client import NoticeKind
from zmqchat.client.cache import Cache
from zmqchat.client.database import Damaged, beside, mark_of
from zmqchat.client.ids import new_id
from zmqchat.client.mending import open_disk
from zmqchat.client.profile import Profile
from zmqchat.protocol.requests import SendItem
from zmqchat.security.keys import KeyPair
from zmqchat.security.links import JoinLink


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    link = JoinLink("127.0.0.1", 5555, bytes(range(32)), "t")
    return Profile(tmp_path, link, "alice", KeyPair.generate())


def smash(path: Path) -> None:
    for other in beside(path):
        other.unlink(missing_ok=True)
    path.write_bytes(os.urandom(20_000))


def test_sends_outlive_the_cache(profile: Profile) -> None:
    async def run() -> None:
        told: list[str] = []
        item = SendItem(new_id(), 1, "posted", b"not sent yet")
        disk = open_disk(profile, told.append)
        disk.add([item])
        disk.close()
        smash(profile.cache)
        disk = open_disk(profile, told.append)
        assert disk.left() == [item]
        disk.close()
        (text,) = told
        assert "cache.db.damaged-1" in text
        assert profile.directory.joinpath("cache.db.damaged-1").exists()
        open_disk(profile, told.append).close()
        assert len(told) == 1  # said once

    asyncio.run(run())


def test_damage_that_opening_does_not_show_is_mended_at_the_next_start(profile: Profile) -> None:
    events = log(*(f"word {number} " * 50 for number in range(100)))
    cache = Cache(profile.cache)
    cache.origin(info(events, 0))
    cache.store(1, events)
    cache.close()
    content = bytearray(profile.cache.read_bytes())
    content[5 * 4096 :] = b"\xa5" * (len(content) - 5 * 4096)
    profile.cache.write_bytes(content)
    told: list[str] = []
    disk = open_disk(profile, told.append)
    with pytest.raises(Damaged, match="Start again"):
        disk.cache.messages(1, None, 100)
    assert told == []
    assert mark_of(profile.cache).exists()
    disk.close()
    disk = open_disk(profile, told.append)
    assert len(told) == 1
    assert disk.cache.rooms() == []
    disk.close()


def test_damage_that_is_found_later_ends_the_session_and_not_the_next(realm: Realm) -> None:
    async def run() -> None:
        surprises: list[object] = []
        asyncio.get_running_loop().set_exception_handler(lambda _, what: surprises.append(what))
        async with zmqchat.connect(realm.link, "alice") as chat:
            for number in range(20):
                await chat.send("general", f"{number} " * 400)
            await eventually_async(lambda: chat.complete_to("general") == 21)
        path = zmqchat.client.profile.load().cache
        content = path.read_bytes()
        path.write_bytes(content[: 2 * 4096] + os.urandom(len(content) - 2 * 4096))
        with pytest.raises(Damaged):
            async with zmqchat.connect() as chat:
                await chat.history("general")
        async with zmqchat.connect() as chat:
            assert len(await chat.history("general")) == 20
        assert surprises == []

    asyncio.run(run())


def test_a_session_goes_on_with_a_damaged_cache_and_says_so(realm: Realm) -> None:
    async def run() -> None:
        async with zmqchat.connect(realm.link, "alice") as chat:
            await chat.send("general", "before")
        smash(zmqchat.client.profile.load().cache)
        notices: list[zmqchat.client.Notice] = []
        async with zmqchat.connect(on_notice=notices.append) as chat:
            assert [m.text for m in await chat.history("general")] == ["before"]
        assert [n.kind for n in notices].count(NoticeKind.DAMAGED) == 1

    asyncio.run(run())
