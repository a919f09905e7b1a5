"""One-time codes: enough chance in them, easy to type, and nothing kept but a hash."""

from __future__ import annotations

import re
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zmqchat.protocol.limits import HASH_BYTES
from zmqchat.security.codes import CODE_BITS, code_hash, new_code, normalised

_CODE = "7K3M-Q01V-9R8T-HJ5N"


def test_a_code_has_four_groups_of_letters_that_cannot_be_confused() -> None:
    codes = [new_code() for _ in range(200)]
    assert all(re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}", c) for c in codes)
    assert len(set(codes)) == len(codes)
    assert CODE_BITS >= 80
    # Every character is drawn from all 32: at 3,200 draws one that is missing is no chance.
    assert len(set("".join(codes)) - {"-"}) == 32


@pytest.mark.parametrize(
    "typed",
    ["7k3m-q01v-9r8t-hj5n", "7K3MQ01V9R8THJ5N", " 7K3M Q01V\t9R8T HJ5N\n", "7K3M-QOlV-9R8T-HJ5N",
     "7K3M–QoIV–9R8T–HJ5N", "7k3m-qoiv-9r8t-hj5n"],
)  # fmt: skip
def test_a_code_may_be_typed_as_people_type(typed: str) -> None:
    assert normalised(typed) == "7K3MQ01V9R8THJ5N"
    assert code_hash(typed) == code_hash(_CODE)
    assert len(code_hash(typed)) == HASH_BYTES


@pytest.mark.parametrize(
    "typed",
    ["", "-", "7K3M-Q01V-9R8T", _CODE + "0", "7K3M-Q01V-9R8T-HJ5U", "7K3M-Q01V-9R8T-HJ5é",
     "٧K3M-Q01V-9R8T-HJ5N", " " * 200 + _CODE, "7K3M_Q01V_9R8T_HJ5N"],
)  # fmt: skip
def test_what_is_no_code_has_no_hash(typed: str) -> None:
    assert normalised(typed) == ""
    assert code_hash(typed) == b""


@given(st.text(max_size=40), st.text(max_size=40))
def test_two_codes_share_a_hash_only_if_they_are_the_same(one: str, other: str) -> None:
    if normalised(one) != normalised(other):
        assert code_hash(one) != code_hash(other)


def test_one_other_character_is_another_code() -> None:
    plain = normalised(_CODE)
    twins = {
        plain[:at] + new + plain[at + 1 :] for at, new in product(range(16), "0123456789ABCDEF")
    }
    assert len({code_hash(twin) for twin in twins}) == len(twins)
