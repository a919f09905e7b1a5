"""The prose of a text, as CommonMark has blocks: paragraphs, headings and cells, without code.

Only what may hold a mention or a link matters here, so no tree is made: a line is looked at once,
with the quotations and list items around it. Pure, and in time proportional to the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

Passage = list[tuple[int, int]]
"""Lines that are read together, each from where its own text begins to its end."""

_SPECIAL = re.compile(r"[`~\[\t|]|    ")
_LINE: Final = re.compile("\r\n|[\n\r]")
_FENCE = re.compile(r"(`{3,})(?=[^`\n\r]*(?:[\n\r]|$))|(~{3,})")
_HEADING = re.compile(r"#{1,6}(?:[ \t]+|(?=[\n\r]|\Z))")
_RULE = re.compile(r"(?:(?:\*[ \t]*){3,}|(?:_[ \t]*){3,}|(?:-[ \t]*){3,})(?=[\n\r]|\Z)")
_UNDERLINE = re.compile(r"(?:=+|-+)[ \t]*(?=[\n\r]|\Z)")
_MARKER = re.compile(r"(?:[-+*]|(\d{1,9})[.)])(?=[ \t\n\r]|\Z)")
_DELIMITERS = re.compile(r"\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*")
_BAR = re.compile(r"(?<!\\)\|")
_TAB = 4
_CODE = 4
"""Columns by which code is indented."""
_DEEPEST = 20
"""Quotations and items within each other; nobody writes more, and each costs time at every line."""


def passages(text: str) -> Iterator[Passage]:
    """The text's prose: each passage is read by itself, and what begins in it ends in it."""
    if _SPECIAL.search(text) is None:  # nothing could reach over the end of a block
        yield [(0, len(text))]
        return
    reader = _Reader(text)
    start = 0
    for ending in _LINE.finditer(text):
        yield from reader.line(start, ending.start())
        start = ending.end()
    yield from reader.line(start, len(text))
    yield from reader.done()


