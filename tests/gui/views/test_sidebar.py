"""The sidebar with more rooms than it has room for: where one is, and what waits, is in sight."""

from __future__ import annotations

from types import MappingProxyType

import pytest
from PySide6.QtCore import QPointF, Qt
from zmqchat_gui.bridge import updates as up

from tests.gui.fakes import at, room_of_row
from tests.gui.views.stage import Stage
from zmqchat.client import RoomState

ROOMS = ["general", *(f"room-{number:02}" for number in range(40)), "@ada", "@bo"]


def in_sight(stage: Stage) -> list[str]:
    """The rooms that the sidebar shows, from top to bottom."""
    view = stage.item("RoomList")
    places = {
        room_of_row(row): row.mapToItem(view, QPointF(0, row.height() / 2)).y()
        for row in stage.items("RoomRow")
    }
    return sorted((n for n, y in places.items() if 0 < y < view.height()), key=places.__getitem__)


def unread(stage: Stage, **rooms: int) -> None:
    """What waits to be read; `at_ada` stands for the conversation with ada."""
    named = {name.replace("at_", "@").replace("_", "-"): count for name, count in rooms.items()}
    states = {
        at(name).id: RoomState(name, 1, count, 0, count + 1, "all", muted=False)
        for name, count in named.items()
    }
    stage.gateway.tell(up.States(MappingProxyType(states), {}))
    stage.settle()


def covered(stage: Stage) -> list[str]:
    """The buttons that stand over the open room's row, or where its row should be."""
    view = stage.item("RoomList")
    row = next(r for r in stage.items("RoomRow") if room_of_row(r) == stage.room.name)
    top = row.mapToItem(view, QPointF(0, 0)).y()
    return [
        str(button.property("text"))
        for button in stage.items("WaitingButton")
        if button.isVisible()
        and button.y() < top + row.height()
        and button.y() + button.height() > top
    ]


@pytest.mark.parametrize("room", ["room-39", "room-20", "@bo", "general"])
def test_the_open_room_is_in_sight(stage: Stage, room: str) -> None:
    stage.enter(*ROOMS)
    stage.session.openRoom(room)
    stage.settle()
    assert room in in_sight(stage)
    stage.resize(1000, 480)
    stage.wait(lambda: room in in_sight(stage))


@pytest.mark.parametrize("room", ["general", "room-00", "room-20", "room-38", "@bo"])
def test_no_button_covers_the_open_room(stage: Stage, room: str) -> None:
    """Before and behind it something waits; what waits may come while the room is open."""
    stage.enter(*ROOMS)
    stage.session.openRoom(room)
    unread(stage, general=1, room_01=1, room_19=1, room_21=1, room_37=1, at_ada=1)
    for other in ("@ada", "general"):
        stage.session.openRoom(other)
        stage.settle()
        stage.session.openRoom(room)
        stage.settle()
        assert not covered(stage)


def test_the_sidebar_follows_the_keys(stage: Stage) -> None:
    stage.enter(*ROOMS)
    for _ in range(3):
        stage.key(Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert stage.room.name == "room-39"
    assert "room-39" in in_sight(stage)


def test_an_unread_direct_message_is_a_press_away(stage: Stage) -> None:
    stage.enter(*ROOMS)
    unread(stage, at_bo=1, room_38=4)
    assert "@bo" not in in_sight(stage)
    stage.press(stage.named("Unread below: bo"))
    assert stage.room.name == "@bo"
    assert "@bo" in in_sight(stage)
    assert not [name for name in stage.names() if name.startswith("Unread below")]
    unread(stage, room_03=2)
    stage.press(stage.named("Unread above: #room-03"))
    assert stage.room.name == "room-03"


def test_nothing_is_announced_that_is_in_sight(stage: Stage) -> None:
    stage.enter("general", "art", "@ada")
    unread(stage, art=3, at_ada=1)
    assert not [name for name in stage.names() if name.startswith("Unread ")]
