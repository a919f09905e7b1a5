"""Presence, typing and "your account changed", from real clients through a real broker."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager

import zmqchat
from tests.support.realm import Realm
from tests.support.waiting import eventually_async
from zmqchat.client import AccountChanged, Chat, PresenceChanged, Typing
from zmqchat.client.signals import ChatSignal
from zmqchat.sync.effects import State

_PATIENCE_S = 40


@asynccontextmanager
async def heard_by(chat: Chat) -> AsyncIterator[list[ChatSignal]]:
    """The signals that come to a client from now on."""
    heard: list[ChatSignal] = []

    async def listen() -> None:
        async with aclosing(chat.signals()) as signals:
            async for signal in signals:
                heard.append(signal)  # noqa: PERF401 - others read it meanwhile

    await eventually_async(lambda: chat.state is State.LIVE, _PATIENCE_S)
    listening = asyncio.create_task(listen())
    await asyncio.sleep(0)  # it listens before anything else is done
    try:
        yield heard
    finally:
        listening.cancel()


async def comes(heard: list[ChatSignal], wanted: ChatSignal) -> None:
    await eventually_async(lambda: wanted in heard, _PATIENCE_S)


def test_who_comes_goes_and_types_is_seen_by_the_others(realm: Realm) -> None:
    async def run() -> None:
        async with (
            zmqchat.connect(realm.link, "alice", ephemeral=True) as alice,
            heard_by(alice) as heard,
        ):
            async with zmqchat.connect(realm.link, "bob", ephemeral=True) as bob:
                user, general = bob.me.id, await bob.find("general")
                await comes(heard, PresenceChanged("bob", "online", user))
                await eventually_async(lambda: bob.state is State.LIVE, _PATIENCE_S)
                await bob.typing("general")
                await comes(heard, Typing("general", "bob", True, general.id, user))
                await bob.typing("general", on=False)
                await comes(heard, Typing("general", "bob", False, general.id, user))
                await bob.set_presence("away")
                await comes(heard, PresenceChanged("bob", "away", user))
            await comes(heard, PresenceChanged("bob", "offline", user))
            of_bob = [each for each in heard if isinstance(each, PresenceChanged)]
            told = [each.presence for each in of_bob if each.name == "bob"]
            assert told == ["online", "away", "offline"]

    asyncio.run(run())


def test_the_devices_that_stay_are_told_on_a_new_personal_topic(realm: Realm) -> None:
    """Removing a device renews the personal topic: who stays learns it, and is told again."""

    async def run() -> None:
        async with zmqchat.connect(realm.link, "alice", ephemeral=True) as phone:
            code = (await phone.link_code()).code
            async with (
                zmqchat.connect(realm.link, "alice", ephemeral=True, code=code) as laptop,
                heard_by(laptop) as heard,
            ):
                code = (await phone.link_code()).code
                async with zmqchat.connect(realm.link, "alice", ephemeral=True, code=code):
                    before = _personal(laptop)
                    assert len(before) == 1
                    newest = (await phone.devices())[-1]
                    await phone.remove_device(newest.id)
                    await eventually_async(_other_than(laptop, before), _PATIENCE_S)
                await asyncio.sleep(0)
                heard.clear()
                await phone.set_room("general", muted=True)
                await comes(heard, AccountChanged())
                await eventually_async(lambda: _personal(laptop) == _personal(phone), _PATIENCE_S)
                general = await laptop.find("general")
                assert (await laptop.room_states())[general.id].muted

    asyncio.run(run())


def _personal(chat: Chat) -> set[bytes]:
    """The topic that a client listens to for its user alone."""
    epochs = chat._engine.machine.rooms.epochs
    openings = {handle: epochs.opening(handle) for handle in epochs.wanted()}
    return {handle for handle, opening in openings.items() if opening and opening.room is None}


def _other_than(chat: Chat, before: set[bytes]) -> Callable[[], bool]:
    return lambda: not _personal(chat) & before
