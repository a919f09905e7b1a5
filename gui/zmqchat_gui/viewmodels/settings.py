"""What a person has set on this machine."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, QSettings, QTime, Signal
from PySide6.QtQml import QmlElement

from zmqchat_gui.viewmodels.qt import Property, QmlUncreatable

QML_IMPORT_NAME = "Zmqchat.ViewModels"
QML_IMPORT_MAJOR_VERSION = 1

SMALLEST_FONT, USUAL_FONT, LARGEST_FONT = 11, 15, 24
_THEMES = ("system", "light", "dark")
_AWAY_AFTER = (0, 5, 10, 30)
_USUALLY_AWAY_AFTER = 10
_NOTIFY = ("all", "mentions", "none")


@QmlElement
@QmlUncreatable("App.settings")
class Settings(QObject):
    """Kept by QSettings; each property is written when it is set."""

    changed = Signal()

    def __init__(self, store: QSettings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._system_dark = False
        self._tray = False

    def system_is_dark(self, dark: bool) -> None:
        """What the desktop prefers."""
        self._system_dark = dark
        self.changed.emit()

    def has_tray(self, available: bool) -> None:
        """Whether this desktop has a tray."""
        self._tray = available
        self.changed.emit()

    def sync(self) -> None:
        """Writes what is not on disk yet."""
        self._store.sync()

    def lets_through(self, named: bool, now: QTime) -> bool:
        """Whether a message may disturb at this time of day; `named` is one to the person."""
        wanted = self.notify == "all" or (self.notify == "mentions" and named)
        return wanted and not self._is_quiet(now)

    def _is_quiet(self, now: QTime) -> bool:
        if not self.quiet:
            return False
        first, last = QTime.fromString(self.quietFrom), QTime.fromString(self.quietTo)
        if first <= last:
            return first <= now < last
        return now >= first or now < last

    @property
    def servers(self) -> list[str]:
        """The profiles that the person was at, to be at them again."""
        labels: Any = self._store.value("servers", [])
        return [labels] if isinstance(labels, str) else [str(label) for label in labels or []]

    @servers.setter
    def servers(self, labels: list[str]) -> None:
        self._store.setValue("servers", labels)

    @property
    def recent_emoji(self) -> list[str]:
        """The emoji that were used last, the newest first."""
        symbols: Any = self._store.value("recentEmoji", [])
        return [symbols] if isinstance(symbols, str) else [str(symbol) for symbol in symbols or []]

    @recent_emoji.setter
    def recent_emoji(self, symbols: list[str]) -> None:
        self._store.setValue("recentEmoji", symbols)

    def last_room(self, label: str) -> str:
        """The room that was open at a server."""
        return str(self._store.value(f"room/{label}", ""))

    def set_last_room(self, label: str, room: str) -> None:
        """This room is open at a server."""
        self._store.setValue(f"room/{label}", room)

    def _text(self, key: str, usual: str, allowed: tuple[str, ...]) -> str:
        value = str(self._store.value(key, usual))
        return value if value in allowed else usual

    def _number(self, key: str, usual: int, least: int, most: int) -> int:
        try:
            value = int(str(self._store.value(key, usual)))
        except ValueError:
            return usual
        return min(most, max(least, value))

    def _truth(self, key: str, usual: bool) -> bool:
        return str(self._store.value(key, usual)).lower() == "true"

    def _time(self, key: str, usual: str) -> str:
        value = str(self._store.value(key, usual))
        return value if QTime.fromString(value, "HH:mm").isValid() else usual

    def _put(self, key: str, value: Any) -> None:
        if self._store.value(key) != value:
            self._store.setValue(key, value)
            self.changed.emit()

    @Property(str, notify=changed)
    def theme(self) -> str:
        """ "system", "light" or "dark"."""
        return self._text("theme", "system", _THEMES)

    @theme.setter
    def theme(self, value: str) -> None:
        self._put("theme", value)

    @Property(bool, notify=changed)
    def dark(self) -> bool:
        """What `theme` comes to now."""
        return self.theme == "dark" or (self.theme == "system" and self._system_dark)

    @Property(int, notify=changed)
    def fontSize(self) -> int:
        """Of message text, in pixels at scale 1: 11 to 24, 15 by default."""
        return self._number("fontSize", USUAL_FONT, SMALLEST_FONT, LARGEST_FONT)

    @fontSize.setter
    def fontSize(self, value: int) -> None:
        self._put("fontSize", value)

    @Property(str, notify=changed)
    def notify(self) -> str:
        """Desktop notifications: "all", "mentions" (and direct messages) or "none"."""
        return self._text("notify", "mentions", _NOTIFY)

    @notify.setter
    def notify(self, value: str) -> None:
        self._put("notify", value)

    @Property(bool, notify=changed)
    def quiet(self) -> bool:
        """Do not disturb, between `quietFrom` and `quietTo`."""
        return self._truth("quiet", False)

    @quiet.setter
    def quiet(self, value: bool) -> None:
        self._put("quiet", value)

    @Property(str, notify=changed)
    def quietFrom(self) -> str:
        """ "22:00"."""
        return self._time("quietFrom", "22:00")

    @quietFrom.setter
    def quietFrom(self, value: str) -> None:
        self._put("quietFrom", value)

    @Property(str, notify=changed)
    def quietTo(self) -> str:
        """ "07:00"."""
        return self._time("quietTo", "07:00")

    @quietTo.setter
    def quietTo(self, value: str) -> None:
        self._put("quietTo", value)

    @Property(int, notify=changed)
    def awayAfter(self) -> int:
        """Minutes without a key or the mouse after which others see the person as away; 0: never.
        One of 0, 5, 10 and 30.
        """
        value = self._number("awayAfter", _USUALLY_AWAY_AFTER, 0, max(_AWAY_AFTER))
        return value if value in _AWAY_AFTER else _USUALLY_AWAY_AFTER

    @awayAfter.setter
    def awayAfter(self, value: int) -> None:
        self._put("awayAfter", value)

    @Property(bool, notify=changed)
    def startMinimised(self) -> bool:
        """Start in the tray."""
        return self._truth("startMinimised", False)

    @startMinimised.setter
    def startMinimised(self, value: bool) -> None:
        self._put("startMinimised", value)

    @Property(bool, notify=changed)
    def trayAvailable(self) -> bool:
        """Whether this desktop has a tray: `startMinimised` does nothing without one."""
        return self._tray

    @Property(bool, notify=changed)
    def showMembers(self) -> bool:
        """Whether the member list is open."""
        return self._truth("showMembers", True)

    @showMembers.setter
    def showMembers(self, value: bool) -> None:
        self._put("showMembers", value)

    @Property(int, notify=changed)
    def windowWidth(self) -> int:
        """The window's size when it was last closed."""
        return self._number("windowWidth", 1180, 320, 10_000)

    @windowWidth.setter
    def windowWidth(self, value: int) -> None:
        self._put("windowWidth", value)

    @Property(int, notify=changed)
    def windowHeight(self) -> int:
        """The window's size when it was last closed."""
        return self._number("windowHeight", 780, 320, 10_000)

    @windowHeight.setter
    def windowHeight(self, value: int) -> None:
        self._put("windowHeight", value)
