"""Something that a dialog asks for: under way, refused (and why), or done.

A dialog stays open, with what was typed, until it is done. What is refused when no dialog looks any
more is told as anything else is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from zmqchat.errors import ChatError
from zmqchat_gui.bridge.client import Requests
from zmqchat_gui.bridge.worker import Work
from zmqchat_gui.viewmodels import words
from zmqchat_gui.viewmodels.qt import Property, QmlUncreatable

QML_IMPORT_NAME = "Zmqchat.ViewModels"
QML_IMPORT_MAJOR_VERSION = 1


@QmlElement
@QmlUncreatable("App.session.going")
class Attempt(QObject):
    """One at a time. The dialog says when it opens (`look`) and closes (`leave`)."""

    changed = Signal()
    done = Signal()
    """It worked: the dialog closes."""
    failed = Signal(str)
    """It did not, and no dialog is open that says so."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._busy = False
        self._error = ""
        self._looked_at = False

    @Property(bool, notify=changed)
    def busy(self) -> bool:
        """Whether it is under way."""
        return self._busy

    @Property(str, notify=changed)
    def error(self) -> str:
        """Why the last one was refused, or ""."""
        return self._error

    @Slot()
    def look(self) -> None:
        """A dialog opened, or something else is typed into it."""
        self._looked_at = True
        self._show(self._busy, "")

    @Slot()
    def leave(self) -> None:
        """The dialog is closed."""
        self._looked_at = False
        self._show(self._busy, "")

    def make(
        self,
        requests: Requests,
        work: Work,
        then: Callable[[Any], None],
        otherwise: Callable[[], None] = lambda: None,
    ) -> None:
        """Asks for it. `then` gets its result, before `done`; `otherwise` hears of a refusal."""

        def came(result: Any) -> None:
            refused = isinstance(result, ChatError)
            why = words.sentence(result.message) if isinstance(result, ChatError) else ""
            self._show(False, why if self._looked_at else "")
            if not refused:
                then(result)
                self.done.emit()
                return
            otherwise()
            if not self._looked_at:
                self.failed.emit(why)

        self._show(True, "")
        requests.ask(work, came)

    def _show(self, busy: bool, error: str) -> None:
        if (busy, error) != (self._busy, self._error):
            self._busy, self._error = busy, error
            self.changed.emit()