class _Reader:
    """Where the reading is: what is open, outermost first. A quotation is None, an item of a list
    the columns that its lines are indented by.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._open: list[int | None] = []
        self._empty_item = False
        self._fence = ""
        self._paragraph: Passage = []
        self._lazy = False
        """Whether a line of it lacks the marks of what it stands in: no table has one."""
        self._end = 0
        # Where the line goes on, behind blanks; in which column that is; how many are used up.
        self._at = self._column = self._used = 0

    def done(self) -> Iterator[Passage]:
        """The text ends."""
        paragraph, lazy = self._paragraph, self._lazy
        self._paragraph, self._lazy = [], False
        if lazy:
            yield paragraph
        elif paragraph:
            yield from _rows(self._text, paragraph)

    def line(self, start: int, end: int) -> Iterator[Passage]:
        """The next line; the passages that end with it."""
        self._end = end
        self._used = 0
        self._skip(start, 0)
        matched = self._matched()
        inside = matched == len(self._open)
        if self._fence and inside:
            self._fence = "" if self._closes() else self._fence
            return
        self._fence = ""
        if self._at == end:
            yield from self.done()
            del self._open[matched:]
            if self._empty_item and inside:
                self._open.pop()
            self._empty_item = False
            return
        self._empty_item = False
        yield from self._begins(matched, inside)

    # ── a line ───────────────────────────────────────────────────────────────────────────────────

    @property
    def _indent(self) -> int:
        return self._column - self._used

    def _skip(self, at: int, column: int) -> None:
        """Goes on at a place, behind the blanks there."""
        text, end = self._text, self._end
        while at < end and text[at] in " \t":
            column += 1 if text[at] == " " else _TAB - column % _TAB
            at += 1
        self._at, self._column = at, column

    def _matched(self) -> int:
        """How many of the open containers this line belongs to."""
        for place, width in enumerate(self._open):
            if width is None:
                if not self._is_quote(going_on=True):
                    return place
                self._enter_quote()
            elif self._at < self._end:
                if self._indent < width:
                    return place
                self._used += width
        return len(self._open)

    def _is_quote(self, going_on: bool = False) -> bool:
        """Whether a quotation begins here, or goes on: that it does however far it is indented."""
        here = self._at < self._end and self._text[self._at] == ">"
        return here and (going_on or self._indent < _CODE)

    def _enter_quote(self) -> None:
        self._used = self._column + 1
        blank = self._text[self._at + 1 : min(self._at + 2, self._end)] in {" ", "\t"}
        self._skip(self._at + 1, self._used)
        self._used += blank

    def _closes(self) -> bool:
        rest = self._text[self._at : self._end].rstrip(" \t")
        is_fence = len(rest) >= len(self._fence) and not rest.strip(self._fence[0])
        return is_fence and self._indent < _CODE

    def _begins(self, matched: int, inside: bool) -> Iterator[Passage]:
        """What the rest of the line is, within the containers that it begins."""
        begun = False
        while self._at < self._end:
            running = bool(self._paragraph) and not begun
            if self._indent >= _CODE:
                if running:
                    self._paragraph.append((self._at, self._end))
                else:
                    yield from self._close(matched, begun)
                return
            width: int | None = None
            deep = len(self._open) >= _DEEPEST
            if deep or not self._is_quote():
                found = None if deep else self._item(running and inside)
                if found is None:
                    yield from self._leaf(matched, begun, running, inside)
                    return
                width = found
            yield from self._close(matched, begun)
            if width is None:
                self._enter_quote()
            else:
                width = self._enter_item(width)
            self._open.append(width)
            begun = True
        self._empty_item = self._open[-1] is not None

    def _close(self, matched: int, begun: bool) -> Iterator[Passage]:
        """Something begins, so that what the line does not belong to has ended."""
        yield from self.done()
        if not begun:
            del self._open[matched:]

    def _item(self, running: bool) -> int | None:
        """The length of a list's mark that stands here; a paragraph goes on before some."""
        if _RULE.match(self._text, self._at):
            return None
        mark = _MARKER.match(self._text, self._at)
        if mark is None:
            return None
        is_empty = not self._text[mark.end() : self._end].strip(" \t")
        if running and (is_empty or (mark[1] is not None and int(mark[1]) != 1)):
            return None
        return len(mark[0])

    def _enter_item(self, mark: int) -> int:
        """The columns that the item's lines are indented by."""
        before, behind = self._indent, self._column + mark
        self._skip(self._at + mark, behind)
        blanks = self._column - behind
        self._used = behind + (blanks if 0 < blanks <= _CODE and self._at < self._end else 1)
        return before + self._used - behind + mark

    def _leaf(self, matched: int, begun: bool, running: bool, inside: bool) -> Iterator[Passage]:
        text, at = self._text, self._at
        if heading := _HEADING.match(text, at):
            yield from self._close(matched, begun)
            yield [(heading.end(), self._end)]
        elif fence := _FENCE.match(text, at):
            yield from self._close(matched, begun)
            self._fence = fence[0]
        elif (running and inside and _UNDERLINE.match(text, at)) or _RULE.match(text, at):
            yield from self._close(matched, begun)
        else:
            if not running:
                yield from self._close(matched, begun)
            self._lazy |= running and not inside
            self._paragraph.append((at, self._end))


# ── tables ───────────────────────────────────────────────────────────────────────────────────────


def _rows(text: str, lines: Passage) -> Iterator[Passage]:
    """A paragraph, or what a table in it leaves of one, and then each cell."""
    for place, (head, row) in enumerate(pairwise(lines), 1):
        if _is_table(text, head, row):
            if place > 1:
                yield lines[: place - 1]
            for row in (head, *lines[place + 1 :]):
                yield from ([cell] for cell in _cells(text, *row))
            return
    yield lines


def _is_table(text: str, head: tuple[int, int], row: tuple[int, int]) -> bool:
    return (
        text.find("|", *head) >= 0
        and _DELIMITERS.fullmatch(text, *row) is not None
        and 0 < len(_cells(text, *head)) == len(_cells(text, *row))
    )


def _cells(text: str, start: int, end: int) -> Passage:
    """Where the cells of a row are: between bars, except those behind a backslash."""
    end = start + len(text[start:end].rstrip(" \t"))
    bars = [bar.start() for bar in _BAR.finditer(text, start, end)]
    edges = [start - 1, *bars, end]
    if bars and bars[0] == start:
        edges.pop(0)
    if bars and bars[-1] == end - 1:
        edges.pop()
    return [(one + 1, other) for one, other in pairwise(edges)]
