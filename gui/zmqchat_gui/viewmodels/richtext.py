"""A message's text, which is CommonMark from somebody untrusted, as blocks that Qt shows safely.

Nothing of it ever becomes HTML by itself: raw HTML is text, there are no pictures, and a link goes
where `is_link` allows. Nothing that was typed gets lost either: definitions of links and entities
are text, and what Markdown would show nothing of, or not all of, is shown as it was typed. The HTML
that comes out has no colours: the views put a style sheet before it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from pygments import highlight
from pygments.formatters.html import HtmlFormatter
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

from zmqchat.protocol.addresses import is_link
from zmqchat.protocol.display import BLANK, FLAG, is_visible, settled, tamed, visible
from zmqchat_gui.viewmodels.emoji import is_only_emoji
from zmqchat_gui.viewmodels.markup import QtRenderer, code_of, inline, preformatted
from zmqchat_gui.viewmodels.references import Names, References

MOST_MARKED_UP = 8_192
"""Longer texts are shown as they were typed."""

_MOST_BRACKETS = 512
"""So are those with more opening brackets: at each, the parser looks for the end of a link, and of
the twenty that may be nested in it; 8,192 of them took it a fifth of a second."""

_MOST_CODE = 8_192
_FIRST_STRONG = 200
_LANGUAGE = re.compile(r"[\w.+#-]{1,20}")
_SEEN = re.compile(f"[^{BLANK}]")
_JOINING = frozenset("\u200c\u200d")
_FLAGS = re.compile(f"({FLAG})")
_TRACE = re.compile(f"[A-Za-z0-9]|[^{BLANK}\x00-\x7f]")


@dataclass(frozen=True, slots=True)
class Rendered:
    """A text, ready to show: the blocks of `TimelineModel`'s role, and facts about it."""

    blocks: list[dict[str, Any]]
    plain: str
    mentions_me: bool
    right_to_left: bool


def render(text: str, names: Names) -> Rendered:
    """The text as blocks; very long ones keep their marks as they are."""
    references = References(settled(tamed(visible(text))), names)
    if is_only_emoji(text):
        blocks = [_large(text)]
    else:
        marked_up = _marked_up(references) if _may_be_marked_up(text) else None
        blocks = marked_up or [_typed(references)]
    plain = "\n".join(block["plain"] for block in blocks)
    return Rendered(blocks, plain, references.mentions_me, is_right_to_left(plain))


def _may_be_marked_up(text: str) -> bool:
    return len(text) <= MOST_MARKED_UP and text.count("[") <= _MOST_BRACKETS


def beginning(text: str, names: Names, most: int) -> list[dict[str, Any]]:
    """The beginning of a text that is too long to be marked up, from where there is something to
    see, as blocks.
    """
    start = _first_seen(text)
    return [_typed(References(settled(tamed(visible(text[start : start + most]))), names))]


def plain_text(text: str) -> str:
    """A text as it is read where there is room for words only: without Markdown's marks."""
    return render(text, Names()).plain


def one_line(text: str, most: int = 200) -> str:
    """The beginning of a text on one line, without anything that could break it or turn it; what
    joins letters and emoji stays.
    """
    start = _first_seen(text)
    parts = enumerate(_FLAGS.split(text[start : start + most * 2]))
    line = " ".join("".join(part if at % 2 else _printed(part) for at, part in parts).split())
    return line if len(line) <= most else line[:most].rstrip() + "…"


def _first_seen(text: str) -> int:
    first = _SEEN.search(text)
    return first.start() if first else 0


def _printed(text: str) -> str:
    return "".join(c if c.isprintable() or c in _JOINING else " " for c in text)


def is_right_to_left(text: str) -> bool:
    """Whether the first strong character is of a script that runs from right to left."""
    for character in text[:_FIRST_STRONG]:
        direction = unicodedata.bidirectional(character)
        if direction in {"R", "AL"}:
            return True
        if direction == "L":
            return False
    return False


def plain_block(text: str) -> dict[str, Any]:
    """A text as it is, as a block."""
    return {"type": "text", "html": "<br>".join(map(inline, text.splitlines())), "plain": text}


