"""A client that has settled at the test's server."""

from __future__ import annotations

import pytest

from tests.sync.model import Client, Server


@pytest.fixture
def client(server: Server) -> Client:
    """In step with the server, with nothing seen yet."""
    client = Client(server)
    client.settle()
    client.seen.clear()
    return client
