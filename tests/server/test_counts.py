"""A client's counts are what the server says, after every kind of event."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server.fakes import OPERATOR_KEY, body_of
from tests.server.test_searches import World, _id, _of
from tests.storage.values import read_log
from tests.support.waiting import eventually
from zmqchat.client.unread import Unread
from zmqchat.protocol.events import (
    Archived,
    Body,
    Described,
    Edited,
    Invited,
    Joined,
    Kicked,
    Left,
    Pinned,
    Posted,
    Reacted,
    Redacted,
    Renamed,
    Unarchived,
)
from zmqchat.protocol.replies import AccountState, Reply
from zmqchat.protocol.requests import Account, Ignore, MarkRead, RenameUser, RequestBody, SetRoom
from zmqchat.protocol.rooms import Level, RoomState
from zmqchat.protocol.who import Who

ME = "alice"
KEYS = {"alice": "alice", "bob": "bob", "alice-b": "carol"}
"""Whose key each person has: somebody is called as the beginning of a mention goes on."""

TEXTS = (
    "plain", "hello @alice", "@alice-b, look", "@alice-bob", "for @room", "`@alice`", "@bob",
    "@alice.", r"\@alice", "@alice-b and @alice", "mail@alice", "@alic",
)  # fmt: skip


def _is(name: str) -> Who:
    """Somebody as the server knows them."""
    return Who(_id(KEYS[name]), name)


def _called(name: str) -> tuple[int, str]:
    """What an event says of somebody."""
    who = _is(name)
    return who.id, who.name


class Counts(World):
    """A service, and the counts that a client of `ME` keeps."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        self.settles(RenameUser("carol", "alice-b"), OPERATOR_KEY)
        self.unread = Unread()
        self.heard: dict[int, int] = {}
        self.version = 0
        self.ignored: frozenset[int] = frozenset()
        self.asked = 0
        self.refresh()
        self.asked = 0

    def settles(self, body: RequestBody, key: str = "") -> Reply:
        """The answer, whatever it takes to find out."""
        desk = self.desk
        before = len(desk.replies)
        who = _of(ME)
        desk.receive(body, peer=who["peer"], key=key or who["key"], now=1e9 + 100 * before)

        def answered() -> bool:
            if desk.jobs:
                desk.commit()
            while not desk.calls.empty():
                desk.errand()
            if desk.delivered:
                desk.service.answered(desk.delivered.pop())
            return len(desk.replies) > before

        eventually(answered)
        return desk.replies[-1][1]

    def account(self, since: int) -> AccountState:
        return body_of(AccountState, self.settles(Account(since)))

    def refresh(self) -> None:
        """As the client does when its version is another, or when it is told to ask."""
        state = self.account(self.version)
        self.version, self.ignored = state.version, frozenset(who.id for who in state.ignored)
        self.unread.known(state.rooms)
        self.asked += 1

    def hears(self, room: int, most: int = 10_000) -> None:
        """The next events of a room."""
        after = self.heard.get(room, 0)
        events = read_log(self.store, room, after, most, 2**30)
        if events:
            self.heard[room] = events[-1].seq
            if not self.unread.heard(room, events, _is(ME), self.ignored):
                self.refresh()

    def reads(self, room: int, seq: int) -> None:
        """The marker is moved by this client."""
        self.settles(MarkRead(room, seq))
        if not self.unread.read(room, seq, self.heard.get(room, 0)):
            self.refresh()

    def agrees(self, rooms: list[int]) -> None:
        """Everything that happened is heard; then the counts are the server's."""
        for room in rooms:
            self.hears(room)
        told = self.account(0)
        if told.version != self.version:
            self.refresh()
        states = {state.room: state for state in told.rooms}
        for room in rooms:
            theirs = states.get(room, RoomState(room, 0, 0, 0, 0))
            ours = self.unread.state(room)
            assert (ours.read, ours.unread, ours.mentions) == (
                theirs.read,
                theirs.unread,
                theirs.mentions,
            ), room
            assert room not in states or ours.seq == theirs.seq


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Counts]:
    made = Counts(tmp_path)
    yield made
    made.close()