def _typed(references: References) -> dict[str, Any]:
    """The text as it was typed, and links where it refers to something."""
    block = plain_block(references.marked)
    plain = references.typed(block["plain"])
    return {**block, "html": references.linked(block["html"]), "plain": plain}


def _large(text: str) -> dict[str, Any]:
    """Emoji that say it all."""
    block = plain_block(text.strip())
    return {**block, "html": f'<p class="emoji">{block["html"]}</p>'}


# ── nothing is lost ──────────────────────────────────────────────────────────────────────────────


def _marked_up(references: References) -> list[dict[str, Any]] | None:
    """The text as Markdown has it; None where that shows nothing, or not all that was typed."""
    source = references.marked
    tokens = _markdown().parse(source, {})
    if _trace(source) != "".join(map(_trace, _shown(tokens))):
        return None
    if any(map(references.names_in, _codes(tokens))):
        return None
    blocks = list(_blocks(tokens, references, source.splitlines()))
    if not any(is_visible(block["plain"]) for block in blocks):
        return None
    return blocks


def _codes(tokens: Sequence[Token]) -> Iterator[str]:
    """What the parser takes for code."""
    for token in tokens:
        if token.type in {"fence", "code_block", "code_inline"}:
            yield token.content
        yield from _codes(token.children or [])


def _trace(text: str) -> str:
    """What of a text must not get lost: letters, digits, signs that Markdown has no use for."""
    return "".join(_TRACE.findall(text))


def _shown(tokens: Sequence[Token]) -> Iterator[str]:
    """What of a text is shown, in its order: words, code, and where links lead."""
    for token in tokens:
        match token.type:
            case "inline":
                yield from _shown_inline(token.children or [])
            case "fence":
                yield from (token.info, token.content)
            case "code_block":
                yield token.content
            case "list_item_open" if token.info:
                yield str(int(token.info))


def _shown_inline(children: Sequence[Token]) -> Iterator[str]:
    opened: list[Token] = []
    for child in children:
        if child.type == "link_open":
            opened.append(child)
        elif child.type == "link_close":
            link = opened.pop()
            if link.info != "auto" and "said" not in link.meta:
                yield from (str(link.attrGet("href")), str(link.attrGet("title") or ""))
        else:
            yield child.content


# ── tokens to blocks ─────────────────────────────────────────────────────────────────────────────


def _blocks(
    tokens: Sequence[Token], references: References, lines: Sequence[str]
) -> Iterator[dict[str, Any]]:
    prose: list[Token] = []
    for group in _top_level(tokens):
        if not _is_seen(group):
            group = _as_typed(group, lines)
        kind = _kind(group)
        if kind == "text":
            prose.extend(group)
            continue
        if prose:
            yield _prose("text", prose, references)
            prose = []
        yield _apart(kind, group, references)
    if prose:
        yield _prose("text", prose, references)


def _is_seen(group: Sequence[Token]) -> bool:
    """Whether a block shows anything; a line across does, between others."""
    return group[0].type == "hr" or any(map(is_visible, _shown(group)))


def _as_typed(group: Sequence[Token], lines: Sequence[str]) -> list[Token]:
    """A paragraph of the lines that a block was made of."""
    first, last = group[0].map or (0, 0)
    children = [_text(line) for line in lines[first:last] if line.strip()]
    broken = [part for child in children for part in (child, Token("softbreak", "br", 0))][:-1]
    return [
        Token("paragraph_open", "p", 1),
        Token("inline", "", 0, children=broken),
        Token("paragraph_close", "p", -1),
    ]


def _apart(kind: str, group: list[Token], references: References) -> dict[str, Any]:
    """A block that does not run with the text around it."""
    if kind == "code":
        return _code(group[0], references)
    return _prose(kind, group[1:-1] if kind == "quote" else group, references)


