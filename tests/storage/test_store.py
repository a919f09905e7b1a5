"""Opening: one server at a time, readers beside it, and nothing lost when it is killed."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from tests.storage.values import filled, founded, read_log, room
from tests.support.process import python
from zmqchat.errors import ChatError, Code
from zmqchat.storage import Store, open_reader, open_store
from zmqchat.storage.verify import verify


def test_a_second_server_is_refused(store: Store, database: Path) -> None:
    with pytest.raises(ChatError, match="in use by another process") as caught:
        open_store(database)
    assert caught.value.code is Code.DATA_DIRECTORY
    store.close()
    open_store(database).close()


def test_a_closed_store_is_one_file(store: Store, database: Path) -> None:
    founded(store, room())
    store.close()
    assert sorted(path.name for path in database.parent.iterdir()) == [
        database.name,
        database.name + ".ballast",
        database.name + ".lock",
    ]


def test_a_reader_beside_the_server(store: Store, database: Path) -> None:
    founded(store, room())
    with closing(open_reader(database)) as reader:
        filled(store, room(), b"one")
        assert [event.body for event in read_log(reader, 1, 0, 9, 99)] == [b"one"]


def test_no_database_to_read(database: Path) -> None:
    with pytest.raises(ChatError, match="there is no database"):
        open_reader(database)
    assert not database.exists()


_WRITER = """
import sys
from contextlib import closing
from tests.storage.values import founded, room, spoken
from tests.support.process import python
from zmqchat.storage import open_store

with closing(open_store(sys.argv[1])) as store:
    at = room()
    founded(store, at)
    while True:
        at = spoken(store, at, b"one", b"two", b"three")
        print(at.seq, flush=True)
"""


def test_what_a_killed_server_acknowledged_is_there(database: Path) -> None:
    with python(_WRITER, str(database)) as server:
        acknowledged = 0
        while acknowledged <= 300:
            acknowledged = int(server.line())
        server.kill()
        acknowledged = max([acknowledged, *(int(line) for line in server.rest())])
    with closing(open_store(database)) as store:
        snapshot = store.load()
        assert snapshot is not None
        assert snapshot.rooms[0].seq >= acknowledged
        report = verify(store)
    assert report.findings == ()
    assert report.events == snapshot.rooms[0].seq
