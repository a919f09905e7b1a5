"""What a team does on its first day, as shell lines."""

from __future__ import annotations

import json

from tests.support.realm import Realm


def _texts(lines: list[str]) -> list[str]:
    return [event["text"] for event in map(json.loads, lines) if event["type"] == "posted"]


def test_two_hundred_lines_arrive_in_order(realm: Realm) -> None:
    alice, bob = realm.person("alice"), realm.person("bob")
    lines = [str(number) for number in range(1, 201)]

    printed = alice.does("send", "general", "-", text="\n".join(lines) + "\n")

    seqs = [int(line) for line in printed.split()]
    assert seqs == list(range(seqs[0], seqs[0] + 200))
    heard = bob.does("tail", "general", "--since", "0", "--count", str(seqs[-1]), "--json")
    events = [json.loads(line) for line in heard.splitlines()]
    assert [event["seq"] for event in events] == list(range(1, seqs[-1] + 1))
    assert _texts(heard.splitlines()) == lines
    assert {event["sender"] for event in events if event["type"] == "posted"} == {"alice"}


def test_a_line_of_json_has_what_programs_need(realm: Realm) -> None:
    alice = realm.person("alice")
    sent = json.loads(alice.does("send", "general", "hello", "--json"))
    heard = alice.does("tail", "general", "--since", str(sent["seq"] - 1), "--count", "1", "--json")
    event = json.loads(heard)
    assert event["room"] == "general"
    assert event["text"] == "hello"
    assert event["type"] == "posted"
    assert event["sender"] == "alice"
    assert event["sent_at"].endswith(("Z", "+00:00"))
    assert {"seq", "id"} <= event.keys()
    assert event["id"] == sent["id"]


def test_what_is_said_live_is_heard_live(realm: Realm) -> None:
    alice, bob = realm.person("alice"), realm.person("bob")
    with bob.start("tail", "general", "--json") as tail:
        # The first message may be said before bob listens: then it is caught up, or is before him.
        with alice.start("send", "general", "-", "--json") as send:
            for number in range(100):
                send.write(f"live {number}\n")
            send.close_input()
            assert send.wait() == 0
        last = json.loads(alice.does("send", "general", "the end", "--json"))["seq"]
        events: list[dict[str, object]] = []
        while not events or events[-1]["seq"] != last:
            events.append(json.loads(tail.line()))
    seqs = [int(str(event["seq"])) for event in events]
    assert seqs == sorted(set(seqs))


def test_rooms_are_made_entered_and_left(realm: Realm) -> None:
    alice, bob = realm.person("alice"), realm.person("bob")
    alice.does("create", "builds")
    assert alice.run("create", "builds").returncode == 1
    refused = bob.run("send", "builds", "hi")
    assert refused.returncode == 1
    assert len(refused.stderr.strip().splitlines()) == 1
    bob.does("enter", "builds")
    bob.does("send", "builds", "hi")
    names = [json.loads(line)["name"] for line in bob.does("rooms", "--json").splitlines()]
    assert {"general", "builds"} <= set(names)
    assert "hi" in alice.does("history", "builds")
    bob.does("leave", "builds")
    assert bob.run("send", "builds", "again").returncode == 1
    assert bob.run("history", "builds").returncode == 1


def test_a_private_room_is_invisible_to_others(realm: Realm) -> None:
    alice, bob = realm.person("alice"), realm.person("bob")
    alice.does("create", "plans", "--private")
    alice.does("send", "plans", "quiet")
    assert "plans" not in bob.does("rooms")
    for command in (("send", "plans", "x"), ("history", "plans"), ("enter", "plans")):
        refused = bob.run(*command)
        assert (refused.returncode, len(refused.stderr.strip().splitlines())) == (1, 1), command


def test_history_reads_oldest_first_and_pages(realm: Realm) -> None:
    alice = realm.person("alice")
    alice.does("send", "general", "-", text="\n".join(f"m{n}" for n in range(10)) + "\n")
    lines = alice.does("history", "general", "--limit", "3", "--json").splitlines()
    assert _texts(lines) == ["m7", "m8", "m9"]
    before = str(json.loads(lines[0])["seq"])
    older = alice.does("history", "general", "--before", before, "--limit", "2", "--json")
    assert _texts(older.splitlines()) == ["m5", "m6"]


def test_control_characters_of_others_do_not_reach_the_terminal(realm: Realm) -> None:
    alice, bob = realm.person("alice"), realm.person("bob")
    alice.does("send", "general", "a\x1b[31mred\x07 \x9b2J \u202egnp")
    printed = bob.does("history", "general")
    assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(printed)
    assert "red" in printed


def test_the_realm_survives_an_orderly_restart(realm: Realm) -> None:
    alice = realm.person("alice")
    alice.does("send", "general", "before")
    up = realm.up
    realm.stop()
    assert up.wait() == 0
    realm.start()
    alice.does("send", "general", "after")
    assert "before" in alice.does("history", "general")
