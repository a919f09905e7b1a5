"""What is typed is on disk a moment later, whatever goes on meanwhile."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot
from zmqchat_gui.bridge.drafts import Drafts
from zmqchat_gui.bridge.updates import Arrived
from zmqchat_gui.viewmodels.persons import Persons
from zmqchat_gui.viewmodels.room import Room
from zmqchat_gui.viewmodels.roomfacts import RoomFacts

from tests.gui.fakes import FakeGateway, at, entries, event, loaded, rows, who

WAIT_MS = 10_000


@pytest.fixture
def owner() -> QObject:
    return QObject()


@pytest.fixture
def gateway() -> FakeGateway:
    return FakeGateway()


@pytest.fixture
def room(owner: QObject, gateway: FakeGateway, tmp_path: Path) -> Room:
    drafts = Drafts(tmp_path / "drafts.json")
    room = Room(
        RoomFacts(at("general").id, "general"), gateway, Persons(who("maja"), owner), drafts, owner
    )
    room.timeline.load(loaded(entries(event(1, "one"))))
    return room


def on_disk(tmp_path: Path) -> str:
    path = tmp_path / "drafts.json"
    return path.read_text() if path.exists() else ""


def test_it_is_saved_while_messages_keep_coming(room: Room, qtbot: QtBot, tmp_path: Path) -> None:
    room.openThread.open(1)
    room.threadComposer.setProperty("text", "half a thou")
    seq = 1

    def saved() -> bool:
        nonlocal seq
        seq += 1
        room.hear(Arrived(at("general").id, [event(seq, "more", reply_to=1)]))
        return "half a thou" in on_disk(tmp_path)

    qtbot.waitUntil(saved, timeout=WAIT_MS)


def test_an_edit_is_on_disk_until_the_outbox_has_it(
    room: Room, gateway: FakeGateway, tmp_path: Path
) -> None:
    room.timeline.load(loaded(entries(event(1, "mime", "maja"))))
    room.composer.edit(1)
    room.composer.setProperty("text", "mine")
    room.save()
    room.composer.send()
    room.save()
    assert "mine" in on_disk(tmp_path)
    room.queued(gateway.sent[0])
    room.save()
    assert "mine" not in on_disk(tmp_path)


def test_a_disk_that_takes_nothing_is_said(room: Room, tmp_path: Path) -> None:
    said: list[str] = []
    room.failed.connect(said.append)
    (tmp_path / "drafts.json").mkdir()
    room.composer.setProperty("text", "half a thou")
    room.save()
    assert len(said) == 1


def test_a_message_is_on_disk_until_the_outbox_has_it_and_is_never_there_twice(
    room: Room, owner: QObject, gateway: FakeGateway, tmp_path: Path
) -> None:
    room.composer.setProperty("text", "hello")
    room.composer.send()
    room.save()
    (sent,) = gateway.sent
    again = Room(
        RoomFacts(at("general").id, "general"),
        gateway,
        room._persons,
        Drafts(tmp_path / "drafts.json"),
        owner,
    )
    assert rows(again.timeline, "key", "delivery") == [(sent.id.hex, "failed")]
    again.timeline.show(sent)  # it had got to the outbox after all
    assert rows(again.timeline, "plain", "delivery") == [("hello", "pending")]
    room.queued(sent)
    room.save()
    assert "hello" not in on_disk(tmp_path)


def again(room: Room, owner: QObject, gateway: FakeGateway, tmp_path: Path) -> Room:
    """The room after another start of the program."""
    room.save()
    drafts = Drafts(tmp_path / "drafts.json")
    return Room(RoomFacts(at("general").id, "general"), gateway, room._persons, drafts, owner)


def test_an_edit_that_is_written_in_the_thread_comes_back_as_one(
    room: Room, owner: QObject, gateway: FakeGateway, tmp_path: Path
) -> None:
    room.timeline.load(loaded(entries(event(1, "one"), event(2, "mime", "maja", reply_to=1))))
    room.openThread.open(1)
    room.threadComposer.setProperty("text", "half an answer")
    room.threadComposer.edit(2)
    room.threadComposer.setProperty("text", "mine")
    then = again(room, owner, gateway, tmp_path)
    assert (then.composer.editSeq, then.composer.text) == (2, "mine")
    assert (then.threadComposer.editSeq, then.threadComposer.text) == (0, "half an answer")


def test_a_refused_edit_that_waits_is_kept(
    room: Room, owner: QObject, gateway: FakeGateway, tmp_path: Path
) -> None:
    room.composer.setProperty("text", "typing")
    room.composer.edit_refused(1, "better")
    then = again(room, owner, gateway, tmp_path)
    assert then.composer.text == "typing"
    then.composer.send()
    assert (then.composer.editSeq, then.composer.text) == (1, "better")
