"""Untrusted text never becomes HTML of its own, a remote request, or a local file access."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from zmqchat_gui.viewmodels.references import Names
from zmqchat_gui.viewmodels.richtext import (
    MOST_MARKED_UP,
    beginning,
    is_right_to_left,
    one_line,
    render,
)

from zmqchat.protocol.addresses import SCHEMES
from zmqchat.protocol.display import is_visible

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
        self.titles: list[str] = []
        self.texts: list[str] = []
        self.attributes: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)
        self.links.extend(value or "" for name, value in attrs if name == "href")
        self.titles.extend(value or "" for name, value in attrs if name in {"title", "start"})

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def shown_of(html: str) -> str:
    """Everything that HTML says: its text, and where its links lead."""
    reader = Reader(html)
    return "".join(reader.texts) + " ".join(reader.links + reader.titles)


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
    joined = "👩\u200d👩\u200d👧 می\u200cخواهم 🏴\U000e0067\U000e0062\U000e007f"
    assert one_line(joined) == joined
    assert one_line("a\U000e0041\U000e0042") == "a"
    assert one_line("\u200b" * 900 + "far") == "far"
    assert one_line("x" * 300, 10) == "x" * 10 + "…"


def test_the_first_strong_character_says_the_direction() -> None:
    assert is_right_to_left("123 مرحبا hello")
    assert not is_right_to_left("hello مرحبا")
    assert not is_right_to_left("123")


@pytest.mark.parametrize(
    "text",
    [
        *(">", "#", "######", "42.", "7)", "-", "*", "+", "***", "---", "_ _ _", "**", "****"),
        *("```", "~~~", "``", "```\n```", "> >", "> ```\n> ```", "- -", "- ***", "1. #"),
        *("[x]: https://example.com", "[](https://example.com)", "[ ](https://example.com)"),
        *("<!-- x -->", "<b></b>", "<br>", "&nbsp;", "&#8203;", "&shy;", "\\", "|", "|-|\n|-|"),
        *("\u200b", "\u3164", "\u2800", "\u202e", "\ufe0f", "\u200d\u200c", "\u00ad", " "),
        "[\u200b](https://example.com)",
        "| a |\n|---|\n|   |   |",
    ],
)
def test_nothing_that_was_sent_is_invisible(text: str) -> None:
    rendered = render(text, NAMES)
    assert is_visible(rendered.plain)
    assert is_visible("".join(Reader(block["html"]).texts[0] for block in rendered.blocks))
    assert is_visible(one_line(rendered.plain))


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("before\n\n>\n\nbehind", "before\n>\nbehind"),
        ("see\n\n[x]: https://a.example\n\nor [x]", "see\n[x]: https://a.example\nor [x]"),
        ("a\n\n#\n\nb", "a\n#\nb"),
        ("```one two\nthree\n```", "one two\nthree"),
        ("| a |\n|---|\n| b | c |", "| a |\n|---|\n| b | c |"),
        ("007. licence", "007. licence"),
        ("&lt;b&gt; &copy;", "&lt;b&gt; &copy;"),
        ("> " * 30 + "deep", "> " * 30 + "deep"),
    ],
)
def test_what_markdown_would_drop_is_shown_as_it_was_typed(text: str, plain: str) -> None:
    assert render(text, NAMES).plain == plain


def test_a_line_across_stands_between_other_blocks() -> None:
    assert html_of("a\n\n---\n\nb") == "<p>a</p><hr><p>b</p>"


def test_lists_have_the_numbers_that_were_typed() -> None:
    item = '<li><p class="tight">{}</p></li>'.format
    assert html_of("2. yes\n5. no\n6. no") == (
        f'<ol start="2">{item("yes")}</ol><ol start="5">{item("no")}{item("no")}</ol>'
    )
    assert html_of("1. a\n1. b\n1. c") == f"<ol>{item('a')}{item('b')}{item('c')}</ol>"


WORDS = st.sampled_from(
    ["ada", "b2", "été", "日本", "@ada", "@maja", "#general", "https://a.b/c_d"]
)
MARKS = st.sampled_from(
    (
        *(
            "\n",
            "\n\n",
            " ",
            "    ",
            "- ",
            "3. ",
            "> ",
            "# ",
            "```",
            "`",
            "**",
            "_",
            "__",
            "~~",
            "|",
        ),
        *("[", "](", ")", "]: ", "<", ">", "!", "&nbsp;", "\\", "\n|---|\n", "---"),
        *("\u200b", "\u202e", "\x00"),
    )
)


@given(st.lists(WORDS | MARKS, min_size=1, max_size=14).map("".join))
def test_whatever_was_typed_is_shown(text: str) -> None:
    rendered = render(text, NAMES)
    assert is_visible(rendered.plain) or text == ""
    shown = "".join(shown_of(block["html"]) for block in rendered.blocks)
    shown += " ".join(block.get("language", "") for block in rendered.blocks)
    for word in re.findall(r"[^\W_]+", text):
        assert word in shown


@given(st.text(max_size=60))
def test_any_text_can_be_seen(text: str) -> None:
    assert not is_visible(text) or is_visible(render(text, NAMES).plain)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("__init__.py", "__init__.py"),
        ("call __init__ and __main__", "call __init__ and __main__"),
        ("a.__class__.__name__", "a.__class__.__name__"),
        ("_repr_() x._a_ _m_.py", "_repr_() x._a_ _m_.py"),
        ("snake_case_name", "snake_case_name"),
        ("**__init__**", "<strong>__init__</strong>"),
        ("`__init__` [__x__](https://a.b/__y__)",
         '<code>__init__</code> <a href="https://a.b/__y__">__x__</a>'),
        ("_so_, (_so_) _so it is_.", "<em>so</em>, (<em>so</em>) <em>so it is</em>."),
        ("__so it is__", "<strong>so it is</strong>"),
    ],
)  # fmt: skip
def test_names_of_code_keep_their_underscores(text: str, html: str) -> None:
    assert html_of(text) == html


def test_addresses_are_links_and_files_are_not() -> None:
    html = html_of("README.md asp.net www.a.example, https://例え.jp/パス。次 me@ada.example")
    assert Reader(html).links == [
        "https://www.a.example",
        "https://例え.jp/パス",
        "mailto:me@ada.example",
    ]
    assert Reader(html_of("x" * MOST_MARKED_UP + " https://a.b @ada")).links == [
        "https://a.b",
        "zmqchat-person:Ada",
    ]


def test_the_beginning_of_a_long_text_can_be_seen() -> None:
    (block,) = beginning("\u200b" * 9_000 + " @maja" * 2_000, NAMES, 100)
    assert block["plain"].startswith("@maja @maja")
    assert 'class="me"' in block["html"]
    assert beginning("\u200b" * 9_000, NAMES, 3)[0]["plain"] == "U+200B U+200B U+200B"


def test_controls_of_direction_end_with_their_line() -> None:
    assert render("\u202eabc\nnext \u2067x", NAMES).plain == "\u202babc\u202c\nnext \u2067x\u2069"


@pytest.mark.parametrize("evil", ["_a_", "__a", "_", "__a__", "1. a\n", "@ada", "https://a", "@"])
def test_a_long_text_takes_no_time(evil: str) -> None:
    text = evil * (65_536 // len(evil))
    assert is_visible(render(text, NAMES).plain)
    assert is_visible(render(text[:8_000], NAMES).plain)
