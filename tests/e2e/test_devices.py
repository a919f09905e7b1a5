"""Devices and accounts that are put out while they listen, with real processes and commands."""

from __future__ import annotations

import json

import pytest

from tests.server.running import Client
from tests.support.realm import Realm
from zmqchat.protocol import requests as ask
from zmqchat.protocol.replies import DeviceList, Done, UserList
from zmqchat.security.keys import RealmKeys, ensure_realm_keys


class _Server:
    """Where the realm's server is, and its keys, as a hand-made client needs them."""

    def __init__(self, realm: Realm) -> None:
        self.port = realm.port
        self.keys: RealmKeys = ensure_realm_keys(realm.data)


@pytest.mark.parametrize("closed", [False, True])
def test_who_is_put_out_hears_nothing_that_comes_after(realm: Realm, closed: bool) -> None:
    alice, bob = realm.person("alice"), realm.person("bob")
    server = _Server(realm)
    with bob.start("tail", "general", "--since", "0", "--json") as tail:
        alice.does("send", "general", "both hear this")
        while json.loads(tail.line()).get("text") != "both hear this":
            pass
        with Client(server, server.keys.operator) as operator:  # type: ignore[arg-type]
            if closed:
                operator.get(Done, ask.Deactivate("bob"))
            else:
                users = operator.get(UserList, ask.Users()).users
                (bob_id,) = (user.id for user in users if user.name == "bob")
                (device,) = operator.get(DeviceList, ask.Devices(bob_id)).devices
                operator.get(Done, ask.RemoveDevice(device.device))
        alice.does("send", "general", "without bob")
        assert tail.wait() == 1
        assert tail.rest() == []
        assert ("closed" if closed else "removed") in tail.errors[-1]
    refused = bob.run("send", "general", "still here?")
    assert refused.returncode == 1
    assert ("closed" if closed else "removed") in refused.stderr
    assert "without bob" in alice.does("history", "general")
    assert "still here?" not in alice.does("history", "general")
    alice.does("admin", "verify", "--data", str(realm.data))
