"""Somebody gets another name while clients are connected: people and rooms are the same ones."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

import pytest

import zmqchat
from tests.client.waiting import live
from tests.support.realm import Realm
from tests.support.waiting import eventually_async
from zmqchat.client import Chat, Notice, NoticeKind, open_profile
from zmqchat.client.operator import operator
from zmqchat.client.signals import ChatSignal, PersonRenamed
from zmqchat.errors import ChatError, Code
from zmqchat.security.keys import load_realm_keys
from zmqchat.security.links import parse, parse_message

pytestmark = pytest.mark.filterwarnings("error")


async def rename(realm: Realm, name: str, new: str) -> None:
    key = load_realm_keys(realm.data).operator
    async with operator(parse(realm.link), key) as admin:
        await admin.rename_user(name, new)


async def collect(chat: Chat, into: list[ChatSignal]) -> None:
    async with aclosing(chat.signals()) as signals:
        async for signal in signals:
            into += [signal]


def test_who_is_renamed_stays_who_it_is_to_everybody(realm: Realm) -> None:
    notices: list[Notice] = []
    signals: list[ChatSignal] = []

    async def run() -> None:
        async with (
            zmqchat.connect(realm.link, "alice", on_notice=notices.append) as alice,
            zmqchat.connect(realm.link, "bob") as bob,
        ):
            await live(alice, bob)
            collecting = asyncio.ensure_future(collect(alice, signals))
            talk = await alice.find("@bob")
            said = await bob.send("general", "mine before")
            await alice.send(talk.id, "hello")
            await alice.ignore("bob")
            me = bob.me
            await rename(realm, "bob", "robert")

            await eventually_async(lambda: bob.name == "robert")
            assert bob.me.id == me.id == said.sender_id
            await eventually_async(lambda: "@robert" in alice.joined)
            assert "@bob" not in alice.joined
            assert alice.where(talk.id).name == "@robert"
            assert alice.name_of(me.id) == "robert"
            await eventually_async(lambda: PersonRenamed(me.id, "robert", "bob") in signals)
            (told,) = [n for n in notices if n.kind is NoticeKind.ROOM_RENAMED]
            assert (told.room_id, told.before, told.room) == (talk.id, "@bob", "@robert")
            collecting.cancel()

            # by the former name and by the new one, and always the same room
            for name in ("@bob", "@robert", "@Bob"):
                assert (await alice.send(name, name)).room_id == talk.id
            assert len(await alice.history("@bob")) == 4
            # one's own message is one's own
            await bob.edit("general", said.seq, "mine after")
            (message,) = await alice.history("general")
            assert (message.text, message.sender, message.sender_id) == ("mine after", "bob", me.id)
            # ignoring is of a person
            await eventually_async(lambda: alice.ignored == {me.id: "robert"})
            (person,) = [p for p in await alice.who() if p["user_id"] == me.id]
            assert (person["name"], person["former"]) == ("robert", ["bob"])
            for query in ("from:bob mine", "from:robert mine"):
                assert [m.seq for m in await alice.search(query)] == [said.seq]
            await alice.create("lab", private=True)
            await alice.invite("lab", "bob")
            assert {p["name"] for p in await alice.who("lab")} == {"alice", "robert"}

    asyncio.run(run())
    realm.stop()

    async def offline() -> None:
        async with open_profile("alice", timeout=None) as alice:
            assert {"@robert", "general"} <= set(alice.joined)
            for name in ("@bob", "@robert"):
                assert len(await alice.history(name)) == 4
            assert alice.me.id

    asyncio.run(offline())
    realm.start()


def test_a_stranger_is_called_like_no_two_people(realm: Realm) -> None:
    async def run() -> None:
        async with (
            zmqchat.connect(realm.link, "alice", ephemeral=True) as alice,
            zmqchat.connect(realm.link, "ann", ephemeral=True) as ann,
            zmqchat.connect(realm.link, "ben", ephemeral=True),
        ):
            for name in ("ann,ben", "ann, ben", "@ann", "ann:ben"):
                with pytest.raises(ChatError) as refused:
                    async with zmqchat.connect(realm.link, name, ephemeral=True):
                        pass
                assert refused.value.code is Code.NAME_INVALID
            sent = await alice.send("@ann,ben", "for both of you")
            assert {who.name for who in alice.others_in(sent.room_id)} == {"ann", "ben"}
            await eventually_async(lambda: "@alice,ben" in ann.joined)

    asyncio.run(run())


def test_a_link_into_a_conversation_leads_both_of_them_there(realm: Realm) -> None:
    """Each of the two calls it otherwise."""

    async def run() -> None:
        async with (
            zmqchat.connect(realm.link, "alice") as alice,
            zmqchat.connect(realm.link, "bob", ephemeral=True) as bob,
        ):
            await live(alice, bob)
            sent = await alice.send("@bob", "look here")
            link = parse_message(alice.link_to("@bob", sent.seq))
            await eventually_async(lambda: "@alice" in bob.joined)
            for chat in (alice, bob):
                assert (await chat.message(link.room, link.seq)).message.text == "look here"
            with pytest.raises(ChatError) as refused:
                alice.link_to("nowhere", 1)
            assert refused.value.code is Code.NOT_FOUND

    asyncio.run(run())
