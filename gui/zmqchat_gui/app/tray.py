"""The icon in the tray: brings the window back, and shows that something is unread."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from zmqchat_gui.viewmodels.words import say

_SIZE = 64
_DOT = 26
_MENTION = QColor("#e5484d")
_UNREAD = QColor("#6e79ff")


class Tray(QObject):
    """Shown where the desktop has a tray."""

    activated = Signal()
    quit = Signal()

    def __init__(self, icon: QIcon, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._icon = icon
        self._marks = (False, False)
        self._menu = QMenu()
        self._add("Open zmqchat", self.activated)
        self._add("Quit", self.quit)
        self._tray = QSystemTrayIcon(icon, self)
        self._tray.setToolTip("zmqchat")
        self._tray.setContextMenu(self._menu)
        self._tray.activated.connect(self._clicked)
        self._tray.show()

    @staticmethod
    def is_available() -> bool:
        """Whether this desktop has a tray."""
        return QSystemTrayIcon.isSystemTrayAvailable()

    def mark(self, unread: int, mentions: int) -> None:
        """Shows a dot for what is unread, a red one for mentions."""
        marks = (unread > 0, mentions > 0)
        if marks != self._marks:
            self._marks = marks
            self._tray.setIcon(self._marked() if any(marks) else self._icon)

    def _marked(self) -> QIcon:
        picture = QPixmap(self._icon.pixmap(_SIZE, _SIZE))
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor("transparent"))
        painter.setBrush(_MENTION if self._marks[1] else _UNREAD)
        place = picture.width() - _DOT
        painter.drawEllipse(place, place, _DOT, _DOT)
        painter.end()
        return QIcon(picture)

    def _add(self, text: str, signal: object) -> None:
        action = QAction(say(text), self._menu)
        action.triggered.connect(signal)
        self._menu.addAction(action)

    def _clicked(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason != QSystemTrayIcon.ActivationReason.Context:
            self.activated.emit()
