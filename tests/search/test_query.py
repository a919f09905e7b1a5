"""How a search is read, and what it is told when it cannot be."""

from __future__ import annotations

import contextlib
from datetime import UTC, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zmqchat.errors import Code, Refused
from zmqchat.protocol.limits import SEARCH_CHARACTERS
from zmqchat.search.query import Query, parse, with_moments

_DAY_US = 1_767_225_600_000_000  # 2026-01-01T00:00:00Z


@pytest.mark.parametrize(
    ("typed", "query"),
    [
        ("Release notes", Query(("release", "notes"))),
        ('"release notes" "x', Query(("release notes", '"x'))),
        ("release RELEASE", Query(("release",))),
        ("from:@bob in:#dev ok", Query(("ok",), sender="bob", room="dev")),
        ('in:"@bob,carol"', Query(room="@bob,carol")),
        ("After:2026-01-01 x", Query(("x",), after_us=_DAY_US)),
        ("before:2026-01-01T01:00:00+01:00 x", Query(("x",), before_us=_DAY_US)),
        ("has:LINK", Query(has_link=True)),
        ("http://a.b", Query(("http://a.b",))),
        ("会议 from:bob", Query(("会议",), sender="bob")),
    ],
)
def test_words_phrases_and_filters(typed: str, query: Query) -> None:
    assert parse(typed) == query


@pytest.mark.parametrize(
    ("typed", "code", "says"),
    [
        ("", Code.BAD_REQUEST, "type a word"),
        ('""', Code.BAD_REQUEST, "type a word"),
        ("has:file", Code.BAD_REQUEST, "has:link"),
        ("before:yesterday x", Code.BAD_REQUEST, "2026-01-31"),
        ("x" * (SEARCH_CHARACTERS + 1), Code.TOO_LARGE, "shorten"),
    ],
)
def test_what_cannot_be_looked_for(typed: str, code: Code, says: str) -> None:
    with pytest.raises(Refused) as refused:
        parse(typed)
    assert refused.value.code is code
    assert says in refused.value.message


BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("x before:2026-11-30 y", "x before:2026-11-29T23:00:00Z y"),
        ("after:2026-03-29", "after:2026-03-28T23:00:00Z"),  # summer time begins that night
        ("after:2026-03-30", "after:2026-03-29T22:00:00Z"),
        ('Before:"2026-07-01T12:00:00"', "Before:2026-07-01T10:00:00Z"),
        ("before:2026-07-01T12:00:00Z", "before:2026-07-01T12:00:00Z"),
        ("before:2026-07-01T12:00:00+05:30", "before:2026-07-01T12:00:00+05:30"),
        ("before:yesterday", "before:yesterday"),
        ("before: 2026-01-01", "before: 2026-01-01"),
        ('"said before:2026-01-01 once"', '"said before:2026-01-01 once"'),
        ("from:ann  in:#dev has:link", "from:ann  in:#dev has:link"),
    ],
)
def test_a_date_is_a_day_where_the_asker_is(typed: str, asked: str) -> None:
    assert with_moments(typed, lambda when: when.replace(tzinfo=BERLIN)) == asked


@pytest.mark.parametrize("typed", ["x after:0001-01-01", "x before:9999-12-31T23:59:59"])
@pytest.mark.parametrize("hours", [14, -12])
def test_a_day_that_is_none_in_another_zone_stays_as_it_was_typed(typed: str, hours: int) -> None:
    zone = timezone(timedelta(hours=hours))
    assert parse(with_moments(typed, lambda when: when.replace(tzinfo=zone))).terms == ("x",)


_BITS = st.sampled_from(
    [
        "before:",
        "After:",
        "2026-01-31",
        "20260131",
        "T12:00",
        "Z",
        "0001-01-01",
        '"',
        " ",
        "x",
        "9999-12-31",
    ]
)


@given(st.lists(_BITS, max_size=12).map("".join))
def test_in_utc_the_query_means_what_it_meant(text: str) -> None:
    moments = with_moments(text, lambda when: when.replace(tzinfo=UTC))
    try:
        query = parse(text)
    except Refused:
        with pytest.raises(Refused):
            parse(moments)
    else:
        assert parse(moments) == query


@given(st.text(max_size=SEARCH_CHARACTERS))
def test_any_text_is_a_query_or_is_refused(text: str) -> None:
    with contextlib.suppress(Refused):
        query = parse(text)
        assert query != Query()
