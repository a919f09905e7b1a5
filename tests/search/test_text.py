"""What the searched form of a text forgets, and what it keeps."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zmqchat.search.text import (
    folded,
    found_in,
    gram_match,
    is_short,
    occurs,
    spaced,
    word_match,
)


@pytest.mark.parametrize(
    ("typed", "found_as"),
    [
        ("Zürich", "zurich"),
        ("ÉLAN  vital\n", "elan vital"),
        ("ﬁne", "fine"),
        ("Straße", "strasse"),
        ("Йод", "иод"),
        ("がぎ", "がぎ"),  # the mark makes another letter of it
        ("한국", "한국"),
        ("ＡＢＣ１２", "abc12"),
        ("", ""),
        ("Łódź", "lodz"),
        ("smørrebrød på Færøerne", "smorrebrod pa faeroerne"),
        ("Đặng Ɓaɗo Ħal", "dang bado hal"),
        ("Þór ŋ œuvre ð", "thor n oeuvre d"),
        ("İSTANBUL ısı", "istanbul isi"),
        ("coöperate co\u00adoperate", "cooperate cooperate"),
        ("don’t don‘t donʼt don´t don＇t", "don't don't don't don't don't"),
        ("co‑op", "co-op"),
        ("שָׁלוֹם", "שלום"),
        ("שׁלום", "שלום"),  # U+FB2A, a presentation form
        ("צה״ל", 'צה"ל'),
        ("مُحَمَّدٌ", "محمد"),
        ("مـــحمد", "محمد"),
        ("آدم أحمد ٱلله", "ادم احمد الله"),
        ("می\u200cخواهم", "میخواهم"),
        ("ܫܠܳܡܳܐ", "ܫܠܡܐ"),
        ("a\u200b\u200d\u2060\ufeff\u200eb", "ab"),
        ("e\u200d\u0301t", "et"),  # what is not seen does not hide an accent
        ("❤️ ❤", "❤ ❤"),
        ("a\0b", "a b"),
        ("é\0b", "e b"),
    ],
)
def test_case_accents_and_forms_do_not_matter(typed: str, found_as: str) -> None:
    assert folded(typed) == found_as


@pytest.mark.parametrize(
    "text",
    [
        "हिन्दी किताब",  # vowels are marks
        "தமிழ்",
        "ภาษาไทย ที่นี่",
        "ខ្មែរ",
        "ދިވެހި",
        "ガギ バパ",
        "a ≠ b ≤ c",  # a stroke through a sign is no accent
        "ґанок єдність",
        "Ω",
        "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    ],
)
def test_what_spells_a_word_is_kept(text: str) -> None:
    assert folded(text) == unicodedata.normalize("NFKC", text).casefold()


@pytest.mark.parametrize(
    ("one", "other"), [("כל", "קל"), ("किताब", "कताब"), ("ที่", "ที"), ("は", "ば")]
)
def test_other_words_stay_others(one: str, other: str) -> None:
    assert folded(one) != folded(other)


@given(st.text())
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert folded(folded(text)) == folded(text)


@given(st.text(st.characters(max_codepoint=127)))
def test_plain_texts_are_folded_like_all_others(text: str) -> None:
    assert folded(text + "é") == folded(text + "e")
    assert spaced(text + "é") == text + "é"
    assert spaced(text) == text


def test_each_character_of_a_script_without_spaces_is_a_word() -> None:
    assert spaced("今天会议at5").split() == ["今", "天", "会", "议", "at5"]
    assert spaced("ok🎉🎉").split() == ["ok", "🎉", "🎉"]


@pytest.mark.parametrize("term", ["ab", "会议", "今天会议", "회의", "🎉", "会议room"])
def test_what_has_no_pieces_goes_by_words(term: str) -> None:
    assert is_short(term)


@pytest.mark.parametrize("term", ["abc", "c++", "релиз"])
def test_the_rest_goes_by_pieces(term: str) -> None:
    assert not is_short(term)


@pytest.mark.parametrize(
    ("term", "text", "is_there"),
    [
        ("eet", "meeting", True),
        ("go", "ergo", False),
        ("go", "ergo go", True),
        ("go", "gone", True),
        ("c#", "(c#)", True),
        ("--", "a--b", True),
        ("议", "会议", True),
        ("ab", "会ab", True),
        ("ab", "xab会", False),
        ("会议", "今会议", True),
        ("x", "", False),
    ],
)
def test_short_terms_occur_where_words_begin(term: str, text: str, is_there: bool) -> None:
    assert occurs(term, text) is is_there


@pytest.mark.parametrize(
    ("text", "term", "shown"),
    [
        ("in Łódź, or ŁÓDŹ", "lodz", ["Łódź", "ŁÓDŹ"]),
        ("I don’t", "don't", ["don’t"]),
        ("co\u00adoperate", "cooperate", ["co\u00adoperate"]),
        ("שָׁלוֹם עולם", "שלום", ["שָׁלוֹם"]),
        ("cafe\u0301s", "cafe", ["cafe\u0301"]),
        ("Straße", "ss", ["ß"]),
        ("Straße", "s", ["S", "ß"]),
        ("ばは", "は", ["は"]),
        ("a \n b", "a   b", ["a \n b"]),
        ("plain", "nothing", []),
        ("", "x", []),
    ],
)
def test_what_is_found_is_where_it_was_written(text: str, term: str, shown: list[str]) -> None:
    assert [text[a:b] for a, b in found_in(text, re.compile(re.escape(term)))] == shown


@given(st.text(max_size=40), st.text(min_size=1, max_size=3))
def test_whatever_is_found_is_a_part_of_the_text(text: str, term: str) -> None:
    spans = found_in(text, re.compile(re.escape(folded(term) or "x")))
    assert all(0 <= a < b <= len(text) for a, b in spans)
    assert all(one[1] <= other[0] for one, other in pairwise(spans))


def test_expressions_cannot_be_broken_out_of() -> None:
    assert gram_match(['a"b', "OR x", "OR "]) == '"a""b" AND "OR " AND "R x"'
    assert gram_match(["abc" * 99]) == '"abc" AND "bca" AND "cab"'
    assert gram_match([bytes(range(1, 128)).decode()]).count(" AND ") == 63
    assert word_match(["ab", "会议"]) == '"ab"* AND "会 议"'
    assert word_match(['"', "--"]) is None
