"""A link was opened from outside: nothing is done with it before the person has said yes."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from zmqchat.security.links import JoinLink
from zmqchat_gui.viewmodels import joinlinks, words
from zmqchat_gui.viewmodels.qt import Property, QmlUncreatable

QML_IMPORT_NAME = "Zmqchat.ViewModels"
QML_IMPORT_MAJOR_VERSION = 1


@QmlElement
@QmlUncreatable("App.entrance.question")
class LinkAsked(QObject):
    """The question, while there is one: `open`, `text`, and the answer."""

    changed = Signal()
    accepted = Signal(object)
    """Yes: the JoinLink."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._link: JoinLink | None = None
        self._known_as = ""

    def ask(self, link: JoinLink, known_as: str) -> None:
        """Asks about a link; `known_as` is the person's name there, or ""."""
        self._link, self._known_as = link, known_as
        self.changed.emit()

    @Property(bool, notify=changed)
    def open(self) -> bool:
        """Whether there is a question."""
        return self._link is not None

    @Property(str, notify=changed)
    def text(self) -> str:
        """Where the link leads to, and what to look at."""
        if self._link is None:
            return ""
        where = joinlinks.address(self._link), joinlinks.key(self._link)
        if self._known_as:
            return words.say(
                "A link was opened that leads to the server {} (key {}), where you are {}."
            ).format(*where, self._known_as)
        return words.say(
            "A link was opened that leads to the server {} (key {}). Connect only if you expect it."
        ).format(*where)

    @Slot()
    def accept(self) -> None:
        """Yes: `accepted` follows."""
        link, self._link = self._link, None
        self.changed.emit()
        if link is not None:
            self.accepted.emit(link)

    @Slot()
    def decline(self) -> None:
        """No."""
        self._link = None
        self.changed.emit()
