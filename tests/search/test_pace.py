"""How long the index rests between pages."""

from __future__ import annotations

from zmqchat.search.pace import REST, REST_IN_FLOOD, Pace, is_tight


def test_it_rests_longer_while_more_comes_in_than_it_takes() -> None:
    pace = Pace()
    assert pace.rest_s(0.5, 0) == 0.5 * REST
    assert pace.rest_s(0.5, 2000) == 0.5 * REST_IN_FLOOD
    assert pace.rest_s(0.5, 4000) == 0.5 * REST_IN_FLOOD
    assert pace.rest_s(0.5, 3500) == 0.5 * REST
    assert pace.rest_s(0.5, 3500) == 0.5 * REST


def test_the_last_bytes_of_a_disk_are_for_messages() -> None:
    mib = 1024 * 1024
    assert is_tight(2 * mib - 1, 6 * mib)
    assert not is_tight(2 * mib, 6 * mib)
    assert is_tight(10 * mib - 1, 200 * mib)
    assert is_tight(64 * mib - 1, 10**12)
    assert not is_tight(64 * mib, 10**12)
