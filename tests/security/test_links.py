"""Join links: what is written is read, and what is wrong is said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zmqchat.errors import Code, UsageError
from zmqchat.security.links import JoinLink, MessageLink, parse, parse_message

KEY = bytes(range(32))
KEY_TEXT = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
LINK = f"zmqchat://chat.lan:5555/{KEY_TEXT}?t=secret-1"

hosts = st.one_of(
    st.from_regex(r"[a-z]([a-z0-9.-]{0,20}[a-z0-9])?", fullmatch=True),
    st.ip_addresses(v=4).map(str),
    st.ip_addresses(v=6).map(str),
)
links = st.builds(
    JoinLink,
    hosts,
    st.integers(1, 65535),
    st.binary(min_size=32, max_size=32),
    st.from_regex(r"[A-Za-z0-9_-]{0,40}", fullmatch=True),
)


def test_a_link_reads_as_it_is_written() -> None:
    assert parse(LINK) == JoinLink("chat.lan", 5555, KEY, "secret-1")
    assert str(parse(LINK)) == LINK
    assert parse(f"  {LINK}\n") == parse(LINK)


def test_ipv6_has_brackets_in_the_text_and_none_in_the_value() -> None:
    link = JoinLink("::1", 5555, KEY)
    assert str(link) == f"zmqchat://[::1]:5555/{KEY_TEXT}"
    assert link.address == "tcp://[::1]:5555"
    assert parse(str(link)) == link


@given(links)
def test_every_link_survives_the_round_trip(link: JoinLink) -> None:
    assert parse(str(link)) == link


@given(st.text(max_size=200))
def test_any_text_is_a_link_or_a_usage_error(text: str) -> None:
    for candidate in (text, f"zmqchat://{text}", f"zmqchat://h:1/{text}"):
        try:
            link = parse(candidate)
        except UsageError:
            continue
        assert parse(str(link)) == link


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "does not begin with zmqchat://"),
        ("https://chat.lan", "does not begin with zmqchat://"),
        ("zmqchat://chat.lan:5555", "key after HOST:PORT/ is missing"),
        ("zmqchat://chat.lan:5555/", "key after HOST:PORT/ is missing"),
        (f"zmqchat://chat.lan/{KEY_TEXT}", "port is missing"),
        (f"zmqchat://chat.lan:/{KEY_TEXT}", "port is missing"),
        (f"zmqchat://[::1]/{KEY_TEXT}", "port is missing"),
        (f"zmqchat://chat.lan:x/{KEY_TEXT}", "'x' is not a port"),
        (f"zmqchat://chat.lan:٥/{KEY_TEXT}", "is not a port"),
        (f"zmqchat://chat.lan:0/{KEY_TEXT}", "not between 1 and 65535"),
        (f"zmqchat://chat.lan:65536/{KEY_TEXT}", "not between 1 and 65535"),
        (f"zmqchat://:5555/{KEY_TEXT}", "host is missing"),
        (f"zmqchat://a b:5555/{KEY_TEXT}", "is not a host name"),
        (f"zmqchat://a..b:5555/{KEY_TEXT}", "is not a host name"),
        (f"zmqchat://{'a' * 64}.lan:5555/{KEY_TEXT}", "is not a host name"),
        (f"zmqchat://{'a.' * 127}b:5555/{KEY_TEXT}", "is not a host name"),
        (f"zmqchat://::1:5555/{KEY_TEXT}", "needs brackets"),
        (f"zmqchat://[::g]:5555/{KEY_TEXT}", "is not an IPv6 address"),
        (f"zmqchat://h:5555/{KEY_TEXT[:-1]}", "42 characters instead of 43 (was it cut short?)"),
        (f"zmqchat://h:5555/{KEY_TEXT[:-1]}+", "characters that no key has"),
        (f"zmqchat://h:5555/{KEY_TEXT[:-1]}9", "key is damaged"),
        (f"zmqchat://h:5555/{KEY_TEXT}?token=x", "is not understood"),
        (f"zmqchat://h:5555/{KEY_TEXT}?t=", "is not understood"),
        (f"zmqchat://h:5555/{KEY_TEXT}?t=a&b", "its token"),
        ("zmqchat://" + "h" * 2000, "longer than"),
    ],
)
def test_what_is_wrong_is_said(text: str, reason: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(text)
    assert reason in caught.value.message
    assert caught.value.code is Code.BAD_LINK
    assert "\n" not in caught.value.message


def test_a_link_to_a_message_is_read_again() -> None:
    link = MessageLink("::1", 5555, KEY, 2**62 + 3, 7)
    assert parse_message(f" {link}\n") == link
    assert "?" not in str(link)
    assert str(link).endswith("/4611686018427387907/7")


@pytest.mark.parametrize(
    "end", ["", "/5", "/5/", "/5/x", "/5/0", "/0/5", "/general/5", "/5/1/2", "//1", f"/{2**63}/1"]
)
def test_a_link_to_no_message_is_refused(end: str) -> None:
    with pytest.raises(UsageError) as raised:
        parse_message(f"{JoinLink('host', 5555, KEY)}{end}")
    assert raised.value.code is Code.BAD_LINK
