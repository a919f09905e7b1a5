"""Hello, claims and goodbye: who gets a session, and who does not."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest

from tests.domain.realms import NOW
from tests.server.fakes import (
    HELLO,
    KEY,
    OPERATOR_KEY,
    OTHER_KEY,
    Desk,
    body_of,
    fault_of,
)
from zmqchat.domain import limits as rates
from zmqchat.domain.people import claim_name
from zmqchat.domain.rooms import GENERAL_ID
from zmqchat.domain.state import Registration
from zmqchat.errors import Code
from zmqchat.protocol.names import normalise_user
from zmqchat.protocol.replies import (
    Fault,
    Welcome,
)
from zmqchat.protocol.requests import Bye, Users
from zmqchat.runtime.slots import DEADLINE_S, Room
from zmqchat.server.entry import SESSIONS_PER_DEVICE
from zmqchat.server.jobs import ClaimJob, Outcome


def test_a_known_key_is_welcomed_at_once(desk: Desk) -> None:
    welcome = body_of(Welcome, desk.receive(HELLO, peer=b"\0bbbb"))
    assert (welcome.version, welcome.name, welcome.time_us) == (1, "alice", NOW)
    assert [room.room for room in welcome.rooms] == [GENERAL_ID]
    assert welcome.rooms[0].key == desk.state.rooms[GENERAL_ID].key
    assert (welcome.realm, welcome.lineage) == (desk.state.realm.id, desk.state.realm.lineage)
    assert len(desk.service.sessions) == 2


def test_a_new_name_is_welcomed_when_it_is_on_disk(desk: Desk) -> None:
    hello = msgspec.structs.replace(HELLO, name="carol", label="x" * 500)
    assert desk.receive(hello, peer=b"\0cccc", key=OTHER_KEY, request=9) is None
    job = desk.job(ClaimJob)
    assert (job.claim.name, job.claim.holds_link, len(job.claim.label)) == ("carol", True, 64)
    assert desk.service.sessions.get(b"\0cccc") is None
    claimed = claim_name(desk.state, job.claim, Registration.LINK, NOW)
    desk.state.apply(claimed.decision.changes)
    desk.service.committed(Outcome([(job, claimed)], NOW), 1.0)
    peer, reply = desk.replies[-1]
    assert (peer, reply.id) == (b"\0cccc", 9)
    assert body_of(Welcome, reply).name == "carol"
    assert desk.service.sessions.find(b"\0cccc", OTHER_KEY)


def test_a_claim_that_is_refused_opens_nothing(desk: Desk) -> None:
    desk.receive(
        msgspec.structs.replace(HELLO, name="carol", token=""), peer=b"\0cccc", key=OTHER_KEY
    )
    job = desk.job(ClaimJob)
    assert not job.claim.holds_link
    fault = Fault(Code.NAME_TAKEN, "taken")
    desk.service.committed(Outcome([(job, fault)], NOW), 1.0)
    assert fault_of(desk.replies[-1][1]) == fault
    assert desk.service.sessions.get(b"\0cccc") is None


@pytest.mark.parametrize("versions", [[], [2], [0, 2, 3], [99] * 64])
def test_an_unknown_version_is_told_in_few_words(desk: Desk, versions: list[int]) -> None:
    fault = fault_of(desk.receive(msgspec.structs.replace(HELLO, versions=versions)))
    assert fault.code == Code.UNSUPPORTED_VERSION
    assert len(fault.message) < 200


def test_a_name_of_another_key_is_refused(desk: Desk) -> None:
    fault = fault_of(desk.receive(HELLO, peer=b"\0cccc", key=OTHER_KEY))
    assert fault.code == Code.NAME_TAKEN
    fault = fault_of(desk.receive(msgspec.structs.replace(HELLO, name="x" * 10_000)))
    assert fault.code == Code.NAME_INVALID
    assert len(fault.message) < 200


@pytest.mark.parametrize("peer", [b"alice", b"me", b"\0a", b"\0aaaaa", b"x" * 255])
def test_a_routing_id_of_ones_own_opens_no_session(desk: Desk, peer: bytes) -> None:
    assert fault_of(desk.receive(HELLO, peer=peer)).code == Code.BAD_REQUEST
    assert desk.service.sessions.get(peer) is None


def _says_hello(desk: Desk, number: int, name: str, key: str) -> Fault | None:
    """A hello on a connection of its own, each from another address; why it was refused, if so."""
    hello = msgspec.structs.replace(HELLO, name=name)
    peer, at = b"\0" + number.to_bytes(4, "big"), f"10.0.{number // 250}.{number % 250}"
    reply = desk.receive(hello, peer=peer, key=key, fd=1000 + number, address=at, now=number)
    if reply is None:
        desk.commit()
        reply = desk.replies[-1][1]
    return reply.error


def test_one_device_has_no_more_sessions_than_it_may(desk: Desk) -> None:
    for number in range(SESSIONS_PER_DEVICE - 1):  # and one from before
        assert _says_hello(desk, number, "alice", KEY) is None
    fault = _says_hello(desk, 100, "alice", KEY)
    assert fault is not None
    assert (fault.code, bool(fault.retry_after)) == (Code.BUSY, True)
    desk.receive(Bye(), peer=b"\0\0\0\0\1")
    assert _says_hello(desk, 101, "alice", KEY) is None


def test_places_are_kept_for_those_who_were_here_before(desk: Desk) -> None:
    few = Desk(desk.state, room=Room(settled=10, spare=5, kept=3))
    keys = [f"{number:064x}" for number in range(20)]
    for number in range(7):
        assert _says_hello(few, number, f"new{number}", keys[number]) is None
    fault = _says_hello(few, 7, "new7", keys[7])
    assert fault is not None
    assert (fault.code, bool(fault.retry_after)) == (Code.BUSY, True)
    assert few.state.user_named(normalise_user("new7")[1]) is None
    assert _says_hello(few, 8, "alice", KEY) is None
    few.close()


def test_who_has_the_most_connections_makes_room_for_one_with_fewer(desk: Desk) -> None:
    few = Desk(desk.state, room=Room(settled=4, spare=5))
    for number in range(4):
        assert _says_hello(few, number, "alice", KEY) is None
    key = desk.state.devices_of(desk.actor("bob").user.id)[0].key.hex()
    assert _says_hello(few, 4, "bob", key) is None
    assert few.hung_up == [(1003, "10.0.0.3")]
    assert few.service.sessions.get(b"\0\0\0\0\3") is None
    assert len(few.service.sessions) == 4
    few.close()


def test_who_is_refused_for_want_of_a_place_is_not_forgotten(desk: Desk) -> None:
    """It would be open for as long as it likes, and so might thousands of them."""
    few = Desk(desk.state, room=Room(settled=4, spare=5))
    for number in range(4):
        assert _says_hello(few, number, "alice", KEY) is None
    few.slots.accept(1004, "10.0.0.4", 4.0)
    fault = _says_hello(few, 4, "alice", KEY)
    assert fault is not None
    assert (fault.code, few.hung_up) == (Code.BUSY, [])
    assert few.slots.overdue(5.0 + DEADLINE_S) == [1004]
    few.close()


def test_the_operator_makes_room_too(desk: Desk) -> None:
    few = Desk(desk.state, room=Room(settled=4, spare=5))
    for number in range(4):
        few.receive(Users(), peer=b"\0ope%d" % number, key=OPERATOR_KEY, fd=20 + number)
    assert _says_hello(few, 1, "alice", KEY) is None
    assert few.hung_up == [(23, None)]
    few.close()


def test_many_hellos_of_a_new_key_at_once_open_no_more_sessions_than_it_may(desk: Desk) -> None:
    many = Desk(desk.state, room=Room(settled=500, spare=10))
    hello = msgspec.structs.replace(HELLO, name="carol")
    for number in range(SESSIONS_PER_DEVICE + 5):
        peer, at = b"\0" + number.to_bytes(4, "big"), f"10.0.0.{number}"
        assert many.receive(hello, peer=peer, key=OTHER_KEY, fd=1000 + number, address=at) is None
    many.commit()
    faults = [fault_of(reply) for _, reply in many.replies if reply.error is not None]
    assert [fault.code for fault in faults] == [Code.BUSY] * 5
    assert len(many.service.sessions) == SESSIONS_PER_DEVICE
    many.close()


def test_a_device_that_is_out_has_no_place(desk: Desk) -> None:
    desk.receive(msgspec.structs.replace(HELLO, name="carol"), peer=b"\0cccc", key=OTHER_KEY, fd=9)
    job = desk.job(ClaimJob)
    claimed = claim_name(desk.state, job.claim, Registration.LINK, NOW)
    desk.state.apply(claimed.decision.changes)
    desk.state.apply([replace(claimed.device, removed_us=NOW)])
    desk.service.committed(Outcome([(job, claimed)], NOW), 1.0)
    assert not desk.slots.is_settled(9)


def test_whose_session_ended_has_to_say_hello_again_in_time(desk: Desk) -> None:
    assert desk.slots.is_settled(7)
    desk.receive(Bye(), now=100.0)
    assert not desk.slots.is_settled(7)
    assert desk.slots.overdue(100.0 + DEADLINE_S) == []
    assert desk.slots.overdue(101.0 + DEADLINE_S) == [7]


def test_the_operator_needs_no_hello(desk: Desk) -> None:
    desk.slots.accept(9, "127.0.0.1", 0.0)
    desk.receive(Users(), peer=b"\0oper", key=OPERATOR_KEY, fd=9)
    assert desk.slots.is_settled(9)


def test_strangers_at_an_address_do_not_use_up_the_hellos_of_its_devices(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rates, "HELLOS_PER_ADDRESS", rates.Rate(per_second=1, burst=5))
    slow = Desk(desk.state)
    hello = msgspec.structs.replace(HELLO, name="carol")
    faults = [
        slow.receive(hello, peer=b"\0cccc", key=f"{number:064x}", fd=9) for number in range(6)
    ]
    assert [reply and reply.error and reply.error.code for reply in faults] == [
        *[None] * 5,
        Code.RATE_LIMITED,
    ]
    body_of(Welcome, slow.receive(HELLO))
    slow.close()


def test_hellos_are_limited_by_device(desk: Desk) -> None:
    burst = int(rates.HELLOS_PER_DEVICE.burst)
    codes = [
        reply.error.code if (reply := desk.receive(HELLO)) and reply.error else ""
        for _ in range(burst)
    ]
    assert codes == [""] * (burst - 1) + [Code.RATE_LIMITED]
    fault = fault_of(desk.receive(HELLO))
    assert fault.retry_after
    body_of(Welcome, desk.receive(HELLO, now=fault.retry_after))
    other = msgspec.structs.replace(HELLO, name="carol")
    assert desk.receive(other, peer=b"\0cccc", key=OTHER_KEY) is None  # another device may
