"""A client whose server is away: it says when it tries again, and need not wait for that."""

from __future__ import annotations

import asyncio
import math
import signal
from types import SimpleNamespace
from typing import Any

import pytest

import zmqchat
from tests.support.process import python
from tests.support.realm import Realm
from tests.support.waiting import eventually_async
from zmqchat.client import unsent
from zmqchat.client.engine import Engine
from zmqchat.client.outbox import DiskOutbox
from zmqchat.errors import ChatError, Code, Refused
from zmqchat.protocol.replies import Done, ReplyBody
from zmqchat.protocol.requests import Heartbeat, RequestBody
from zmqchat.sync.effects import State


def test_who_does_not_want_to_wait_need_not(realm: Realm) -> None:
    async def run() -> None:
        async with zmqchat.connect(realm.link, "alice") as chat:
            assert chat.retry_in is None
            realm.stop()
            await eventually_async(lambda: (chat.retry_in or 0.0) > 1.0)
            states = [chat.state]
            chat.reconnect_now()
            assert chat.retry_in is None
            assert [*states, chat.state] == [State.OFFLINE, State.CONNECTING]
            posted = await chat.post("general", "while nobody is there")
            await eventually_async(lambda: (chat.retry_in or 0.0) > 0.0)
            realm.start()
            chat.reconnect_now()
            assert (await posted).text == "while nobody is there"
            chat.reconnect_now()  # does no harm
            await chat.send("general", "and again")

    asyncio.run(run())


def test_what_waits_already_is_not_sent_again(realm: Realm) -> None:
    """As where a window resumes what it finds in the outbox, and is asked for it as well."""

    async def run() -> None:
        async with zmqchat.connect(realm.link, "alice") as chat:
            event = unsent(await chat.find("general"), chat.me, "posted", text="once")
            both = [await chat.submit(event), await chat.submit(event)]
            assert chat.waiting <= 1  # it may be acknowledged by now
            one, two = await asyncio.gather(*both)
            assert one.seq == two.seq
            again = await (await chat.submit(event))  # the server knows it by its id
            assert again.seq == one.seq
            assert [message.text for message in await chat.history("general")] == ["once"]

    asyncio.run(run())


@pytest.mark.parametrize("told", [1e9, math.inf, math.nan, -1e9])
def test_a_server_that_says_wait_is_asked_again_within_two_minutes(
    monkeypatch: pytest.MonkeyPatch, told: float
) -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    async def ask(body: RequestBody) -> ReplyBody:
        if slept:
            return Done()
        raise Refused(Code.BUSY, "later", told)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    engine: Any = SimpleNamespace(ask=ask, _now=lambda: 0.0)
    assert asyncio.run(Engine.call(engine, Heartbeat(b""))) == Done()
    assert 0.0 < slept[0] <= 120.0


def test_it_comes_back_once_each_time_and_stays(realm: Realm) -> None:
    """The server is killed and started again, while somebody asks for it all the time."""

    async def run() -> None:
        async with zmqchat.connect(realm.link, "alice", ephemeral=True) as chat:
            opened: list[int] = []
            for number in range(3):
                realm.kill("server")
                await eventually_async(lambda: chat.state is State.OFFLINE)
                posted = await chat.post("general", str(number))
                while not posted.done():
                    chat.reconnect_now()
                    await asyncio.sleep(0.02)
                opened.append((await posted).seq)
            assert opened == sorted(opened)

        # A log comes after the answers; of a server that is killed its last lines may never come.
        await eventually_async(lambda: "said goodbye" in " ".join(realm.up.errors))
        sessions = [line for line in realm.up.errors if "session opened user=alice" in line]
        assert 1 <= len(sessions) <= 4

    asyncio.run(run())


def test_a_server_that_was_long_away_is_greeted_once(realm: Realm) -> None:
    """Waits are long by then; libzmq, left alone, would be back before they are over."""

    async def run() -> None:
        async with zmqchat.connect(realm.link, "alice", ephemeral=True) as chat:
            realm.stop()
            await eventually_async(lambda: (chat.retry_in or 0.0) > 2.0)
            realm.start()
            await eventually_async(lambda: chat.state is State.LIVE)
            assert chat.retry_in is None
            sessions = [line for line in realm.up.errors if "session opened user=alice" in line]
            assert len(sessions) == 1

    asyncio.run(run())


_KILLED = """
import asyncio, os, signal, sys
import zmqchat

async def run():
    async with zmqchat.connect(sys.argv[1], "alice") as chat:
        await chat.find("general")
        await asyncio.gather(*(chat.post("general", str(number)) for number in range(5)))
        await chat.post("general", "last words")
        os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(run())
"""


def test_what_was_posted_is_on_the_disk_whenever_its_process_is_killed(realm: Realm) -> None:
    with python(_KILLED, realm.link) as killed:
        assert killed.wait() == -signal.SIGKILL

    async def run() -> None:
        async with zmqchat.connect(realm.link, "alice") as chat:
            await chat.flush()
            said = [message.text for message in await chat.history("general")]
            assert said == ["0", "1", "2", "3", "4", "last words"]

    asyncio.run(run())


def test_what_cannot_be_kept_is_not_posted(realm: Realm, monkeypatch: pytest.MonkeyPatch) -> None:
    async def run() -> None:
        async with zmqchat.connect(realm.link, "alice") as chat:

            def full(*_: object) -> None:
                raise ChatError(Code.STORAGE_FAILED, "the disk is full")

            with monkeypatch.context() as patch, pytest.raises(ChatError, match="disk is full"):
                patch.setattr(DiskOutbox, "add", full)
                await chat.post("general", "lost")
            assert chat.waiting == 0
            await chat.send("general", "kept")
            assert [message.text for message in await chat.history("general")] == ["kept"]

    asyncio.run(run())
