"""Of very many lines of a kind, some are left out, and that is said."""

from __future__ import annotations

import logging

import pytest

from zmqchat.runtime import log
from zmqchat.runtime.often import AT_ONCE, Often


def test_a_flood_of_a_kind_is_bounded_and_told_and_other_kinds_are_not_touched() -> None:
    often = Often()
    flood = [often.admit("cut", now=0.001 * number) for number in range(10_000)]  # ten seconds
    told = [left_out for left_out in flood if left_out is not None]
    assert len(told) <= AT_ONCE + 10
    assert sum(told) + len(told) == pytest.approx(10_000, abs=1_000)
    assert often.admit("other", 10.0) == 0
    left = often.admit("cut", 1_000.0)
    assert left is not None
    assert sum(told) + left + len(told) == 10_000
    assert often.admit("cut", 1_000.0) == 0


def test_what_was_left_out_stands_in_the_next_line(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log, "_often", Often())
    clock = [0.0]
    monkeypatch.setattr("zmqchat.runtime.log.time.monotonic", lambda: clock[0])
    logger = logging.getLogger("a test")
    for _ in range(AT_ONCE + 7):
        log.warn(logger, "somebody did this", peer=1)
    assert len(caplog.records) == AT_ONCE
    clock[0] = 2.0
    log.warn(logger, "somebody did this", peer=1)
    assert caplog.records[-1].zmqchat_fields == {"peer": 1, "left_out": 7}  # type: ignore[attr-defined]
