r"""Mentions: `@name` in a message's text, as CommonMark is read.

What stands in a code span, a code block, an address or an HTML tag mentions nobody, and neither do
`\@name` and `ann@example`. A name may hold dots and hyphens and the text goes on behind it as it
likes, so the longest beginning that is somebody's name counts.

The time taken is in proportion to the text, whatever it is: it is run on what strangers send.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Final, TypeVar

from zmqchat.protocol.limits import MENTIONS_PER_MESSAGE, NAME_CHARACTERS

EVERYBODY_NAME: Final = "room"
"""`@room` mentions all members; nobody may have that name."""

_QUESTIONS = 4 * MENTIONS_PER_MESSAGE  # each costs a lookup, and a word may have many beginnings

_T = TypeVar("_T")

_FENCE = re.compile(r"[ >]*(?:(?:[-+*]|\d{1,9}[.)]) +)?(`{3,}(?=[^`]*$)|~{3,})")
_LIST_ITEM = re.compile(r"[ >]*(?:[-+*]|\d{1,9}[.)])(?: |$)")
_INDENTED = re.compile(r" {4}| {0,3}\t")
_DEFINITION = re.compile(r"[ >]{0,8}\[[^\]]+\]:\s*\S*")

_TOKEN = re.compile(
    r"\\[!-/:-@\[-`{-~]"  # an escaped character stands for itself
    r"|(?P<ticks>`+)"
    r"|\]\((?:<[^<>\n]*>|[^\s()]*(?:\([^\s()]*\)[^\s()]*)*)"  # where a link leads,
    r"(?:[ \t]+(?:\"[^\"\n]*\"|'[^'\n]*'))?"  # and its title
    r"|<[A-Za-z/!][^<>]*>"  # an address in angle brackets, or a tag
    r"|(?:[A-Za-z][A-Za-z0-9+.-]{1,31}://|www\.)[^\s<>]*"
    r"|(?<![A-Za-z0-9])@(?P<name>\w[^\s@<>()\[\]{}\"*`\\|]*)"  # behind a letter: a mail address
)

# Scripts that do not part words by spaces: a name may be followed by text at once.
_UNSPACED = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff"
    r"\U00020000-\U0003ffff]"
)


def mentions(text: str, known: Callable[[str], _T | None]) -> list[_T]:
    """Whom `text` mentions, each once, in the order of the text.

    `known(name)` says who it is that is called so, or None; it is asked about the possible
    beginnings of what stands behind an @, the longest first.
    """
    found: dict[_T, None] = {}
    asked: dict[str, _T | None] = {}
    for word in islice(_words(text), MENTIONS_PER_MESSAGE):
        for name in _beginnings(word):
            if name not in asked:
                if len(asked) == _QUESTIONS:
                    return list(found)
                asked[name] = known(name)
            if (who := asked[name]) is not None:
                found[who] = None
                break
    return list(found)


def _words(text: str) -> Iterator[str]:
    """What stands behind each @ that may mention somebody."""
    for paragraph in _paragraphs(text):
        if "@" in paragraph:
            yield from _words_of(paragraph)


def _paragraphs(text: str) -> Iterator[str]:
    """The text's blocks without its code blocks; code spans do not reach over their ends."""
    lines: list[str] = []
    fence, in_list, blank = "", False, True
    for line in text.splitlines():
        opening = _FENCE.match(line)
        if fence:
            if _closes(line, fence):
                fence = ""
            continue
        code = blank and not in_list and _INDENTED.match(line) is not None
        if opening is not None or code or not line.strip():
            yield "\n".join(lines)
            lines = []
            fence = opening[1] if opening is not None and not code else ""
            blank = True  # behind code as behind an empty line, an indented line is code
            continue
        in_list = _LIST_ITEM.match(line) is not None or (in_list and line[0] in " \t")
        blank = False
        lines.append(line)
    yield "\n".join(lines)


def _closes(line: str, fence: str) -> bool:
    rest = line.strip(" >\t")
    return len(rest) >= len(fence) and not rest.strip(fence[0])


def _words_of(paragraph: str) -> Iterator[str]:
    spans = _tick_runs(paragraph)
    at = 0
    if definition := _DEFINITION.match(paragraph):
        at = definition.end()
    while token := _TOKEN.search(paragraph, at):
        at = token.end()
        if ticks := token["ticks"]:
            ends = spans[len(ticks)]
            closing = bisect_right(ends, at)
            at = ends[closing] if closing < len(ends) else at
        elif token["name"] is not None:
            yield token["name"]


def _tick_runs(paragraph: str) -> dict[int, list[int]]:
    """Where runs of backticks end, by their length: a span ends at the next run of its length."""
    ends: dict[int, list[int]] = defaultdict(list)
    for run in re.finditer("`+", paragraph):
        ends[len(run[0])].append(run.end())
    return ends


def _beginnings(word: str) -> Iterator[str]:
    """The beginnings of a word that may be a name, the longest first."""
    word = word[: NAME_CHARACTERS + 1]
    for end in range(len(word), 0, -1):
        if end <= NAME_CHARACTERS and _may_end(word, end):
            yield word[:end]


def _may_end(word: str, end: int) -> bool:
    if end == len(word) or not word[end].isalnum():
        return True
    return _UNSPACED.match(word[end]) is not None or _UNSPACED.match(word[end - 1]) is not None
