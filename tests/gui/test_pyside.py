"""PySide6 6.12.0 loses a reference to None at every call that returns None; ours does not."""

from __future__ import annotations

import sys

from PySide6.QtCore import QObject

_CALLS = 2_000
_NOISE = 200


def test_calls_that_return_none_keep_the_references_to_none() -> None:
    thing = QObject()
    before = sys.getrefcount(None)
    for _ in range(_CALLS):
        thing.setObjectName("name")
    assert abs(sys.getrefcount(None) - before) < _NOISE
