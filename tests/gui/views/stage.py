"""The real window without a screen or a server: a test tells what comes, and presses keys."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPoint, QSettings, Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtQuick import QQuickItem, QQuickWindow
from PySide6.QtQuickControls2 import QQuickStyle
from PySide6.QtTest import QTest
from zmqchat_gui.app.composition import Composition
from zmqchat_gui.bridge import updates as up
from zmqchat_gui.viewmodels.room import Room
from zmqchat_gui.viewmodels.session import Session

from tests.gui.fakes import FakeGateway, at, entries, loaded, opened
from zmqchat.client import ChatEvent
from zmqchat.client import profile as profiles
from zmqchat.security.links import JoinLink

_SETTLE_MS = 60
_PATIENCE_S = 10.0
_NO_KEYS = Qt.KeyboardModifier.NoModifier


class Stage:
    """A window with one server, where rooms and messages are what a test says."""

    def __init__(
        self,
        directory: Path,
        monkeypatch: pytest.MonkeyPatch,
        size: tuple[int, int] | None = (1000, 700),
    ) -> None:
        monkeypatch.setenv("ZMQCHAT_HOME", str(directory))
        QQuickStyle.setStyle("Basic")
        self.gateway = FakeGateway()
        store = QSettings(str(directory / "desktop.ini"), QSettings.Format.IniFormat)
        self.composition = Composition(lambda: None, store)
        self.app = self.composition.app
        self.app.start([])
        self.window: QQuickWindow = self.composition.load_views()
        self.window.show()
        if size is not None:
            self.resize(*size)

    def close(self) -> None:
        self.composition.close()

    # ── what the server says ─────────────────────────────────────────────────────────────────────

    def enter(self, *rooms: str) -> Session:
        """In, as maja, with these rooms; the first is open, and empty."""
        link = JoinLink("chat.example", 5555, bytes(range(32)))
        profiles.save(profiles.prepare("maja", link, "maja"))
        session = Session(profiles.load("maja"), lambda: self.gateway, rooms[0])
        self.app.adopt(session)
        self.gateway.tell(
            up.Vitals("maja", "member", None, None, None, user=1),
            *map(opened, rooms),
            up.StateChanged("live"),
        )
        self.settle()
        return session

    def load(self, room: str, *events: ChatEvent, whole: bool = True) -> None:
        self.gateway.tell(loaded(entries(*events), whole=whole, room=room))
        self.settle()

    def hear(self, room: str, *events: ChatEvent) -> None:
        self.gateway.tell(up.Arrived(at(room).id, list(events)))
        self.settle()

    @property
    def session(self) -> Session:
        session = self.app.session
        assert session is not None
        return session

    @property
    def room(self) -> Room:
        room = self.session.room
        assert room is not None
        return room

    # ── what the person does ─────────────────────────────────────────────────────────────────────

    def settle(self, ms: int = _SETTLE_MS) -> None:
        """Lets the window lay itself out and draw."""
        QTest.qWait(ms)
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)

    def wait(self, ready: Callable[[], bool]) -> None:
        """Until something is so; fails after a while."""
        end = time.monotonic() + _PATIENCE_S
        while not ready():
            assert time.monotonic() < end, "it did not come to be so"
            QTest.qWait(10)

    def resize(self, width: int, height: int) -> None:
        self.window.resize(width, height)
        self.settle()

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = _NO_KEYS) -> None:
        QTest.keyClick(self.window, key, modifiers)
        self.settle()

    def type(self, text: str) -> None:
        for character in text:
            QTest.keyClick(self.window, character)  # type: ignore[call-overload]
        self.settle()

    def press(
        self, item: QQuickItem, modifiers: Qt.KeyboardModifier = _NO_KEYS, at: QPoint | None = None
    ) -> None:
        """Clicks an item, in its middle unless told where."""
        inside = at or QPoint(int(item.width() / 2), int(item.height() / 2))
        place = item.mapToScene(inside).toPoint()
        QTest.mouseClick(self.window, Qt.MouseButton.LeftButton, modifiers, place)
        self.settle()

    def shoot(self, path: Path | str) -> None:
        """A picture of the window, to look at while a test is being written."""
        self.window.grabWindow().save(str(path))

    # ── what is to be seen ───────────────────────────────────────────────────────────────────────

    def items(self, kind: str = "") -> Iterator[QQuickItem]:
        """Every item that is shown, or those of one QML type."""
        for item in _descendants(self.window.contentItem()):
            if item.isVisible() and _kind(item).startswith(kind):
                yield item

    def item(self, kind: str) -> QQuickItem:
        """The one item of a QML type that is shown."""
        found = [item for item in self.items() if _kind(item) == kind]
        assert len(found) == 1, f"{len(found)} of {kind} are shown"
        return found[0]

    def named(self, name: str) -> QQuickItem:
        """The item that a screen reader calls this, and that is no mere label of one."""
        for seen in self.accessible():
            is_label = seen.role() is QAccessible.Role.StaticText
            if seen.text(QAccessible.Text.Name) == name and not is_label:
                found = seen.object()
                assert isinstance(found, QQuickItem)
                return found
        raise AssertionError(f"nothing is called {name!r}: {self.names()}")

    def names(self) -> list[str]:
        """What a screen reader calls the things that are shown."""
        return [seen.text(QAccessible.Text.Name) for seen in self.accessible()]

    def accessible(self) -> list[QAccessibleInterface]:
        """Everything that a screen reader finds, and that is shown."""
        QAccessible.setActive(True)
        root = QAccessible.queryAccessibleInterface(self.window)
        return [seen for seen in _below(root) if not seen.state().invisible]


def _kind(item: QObject) -> str:
    """ "MessageRow", of "MessageRow_QMLTYPE_12"."""
    return item.metaObject().className().split("_QML")[0]


def _descendants(item: QQuickItem) -> Iterator[QQuickItem]:
    yield item
    for child in item.childItems():
        yield from _descendants(child)


def _below(seen: QAccessibleInterface) -> Iterator[QAccessibleInterface]:
    for place in range(seen.childCount()):
        child = seen.child(place)
        yield child
        yield from _below(child)
