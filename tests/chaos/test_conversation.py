"""A server that is killed between taking a request and answering it: done once, or not at all."""

from __future__ import annotations

import signal
from contextlib import suppress
from pathlib import Path

import pytest

from tests.domain.realms import item, send_id
from tests.server.running import Client, RunningServer
from tests.support.waiting import eventually
from zmqchat.errors import Code
from zmqchat.protocol import requests as ask
from zmqchat.protocol.events import (
    Edited,
    Invited,
    Kicked,
    Pinned,
    Posted,
    Reacted,
    Redacted,
    Renamed,
)
from zmqchat.protocol.replies import Accepted, Beat, MessageDetail, OpenedRooms, RoomCreated, Sent
from zmqchat.storage import open_reader
from zmqchat.storage.verify import verify

SECRETS = (b"xylophonic", b"quixotically", b"zygomorphic")


def _holding(directory: Path) -> list[str]:
    found = []
    for path in [path for path in directory.rglob("*") if path.is_file()]:
        with suppress(FileNotFoundError):  # SQLite's files beside a database come and go
            found += [path.name for text in SECRETS if text in path.read_bytes()]
    return found


@pytest.mark.parametrize("moment", ["sent", "taken", "answered"])
def test_what_was_under_way_is_done_once(tmp_path: Path, moment: str) -> None:
    data = tmp_path / "data"
    with RunningServer(data).started() as server, Client(server) as alice, Client(server) as bob:
        alice.hello("alice")
        bob.hello("bob")
        room = alice.get(RoomCreated, ask.CreateRoom(send_id(), "ops", True)).room.room
        before = [item(room, Invited(2, "bob")), item(room, Posted("xylophonic"))]
        assert _seqs(alice.get(Sent, ask.Send(before))) == [2, 3]
        under_way = [
            item(room, Edited(3, "quixotically")),
            item(room, Posted("zygomorphic", 3)),
            item(room, Reacted(3, "👍")),
            item(room, Pinned(3)),
            item(room, Renamed("ops2")),
            item(room, Kicked(2, "bob")),
            item(room, Redacted(3)),
            item(room, Redacted(5)),
        ]
        number = alice.send(ask.Send(under_way))
        if moment == "taken":
            bob.get(Beat, ask.Heartbeat())  # the server has had a turn
        if moment == "answered":
            assert alice.receive().id == number
        server.stop(signal.SIGKILL)
    with RunningServer(data).started() as again, Client(again, alice.key) as back:
        back.hello("alice")
        assert _seqs(back.get(Sent, ask.Send(under_way))) == list(range(4, 12))
        detail = back.get(MessageDetail, ask.OneMessage(room, 3))
        assert detail.message.event.erased
        assert [event.erased for event in detail.edits] == [True]
        assert (detail.message.replies, detail.message.pinned) == (0, False)
        (info,) = back.get(OpenedRooms, ask.OpenRooms([room])).rooms
        assert (info.name, info.epoch, info.seq) == ("ops2", 2, 11)
        with Client(again, bob.key) as gone:
            gone.hello("bob")
            assert gone.refused(ask.History(room)).code == Code.NOT_FOUND
        eventually(lambda: not _holding(data))
        assert again.stop() == 0
    assert _holding(data) == []
    reader = open_reader(data / "zmqchat.db")
    assert verify(reader).findings == ()
    reader.close()


def _seqs(sent: Sent) -> list[int]:
    assert all(isinstance(result, Accepted) for result in sent.results), sent
    return [result.seq for result in sent.results if isinstance(result, Accepted)]
