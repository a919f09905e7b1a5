"""The index: what is found, in which order, and that what was taken out is gone."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zmqchat.errors import Refused
from zmqchat.protocol.limits import SEARCH_CHARACTERS
from zmqchat.search.index import Document, Index, Position, WrongVersion, is_damage
from zmqchat.search.lookup import Hit, Hits, Wanted
from zmqchat.search.query import Query, parse
from zmqchat.search.text import folded


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    index = Index(tmp_path / "search.db")
    yield index
    index.close()


def put(index: Index, *texts: str, room: int = 1, user: int = 1, start: int = 1) -> None:
    """Messages with these texts, numbered from `start`, a second apart."""
    with index.transaction():
        for number, text in enumerate(texts, start):
            link = "http" in text
            document = Document(number, room, number, user, number * 1_000_000, link, folded(text))
            index.add(document)


def purge(index: Index) -> None:
    for _ in range(10_000):
        if index.purge():
            return
    raise AssertionError("a purge does not end")


def look(index: Index, typed: str, rooms: tuple[int, ...] = (1,), **more: int) -> list[int]:
    hits = index.search(Wanted(parse(typed), rooms, **more))
    return [hit.seq for hit in hits.found]


def test_parts_of_words_newest_first(index: Index) -> None:
    put(index, "The Meeting is at five", "no", "greetings", "a meeting again")
    assert look(index, "eeting") == [4, 3, 1]
    assert look(index, "meeting AGAIN") == [4]
    assert look(index, '"meeting is"') == [1]
    assert look(index, '"is meeting"') == []


def test_two_characters_find_the_beginning_of_a_word(index: Index) -> None:
    put(index, "go home", "ergo", "C# and c++")
    assert look(index, "go") == [1]
    assert look(index, "c#") == [3]
    assert look(index, "c++") == [3]


def test_words_of_one_and_two_characters_in_scripts_without_spaces(index: Index) -> None:
    put(index, "今天下午会议", "明天开会", "会计议程", "회의 시간", "会议 in room 5")
    assert look(index, "会议") == [5, 1]
    assert look(index, "会") == [5, 3, 2, 1]
    assert look(index, "회의") == [4]
    assert look(index, "会议 room") == [5]


def test_symbols_are_found(index: Index) -> None:
    put(index, "shipped 🎉", "not yet")
    assert look(index, "🎉") == [1]
    assert look(index, "--") == []


def test_only_in_the_rooms_that_may_be_looked_at(index: Index) -> None:
    put(index, "secret plan")
    put(index, "open plan", room=2, start=10)
    assert look(index, "plan", rooms=(2,)) == [10]
    assert look(index, "plan", rooms=()) == []


def test_filters(index: Index) -> None:
    put(index, "one see http://a.b", "two")
    put(index, "three", user=2, start=3)
    assert look(index, "has:link") == [1]
    assert look(index, "from:x t", user=2) == [3]
    assert look(index, "after:1970-01-01T00:00:02Z before:1970-01-01T00:00:03Z") == [2]


_STATED = [
    ("common", {}),
    ("common", {"rooms": (2,)}),
    ("common from:x", {"user": 3}),
    ("common from:x", {"user": 9}),
    ("from:x", {"user": 3}),
    ("has:link", {}),
    ("common has:link", {"rooms": (1,)}),
    ("co has:link", {}),
    ("on from:x", {"user": 3}),
    ("after:1970-01-01T00:00:30Z", {"rooms": (1, 3)}),
    ("common before:1970-01-01T00:00:30Z after:1970-01-01T00:00:20Z", {}),
    ("common", {"rooms": ()}),
    ("--", {"user": 3}),
]


@pytest.mark.parametrize("few", [0, 7, 20_000])
@pytest.mark.parametrize(("typed", "more"), _STATED)
def test_wherever_it_begins_it_finds_the_same(
    index: Index, monkeypatch: pytest.MonkeyPatch, few: int, typed: str, more: dict[str, Any]
) -> None:
    """From the texts, a person, a room, the links, the time or everything; in pages too."""
    monkeypatch.setattr("zmqchat.search.lookup._FEW", few)
    monkeypatch.setattr("zmqchat.search.lookup._MOST_ROWS", 9)
    documents = _mixed()
    with index.transaction():
        for document in documents:
            index.add(document)
    wanted = Wanted(parse(typed), **({"rooms": (1, 2, 3)} | more), limit=4)
    found, before = [], 2**40
    while before:
        page = index.search(replace(wanted, before=before))
        assert len(page.found) <= 4
        assert page.next < before
        found += [hit.number for hit in page.found]
        before = page.next
    assert found == [each.number for each in reversed(documents) if _is_wanted(each, wanted)]


def _mixed() -> list[Document]:
    """Sixty messages of four people in three rooms; the clock goes back at times."""
    texts = ("common words", "co -- mon", "uncommon", "http://a.b common", "http://co.on", "on")
    return [
        Document(
            number,
            number % 3 + 1,
            number,
            number % 4 + 1,
            (number - 10 * (number % 11 == 0)) * 1_000_000,
            "http" in texts[number % 6],
            texts[number % 6],
        )
        for number in range(1, 61)
    ]


def _is_wanted(document: Document, wanted: Wanted) -> bool:
    query = wanted.query
    return (
        document.room in wanted.rooms
        and wanted.user in {0, document.user}
        and (not query.has_link or document.link)
        and (query.after_us or 0) <= document.time_us < (query.before_us or 2**62)
        and all(
            term in document.text
            if len(term) > 2
            else f" {term}" in f" {document.text}".replace("/", " ").replace(".", " ")
            for term in query.terms
        )
    )


def test_pages_continue_where_the_one_before_ended(index: Index) -> None:
    put(index, *["same words"] * 7)
    first = index.search(Wanted(parse("same"), (1,), limit=3))
    assert first == Hits((Hit(7, 1, 7), Hit(6, 1, 6), Hit(5, 1, 5)), 5)
    second = index.search(Wanted(parse("same"), (1,), before=first.next, limit=3))
    third = index.search(Wanted(parse("same"), (1,), before=second.next, limit=3))
    assert [hit.seq for hit in (*second.found, *third.found)] == [4, 3, 2, 1]
    assert third.next == 0


def test_what_is_removed_is_not_found_and_not_on_disk(index: Index, tmp_path: Path) -> None:
    put(index, "quixotic password", "another 会议 word")
    with index.transaction():
        index.erase(1, 1)
        index.erase(1, 99)
    assert look(index, "quixotic") == []
    assert look(index, "会议") == [2]
    purge(index)
    on_disk = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"another" in on_disk
    assert b"quixotic" not in on_disk
    assert b"quix" not in on_disk


def test_a_purge_of_many_segments_goes_on_between_searches_and_new_messages(
    index: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is erased stands in segments of many ages, and more of them come meanwhile."""
    monkeypatch.setattr("zmqchat.search.index._PURGED_PAGES", 1)
    gone = {1: "jjjj", 3: "qqqq", 8: "vvvv", 2997: "zzzz"}
    for start in range(1, 3001, 20):
        texts = [f"plain {number} {gone.get(number, '')}" for number in range(start, start + 20)]
        put(index, *texts, start=start)
    assert [n for text in gone.values() for n in look(index, text)] == list(gone)
    for number in range(1, 3001, 7):
        with index.transaction():
            index.erase(1, number)
    steps = 0
    while not index.purge():
        steps += 1
        put(index, f"plain message {steps}", start=10_000 + steps)
        assert look(index, "plain message")[0] == 10_000 + steps
        if steps == 5:
            with index.transaction():
                index.erase(1, 3)
                index.erase(1, 2997)
    assert steps > 5
    assert look(index, "plain 2", before=2960, limit=5) == [2959, 2958, 2957, 2956, 2954]
    on_disk = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"plain" in on_disk
    for text in gone.values():
        assert look(index, text) == []
        assert text[:3].encode() not in on_disk


