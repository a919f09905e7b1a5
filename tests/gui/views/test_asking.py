"""Dialogs that make or change something stay open, with what was typed, until it worked."""

from __future__ import annotations

from PySide6.QtCore import Qt

from tests.gui.views.stage import Stage
from tests.gui.views.test_people import load, person
from zmqchat.errors import ChatError, Code


def refused(stage: Stage, why: str) -> None:
    stage.gateway.answer(ChatError(Code.NAME_TAKEN, why))
    stage.settle()


def begin(stage: Stage) -> None:
    stage.enter("general")
    stage.load("general")


def open_create(stage: Stage) -> None:
    stage.press(stage.named("Find or create a room"))
    stage.press(stage.named("Create a room"))
    stage.gateway.asked.clear()


def test_a_room_that_cannot_be_made_can_be_called_something_else(stage: Stage) -> None:
    begin(stage)
    told: list[str] = []
    stage.session.failed.connect(told.append)
    open_create(stage)
    stage.type("art")
    stage.key(Qt.Key.Key_Tab)
    stage.type("pictures")
    stage.key(Qt.Key.Key_Return)
    refused(stage, "the room art is there already")
    assert "The room art is there already." in stage.names()
    assert stage.named("Name, as in release-notes").property("text") == "art"
    assert stage.named("What is it for? (optional)").property("text") == "pictures"
    stage.press(stage.named("Name, as in release-notes"))
    stage.type("s")
    assert "The room art is there already." not in stage.names()
    stage.key(Qt.Key.Key_Return)
    stage.gateway.answer("arts")
    stage.settle()
    assert "Create a room" not in stage.names()
    assert told == []


def test_a_name_that_no_room_can_have_is_told_of_while_it_is_typed(stage: Stage) -> None:
    begin(stage)
    open_create(stage)
    stage.type("our art")
    assert any("has a space" in name for name in stage.names())
    stage.key(Qt.Key.Key_Return)
    assert stage.gateway.asked == []


def test_what_is_refused_once_the_dialog_is_closed_is_told_all_the_same(stage: Stage) -> None:
    begin(stage)
    told: list[str] = []
    stage.session.failed.connect(told.append)
    open_create(stage)
    stage.type("art")
    stage.key(Qt.Key.Key_Return)
    stage.key(Qt.Key.Key_Escape)
    refused(stage, "no")
    assert told == ["No."]


def test_a_description_that_is_refused_stays_to_be_mended(stage: Stage) -> None:
    stage.enter("general")
    load(stage, {**person("maja"), "role": "owner"})
    stage.press(stage.named("Room menu"))
    stage.press(stage.named("Change the description…"))
    stage.gateway.asked.clear()
    stage.type("what we do")
    stage.key(Qt.Key.Key_Return)
    refused(stage, "it is too long")
    assert "It is too long." in stage.names()
    assert stage.named("Description").property("text") == "what we do"
    stage.key(Qt.Key.Key_Return)
    stage.gateway.answer(None)
    stage.settle()
    assert "Description" not in stage.names()


def test_who_cannot_be_invited_is_told_of_beside_their_name(stage: Stage) -> None:
    begin(stage)
    stage.press(stage.named("Room menu"))
    stage.press(stage.named("Invite people…"))
    stage.gateway.asked.clear()
    stage.type("nobody")
    stage.key(Qt.Key.Key_Return)
    refused(stage, "there is no user nobody")
    assert "There is no user nobody." in stage.names()
    stage.key(Qt.Key.Key_Backspace)
    assert "There is no user nobody." not in stage.names()


def test_somebody_else_coming_online_leaves_what_is_typed_into_the_profile(stage: Stage) -> None:
    begin(stage)
    stage.key(Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    stage.press(stage.named("Account"))
    stage.press(stage.named("Status"))
    stage.type("at lunch")
    stage.session.account.changed.emit()
    stage.settle()
    assert stage.named("Status").property("text") == "at lunch"
