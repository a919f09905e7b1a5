"""A service that is ready to be asked."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.domain.realms import batch, claim, founded
from tests.server.fakes import HELLO, KEY, Desk, MemoryReader, body_of
from zmqchat.domain.state import Registration
from zmqchat.protocol.replies import Welcome


@pytest.fixture
def desk() -> Iterator[Desk]:
    """A service in whose realm alice (with KEY) and bob are, alice with a session."""
    state = founded()
    work = batch(state)
    for hello in (claim("alice", key=bytes.fromhex(KEY)), claim("bob")):
        work.claim(hello, Registration.LINK)
    state.apply(work.changes())
    made = Desk(state, MemoryReader())
    body_of(Welcome, made.receive(HELLO))
    yield made
    made.close()