def test_what_is_to_be_purged_is_purged_by_whoever_opens_it_next(tmp_path: Path) -> None:
    index = Index(tmp_path / "search.db")
    put(index, "quixotic password", "another word")
    with index.transaction():
        index.erase(1, 1)
    index.close()  # and it was killed before it could purge
    again = Index(tmp_path / "search.db")
    purge(again)
    on_disk = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    again.close()
    assert b"another" in on_disk
    assert b"quix" not in on_disk


def test_a_message_that_is_taken_out_comes_with_its_text(index: Index) -> None:
    put(index, "as it was")
    removed = index.remove(1, 1)
    assert removed is not None
    assert removed.text == "as it was"
    assert index.remove(1, 1) is None


def test_a_position_is_kept(index: Index) -> None:
    assert index.position is None
    index.advance(Position(5, 1, 2, b"c"))
    index.advance(Position(6, 1, 3, b"d"))
    assert index.position == Position(6, 1, 3, b"d")


def test_a_failed_transaction_leaves_nothing(index: Index) -> None:
    put(index, "here")
    with pytest.raises(sqlite3.IntegrityError):
        put(index, "there", start=1)
    assert look(index, "there") == []


def test_another_versions_index_is_refused(tmp_path: Path) -> None:
    Index(tmp_path / "search.db").close()
    with sqlite3.connect(tmp_path / "search.db") as database:
        database.execute("PRAGMA user_version = 99")
    database.close()
    with pytest.raises(WrongVersion):
        Index(tmp_path / "search.db")


