"""A screen reader finds every control and message, with a name and a role."""

from __future__ import annotations

from pathlib import Path

import pytest
import zmqchat_gui
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtQuick import QQuickItem

from tests.gui.fakes import event
from tests.gui.views.stage import Stage
from zmqchat.errors import ChatError, Code

CONTROLS = frozenset(
    {
        QAccessible.Role.Button,
        QAccessible.Role.ButtonMenu,
        QAccessible.Role.CheckBox,
        QAccessible.Role.EditableText,
        QAccessible.Role.Heading,
        QAccessible.Role.List,
        QAccessible.Role.ListItem,
        QAccessible.Role.MenuItem,
        QAccessible.Role.RadioButton,
        QAccessible.Role.ScrollBar,
        QAccessible.Role.SpinBox,
    }
)
CONTROL = Qt.KeyboardModifier.ControlModifier


def nameless(stage: Stage) -> list[str]:
    """The controls that say nothing of themselves."""
    return [
        f"{seen.role().name}: {seen.object()}"
        for seen in stage.accessible()
        if seen.role() in CONTROLS and not _said_of(seen).strip()
    ]


def _said_of(seen: QAccessibleInterface) -> str:
    """The name; of a field for passwords, of which Qt gives none, the description."""
    password = bool(seen.state().passwordEdit)
    return seen.text(QAccessible.Text.Description if password else QAccessible.Text.Name)


def test_the_connect_page(stage: Stage) -> None:
    assert nameless(stage) == []
    assert {"Your name", "Join link", "Connect"} <= set(stage.names())


def test_what_a_name_that_is_taken_asks_for(stage: Stage) -> None:
    stage.app.entrance._joined(ChatError(Code.NAME_TAKEN, "taken"))
    stage.settle()
    assert nameless(stage) == []
    (password,) = (seen for seen in stage.accessible() if seen.state().passwordEdit)
    assert password.text(QAccessible.Text.Description) == "Password of this name"


def test_the_chat(stage: Stage) -> None:
    stage.enter("general", "art")
    stage.load("general", event(1, "hello *there*"), event(2, type="joined", sender="bo"))
    assert nameless(stage) == []
    roles = {seen.text(QAccessible.Text.Name): seen.role() for seen in stage.accessible()}
    assert roles["ada, 9:01\u202fAM: hello there"] is QAccessible.Role.ListItem
    assert roles["bo joined"] is QAccessible.Role.ListItem
    assert roles["art"] is QAccessible.Role.ListItem
    assert roles["Messages in general"] is QAccessible.Role.List
    assert roles["Message #general"] is QAccessible.Role.EditableText
    assert roles["Send"] is QAccessible.Role.Button


def test_a_timeline_that_scrolls(stage: Stage) -> None:
    stage.enter("general")
    stage.load("general", *(event(seq, f"line {seq}") for seq in range(1, 60)))
    stage.wait(lambda: nameless(stage) == [])  # rows out of sight are made one after the other
    assert QAccessible.Role.ScrollBar in {seen.role() for seen in stage.accessible()}


@pytest.mark.parametrize(
    ("view", "kind"), [("Messages in art", "MessageRow"), ("Rooms", "RoomRow")]
)
def test_rows_that_scrolling_brings_into_sight_are_read(stage: Stage, view: str, kind: str) -> None:
    stage.enter("art", *(f"room{number:02}" for number in range(60)))
    stage.load("art", *(event(seq, f"line {seq}") for seq in range(1, 60)))
    shown = stage.named(view)
    for height in (560, 500):  # rows beyond the edge are laid out anew
        stage.resize(1000, height)
    for _ in range(4):
        shown.setProperty(
            "contentY", shown.property("contentY") + (90 if kind == "RoomRow" else -90)
        )
        stage.wait(
            lambda: drawn(stage, shown, kind) <= {seen.object() for seen in stage.accessible()}
        )


def test_every_list_is_one_that_sees_to_it() -> None:
    views = Path(zmqchat_gui.__file__).parent / "views"
    bare = [path.name for path in views.rglob("*.qml") if "ListView {" in path.read_text()]
    assert bare == ["RowList.qml"]


def drawn(stage: Stage, view: QQuickItem, kind: str) -> set[QObject]:
    """The rows of which something is in sight."""
    top = view.property("contentY")
    rows: set[QObject] = {
        row
        for row in stage.items(kind)
        if top < row.y() + row.height() and row.y() < top + view.height()
    }
    assert rows
    return rows


@pytest.mark.parametrize("key", [Qt.Key.Key_K, Qt.Key.Key_Comma, Qt.Key.Key_Slash, Qt.Key.Key_M])
def test_what_opens_over_it(stage: Stage, key: Qt.Key) -> None:
    stage.enter("general")
    before = len(stage.accessible())
    stage.key(key, CONTROL)
    assert len(stage.accessible()) != before
    assert nameless(stage) == []
