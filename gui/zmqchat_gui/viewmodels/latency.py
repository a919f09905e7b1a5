"""The measured latency of the connection, with samples for a small plot."""

from __future__ import annotations

from collections import deque
from statistics import median

from PySide6.QtCore import QObject, Signal
from PySide6.QtQml import QmlElement

from zmqchat.client import Stages
from zmqchat_gui.viewmodels import words
from zmqchat_gui.viewmodels.qt import Property, QmlUncreatable

QML_IMPORT_NAME = "Zmqchat.ViewModels"
QML_IMPORT_MAJOR_VERSION = 1

_SAMPLES = 120
_SCALES_MS = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0, 2000.0, 5000.0)


@QmlElement
@QmlUncreatable("App.session.latency")
class Latency(QObject):
    """From a message's commit on the server to its arrival here. Times are in milliseconds."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._stages: Stages | None = None
        self._samples: deque[float] = deque(maxlen=_SAMPLES)

    def add(self, seconds: float, stages: Stages | None = None) -> None:
        """One more measurement, and where that time went."""
        self._stages = stages
        self._samples.append(seconds * 1000)
        self.changed.emit()

    @Property(bool, notify=changed)
    def known(self) -> bool:
        """Whether anything was measured yet; nothing is shown before."""
        return bool(self._samples)

    @Property(str, notify=changed)
    def text(self) -> str:
        """ "4 ms": the newest, for a small label; "" before."""
        return _shown(self._samples[-1]) if self._samples else ""

    @Property(str, notify=changed)
    def summary(self) -> str:
        """ "Median 3.1 ms, worst 12 ms of the last 60 measurements"."""
        if not self._samples:
            return ""
        return words.say("Median {}, worst {} of the last {} measurements").format(
            _shown(median(self._samples)), _shown(max(self._samples)), len(self._samples)
        )

    @Property("QVariantList", notify=changed)
    def samples(self) -> list[float]:
        """The last 120 at most, oldest first, for a plot."""
        return list(self._samples)

    @Property(float, notify=changed)
    def ceiling(self) -> float:
        """The top of the plot's scale."""
        worst = max(self._samples, default=0.0)
        return next((scale for scale in _SCALES_MS if scale >= worst), worst)

    @Property("QVariantList", notify=changed)
    def stages(self) -> list[dict[str, object]]:
        """Where the newest message's time went: maps `title`, `text` ("0.8 ms"), `share` 0 to 1."""
        if self._stages is None:
            return []
        stages = self._stages
        parts = [
            ("This computer", stages.sent),
            ("Server and disk", stages.disk),
            ("Publishing", stages.published),
            ("Broker and network", stages.arrived),
        ]
        known = [(title, seconds) for title, seconds in parts if seconds is not None]
        whole = sum(seconds for _, seconds in known) or 1.0
        return [
            {
                "title": words.say(title),
                "text": _shown(seconds * 1000),
                "share": seconds / whole,
            }
            for title, seconds in known
        ]


def _shown(milliseconds: float) -> str:
    digits = 1 if milliseconds < 10 else 0
    return f"{milliseconds:.{digits}f} ms"
