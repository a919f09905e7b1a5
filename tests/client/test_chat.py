"""The SDK against a real broker and a real server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from datetime import UTC, datetime, timedelta

import pytest

import zmqchat
from tests.client.waiting import live
from tests.support.ports import free_ports
from tests.support.realm import Realm
from tests.support.waiting import eventually_async
from zmqchat.client import (
    Chat,
    ChatEvent,
    ChatMessage,
    Notice,
    NoticeKind,
    Profile,
    join,
    open_profile,
)
from zmqchat.client import profile as profiles
from zmqchat.errors import ChatError, Code
from zmqchat.runtime.places import home
from zmqchat.security.links import JoinLink, parse

pytestmark = pytest.mark.filterwarnings("error")


async def take(events: AsyncIterator[ChatEvent], count: int) -> list[ChatEvent]:
    taken: list[ChatEvent] = []
    async with asyncio.timeout(40):
        async for event in events:
            taken.append(event)
            if len(taken) == count:
                break
    return taken


def texts(events: Sequence[ChatEvent | ChatMessage]) -> list[str | None]:
    return [event.text for event in events if event.type == "posted"]


def test_batches_are_the_events_whatever_was_read_from_where(realm: Realm) -> None:
    async def run() -> None:
        sent = [f"message {number}" for number in range(2500)]
        async with (
            zmqchat.connect(realm.link, "alice", ephemeral=True, listen=False) as alice,
            zmqchat.connect(realm.link, "bob", ephemeral=True) as bob,
        ):
            async for _ in alice.send_many("general", sent[:2400]):
                pass
            async with (
                asyncio.timeout(40),
                aclosing(bob.batches("general", since=0)) as batches,
            ):
                whole: list[ChatEvent] = []
                late = None
                while len(texts(whole)) < len(sent):
                    batch = await anext(batches)
                    assert 1 <= len(batch) <= 2000
                    whole += batch
                    if len(texts(whole)) == 2400:
                        assert late is None
                        late = asyncio.ensure_future(say(alice, sent[2400:]))
                assert late is not None
                await late
            assert [event.seq for event in whole] == list(range(1, len(whole) + 1))
            assert texts(whole) == sent
            async with aclosing(bob.events("general", since=0)) as one_by_one:
                assert await take(one_by_one, len(whole)) == whole

    asyncio.run(run())


async def say(chat: Chat, messages: list[str]) -> None:
    async for _ in chat.send_many("general", messages):
        pass


def test_what_is_sent_is_heard_and_read_again(realm: Realm) -> None:
    async def run() -> None:
        async with (
            zmqchat.connect(realm.link, "alice") as alice,
            zmqchat.connect(realm.link, "bob", ephemeral=True) as bob,
        ):
            await live(bob)
            async with aclosing(bob.events("general")) as heard:
                first = asyncio.ensure_future(take(heard, 2))
                await asyncio.sleep(0)
                event = await alice.send("general", "hello", reply_to=None)
                await alice.send("#general", "again", reply_to=event.seq)
                got = await first
            assert texts(got) == ["hello", "again"]
            assert got[0] == event
            assert got[1].reply_to == event.seq
            assert datetime.now(UTC) - event.sent_at < timedelta(minutes=1)
            async with aclosing(bob.events("general", since=0)) as whole:
                log = await take(whole, got[1].seq)
            assert [e.seq for e in log] == list(range(1, got[1].seq + 1))
            assert texts(await bob.history("general", limit=1)) == ["again"]
            assert texts(await bob.history("general", before=got[1].seq)) == ["hello"]
            await eventually_async(lambda: bob.complete_to("general") == got[1].seq)
            assert bob.latency is not None
            assert {p["name"] for p in await alice.who("general")} == {"alice", "bob"}

    asyncio.run(run())


def test_many_sends_keep_their_order_and_a_slow_reader_misses_nothing(realm: Realm) -> None:
    async def run() -> None:
        async with zmqchat.connect(realm.link, "alice") as alice:
            await live(alice)
            async with aclosing(alice.events("general")) as slow:
                waiting = asyncio.ensure_future(anext(slow))
                await asyncio.sleep(0)
                wanted = [f"{n} " + "x" * 20_000 for n in range(300)]
                acks = [event async for event in alice.send_many("general", wanted)]
                assert [e.seq for e in acks] == list(range(acks[0].seq, acks[0].seq + 300))
                got = [await waiting, *await take(slow, 299)]
            assert texts(got) == wanted
            assert got == acks

    asyncio.run(run())


def test_rooms_are_created_entered_and_left(realm: Realm) -> None:
    async def run() -> None:
        told: list[Notice] = []
        async with (
            zmqchat.connect(realm.link, "alice") as alice,
            zmqchat.connect(realm.link, "bob", on_notice=told.append) as bob,
        ):
            assert await alice.create("builds") == "builds"
            assert "builds" in [room["name"] for room in await bob.rooms()]
            with pytest.raises(ChatError) as refused:
                await bob.send("builds", "not yet")
            assert refused.value.code is Code.FORBIDDEN
            await bob.enter("builds")
            await bob.send("builds", "in")
            async with aclosing(alice.events("builds", since=0)) as heard:
                assert texts(await take(heard, 3)) == ["in"]
            await bob.leave("builds")
            await eventually_async(lambda: "builds" not in bob.joined)
            assert NoticeKind.ROOM_CLOSED in [notice.kind for notice in told]
            with pytest.raises(ChatError) as unknown:
                await bob.send("nowhere", "x")
            assert unknown.value.code is Code.NOT_FOUND

    asyncio.run(run())


def test_the_death_of_broker_and_server_loses_nothing(realm: Realm) -> None:
    async def run() -> None:
        async with (
            zmqchat.connect(realm.link, "alice") as alice,
            zmqchat.connect(realm.link, "bob") as bob,
        ):
            await live(bob)
            start = (await alice.send("general", "start")).seq
            async with aclosing(bob.events("general", since=start)) as heard:
                hearing = asyncio.ensure_future(take(heard, 400))
                sent = []
                for number in range(400):
                    sent.append(await alice.post("general", str(number)))
                    if number in (100, 300):
                        realm.kill("broker")
                    if number == 200:
                        realm.kill("server")
                    await asyncio.sleep(0)
                acks = await asyncio.gather(*sent)
                got = await hearing
            assert texts(got) == [str(number) for number in range(400)]
            assert got == acks

    asyncio.run(run())


def test_a_profile_keeps_name_history_and_outbox(realm: Realm) -> None:
    async def run() -> Profile:
        profile = await join(realm.link, "alice")
        async with open_profile() as alice:
            await live(alice)
            await alice.send("general", "kept on disk")
            await eventually_async(lambda: alice.complete_to("general") == 2)
        realm.stop()
        async with open_profile(timeout=None) as offline:
            await eventually_async(lambda: offline.joined == ["general"])
            assert texts(await offline.history("general")) == ["kept on disk"]
        return profile

    profile = asyncio.run(run())
    assert profiles.current() == profile.label == "alice"
    realm.start()

    async def again() -> None:
        async with zmqchat.connect(realm.link, "alice") as alice:  # the same device
            assert (await alice.send("general", "back")).sender == "alice"

    asyncio.run(again())


def test_a_name_belongs_to_its_device(realm: Realm) -> None:
    async def run() -> None:
        async with zmqchat.connect(realm.link, "alice"):
            with pytest.raises(ChatError) as taken:
                async with zmqchat.connect(realm.link, "alice", ephemeral=True):
                    pass
            assert taken.value.code is Code.NAME_TAKEN

    asyncio.run(run())


def test_a_name_that_is_refused_leaves_no_key_behind(realm: Realm) -> None:
    async def run() -> None:
        async with zmqchat.connect(realm.link, "bertha", ephemeral=True):
            with pytest.raises(ChatError) as taken:
                await join(realm.link, "bertha")
        assert taken.value.code is Code.NAME_TAKEN
        assert not list((home() / "profiles").iterdir())

    asyncio.run(run())


def test_a_person_whose_profile_was_emptied_joins_again_with_the_key_that_is_there(
    realm: Realm,
) -> None:
    async def run() -> None:
        first = await join(realm.link, "clara")
        for name in ("profile.json", "profile.copy.json"):
            (first.directory / name).write_bytes(b"")
        again = await join(realm.link, "clara")
        assert (again.directory, again.device) == (first.directory, first.device)
        async with open_profile() as clara:
            assert clara.name == "clara"

    asyncio.run(run())


def test_a_wrong_key_is_said_at_once(realm: Realm) -> None:
    async def run() -> None:
        link = parse(realm.link)
        wrong = JoinLink(link.host, link.port, b"\x01" * 32, link.token)
        with pytest.raises(ChatError) as raised:
            async with zmqchat.connect(wrong, "alice", ephemeral=True, timeout=30):
                pass
        assert raised.value.code is Code.KEY_MISMATCH

    asyncio.run(run())


def test_nobody_there_is_said_in_time() -> None:
    async def run() -> None:
        link = JoinLink("127.0.0.1", free_ports(1), b"\x01" * 32)
        with pytest.raises(ChatError) as raised:
            async with zmqchat.connect(link, "alice", ephemeral=True, timeout=0.5):
                pass
        assert raised.value.code is Code.UNREACHABLE

    asyncio.run(run())


@pytest.mark.parametrize(
    ("text", "code"),
    [("x" * 70_000, Code.TOO_LARGE), ("\ud800", Code.BAD_REQUEST), ("  ", Code.USAGE)],
)
def test_what_can_never_be_sent_is_refused_before(realm: Realm, text: str, code: Code) -> None:
    async def run() -> None:
        async with zmqchat.connect(realm.link, "alice", ephemeral=True) as alice:
            with pytest.raises(ChatError) as raised:
                await alice.send("general", text)
            assert raised.value.code is code

    asyncio.run(run())
