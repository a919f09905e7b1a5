"""What is selected in a list of messages, from a place in one to a place in another, and its text.

Rows come and go, and so do the items that show them: a place is kept by the message's key. Both
ends are stretches (a word, a paragraph, a message; empty for characters), and what is selected is
everything from one to the other, so that a double click and a drag select by words.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from PySide6.QtCore import QObject, QPoint, Signal, Slot
from PySide6.QtQml import QmlElement

from zmqchat_gui.viewmodels.qt import Property, QmlUncreatable
from zmqchat_gui.viewmodels.shown import shown

QML_IMPORT_NAME = "Zmqchat.ViewModels"
QML_IMPORT_MAJOR_VERSION = 1

_END = (2**31 - 1, 0)
"""Behind the last block."""

MOST_RENDERED = 1_000
"""Of more rows than these the text is copied as it was typed: to render it takes a second for each
few thousand, and the window waits."""

Spot = tuple[int, int]
"""A block of a message, and an offset in it in UTF-16 units."""

_WORD, _PARAGRAPH, _MESSAGE = 2, 3, 4


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of one message, or a place in it."""

    key: str
    first: Spot
    last: Spot


@dataclass(frozen=True, slots=True)
class Cited:
    """What is copied of a row: who says it and when ("" for what happened to the room), and on
    which `day`; `headed` unless the row goes on with the one above it.
    """

    blocks: Sequence[dict[str, Any]]
    day: str
    name: str = ""
    time: str = ""
    headed: bool = True


class Messages(Protocol):
    """The model whose rows are selected. `newest_first` is whether row 0 is the newest."""

    newest_first: bool

    def rowCount(self) -> int:
        """How many rows there are."""

    def rowOf(self, key: str) -> int:
        """The row with a key, or -1."""

    def keyAt(self, row: int) -> str:
        """The key of a row."""

    def cited(self, row: int, typed: bool = False) -> Cited:
        """A row, for copying it: as it is shown, or the text as it was `typed`, which is cheap."""