def _top_level(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    """The tokens of each outermost block."""
    group: list[Token] = []
    depth = 0
    for token in tokens:
        group.append(token)
        depth += token.nesting
        if depth == 0:
            yield group
            group = []


def _kind(group: Sequence[Token]) -> str:
    match group[0].type:
        case "fence" | "code_block":
            return "code"
        case "blockquote_open":
            return "quote"
        case "table_open":
            return "table"
        case _:
            return "text"


def _prose(kind: str, tokens: list[Token], references: References) -> dict[str, Any]:
    alone = len(tokens) == 3 and tokens[0].type == "paragraph_open"
    shown = tokens[1:-1] if alone else tokens  # a paragraph of its own needs no margins
    html = str(_markdown().renderer.render(shown, _markdown().options, {}))
    plain = references.typed("\n".join(_words(tokens)))
    return {"type": kind, "html": references.linked(html), "plain": plain}


def _words(tokens: Sequence[Token]) -> Iterator[str]:
    for token in tokens:
        if token.type == "inline":
            yield "".join(_said(child) for child in token.children or [])
        elif token.type in {"fence", "code_block"}:
            yield token.content.rstrip("\n")


def _said(token: Token) -> str:
    return "\n" if token.type in {"softbreak", "hardbreak"} else token.content


def _code(token: Token, references: References) -> dict[str, Any]:
    code, language = references.typed(code_of(token)), references.typed(token.info.strip())
    return {
        "type": "code",
        "html": preformatted(_coloured(code, language)),
        "plain": code,
        "language": language,
    }


def _coloured(code: str, language: str) -> str:
    lexer = _lexer(language.casefold()) if language and len(code) <= _MOST_CODE else None
    if lexer is None:
        return escape(code)
    return str(highlight(code, lexer, HtmlFormatter(nowrap=True))).rstrip("\n")


def _lexer(language: str) -> Lexer | None:
    try:
        return get_lexer_by_name(language, stripnl=False)
    except ClassNotFound:
        return None


# ── the parser ───────────────────────────────────────────────────────────────────────────────────


@cache
def _markdown() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "breaks": True}, renderer_cls=QtRenderer)
    parser.enable(["strikethrough", "table"])
    # what is typed as a definition or an entity is meant as text: shown it would be something else
    parser.disable(["image", "html_block", "html_inline", "reference", "entity"])
    parser.validateLink = is_link  # type: ignore[method-assign, assignment]
    parser.normalizeLink = str  # type: ignore[method-assign, assignment]
    parser.normalizeLinkText = str  # type: ignore[method-assign, assignment]
    parser.core.ruler.push("shown", _show)
    return parser


def _show(state: Any) -> None:
    """Core rule: links without words show where they lead, code what was typed behind its fence,
    and lists the numbers that they were given.
    """
    for token in state.tokens:
        if token.type == "inline":
            token.children = list(_worded(token.children or []))
        elif token.type == "fence" and not _LANGUAGE.fullmatch(token.info.strip() or "-"):
            token.content, token.info = f"{token.info.strip()}\n{token.content}", ""
    state.tokens = list(_numbered(state.tokens))


def _worded(children: Sequence[Token]) -> Iterator[Token]:
    link, words = None, ""
    for child in children:
        if child.type == "link_open":
            link, words = child, ""
        elif child.type == "link_close" and link is not None and not is_visible(words):
            link.meta = {"said": True}
            yield _text(str(link.attrGet("href")))
        words += child.content
        yield child


def _numbered(tokens: Sequence[Token]) -> Iterator[Token]:
    """Lists with the numbers that were typed: Qt counts by itself, so that another list goes on
    where they do not follow each other. Who types one number again and again means to count.
    """
    expected: list[int] = []
    before: dict[int, int] = {}
    for token in tokens:
        if token.type == "ordered_list_open":
            start = token.attrGet("start")
            expected.append(1 if start is None else int(start))
            before.pop(len(expected), None)
        elif token.type == "ordered_list_close":
            expected.pop()
        elif token.type == "list_item_open" and token.info:
            number = int(token.info)
            if number not in {expected[-1], before.get(len(expected), number)}:
                yield Token("ordered_list_close", "ol", -1, block=True)
                yield Token("ordered_list_open", "ol", 1, {"start": number}, block=True)
                expected[-1] = number
            before[len(expected)] = number
            expected[-1] += 1
        yield token


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)
