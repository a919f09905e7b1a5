"""Send ids are UUIDs of version 7."""

from __future__ import annotations

from uuid import RFC_4122, UUID

import pytest

from zmqchat.client.ids import new_id


def test_ids_are_of_version_seven_and_sort_by_time() -> None:
    ids = [new_id() for _ in range(1000)]
    assert len(set(ids)) == 1000
    assert {(UUID(bytes=i).version, UUID(bytes=i).variant) for i in ids} == {(7, RFC_4122)}
    assert ids == sorted(ids)


def test_ids_rise_when_the_clock_is_set_back(monkeypatch: pytest.MonkeyPatch) -> None:
    before = new_id()
    monkeypatch.setattr("time.time_ns", lambda: 1)
    after = [new_id() for _ in range(100)]
    assert [before, *after] == sorted({before, *after})
    assert {UUID(bytes=i).version for i in after} == {7}
