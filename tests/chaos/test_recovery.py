"""Recovered is who has been heard by everybody, and whom everybody has heard."""

from __future__ import annotations

from tests.chaos.records import Record, What
from tests.chaos.recovery import ROOM, recovered_at


def _taken(at: int, text: str) -> Record:
    return Record(at, What.TAKEN, ROOM, text=text)


def _acked(at: int, text: str) -> Record:
    return Record(at, What.ACKED, ROOM, text=text)


def _heard(at: int, text: str) -> Record:
    return Record(at, What.EVENT, ROOM, text=text)


_ADA = [_taken(1, "a1"), _heard(9, "a1"), _taken(11, "a2"), _acked(13, "a2"), _heard(14, "a2")]
_BOB = [_taken(12, "b1"), _acked(15, "b1"), _heard(16, "b1"), _heard(17, "a2")]


def test_the_last_that_was_waited_for_is_the_moment() -> None:
    whole = {"ada": [*_ADA, _heard(18, "b1"), _heard(30, "b1")], "bob": _BOB}
    assert recovered_at(whole, 10) == 18


def test_not_while_somebody_is_not_heard_or_not_acknowledged() -> None:
    assert recovered_at({"ada": _ADA, "bob": _BOB}, 10) is None
    unacknowledged = [record for record in _BOB if record.what is not What.ACKED]
    assert recovered_at({"ada": [*_ADA, _heard(18, "b1")], "bob": unacknowledged}, 10) is None


def test_what_was_said_before_does_not_count() -> None:
    assert recovered_at({"ada": _ADA}, 0) == 13
    assert recovered_at({"ada": _ADA}, 12) is None