def test_only_a_damaged_file_is_damage(index: Index, tmp_path: Path) -> None:
    put(index, "there")
    broken = tmp_path / "broken.db"
    broken.write_bytes(b"no database" * 1000)
    with pytest.raises(sqlite3.Error) as not_one:
        Index(broken)
    assert is_damage(not_one.value)
    with pytest.raises(sqlite3.Error) as twice:
        put(index, "there")
    assert is_damage(twice.value)
    with pytest.raises(sqlite3.Error) as misread:
        index.search(Wanted(Query(("fo\0o",)), (1,)))
    assert not is_damage(misread.value)
    with pytest.raises(sqlite3.Error) as nowhere:
        Index(tmp_path / "no" / "search.db")
    assert not is_damage(nowhere.value)
    assert not is_damage(sqlite3.ProgrammingError("closed"))


_PIECES = st.sampled_from(
    [
        "foo", "a", "\0", '"', "*", "^", "NEAR(", "AND", "OR", "NOT", "(", ")", "{", "}", "text:",
        "-", "+", ":", ";", "--", "\\", "'", "%", "\ufdfa", "会", "🎉", "\u0301", "\u200d",
        "\u0345", "\x1f", "\ufffe", "\U0010ffff", "İ", "ß", " ", "\u3000",
    ]
)  # fmt: skip


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.one_of(_PIECES, st.characters(exclude_categories=["Cs"])), max_size=80))
def test_whatever_is_typed_is_looked_up(index: Index, typed: list[str]) -> None:
    with suppress(Refused):
        index.search(Wanted(parse("".join(typed)[:SEARCH_CHARACTERS]), (1,)))


@pytest.mark.parametrize(
    "typed",
    ["\ufdfa" * 256, "\ufdfa " * 128, "a " * 128, "ab " * 85, "会" * 256, "会 " * 128, '"' * 256],
)
def test_the_longest_queries_are_looked_up(index: Index, typed: str) -> None:
    with suppress(Refused):
        assert look(index, typed) == []


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("Łódź", "lodz"),
        ("lodz", "ŁÓDŹ"),
        ("ett smørrebrød", "smorrebrod"),
        ("we coöperate", "cooperate"),
        ("we co\u00adoperate", "cooperate"),
        ("cooperate", "co\u00adoperate"),
        ("I don’t", "don't"),
        ("I don't", "don’t"),
        ("שָׁלוֹם", "שלום"),
        ("שלום", "שָׁלוֹם"),
        ("مُحَمَّد", "محمد"),
        ("❤️", "❤"),
        ("किताब", "किताब"),
        ("ที่นี่", "ที่นี่"),
    ],
)
def test_what_people_wrote_is_found_as_others_type_it(
    index: Index, written: str, typed: str
) -> None:
    put(index, written, "something else")
    assert look(index, typed) == [1]


_WORDS = st.sampled_from(
    ["alpha", "alphabet", "Älpha", "会议", "会", "議", "be", "c++", "🎉", "bet"]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(_WORDS, min_size=1, max_size=4), max_size=8), _WORDS)
def test_everything_that_has_the_word_is_found(
    tmp_path_factory: pytest.TempPathFactory, texts: list[list[str]], word: str
) -> None:
    index = Index(tmp_path_factory.mktemp("index") / "search.db")
    try:
        put(index, *map(" ".join, texts))
        term = folded(word)
        expected = [
            number
            for number, words in enumerate(texts, 1)
            if any(
                (term in folded(each)) if len(term) > 2 else _begins(term, folded(each))
                for each in words
            )
        ]
        assert look(index, word) == expected[::-1]
    finally:
        index.close()


def _begins(term: str, word: str) -> bool:
    return word.startswith(term) or (not term.isascii() and term in word)
