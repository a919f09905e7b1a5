"""How the work that a text makes grows with it: counted, so that a busy machine changes nothing."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from types import FrameType
from typing import Any

UNITS = (
    *("a", "ab ", " ", "  \n", "\n", "\r", "\t", "a\n", "中", "ك", "👍\u200d", "a\u0301", "\xa0"),
    *("[", "]", "](", "[a](b)", "[[", "![", "[a](<", '[a](b "', "[a]: b\n", "[a]:", "(", ")", "()"),
    *("`", "``", "` ", "``a ", "`a", "*", "_", "**", "*a ", "_a", "_a_b", "~~", "~~a", "*a**"),
    *("@", "@a", "@a,", "@a.", "a@", "a@b.", "#", "#a", "http://", "http://a", "https://a.b/("),
    *("www.", "://", "mailto:", "http://a@", "<http://", "<", "<a", "<a ", "<!--", "&", "&#"),
    *(">", "> ", ">\n", "- ", "* a\n", "1. ", "  - ", "> - ", "|", "|a", "\n|", "|-|-|\n", "```\n"),
    *("~~~\n", "---\n", "===\n", "=", "-", "\\", "\\[", '"', 'a" ', "from:", "{", "!", "//", "."),
    *("\x1b", "\x1b[", "\x1b[1", "\x1b]", "\x1b]0;", "\x1bP", "\x1b ", "\x9b", "\x9d", "\x90"),
    *("\x98", "\x9e", "\x9f", "\x9c", "\x07", "\x9d\x1b", "\x90\x9d", "\x85", "\u2028"),
    *("\u202e", "\u2066", "\u2068", "\u2069", "\u202c", "\u2066\u202e", "\u200b", "\u200d", "\xad"),
    *("\U0001f3f4", "\U000e0061", "\U0001f3f4\U000e0061", "\U000e007f", "\ufdd0", "\ufe0f"),
)
"""What the texts of those who mean harm are made of."""


def text_of(unit: str, length: int) -> str:
    """A text of about so many characters that consists of `unit` only."""
    return unit * (length // len(unit))


def steps(work: Callable[[], Any]) -> int:
    """How many lines of Python, and calls of functions, the work takes; what it calls included."""
    count = 0

    def line(_frame: FrameType, event: str, _about: object) -> Any:
        nonlocal count
        count += event == "line"
        return line

    def call(_frame: FrameType, event: str, _about: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    before = sys.gettrace(), sys.getprofile()
    sys.settrace(line)
    sys.setprofile(call)
    try:
        work()
    finally:
        sys.settrace(before[0])
        sys.setprofile(before[1])
    return count


def processor(work: Callable[[], Any]) -> float:
    """The seconds that this thread had a processor for the work."""
    began = time.thread_time()
    work()
    return time.thread_time() - began


def is_linear_in_steps(work: Callable[[str], Any], unit: str, length: int) -> bool:
    """Whether twice the text takes about twice the steps at most."""
    once = steps(lambda: work(text_of(unit, length)))
    twice = steps(lambda: work(text_of(unit, length * 2)))
    return twice < 2.5 * once + 500


def is_linear_for_the_processor(work: Callable[[str], Any], unit: str, length: int) -> bool:
    """Whether sixteen times the text takes far less than 256 times as long: what C does in one
    step, as a regular expression, shows in nothing else. It is no matter how long, nor how busy
    the machine is.
    """
    short, long = text_of(unit, length), text_of(unit, length * 16)
    for _ in range(3):  # something else may have been in the way
        if processor(lambda: work(long)) < 80 * max(processor(lambda: work(short)), 5e-4):
            return True
    return False
