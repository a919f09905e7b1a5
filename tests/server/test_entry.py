"""Hello, claims and goodbye: who gets a session, and who does not."""

from __future__ import annotations

import msgspec
import pytest

from tests.domain.realms import NOW
from tests.server.fakes import (
    HELLO,
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
from zmqchat.protocol.replies import (
    Fault,
    Welcome,
)
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
