"""A screen reader finds every control and message, with a name and a role."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible

from tests.gui.fakes import event
from tests.gui.views.stage import Stage

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
        QAccessible.Role.SpinBox,
    }
)
CONTROL = Qt.KeyboardModifier.ControlModifier


def nameless(stage: Stage) -> list[str]:
    """The controls that say nothing of themselves."""
    return [
        f"{seen.role().name}: {seen.object()}"
        for seen in stage.accessible()
        if seen.role() in CONTROLS and not seen.text(QAccessible.Text.Name).strip()
    ]


def test_the_connect_page(stage: Stage) -> None:
    assert nameless(stage) == []
    assert {"Your name", "Join link", "Connect"} <= set(stage.names())


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


@pytest.mark.parametrize("key", [Qt.Key.Key_K, Qt.Key.Key_Comma, Qt.Key.Key_Slash, Qt.Key.Key_M])
def test_what_opens_over_it(stage: Stage, key: Qt.Key) -> None:
    stage.enter("general")
    before = len(stage.accessible())
    stage.key(key, CONTROL)
    assert len(stage.accessible()) != before
    assert nameless(stage) == []
