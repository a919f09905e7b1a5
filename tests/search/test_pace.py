"""How long the index rests between pages."""

from __future__ import annotations

from zmqchat.search.pace import REST, REST_IN_FLOOD, Pace


def test_it_rests_longer_while_more_comes_in_than_it_takes() -> None:
    pace = Pace()
    assert pace.rest_s(0.5, 0) == 0.5 * REST
    assert pace.rest_s(0.5, 2000) == 0.5 * REST_IN_FLOOD
    assert pace.rest_s(0.5, 4000) == 0.5 * REST_IN_FLOOD
    assert pace.rest_s(0.5, 3500) == 0.5 * REST
    assert pace.rest_s(0.5, 3500) == 0.5 * REST
