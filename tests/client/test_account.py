"""Markers, counts, signals, devices and accounts, between clients and a real server."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import aclosing

import pytest

import zmqchat
from tests.client.waiting import live
from tests.support.realm import Realm
from tests.support.waiting import eventually_async
from zmqchat.client import (
    AccountChanged,
    Chat,
    ChatSignal,
    PresenceChanged,
    ProfileChanged,
    RoomState,
    Typing,
    join,
)
from zmqchat.client.operator import operator
from zmqchat.errors import ChatError, Code, Refused
from zmqchat.protocol.people import Presence
from zmqchat.security.keys import load_realm_keys
from zmqchat.security.links import parse
from zmqchat.sync.effects import State

pytestmark = pytest.mark.filterwarnings("error")


async def until(chat: Chat, wanted: Callable[[RoomState], bool]) -> RoomState:
    """The state of the general room, as soon as it is so."""
    async with asyncio.timeout(30):
        general = (await chat.find("general")).id
        while not wanted(state := (await chat.room_states())[general]):
            await asyncio.sleep(0.02)
    return state


def counts(unread: int, mentions: int) -> Callable[[RoomState], bool]:
    return lambda state: (state.unread, state.mentions) == (unread, mentions)


async def heard(signals: list[ChatSignal], wanted: ChatSignal) -> None:
    await eventually_async(lambda: wanted in signals)


async def collect(chat: Chat, into: list[ChatSignal]) -> None:
    async with aclosing(chat.signals()) as signals:
        async for signal in signals:
            into += [signal]


def test_unread_messages_and_mentions_are_counted_live_on_all_devices(realm: Realm) -> None:
    async def run() -> None:
        async with (
            zmqchat.connect(realm.link, "alice") as alice,
            zmqchat.connect(realm.link, "bob") as bob,
        ):
            await live(alice, bob)
            code = await bob.link_code()
            async with zmqchat.connect(
                realm.link, "bob", ephemeral=True, code=code.code, device="phone"
            ) as phone:
                await live(phone)
                assert phone.name == "bob"
                await alice.send("general", "for everybody: @room")
                await alice.send("general", "for `@bob` only in code")
                last = await alice.send("general", "and for @bob.")
                for device in (bob, phone):
                    state = await until(device, counts(3, 2))
                    assert state.seq == last.seq
                await bob.mark_read("general", last.seq - 1)
                for device in (bob, phone):
                    state = await until(device, counts(1, 1))
                    assert state.read == last.seq - 1
                await bob.mark_read("general")
                await until(phone, counts(0, 0))
                await alice.send("general", "one more, @bob")
                await until(phone, counts(1, 1))
                mine = await phone.send("general", "seen")
                for device in (bob, phone):
                    assert (await until(device, counts(0, 0))).read == mine.seq
                await phone.set_room("general", level="mentions", muted=True)
                await until(bob, lambda state: (state.level, state.muted) == ("mentions", True))
                await phone.ignore("alice")
                await eventually_async(lambda: bob.ignored == {alice.me.id: "alice"})
                await alice.send("general", "@bob?")
                await until(bob, counts(0, 0))
                await bob.ignore("alice", on=False)
                assert bob.ignored == {}
                await until(bob, counts(1, 1))
                await bob.ignore("alice")
                await until(bob, counts(0, 0))

    asyncio.run(run())


def test_counts_follow_what_is_done_to_messages(realm: Realm) -> None:
    async def run() -> None:
        async with (
            zmqchat.connect(realm.link, "alice") as alice,
            zmqchat.connect(realm.link, "bob") as bob,
        ):
            await live(alice, bob)
            first = await alice.send("general", "nobody yet")
            await until(bob, counts(1, 0))
            await alice.edit("general", first.seq, "now @bob")
            await until(bob, counts(1, 1))
            second = await alice.send("general", "and @bob again")
            await until(bob, counts(2, 2))
            await bob.mark_read("general", first.seq)  # from here on the server counted the rest
            await until(bob, counts(1, 1))
            await alice.redact("general", second.seq)
            await until(bob, counts(1, 0))
            third = await alice.send("general", "plain")
            await bob.set_room("general", muted=True)
            await alice.edit("general", third.seq, "@room")
            await until(bob, counts(2, 1))
            await bob.mark_read("general", 10**9)  # beyond the end is the end
            await until(bob, counts(0, 0))
            await alice.send("general", "@bob, last")
            await until(bob, counts(1, 1))

    asyncio.run(run())


def test_whoever_is_ignored_stays_so_under_another_name(realm: Realm) -> None:
    async def run() -> None:
        key = load_realm_keys(realm.data).operator
        async with (
            zmqchat.connect(realm.link, "alice") as alice,
            zmqchat.connect(realm.link, "bob") as bob,
            operator(parse(realm.link), key) as admin,
        ):
            await live(alice, bob)
            await alice.ignore("bob")
            await admin.rename_user("bob", "rob")
            await eventually_async(lambda: set(alice.ignored.values()) == {"rob"})
            sent = await bob.send("general", "@alice, it is me")
            await until(
                alice, lambda state: (state.seq, state.unread, state.mentions) == (sent.seq, 0, 0)
            )

    asyncio.run(run())


def test_signals_say_who_is_there_and_who_is_typing(realm: Realm) -> None:
    async def run() -> None:
        signals: list[ChatSignal] = []
        async with zmqchat.connect(realm.link, "alice") as alice:
            await live(alice)
            collecting = asyncio.ensure_future(collect(alice, signals))
            async with zmqchat.connect(realm.link, "bob", ephemeral=True) as bob:
                await live(bob)
                general, user = await bob.find("general"), bob.me.id
                await heard(signals, PresenceChanged("bob", "online", user))
                await bob.typing("general")
                await heard(signals, Typing("general", "bob", True, general.id, user))
                await bob.set_presence("away")
                await heard(signals, PresenceChanged("bob", "away", user))
                await bob.set_profile(display="Robert", status="lunch")
                await heard(signals, ProfileChanged("bob", "Robert", "lunch", "", user))
                (shown,) = [p for p in await alice.who() if p["name"] == "bob"]
                assert (shown["display"], shown["presence"]) == ("Robert", "away")
                realm.kill("server")
                await alice.send("general", "the server is back")
                await eventually_async(lambda: bob.state is State.LIVE)

                async def away() -> bool:
                    people = {p["name"]: p["presence"] for p in await alice.who()}
                    return bool(people["bob"] == "away")

                async with asyncio.timeout(20):
                    while not await away():
                        await asyncio.sleep(0.05)
            await alice.mark_read("general")
            await heard(signals, AccountChanged())
            collecting.cancel()

    asyncio.run(run())


def test_a_hidden_session_counts_for_nothing(realm: Realm) -> None:
    async def run() -> None:
        async with (
            zmqchat.connect(realm.link, "alice", presence=Presence.HIDDEN) as alice,
            zmqchat.connect(realm.link, "bob") as bob,
        ):
            people = {p["name"]: p["online"] for p in await bob.who()}
            assert people == {"alice": False, "bob": True}
            assert alice.state is not State.OFFLINE

    asyncio.run(run())


def test_a_removed_device_is_out_at_once_and_says_why(realm: Realm) -> None:
    async def run() -> None:
        async with zmqchat.connect(realm.link, "bob") as bob:
            await bob.set_password("correct horse battery")
            with pytest.raises(ChatError) as wrong:
                async with zmqchat.connect(realm.link, "bob", ephemeral=True, password="no no no"):
                    pass
            assert wrong.value.code is Code.BAD_CREDENTIALS
            async with zmqchat.connect(
                realm.link, "bob", ephemeral=True, password="correct horse battery", device="lost"
            ) as lost:
                await live(lost)
                (device,) = [d for d in await bob.devices() if not d.this]
                await bob.label_device(device.id, "lost one")
                (device,) = [d for d in await lost.devices() if d.this]
                assert (device.label, device.online) == ("lost one", True)
                await bob.remove_device(device.id)
                await eventually_async(lambda: lost.error is not None)
                assert lost.error is not None
                assert lost.error.code is Code.DEVICE_REMOVED
                with pytest.raises(ChatError):
                    await lost.send("general", "still here?")
            await live(bob)
            await bob.send("general", "alone again")

    asyncio.run(run())


def test_the_operator_administers_without_a_session(realm: Realm) -> None:
    async def run() -> None:
        key = load_realm_keys(realm.data).operator
        async with (
            zmqchat.connect(realm.link, "alice") as alice,
            operator(parse(realm.link), key) as admin,
        ):
            await admin.set_realm_role("alice", "admin")
            assert [(u.name, u.role, u.active) for u in await admin.users()] == [
                ("alice", "admin", True)
            ]
            invite = await alice.make_invite(label="for dave")
            assert [(i.label, i.made_by) for i in await admin.invites()] == [("for dave", "alice")]
            await alice.revoke_invite((await alice.invites())[0].id)
            assert invite.code
            await alice.set_password("correct horse battery")
            recovery = await admin.recover("alice")
            profile = await join(realm.link, "alice", label="second", code=recovery.code)
            assert profile.name == "alice"
            assert len(await admin.devices("alice")) == 2
            await admin.rename_user("alice", "alicia")
            await eventually_async(lambda: alice.name == "alicia")
            assert len(await admin.devices("alicia")) == len(await admin.devices("@alice")) == 2
            for stranger in ("\N{CYRILLIC SMALL LETTER A}licia", "nemo"):
                with pytest.raises(Refused) as caught:
                    await admin.devices(stranger)
                assert ("Did you mean 'alicia'?" in caught.value.message) is (stranger != "nemo")
            await admin.deactivate("alicia")
            await eventually_async(lambda: alice.error is not None)
            assert alice.error is not None
            assert alice.error.code is Code.DEACTIVATED

    asyncio.run(run())


def test_whoever_has_not_the_key_is_no_operator(realm: Realm) -> None:
    async def run() -> None:
        stranger = load_realm_keys(realm.data).broker
        async with operator(parse(realm.link), stranger) as admin:
            with pytest.raises(ChatError):
                await admin.users()

    asyncio.run(run())
