"""Who is called how: the newest by the server's clock holds, whatever comes when."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from tests.client.samples import BOB, log
from zmqchat.client.cache import Acquaintance, Cache
from zmqchat.client.directory import Directory
from zmqchat.protocol.events import Event, PersonRenamed
from zmqchat.protocol.people import Person, Presence
from zmqchat.protocol.who import Who


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[Cache]:
    cache = Cache(tmp_path / "cache.db")
    yield cache
    cache.close()


def said(name: str, at_us: int) -> Event:
    (event,) = log("hello")
    return msgspec.structs.replace(event, name=name, time_us=at_us)


def test_an_old_page_calls_nobody_what_they_are_not_called_now(cache: Cache) -> None:
    directory = Directory(cache)
    told: list[tuple[str, str]] = []
    directory.renamed = lambda person, before: told.append((before, person.name))
    directory.heard([said("robert", 20)])
    directory.heard([said("bob", 10)])
    assert directory.name_of(BOB.id) == "robert"
    directory.heard([said("rob", 30)])
    assert told == [("robert", "rob")]
    person = Directory(cache).get(BOB.id)
    assert person == Acquaintance(BOB.id, "rob", ("robert",), 30)


def test_who_is_renamed_is_found_by_every_name(cache: Cache) -> None:
    (renamed,) = log(PersonRenamed(7, "carol", "caroline"))
    Directory(cache).heard([renamed])
    directory = Directory(cache)
    assert directory.name_of(7) == "caroline"
    assert directory.called("caroline") == directory.called("Carol") == 7
    assert directory.called("carola") is None


def test_what_the_server_says_of_somebody_replaces_what_was_heard(cache: Cache) -> None:
    directory = Directory(cache)
    directory.told([BOB], 10)
    directory.told([Person(BOB.id, "rob", None, Presence.ONLINE, former=("bob", "bobby"))], 20)
    assert directory.called("bobby") == BOB.id
    directory.told([Who(BOB.id, "rob")], 30)  # says nothing about former names
    assert directory.called("bobby") == BOB.id


def test_a_name_that_is_anothers_now_means_that_one(cache: Cache) -> None:
    """As after a backup was put back, which did not have the names that were given since."""
    directory = Directory(cache)
    directory.told([Who(7, "zoe")], 10)
    directory.told([Who(7, "yan"), Who(8, "zoe")], 20)
    assert directory.called("zoe") == 8


def test_another_process_does_not_bring_an_old_name_back(cache: Cache) -> None:
    one, other = Directory(cache), Directory(cache)
    one.told([BOB], 10)
    assert other.name_of(BOB.id) == "bob"
    one.told([Who(BOB.id, "robert")], 30)
    other.told([Who(BOB.id, "rob")], 20)
    assert Directory(cache).name_of(BOB.id) == "robert"


def test_without_a_profile_it_is_known_for_a_session() -> None:
    directory = Directory(None)
    directory.is_me(Who(1, "alice"), 1)
    directory.told([BOB], 1)
    assert (directory.me, directory.name_of(BOB.id), directory.name_of(9, "x")) == (0, "bob", "x")
