"""Addresses in prose: what begins one, and where it ends.

An address has a scheme (`https://`, `http://`, `zmqchat://`, `mailto:`), begins with `www.`, or is
that of a mailbox. A bare host is none: `README.md`, `main.rs` and `asp.net` are files and things as
often as hosts. It ends where prose goes on: at a blank or quote, at the punctuation of any script,
before the full stop that ends the sentence, and before a bracket that it did not open.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

SCHEMES: Final = ("http:", "https:", "mailto:", "zmqchat:")
"""What a link in a message may begin with."""

LONGEST: Final = 2_048
"""Characters of an address; what is longer leads nowhere."""

UNSPACED: Final = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
"""Ranges of scripts that do not part words by spaces, or put endings on names: text may follow at
once."""

BEGINNING: Final = (
    r"(?<![A-Za-z0-9+.-])[A-Za-z][A-Za-z0-9+.-]{1,31}://"
    r"|(?<![A-Za-z0-9+.-])(?i:mailto:)(?=[^\s:@]+@)"
    r"|(?<![A-Za-z0-9@./-])(?i:www\.)(?=\w)"
)
"""What an address begins with; `end` says where it ends."""

_OF_LETTER = frozenset({"subject", "body"})
_LOCAL = r"[A-Za-z0-9._%+-]"
_HOST = r"@(?:[A-Za-z0-9-]{1,63}+\.){1,8}[A-Za-z]{2,63}+(?![A-Za-z0-9@-]|[:/.][\w/])"
_BEFORE_AT = re.compile(rf"(?<![@/]|{_LOCAL}){_LOCAL}{{1,64}}+\Z")
_MAILBOX = re.compile(_LOCAL + "{1,64}" + _HOST)
_BEHIND_AT = re.compile(_HOST)
_RUN = re.compile(rf"[^\s<>\"`\\|\u0000-\u001f\u007f-\u009f]{{1,{LONGEST}}}+")
_OPENING = {")": "(", "]": "[", "}": "{"}
_BRACKETS = re.compile(r"[()\[\]{}]")
_KEPT = frozenset("·・–-−")  # in the names of things, as encyclopedias have them
_WAVES = frozenset("〜～｜＜＞｟｠")
_TRAILING = ".,:;!?'*_~·・–−…-"
_MEETING = re.compile(rf"(?<=[A-Za-z0-9])[{UNSPACED}]")
_ASCII = re.compile(r"[\x00-\x7f]*")


def end(text: str, start: int, begun: int) -> int:
    """Where the address ends that begins at `start`, its first `begun` characters being the
    scheme; `start` itself where there is none.
    """
    run = _RUN.match(text, start + begun)
    if run is None:
        return start
    stop = _stop(text, start + begun, run.end())
    stop = _unclosed(text, start + begun, stop)
    stop = start + begun + len(text[start + begun : stop].rstrip(_TRAILING))
    return stop if any(map(str.isalnum, text[start + begun : stop])) else start


def followed(link: str) -> str:
    """A link as a click is to open it: of a letter no more than to whom, about what, and its text.

    What else a `mailto:` may hold is for the mail program, some of which attach a file that the
    sender named (RFC 6068, section 7).
    """
    if not link.casefold().startswith("mailto:"):
        return link
    to, _, fields = link.partition("?")
    kept = (each for each in fields.split("&") if each.partition("=")[0].casefold() in _OF_LETTER)
    return "?".join(filter(None, (to, "&".join(kept))))


def mailbox(text: str, since: int, at: int) -> tuple[int, int] | None:
    """Where the mailbox begins and ends whose @ is at a place, if it is one: not before `since`."""
    behind = _BEHIND_AT.match(text, at)
    before = _BEFORE_AT.search(text, max(since, at - 65), at) if behind else None
    local = before[0].lstrip("._%+-") if before else ""
    return (at - len(local), behind.end()) if behind and local else None


def is_link(address: str) -> bool:
    """Whether an address leads where a message may link to."""
    return address.strip().casefold().startswith(SCHEMES)


def target(address: str) -> str:
    """Where an address leads; "" for none that is a link."""
    if len(address) >= LONGEST:
        return ""
    if is_link(address):
        return address
    if address[:4].casefold() == "www.":
        return f"https://{address}"
    if _MAILBOX.fullmatch(address):
        return f"mailto:{address}"
    return ""


def _stop(text: str, begin: int, stop: int) -> int:
    """Before the first character that no address has, or that begins the prose behind one."""
    plain = _ASCII.match(text, begin, stop)
    assert plain is not None
    if plain.end() == stop:
        return stop
    if meeting := _MEETING.match(text, plain.end(), stop):
        stop = meeting.start()  # an address of plain letters, and an ending or a word at once
    for at in range(plain.end(), stop):
        if _ends(text[at]):
            return at
    return stop


@lru_cache(4096)
def _ends(character: str) -> bool:
    if character.isascii() or character in _KEPT:
        return False
    category = unicodedata.category(character)
    joins = character in "\u200c\u200d"
    return character in _WAVES or (category[0] in "PZC" and not joins)


def _unclosed(text: str, begin: int, stop: int) -> int:
    """Before a closing bracket that the address did not open."""
    opened: list[str] = []
    for bracket in _BRACKETS.finditer(text, begin, stop):
        opening = _OPENING.get(bracket[0])
        if opening is None:
            opened.append(bracket[0])
        elif not opened or opened.pop() != opening:
            return bracket.start()
    return stop
