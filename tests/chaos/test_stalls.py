"""Who stands still delays nobody else, and has everything afterwards."""

from __future__ import annotations

import os
import signal
import time

import pytest

from tests.chaos.logs import feed, heard_until, resident_mib, whole_log
from tests.support.realm import Realm

pytestmark = pytest.mark.chaos

_BROKER_S, _TAIL_S = 10.0, 20.0
_LEVEL_MIB = 150


def _paced(messages: int) -> list[str]:
    return [f"{number} " + "x" * 2_000 for number in range(messages)]


@pytest.mark.timeout(300)
def test_a_broker_that_stands_still_holds_up_no_acknowledgement(realm: Realm) -> None:
    alice, bob = realm.person("alice"), realm.person("bob")
    broker, server = realm.child("broker"), realm.child("server")
    with bob.start("tail", "general", "--since", "0", "--json") as tail:
        before = tail.line()
        os.kill(broker, signal.SIGSTOP)
        try:
            with alice.start("send", "general", "-") as sender:
                feed(sender, _paced(10_000))
                assert sender.wait(120) == 0, sender.errors
            time.sleep(_BROKER_S)
            assert resident_mib(server) < _LEVEL_MIB
        finally:
            os.kill(broker, signal.SIGCONT)
        events = whole_log(alice)
        assert [before, *heard_until(tail, int(events[-1]["seq"]))][1:] == events[1:]
        assert tail.errors == []
    assert resident_mib(broker) < _LEVEL_MIB


@pytest.mark.timeout(300)
def test_a_tail_that_stands_still_catches_up_and_delays_no_other(realm: Realm) -> None:
    alice, bob, carol = (realm.person(name) for name in ("alice", "bob", "carol"))
    broker, server = realm.child("broker"), realm.child("server")
    words = ("tail", "general", "--since", "0", "--json")
    with bob.start(*words) as lively, carol.start(*words) as still:
        lively.line()
        still.line()
        os.kill(still.pid, signal.SIGSTOP)
        try:
            with alice.start("send", "general", "-") as sender:
                feed(sender, _paced(20_000))
                assert sender.wait(120) == 0, sender.errors
            events = whole_log(alice)
            last = int(events[-1]["seq"])
            assert heard_until(lively, last) == events[1:]
            time.sleep(_TAIL_S)
            assert max(resident_mib(broker), resident_mib(server)) < _LEVEL_MIB
        finally:
            os.kill(still.pid, signal.SIGCONT)
        assert heard_until(still, last) == events[1:]
        assert resident_mib(still.pid) < _LEVEL_MIB
