"""The person's own picture: seen, taken from a file, removed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QObject, QUrl, Signal, Slot
from PySide6.QtQml import QmlElement

from zmqchat.errors import ChatError
from zmqchat_gui.bridge.client import Requests
from zmqchat_gui.viewmodels import words
from zmqchat_gui.viewmodels.persons import Persons
from zmqchat_gui.viewmodels.pictures import Pictures, PictureStore, digest_of
from zmqchat_gui.viewmodels.qt import Property, QmlUncreatable

QML_IMPORT_NAME = "Zmqchat.ViewModels"
QML_IMPORT_MAJOR_VERSION = 1


class Studio(PictureStore, Protocol):
    """Keeps pictures, and makes those that the server takes."""

    def prepare(self, path: str, done: Callable[[bytes | ChatError], None]) -> None:
        """A file's picture, cut and scaled to what the server takes; `done` is called later, on
        the window's thread, with why not where the file is none.
        """


@QmlElement
@QmlUncreatable("App.session.account.portrait")
class Portrait(QObject):
    """What others see beside the person's name."""

    changed = Signal()
    failed = Signal(str)
    """Something that the person asked for did not happen: why, in plain words."""
    done = Signal(str)
    """Something that the person asked for happened, in plain words."""

    def __init__(self, requests: Requests, persons: Persons, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._requests = requests
        self._persons = persons
        self._pictures = Pictures(requests, self)
        self._studio: Studio | None = None
        self._busy = False
        persons.show_with(self._pictures)
        persons.pictured.connect(self.changed)
        persons.changed.connect(self.changed)

    def work_in(self, studio: Studio) -> None:
        """Pictures are shown, and can be chosen, from now on."""
        self._studio = studio
        self._pictures.keep_in(studio)

    @Property(str, notify=changed)
    def avatar(self) -> str:
        """The picture's url, "" for initials."""
        return self._persons.avatar(self._persons.me)

    @Property(bool, notify=changed)
    def there(self) -> bool:
        """Whether the person has a picture."""
        return self._persons.get(self._persons.me).picture != ""

    @Property(bool, notify=changed)
    def busy(self) -> bool:
        """Whether one is on its way to the server."""
        return self._busy

    @Slot(QUrl)
    def choose(self, file: QUrl) -> None:
        """Takes the picture from a file of this computer."""
        if self._busy or self._studio is None:
            return
        if not file.isLocalFile():
            self.failed.emit(words.say("That is no file of this computer. Choose one that is."))
            return
        self._set_busy(True)
        self._studio.prepare(file.toLocalFile(), self._prepared)

    @Slot()
    def remove(self) -> None:
        """Shows initials again."""
        if not self._busy:
            self._set_busy(True)
            self._send(b"")

    def _prepared(self, picture: bytes | ChatError) -> None:
        if isinstance(picture, ChatError):
            self._set_busy(False)
            self.failed.emit(picture.message)
        else:
            self._send(picture)

    def _send(self, picture: bytes) -> None:
        self._requests.ask(
            lambda chat: chat.set_profile(picture=picture),
            lambda result: self._sent(picture, result),
        )

    def _sent(self, picture: bytes, result: object) -> None:
        self._set_busy(False)
        if isinstance(result, ChatError):
            self.failed.emit(result.message)
            return
        me = self._persons.get(self._persons.me)
        self._persons.looks(self._persons.me, me.title, me.status, digest_of(picture))
        self.done.emit(words.say("Picture changed.") if picture else words.say("Picture removed."))

    def _set_busy(self, busy: bool) -> None:
        self._busy = busy
        self.changed.emit()
