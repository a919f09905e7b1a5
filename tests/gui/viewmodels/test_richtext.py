"""Untrusted text never becomes HTML of its own, a remote request, or a local file access."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from zmqchat_gui.viewmodels.richtext import (
    SCHEMES,
    Names,
    is_right_to_left,
    mentions,
    one_line,
    render,
)

NAMES = Names("maja", {"ada": "Ada", "maja": "maja"}, {"general": "general"})
TAGS = {
    *("p", "ul", "ol", "li", "hr", "strong", "em", "s", "code", "pre", "blockquote", "a", "span"),
    *("br", "table", "thead", "tbody", "tr", "th", "td"),
}

TABLE = {"border", "cellspacing", "cellpadding"}


class Reader(HTMLParser):
    """Collects tags, links and attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.attributes: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)
        self.links.extend(value or "" for name, value in attrs if name == "href")


def html_of(text: str) -> str:
    return "".join(block["html"] for block in render(text, NAMES).blocks)


def test_the_usual_marks() -> None:
    assert html_of("**b** *i* ~~s~~ `c<d`\nnext") == (
        "<strong>b</strong> <em>i</em> <s>s</s> <code>c&lt;d</code><br>next"
    )


def test_prose_quotes_and_code_are_blocks() -> None:
    rendered = render("before\n\n> cited\n\n```python\nx = 1\n```\nafter", NAMES)
    assert [(block["type"], block["plain"]) for block in rendered.blocks] == [
        ("text", "before"),
        ("quote", "cited"),
        ("code", "x = 1"),
        ("text", "after"),
    ]
    assert rendered.blocks[2]["language"] == "python"
    assert '<span class="mi">1</span>' in rendered.blocks[2]["html"]
    assert rendered.plain == "before\ncited\nx = 1\nafter"


def test_headings_are_paragraphs_whose_size_the_style_sheet_says() -> None:
    assert html_of("# a\n## b\n### c\n###### f") == (
        '<p class="h1">a</p><p class="h2">b</p><p class="h3">c</p><p class="h3">f</p>'
    )


def test_a_table_is_a_block_of_its_own() -> None:
    rendered = render("before\n\n| a | b |\n|---|--:|\n| `1` | <i> |", NAMES)
    assert [block["type"] for block in rendered.blocks] == ["text", "table"]
    assert '<td align="right">&lt;i&gt;</td>' in rendered.blocks[1]["html"]
    assert rendered.plain == "before\na\nb\n1\n<i>"


@pytest.mark.parametrize("text", ["😀", " 👍🏽👩‍👩‍👧‍👦 \n🎉", "🇸🇪", "❤️"])
def test_emoji_by_themselves_are_large(text: str) -> None:
    (block,) = render(text, NAMES).blocks
    assert block["html"].startswith('<p class="emoji">')
    assert block["plain"] == text.strip()


@pytest.mark.parametrize("text", ["", " ", "12", "#", "a😀", "😀" * 30, "🏽", "\ufe0f"])
def test_other_texts_are_not(text: str) -> None:
    assert "emoji" not in html_of(text)


def test_known_names_are_links_and_others_are_text() -> None:
    html = html_of("@ada. @maja #general @nobody me@ada.org `@ada`")
    assert Reader(html).links == [
        "zmqchat-person:Ada",
        "zmqchat-person:maja",
        "zmqchat-room:general",
        "mailto:me@ada.org",
    ]
    assert 'class="me"' in html


@pytest.mark.parametrize(
    ("text", "named"),
    [("hi @maja", True), ("@Maja!", True), ("@room hi", True), ("@majas", False), ("maja", False)],
)
def test_who_is_mentioned(text: str, named: bool) -> None:
    assert mentions(text, "maja") is named


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=http://evil/x.png>",
        "![p](http://evil/x.png)",
        "![p](file:///etc/passwd)",
        "[x](javascript:alert(1))",
        "[x](file:///etc/passwd)",
        "[x](data:text/html,x)",
        "[x]: file:///etc/passwd\n\n[x]",
        "<file:///etc/passwd>",
        "<style>a{}</style>",
        '[x](https://a.b "t<i>")',
        '```"><img src=x>\nx\n```',
        "&lt;img&gt; &#60;img&#62;",
    ],
)
def test_hostile_text_stays_text(text: str) -> None:
    assert_safe(html_of(text))


@given(st.text(alphabet=st.sampled_from(list("<>[]()!`*_~\"'&#@\\\n :/.-x|ada")), max_size=80))
def test_no_text_gets_out(text: str) -> None:
    assert_safe(html_of(text))


def assert_safe(html: str) -> None:
    reader = Reader(html)
    assert reader.tags <= TAGS
    assert reader.attributes <= {"href", "class", "title", "start", "align"} | TABLE
    own = ("zmqchat-person:", "zmqchat-room:")
    assert all(link == "" or link.casefold().startswith(SCHEMES + own) for link in reader.links)


@pytest.mark.parametrize("evil", ["[", "![[", "*a_", "> ", "`", "<", "**", "(#", "\\", "http://"])
def test_long_text_is_shown_whatever_it_is(evil: str) -> None:
    text = evil * (65_536 // len(evil))
    assert_safe(html_of(text))
    assert_safe(html_of(text[:8_000]))


def test_one_line() -> None:
    assert one_line("a\n\tb\u202ec  d") == "a b c d"
    assert one_line("x" * 300, 10) == "x" * 10 + "…"


def test_the_first_strong_character_says_the_direction() -> None:
    assert is_right_to_left("123 مرحبا hello")
    assert not is_right_to_left("hello مرحبا")
    assert not is_right_to_left("123")
