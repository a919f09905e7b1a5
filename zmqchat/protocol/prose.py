r"""What a text refers to, and where: `@name`, `#room` and addresses. The one reader of it for all.

It is CommonMark's reading: what stands in a code span, a code block, the target of a link, an
address or an HTML tag refers to nobody, and neither do `\@name` and `ann@example`.

The time taken is in proportion to the text, whatever it is: it is run on what strangers send.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Final

from zmqchat.protocol import addresses
from zmqchat.protocol.blocks import Passage, passages
from zmqchat.protocol.names import ROOM_PUNCTUATION


class Kind(Enum):
    """What is referred to."""

    PERSON = "@"
    ROOM = "#"
    ADDRESS = "address"
    """Stands for itself in the text."""
    TARGET = "target"
    """Where a link of Markdown leads, or what stands in angle brackets."""


_Read = tuple["Token | None", int]
_MARKS = {kind.value: kind for kind in (Kind.PERSON, Kind.ROOM)}


@dataclass(frozen=True, slots=True)
class Token:
    """What may refer to something: from `start` (its @ or #) to `end`, which is not known yet for
    names: they end where somebody's name does.
    """

    kind: Kind
    start: int
    end: int


_PUNCTUATION = r"!-/:-@\[-`{-~"
_TARGET = (
    r"\((?>[ \t\n]*)"
    r"(?P<target><[^<>\n]*+>"
    r"|(?:[^\s()\\<]|\\.)(?:[^\s()\\]|\\.|\((?:[^\s()\\]|\\.|\((?:[^\s()\\]|\\.)*+\))*+\))*+|)"
    r"(?>[ \t\n]*)"
    r"(?>(?:(?<=[ \t\n])(?:\"(?:[^\"\\]|\\.)*+\"|'(?:[^'\\]|\\.)*+'|\((?:[^()\\]|\\.)*+\)))?)"
    r"(?>[ \t\n]*)\)"
)
_TAG = (
    r"</?[A-Za-z][A-Za-z0-9-]*+(?:[ \t\n]++[A-Za-z_:][\w.:-]*+"
    r"(?:[ \t\n]*+=[ \t\n]*+(?:\"[^\"<>]*+\"|'[^'<>]*+'|[^\s\"'=<>`]++))?)*+[ \t\n]*+/?>"
    r"|<!--[^<>]*+>"
)
_DEFINITION: Final = re.compile(r"\[[^\[\]]+\]:[ \t\n]*\S*")
_LINK: Final = re.compile(_TARGET, re.DOTALL)
_ONE: Final = re.compile(
    rf"\\[{_PUNCTUATION}]"  # an escaped character stands for itself
    r"|(?P<ticks>`++)"
    r"|(?P<open>\[)|(?P<close>\])"
    r"|<(?P<bracketed>[A-Za-z][A-Za-z0-9+.-]{1,31}:[^<>\x00-\x20]*+"
    r"|[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]++@[A-Za-z0-9.-]++)>"
    rf"|(?P<tag>{_TAG})"
    rf"|(?P<address>{addresses.BEGINNING})"
    rf"|(?P<mark>[@#])(?=\w|[^\x00-\x7f]|[{re.escape(ROOM_PUNCTUATION)}])"
)
# Behind a letter or digit: a mail address, `issue#12`. Scripts without spaces go on at once.
_BEFORE = {
    "@": re.compile(rf"[^\W_{addresses.UNSPACED}]"),
    "#": re.compile(rf"[^\W_{addresses.UNSPACED}]|[#&/@]"),
}


def tokens(text: str) -> Iterator[Token]:
    """What in a text may refer to something, in its order."""
    for passage in passages(text):
        yield from _of_passage(text, passage)


def _of_passage(text: str, passage: Passage) -> Iterator[Token]:
    if len(passage) == 1:
        ((start, end),) = passage
        lines, offsets = text[start:end], [(0, start)]
    else:
        lines = "\n".join(text[start:end] for start, end in passage)
        offsets = []
        at = 0
        for start, end in passage:
            offsets.append((at, start))
            at += end - start + 1
    begins = [begin for begin, _ in offsets]
    for token in _Inline(lines).tokens():
        begin, start = offsets[bisect_right(begins, token.start) - 1]
        moved = start - begin
        yield Token(token.kind, token.start + moved, token.end + moved)


class _Inline:
    """Reads one passage."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._runs: dict[int, list[int]] | None = None
        self._brackets = 0
        """How many are open that may yet belong to a link: there are no links in links."""

    def tokens(self) -> Iterator[Token]:
        """What the passage may refer to; not where a definition of a link says that links go."""
        definition = _DEFINITION.match(self._text)
        at = definition.end() if definition else 0
        while one := _ONE.search(self._text, at):
            read = _READ.get(one.lastgroup or "")
            token, at = read(self, one, at) if read else (None, one.end())
            if token is not None:
                yield token

    # Each is given what was found and where the one before it ended; what it comes to, and where
    # the reading goes on.

    def _code(self, one: re.Match[str], _since: int) -> _Read:
        """A code span ends at the next run of as many backticks; without one it is none."""
        if self._runs is None:
            self._runs = defaultdict(list)
            for run in re.finditer("`+", self._text):
                self._runs[len(run[0])].append(run.end())
        ends = self._runs[len(one[0])]
        closing = bisect_right(ends, one.end())
        return None, ends[closing] if closing < len(ends) else one.end()

    def _opening(self, one: re.Match[str], _since: int) -> _Read:
        self._brackets += 1
        return None, one.end()

    def _closing(self, one: re.Match[str], _since: int) -> _Read:
        link = _LINK.match(self._text, one.end()) if self._brackets else None
        self._brackets = 0 if link else max(0, self._brackets - 1)
        if link is None:
            return None, one.end()
        return Token(Kind.TARGET, *link.span("target")), link.end()

    def _bracketed(self, one: re.Match[str], _since: int) -> _Read:
        return Token(Kind.TARGET, *one.span("bracketed")), one.end()

    def _address(self, one: re.Match[str], _since: int) -> _Read:
        end = addresses.end(self._text, one.start(), len(one[0]))
        if end == one.start():
            return None, one.end()
        return Token(Kind.ADDRESS, one.start(), end), end

    def _mark(self, one: re.Match[str], since: int) -> _Read:
        if self._may_begin(one[0], one.start()):
            return Token(_MARKS[one[0]], *one.span()), one.end()
        mailbox = addresses.mailbox(self._text, since, one.start()) if one[0] == "@" else None
        if mailbox is None:
            return None, one.end()
        return Token(Kind.ADDRESS, *mailbox), mailbox[1]

    def _may_begin(self, mark: str, at: int) -> bool:
        return at == 0 or _BEFORE[mark].match(self._text[at - 1]) is None


_READ = {
    "ticks": _Inline._code,
    "open": _Inline._opening,
    "close": _Inline._closing,
    "bracketed": _Inline._bracketed,
    "address": _Inline._address,
    "mark": _Inline._mark,
}


def links(text: str) -> Iterator[str]:
    """Where the links of a text lead, in its order."""
    for token in tokens(text):
        if token.kind in {Kind.ADDRESS, Kind.TARGET}:
            leads = addresses.target(text[token.start : token.end].strip("<>"))
            if leads:
                yield leads


_SIGNS_OF_LINKS = "://", *addresses.SCHEMES, "www.", "@"


def has_link(text: str) -> bool:
    """Whether a text has a link: something that leads somewhere where it is shown."""
    lowered = text.lower()
    # The reader looks at each place of a text; most texts have none of these at all.
    if any(sign in lowered for sign in _SIGNS_OF_LINKS):
        return next(links(text), None) is not None
    return False
