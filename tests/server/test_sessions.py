"""Sessions by routing id, key, connection and user."""

from __future__ import annotations

from tests.domain.realms import peopled
from tests.server.fakes import KEY, OTHER_KEY
from zmqchat.domain.batch import Actor
from zmqchat.protocol.people import Presence
from zmqchat.server.sessions import Session, Sessions


def _session(actor: Actor, peer: bytes, key: str = KEY, fd: int = 7, seen: float = 0.0) -> Session:
    return Session(peer, key, actor, fd, "127.0.0.1", seen, 0)


def test_a_session_is_found_by_its_routing_id_and_its_key_together() -> None:
    _, (alice,) = peopled("alice")
    sessions = Sessions()
    session = _session(alice, b"1")
    sessions.open(session)
    assert sessions.find(b"1", KEY) is session
    assert sessions.find(b"1", OTHER_KEY) is None
    assert sessions.find(b"2", KEY) is None
    assert sessions.get(b"1") is session


def test_a_user_is_connected_as_long_as_any_session_is() -> None:
    _, (alice, bob) = peopled("alice", "bob")
    sessions = Sessions()
    sessions.open(_session(alice, b"1"))
    sessions.open(_session(alice, b"2", fd=8))
    assert sessions.is_connected(alice.user.id)
    assert not sessions.is_connected(bob.user.id)
    sessions.close(b"1")
    assert sessions.is_connected(alice.user.id)
    sessions.close(b"2")
    assert not sessions.is_connected(alice.user.id)
    assert sessions.close(b"2") is None


def test_a_second_hello_on_a_connection_takes_the_place_of_the_first() -> None:
    _, (alice,) = peopled("alice")
    sessions = Sessions()
    sessions.open(_session(alice, b"1"))
    second = _session(alice, b"1", fd=9)
    sessions.open(second)
    assert (len(sessions), list(sessions)) == (1, [second])
    assert sessions.on_connection(7) == []
    assert sessions.on_connection(9) == [second]
    sessions.close(b"1")
    assert not sessions.is_connected(alice.user.id)


def test_a_descriptor_may_be_of_several_sessions_until_the_old_ones_are_found_gone() -> None:
    _, (alice,) = peopled("alice")
    sessions = Sessions()
    first, second = _session(alice, b"1"), _session(alice, b"2")
    sessions.open(first)
    sessions.open(second)
    assert set(sessions.on_connection(7)) == {first, second}
    sessions.close(b"1")
    assert sessions.on_connection(7) == [second]


def test_the_silent_are_those_not_heard_of_since() -> None:
    _, (alice,) = peopled("alice")
    sessions = Sessions()
    old, new = _session(alice, b"1", seen=1.0), _session(alice, b"2", seen=5.0)
    sessions.open(old)
    sessions.open(new)
    assert sessions.silent_since(5.0) == [old]


def test_a_person_is_as_present_as_the_liveliest_session() -> None:
    _, (alice,) = peopled("alice")
    sessions = Sessions()
    for peer, presence in ((b"1", Presence.HIDDEN), (b"2", Presence.AWAY), (b"3", Presence.ONLINE)):
        session = _session(alice, peer)
        session.presence = presence
        sessions.open(session)
    user = alice.user.id
    assert sessions.presence(user) is Presence.ONLINE
    sessions.close(b"3")
    assert sessions.presence(user) is Presence.AWAY
    sessions.close(b"2")
    assert sessions.presence(user) is Presence.OFFLINE
    assert sessions.is_connected(user)
    assert [each.peer for each in sessions.of_device(user, alice.device)] == [b"1"]
    assert sessions.of_device(user, alice.device + 1) == []
