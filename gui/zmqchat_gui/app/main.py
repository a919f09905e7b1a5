"""`zmqchat gui`: the application object, its one instance, its window and its end."""

from __future__ import annotations

import getpass
import platform
import sys

from PySide6.QtCore import QObject
from PySide6.QtGui import QIcon
from PySide6.QtQuickControls2 import QQuickStyle
from PySide6.QtWidgets import QApplication, QMessageBox

from zmqchat import __version__
from zmqchat.client import profile as profiles
from zmqchat.runtime.places import home
from zmqchat_gui.app.composition import VIEWS, Composition, settings_store
from zmqchat_gui.app.language import speak
from zmqchat_gui.app.notifications import Notifications
from zmqchat_gui.app.options import Options
from zmqchat_gui.app.rendering import choose_renderer
from zmqchat_gui.app.signals import Signals
from zmqchat_gui.app.single import FirstInstance, hand_over, is_running, name_for
from zmqchat_gui.app.tray import Tray
from zmqchat_gui.viewmodels.words import say

_SWITCH_S = 0.001
"""Two threads share the interpreter: the window's must not wait 5 ms for the network's."""


def main(options: Options) -> int:
    """Runs until the person quits; returns the exit status."""
    application = QApplication(sys.argv[:1])
    application.setApplicationName("zmqchat")
    application.setApplicationVersion(__version__)
    application.setDesktopFileName("zmqchat")
    name = name_for(home())
    first = not options.another or not is_running(name)
    if first and hand_over(name, options.link):
        return 0
    try:
        home().mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        return _cannot_start(error)
    sys.setswitchinterval(_SWITCH_S)
    choose_renderer()
    speak()
    QQuickStyle.setStyle("Basic")
    icon = QIcon(str(VIEWS / "icons" / "app" / "zmqchat.svg"))
    application.setWindowIcon(icon)
    composition = Composition(options.local_link, settings_store(first))
    program = Program(application, composition, name if first else None, icon)
    program.start(options)
    try:
        return application.exec()
    finally:
        program.close()


def _cannot_start(error: OSError) -> int:
    """In a window: whoever started this from the desktop's menu sees no terminal."""
    text = say("zmqchat cannot keep anything on this computer: {}. Nothing was changed.")
    why = f"{error.filename}: {error.strerror}"
    QMessageBox.critical(None, "zmqchat", text.format(why))
    return 1


class Program(QObject):
    """The window and what surrounds it."""

    def __init__(
        self, application: QApplication, composition: Composition, name: str | None, icon: QIcon
    ) -> None:
        """`name` is where later starts find this one; None where they find another."""
        super().__init__()
        self._application = application
        self._composition = composition
        self._app = composition.app
        self._window = composition.load_views()
        self._tray = Tray(icon, self) if Tray.is_available() else None
        self._first = FirstInstance(name, self) if name is not None else None
        self._notifications = Notifications(composition.network, self)
        self._signals = Signals(application.quit, self)
        self._connect()

    def _connect(self) -> None:
        composition, app = self._composition, self._app
        composition.settings.has_tray(self._tray is not None)
        composition.notify_with(self._notifications.show)
        self._notifications.clicked.connect(
            lambda notification: app.go_to(notification.label, notification.room, notification.seq)
        )
        if self._first is not None:
            self._first.opened.connect(self._opened_again)
        app.raised.connect(self._raise)
        if self._tray is not None:
            self._application.setQuitOnLastWindowClosed(False)
            self._tray.activated.connect(self._raise)
            self._tray.quit.connect(self._application.quit)
            app.changed.connect(self._mark_tray)

    def start(self, options: Options) -> None:
        """Shows the window, at the servers where the person was last."""
        hidden = options.minimised or self._composition.settings.startMinimised
        if self._tray is None or not hidden:
            self._window.show()
        self._app.start(self._servers(options.profile) if self._first is not None else [])
        if options.link:
            self._app.open_from_outside(options.link)
        elif options.here:
            self._app.addServer()
            self._composition.entrance.enter_here(getpass.getuser(), platform.node())

    def close(self) -> None:
        """Ends everything in order."""
        if self._first is not None:
            self._first.close()
        self._window.hide()
        self._notifications.close()
        self._composition.close()

    def _servers(self, profile: str) -> list[str]:
        saved = set(profiles.labels())
        last = [label for label in self._composition.settings.servers if label in saved]
        if profile:
            return [profile, *(label for label in last if label != profile)]
        return last

    def _mark_tray(self) -> None:
        assert self._tray is not None
        self._tray.mark(self._app.unread, self._app.mentions)

    def _opened_again(self, link: str) -> None:
        if link:
            self._app.open_from_outside(link)
        self._raise()

    def _raise(self) -> None:
        self._window.show()
        self._window.raise_()
        self._window.requestActivate()
