"""Keys and mouse in a window are heard; what the window does by itself is not."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QWindow
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from zmqchat_gui.app.attention import Attention


def test_keys_and_the_mouse_are_heard(qtbot: QtBot) -> None:
    touches: list[None] = []
    attention = Attention(lambda: touches.append(None))
    window = QWindow()
    attention.watch(window)
    window.resize(100, 100)
    window.show()
    qtbot.waitUntil(window.isExposed)
    touches.clear()
    window.setTitle("another")
    window.requestUpdate()
    QTest.qWait(20)
    assert touches == []
    QTest.keyClick(window, Qt.Key.Key_A)
    assert len(touches) == 1
    QTest.mouseClick(
        window, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(5, 5)
    )
    assert len(touches) > 1
    window.close()


def test_it_hears_windows_that_come_later(qtbot: QtBot) -> None:
    touches: list[None] = []
    attention = Attention(lambda: touches.append(None))
    window = QWindow()
    window.show()
    window.requestActivate()
    qtbot.waitUntil(window.isActive)
    touches.clear()
    QTest.keyClick(window, Qt.Key.Key_A)
    assert len(touches) == 1
    window.close()
    attention.deleteLater()
