"""Token buckets: what they let through, against a plain model."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zmqchat.domain import limits
from zmqchat.domain.limits import Allowance, Limiter, Rate


class _Bucket:
    """The model: a level that fills with time."""

    def __init__(self, rate: Rate) -> None:
        self.rate, self.level, self.at = rate, rate.burst, 0.0

    def take(self, now: float, cost: float) -> float:
        self.level = min(self.rate.burst, self.level + (now - self.at) * self.rate.per_second)
        self.at = now
        need = min(cost, self.rate.burst)
        if self.level < need:
            return (need - self.level) / self.rate.per_second
        self.level -= need
        return 0.0


# Powers of two, so that sums are exact however they are made.
_STEPS = st.tuples(st.sampled_from("ab"), st.integers(0, 64), st.integers(1, 40))


@given(st.lists(_STEPS, max_size=60))
def test_a_limiter_is_one_bucket_a_key(steps: list[tuple[str, int, int]]) -> None:
    rate = Rate(per_second=4, burst=16)
    limiter, model = Limiter(rate), {"a": _Bucket(rate), "b": _Bucket(rate)}
    now = 0.0
    for key, quarters, cost in steps:
        now += quarters / 64
        assert limiter.wait(key, now, cost) == model[key].take(now, cost)


def test_waiting_as_told_is_enough() -> None:
    limiter = Limiter(Rate(per_second=2, burst=4))
    assert limiter.wait("a", 0.0, 4) == 0.0
    wait = limiter.wait("a", 0.0, 3)
    assert wait == 1.5
    assert limiter.wait("a", wait - 0.25, 3) > 0
    assert limiter.wait("a", wait, 3) == 0.0


def test_more_than_a_burst_is_paid_by_a_full_bucket() -> None:
    limiter = Limiter(Rate(per_second=1, burst=4))
    assert limiter.wait("a", 0.0, 100) == 0.0
    assert limiter.wait("a", 0.0, 1) == 1.0


def test_keys_are_bounded_and_the_longest_idle_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Limiter, "_KEYS", 3)
    limiter = Limiter(Rate(per_second=0.001, burst=1))
    for now, key in enumerate("abcd"):
        assert limiter.wait(key, float(now)) == 0.0
    assert len(limiter._buckets) == 3
    assert limiter.wait("d", 4.0) > 0  # still known
    assert limiter.wait("a", 4.0) == 0.0  # forgotten, and so full again


def test_a_load_test_from_one_address_is_let_in() -> None:
    limiter = Limiter(limits.HELLOS_PER_ADDRESS)
    assert all(limiter.wait("127.0.0.1", 0.0) == 0.0 for _ in range(5_000))


def test_what_was_taken_and_not_used_is_given_back() -> None:
    limiter = Limiter(Rate(per_second=1, burst=10))
    assert limiter.wait("a", 0.0, 10) == 0
    limiter.give_back("a", 4)
    limiter.give_back("nobody", 4)
    assert limiter.wait("a", 0.0, 4) == 0
    assert limiter.wait("a", 0.0, 1) == 1
    limiter.give_back("a", 99)
    assert limiter.wait("a", 0.0, 10) == 0
    assert limiter.wait("a", 0.0, 1) == 1


def test_an_allowance_is_by_the_second_and_by_the_day() -> None:
    second, day = Allowance(a_second=10, a_day=86_400).rates
    assert (second.per_second, second.burst) == (10, 2_560)
    assert (day.per_second, day.burst) == (1, 86_400)
