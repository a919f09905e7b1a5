"""Text in the columns of a terminal: wrapped at blanks, cut to a width, segments that fit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise

from prompt_toolkit.utils import get_cwidth

from zmqchat.cli.output import clean

_TAB = 4


@lru_cache(maxsize=512)
def paragraphs(text: str, width: int) -> tuple[str, ...]:
    """Untrusted text as lines of at most `width` columns (2 or more), safe on a terminal.

    What a line is indented by, its continuation is too. Kept for what was asked for lately: a frame
    asks for the same texts as the frame before.
    """
    return tuple(
        piece
        for line in text.splitlines() or [""]
        for piece in _indented(clean(line.expandtabs(_TAB)), width)
    )


def _indented(line: str, width: int) -> Iterator[str]:
    text = line.lstrip(" ")
    indent = min(len(line) - len(text), width // 2, width - 2)  # a wide character needs two
    for piece in wrap(text, width - indent):
        yield " " * indent + piece


def wrap(text: str, width: int) -> list[str]:
    """`text` in pieces of at most `width` columns (2 or more), broken at blanks where possible.

    Nothing is lost but blanks at a break.
    """
    pieces: list[str] = []
    line, used = "", 0
    for word in _words(text, width):
        bare = get_cwidth(word.rstrip(" "))
        if used + bare > width:
            pieces.append(line.rstrip(" "))
            line, used = "", 0
        line += word
        used += get_cwidth(word)
    return [*pieces, line.rstrip(" ")]


def _words(text: str, width: int) -> Iterator[str]:
    """Words with the blanks behind them; one that is wider than a line comes in parts."""
    starts = [0, *(i for i, (a, b) in enumerate(pairwise(text), 1) if a == " " != b), len(text)]
    for start, end in pairwise(starts):
        word = text[start:end]
        yield from [word] if get_cwidth(word.rstrip(" ")) <= width else _parts(word, width)


def _parts(word: Iterable[str], width: int) -> Iterator[str]:
    part, columns = "", 0
    for character in word:
        if columns + get_cwidth(character) > width:
            yield part
            part, columns = "", 0
        part += character
        columns += get_cwidth(character)
    yield part


def cut(text: str, width: int) -> str:
    """`text` in at most `width` columns, with an ellipsis where something is missing."""
    if get_cwidth(text) <= width:
        return text
    if width < 1:
        return ""
    return next(_parts(text, width - 1)) + "\u2026"


def fitted(segments: Iterable[tuple[str, str]], width: int) -> list[tuple[str, str]]:
    """The styled segments that fit into `width` columns, the first of them first; it may be cut."""
    line: list[tuple[str, str]] = []
    left = width
    for style, text in segments:
        if not line:
            text = cut(text, width)
        if get_cwidth(text) > left:
            break
        line.append((style, text))
        left -= get_cwidth(text)
    return line
