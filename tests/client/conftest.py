"""A real realm that the tests of this package share: each uses rooms and names of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.realm import Realm


@pytest.fixture
def realm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Realm]:
    """A started realm, stopped after the test."""
    with Realm(tmp_path_factory.mktemp("client"), "--heartbeat", "1") as started:
        yield started
