"""The emoji that the picker finds by name, and those that the person used last."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from zmqchat_gui.viewmodels import emoji
from zmqchat_gui.viewmodels.qt import Property, QmlUncreatable
from zmqchat_gui.viewmodels.rows import Rows
from zmqchat_gui.viewmodels.settings import Settings

QML_IMPORT_NAME = "Zmqchat.ViewModels"
QML_IMPORT_MAJOR_VERSION = 1

_MOST_FOUND = 90
_MOST_RECENT = 18


@dataclass(frozen=True, slots=True)
class FoundEmoji:
    """One emoji."""

    emoji: str
    name: str


@QmlElement
@QmlUncreatable("App.emoji")
class EmojiModel(Rows):
    """What `query` finds, each emoji once. Roles: `emoji`, `name` ("party popper")."""

    ROLES: ClassVar = ("emoji", "name")

    changed = Signal()

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._query = ""

    @Property(str, notify=changed)
    def query(self) -> str:
        """A part of a name; "" finds nothing."""
        return self._query

    @query.setter
    def query(self, value: str) -> None:
        if value != self._query:
            self._query = value
            self.replace(self._found(value.strip().replace(" ", "_").strip(":")))
            self.changed.emit()

    def _found(self, word: str) -> list[FoundEmoji]:
        if not word:
            return []
        found = emoji.matching(word, _MOST_FOUND)
        return [FoundEmoji(symbol, name.replace("_", " ")) for name, symbol in found]

    @Property("QStringList", notify=changed)
    def recent(self) -> list[str]:
        """What was used last, the newest first."""
        return self._settings.recent_emoji

    @Slot(str)
    def used(self, symbol: str) -> None:
        """An emoji was chosen: it is the newest of the recent ones."""
        symbol = emoji.canonical(symbol)
        others = [one for one in self._settings.recent_emoji if one != symbol]
        self._settings.recent_emoji = [symbol, *others][:_MOST_RECENT]
        self.changed.emit()
