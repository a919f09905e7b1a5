"""The program put together: network thread, view-models, views, and the desktop around them."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QSettings, Qt, QTime, QUrl
from PySide6.QtGui import QClipboard, QDesktopServices, QGuiApplication
from PySide6.QtQml import QQmlApplicationEngine
from PySide6.QtQuick import QQuickWindow
from shiboken6 import delete

from zmqchat.client import profile as profiles
from zmqchat.errors import ChatError
from zmqchat.runtime.places import home
from zmqchat.security.links import JoinLink
from zmqchat_gui.app.attention import Attention
from zmqchat_gui.app.collecting import Collector
from zmqchat_gui.app.pictures import PROVIDER, Gallery, PictureProvider
from zmqchat_gui.app.rendering import load_fonts
from zmqchat_gui.bridge.client import Client
from zmqchat_gui.bridge.joining import Joining
from zmqchat_gui.bridge.network import Network
from zmqchat_gui.bridge.pacer import Pacer
from zmqchat_gui.viewmodels.entrance import Entrance
from zmqchat_gui.viewmodels.idleness import Idleness
from zmqchat_gui.viewmodels.roombook import Notification
from zmqchat_gui.viewmodels.root import App, Desktop
from zmqchat_gui.viewmodels.session import Session
from zmqchat_gui.viewmodels.settings import Settings

VIEWS = Path(__file__).parents[1] / "views"

_LOG = logging.getLogger(__name__)


class Composition(QObject):
    """Everything but the application object. `close` ends it."""

    def __init__(self, local_link: Callable[[], JoinLink | None], store: QSettings) -> None:
        super().__init__()
        self._notify: Callable[[Notification], None] = lambda _notification: None
        self._collector = Collector(self)  # before there is another thread
        self.network = Network()
        self.pacer = Pacer(self)
        self.settings = Settings(store)
        self._joining = Joining(self.network, self)
        self.entrance = Entrance(self._joining, local_link, lambda: self.app.running)
        desktop = Desktop(_open_web, _copy, _select)
        self.app = App(self.entrance, self.settings, self._open_session, desktop, self)
        self.gallery = Gallery(self)
        self._idleness = Idleness(self.settings, parent=self)
        self._idleness.changed.connect(lambda: self.app.set_idle(self._idleness.idle))
        self._attention = Attention(self._touched, self)
        self._follow_colour_scheme()
        self.engine: QQmlApplicationEngine | None = None

    def load_views(self) -> QQuickWindow:
        """The window, not shown yet."""
        load_fonts(VIEWS / "fonts")
        self.engine = QQmlApplicationEngine()
        self.engine.addImportPath(str(VIEWS))
        self.engine.addImageProvider(PROVIDER, PictureProvider(self.gallery))
        self.engine.load(QUrl.fromLocalFile(str(VIEWS / "Main.qml")))
        roots = self.engine.rootObjects()
        if not roots or not isinstance(roots[0], QQuickWindow):
            raise RuntimeError("the views could not be loaded: see the messages above")
        window = roots[0]
        window.frameSwapped.connect(self.pacer.frame_swapped)
        self._attention.watch(window)
        self._collector.settle()
        return window

    def notify_with(self, notify: Callable[[Notification], None]) -> None:
        """Where notifications go that the settings let through."""
        self._notify = notify

    def close(self) -> None:
        """Ends the views, then sessions, then the network thread."""
        try:
            if self.engine is not None:
                delete(self.engine)  # now: it must not see the view-models go
                self.engine = None
            self.app.close()
            self.gallery.close()
            self.settings.sync()
        finally:
            self.network.stop()
            self._collector.close()

    # ── inside ───────────────────────────────────────────────────────────────────────────────────

    def _open_session(self, label: str, room: str) -> Session | None:
        try:
            profile = profiles.load(label)
        except ChatError as error:
            self.app.told.emit("error", error.message)
            return None
        session = Session(profile, lambda: Client(self.network, profile, self.pacer, self), room)
        session.account.portrait.work_in(self.gallery)
        session.notified.connect(self._notified)
        return session

    def _touched(self) -> None:
        self._idleness.touched()
        self._collector.touched()

    def _notified(self, notification: Notification) -> None:
        if self.settings.lets_through(notification.named, QTime.currentTime()):
            self._notify(notification)

    def _follow_colour_scheme(self) -> None:
        hints = QGuiApplication.styleHints()

        def read() -> None:
            self.settings.system_is_dark(hints.colorScheme() == Qt.ColorScheme.Dark)

        hints.colorSchemeChanged.connect(read)
        read()


def settings_store(first: bool) -> QSettings:
    """This machine's settings, beside the profiles; those of a further window are its own."""
    name = "desktop.ini" if first else "another.ini"
    return QSettings(str(home() / name), QSettings.Format.IniFormat)


def _open_web(link: str) -> None:
    QDesktopServices.openUrl(QUrl(link, QUrl.ParsingMode.StrictMode))


def _copy(text: str) -> None:
    QGuiApplication.clipboard().setText(text)


def _select(text: str) -> None:
    if QGuiApplication.clipboard().supportsSelection():
        QGuiApplication.clipboard().setText(text, QClipboard.Mode.Selection)
