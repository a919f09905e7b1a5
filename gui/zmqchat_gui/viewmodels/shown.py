"""What Qt shows of a block's HTML, character for character: places in it, and text to copy.

Offsets count UTF-16 units, as Qt's text items do. Qt begins a paragraph for each block element,
and breaks lines inside of one where the HTML says `<br>`. `richtext` writes HTML without blanks
between elements, and the views keep those inside (`white-space: pre-wrap`), so that nothing else
stands between the two texts; a test compares them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from html.parser import HTMLParser

from PySide6.QtCore import QTextBoundaryFinder

LINE = "\u2028"
_BLOCKS = frozenset({"p", "li", "pre", "hr", "blockquote"})
_CELLS = frozenset({"td", "th"})
_INDENT = "    "


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph from `start` on. `mark` stands before it and is no character ("• ", "2. "), and
    `joint` between it and the one before it where they are copied: cells of a row are beside each
    other.
    """

    start: int
    text: str
    mark: str = ""
    joint: str = "\n"

    @property
    def end(self) -> int:
        """Where it ends: the place of the separator behind it."""
        return self.start + units(self.text)


@dataclass(frozen=True, slots=True)
class Shown:
    """The text of a block."""

    paragraphs: tuple[Paragraph, ...]
    cells: bool = False
    """Whether they are the cells of a table."""

    @property
    def length(self) -> int:
        """The last place there is."""
        return self.paragraphs[-1].end

    def word(self, offset: int) -> tuple[int, int]:
        """Where the word at a place begins and ends; blanks between words are one, too."""
        at = self._at(offset)
        finder = QTextBoundaryFinder(QTextBoundaryFinder.BoundaryType.Word, at.text)
        inside = min(max(offset - at.start, 0), units(at.text))
        finder.setPosition(inside)
        start = inside if finder.isAtBoundary() else finder.toPreviousBoundary()
        if inside == units(at.text):  # behind the last word
            start = max(finder.toPreviousBoundary(), 0)
            return at.start + start, at.end
        end = finder.toNextBoundary()
        return at.start + start, at.start + end

    def paragraph(self, offset: int) -> tuple[int, int]:
        """Where the paragraph at a place begins and ends."""
        at = self._at(offset)
        return at.start, at.end

    def text(self, start: int, end: int, quoted: bool = False, alone: bool = True) -> str:
        """What is between two places, as plain text: list items have their marks again, and lines
        of a quotation theirs, unless all of it is inside of one paragraph and `alone`.
        """
        parts = [one for one in self.paragraphs if one.start <= end and one.end >= start]
        marked = len(parts) > 1 or not alone
        texts = (one.joint + _part(one, start, end, quoted, marked) for one in parts)
        return "".join(texts).strip("\n") if len(parts) > 1 else "".join(texts)[1:]

    def _at(self, offset: int) -> Paragraph:
        found = self.paragraphs[0]
        for paragraph in self.paragraphs:
            if paragraph.start > offset:
                break
            found = paragraph
        return found


def _part(paragraph: Paragraph, start: int, end: int, quoted: bool, marked: bool) -> str:
    encoded = paragraph.text.encode("utf-16-le", "surrogatepass")
    first, last = max(start - paragraph.start, 0), min(end, paragraph.end) - paragraph.start
    text = encoded[2 * first : 2 * last].decode("utf-16-le", "replace").replace(LINE, "\n")
    touched = not text and bool(paragraph.text)
    if not marked or touched or start > paragraph.start:
        return text
    text = paragraph.mark + text
    return "\n".join(f"> {line}" for line in text.split("\n")) if quoted else text


def units(text: str) -> int:
    """The length in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


@lru_cache(256)
def shown(html: str) -> Shown:
    """The text of a block of `richtext`."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return Shown(tuple(reader.paragraphs()), html.startswith("<table"))


class _Reader(HTMLParser):
    """Collects paragraphs. One that is still empty is gone on with where another begins."""

    def __init__(self) -> None:
        super().__init__()
        self._found = [_Open()]
        self._lists: list[int | None] = []
        self._cells = 0

    def paragraphs(self) -> Iterator[Paragraph]:
        start = 0
        for one in self._found:
            paragraph = Paragraph(start, "".join(one.texts), one.mark, one.joint)
            yield paragraph
            start = paragraph.end + 1

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self.handle_data(LINE)
        elif tag == "tr":
            self._cells = 0
        elif tag in _CELLS:
            self._found.append(_Open(joint="\t" if self._cells else "\n"))
            self._cells += 1
        elif tag in {"ul", "ol"}:
            self._lists.append(int(dict(attrs).get("start") or "1") if tag == "ol" else None)
        elif tag in _BLOCKS:
            self._begin(self._mark() if tag == "li" else "")
            self._found[-1].begun = tag == "hr"

    def handle_endtag(self, tag: str) -> None:
        if tag in {"ul", "ol"}:
            self._lists.pop()
        elif tag == "table":
            self._found.append(_Open())

    def handle_data(self, data: str) -> None:
        first, *others = data.split("\n")
        self._found[-1].write(first)
        for line in others:
            self._found[-1].begun = True
            self._found.append(_Open())
            self._found[-1].write(line)

    def _begin(self, mark: str) -> None:
        if self._found[-1].begun:
            self._found.append(_Open(mark))
        elif mark:
            self._found[-1].mark = mark

    def _mark(self) -> str:
        indent = _INDENT * (len(self._lists) - 1)
        number = self._lists[-1]
        if number is None:
            return f"{indent}• "
        self._lists[-1] = number + 1
        return f"{indent}{number}. "


@dataclass(slots=True)
class _Open:
    """A paragraph that is being read."""

    mark: str = ""
    joint: str = "\n"
    texts: list[str] = field(default_factory=list)
    begun: bool = False

    def write(self, text: str) -> None:
        if text:
            self.texts.append(text)
            self.begun = True