@pytest.mark.parametrize("seed", range(8))
def test_whatever_happens_the_counts_are_the_servers(  # noqa: C901 - a case for each thing done
    world: Counts, seed: int
) -> None:
    choose = random.Random(seed)
    rooms = [1, world.makes("bob", private=False)]
    posted: list[tuple[int, int, str]] = []
    world.does("bob", rooms[1], Invited(*_called("alice-b")))
    inside = {1}
    for number in range(100):
        who = choose.choice(["bob", "bob", "alice-b", "alice-b", ME])
        key, room, text = KEYS[who], choose.choice(rooms), choose.choice(TEXTS)
        mine = [(r, seq) for r, seq, author in posted if author == who and r == room]
        if room not in inside and who == ME:
            continue
        match choose.choice("ppppppeeerrxihmwknsjo"):
            case "p":
                if seq := world.does(key, room, Posted(text)):
                    posted.append((room, seq, who))
            case "e" if mine:
                world.does(key, room, Edited(choose.choice(mine)[1], text))
            case "r" if mine:
                world.does(key, room, Redacted(choose.choice(mine)[1]))
            case "x" if mine:
                marks: list[Body] = [Reacted(mine[-1][1], "👍"), Pinned(mine[-1][1])]
                world.does(key, room, choose.choice(marks))
            case "i":
                other = choose.choice(["bob", "alice-b"])
                world.settles(Ignore(_is(other).id, choose.random() < 0.5))
                world.refresh()
            case "h" if room in inside:
                world.hears(room, choose.randrange(1, 6))
            case "m" if room in inside:  # on another device
                world.settles(MarkRead(room, choose.randrange(1, world.heard.get(room, 0) + 3)))
                world.refresh()
            case "w" if room in inside:
                world.reads(room, choose.randrange(1, world.heard.get(room, 0) + 3))
            case "n":
                world.does("bob", rooms[1], Renamed(f"called{number}"))
                world.does("bob", rooms[1], Described(f"about {number}"))
            case "s" if room in inside:
                world.settles(SetRoom(room, choose.choice(list(Level)), choose.random() < 0.5))
                world.refresh()
            case "o":
                world.does("bob", rooms[1], Archived())
                world.does("bob", rooms[1], Unarchived())
            case "j" if rooms[1] not in inside:
                # By somebody who is ignored one is not brought in: one enters.
                is_ignored = _id("bob") in world.ignored
                way: Body = Joined(*_called(ME)) if is_ignored else Invited(*_called(ME))
                if world.does(ME if is_ignored else "bob", rooms[1], way):
                    inside.add(rooms[1])
                    world.heard[rooms[1]] = 0
                    world.refresh()
            case "k" if rooms[1] in inside:
                kicked = choose.random() < 0.5
                out: Body = Kicked(*_called(ME)) if kicked else Left(*_called(ME))
                if world.does("bob" if kicked else ME, rooms[1], out):
                    inside.discard(rooms[1])
                    world.unread.forget(rooms[1])
        if number % 4 == 3:
            world.agrees(sorted(inside))


def test_the_server_is_asked_only_where_it_alone_knows(world: Counts) -> None:
    def says(text: str) -> int:
        return world.does("bob", 1, Posted(text))

    def asked() -> int:
        world.asked = 0
        world.hears(1)
        return world.asked

    named = says("hello @alice")
    says("plain, to @bob and @carol")
    says("`@alice` \\@alice")
    world.does("bob", 1, Edited(named, "nobody"))
    world.does("bob", 1, Edited(named, "@alice again"))
    world.does("bob", 1, Redacted(says("@alice")))
    assert asked() == 0
    assert (world.unread.state(1).unread, world.unread.state(1).mentions) == (4, 1)
    world.agrees([1])
    says("@alice-b")  # who is that?
    assert asked() == 1
    assert world.unread.state(1).mentions == 1
    world.does("bob", 1, Edited(named, "nobody after all"))  # the server counted it
    assert asked() == 1
    assert world.unread.state(1).mentions == 0
    world.agrees([1])


def test_a_marker_beyond_the_end_is_at_the_end(world: Counts) -> None:
    world.hears(1)
    world.reads(1, 10**9)
    world.does("bob", 1, Posted("one more for @alice"))
    world.agrees([1])
    assert (world.unread.state(1).unread, world.unread.state(1).mentions) == (1, 1)


def test_what_was_not_heard_is_asked_for(world: Counts) -> None:
    world.hears(1)
    world.refresh()
    world.does("bob", 1, Posted("missed"))
    world.heard[1] += 1  # as where the room was opened anew, further on
    world.does("bob", 1, Posted("heard"))
    world.agrees([1])
    assert world.unread.state(1).unread == 2
