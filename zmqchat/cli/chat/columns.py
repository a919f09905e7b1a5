"""Text in the columns of a terminal: wrapped at blanks, cut to a width, segments that fit.

What is shown as one character is never broken. How wide it is, is what prompt_toolkit takes it for,
which draws it: of an emoji that is joined of several, all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import accumulate, pairwise, takewhile

from prompt_toolkit.utils import get_cwidth
from wcwidth import iter_graphemes

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


def _graphemes(text: str) -> Sequence[str]:
    """What is shown as one character each (UAX #29)."""
    return text if text.isascii() else list(iter_graphemes(text))


def _words(text: str, width: int) -> Iterator[str]:
    """Words with the blanks behind them; one that is wider than a line comes in parts."""
    shown = _graphemes(text)
    ends = (i for i, (a, b) in enumerate(pairwise(shown), 1) if a == " " != b)
    for start, end in pairwise([0, *ends, len(shown)]):
        word = "".join(shown[start:end])
        fits = get_cwidth(word.rstrip(" ")) <= width
        yield from [word] if fits else _parts(shown[start:end], width)


def _parts(word: Sequence[str], width: int) -> Iterator[str]:
    part, columns = "", 0
    for grapheme in word:
        # One that is wider than a whole line is drawn as its characters in any case.
        for piece in [grapheme] if get_cwidth(grapheme) <= width else grapheme:
            if columns + get_cwidth(piece) > width:
                yield part
                part, columns = "", 0
            part += piece
            columns += get_cwidth(piece)
    yield part


def cut(text: str, width: int) -> str:
    """`text` in at most `width` columns, with an ellipsis where something is missing."""
    if get_cwidth(text) <= width:
        return text
    if width < 1:
        return ""
    shown = _graphemes(text)
    columns = accumulate(map(get_cwidth, shown))
    fits = sum(1 for _ in takewhile(lambda used: used < width, columns))
    return "".join(shown[:fits]) + "\u2026"


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
