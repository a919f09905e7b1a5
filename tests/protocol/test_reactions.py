"""Each reaction has one form, and what shows nothing is none."""

from __future__ import annotations

import emoji
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zmqchat.errors import Code, UsageError
from zmqchat.protocol.limits import EMOJI_CHARACTERS
from zmqchat.protocol.reactions import canonical_reaction

_ENGLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("\u2764", "\u2764\ufe0f"),
        ("\u2764\ufe0f", "\u2764\ufe0f"),
        ("\u2764\ufe0e", "\u2764\ufe0f"),
        ("👍", "👍"),
        ("👍\ufe0f", "👍"),
        ("👍🏽", "👍🏽"),
        ("👍\ufe0f🏽", "👍🏽"),
        ("1\u20e3", "1\ufe0f\u20e3"),
        ("©", "©\ufe0f"),
        ("🇩🇪", "🇩🇪"),
        ("\U0001fae8", "\U0001fae8"),  # of Unicode 15
        ("\U0001fae9", "\U0001fae9"),  # of Unicode 16
        (_ENGLAND, _ENGLAND),
        ("👩\u200d👩\u200d👧\u200d👦", "👩\u200d👩\u200d👧\u200d👦"),
        ("🏳\u200d🌈", "🏳\ufe0f\u200d🌈"),
        ("🕵\u200d♂", "🕵\ufe0f\u200d♂\ufe0f"),
        ("👁\u200d🗨\ufe0f", "👁\ufe0f\u200d🗨\ufe0f"),
        ("tada", "tada"),
        (":tada:", ":tada:"),
        ("+1", "+1"),
        ("e\u0301", "é"),
        ("✓", "✓"),
        ("हि", "हि"),
        ("x" * EMOJI_CHARACTERS, "x" * EMOJI_CHARACTERS),
    ],
)
def test_one_form_of_each(typed: str, kept: str) -> None:
    assert canonical_reaction(typed) == kept


@pytest.mark.parametrize(
    "typed",
    ["", " ", "a b", "\n", "\0", "\x1b[2J", "\u200b", "\u200d", "\u202e", "\u2066", "\u00ad",
     "\ufeff", "\ufe0f", "a\ufe0f", "a\u200db", "\u0301", "\u2800", "\u3164", "\u115f", "\u034f",
     "\ud83e", "\U000e0067", "👍👍", "👍ok", "❤ok", "🎉\u200b", "\ue000",
     "x" * (EMOJI_CHARACTERS + 1)],
)  # fmt: skip
def test_what_shows_nothing_or_several_things_is_none(typed: str) -> None:
    with pytest.raises(UsageError) as refused:
        canonical_reaction(typed)
    assert refused.value.code is Code.BAD_REQUEST
    assert "Nothing was changed" in refused.value.message


@given(st.sampled_from(sorted(emoji.EMOJI_DATA)))
def test_every_emoji_is_one_and_its_forms_are_one(known: str) -> None:
    kept = canonical_reaction(known)
    assert canonical_reaction(kept) == kept
    assert canonical_reaction(known.replace("\ufe0f", "")) == kept
    assert emoji.EMOJI_DATA[kept]["status"] <= emoji.STATUS["fully_qualified"]


@given(st.text(min_size=1, max_size=8))
def test_a_form_that_is_kept_is_kept(typed: str) -> None:
    try:
        kept = canonical_reaction(typed)
    except UsageError:
        return
    assert canonical_reaction(kept) == kept
