"""The measured latency of the connection, with samples for a small plot."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
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
        self._current = True

    def add(self, seconds: float, stages: Stages | None = None) -> None:
        """One more measurement, and where that time went."""
        self._stages = stages
        self._samples.append(seconds * 1000)
        self.changed.emit()

    def goes_on(self, current: bool) -> None:
        """Whether there is a connection: what was measured is of the past where there is none."""
        if current != self._current:
            self._current = current
            self.changed.emit()

    @Property(bool, notify=changed)
    def current(self) -> bool:
        """Whether the connection that was measured is there."""
        return self._current

    @Property(bool, notify=changed)
    def known(self) -> bool:
        """Whether anything was measured yet; nothing is shown before."""
        return bool(self._samples)

    @Property(str, notify=changed)
    def text(self) -> str:
        """ "4 ms": the newest, for a small label; "Offline" meanwhile; "" before."""
        if not self._samples:
            return ""
        return _shown(self._samples[-1]) if self._current else words.say("Offline")

    @Property(str, notify=changed)
    def summary(self) -> str:
        """What is measured, and what came of it: "… Of the last 60: median 3.1 ms, worst 12 ms"."""
        if not self._samples:
            return ""
        sentence = words.say(_WHAT if self._current else "There is no connection now.")
        if len(self._samples) == 1:
            return f"{sentence} " + words.say("The first took {}.").format(_shown(self._samples[0]))
        return f"{sentence} " + words.say("Of the last {}: median {}, worst {}.").format(
            len(self._samples), _shown(median(self._samples)), _shown(max(self._samples))
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
        """Where the newest message's time went: maps `title`, `hint` (a sentence), `text`
        ("0.8 ms"), `share` 0 to 1 of all, and `counted`: whether it is part of the latency, or came
        before that begins.
        """
        if self._stages is None:
            return []
        stages = self._stages
        parts = (stages.sent, stages.disk, stages.published, stages.arrived)
        known = [
            (of, seconds) for of, seconds in zip(_STAGES, parts, strict=True) if seconds is not None
        ]
        whole = sum(seconds for _, seconds in known) or 1.0
        return [
            {
                "title": words.say(of.title),
                "hint": words.say(of.hint),
                "text": _shown(seconds * 1000),
                "share": seconds / whole,
                "counted": of.counted,
            }
            for of, seconds in known
        ]

    @Property(str, constant=True)
    def stagesText(self) -> str:
        """What the colours of the stages say."""
        return words.say("Coloured steps are the latency; the grey ones come before.")


@dataclass(frozen=True, slots=True)
class _Stage:
    """A part of a message's way, for people."""

    title: str
    hint: str
    counted: bool


_STAGES = (
    _Stage("Sending", "From your Enter key to the server; your own messages only.", counted=False),
    _Stage("Saving", "Until the message was safe on the server's disk.", counted=False),
    _Stage("Handing out", "Until the server passed it on to everybody.", counted=True),
    _Stage("Network", "Until it was on this computer.", counted=True),
)

_WHAT = "How long a message that is safe on the server takes to get here."


def _shown(milliseconds: float) -> str:
    if milliseconds >= 1000:  # it waited for the server
        return f"{milliseconds / 1000:,.1f} s"
    digits = 1 if milliseconds < 10 else 0
    return f"{milliseconds:.{digits}f} ms"
