"""Where an event's time went, and what an earlier process left in the outbox."""

from __future__ import annotations

import asyncio
import time

import pytest

import zmqchat
from tests.support.realm import Realm
from tests.support.waiting import eventually_async
from zmqchat.client.cache import Cache
from zmqchat.client.disk import Disk
from zmqchat.client.ids import new_id
from zmqchat.client.outbox import DiskOutbox
from zmqchat.client.stages import Stages, posted_at, stages_of
from zmqchat.protocol import codec
from zmqchat.protocol.events import Event, Posted
from zmqchat.protocol.requests import SendItem
from zmqchat.sync.effects import State

pytestmark = pytest.mark.filterwarnings("error")


def test_the_stages_follow_each_other_by_the_servers_clock() -> None:
    event = Event(1, "posted", 1, "ada", 1, 1_000_000, new_id(), b"", b"", b"", b"")
    stages = stages_of(event, 1_002_000, 1_002_500, 1_010_000, 999_000)
    assert stages == Stages(sent=0.001, disk=0.002, published=0.0005, arrived=0.0075)


def test_clocks_that_disagree_make_no_time_negative() -> None:
    event = Event(1, "posted", 1, "ada", 1, 1_000_000, new_id(), b"", b"", b"", b"")
    stages = stages_of(event, 900_000, 800_000, 700_000, None)
    assert stages == Stages(sent=None, disk=0.0, published=0.0, arrived=0.0)


def test_a_send_id_says_when_it_was_made() -> None:
    before = time.time_ns() // 1_000_000 * 1000
    assert before <= posted_at(new_id()) <= time.time_ns() // 1000


def test_they_are_measured_and_ones_own_from_the_sender(realm: Realm) -> None:
    async def run() -> None:
        async with (
            zmqchat.connect(realm.link, "alice", ephemeral=True) as alice,
            zmqchat.connect(realm.link, "bob", ephemeral=True) as bob,
        ):
            # What is caught up with has no stages: both must hear it live.
            await eventually_async(lambda: {alice.state, bob.state} == {State.LIVE})
            await bob.send("general", "hello")
            await eventually_async(lambda: bob.stages is not None and bob.stages.sent is not None)
            await eventually_async(lambda: alice.stages is not None)
            assert alice.stages is not None
            assert alice.stages.sent is None

    asyncio.run(run())


def test_what_a_dead_process_left_is_told_with_its_acknowledgement(realm: Realm) -> None:
    async def run() -> None:
        async with zmqchat.connect(realm.link, "alice") as chat:
            await chat.send("general", "one")
            room = chat._lookup.known("general")
            assert room is not None
        profile = zmqchat.client.profile.load()
        left = Disk(Cache(profile.cache), DiskOutbox(profile.outbox))
        left.add([SendItem(new_id(), room.room, "posted", codec.encode(Posted("two", None)))])
        left.close()
        async with zmqchat.connect() as chat:
            ((event, acknowledged),) = chat.resumed
            assert (event.room, event.seq, event.text) == ("general", 0, "two")
            assert (await acknowledged).text == "two"

    asyncio.run(run())
