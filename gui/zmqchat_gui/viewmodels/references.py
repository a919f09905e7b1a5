"""What a text refers to, held out of the way of Markdown: people, rooms and addresses.

`zmqchat.protocol` reads what a text refers to, for everybody; the Markdown parser must not read it
another way. So each reference is a mark in the text that is parsed, and becomes a link in the HTML
that comes out, or what was typed where there can be none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from html import escape
from urllib.parse import quote

from zmqchat.protocol.mentions import EVERYBODY_NAME, Span, spans
from zmqchat.protocol.names import user_key
from zmqchat.protocol.prose import Kind

PERSON = "zmqchat-person:"
ROOM = "zmqchat-room:"
"""What a link to a person or room of the same server begins with; only this module makes them."""

# Characters that Unicode gives to nobody, and that CommonMark takes for letters.
_MARK, _UNDERSCORE, _DIGITS = "\ufdd0", "\ufdd1", "\ufde0"
_BASE, _PLACES = 16, 4
_NOBODYS = re.compile("[\ufdd0-\ufdef\x00]")
_MARKS = re.compile(rf"{_MARK}([\ufde0-\ufdef]{{{_PLACES}}})|{_UNDERSCORE}")
_HTML = re.compile(rf"<[^<>]*+>|{_MARKS.pattern}")

_UNDERSCORED = re.compile(r"(?<!\w)_\w*+")

_key = lru_cache(1 << 16)(user_key)


@dataclass(frozen=True)
class Names:
    """The names that a text may mention, each under its case-folded self, and the reader's own."""

    me: str = ""
    people: Mapping[str, str] = field(default_factory=dict)
    rooms: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def _people(self) -> dict[str, str]:
        known = {_key(name): name for name in self.people.values()}
        return {**known, **({_key(self.me): self.me} if self.me else {})}

    @cached_property
    def _rooms(self) -> dict[str, str]:
        return {_key(name): name for name in self.rooms.values()}

    def person(self, name: str) -> str | None:
        """Who is called so: a name, "" for everybody, or None for nobody that is known."""
        key = _key(name)
        return "" if key == _key(EVERYBODY_NAME) else self._people.get(key)

    def room(self, name: str) -> str | None:
        """The room that is called so, if it is known."""
        return self._rooms.get(_key(name))


class References:
    """The references of one text. `marked` is the text for the parser."""

    def __init__(self, text: str, names: Names) -> None:
        self.text = _NOBODYS.sub("\ufffd", text)
        self._me = names.me
        self._spans = list(spans(self.text, names.person, names.room))

    @property
    def mentions_me(self) -> bool:
        """Whether the text names the reader, or everybody."""
        return any(map(self._is_mine, self._spans))

    def names_in(self, marked: str) -> bool:
        """Whether a piece of the marked text refers to people or rooms."""
        numbers = (_number(mark[1]) for mark in _MARKS.finditer(marked) if mark[1])
        return any(self._spans[number].kind is not Kind.ADDRESS for number in numbers)

    @property
    def marked(self) -> str:
        """The text with a mark in place of each reference."""
        pieces, end = [], 0
        for number, span in enumerate(self._spans):
            pieces += [_guarded(self.text[end : span.start]), _mark(number)]
            end = span.end
        return "".join([*pieces, _guarded(self.text[end:])])

    def typed(self, marked: str) -> str:
        """A piece of the marked text as it was typed."""
        return _MARKS.sub(lambda mark: self._typed(mark[1]), marked)

    def linked(self, html: str) -> str:
        """HTML with links in place of the marks, except in tags, and inside of other links."""
        pieces, end, in_link = [], 0, False
        for part in _HTML.finditer(html):
            pieces.append(html[end : part.start()])
            end = part.end()
            if part[0][0] != "<":
                pieces.append(self._html(part[1], in_link))
                continue
            in_link = part[0].startswith("<a ") or (in_link and part[0] != "</a>")
            pieces.append(_MARKS.sub(lambda mark: escape(self._typed(mark[1])), part[0]))
        return "".join([*pieces, html[end:]])

    def _typed(self, digits: str | None) -> str:
        if digits is None:
            return "_"
        span = self._spans[_number(digits)]
        return self.text[span.start : span.end]

    def _html(self, digits: str | None, in_link: bool) -> str:
        said = escape(self._typed(digits))
        if digits is None:
            return said
        span = self._spans[_number(digits)]
        if span.kind is Kind.ADDRESS:
            return said if in_link else f'<a href="{escape(span.value)}">{said}</a>'
        kind = "me" if self._is_mine(span) else "mention"
        if in_link:
            return f'<span class="{kind}">{said}</span>'
        return f'<a class="{kind}" href="{_target(span)}">{said}</a>'

    def _is_mine(self, span: Span[str]) -> bool:
        return span.kind is Kind.PERSON and span.value in {"", self._me}


def _target(span: Span[str]) -> str:
    if span.kind is Kind.PERSON and not span.value:
        return ""
    return (PERSON if span.kind is Kind.PERSON else ROOM) + quote(span.value, safe="")


def _guarded(text: str) -> str:
    """Underscores of names in code are no emphasis."""
    return _UNDERSCORED.sub(_kept, text) if "_" in text else text


def _kept(found: re.Match[str]) -> str:
    """`__init__` is a name, and so is `_x_` before code; `_so_` and `__so it is__` are emphasis."""
    word, text = found[0], found.string
    start, end = found.span()
    before, behind = text[max(0, start - 2) : start], text[end : end + 2]
    around = (before[:1].isalnum() and before[1:] == ".") or behind[:1] == "("
    around |= behind[:1] in {".", "[", "/"} and behind[1:].isalnum()
    is_dunder = len(word) > 4 and word.startswith("__") and word.endswith("__")
    is_name = is_dunder or (word.endswith("_") and around)
    return word.replace("_", _UNDERSCORE) if is_name else word


def _mark(number: int) -> str:
    digits = [number // _BASE**place % _BASE for place in reversed(range(_PLACES))]
    return _MARK + "".join(chr(ord(_DIGITS) + digit) for digit in digits)


def _number(digits: str) -> int:
    number = 0
    for digit in digits:
        number = number * _BASE + ord(digit) - ord(_DIGITS)
    return number
