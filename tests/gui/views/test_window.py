"""The window around the timeline: narrow, with panes, with settings over it."""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtCore import Qt

from tests.gui.views.stage import Stage
from zmqchat.client import Device

CONTROL = Qt.KeyboardModifier.ControlModifier


def test_a_narrow_window_shows_the_rooms_when_asked(stage: Stage) -> None:
    stage.enter("general", "art")
    stage.resize(360, 640)
    assert "art" not in stage.names()
    stage.press(stage.named("Show the rooms"))
    stage.wait(lambda: "art" in stage.names())
    stage.press(stage.named("art"))
    assert stage.room.name == "art"
    stage.wait(lambda: "general" not in stage.names())


def test_devices_are_listed_and_removed_after_a_question(stage: Stage) -> None:
    stage.enter("general")
    stage.key(Qt.Key.Key_Comma, CONTROL)
    stage.gateway.asked.clear()
    stage.press(stage.named("Devices"))
    at = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    stage.gateway.answer(
        [Device(1, "desk", at, at, True, True), Device(2, "laptop", at, None, False, False)]
    )
    stage.settle()
    assert "Remove desk" not in stage.names()
    stage.press(stage.named("Remove laptop"))
    assert not stage.gateway.asked
    stage.press(stage.named("Remove"))
    assert len(stage.gateway.asked) == 1


def test_a_profile_is_saved_once_it_is_another(stage: Stage) -> None:
    stage.enter("general")
    stage.key(Qt.Key.Key_Comma, CONTROL)
    stage.press(stage.named("Account"))
    assert not stage.named("Save").isEnabled()
    stage.press(stage.named("Status"))
    stage.type("At lunch")
    stage.gateway.asked.clear()
    stage.press(stage.named("Save"))
    stage.gateway.answer(None)
    stage.settle()
    assert stage.session.account.statusText == "At lunch"
    assert "Saved." in stage.names()


def test_f6_goes_around_the_panes(stage: Stage) -> None:
    stage.enter("general")
    went = []
    for _ in range(4):
        stage.key(Qt.Key.Key_F6)
        seen = [name for name in PANES if stage.named(name).hasActiveFocus()]
        went += seen
    assert sorted(went) == sorted(PANES)


PANES = ("Rooms", "Messages in general", "Message #general", "Members of general")
