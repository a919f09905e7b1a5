"""Names: which are accepted, which are the same, and what is said of the others."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zmqchat.errors import Code, UsageError
from zmqchat.protocol.limits import NAME_CHARACTERS, ROOM_NAME_CHARACTERS
from zmqchat.protocol.names import (
    RESERVED_USERS,
    ROOM_PUNCTUATION,
    USER_PUNCTUATION,
    is_user,
    may_hold,
    name_from,
    normalise_room,
    normalise_user,
)


def key(name: str) -> str:
    return normalise_user(name)[1]


@pytest.mark.parametrize(
    "name",
    ["alice", "Alice", "José", "Müller", "Straße", "Наталья", "Иван", "Ελένη", "日本", "obrien",
     "bob_2", "a.b-c", "_x", ".x", "r&d", "~x", "c++", "x" * NAME_CHARACTERS, "ALICE",
     "MODERN", "محمد", "नमस्ते"],
)  # fmt: skip
def test_a_name_stays_as_it_is_typed(name: str) -> None:
    assert normalise_user(name)[0] == name
    assert normalise_room(name)[0] == name


def test_wide_and_decomposed_letters_become_the_usual_ones() -> None:
    assert normalise_user("ａｌｉｃｅ")[0] == "alice"
    assert normalise_user("Jose\u0301")[0] == "Jos\u00e9"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("alice", "Alice"),
        ("alice", "ALICE"),
        ("alice", "\u0430lice"),  # Cyrillic а
        ("alice", "a\u04cf\u0456ce"),  # Cyrillic palochka and і
        ("alice", "aIice"),  # capital I
        ("alice", "a1ice"),
        ("modern", "rnodern"),
        ("MODERN", "rnodern"),
        ("bob", "b0b"),
        ("bob", "bo\u042c"[:2] + "b"),
        ("José", "Jose\u0301"),
        ("alice", "alice\u0332"),  # underlined
        ("alice", "\u1ea1lice"),
        ("alice", "\u1d00lice"),  # a small capital of phoneticians
        ("alice", "al\u026ace"),
        ("Jürgen", "Jurgen"),
        ("Søren", "soren"),
        ("Андрей", "Андреи"),
        ("שלום", "שָׁלוֹם"),
        ("Straße", "STRASSE"),
        ("paypal", "\u0440\u0430\u0443\u0440\u0430l"),
        ("capa", "\u0441\u0430\u0440\u0430"),  # a whole word of Cyrillic
    ],
)
def test_names_that_look_alike_are_one(one: str, other: str) -> None:
    assert key(one) == key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("alice", "alina"), ("van", "nan"), ("ann", "anna"), ("нов", "hob"), ("कमल", "कमला"),
     ("กา", "ก่า"), ("かき", "がき")],
)  # fmt: skip
def test_names_that_differ_stay_two(one: str, other: str) -> None:
    assert key(one) != key(other)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("", "it is empty"),
        ("a lice", "it has a space"),
        (" alice", "it has a space"),
        ("ali\u200bce", "it has an invisible character"),
        ("ali\u00adce", "it has an invisible character"),
        ("\u202ealice", "it has an invisible character"),
        ("ali\x1b[31mce", "it has a control character"),
        ("alice\n", "it has a control character"),
        ("al\x00", "it has a control character"),
        ("\U0001f600", "it has a symbol or emoji"),
        ("\ufb01ne", "it has a ligature"),
        ("a\ud800", "it has a character that names cannot have"),
        ("\u05e9\u05dc\u05d5\u05dda", "it mixes writing from the right"),
        ("@alice", "it has @ in it"),
        ("a#lice", "it has # in it"),
        ("#alice", "it has # in it"),
        ("ann,ben", "it has , in it"),
        ("o'neil", "it has ' in it"),
        ("a/b", "it has / in it"),
        ("-alice", "it begins with -"),
        ("___", "it has no letter and no digit"),
        ("a" + "\u0301" * 6, "it piles up accents"),
        ("\u041d\u041e\u0412", "its capitals imitate Latin letters"),
        ("\u041delp", "its capitals imitate Latin letters"),
        ("x" * (NAME_CHARACTERS + 1), f"it has more than {NAME_CHARACTERS} characters"),
        ("x" * 1_000_000, f"it has more than {NAME_CHARACTERS} characters"),
        ("admin", "it is reserved"),
        ("ADMIN", "it is reserved"),
        ("adm1n", "it is reserved"),
        ("\u0430dmin", "it is reserved"),
        ("everyone", "it is reserved"),
    ],
)
def test_what_is_wrong_is_said(name: str, reason: str) -> None:
    with pytest.raises(UsageError) as caught:
        normalise_user(name)
    assert caught.value.code is Code.NAME_INVALID
    assert reason in caught.value.message
    assert caught.value.message.isprintable()
    assert len(caught.value.message) < 300


def test_every_reserved_name_is_refused() -> None:
    for name in RESERVED_USERS:
        with pytest.raises(UsageError):
            normalise_user(name)


def test_rooms_may_be_called_what_people_may_not() -> None:
    assert normalise_room("general")[0] == "general"
    assert normalise_room("plans/25!=q&a")[0] == "plans/25!=q&a"
    assert normalise_room("x" * ROOM_NAME_CHARACTERS)[0]
    with pytest.raises(UsageError, match=r"room name .* more than 64"):
        normalise_room("x" * (ROOM_NAME_CHARACTERS + 1))
    with pytest.raises(UsageError, match="it has # in it"):
        normalise_room("#general")


@pytest.mark.parametrize(
    "character", [*"!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~ \t\u201c\u2019\u060c\u3001"]
)
def test_what_parts_names_from_each_other_or_from_text_is_in_no_name(character: str) -> None:
    name = f"ann{character}ben"
    if character in "-_.+~&":
        assert normalise_user(name)[0] == name
    else:
        with pytest.raises(UsageError) as refused:
            normalise_user(name)
        assert refused.value.code is Code.NAME_INVALID
    if character in "-_.+~&/!=":
        assert normalise_room(name)[0] == name
    else:
        with pytest.raises(UsageError):
            normalise_room(name)


def test_the_refusal_names_what_may_be() -> None:
    with pytest.raises(UsageError) as refused:
        normalise_user("ann,ben")
    assert refused.value.message.endswith("it has , in it; letters, digits and - _ . + ~ & may be")


@given(st.text(max_size=40))
def test_any_text_is_a_name_or_a_usage_error(text: str) -> None:
    try:
        shown, unique = normalise_user(text)
    except UsageError:
        return
    assert shown.replace("\u200c", "").replace("\u200d", "").isprintable()
    assert all(may_hold(character, USER_PUNCTUATION) for character in shown)
    assert normalise_user(shown) == (shown, unique)


@given(st.text(st.characters(categories=["L", "M", "N", "P", "Cf"]), min_size=1, max_size=6))
def test_what_a_room_is_called_is_what_names_may_hold(text: str) -> None:
    try:
        shown, _ = normalise_room(text)
    except UsageError:
        return
    assert all(may_hold(character, ROOM_PUNCTUATION) for character in shown)


@given(st.from_regex(r"[a-zA-Z0-9][a-zA-Z0-9._-]{0,30}", fullmatch=True))
def test_case_makes_no_other_person(name: str) -> None:
    room = normalise_room(name)[1]
    assert normalise_room(name.upper())[1] == room == normalise_room(name.lower())[1]


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Max Muster", "Max-Muster"),
        ("  Max   Muster ", "Max-Muster"),
        ("max.muster", "max.muster"),
        ("Muster, Max", "Muster-Max"),
        ("Dr. Max  Muster", "Dr.-Max-Muster"),
        ("Anna-Lena Süß", "Anna-Lena-Süß"),
        ("Jose\u0301 Pérez", "José-Pérez"),
        ("Мария Иванова", "Мария-Иванова"),
        ("נועה כהן", "נועה-כהן"),
        ("田中 太郎", "田中-太郎"),
        ("@max (ops) 🚀", "max-ops"),
        ("-max-", "max"),
        ("🚀", ""),
        ("", ""),
    ],
)
def test_a_name_is_made_of_what_is_typed(typed: str, name: str) -> None:
    assert name_from(typed) == name
    assert is_user(name) is bool(name)


@given(st.text(max_size=40))
def test_what_is_a_name_stays_and_what_is_made_is_stable(typed: str) -> None:
    made = name_from(typed)
    assert name_from(made) == made
    if is_user(typed.strip()):
        assert made == unicodedata.normalize("NFC", typed.strip())
