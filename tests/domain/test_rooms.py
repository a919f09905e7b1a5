"""Making rooms, and changing what they are called and are for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.domain.realms import NOW, batch, item, peopled, room_of, send_id, stands, token
from zmqchat.domain import rooms
from zmqchat.domain.batch import Actor
from zmqchat.domain.draft import State
from zmqchat.domain.rooms import (
    GENERAL_ID,
    Fresh,
    SettingBody,
    decide_create,
    decide_setting,
    fresh,
    rotated,
)
from zmqchat.domain.state import Standing
from zmqchat.errors import ChatError, Code
from zmqchat.protocol.chain import genesis
from zmqchat.protocol.events import Archived, Body, Described, Posted, Renamed, Unarchived
from zmqchat.protocol.requests import CreateRoom, OpenDirect
from zmqchat.protocol.rooms import LineageStart, Role, RoomKind
from zmqchat.protocol.topics import handle
from zmqchat.security.sealing import FRAMES_PER_KEY


@pytest.mark.parametrize("private", [False, True])
def test_a_new_room_belongs_to_whom_made_it(private: bool) -> None:
    state, (alice,) = peopled("alice")
    before = state.realm
    request = CreateRoom(send_id(), "Dev", private, "where work is")
    room, changes = decide_create(state, alice.user, request, Fresh(77, b"K" * 32), NOW)
    assert room.kind is (RoomKind.PRIVATE if private else RoomKind.PUBLIC)
    assert (room.id, room.name, room.description) == (77, "Dev", "where work is")
    assert (room.epoch, room.handle, room.key) == (1, handle(before.next_handle), b"K" * 32)
    assert (room.seq, room.chain, room.posted) == (0, genesis(before.id, room.id), 0)
    assert room.lineages == (LineageStart(0, before.lineage),)
    state.apply(changes)
    membership = state.membership(room.id, alice.user.id)
    assert membership is not None
    assert (membership.role, membership.standing) == (Role.OWNER, Standing.MEMBER)
    assert state.realm.next_handle == before.next_handle + 1


@pytest.mark.parametrize("name", ["dev", "DEV", "\u0501ev", "general"])
def test_a_room_name_is_unique_also_to_the_eye(name: str) -> None:
    state, (alice,) = peopled("alice")
    room_of(state, alice, "dev", private=True)
    with pytest.raises(ChatError) as refused:
        decide_create(state, alice.user, CreateRoom(send_id(), name), Fresh(77, b"K" * 32), NOW)
    assert refused.value.code is Code.NAME_TAKEN


@pytest.mark.parametrize(
    ("name", "description", "code"),
    [
        ("", "", Code.NAME_INVALID),
        ("a b", "", Code.NAME_INVALID),
        ("dev", "x" * 1025, Code.TOO_LARGE),
    ],
)
def test_what_cannot_be_a_room_is_refused(name: str, description: str, code: Code) -> None:
    state, (alice,) = peopled("alice")
    request = CreateRoom(send_id(), name, description=description)
    with pytest.raises(ChatError) as refused:
        decide_create(state, alice.user, request, Fresh(77, b"K" * 32), NOW)
    assert refused.value.code is code


def test_a_rotated_room_has_another_handle_and_key_and_the_same_log() -> None:
    state, (alice,) = peopled("alice")
    room = room_of(state, alice, "dev")
    realm, after = rotated(state.realm, replace(room, seq=9), token(32), NOW + 5)
    assert after.epoch == room.epoch + 1
    assert after.handle == handle(state.realm.next_handle)
    assert after.key != room.key
    assert (after.seq, after.chain, after.id) == (9, room.chain, room.id)
    assert (after.epoch_seq, after.epoch_us) == (9, NOW + 5)
    assert realm.next_handle == state.realm.next_handle + 1


def test_a_rooms_id_is_drawn_until_it_is_new_and_never_that_of_general() -> None:
    state, (alice,) = peopled("alice")
    taken = room_of(state, alice, "dev").id
    draws: Iterator[int] = iter([0, GENERAL_ID, taken, 2**63 - 1])
    keys = iter([b"K" * 32])

    def token(size: int) -> bytes:
        # The lowest bit is dropped: 63 are left, which every database holds.
        return (next(draws) << 1 | 1).to_bytes(8, "big") if size == 8 else next(keys)

    assert fresh(state, token) == Fresh(2**63 - 1, b"K" * 32)


def test_rooms_and_conversations_get_such_ids() -> None:
    state, (alice, bob) = peopled("alice", "bob")
    work = batch(state)
    made = {work.create(alice, CreateRoom(send_id(), f"room-{n}")) for n in range(20)}
    made.add(work.direct(alice, OpenDirect(send_id(), [bob.user.id])))
    assert len(made | {GENERAL_ID}) == 22
    assert all(0 < room < 2**63 for room in made)
    assert sorted(made) != list(range(min(made), min(made) + 21))


def test_a_room_has_a_new_epoch_before_its_key_has_sealed_too_much(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("zmqchat.domain.batch.EPOCH_EVENTS", 3)
    state, (alice,) = peopled("alice")
    room = room_of(state, alice, "dev")
    epochs = []
    for _ in range(8):  # each a commit of its own; the count is in what is written
        work = batch(state)
        work.sends(alice, [item(room.id, Posted("hi"))])
        state.apply(work.changes())
        held = state.rooms[room.id]
        epochs.append((held.seq, held.epoch))
        assert held.seq - held.epoch_seq < 3
    assert epochs == [(2, 1), (3, 2), (4, 2), (5, 2), (6, 3), (7, 3), (8, 3), (9, 4)]
    assert rooms.EPOCH_EVENTS <= FRAMES_PER_KEY // 2


def _refusal(state: State, actor: Actor, room: int, body: SettingBody) -> ChatError:
    with pytest.raises(ChatError) as refused:
        decide_setting(state, actor.user.id, room, body)
    return refused.value


def test_a_renamed_room_has_its_new_name_and_the_old_one_is_free() -> None:
    state, (alice,) = peopled("alice")
    room = room_of(state, alice, "dev")
    work = batch(state)
    work.sends(alice, [item(room.id, Renamed("Ops")), item(room.id, Posted("hi"))])
    state.apply(work.changes())
    after = state.rooms[room.id]
    assert (after.name, after.seq, after.posted) == ("Ops", 3, 1)
    assert (state.room_named("ops"), state.room_named("dev")) == (after, None)
    assert decide_setting(state, alice.user.id, room.id, Renamed("ops")).name == "ops"


def test_rooms_may_hand_names_on_in_one_batch() -> None:
    state, (alice,) = peopled("alice")
    one, two = room_of(state, alice, "one"), room_of(state, alice, "two")
    work = batch(state)
    renamings = [(two.id, "spare"), (one.id, "two"), (two.id, "one")]
    for number, name in renamings:
        (sent,) = work.sends(alice, [item(number, Renamed(name))])
        assert sent.__class__.__name__ == "Accepted"
    state.apply(work.changes())
    found = {name: state.room_named(name) for name in ("one", "two", "spare")}
    assert {name: room and room.id for name, room in found.items()} == {
        "one": two.id,
        "two": one.id,
        "spare": None,
    }


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("general", Code.NAME_TAKEN),
        ("Gen\u0435ral", Code.NAME_TAKEN),
        ("dev", Code.FORBIDDEN),  # it is called that
        ("a b", Code.NAME_INVALID),
        ("\uff4fps", Code.NAME_INVALID),  # is held in another form than it was written in
        ("x" * 65, Code.NAME_INVALID),
    ],
)
def test_what_cannot_be_a_rooms_new_name_is_refused(name: str, code: Code) -> None:
    state, (alice,) = peopled("alice")
    room = room_of(state, alice, "dev")
    assert _refusal(state, alice, room.id, Renamed(name)).code is code


@pytest.mark.parametrize("body", [Renamed("lobby"), Archived()])
def test_general_keeps_its_name_and_stays_open(body: SettingBody) -> None:
    state, (alice,) = peopled("alice")
    stands(state, GENERAL_ID, alice, Role.OWNER)
    assert _refusal(state, alice, GENERAL_ID, body).code is Code.FORBIDDEN


def test_a_room_says_what_it_is_for() -> None:
    state, (alice, bob) = peopled("alice", "bob")
    room = room_of(state, alice, "dev")
    stands(state, room.id, bob)
    text = "x" * 1024
    assert decide_setting(state, alice.user.id, room.id, Described(text)).description == text
    assert _refusal(state, alice, room.id, Described(text + "x")).code is Code.TOO_LARGE
    assert _refusal(state, bob, room.id, Described("mine")).code is Code.FORBIDDEN


def test_an_archived_room_is_silent_until_it_is_opened_again() -> None:
    state, (alice, bob) = peopled("alice", "bob")
    room = room_of(state, alice, "dev")
    stands(state, room.id, bob, Role.MODERATOR)
    assert _refusal(state, bob, room.id, Archived()).code is Code.FORBIDDEN
    assert _refusal(state, alice, room.id, Unarchived()).code is Code.FORBIDDEN
    work = batch(state)
    bodies: list[Body] = [Archived(), Posted("hi"), Described("x"), Unarchived(), Posted("hi")]
    results = work.sends(alice, [item(room.id, body) for body in bodies])
    told = [getattr(result, "code", "") for result in results]
    assert told == ["", Code.FORBIDDEN, Code.FORBIDDEN, "", ""]
    assert [event.type for event in work.events] == ["archived", "unarchived", "posted"]
