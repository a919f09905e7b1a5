"""The connect page in the window: what it says, and links that are dropped on it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QCoreApplication, QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent

from tests.gui.views.stage import Stage
from zmqchat.security.links import JoinLink

LINK = str(JoinLink("chat.example", 5555, bytes(range(32)), "token"))


def drop(stage: Stage, data: QMimeData) -> None:
    place, copy = QPointF(200, 300), Qt.DropAction.CopyAction
    left, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    for happening in (
        QDragEnterEvent(place.toPoint(), copy, data, left, keys),
        QDragMoveEvent(place.toPoint(), copy, data, left, keys),
        QDropEvent(place, copy, data, left, keys),
    ):
        QCoreApplication.sendEvent(stage.window, happening)
    stage.settle()


@pytest.mark.parametrize("kind", ["text", "address"])
def test_a_link_that_is_dropped_is_taken(stage: Stage, kind: str) -> None:
    data = QMimeData()
    if kind == "text":
        data.setText(f" {LINK}\n")
    else:
        data.setUrls([QUrl(LINK)])
    drop(stage, data)
    assert stage.app.entrance.link.strip() == LINK
    assert stage.app.entrance.linkText in stage.names()
    assert not stage.app.entrance.linkWrong


def test_a_server_is_to_be_chosen_only_where_there_is_one(stage: Stage) -> None:
    assert "Type a name, paste a join link, and talk." in stage.names()
    session = stage.enter("general")
    stage.app.closeServer(session.label)
    stage.settle()
    assert "Type a name, choose a server, and talk." in stage.names()
