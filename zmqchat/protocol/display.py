"""Others' text where it is shown: whether any is visible, and that it moves nothing around it.

Pure, in linear time, and what joins letters and emoji stays.

Direction is Unicode's (UAX #9): a character of a script that runs from the right, or a control,
turns what stands beside it on the same line, up to the line's end.
"""

from __future__ import annotations

import re
from typing import Final

# Spaces, controls, and what Unicode says is drawn as nothing (Default_Ignorable_Code_Point); the
# fillers among them are letters. A Braille cell without dots is a blank.
BLANK: Final = (
    "\\s\\x00-\\x1f\\x7f-\\xa0\\xad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200f"
    "\u2028-\u202f\u205f-\u206f\u2800\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
"""A character class of what leaves no trace on a screen."""

FLAG: Final = "\U0001f3f4[\U000e0020-\U000e007e]{1,8}\U000e007f"
"""Matches the flag of a part of a country: one picture, whose letters are not seen elsewhere."""

_VISIBLE = re.compile(f"[^{BLANK}]")
_MOST_NAMED = 20

_BREAKS = re.compile("[\x0b\x0c\x1c-\x1e\x85]")
_DRIVING = re.compile("[\x00-\x08\x0e-\x1b\x1f\x7f-\x9f]")
_LINES = re.compile("([\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029])")
_CONTROLS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_EMBEDDING = {"\u202a": "\u202a", "\u202b": "\u202b", "\u202d": "\u202a", "\u202e": "\u202b"}
"""Overrides, which turn letters around, become embeddings: only who wants to deceive has them."""
_ISOLATES = "\u2066\u2067\u2068"
_POP, _POP_ISOLATE, _FIRST_STRONG = "\u202c", "\u2069", "\u2068"
_DEEPEST = 50  # Unicode counts to 125, what stands around it included

_TURNS = re.compile(
    "[\u0590-\u08ff\u200f\ufb1d-\ufdff\ufe70-\ufefe\U00010800-\U00010fff\U0001e800-\U0001efff"
    "\u202a-\u202e\u2066-\u2069]"
)


def is_visible(text: str) -> bool:
    """Whether there is anything to see in a text."""
    return _VISIBLE.search(text) is not None


def visible(text: str) -> str:
    """The text, or where nothing of it can be seen, which characters it has: `U+200B`."""
    return text if is_visible(text) else named(text)


def named(text: str) -> str:
    """Which characters a text has, the first of them: `U+200B U+FEFF`."""
    found = " ".join(f"U+{ord(character):04X}" for character in text[:_MOST_NAMED])
    return found if len(text) <= _MOST_NAMED else f"{found} \N{HORIZONTAL ELLIPSIS}"


def tamed(text: str) -> str:
    """The text without what drives a terminal, into which it may be pasted: U+FFFD in its place.

    Lines and tabs stay.
    """
    return _DRIVING.sub("\ufffd", _BREAKS.sub("\n", text))


def settled(text: str) -> str:
    """The text with controls of direction that end on the line where they begin."""
    if _CONTROLS.search(text) is None:
        return text
    return "".join(map(_settled, _LINES.split(text)))


def isolated(text: str) -> str:
    """A text that stands on a line with others, which it does not turn: nor do its controls."""
    if _TURNS.search(text) is None:
        return text
    return f"{_FIRST_STRONG}{settled(text)}{_POP_ISOLATE}"


def bare(text: str) -> str:
    """A text without what `isolated` sets it apart by, to compare it."""
    return text.replace(_FIRST_STRONG, "").replace(_POP_ISOLATE, "")


def _settled(line: str) -> str:
    kept: list[str] = []
    opened: list[str] = []
    end = 0
    for control in _CONTROLS.finditer(line):
        kept += [line[end : control.start()], _taken(control[0], opened)]
        end = control.end()
    closing = (_POP_ISOLATE if one in _ISOLATES else _POP for one in reversed(opened))
    return "".join([*kept, line[end:], *closing])


def _taken(control: str, opened: list[str]) -> str:
    """What of a control is kept, given those that are open."""
    if control in _EMBEDDING or control in _ISOLATES:
        if len(opened) == _DEEPEST:
            return ""
        opened.append(_EMBEDDING.get(control, control))
        return opened[-1]
    if control == _POP:
        if opened and opened[-1] not in _ISOLATES:
            opened.pop()
            return control
        return ""
    if not any(one in _ISOLATES for one in opened):
        return ""
    while opened.pop() not in _ISOLATES:
        pass  # an isolate ends the embeddings in it
    return control
