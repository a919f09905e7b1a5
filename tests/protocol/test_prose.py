"""What is a link in a text, and where it ends in prose of any script."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zmqchat.protocol.addresses import LONGEST, followed
from zmqchat.protocol.limits import TEXT_BYTES
from zmqchat.protocol.prose import has_link, links, tokens

HERE = "https://a.example/b"


@pytest.mark.parametrize(
    "text",
    [
        f"see {HERE}",
        f"see {HERE}.",
        f"{HERE}, and",
        f"({HERE})",
        f"[{HERE}]",
        f"<{HERE}>",
        f'"{HERE}"',
        f"'{HERE}'",
        f"“{HERE}”",
        f"«{HERE}»",
        f"„{HERE}“",
        f"‘{HERE}’",
        f"**{HERE}**",
        f"_{HERE}_",
        f"~~{HERE}~~",
        f"{HERE}…",
        f"{HERE}—that",
        f"{HERE}?!",
        f"{HERE}:",
        f"{HERE};",
        f"> {HERE}",
        f"- {HERE}\n- more",
        f"| {HERE}|\n|---|",
        f"[words]({HERE})",
        f"[words]({HERE} 'title')",
        f"请看{HERE}，谢谢",
        f"请看{HERE}。",
        f"（{HERE}）",
        f"「{HERE}」",
        f"《{HERE}》",
        f"{HERE}、{'x'}",
        f"{HERE}；",
        f"{HERE}！",
        f"{HERE}を見て",
        f"{HERE}에서",
        f"ดู {HERE} ครับ",
        f"ดู{HERE}ครับ",
        f"{HERE}， 次",
        f"انظر {HERE}، ثم",
        f"هل {HERE}؟",
        f"{HERE}۔",
        f"ראו {HERE}׃",
        f"देखें {HERE}।",
        f"{HERE}։",
        f"{HERE}።",
        f"{HERE}\u200b",
        f"{HERE}\u202c",
        f"{HERE}\u2069",
        f"{HERE}\u3000次",
        f"{HERE}\u00a0next",
    ],
)
def test_a_link_ends_where_prose_goes_on(text: str) -> None:
    assert list(links(text)) == [HERE]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("https://例え.jp/パス。次", ["https://例え.jp/パス"]),
        ("https://例え.jpを", ["https://例え.jpを"]),  # nothing tells these letters from the host's
        ("https://example.comを見て", ["https://example.com"]),
        ("https://th.example/ไทย ครับ", ["https://th.example/ไทย"]),
        ("https://ja.example/ジョン・レノン。", ["https://ja.example/ジョン・レノン"]),
        ("https://fa.example/می\u200cخواهم، ", ["https://fa.example/می\u200cخواهم"]),
        ("https://пример.рф/путь, да", ["https://пример.рф/путь"]),
        ("(https://a.example/A_(b))", ["https://a.example/A_(b)"]),
        ("https://a.example/b)c", ["https://a.example/b"]),
        ("https://a.example/?q=[1]&x={2}", ["https://a.example/?q=[1]&x={2}"]),
        ("https://[::1]:8080/x", ["https://[::1]:8080/x"]),
        ("http://localhost:8000/", ["http://localhost:8000/"]),
        ("HTTP://A.EXAMPLE", ["HTTP://A.EXAMPLE"]),
        ("zmqchat://host:1/k?t=x", ["zmqchat://host:1/k?t=x"]),
        ("www.a.example/b.", ["https://www.a.example/b"]),
        ("mail ann@a.example.", ["mailto:ann@a.example"]),
        ("写信给ann@a.example吧", ["mailto:ann@a.example"]),
        ("mailto:ann@a.example", ["mailto:ann@a.example"]),
        ("https://a.example/__init__.py", ["https://a.example/__init__.py"]),
        ("https://a.example/@ann/#general", ["https://a.example/@ann/#general"]),
    ],
)
def test_what_belongs_to_a_link_stays_in_it(text: str, found: list[str]) -> None:
    assert list(links(text)) == found


@pytest.mark.parametrize(
    "text",
    [
        *("README.md", "setup.py", "main.rs", "asp.net", "e.g. this", "node.js", "example.com"),
        *("1.2.3.4", "a.b/c", "and/or", "12:30", "http:/ no", "http://", "https://.", "://x"),
        *("xhttps://no", "ftp://a.example/b", "javascript:alert(1)", "file:///etc/passwd", "www."),
        *("`https://a.example`", "```\nhttps://a.example\n```", "    https://a.example"),
        *("[x](javascript:a)", "[x](/a)", "git@a.example:b/c.git", "@ann", "ann@home", "a@b@c.de"),
        f"https://{'x' * LONGEST}",
    ],
)
def test_what_nobody_means_as_a_link_is_none(text: str) -> None:
    assert not has_link(text)


@given(st.text(alphabet="htps:/.@w[]()<>`'\"\\ \nab。א", max_size=80))
def test_any_text_is_read(text: str) -> None:
    found = list(tokens(text))
    assert all(0 <= token.start <= token.end <= len(text) for token in found)
    assert [token.start for token in found] == sorted(token.start for token in found)
    assert has_link(text) == bool(list(links(text)))


@pytest.mark.parametrize(
    "evil",
    ["https://", "https://a/ก", "(https://a.b/((", "http://a]", "[https://a.b](", "mailto:a@", "x@",
     "a.", "@a.", "`", "``a`", "[", "](", "[x](a \"", "<a b=", "<!--", "> - ", "| a |\n|-|\n"],
)  # fmt: skip
def test_a_long_text_takes_no_time(evil: str) -> None:
    for before in ("", "[`\n"):
        text = before + evil * (TEXT_BYTES // len(evil.encode()))
        assert all(token.end <= len(text) for token in tokens(text))


@pytest.mark.parametrize(
    ("link", "followed_"),
    [
        ("https://a.example/?attach=x", "https://a.example/?attach=x"),
        ("mailto:a@b.example", "mailto:a@b.example"),
        ("mailto:a@b.example?subject=hi&body=x%26y", "mailto:a@b.example?subject=hi&body=x%26y"),
        ("mailto:a@b.example?attach=/etc/passwd", "mailto:a@b.example"),
        ("MAILTO:a@b.example?Attachment=x&Subject=hi&bcc=c", "MAILTO:a@b.example?Subject=hi"),
        ("mailto:a@b.example?a?attach=x&body", "mailto:a@b.example?body"),
        ("mailto:a@b.example?subject%3Da&%61ttach=x", "mailto:a@b.example"),
    ],
)
def test_a_click_on_a_letter_attaches_nothing(link: str, followed_: str) -> None:
    assert followed(link) == followed_
