"""Short texts that people write about themselves and their things: one line, nothing hidden."""

from __future__ import annotations

import re
import unicodedata
from itertools import groupby
from typing import Final

from zmqchat.errors import Code, Refused
from zmqchat.protocol.display import FLAG

_JOINERS: Final = "\u200c\u200d"
"""Invisible, and needed: Persian is written with the one, many emoji are joined by the other."""

_MARKS_TOGETHER: Final = 4  # more is not writing, and runs over the lines around it

_REFUSED: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Controls, directions and other invisibles, halves of characters, private and unknown ones."""

# What Unicode keeps for pictures (Extended_Pictographic) and Han to come: newer than our tables.
_NEWER: Final = re.compile("[\U0001f000-\U0001faff\U0001fc00-\U0001fffd\U00020000-\U0003fffd]")
_FLAG: Final = re.compile(FLAG)


def checked_line(text: str, what: str, longest: int) -> str:
    """`text` in NFC with single blanks; Refused says what is wrong with it. It may be empty."""
    if len(text) > 4 * longest:  # before anything that takes time in proportion to it
        raise _too_long(what, longest)
    text = unicodedata.normalize("NFC", text)
    if any(map(_is_refused, _FLAG.sub("", text))):
        raise Refused(
            Code.BAD_REQUEST,
            f"The {what} has a line break or an invisible or unknown character; nothing was "
            "changed. Write it as one line of plain text.",
        )
    line = " ".join(text.split())
    marks = groupby(line, lambda character: unicodedata.category(character)[0] == "M")
    if any(is_mark and len(list(run)) > _MARKS_TOGETHER for is_mark, run in marks):
        raise Refused(Code.BAD_REQUEST, f"The {what} piles up accents; nothing was changed.")
    if len(line) > longest:
        raise _too_long(what, longest)
    return line


def is_line(text: str, longest: int) -> bool:
    """Whether `checked_line` returns this very text, and it says something."""
    try:
        return checked_line(text, "text", longest) == text != ""
    except Refused:
        return False


def cleaned_line(text: str, longest: int) -> str:
    """`text` without what `checked_line` refuses, cut: for what a program says about itself."""
    kept = "".join(filter(lambda character: not _is_refused(character), text[: 4 * longest]))
    return " ".join(unicodedata.normalize("NFC", kept).split())[:longest].strip()


def _is_refused(character: str) -> bool:
    if unicodedata.category(character) not in _REFUSED or character in _JOINERS:
        return False
    return not _NEWER.match(character)


def _too_long(what: str, longest: int) -> Refused:
    return Refused(
        Code.TOO_LARGE, f"The {what} has more than {longest} characters; nothing was changed."
    )
