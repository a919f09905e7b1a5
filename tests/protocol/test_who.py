"""Lists of names are read in one way only."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zmqchat.errors import UsageError
from zmqchat.protocol.names import USER_PUNCTUATION, normalise_user
from zmqchat.protocol.who import Who, conversation_name, names_in


def _is_name(text: str) -> bool:
    try:
        return normalise_user(text)[0] == text
    except UsageError:
        return False


_LETTERS = "abzAZ059\u00e9\u00df\u0438\u03bb\u4f1a\u05d0\u0639" + USER_PUNCTUATION
NAMES = st.one_of(
    st.text(_LETTERS, min_size=1, max_size=6),
    st.text(max_size=8),
    st.text(st.characters(codec="ascii"), min_size=1, max_size=6),
).filter(_is_name)


@given(st.lists(NAMES, min_size=1, max_size=5))
def test_any_names_are_found_again_in_what_their_conversation_is_called(names: list[str]) -> None:
    people = [Who(number, name) for number, name in enumerate(names, 1)]
    assert names_in(conversation_name(people)) == tuple(names)
    spelled = ", ".join(f"@{name}" for name in names)
    assert names_in(spelled) == tuple(names)


@given(st.lists(NAMES, min_size=1, max_size=4), st.lists(NAMES, min_size=1, max_size=4))
def test_two_conversations_are_never_called_the_same(one: list[str], other: list[str]) -> None:
    called = [conversation_name(Who(1, name) for name in names) for names in (one, other)]
    assert (called[0] == called[1]) == (one == other)


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("@bob", ("bob",)),
        ("@bob,carol", ("bob", "carol")),
        ("@bob, @carol ,dave", ("bob", "carol", "dave")),
        ("@bob,,", ("bob",)),
        ("@", ()),
        ("bob,carol", ()),
        ("#general", ()),
        ("", ()),
    ],
)
def test_names_as_they_are_typed(typed: str, names: tuple[str, ...]) -> None:
    assert names_in(typed) == names
