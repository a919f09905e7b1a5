"""Names and profiles: one winner of a race, and a damaged profile that can be mended."""

from __future__ import annotations

import json
from contextlib import ExitStack

import pytest

from tests.support.realm import Person, Realm


def test_one_of_several_who_claim_a_name_at_once_gets_it(realm: Realm) -> None:
    with ExitStack() as stack:
        claims = [
            stack.enter_context(realm.stranger(f"{number}").start("join", realm.link, *_NAMED))
            for number in range(5)
        ]
        statuses = [claim.wait() for claim in claims]
        refusals = [claim.errors for claim in claims if claim.errors]
    assert sorted(statuses) == [0, 1, 1, 1, 1]
    assert all(len(lines) == 1 and "taken" in lines[0] for lines in refusals)


def test_processes_of_one_profile_send_at_once_and_every_message_is_there_once(
    realm: Realm,
) -> None:
    alice = realm.person("alice")
    with ExitStack() as stack:
        senders = [stack.enter_context(alice.start("send", "general", "-")) for _ in range(5)]
        for number, sender in enumerate(senders):
            sender.write("".join(f"{number} {line}\n" for line in range(40)))
            sender.close_input()
        assert [sender.wait() for sender in senders] == [0] * 5
    printed = alice.does("history", "general", "--limit", "1000", "--json")
    texts = [json.loads(line)["text"] for line in printed.splitlines()]
    for number in range(5):
        mine = [text for text in texts if text.startswith(f"{number} ")]
        assert mine == [f"{number} {line}" for line in range(40)]
    assert list((alice.home / "profiles" / "alice" / "outbox").iterdir()) == []


def test_a_damaged_profile_is_mended_by_joining_again_as_its_line_says(realm: Realm) -> None:
    alice = realm.person("alice")
    alice.does("join", realm.link, "--name", "bob")
    for saved in (alice.home / "profiles" / "alice").glob("profile*.json"):
        saved.write_text("{")
    listed = alice.run("profile", "list")
    assert (listed.returncode, "bob" in listed.stdout) == (1, True)
    assert "join again with --profile alice" in listed.stderr
    alice.does("join", realm.link, "--name", "carol")  # others are not in the way of one
    alice.does("join", realm.link, "--name", "alice", "--profile", "alice")
    alice.does("send", "general", "here again", "--profile", "alice")


def test_a_damaged_cache_is_told_and_keeps_nobody_from_talking(realm: Realm) -> None:
    alice = realm.person("alice")
    cache = alice.home / "profiles" / "alice" / "cache.db"
    cache.write_bytes(b"no database" * 1000)
    for beside in cache.parent.glob("cache.db-*"):
        beside.unlink()
    done = alice.run("send", "general", "not lost")
    assert done.returncode == 0
    assert "set aside as cache.db.damaged-1" in done.stderr
    assert alice.run("send", "general", "and again").stderr == ""
    assert "not lost" in alice.does("history", "general")


def test_the_environment_says_whom_to_be_and_an_option_says_it_louder(
    realm: Realm, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = realm.person("ada")
    ada.does("join", realm.link, "--name", "bo")  # in use from now on
    monkeypatch.setenv("ZMQCHAT_PROFILE", "ada")
    ada.does("send", "general", "one")
    ada.does("send", "general", "two", "--profile", "bo")
    monkeypatch.setenv("ZMQCHAT_PROFILE", "")
    ada.does("send", "general", "three")
    said = [json.loads(line) for line in ada.does("history", "general", "--json").splitlines()]
    assert [(each["sender"], each["text"]) for each in said if each["type"] == "posted"] == [
        ("ada", "one"),
        ("bo", "two"),
        ("bo", "three"),
    ]
    monkeypatch.setenv("ZMQCHAT_PROFILE", "nobody")
    refused = ada.run("send", "general", "four")
    assert refused.returncode != 0
    assert "There is no profile 'nobody'" in refused.stderr


def test_who_has_several_profiles_and_none_in_use_is_told_so(realm: Realm) -> None:
    alice = realm.person("alice")
    for name in ("bob", "carol"):
        alice.does("join", realm.link, "--name", name)
    alice.does("profile", "remove", "carol")
    done = alice.run("send", "general", "as whom?")
    assert done.returncode == 1
    assert "alice, bob" in done.stderr
    assert "profile use" in done.stderr


def test_a_refusal_is_said_once(realm: Realm) -> None:
    done = realm.person("alice").run("leave", "general")
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1


def test_a_number_that_no_event_can_have_is_wrong_use(realm: Realm) -> None:
    alice = realm.person("alice")
    huge = str(2**70)
    for words in (
        ("send", "general", "x", "--reply-to", huge),
        ("history", "general", "--before", huge),
        ("tail", "general", "--since", huge),
    ):
        done = alice.run(*words)
        assert (done.returncode, len(done.stderr.splitlines())) == (2, 1), done.stderr


def test_history_is_read_while_the_server_is_away(realm: Realm) -> None:
    alice: Person = realm.person("alice")
    with alice.start("tail", "general", "--since", "0") as tail:
        tail.line()
        alice.does("send", "general", "kept on this device")
        tail.line()
    realm.stop()
    done = alice.run("history", "general")
    assert done.returncode == 0
    assert "kept on this device" in done.stdout
    assert "does not answer" in done.stderr


_NAMED = ("--name", "zoe")
