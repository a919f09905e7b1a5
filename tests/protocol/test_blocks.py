"""What is prose and what is code: as the parser of the desktop client has it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from zmqchat.protocol.blocks import passages

_PIECES = (
    *("a", "b", " ", "  ", "   ", "    ", "\n", "\n", "\n\n", "- ", "-", "1. ", "2. ", "> ", ">"),
    *("```", "~~~", "`", "#", "# ", "---", "===", "* ", "***", "["),
)


def _theirs(text: str) -> Iterator[str]:
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    parser.disable(["reference", "html_block"])
    for token in parser.parse(text):
        if token.type == "inline":
            yield from _bare(token.content)


def _mine(text: str) -> Iterator[str]:
    for passage in passages(text):
        yield from _bare("\n".join(text[start:end] for start, end in passage))


def _bare(prose: str) -> Iterator[str]:
    """Without blanks at the ends of lines and what closes a heading, which is not looked at."""
    lines = "\n".join(line.strip() for line in prose.strip().split("\n"))
    lines = lines if "\n" in lines else lines.rstrip("# ")
    if lines:
        yield lines.replace("\\|", "|")


@given(st.lists(st.sampled_from(_PIECES), max_size=14).map("".join))
@example("- a\n\n      code\n  - b\n\n    > c\n      d")
@example("1. a\n2. b\n- c\n\n1) d")
@example("> a\nb\n    c\n> ```\n> d\ne")
@example("a\n- \nb\n2. c\n1. d")
@example("> \n    > a")
def test_prose_is_what_the_window_takes_for_it(text: str) -> None:
    text = f"[]\n\n{text}"  # else it is read as one passage
    assert list(_mine(text)) == list(_theirs(text))


_ROWS = ("|", "a", "`", " ", "\\|", "\n", "|---|", "|-|-|\n", "---", ":-:", "| a | b |\n")


@given(st.lists(st.sampled_from(_ROWS), max_size=12).map("".join))
@example("x\n| a | `b |\n|---|---|\n| c` | d |\n\ne")
@example("> | a |\n|---|\n")
@example("- | a |\n  |---|\n  | b |\n")
def test_cells_are_read_by_themselves(text: str) -> None:
    text = f"[]\n\n{text}"
    theirs = [prose for prose in _theirs(text) if prose != "|"]
    mine = [prose for prose in _mine(text) if prose != "|"]
    assert len(theirs) <= len(mine)  # a cell too many is not shown there, but it is read
    assert set(theirs) <= set(mine)


@pytest.mark.parametrize("evil", ["> ", "- ", "- - a\n", "| a\n|-\n", "```\n", "a|", "\t", "1. "])
def test_a_long_text_takes_no_time(evil: str) -> None:
    text = "[\n" + evil * (65_536 // len(evil))
    assert all(start <= end for passage in passages(text) for start, end in passage)
    nested = "- " * 16_000 + "`\n" + "\n" * 32_000
    assert len(list(passages(nested))) == 1
