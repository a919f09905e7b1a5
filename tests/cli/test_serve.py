"""How broker and server are told what to do."""

from __future__ import annotations

import pytest

from zmqchat.cli.serve import broker_address
from zmqchat.errors import UsageError
from zmqchat.server.options import BrokerAddress


@pytest.mark.parametrize(
    ("text", "publish", "subscribe"),
    [
        ("tcp://127.0.0.1:5556", "tcp://127.0.0.1:5556", "tcp://*:5557"),
        ("tcp://broker.lan:7000", "tcp://broker.lan:7000", "tcp://broker.lan:7001"),
        ("tcp://[fd00::1]:7000", "tcp://[fd00::1]:7000", "tcp://[fd00::1]:7001"),
        ("tcp://10.0.0.2:1,tcp://chat.example:9", "tcp://10.0.0.2:1", "tcp://chat.example:9"),
        ("ipc:///run/x,tcp://*:5557", "ipc:///run/x", "tcp://*:5557"),
    ],
)
def test_a_broker_is_named_by_one_or_two_addresses(text: str, publish: str, subscribe: str) -> None:
    assert broker_address(text) == BrokerAddress(publish, subscribe)


@pytest.mark.parametrize(
    "text", ["", "host:5556", "tcp://host", "tcp://:5556", "tcp://host:x", "tcp://h:99999", "a,b"]
)
def test_an_impossible_address_is_a_wrong_call(text: str) -> None:
    with pytest.raises(UsageError, match="no address like tcp://HOST:PORT"):
        broker_address(text)
