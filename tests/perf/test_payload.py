"""A measured text says who, which and when, in exactly as many bytes as were asked for."""

from __future__ import annotations

from perf import payload


def test_a_stamp_is_read_back() -> None:
    text = payload.text(3, 12, 1_000, 2_000, 200)
    assert len(text.encode()) == 200
    assert payload.stamp(text.encode()) == payload.Stamp(3, 12, 1_000, 2_000)


def test_sizes_are_the_same_in_every_run() -> None:
    sizes = payload.sizes(1, 100, 10_000, 20_000)
    assert sizes == payload.sizes(1, 100, 10_000, 20_000)
    assert min(sizes) >= 10_000
    assert max(sizes) <= 20_000