@QmlElement
@QmlUncreatable("App.session.room.timeline.selection")
class Selection(QObject):
    """The selection of one model. The view tells of presses and drags, and paints `part`."""

    changed = Signal()

    def __init__(self, messages: Messages, parent: QObject) -> None:
        super().__init__(parent)
        self._messages = messages
        self._anchor: Stretch | None = None
        self._head: Stretch | None = None
        self._unit = 1
        self._span: tuple[int, Spot, int, Spot] | None = None
        self._revision = 0

    # ── what the view reads ──────────────────────────────────────────────────────────────────────

    @Property(int, notify=changed)
    def revision(self) -> int:
        """Another number whenever another part of any row is selected."""
        return self._revision

    @Property(bool, notify=changed)
    def empty(self) -> bool:
        """Whether nothing is selected."""
        return self._span is None

    @Slot(int, int, str, result=QPoint)
    def part(self, row: int, block: int, html: str) -> QPoint:
        """Where the selected part of a block begins (`x`) and ends (`y`); alike if none is."""
        ends = self._ends(row)
        if ends is None:
            return QPoint()
        start, end = _within(block, html, *ends)
        return QPoint(start, end) if end > start else QPoint()

    @Slot(int, result=bool)
    def covers(self, row: int) -> bool:
        """Whether a row, or a part of it, is selected."""
        return self._ends(row) is not None

    # ── what the person does ─────────────────────────────────────────────────────────────────────

    @Slot(str, int, int, int, bool)
    def press(self, key: str, block: int, offset: int, clicks: int, extend: bool) -> None:
        """The button went down at a place: for the `clicks`th time in a row, or with Shift."""
        if extend and self._anchor is not None and self._messages.rowOf(self._anchor.key) >= 0:
            self.drag(key, block, offset)
            return
        self._unit = clicks
        self._anchor = self._stretch(key, (block, offset))
        self._head = self._anchor
        self._place()

    @Slot(str, int, int)
    def drag(self, key: str, block: int, offset: int) -> None:
        """The selection goes as far as this place."""
        if self._anchor is not None:
            self._head = self._stretch(key, (block, offset))
            self._place()

    @Slot(int, int)
    def extend(self, start: int, end: int) -> None:
        """Whole messages up to row `end`: from where the selection began, else from row `start`."""
        if self._span is None or self._anchor is None:
            self._anchor = _whole(self._messages.keyAt(start))
        self._unit = _MESSAGE
        self._head = _whole(self._messages.keyAt(end))
        self._place()

    @Slot()
    def selectAll(self) -> None:
        """All messages that are loaded."""
        if self._messages.rowCount():
            self._anchor = None
            self.extend(0, self._messages.rowCount() - 1)

    @Slot()
    def clear(self) -> None:
        """Nothing is selected."""
        self._anchor = self._head = None
        self._place()

    @Slot(result=str)
    def text(self) -> str:
        """What is selected, as plain text: under names and times where it is of several rows."""
        return transcript(list(self._parts()))

    # ── rows ─────────────────────────────────────────────────────────────────────────────────────

    def follow(self) -> None:
        """Rows came or went: the selected ones may have other numbers, or be gone."""
        if self._anchor is not None:
            self._place()

    def _place(self) -> None:
        before = self._span
        self._span = self._spanned()
        if self._span is not None or before is not None:
            self._revision += 1
            self.changed.emit()

    def _spanned(self) -> tuple[int, Spot, int, Spot] | None:
        """The first row in reading order, where in it the selection begins, and the last row."""
        if self._anchor is None or self._head is None:
            return None
        rows = [self._messages.rowOf(end.key) for end in (self._anchor, self._head)]
        if -1 in rows:  # not now: a message of one's own that is sent goes, and comes again
            return None
        ages = [-row if self._messages.newest_first else row for row in rows]
        ends = list(zip(ages, rows, (self._anchor, self._head), strict=True))
        first = min((age, end.first, row) for age, row, end in ends)
        last = max((age, end.last, row) for age, row, end in ends)
        return None if first == last else (first[2], first[1], last[2], last[1])

    def _ends(self, row: int) -> tuple[Spot, Spot] | None:
        """Where the selection begins and ends in a row, if it has any of it."""
        if self._span is None:
            return None
        first_row, first, last_row, last = self._span
        if not min(first_row, last_row) <= row <= max(first_row, last_row):
            return None
        return (first if row == first_row else (0, 0)), (last if row == last_row else _END)

    def _parts(self) -> Iterator[tuple[Cited, str]]:
        if self._span is None:
            return
        first_row, _, last_row, _ = self._span
        step = 1 if last_row >= first_row else -1
        alone = first_row == last_row
        many = abs(last_row - first_row) >= MOST_RENDERED
        for row in range(first_row, last_row + step, step):
            ends = self._ends(row)
            assert ends is not None
            if many and ends == ((0, 0), _END):
                cited = self._messages.cited(row, typed=True)
                yield cited, "\n".join(block["plain"] for block in cited.blocks)
                continue
            cited = self._messages.cited(row)
            yield cited, _text(cited.blocks, *ends, alone)

    # ── units ────────────────────────────────────────────────────────────────────────────────────

    def _stretch(self, key: str, spot: Spot) -> Stretch:
        row = self._messages.rowOf(key)
        blocks = self._messages.cited(row).blocks if row >= 0 and self._unit > 1 else ()
        if self._unit >= _MESSAGE:
            return _whole(key)
        block, offset = spot
        if not (self._unit > 1 and 0 <= block < len(blocks)):
            return Stretch(key, spot, spot)
        text = shown(blocks[block]["html"])
        start, end = text.word(offset) if self._unit == _WORD else text.paragraph(offset)
        return Stretch(key, (block, start), (block, end))


def _whole(key: str) -> Stretch:
    return Stretch(key, (0, 0), _END)


def _within(block: int, html: str, first: Spot, last: Spot) -> tuple[int, int]:
    """Where in a block a selection begins and ends."""
    if not first[0] <= block <= last[0]:
        return 0, 0
    text = shown(html)
    start = min(first[1], text.length) if block == first[0] else 0
    end = min(last[1], text.length) if block == last[0] else text.length
    if text.cells and text.paragraph(start) != text.paragraph(end):
        return 0, text.length  # as Qt paints it: a table beyond one cell is selected as a whole
    return start, end


def _text(blocks: Sequence[dict[str, Any]], first: Spot, last: Spot, alone: bool) -> str:
    """What is selected of a message."""
    alone = alone and (first[0] == last[0] or len(blocks) == 1)
    texts = []
    for place, block in enumerate(blocks):
        if first[0] <= place <= last[0]:
            ends = _within(place, block["html"], first, last)
            quoted = block["type"] == "quote"
            texts.append(shown(block["html"]).text(*ends, quoted=quoted, alone=alone))
    return "\n".join(texts)


def transcript(parts: Sequence[tuple[Cited, str]]) -> str:
    """Rows as text, oldest first: one by itself; several under "Name  HH:MM", and their days."""
    parts = [part for part in parts if part[1]]  # the others are touched, or not shown
    if len(parts) < 2:
        return "".join(text for _, text in parts)
    dated = len({cited.day for cited, _ in parts}) > 1
    lines: list[str] = []
    day = ""
    for cited, text in parts:
        starts = not lines
        if dated and cited.day != day:
            day = cited.day
            lines += ["", f"— {day} —"]
        if cited.headed or starts:
            lines += ["", f"{cited.name}  {cited.time}"] if cited.name else [""]
        lines.append(text)
    return "\n".join(lines).strip("\n")
