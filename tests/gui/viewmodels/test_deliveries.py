"""What became of what was sent, whatever room is open, and whatever it is called by now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from zmqchat_gui.bridge.drafts import Draft, Drafts, Unsent
from zmqchat_gui.bridge.entries import entry_of
from zmqchat_gui.viewmodels.deliveries import Deliveries
from zmqchat_gui.viewmodels.persons import Persons
from zmqchat_gui.viewmodels.room import Room
from zmqchat_gui.viewmodels.roomfacts import RoomFacts

from tests.gui.fakes import FakeGateway, at, entries, event, loaded, rows, who
from zmqchat.client import ChatEvent, unsent

Open = Callable[[str], Room]


@pytest.fixture
def drafts(tmp_path: Path) -> Drafts:
    return Drafts(tmp_path / "drafts.json")


@pytest.fixture
def rooms() -> dict[int, Room]:
    return {}


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def deliveries(rooms: dict[int, Room], drafts: Drafts, said: list[str]) -> Deliveries:
    names = {at(name).id: name for name in ("art", "zoo")}
    return Deliveries(rooms.get, lambda room: names[room], drafts, said.append)


@pytest.fixture
def open_room(rooms: dict[int, Room], deliveries: Deliveries, drafts: Drafts) -> Open:
    owner = QObject()

    def opened(name: str) -> Room:
        room = Room(
            RoomFacts(at(name).id, name), FakeGateway(), Persons(who("maja"), owner), drafts, owner
        )
        rooms[at(name).id] = room
        deliveries.opened(room)
        return room

    return opened


def message(text: str = "hello", room: str = "art") -> ChatEvent:
    return unsent(at(room), who("maja"), "posted", text=text)


def shown(room: Room) -> list[tuple[str, str]]:
    return list(rows(room.timeline, "plain", "delivery"))


def test_what_was_left_waits_for_its_room_to_be_opened(
    deliveries: Deliveries, open_room: Open
) -> None:
    deliveries.resumed(message("for art"))
    deliveries.resumed(message("for zoo", "zoo"))
    assert shown(open_room("art")) == [("for art", "pending")]
    assert shown(open_room("zoo")) == [("for zoo", "pending")]


def test_what_arrived_before_its_room_was_opened_is_not_pending_there(
    deliveries: Deliveries, open_room: Open
) -> None:
    left = message()
    deliveries.resumed(left)
    deliveries.sent(replace(left, seq=4))
    assert shown(open_room("art")) == []


def test_a_message_refused_where_no_room_is_open_is_kept_there_and_said(
    deliveries: Deliveries, open_room: Open, drafts: Drafts, said: list[str]
) -> None:
    left = message()
    deliveries.resumed(left)
    deliveries.failed(left, "The room is archived.")
    kept = Unsent("hello", 0, entry_of(left).time_us, "The room is archived.", left.id.hex)
    assert drafts.get(at("art").id) == Draft(unsent=(kept,))
    assert said == ["art: Your message was not sent: The room is archived."]
    assert shown(open_room("art")) == [("hello", "failed")]


def test_an_edit_refused_where_no_room_is_open_is_typed_there_again(
    deliveries: Deliveries, open_room: Open, said: list[str]
) -> None:
    deliveries.failed(unsent(at("art"), who("maja"), "edited", target=3, text="better"), "no")
    composer = open_room("art").composer
    assert (composer.editSeq, composer.text) == (3, "better")
    assert said == ["art: Your edit was not accepted: no"]


def test_a_reaction_refused_where_no_room_is_open_is_said(
    deliveries: Deliveries, drafts: Drafts, said: list[str]
) -> None:
    deliveries.failed(unsent(at("art"), who("maja"), "reacted", target=3, emoji="🎉"), "no")
    assert drafts.get(at("art").id) == Draft()
    assert said == ["art: Your reaction was not set: no"]


def test_rooms_that_are_called_alike_each_get_what_is_theirs(
    deliveries: Deliveries, open_room: Open
) -> None:
    """One was renamed, and another has its name now: what is under way has the old name still."""
    room, other = open_room("art"), open_room("zoo")
    for each in (room, other):
        each.timeline.load(loaded(entries(event(1, "x"))))
    room.timeline.post("one", 0)
    (sent,) = _sent(room)
    room.know(RoomFacts(at("art").id, "arts"))
    other.know(RoomFacts(at("zoo").id, "art"))
    deliveries.failed(sent, "no")
    assert shown(room)[0] == ("one", "failed")
    assert shown(other) == [("x", "sent")]


def _sent(room: Room) -> list[ChatEvent]:
    gateway = room._requests
    assert isinstance(gateway, FakeGateway)
    return gateway.sent
