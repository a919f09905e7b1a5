"""Who is mentioned by a text, and by which texts nobody is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zmqchat.errors import UsageError
from zmqchat.protocol.limits import MENTIONS_PER_MESSAGE, NAME_CHARACTERS, TEXT_BYTES
from zmqchat.protocol.mentions import begun, mentions, spans
from zmqchat.protocol.names import USER_PUNCTUATION, normalise_user
from zmqchat.protocol.prose import Kind

_PEOPLE = {
    "bob",
    "bob.smith",
    "jean-luc",
    "a+b~c&d",
    "สมชาย",
    "علی",
    "ann",
    "王",
    "王小明",
    "민수",
    "room",
    "x" * 32,
}


def _known(name: str) -> str | None:
    return name.casefold() if name.casefold() in _PEOPLE else None


def _of(text: str) -> list[str]:
    return mentions(text, _known)


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("@bob", ["bob"]),
        ("hi @Bob!", ["bob"]),
        ("@bob, @ann: look", ["bob", "ann"]),
        ("@ann/@bob", ["ann", "bob"]),
        ("@ann@bob", ["ann"]),  # no one writes so but in addresses
        ("@bob @ann @bob", ["bob", "ann"]),
        ("ask @bob.smith.", ["bob.smith"]),
        ("ask @bob.jones", ["bob"]),
        ("ask @bob. Smith is away", ["bob"]),
        ("@jean-luc's", ["jean-luc"]),
        ("@a+b~c&d and 'o @ann'", ["a+b~c&d", "ann"]),
        ("**@bob** _@ann_ ~~@jean-luc~~ (@a+b~c&d)", ["bob", "ann", "jean-luc", "a+b~c&d"]),
        ("@bobさん、@ann様", ["bob", "ann"]),
        ("ถาม @สมชายครับ", ["สมชาย"]),
        ("@علی\u200cها", ["علی"]),  # a joiner, and the ending of the plural
        ("@bob's, @bob’s", ["bob"]),
        ("[it](<a\n@bob", ["bob"]),
        ("a](/users/@bob)", ["bob"]),  # no link begins here
        ("https://x.example/a，@bob", ["bob"]),
        ("1. a\n\n   @bob", ["bob"]),
        ("> quoted\n\n@bob", ["bob"]),
        ("- `a\n- @bob `", ["bob"]),
        ("| `a | @bob` |\n|---|---|\n| x | @ann |", ["bob", "ann"]),
        ("# `a\n@bob `", ["bob"]),
        ("@room…", ["room"]),
        ("你好@王小明今天", ["王小明"]),
        ("@王大明", ["王"]),
        ("@민수는 어디", ["민수"]),
        ("[@bob](https://x.example/@ann)", ["bob"]),
        ("> @bob said", ["bob"]),
        ("- @bob\n\n    - @ann", ["bob", "ann"]),
        ("#@bob <@ann>", ["bob", "ann"]),
        ("@" + "x" * 32, ["x" * 32]),
        ("\\\\@bob", ["bob"]),
        ("a ` tick and @bob", ["bob"]),
        ("``not ` closed @bob", ["bob"]),
        ("\\`@bob\\`", ["bob"]),
        ("`a\n\n@bob `", ["bob"]),
        ("```\n@ann\n```\n@bob", ["bob"]),
        ("~~~\n```\n@ann\n~~~~\n@bob", ["bob"]),
        ("text\n    @bob", ["bob"]),  # a paragraph goes on, however far its line is indented
    ],
)
def test_a_name_behind_an_at_sign_mentions(text: str, who: list[str]) -> None:
    assert _of(text) == who


@pytest.mark.parametrize(
    "text",
    [
        "",
        "bob",
        "@ bob",
        "@nobody",
        "@bobby",  # another name that begins like it
        "@ann\u0301",  # ań
        "é@bob",
        "1. a\n\n       @bob",
        "- a\n\n      @bob",
        "> a\n\n    @bob",
        "-     @bob",
        "<!-- @bob -->",
        "ftp://x.example/@bob",
        "mailto:x@y.example?cc=@bob",
        "@" + "x" * 33,
        "mail bob@ann or x.y@bob.smith",
        "\\@bob",
        "`@bob`",
        "``a ` @bob``",
        "`a\n@bob`",
        "```\n@bob",
        "```py\n@bob\n``\n@ann\n```",
        "> ```\n> @bob\n> ```",
        "- ```\n  @bob\n  ```",
        "~~~\n@bob\n~~~",
        "    @bob",
        "text\n\n\t@bob\n    @ann",
        "https://x.example/@bob",
        "HTTP://x.example/a(@bob)",
        "www.x.example/@bob",
        "<https://x.example/ann/@bob>",
        "[it](/users/@bob)",
        "[it](</users/ @bob>)",
        "[it](/users/(@bob)/@ann)",
        '[it](/users "@bob")',
        '<a title="@bob">',
        "[it]: /users/@bob",
    ],
)
def test_code_addresses_and_other_words_mention_nobody(text: str) -> None:
    assert _of(text) == []


def test_of_very_many_mentions_the_first_count() -> None:
    names = [f"n{number}" for number in range(2 * MENTIONS_PER_MESSAGE)]
    text = " ".join(f"@{name}" for name in names)
    assert mentions(text, lambda name: name) == names[:MENTIONS_PER_MESSAGE]


@pytest.mark.parametrize("word", ["@王" * 3, "@" + "王" * 40, "@a.b.c.d.e.f.g.h.i.j "])
def test_a_text_asks_for_a_bounded_number_of_names(word: str) -> None:
    asked: list[str] = []
    text = "".join(f"{word}{number} " for number in range(TEXT_BYTES // 40))
    assert mentions(text, asked.append) == []
    assert len(asked) <= 4 * MENTIONS_PER_MESSAGE
    assert max(map(len, asked)) <= NAME_CHARACTERS
    assert len(set(asked)) == len(asked)


@given(st.text(alphabet="@bob.`~\\[]()<>:/ \n\t>-an*\"'", max_size=60))
def test_any_text_is_read(text: str) -> None:
    # A mention is a name in the text, and code marks in front of it are all that can hide it.
    found = _of(text)
    assert all(f"@{name}" in text.casefold() for name in found)
    assert _of(f"@ann\n\n{text}")[:1] == ["ann"]


def test_rooms_and_addresses_are_read_with_people() -> None:
    text = "@bob: #plans/25 and #c++, not C#, issue#12 or `#c++`; see https://a.example/#plans/25."
    rooms = {"plans/25", "c++", "12"}
    found = spans(text, _known, lambda name: name if name in rooms else None)
    assert [(span.kind, text[span.start : span.end], span.value) for span in found] == [
        (Kind.PERSON, "@bob", "bob"),
        (Kind.ROOM, "#plans/25", "plans/25"),
        (Kind.ROOM, "#c++", "c++"),
        (Kind.ADDRESS, "https://a.example/#plans/25", "https://a.example/#plans/25"),
    ]


@pytest.mark.parametrize(
    ("before", "typed"),
    [
        ("@", ("@", "")),
        ("hi @ni", ("@", "ni")),
        ("(@ni", ("@", "ni")),
        ("你好@王", ("@", "王")),
        ("#c+", ("#", "c+")),
        ("#q&", ("#", "q&")),
        ("#plans/2", ("#", "plans/2")),
        ("`x` @ni", ("@", "ni")),
        ("", None),
        ("ni", None),
        ("mail ann@ni", None),
        ("issue#1", None),
        ("\\@ni", None),
        ("```\n@ni", None),
        ("https://x.example/@ni", None),
        ("@ni ", None),
    ],
)
def test_names_are_completed_where_they_would_be_read(
    before: str, typed: tuple[str, str] | None
) -> None:
    assert begun(before) == typed


@given(
    st.text(alphabet="@#bo.`~\\[]()<>/ \n->*", max_size=20),
    st.text(st.sampled_from("ab1é王" + USER_PUNCTUATION), min_size=1, max_size=8),
)
def test_what_was_completed_is_read(before: str, name: str) -> None:
    try:
        name, _ = normalise_user(name)
    except UsageError:
        return
    if begun(f"{before}@"):
        assert mentions(f"{before}@{name} ", {name: name}.get) == [name]
