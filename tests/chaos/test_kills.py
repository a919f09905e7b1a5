"""SIGKILL again and again: of broker, server, both at once, the supervisor, and the senders."""

from __future__ import annotations

import json
import random
import signal
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.chaos.logs import feed, heard_until, texts_of, whole_log
from tests.support.realm import Realm
from tests.support.waiting import eventually

pytestmark = pytest.mark.chaos

MESSAGES = 20_000
ROUNDS = 15


def _gone(pids: list[int]) -> bool:
    """Whether no process is left under these numbers (another may have taken one by now)."""
    for pid in pids:
        try:
            if b"zmqchat" in Path(f"/proc/{pid}/cmdline").read_bytes():
                return False
        except OSError:
            continue
    return True


def _kill_supervisor(realm: Realm) -> None:
    children = [realm.child("broker"), realm.child("server")]
    realm.up.signal(signal.SIGKILL)
    realm.up.end()
    realm.start()  # at once: the children end by themselves and give ports and locks back
    assert eventually(lambda: _gone(children))


@pytest.mark.timeout(600)
def test_whatever_is_killed_every_message_is_there_once_and_in_order(realm: Realm) -> None:
    people = {name: realm.person(name) for name in ("alice", "bob")}
    listener = realm.person("carol")
    chance = random.Random(20_020)
    with (
        listener.start("tail", "general", "--since", "0", "--json") as tail,
        people["alice"].start("send", "general", "-") as one,
        people["bob"].start("send", "general", "-") as two,
    ):
        feed(one, (f"alice {number}" for number in range(MESSAGES)))
        feed(two, (f"bob {number}" for number in range(MESSAGES)))
        # All are connected now. A command that began later would give up after 20 s, and a server
        # that dies again and again is restarted after up to 30.
        one.line()
        two.line()
        first = json.loads(tail.line())
        for _ in range(ROUNDS):
            time.sleep(chance.uniform(0.0, 0.5))  # the moment of the kill, not a wait for anything
            victims = chance.choice([("broker",), ("server",), ("broker", "server"), ("up",)])
            if victims == ("up",):
                _kill_supervisor(realm)
            else:
                for victim in victims:
                    realm.kill(victim)
        assert (one.wait(200), two.wait(200)) == (0, 0), (one.errors, two.errors)
        events = whole_log(listener)
        assert [first, *heard_until(tail, int(events[-1]["seq"]))] == events
    for name in people:
        assert texts_of(events, name) == [f"{name} {number}" for number in range(MESSAGES)]
    assert "all whole" in listener.does("admin", "verify", "--data", str(realm.data))


@pytest.mark.timeout(600)
def test_a_sender_killed_at_any_moment_leaves_its_outbox_to_the_next(realm: Realm) -> None:
    alice = realm.person("alice")
    chance = random.Random(7)
    acknowledged: list[str] = []
    for round_ in range(12):
        with alice.start("send", "general", "-", "--json") as sender:
            writer = feed(sender, [f"{round_} {number}" for number in range(1_500)])
            acknowledged += sender.lines(1)
            time.sleep(chance.uniform(0.0, 0.15))
            sender.signal(signal.SIGKILL)
            sender.wait()
            writer.join()
            acknowledged += sender.rest()
    events = whole_log(alice)
    texts = texts_of(events, "alice")
    assert max(Counter(texts).values()) == 1
    assert {_text(line) for line in acknowledged if line.endswith("}")} <= set(texts)
    for round_ in range(12):
        mine = [text for text in texts if text.startswith(f"{round_} ")]
        assert mine == [f"{round_} {number}" for number in range(len(mine))]


def _text(line: str) -> str:
    return str(json.loads(line)["text"])
