"""A server is said to have another key once that was seen, several times and over a while."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
import zmq

import zmqchat
from tests.support import peers
from tests.support.peers import Peer
from tests.support.waiting import eventually_async
from zmqchat.client.engine import Engine
from zmqchat.client.handshakes import Evidence
from zmqchat.client.operator import operator
from zmqchat.errors import ChatError, Code
from zmqchat.security import sockets
from zmqchat.security.keys import KeyPair
from zmqchat.security.knock import Found
from zmqchat.security.links import JoinLink
from zmqchat.sync.session import Identity

OWN = KeyPair.generate()


def _found(evidence: Evidence, *times: float) -> list[bool]:
    return [evidence.found(Found.OTHER_KEY, now) for now in times]


def test_it_takes_several_and_a_while() -> None:
    assert _found(Evidence(), 0.0, 0.1, 0.2, 0.9, 1.0) == [False] * 4 + [True]
    assert _found(Evidence(), 0.0, 60.0, 61.0) == [False, False, True]


@pytest.mark.parametrize("found", [found for found in Found if found is not Found.OTHER_KEY])
def test_anything_else_in_between_makes_it_begin_anew(found: Found) -> None:
    evidence = Evidence()
    assert not any(_found(evidence, 0.0, 5.0))
    assert not evidence.found(found, 6.0)
    assert _found(evidence, 7.0, 8.0, 9.0) == [False, False, True]


def test_a_handshake_that_succeeds_makes_up_for_those_before() -> None:
    evidence = Evidence()
    _found(evidence, 0.0, 5.0)
    evidence.succeeded()
    assert evidence.obstacle == ""
    assert not any(_found(evidence, 6.0, 8.0))


@pytest.mark.parametrize("behave", peers.AWAY_IN_MANY_WAYS)
def test_a_peer_that_is_not_seen_to_have_another_key_is_not_available_and_tried_again(
    behave: Callable[[socket.socket], None],
) -> None:
    async def run(peer: Peer) -> None:
        link = JoinLink("127.0.0.1", peer.port, OWN.public)
        with pytest.raises(ChatError) as raised:
            async with zmqchat.connect(link, "alice", ephemeral=True, timeout=4):
                pass
        assert raised.value.code is Code.UNREACHABLE
        assert "doctor" in raised.value.message
        before = peer.accepted
        async with zmqchat.connect(link, "alice", ephemeral=True, timeout=None):
            await eventually_async(lambda: peer.accepted > before + 1)

    with Peer(behave) as peer:
        asyncio.run(run(peer))


def test_what_was_seen_instead_is_said() -> None:
    async def run(port: int) -> str:
        link = JoinLink("127.0.0.1", port, OWN.public)
        with pytest.raises(ChatError) as raised:
            async with zmqchat.connect(link, "alice", ephemeral=True, timeout=2):
                pass
        return raised.value.message

    with Peer(peers.speaks_http) as peer:
        assert "(what listens there is no zmqchat server)" in asyncio.run(run(peer.port))


def test_the_operator_too_is_told_of_another_key_and_of_one_who_only_hangs_up() -> None:
    async def asks(port: int) -> ChatError:
        link = JoinLink("127.0.0.1", port, OWN.public)
        with pytest.raises(ChatError) as raised:
            async with operator(link, KeyPair.generate(), seconds=5) as realm:
                await realm.users()
        return raised.value

    with Peer(peers.closes) as peer:
        error = asyncio.run(asks(peer.port))
        assert (error.code, "ends them at once" in error.message) == (Code.UNREACHABLE, True)
    with zmq.Context() as context, sockets.request_router(context, KeyPair.generate()) as router:
        port = int(sockets.bind(router, "tcp://127.0.0.1:*").rpartition(":")[2])
        assert asyncio.run(asks(port)).code is Code.KEY_MISMATCH


def test_a_server_that_comes_back_with_another_key_is_told_of_too(tmp_path: Path) -> None:
    """Not only at the first connection: a bot would try for ever, and nobody would know why."""

    async def run() -> None:
        with zmq.Context() as context, sockets.request_router(context, OWN) as stranger:
            port = int(sockets.bind(stranger, "tcp://127.0.0.1:*").rpartition(":")[2])
            link = JoinLink("127.0.0.1", port, KeyPair.generate().public)
            engine = Engine(link, Identity("bot"), KeyPair.generate(), None, lambda _: None)
            engine._befell_requests(zmq.Event.HANDSHAKE_SUCCEEDED)  # it was met before
            engine.start()
            await eventually_async(lambda: engine.error is not None)
            assert engine.error is not None
            assert engine.error.code is Code.KEY_MISMATCH
            engine.close()

    asyncio.run(run())
