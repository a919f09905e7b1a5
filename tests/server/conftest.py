"""A service that is ready to be asked."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.domain.realms import batch, peopled
from tests.server.fakes import HELLO, KEY, Desk, MemoryReader, body_of
from zmqchat.domain.people import Claim
from zmqchat.domain.state import Registration
from zmqchat.protocol.replies import Welcome


@pytest.fixture
def desk() -> Iterator[Desk]:
    """A service in whose realm alice (with KEY) and bob are, alice with a session."""
    state, _ = peopled("bob")
    work = batch(state)
    claim = Claim(bytes.fromhex(KEY), "alice", "laptop", True, b"p" * 32)
    work.claim(claim, Registration.LINK)
    state.apply(work.changes())
    made = Desk(state, MemoryReader())
    body_of(Welcome, made.receive(HELLO))
    yield made
    made.close()
