"""The window around the timeline: narrow, with panes, with settings over it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QPointF, QSettings, Qt

from tests.gui.fakes import at, event, opened
from tests.gui.views.stage import Stage
from tests.gui.views.test_people import load, person
from zmqchat.client import Device
from zmqchat.protocol.display import isolated

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


def test_the_title_calls_people_as_they_want_to_be_called(stage: Stage) -> None:
    stage.enter("general", "@ada")
    assert stage.app.windowTitle == f"{isolated('#general')} – zmqchat"
    stage.session.openRoom("@ada")
    assert stage.app.windowTitle == "ada – zmqchat"
    load(stage, person("ada") | {"display": "Ada Lindqvist"}, person("maja"))
    assert stage.app.windowTitle == "Ada Lindqvist – zmqchat"


def test_how_many_are_in_a_room_is_seen_however_much_is_said_of_it(stage: Stage) -> None:
    stage.enter("general")
    stage.load("general")
    stage.gateway.found("general", description="what it is for " * 30)
    assert stage.room.subtitle.startswith("2 members · what it is for")


def test_the_window_is_no_larger_than_the_screen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Last time there was a larger one."""
    store = QSettings(str(tmp_path / "desktop.ini"), QSettings.Format.IniFormat)
    store.setValue("windowWidth", 5000)
    store.setValue("windowHeight", 600)
    store.sync()
    stage = Stage(tmp_path, monkeypatch, size=None)
    try:
        assert stage.window.width() == stage.window.screen().availableGeometry().width()
        assert stage.window.height() == 600
    finally:
        stage.close()


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


def test_whoever_goes_to_a_room_writes_there(stage: Stage) -> None:
    stage.enter("general", "art")
    stage.press(stage.named("art"))
    assert stage.named("Message #art").hasActiveFocus()
    stage.press(stage.named("chat.example, server menu"))
    stage.press(stage.named("Create a room…"))
    stage.type("launch")
    stage.gateway.asked.clear()
    stage.key(Qt.Key.Key_Return)
    stage.gateway.tell(opened("launch"))
    stage.gateway.answer(at("launch").id)
    stage.settle()
    assert stage.named("Message #launch").hasActiveFocus()


def test_a_menu_is_as_wide_as_its_items(stage: Stage) -> None:
    stage.enter("general")
    stage.press(stage.named("chat.example, server menu"))
    item = stage.named("chat.example as maja")
    assert item.width() >= item.implicitWidth()


def test_what_is_told_hides_neither_the_composer_nor_the_newest_message(stage: Stage) -> None:
    stage.enter("general")
    stage.load("general", *(event(seq, f"message {seq}") for seq in range(1, 40)))
    text = "Something that takes a while to read."
    stage.session.warned.emit(text)
    stage.settle()
    (told,) = (item for item in stage.items() if item.property("text") == text)
    assert told.mapToScene(QPointF(0, told.height())).y() < stage.window.height() / 2


def test_the_size_of_a_long_text_stands_below_it(stage: Stage) -> None:
    stage.enter("general")
    stage.room.composer.put("word " * 12_500, 0)
    stage.settle()
    area = stage.named("Message #general")
    (size,) = (item for item in stage.items() if item.property("text") == "62,500 of 65,536 bytes")
    field = area.parentItem().parentItem()
    assert size.mapToScene(QPointF(0, 0)).y() >= field.mapToScene(QPointF(0, field.height())).y()
