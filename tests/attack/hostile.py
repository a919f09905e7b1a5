"""Texts that somebody sends to harm whoever reads them, and what must not come of them."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

from wcwidth import wcswidth

from zmqchat.protocol.display import FLAG

HOSTILE: dict[str, str] = {
    "colours": "\x1b[31mred\x1b[0m and \x9b1mbold",
    "the whole screen": "\x1b[2J\x1b[H\x1bc\x1b[?1049h",
    "a title": "\x1b]0;owned\x07 \x9d0;owned\x9c",
    "a terminal's link": "\x1b]8;;http://evil.example\x1b\\bank.example\x1b]8;;\x1b\\",
    "the clipboard": "\x1b]52;c;cm0gLXJmIH4=\x07",
    "a string that never ends": "\x90\x1bP\x9d0;\x1b_\x1b^ hidden",
    "an answer of the terminal": "\x05\x1b[6n\x1b[c\x1bZ",
    "overwriting": "harmless\r\x1b[1Kevil\x08\x08\x7f",
    "lines": "one\ntwo\r\nthree\rfour\x0bfive\x0csix\x85seven\u2028eight\u2029nine",
    "a line of the log": 'x\n2026-01-01T00:00:00.000+00:00 INFO session opened user="root"',
    "an object of its own": '"}\n{"sender": "root", "text": "forged"}',
    "turned around": "invoice\u202efdp.exe",
    "never closed": "\u202a\u202b\u202d\u2066\u2067\u2068left open",
    "closed too often": "\u202c\u2069\u2069\u202c all around",
    "from the right": "שלום עולם \u2067 ( \u200f) -",
    "hidden words": "ok\U000e0065\U000e0076\U000e0069\U000e006c\ufff9a\ufffab\ufffb",
    "nothing to see": "\u200b\u2060\u3164\ufe0f\u00ad",
    "a tower": "z" + "\u0334\u0311" * 50,
    "nul": "before\0after",
    "a script": "<script>alert(1)</script><img src=x onerror=alert(1)><svg onload=alert(1)>",
    "a local picture": '<img src="file:///etc/passwd"><table background="http://evil.example/x">',
    "a style": '<style>*{color:red}</style><p style="font-size:900px" class="h1">loud</p>',
    "its own link": '<a href="file:///bin/sh">https://bank.example</a>',
    "ended elements": "</p></b></pre></td></table></body><h1>out</h1><!--",
    "entities": "&lt;b&gt; &#60;img src=x&#62; &#x202e;evil &NewLine;two",
    "a picture": "![x](file:///etc/passwd) ![y](http://evil.example/pixel.png)",
    "addresses that run": "[a](javascript:alert(1)) [b](data:text/html,x) [c](file:///bin/sh)",
    "addresses of ours": "[a](zmqchat-person:root) [b](zmqchat-room:vault) <zmqchat-room:vault>",
    "an attachment": "mailto:a@b.example?attach=/etc/passwd&body=x%0d%0aBcc:%20evil@example.com",
    "a definition": "[https://bank.example]: http://evil.example 'x'\n\n[https://bank.example]",
    "markup": "# h\n> q\n- l\n```sh\nrm -rf ~\n```\n|a|b|\n|-|-|\n|1|2|\n***",
    "formats": "{sender} {0} %s %(x)s %n ${HOME} {text.__class__}",
    "shell": "`id` $(id); rm -rf ~ | sh & '\" \\",
}
"""By what each tries. Texts of a protocol hold no halves of characters: they cannot be sent."""

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")
_BREAK = re.compile("[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_UNSEEN = re.compile("[\ufff9-\ufffb\U000e0000-\U000e007f]")
_OPENING, _CLOSING = "\u202a\u202b\u202d", "\u202c"
_ISOLATING, _ISOLATED = "\u2066\u2067\u2068", "\u2069"
_OVERRIDES = "\u202d\u202e"
_TAGS = frozenset(
    {"a", "b", "blockquote", "br", "code", "em", "hr", "li", "ol", "p", "pre", "s", "span"}
    | {"strong", "table", "tbody", "td", "th", "thead", "tr", "ul"}
)
_ATTRIBUTES = frozenset(
    ["href", "class", "align", "border", "title", "cellspacing", "cellpadding", "start"]
)
_SCHEMES = frozenset({"http", "https", "mailto", "zmqchat", "zmqchat-person", "zmqchat-room"})


def leaks(text: str) -> str:
    """What of a text turns what stands beside it on its line; "" where nothing does."""
    for line in _BREAK.split(text):
        opened: list[str] = []
        for character in line:
            if character in _OVERRIDES:
                return "an override"
            if character in _OPENING or character in _ISOLATING:
                opened.append(character)
            elif character == _CLOSING and not (opened and opened.pop() in _OPENING):
                return "an embedding is closed that was not opened"
            elif character == _ISOLATED:
                while opened and opened[-1] in _OPENING:
                    opened.pop()  # an isolate ends the embeddings in it
                if not opened:
                    return "an isolate is closed that was not opened"
                opened.pop()
        if opened:
            return "something is left open"
    return ""


def wrong_on_a_line(text: str) -> str:
    """What is wrong with a line of a terminal, a log or a label; "" where nothing is."""
    if found := _CONTROL.search(text) or _BREAK.search(text):
        return f"it has {found[0]!r}"
    if _UNSEEN.search(re.sub(FLAG, "", text)):
        return "it has words that nobody sees"
    return leaks(text)


def wrong_in_a_terminal(text: str) -> str:
    """The same, where each character has to have a width, too."""
    return wrong_on_a_line(text) or ("" if wcswidth(text) >= 0 else "it has no width")


def wrong_in_json(line: str, kept: str) -> str:
    """What is wrong with a line of JSON that holds this text somewhere; "" where nothing is."""
    if _CONTROL.search(line) or _BREAK.search(line) or any(c in line for c in "\u202e\u2066"):
        return "it is no line of plain characters"
    return "" if kept in _texts(json.loads(line)) else "the text is another"


def _texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for each in value.values() for text in _texts(each)]
    return [text for each in value for text in _texts(each)] if isinstance(value, list) else []


def wrong_in_html(html: str) -> str:
    """What is wrong with rich text for Qt; "" where nothing is."""
    reader = _Html()
    reader.feed(html)
    reader.close()
    return reader.wrong or ("" if not reader.open else f"{reader.open} are left open")


class _Html(HTMLParser):
    """Notes the first thing that the window's rich text may not consist of."""

    def __init__(self) -> None:
        super().__init__()
        self.wrong = ""
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _TAGS:
            self._note(f"<{tag}>")
        for name, value in attrs:
            if name not in _ATTRIBUTES:
                self._note(f"{tag} {name}={value}")
            if name == "href" and (value or "").partition(":")[0].lower() not in _SCHEMES:
                self._note(f"a link to {value}")
        if tag not in {"br", "hr"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self._note(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if found := _CONTROL.search(data.replace("\n", "").replace("\t", "")):
            self._note(f"{found[0]!r}")

    def handle_comment(self, data: str) -> None:
        self._note("a comment")

    def handle_decl(self, decl: str) -> None:
        self._note("a declaration")

    def handle_pi(self, data: str) -> None:
        self._note("an instruction")

    def _note(self, what: str) -> None:
        self.wrong = self.wrong or what
