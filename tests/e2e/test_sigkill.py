"""SIGKILL in the middle of traffic: every message once, in order, and the senders exit 0."""

from __future__ import annotations

import json
import signal
from collections import Counter

from tests.support.realm import Person, Realm, Running

MESSAGES = 3_000
"""From each of two senders."""


def _feed(sender: Running, name: str) -> None:
    for number in range(MESSAGES):
        sender.write(f"{name} {number}\n")
    sender.close_input()


def _log(person: Person, room: str = "general") -> list[dict[str, object]]:
    head = json.loads(person.does("send", room, "the end", "--json"))["seq"]
    printed = person.does("tail", room, "--since", "0", "--count", str(head), "--json")
    events = [json.loads(line) for line in printed.splitlines()]
    assert [event["seq"] for event in events] == list(range(1, head + 1))
    return events


def _texts(events: list[dict[str, object]], sender: str) -> list[str]:
    return [
        str(event["text"])
        for event in events
        if event["type"] == "posted" and event["sender"] == sender and event["text"] != "the end"
    ]


def test_broker_and_server_die_while_two_people_send(realm: Realm) -> None:
    alice, bob, carol = (realm.person(name) for name in ("alice", "bob", "carol"))
    with (
        carol.start("tail", "general", "--since", "0", "--json") as tail,
        alice.start("send", "general", "-") as one,
        bob.start("send", "general", "-") as two,
    ):
        _feed(one, "alice")
        _feed(two, "bob")
        heard = [json.loads(line) for line in tail.lines(500)]
        realm.kill("broker")
        heard += [json.loads(line) for line in tail.lines(500)]
        realm.kill("server")
        heard += [json.loads(line) for line in tail.lines(500)]
        realm.kill("broker")
        realm.kill("server")
        assert one.wait() == 0, one.errors
        assert two.wait() == 0, two.errors
        events = _log(carol)
        while heard[-1]["seq"] != events[-1]["seq"]:
            heard.append(json.loads(tail.line()))
    for name in ("alice", "bob"):
        assert _texts(events, name) == [f"{name} {number}" for number in range(MESSAGES)]
    assert heard == events
    report = carol.does("admin", "verify", "--data", str(realm.data))
    assert str(len(events)) in report.replace(",", "")


def test_a_killed_sender_finishes_after_its_restart(realm: Realm) -> None:
    alice = realm.person("alice")
    with alice.start("send", "general", "-") as sender:
        for number in range(MESSAGES):
            sender.write(f"alice {number}\n")
        acknowledged = len(sender.lines(50))
        sender.signal(signal.SIGKILL)
        sender.wait()
        acknowledged += sum(line.isdigit() for line in sender.rest())
    events = _log(alice)  # a new process of the same profile takes the outbox over first
    texts = _texts(events, "alice")
    assert len(texts) >= acknowledged
    assert max(Counter(texts).values()) == 1
    assert texts == [f"alice {number}" for number in range(len(texts))]


def test_a_message_said_while_the_server_is_down_is_delivered_once(realm: Realm) -> None:
    alice = realm.person("alice")
    realm.stop()
    with alice.start("send", "general", "said in the dark", "--json") as sender:
        realm.start()
        assert json.loads(sender.line())["text"] == "said in the dark"
        assert sender.wait() == 0
    assert _texts(_log(alice), "alice").count("said in the dark") == 1
