r"""Mentions: `@name` and `#room` in a message's text, where `prose` finds that they may stand.

A name may hold dots and hyphens and the text goes on behind it as it likes, so the longest
beginning that is somebody's name counts. Which of them are the same is `names`' business: callers
look names up by `user_key`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final, Generic, TypeVar

from zmqchat.protocol.addresses import UNSPACED, target
from zmqchat.protocol.limits import MENTIONS_PER_MESSAGE, NAME_CHARACTERS, ROOM_NAME_CHARACTERS
from zmqchat.protocol.names import ROOM_PUNCTUATION, USER_PUNCTUATION, may_hold
from zmqchat.protocol.prose import Kind, Token, tokens

EVERYBODY_NAME: Final = "room"
"""`@room` mentions all members; nobody may have that name."""

_QUESTIONS = 4 * MENTIONS_PER_MESSAGE  # each costs a lookup, and a word may have many beginnings

_T = TypeVar("_T")

_MARKS = {
    Kind.PERSON: (USER_PUNCTUATION, NAME_CHARACTERS),
    Kind.ROOM: (ROOM_PUNCTUATION, ROOM_NAME_CHARACTERS),
}
_UNSPACED = re.compile(f"[{UNSPACED}]")


@dataclass(frozen=True, slots=True)
class Span(Generic[_T]):
    """A stretch of a text that refers to something: `value` is whoever is called so, or where an
    address leads.
    """

    kind: Kind
    start: int
    end: int
    value: _T


def mentions(text: str, known: Callable[[str], _T | None]) -> list[_T]:
    """Whom `text` mentions, each once, in the order of the text.

    `known(name)` says who it is that is called so, or None; it is asked about the possible
    beginnings of what stands behind an @, the longest first.
    """
    called = _Called(known)
    found = (called.span(text, token) for token in _first(text, Kind.PERSON))
    return list(dict.fromkeys(span.value for span in found if span is not None))


def spans(
    text: str, person: Callable[[str], _T | None], room: Callable[[str], _T | None]
) -> Iterator[Span[_T] | Span[str]]:
    """What `text` refers to, in its order: people as `mentions` has them, rooms, and addresses
    that are links (`value` is where they lead).
    """
    readers = {Kind.PERSON: _Called(person), Kind.ROOM: _Called(room)}
    left = dict.fromkeys(readers, MENTIONS_PER_MESSAGE)
    for token in tokens(text):
        if token.kind is Kind.ADDRESS:
            if leads := target(text[token.start : token.end]):
                yield Span(token.kind, token.start, token.end, leads)
        elif token.kind in readers and _is_named(text, token):
            left[token.kind] -= 1
            span = readers[token.kind].span(text, token) if left[token.kind] >= 0 else None
            if span is not None:
                yield span


def begun(before: str) -> tuple[str, str] | None:
    """The @ or # and what of a name stands behind it at the end of `before`, where text is being
    typed: None where nothing that is typed on would be a mention or a room.
    """
    for kind, (punctuation, longest) in _MARKS.items():
        at = len(before)
        while at and len(before) - at <= longest and may_hold(before[at - 1], punctuation):
            at -= 1
        if at and before[at - 1] == kind.value:
            typed = before[at:]
            going_on = before + ("" if typed else "x")
            if any(token.start == at - 1 for token in tokens(going_on) if token.kind is kind):
                return kind.value, typed
    return None


def _first(text: str, kind: Kind) -> Iterator[Token]:
    found = (token for token in tokens(text) if token.kind is kind and _is_named(text, token))
    return islice(found, MENTIONS_PER_MESSAGE)


def _is_named(text: str, token: Token) -> bool:
    """Whether anything stands behind the mark that may be of a name."""
    punctuation, _ = _MARKS[token.kind]
    return token.end < len(text) and may_hold(text[token.end], punctuation)


class _Called(Generic[_T]):
    """Who is called so; each name is asked for once, and not too many."""

    def __init__(self, known: Callable[[str], _T | None]) -> None:
        self._known = known
        self._asked: dict[str, _T | None] = {}

    def span(self, text: str, token: Token) -> Span[_T] | None:
        """The name that stands behind a mark, if it is anybody's."""
        for name in _beginnings(text, token.end, *_MARKS[token.kind]):
            if name not in self._asked:
                if len(self._asked) == _QUESTIONS:
                    return None
                self._asked[name] = self._known(name)
            if (who := self._asked[name]) is not None:
                return Span(token.kind, token.start, token.end + len(name), who)
        return None


def _beginnings(text: str, start: int, punctuation: str, longest: int) -> Iterator[str]:
    """The beginnings of what stands at a place that may be a name, the longest first."""
    end = start
    while end < len(text) and end - start <= longest and may_hold(text[end], punctuation):
        end += 1
    for stop in range(min(end, start + longest), start, -1):
        if _may_end(text, stop):
            yield text[start:stop]


def _may_end(text: str, end: int) -> bool:
    """Whether a name that ends at a place is not only the beginning of another word."""
    if end == len(text):
        return True
    following = text[end]
    if unicodedata.category(following)[0] == "M":
        return False  # a mark on the last letter makes another one of it
    if not following.isalnum():
        return True
    return _UNSPACED.match(following) is not None or _UNSPACED.match(text[end - 1]) is not None
