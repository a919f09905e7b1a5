"""Finding where two logs part."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sync.model import REALM
from zmqchat.protocol.limits import CHAINS_PER_REQUEST
from zmqchat.protocol.rooms import LineageStart
from zmqchat.sync.divergence import Search
from zmqchat.sync.timeline import Origin, Point, Timeline


def _chain(log: str, seq: int, fork: int) -> bytes:
    return f"{log if seq > fork else 'common'}-{seq}".encode()


@given(st.integers(1, 300_000), st.data())
def test_the_last_common_point_is_found_in_few_questions(head: int, data: st.DataObject) -> None:
    base = data.draw(st.integers(1, head))
    fork = data.draw(st.integers(0, head))
    server_head = data.draw(st.integers(fork, head + 10))

    def held(_room: int, seq: int) -> bytes | None:
        return _chain("mine", seq, fork) if base <= seq <= head else None

    origin = Origin(Point(head, held(1, head) or b""), Point(base, held(1, base) or b""))
    timeline = Timeline(1, REALM, [LineageStart(0, b"l")], origin)
    search = Search(timeline, held, None)
    rounds = 0
    while search.seqs:
        rounds += 1
        assert len(search.seqs) <= CHAINS_PER_REQUEST
        search.answer([
            _chain("theirs", seq, fork) if seq <= server_head else b"" for seq in search.seqs
        ])  # fmt: skip
    common = min(fork, head)
    assert search.common == (Point(common, _chain("", common, fork)) if common >= base else None)
    assert rounds <= 5


@pytest.mark.parametrize("answer", [[], [b"other"]])
def test_a_short_or_wrong_answer_ends_the_search(answer: list[bytes]) -> None:
    origin = Origin(Point(5, b"five"))
    search = Search(
        Timeline(1, REALM, [LineageStart(0, b"l")], origin), lambda _room, _seq: None, None
    )
    assert search.seqs == [5]
    search.answer(answer)
    assert search.seqs == []
    assert search.common is None
