"""What people type is resolved to ids, and what is called alike is never mixed up."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.client.samples import ALICE, BOB, conversation, info
from zmqchat.client.cache import Cache
from zmqchat.client.directory import Directory
from zmqchat.client.lookup import Lookup, held
from zmqchat.errors import ChatError, Code, Refused
from zmqchat.protocol.limits import NAMES_PER_REQUEST
from zmqchat.protocol.replies import PeopleFound, ReplyBody, RoomCreated, RoomFound
from zmqchat.protocol.requests import FindPeople, FindRoom, OpenDirect, RequestBody
from zmqchat.protocol.rooms import RoomEntry, RoomInfo, RoomKind
from zmqchat.protocol.who import Who

ANN, BEN, ODD = Who(4, "ann"), Who(5, "ben"), Who(6, "ann,ben")


class Engine:
    """Of a client of alice's, whose server knows more than the client has heard of."""

    def __init__(self, infos: Iterable[RoomInfo], *, former: dict[str, Who] | None = None) -> None:
        rooms = SimpleNamespace(infos={each.room: each for each in infos})
        self.machine = SimpleNamespace(rooms=rooms, welcome=SimpleNamespace(user=ALICE.id))
        self.cache: Cache | None = None
        self.asked: list[RequestBody] = []
        self.called = {who.name: who for who in (ALICE, BOB, ANN, BEN)} | (former or {})
        self.entries: list[RoomEntry] = []

    def open_room(self, _room: int) -> None:
        return

    def server_us(self) -> int:
        return 10**15

    async def call(self, body: RequestBody) -> ReplyBody:
        self.asked.append(body)
        match body:
            case FindPeople(names):
                assert len(names) <= NAMES_PER_REQUEST
                return PeopleFound([self.called.get(name.casefold()) for name in names])
            case OpenDirect(_, people):
                return RoomCreated(conversation(*(Who(user, "?") for user in people), room=77))
            case FindRoom(meant):
                found = [each for each in self.entries if meant in {each.room, each.name}]
                return RoomFound(found[0] if found else None)
        raise AssertionError(body)


def lookup_of(engine: Engine) -> Lookup:
    heard_of = dict(engine.machine.rooms.infos)
    return Lookup(engine, heard_of, Directory(None))  # type: ignore[arg-type]


def found(engine: Engine, room: str | int) -> RoomInfo:
    return asyncio.run(lookup_of(engine).room(room))


def test_a_conversation_of_two_is_not_that_with_one_who_is_called_like_both() -> None:
    """No name has a comma. A database that says otherwise still misleads nobody."""
    two, one = conversation(ANN, BEN, room=8), conversation(ODD, room=9)
    for rooms in ([two, one], [one, two]):
        engine = Engine(rooms)
        assert found(engine, "@ann,ben") is two
        assert found(engine, "@ben, @ann") is two
        assert found(engine, 9) is one
    engine = Engine([one])
    assert found(engine, "@ann,ben").room == 77
    assert engine.asked[-1] == OpenDirect(engine.asked[-1].id, [ANN.id, BEN.id])  # type: ignore[union-attr]


def test_of_two_that_are_called_alike_the_server_says_which_is_meant() -> None:
    mine, other = info([], 0, 1, "plans"), info([], 0, 2, "Plans")
    engine = Engine([mine, other])
    entry = RoomEntry(2, "plans", RoomKind.PUBLIC, "", True, 2, 0)
    engine.entries = [RoomEntry(1, "attic", RoomKind.PUBLIC, "", True, 2, 0), entry]
    lookup = lookup_of(engine)
    assert lookup.known("plans") is None
    assert lookup.known(1) is mine
    assert asyncio.run(lookup.room("plans")) is other


def test_what_was_found_is_looked_for_anew_when_it_is_called_otherwise() -> None:
    engine = Engine([info([], 0, 1, "plans")])
    lookup = lookup_of(engine)
    first = lookup.known("#Plans")
    assert first is not None
    assert lookup.known("#Plans") is first
    engine.machine.rooms.infos = {1: info([], 0, 1, "attic"), 2: info([], 0, 2, "plans")}
    now = lookup.known("#Plans")
    assert now is not None
    assert now.room == 2


def test_a_former_name_means_the_same_person() -> None:
    talk = conversation(Who(BOB.id, "robert"))
    engine = Engine([talk], former={"bob": Who(BOB.id, "robert")})
    assert found(engine, "@bob") is talk
    assert found(engine, "@alice,bob") is talk  # the others are meant, whoever asks
    assert not [body for body in engine.asked if isinstance(body, OpenDirect)]


@pytest.mark.parametrize("typed", ["@nobody", "@bob,nobody"])
def test_nobody_is_told_of(typed: str) -> None:
    with pytest.raises(Refused, match="There is nobody called 'nobody' here") as refused:
        found(Engine([]), typed)
    assert refused.value.code is Code.NOT_FOUND


@pytest.mark.parametrize("typed", ["@", "@ ,", "@@"])
def test_a_conversation_is_with_somebody(typed: str) -> None:
    with pytest.raises(ChatError, match="needs the name of somebody"):
        found(Engine([]), typed)


def test_who_only_looks_like_somebody_is_not_acted_upon() -> None:
    engine = Engine([], former={"b0b": BOB, "bobby": BOB})
    lookup = lookup_of(engine)
    with pytest.raises(Refused, match=r"nobody called 'b0b' .* Did you mean 'bob'\?"):
        asyncio.run(lookup.person("@b0b"))
    assert asyncio.run(lookup.person("@BOB")) == BOB
    assert asyncio.run(lookup.person("bobby")) == BOB


def test_many_names_are_asked_for_in_parts() -> None:
    engine = Engine([])
    names = ["bob"] * (NAMES_PER_REQUEST + 1)
    assert asyncio.run(lookup_of(engine).people(names)) == [BOB] * len(names)
    assert len(engine.asked) == 2


def test_a_person_by_id_is_called_as_now() -> None:
    engine = Engine([], former={"bob": Who(BOB.id, "robert")})
    lookup = lookup_of(engine)
    lookup._directory.told([BOB], 1)
    assert asyncio.run(lookup.person(BOB.id)) == Who(BOB.id, "robert")
    with pytest.raises(Refused, match="nobody with the id 66"):
        asyncio.run(lookup.person(66))


def test_offline_the_profile_knows_former_names(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache.db")
    directory = Directory(cache)
    directory.is_me(ALICE, 1)
    directory.told([BOB], 1)
    directory.told([Who(BOB.id, "robert")], 2)
    later = Directory(cache)
    talk = conversation(Who(BOB.id, "robert"))
    rooms = [talk, conversation(ANN, room=3), info([], 0)]
    assert later.me == ALICE.id
    for typed in ("@bob", "@Robert", "@alice,bob", talk.room):
        assert held(typed, rooms, later) is talk
    assert held("@bob,ann", rooms, later) is None
    assert held("@nobody", rooms, later) is None
    cache.close()
