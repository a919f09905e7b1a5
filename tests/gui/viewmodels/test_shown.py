"""The text of a block is, place for place, the one that Qt makes of its HTML."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PySide6.QtGui import QTextDocument
from zmqchat_gui.viewmodels.references import Names
from zmqchat_gui.viewmodels.richtext import render
from zmqchat_gui.viewmodels.shown import Shown, shown

NAMES = Names("maja", {"ada": "Ada"}, {"general": "general"})
PIECES = (
    *(
        "a",
        "b c",
        " ",
        "  ",
        "\t",
        "\n",
        "\n\n",
        "- ",
        "1. ",
        "  - ",
        "> ",
        "> > ",
        "    code\n",
        "```\n",
    ),
    *("`x  y`", "**", "*", "~~", "# ", "## ", "---\n", "| a | b |\n|---|:-:|\n| 1 | 2 |\n", "\\"),
    *("😀", "مرحبا", "@ada", "#general", "http://a.b", "<b>", "&amp;", "&#10;", "&#13;", "&#8233;"),
    *("\r", "\x0b", "\x1f", "\x00", "\u2028", "\u2029", "\u00a0", "\u200b", "\ufffc"),
)


def in_qt(html: str) -> list[str]:
    """The paragraphs of Qt's document for a block, as the views load it."""
    document = QTextDocument()
    document.setHtml("<style>body { white-space: pre-wrap; }</style><body>" + html)
    found, block = [], document.begin()
    while block.isValid():
        found.append(block.text())
        block = block.next()
    return found


@given(st.lists(st.sampled_from(PIECES), max_size=16).map("".join))
@example("- one\n  - two\n\n        code\n- > three\n\n1. x\n\n   y\n---\n```\n\na\n\nb\n```")
@example("> ---\n> > ")
@example("text\n\n| a | b |\n|:--|--:|\n| 1 |  |\n\n# after")
def test_every_place_is_where_qt_has_it(text: str) -> None:
    for block in render(text, NAMES).blocks:
        mine = shown(block["html"])
        assert [one.text for one in mine.paragraphs] == in_qt(block["html"])
        assert mine.length == sum(_units(one) + 1 for one in in_qt(block["html"])) - 1


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def block(text: str) -> Shown:
    """The only block of a text."""
    (only,) = render(text, NAMES).blocks
    return shown(only["html"])


@pytest.mark.parametrize(
    ("offset", "word"),
    [
        (0, "don't"),
        (3, "don't"),
        (5, " "),
        (6, "👍🏽"),
        (11, "wörld"),
        (15, "wörld"),
        (99, "wörld"),
    ],
)
def test_the_word_at_a_place(offset: int, word: str) -> None:
    text = block("don't 👍🏽 w**örl**d")
    start, end = text.word(offset)
    assert text.text(start, end) == word


def test_the_paragraph_at_a_place() -> None:
    text = block("one\nline\n\ntwo")
    assert [text.text(*text.paragraph(offset)) for offset in (0, 5, 8, 9, 12)] == [
        *["one\nline"] * 3,
        *["two"] * 2,
    ]


def test_lists_have_their_marks_unless_a_part_of_one_item_is_taken() -> None:
    text = block("- one\n- two\n  1. three\n  2. four\n\nend")
    assert text.text(0, text.length) == "• one\n• two\n    1. three\n    2. four\nend"
    assert text.text(1, 6) == "ne\n• tw"
    assert text.text(0, 3) == "one"
    assert text.text(0, 3, alone=False) == "• one"
    assert text.text(0, 4) == "• one"
    assert text.text(0, 0, alone=False) == ""


def test_cells_stand_beside_each_other() -> None:
    text = block("| a | b |\n|---|---|\n| 1 |  |\n| 2 | 3 |")
    assert text.text(0, text.length) == "a\tb\n1\t\n2\t3"


def test_quotations_are_marked() -> None:
    text = block("> one\n> two\n>\n> three")
    assert text.text(0, text.length, quoted=True) == "> one\n> two\n> three"
    assert text.text(0, 2, quoted=True) == "on"
