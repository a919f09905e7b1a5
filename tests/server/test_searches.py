"""Search and history against a real store: nothing that the asker may not read, ever."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import TypedDict

import pytest

from tests.domain.realms import item
from tests.server.fakes import HELLO, OPERATOR_KEY, Desk, body_of, fault_of
from tests.support.waiting import eventually
from zmqchat.domain.state import Registration
from zmqchat.errors import Code
from zmqchat.protocol import codec
from zmqchat.protocol.events import Banned, Body, Edited, Invited, Kicked, Left, Posted, Redacted
from zmqchat.protocol.replies import (
    Accepted,
    Done,
    Messages,
    Reply,
    RoomCreated,
    SearchResults,
    Sent,
)
from zmqchat.protocol.requests import (
    CreateRoom,
    Hello,
    History,
    OneMessage,
    OpenDirect,
    Pins,
    RenameUser,
    RequestBody,
    Search,
    Send,
    Thread,
)
from zmqchat.search.follower import Follower
from zmqchat.search.index import Index
from zmqchat.search.lookup import Hits, Wanted
from zmqchat.server.committer import Committer
from zmqchat.server.realm import open_state, written_values
from zmqchat.storage import Store, open_store

NAMES = ("alice", "bob", "carol")
NOW = 1_700_000_000_000_000
_numbers = count(1)


class Here:
    """A searcher in this process, in whichever thread."""

    def __init__(self, store: Store, path: Path) -> None:
        self._store = store
        self._path = path

    def search(self, wanted: Wanted) -> Hits:
        with closing(Index(self._path)) as index:
            follower = Follower(self._store, index)
            assert follower.belongs()
            assert follower.follow(lambda: False)
            return index.search(wanted)

    def nudge(self, *, at_once: bool = False) -> None:
        """It finds out by itself."""

    def settle(self) -> None:
        """Nothing is owed."""


class World:
    """A service on a real store, in which people do things, one commit each."""

    def __init__(self, directory: Path) -> None:
        self.store = open_store(directory / "zmqchat.db")
        state = open_state(self.store, NOW)
        self.desk = Desk(state, self.store, Here(self.store, directory / "search.db"))
        self.desk.committer = Committer(
            state,
            self.store.writer,
            lambda: written_values(self.store),
            Registration.LINK,
            lambda: NOW,
            lambda outcome: None,
        )
        for name in NAMES:
            hello = Hello([1], name, "test", HELLO.token)
            assert self.desk.receive(hello, **_of(name)) is None
            self.desk.commit()

    def close(self) -> None:
        self.desk.close()
        self.store.close()

    def does(self, name: str, room: int, body: Body) -> int:
        """The seq of what somebody does, or 0 where it is refused."""
        reply = self.desk.ask(Send([item(room, body)]), **_of(name))
        (result,) = body_of(Sent, reply).results
        return result.seq if isinstance(result, Accepted) else 0

    def makes(self, name: str, *, private: bool) -> int:
        number = next(_numbers)
        made = CreateRoom(number.to_bytes(16, "big"), f"room{number}", private)
        return body_of(RoomCreated, self.desk.ask(made, **_of(name))).room.room

    def begins(self, name: str, body: RequestBody) -> None:
        """Has a worker read; the answer waits to be handed out."""
        before = len(self.desk.delivered)
        reply = self.desk.receive(body, **_of(name))
        assert reply is None, reply
        eventually(lambda: len(self.desk.delivered) > before)

    def ends(self) -> Reply:
        """Hands out what was read."""
        self.desk.service.answered(self.desk.delivered.pop())
        return self.desk.replies[-1][1]

    def asks(self, name: str, body: RequestBody) -> Reply:
        before = len(self.desk.replies)
        now = 100.0 * next(_numbers)  # not too fast
        self.desk.receive(body, now=now, **_of(name))
        if len(self.desk.replies) > before:
            return self.desk.replies[-1][1]
        eventually(lambda: bool(self.desk.delivered))
        ready = self.desk.delivered.pop()
        self.desk.service.answered(ready)
        return self.desk.replies[-1][1]

    def finds(self, name: str, query: str, room: int | None = None, limit: int = 3) -> list[str]:
        """The texts of all pages."""
        texts: list[str] = []
        before = b""
        while True:
            page = body_of(SearchResults, self.asks(name, Search(query, room, before, limit)))
            assert len(page.found) <= limit
            for found in page.found:
                body = codec.decode_body("posted", found.message.event.body)
                assert isinstance(body, Posted)
                texts.append(found.message.text or body.text)
            if not page.next:
                return texts
            before = page.next


def _id(name: str) -> int:
    """The user id of somebody: they came in this order."""
    return NAMES.index(name) + 1


class _Of(TypedDict):
    peer: bytes
    key: str


def _of(name: str) -> _Of:
    number = _id(name)
    return _Of(peer=b"\0%04d" % number, key=f"{number:064x}")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    yield made
    made.close()


@pytest.mark.parametrize("seed", range(6))
def test_everything_found_may_be_read_and_matches_now(  # noqa: C901 - a case for each thing done
    world: World, seed: int
) -> None:
    choose = random.Random(seed)
    texts: dict[tuple[int, int], tuple[str, str]] = {}  # (room, seq) -> (author, text)
    members: dict[int, set[str]] = {1: set(NAMES)}
    for number in range(120):
        who, other = choose.choice(NAMES), choose.choice(NAMES)
        room = choose.choice(list(members))
        text = f"word{choose.randrange(4)} {number}"
        mine = [key for key, (author, _) in texts.items() if author == who and key[0] == room]
        match choose.choice("mppppeerikkblx"):
            case "m" if len(members) < 5:
                members[world.makes(who, private=True)] = {who}
            case "p":
                if seq := world.does(who, room, Posted(text)):
                    assert who in members[room]
                    texts[room, seq] = who, text
            case "e" if mine:
                key = choose.choice(mine)
                if world.does(who, room, Edited(key[1], text)):
                    texts[key] = who, text
            case "r" if mine:
                key = choose.choice(mine)
                if world.does(who, room, Redacted(key[1])):
                    del texts[key]
            case "i" if world.does(who, room, Invited(_id(other), other)):
                members[room].add(other)
            case "k" if world.does(who, room, Kicked(_id(other), other)):
                members[room].discard(other)
            case "b" if world.does(who, room, Banned(_id(other), other)):
                members[room].discard(other)
            case "l" if world.does(who, room, Left(_id(who), who)):
                members[room].discard(who)
        if number % 10 == 9:
            _compare(world, texts, members)


def _compare(
    world: World, texts: dict[tuple[int, int], tuple[str, str]], members: dict[int, set[str]]
) -> None:
    for name in NAMES:
        readable = {key: text for key, (_, text) in texts.items() if name in members[key[0]]}
        for word in range(4):
            expected = sorted(t for t in readable.values() if f"word{word}" in t)
            assert sorted(world.finds(name, f"word{word}")) == expected
        for room, people in members.items():
            reply = world.asks(name, History(room, limit=200))
            if name not in people:
                assert fault_of(reply).code in {Code.NOT_FOUND, Code.FORBIDDEN}
                continue
            shown = {m.event.seq for m in body_of(Messages, reply).messages if not m.event.erased}
            assert shown == {seq for place, seq in readable if place == room}


@pytest.mark.parametrize(
    "request_in",
    [
        History,
        lambda room: Thread(room, 2),
        lambda room: OneMessage(room, 2),
        Pins,
        lambda room: Search("secret"),
    ],
)
def test_who_is_kicked_while_a_read_waits_gets_nothing_of_it(
    world: World, request_in: Callable[[int], RequestBody]
) -> None:
    room = world.makes("alice", private=True)
    assert world.does("alice", room, Posted("a secret"))
    assert world.does("alice", room, Posted("another secret"))
    assert world.does("alice", room, Invited(2, "bob"))
    world.begins("bob", request_in(room))
    assert world.does("alice", room, Kicked(2, "bob"))
    fault = fault_of(world.ends())
    assert fault.code in {Code.NOT_FOUND, Code.FORBIDDEN, Code.BUSY}
    assert world.finds("bob", "secret") == []


def test_an_index_that_is_behind_does_not_tell_what_was_redacted(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a disk that is nearly full, where it takes nothing in any more."""
    seqs = [world.does("alice", 1, Posted(f"a secret, {number}")) for number in range(150)]
    plain = world.does("alice", 1, Posted("plain"))
    assert world.finds("bob", "secret", limit=9)[0] == "a secret, 149"
    monkeypatch.setattr(Follower, "follow", lambda self, until: True)
    for seq in seqs[3:]:
        assert world.does("alice", 1, Redacted(seq))
    page = body_of(SearchResults, world.asks("bob", Search("secret", limit=1)))
    assert [found.message.event.seq for found in page.found] == [seqs[2]]
    assert world.finds("bob", "secret", limit=2) == [f"a secret, {number}" for number in (2, 1, 0)]
    for seq in [*seqs[:3], plain]:
        assert world.does("alice", 1, Redacted(seq))
    for word in ("secret", "plain", "nothing"):
        page = body_of(SearchResults, world.asks("bob", Search(word, limit=1)))
        assert (page.found, page.next) == ([], b"")


