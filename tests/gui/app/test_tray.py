"""The icon in the tray, where a desktop has one: what it shows, and what a click does."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor, QIcon, QImage, QPixmap
from PySide6.QtWidgets import QSystemTrayIcon
from zmqchat_gui.app.tray import Tray

pytestmark = pytest.mark.qt_log_ignore("systemTrayWindowChanged")  # offscreen has no tray


def icon() -> QIcon:
    picture = QPixmap(64, 64)
    picture.fill(QColor("white"))
    return QIcon(picture)


def shown(tray: Tray) -> tuple[QSystemTrayIcon, QImage]:
    (found,) = tray.findChildren(QSystemTrayIcon)
    return found, found.icon().pixmap(64, 64).toImage()


def corner(tray: Tray) -> str:
    _, image = shown(tray)
    return image.pixelColor(image.width() - 13, image.height() - 13).name()


def test_a_dot_for_what_is_unread_and_a_red_one_for_mentions() -> None:
    tray = Tray(icon())
    assert corner(tray) == "#ffffff"
    tray.mark(3, 0)
    assert corner(tray) == "#6e79ff"
    tray.mark(3, 1)
    assert corner(tray) == "#e5484d"
    tray.mark(0, 0)
    assert corner(tray) == "#ffffff"


def test_a_click_brings_the_window_back_and_the_menu_quits() -> None:
    tray = Tray(icon())
    told: list[str] = []
    tray.activated.connect(lambda: told.append("open"))
    tray.quit.connect(lambda: told.append("quit"))
    found, _ = shown(tray)
    found.activated.emit(QSystemTrayIcon.ActivationReason.Context)
    assert told == []
    found.activated.emit(QSystemTrayIcon.ActivationReason.Trigger)
    for action in found.contextMenu().actions():
        action.trigger()
    assert told == ["open", "open", "quit"]
