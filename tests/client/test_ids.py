"""Send ids are UUIDs of version 7."""

from __future__ import annotations

from uuid import RFC_4122, UUID

from zmqchat.client.ids import new_id


def test_ids_are_of_version_seven_and_sort_by_time() -> None:
    ids = [new_id() for _ in range(1000)]
    assert len(set(ids)) == 1000
    assert {(UUID(bytes=i).version, UUID(bytes=i).variant) for i in ids} == {(7, RFC_4122)}
    assert [i[:6] for i in ids] == sorted(i[:6] for i in ids)
