"""A server that cannot write: reading goes on, also for whoever has something waiting for it."""

from __future__ import annotations

import asyncio
import resource

import pytest

import zmqchat
from tests.support.realm import Realm
from zmqchat.client import entrances
from zmqchat.errors import Unavailable


def test_who_reads_does_not_wait_for_what_waits_from_before(
    realm: Realm, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def texts() -> list[str | None]:
        async with zmqchat.connect(realm.link, "alice") as alice:
            return [message.text for message in await alice.history("general")]

    async def posts() -> None:
        async with zmqchat.connect(realm.link, "alice") as alice:
            await alice.post("general", "waits")

    async def run() -> None:
        async with zmqchat.connect(realm.link, "alice") as alice:
            await alice.send("general", "acknowledged")
        server = realm.child("server")
        grown = realm.data / "zmqchat.db-wal"
        limits = resource.prlimit(server, resource.RLIMIT_FSIZE)
        resource.prlimit(server, resource.RLIMIT_FSIZE, (grown.stat().st_size, limits[1]))
        with monkeypatch.context() as impatient, pytest.raises(Unavailable):
            impatient.setattr(entrances, "_FLUSH_S", 0.5)
            await posts()
        assert await texts() == ["acknowledged"]  # it waited a minute, and then failed
        resource.prlimit(server, resource.RLIMIT_FSIZE, limits)
        await texts()  # sends along what waited
        assert await texts() == ["acknowledged", "waits"]

    asyncio.run(run())
