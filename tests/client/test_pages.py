"""Pages as rooms show them: messages, and what else happened among them, back to the beginning."""

from __future__ import annotations

import asyncio
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import zmqchat
from tests.support.realm import Realm
from tests.support.waiting import eventually_async
from zmqchat.client import Chat, ChatMessage, TimelinePage, open_profile, pages
from zmqchat.client.pages import Gap, gaps
from zmqchat.sync.effects import State


def test_gaps_are_the_seqs_without_a_message_newest_first() -> None:
    assert gaps([3, 4, 8], 1, 10, 100) == [Gap(9, 10), Gap(5, 7), Gap(1, 2)]
    assert gaps([1, 2, 3], 1, 3, 100) == []
    assert gaps([], 1, 0, 100) == []
    assert gaps([], 1, 1000, 10) == [Gap(991, 1000)]
    assert gaps([3, 4, 8], 1, 10, 3) == [Gap(9, 10), Gap(7, 7)]


@given(st.sets(st.integers(1, 60)), st.integers(1, 80))
def test_gaps_are_whole_down_to_where_they_end(seqs: set[int], most: int) -> None:
    found = gaps(sorted(seqs), 1, 60, most)
    covered = [seq for gap in found for seq in range(gap.first, gap.last + 1)]
    without = sorted(set(range(1, 61)) - seqs, reverse=True)
    assert sorted(covered, reverse=True) == without[:most]


def shown(page: TimelinePage) -> list[str]:
    return [
        item.text or "" if isinstance(item, ChatMessage) else f"{item.sender} {item.type}"
        for item in page.items
    ]


async def backwards(chat: Chat, limit: int) -> list[TimelinePage]:
    """All pages, the newest first."""
    found = [await chat.page("art", limit=limit)]
    while not found[-1].whole:
        found.append(await chat.page("art", before=found[-1].first, limit=limit))
    return found


def seamless(found: list[TimelinePage]) -> bool:
    return all(newer.first == older.last + 1 for newer, older in pairwise(found))


ALL = [
    "alice joined",
    "bob joined",
    "one",
    "2",
    "alice described",
    "bob left",
    "bob joined",
    "three",
    "alice renamed",
]


async def live_room(alice: Chat, bob: Chat) -> None:
    """A room where something happens between the messages, and to them."""
    await alice.create("art")
    await alice.enter("art")
    await bob.enter("art")
    first = await alice.send("art", "one")
    second = await bob.send("art", "two")
    await alice.react("art", first.seq, "👍")
    await alice.describe("art", "pictures")
    await bob.leave("art")
    await bob.edit("general", (await bob.send("general", "x")).seq, "y")
    await bob.enter("art")
    await bob.edit("art", second.seq, "2")
    await alice.send("art", "three")
    await alice.rename("art", "arts")
    await alice.rename("arts", "art")


@pytest.mark.parametrize("most", [pages.MOST_BETWEEN, 1, 3])
def test_pages_come_whole_and_without_a_hole(
    realm: Realm, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(pages, "MOST_BETWEEN", most)

    async def run() -> None:
        async with (
            zmqchat.connect(realm.link, "alice", ephemeral=True) as alice,
            zmqchat.connect(realm.link, "bob", ephemeral=True) as bob,
        ):
            await live_room(alice, bob)
            for limit in (1, 2, 50):
                found = await backwards(bob, limit)
                assert seamless(found)
                lines = [line for page in reversed(found) for line in shown(page)]
                assert lines == [*ALL, "alice renamed"]
                assert found[-1].first == 1
                assert all(len(page.items) <= limit + most for page in found)
            newest = found[0]
            assert newest.last == newest.items[-1].seq

    asyncio.run(run())


def test_a_room_where_nothing_was_said_has_a_page_too(realm: Realm) -> None:
    async def run() -> None:
        async with zmqchat.connect(realm.link, "alice", ephemeral=True) as alice:
            await alice.create("art")
            await alice.enter("art")
            page = await alice.page("art")
            assert shown(page) == ["alice joined"]
            assert page.whole

    asyncio.run(run())


def test_offline_it_is_what_the_profile_holds(realm: Realm, tmp_path: Path) -> None:
    async def run() -> None:
        async with (
            zmqchat.connect(realm.link, "alice") as alice,
            zmqchat.connect(realm.link, "bob", ephemeral=True) as bob,
        ):
            await live_room(alice, bob)
            await eventually_async(lambda: alice.complete_to("art") == 12)
        realm.kill("server")
        async with open_profile("alice", timeout=None) as alice:
            assert alice.state is not State.LIVE
            page = await alice.page("art", limit=2)
            older = await alice.page("art", before=page.first)
            assert shown(page)[-4:] == ["bob joined", "three", "alice renamed", "alice renamed"]
            held = [*shown(older), *shown(page)]
            assert held == [*ALL, "alice renamed"][-len(held) :]
            assert held[0] in {"alice joined", "bob joined"}  # she came before she listened

    asyncio.run(run())