def test_filters_by_person_and_room(world: World) -> None:
    room = world.makes("alice", private=True)
    name = world.desk.state.rooms[room].name
    world.does("alice", room, Posted("plan one"))
    world.does("alice", 1, Posted("plan two http://a.b"))
    world.does("bob", 1, Posted("plan three"))
    opened = world.desk.ask(OpenDirect(b"d" * 16, [2]), **_of("alice"))
    direct = body_of(RoomCreated, opened).room.room
    world.does("bob", direct, Posted("plan four"))
    assert world.finds("alice", "plan from:alice") == ["plan two http://a.b", "plan one"]
    assert world.finds("alice", f"plan in:{name}") == ["plan one"]
    assert world.finds("alice", "plan in:@bob") == ["plan four"]
    assert world.finds("bob", "plan in:@alice") == ["plan four"]
    assert world.finds("alice", "plan has:link") == ["plan two http://a.b"]
    assert world.finds("alice", "plan", room) == ["plan one"]
    assert world.finds("carol", "plan") == ["plan three", "plan two http://a.b"]


def test_who_was_renamed_is_found_under_every_name_and_so_is_what_was_said_before(
    world: World,
) -> None:
    assert world.does("bob", 1, Posted("plan before"))
    direct = OpenDirect(b"d" * 16, [_id("bob")])
    room = body_of(RoomCreated, world.desk.ask(direct, **_of("alice"))).room.room
    assert world.does("alice", room, Posted("plan between us"))
    for name, new in (("bob", "robert"), ("robert", "rob")):
        reply = world.desk.ask(RenameUser(name, new), peer=b"\0oper", key=OPERATOR_KEY)
        body_of(Done, reply)
    assert world.does("bob", 1, Posted("plan after"))  # on the device that was bob's
    for name in ("bob", "robert", "rob", "Rob"):
        assert world.finds("alice", f"plan from:{name}") == ["plan after", "plan before"]
        assert world.finds("alice", f"plan in:@{name}") == ["plan between us"]
    # What was said before is still its author's.
    (shown, *_) = body_of(Messages, world.asks("alice", History(1, limit=9))).messages
    assert (shown.event.sender, shown.event.name) == (_id("bob"), "bob")
    assert world.does("bob", 1, Edited(shown.event.seq, "plan mended"))
    assert not world.does("alice", 1, Edited(shown.event.seq, "plan stolen"))


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", Code.BAD_REQUEST),
        ("from:nobody-here x", Code.NOT_FOUND),
        ("from:\u0001 x", Code.NOT_FOUND),
        ("from:\u0000 x", Code.BAD_REQUEST),
        ("in:nowhere x", Code.NOT_FOUND),
        ("in:@ x", Code.NOT_FOUND),
        ("in:@bob,zed x", Code.NOT_FOUND),
        ("has:nothing x", Code.BAD_REQUEST),
        ("x" * 5000, Code.TOO_LARGE),
    ],
)
def test_what_cannot_be_searched_is_refused(world: World, query: str, code: Code) -> None:
    assert fault_of(world.asks("alice", Search(query))).code == code


def test_rooms_of_others_are_refused_as_if_they_were_not_there(world: World) -> None:
    room = world.makes("alice", private=True)
    name = world.desk.state.rooms[room].name
    hidden = fault_of(world.asks("bob", Search(f"x in:{name}")))
    missing = fault_of(world.asks("bob", Search("x in:nowhere")))
    assert (hidden.code, hidden.message.replace(name, "nowhere")) == (missing.code, missing.message)
    assert fault_of(world.asks("bob", Search("x", room))) == fault_of(
        world.asks("bob", Search("x", 999))
    )


@pytest.mark.parametrize("before", [b"x", b"\0" * 9, b"\xff" * 7])
def test_a_cursor_that_is_none_is_refused(world: World, before: bytes) -> None:
    assert fault_of(world.asks("alice", Search("x", None, before))).code == Code.BAD_REQUEST


def test_a_page_ends_where_its_reply_is_full(world: World) -> None:
    for number in range(30):
        world.does("alice", 1, Posted(f"long {number} " + "x" * 60_000))
    page = body_of(SearchResults, world.asks("bob", Search("long", limit=100)))
    assert 10 < len(page.found) < 20
    assert page.next
    assert len(world.finds("bob", "long", limit=100)) == 30
