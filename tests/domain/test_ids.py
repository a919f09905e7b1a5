"""Ids in order: what a set would hold, in pages, and nobody is missed while others come and go."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from zmqchat.domain.ids import Ids

_NUMBERS = st.integers(0, 30)
_STEPS = st.lists(st.tuples(st.booleans(), _NUMBERS))


@given(_STEPS, _NUMBERS, st.integers(1, 9))
def test_it_holds_what_a_set_would_and_pages_are_in_order(
    steps: list[tuple[bool, int]], at: int, most: int
) -> None:
    ids, expected = Ids(), set[int]()
    for put, number in steps:
        (ids.add if put else ids.discard)(number)
        (expected.add if put else expected.discard)(number)
    assert list(ids) == sorted(expected)
    assert len(ids) == len(expected)
    assert ids.after(at, most) == sorted(each for each in expected if each > at)[:most]
    below = sorted((each for each in expected if each < at), reverse=True)
    assert ids.before(at, most) == below[:most]


@given(st.sets(_NUMBERS), _STEPS, st.integers(1, 9))
def test_pages_have_all_who_were_there_all_the_time(
    at_first: set[int], steps: list[tuple[bool, int]], most: int
) -> None:
    ids, stayed = Ids(), set(at_first)
    for number in at_first:
        ids.add(number)
    seen: list[int] = []
    after, coming = -1, iter(steps)
    while page := ids.after(after, most):
        seen += page
        after = page[-1]
        for put, number in coming:
            (ids.add if put else ids.discard)(number)
            stayed.discard(number)
            break
    assert seen == sorted(set(seen))
    assert stayed <= set(seen)


class _Shifting(list[int]):
    """Another thread puts several in, below, between the search for a place and the reading."""

    def __init__(self, numbers: range, more: list[int]) -> None:
        super().__init__(numbers)
        self._more = more

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, slice):
            while self._more:
                self.insert(0, self._more.pop())
        return super().__getitem__(key)


def test_what_comes_in_during_a_read_takes_nobody_out_of_the_page() -> None:
    ids = Ids()
    ids._ids = _Shifting(range(10, 20), [1, 2, 3])
    assert ids.after(12, 4) == [13, 14, 15, 16]
    ids._ids = _Shifting(range(10, 20), [1, 2, 3])
    assert ids.before(15, 4) == [14, 13, 12, 11]
