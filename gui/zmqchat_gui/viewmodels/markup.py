"""Writes parsed Markdown as the HTML that Qt shows: no blanks between elements, no sizes of Qt's.

Qt enlarges `h1` to `h6` by factors of its own, whatever a style sheet says, so that headings are
paragraphs of a class; so are lines of a list, which have no margins. What `shown` reads is what is
written here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from typing import Any

from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

_HEADINGS = {"h1": "h1", "h2": "h2", "h3": "h3", "h4": "h3", "h5": "h3", "h6": "h3"}
_ALIGNED = "text-align:"
_TABLE = {"border": "1", "cellspacing": "0", "cellpadding": "6"}
"""Qt knows these of tables, and no style sheet for them."""
_BREAKS = re.compile("[\n\r\u2029]")


class QtRenderer(RendererHTML):
    """markdown-it's renderer for Qt's rich text."""

    def renderToken(self, tokens: Sequence[Token], idx: int, _options: Any, _env: Any) -> str:
        token = tokens[idx]
        kind = "tight" if token.hidden else _HEADINGS.get(token.tag)
        tag = "p" if kind else token.tag
        if token.nesting < 0:
            return f"</{tag}>"
        attributes = {"class": kind} if kind else _attributes(token)
        if tag == "table":
            attributes = _TABLE
        written = "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())
        return f"<{tag}{written}>"

    def softbreak(self, *_: Any) -> str:
        return "<br>"

    def hardbreak(self, *_: Any) -> str:
        return "<br>"

    def text(self, tokens: Sequence[Token], idx: int, *_: Any) -> str:
        return inline(tokens[idx].content)

    def code_inline(self, tokens: Sequence[Token], idx: int, *_: Any) -> str:
        return f"<code>{inline(tokens[idx].content)}</code>"

    def fence(self, tokens: Sequence[Token], idx: int, *_: Any) -> str:
        return preformatted(escape(code_of(tokens[idx])))

    def code_block(self, tokens: Sequence[Token], idx: int, *_: Any) -> str:
        return preformatted(escape(code_of(tokens[idx])))


def inline(text: str) -> str:
    """Text inside of a paragraph: nothing in it can end that (entities may say a line break)."""
    return escape(_BREAKS.sub(" ", text))


def code_of(token: Token) -> str:
    """The lines of a code block (HTML would not show an empty first one)."""
    return _BREAKS.sub("\n", token.content).strip("\n")


def preformatted(html: str) -> str:
    """Code that keeps its lines."""
    return f"<pre>{html}</pre>"


def _attributes(token: Token) -> dict[str, str]:
    given = {name: str(value) for name, value in token.attrItems()}
    style = given.pop("style", "")
    if style.startswith(_ALIGNED):
        given["align"] = style.removeprefix(_ALIGNED)
    return given
