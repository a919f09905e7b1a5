"""A message's text, which is CommonMark from somebody untrusted, as blocks that Qt shows safely.

Nothing of it ever becomes HTML by itself: raw HTML is text, there are no pictures, and a link goes
where `SCHEMES` allows. The HTML that comes out has no colours: the views put a style sheet before
it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from html import escape
from typing import Any
from urllib.parse import quote

from markdown_it import MarkdownIt
from markdown_it.token import Token
from pygments import highlight
from pygments.formatters.html import HtmlFormatter
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

from zmqchat_gui.viewmodels.emoji import is_only_emoji
from zmqchat_gui.viewmodels.markup import QtRenderer, code_of, inline, preformatted

SCHEMES = ("http:", "https:", "mailto:", "zmqchat:")
"""What a link in a message may begin with."""

PERSON = "zmqchat-person:"
ROOM = "zmqchat-room:"
"""What a link to a person or room of the same server begins with; only this module makes them."""

MOST_MARKED_UP = 8_192
"""Longer texts are shown as they were typed."""

_MOST_CODE = 8_192
_NAMED = re.compile(r"(?<![\w@#/.])([@#])(\w[\w.\-]*)")
_FIRST_STRONG = 200


@dataclass(frozen=True, slots=True)
class Names:
    """The names that a text may mention, each under its case-folded self, and the reader's own."""

    me: str = ""
    people: Mapping[str, str] = field(default_factory=dict)
    rooms: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rendered:
    """A text, ready to show: the blocks of `TimelineModel`'s role, and facts about it."""

    blocks: list[dict[str, Any]]
    plain: str
    mentions_me: bool
    right_to_left: bool


def render(text: str, names: Names) -> Rendered:
    """The text as blocks; very long ones keep their marks as they are."""
    env: dict[str, Any] = {"names": names, "me": False}
    if is_only_emoji(text):
        blocks = [_large(text)]
    elif len(text) > MOST_MARKED_UP:
        blocks = [plain_block(text)]
        env["me"] = mentions(text, names.me)
    else:
        blocks = list(_blocks(_markdown().parse(text, env), env))
    plain = "\n".join(block["plain"] for block in blocks)
    return Rendered(blocks, plain, env["me"], is_right_to_left(plain))


def mentions(text: str, name: str) -> bool:
    """Whether a text names this person, or everybody in the room."""
    wanted = {name.casefold(), "room"}
    return any(
        mark == "@" and _bare(word).casefold() in wanted for mark, word in _NAMED.findall(text)
    )


def one_line(text: str, most: int = 200) -> str:
    """The beginning of a text on one line, without anything that could break it."""
    shown = "".join(c if c.isprintable() else " " for c in text[: most * 2])
    line = " ".join(shown.split())
    return line if len(line) <= most else line[:most].rstrip() + "…"


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


def _large(text: str) -> dict[str, Any]:
    """Emoji that say it all."""
    block = plain_block(text.strip())
    return {**block, "html": f'<p class="emoji">{block["html"]}</p>'}


# ── tokens to blocks ─────────────────────────────────────────────────────────────────────────────


def _blocks(tokens: Sequence[Token], env: dict[str, Any]) -> Iterator[dict[str, Any]]:
    prose: list[Token] = []
    for group in _top_level(tokens):
        kind = _kind(group)
        if kind == "text":
            prose.extend(group)
            continue
        if prose:
            yield _prose("text", prose, env)
            prose = []
        yield _apart(kind, group, env)
    if prose:
        yield _prose("text", prose, env)


def _apart(kind: str, group: list[Token], env: dict[str, Any]) -> dict[str, Any]:
    """A block that does not run with the text around it."""
    if kind == "code":
        return _code(group[0])
    return _prose(kind, group[1:-1] if kind == "quote" else group, env)


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


def _prose(kind: str, tokens: list[Token], env: dict[str, Any]) -> dict[str, Any]:
    alone = len(tokens) == 3 and tokens[0].type == "paragraph_open"
    shown = tokens[1:-1] if alone else tokens  # a paragraph of its own needs no margins
    html = str(_markdown().renderer.render(shown, _markdown().options, env))
    return {"type": kind, "html": html, "plain": "\n".join(_words(tokens))}


def _words(tokens: Sequence[Token]) -> Iterator[str]:
    for token in tokens:
        if token.type == "inline":
            yield "".join(_said(child) for child in token.children or [])
        elif token.type in {"fence", "code_block"}:
            yield token.content.rstrip("\n")


def _said(token: Token) -> str:
    if token.type in {"softbreak", "hardbreak"}:
        return "\n"
    return str(token.meta["said"]) if "said" in token.meta else token.content


def _code(token: Token) -> dict[str, Any]:
    language = token.info.split(maxsplit=1)[0] if token.info.strip() else ""
    code = code_of(token)
    return {
        "type": "code",
        "html": preformatted(_coloured(code, language)),
        "plain": code,
        "language": one_line(language, 20),
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
    options = {"html": False, "linkify": True, "breaks": True}
    parser = MarkdownIt("commonmark", options, renderer_cls=QtRenderer)
    parser.enable(["strikethrough", "linkify", "table"])
    parser.disable(["image", "html_block", "html_inline"])
    parser.validateLink = _is_allowed  # type: ignore[method-assign]
    parser.core.ruler.push("names", _mark_names)
    return parser


def _is_allowed(url: str) -> bool:
    return url.strip().casefold().startswith(SCHEMES)


def _mark_names(state: Any) -> None:
    """Core rule: known names become links."""
    for token in state.tokens:
        if token.type == "inline" and token.children:
            token.children = list(_with_names(token.children, state.env))


def _with_names(children: Sequence[Token], env: dict[str, Any]) -> Iterator[Token]:
    in_link = 0
    for child in children:
        in_link += child.nesting if child.type in {"link_open", "link_close"} else 0
        if child.type == "text" and not in_link and ("@" in child.content or "#" in child.content):
            yield from _split(child.content, env)
        else:
            yield child


def _split(text: str, env: dict[str, Any]) -> Iterator[Token]:
    names: Names = env["names"]
    end = 0
    for found in _NAMED.finditer(text):
        word = _bare(found[2])
        link = _link(found[1], word, names)
        if link is None:
            continue
        target, of_reader = link
        env["me"] = env["me"] or of_reader
        yield _text(text[end : found.start()])
        yield _named(found[1] + word, target, "me" if of_reader else "mention")
        end = found.start() + 1 + len(word)
    yield _text(text[end:])


def _link(mark: str, word: str, names: Names) -> tuple[str, bool] | None:
    """Where a name leads, and whether it is the reader's; None for no name that is known."""
    folded = word.casefold()
    if mark == "#":
        room = names.rooms.get(folded)
        return None if room is None else (ROOM + quote(room, safe=""), False)
    if folded == "room":
        return "", True
    person = names.people.get(folded)
    if person is None and folded != names.me.casefold():
        return None
    return PERSON + quote(person or names.me, safe=""), folded == names.me.casefold()


def _bare(word: str) -> str:
    """Without the full stop that ends a sentence."""
    return word.rstrip(".-") or word


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)


def _named(said: str, target: str, kind: str) -> Token:
    html = f'<a class="{kind}" href="{escape(target)}">{escape(said)}</a>'
    return Token("html_inline", "", 0, content=html, meta={"said": said})
