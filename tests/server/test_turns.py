"""Turns: everybody gets as much as anybody else, whatever they ask for, and all of it comes."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from zmqchat.server.turns import Turn, Turns

asked = st.tuples(st.integers(1, 4), st.integers(1, 3), st.integers(1, 500))


def _all(turns: Turns[int]) -> list[Turn[int]]:
    found = []
    while turn := turns.take():
        found.append(turn)
    return found


@given(st.lists(st.one_of(asked, st.none()), max_size=60), st.booleans())
def test_everything_comes_once_whatever_order_it_is_put_and_taken_in(
    steps: list[tuple[int, int, int] | None], cheapest_first: bool
) -> None:
    turns: Turns[int] = Turns(cheapest_first=cheapest_first)
    put, taken = 0, []
    for step in steps:
        if step is None:
            turn = turns.take()
            taken += [turn.item] if turn else []
        else:
            turns.put(*step, put)
            put += 1
        assert bool(turns) == (len(taken) < put)
    taken += [turn.item for turn in _all(turns)]
    assert sorted(taken) == list(range(put))
    assert (turns.waiting, bool(turns)) == (0, False)


@given(st.lists(asked, max_size=40))
def test_of_one_device_what_came_first_is_first(puts: list[tuple[int, int, int]]) -> None:
    turns: Turns[int] = Turns()
    for number, put in enumerate(puts):
        turns.put(*put, number)
    last: dict[object, int] = {}
    for turn in _all(turns):
        key = turn.user, turn.device
        assert last.get(key, -1) < turn.item
        last[key] = turn.item


@given(
    st.lists(st.lists(st.integers(1, 100), min_size=1, max_size=30), min_size=2, max_size=5),
    st.booleans(),
)
def test_while_two_wait_neither_gets_more_than_the_other_by_more_than_one_turn(
    costs: list[list[int]], cheapest_first: bool
) -> None:
    turns: Turns[int] = Turns(cheapest_first=cheapest_first)
    left: Counter[object] = Counter()
    for user, theirs in enumerate(costs):
        for number, cost in enumerate(theirs):
            turns.put(user, number % 3, cost, 0)
            left[user] += 1
    had: Counter[object] = Counter()
    for turn in _all(turns):
        had[turn.user] += turn.cost
        left[turn.user] -= 1
        waiting = [user for user, count in left.items() if count]
        if len(waiting) > 1:
            assert max(had[u] for u in waiting) - min(had[u] for u in waiting) <= 100


def test_a_users_devices_share_and_one_with_many_gets_no_more() -> None:
    turns: Turns[int] = Turns()
    for _ in range(10):
        for device in range(9):
            turns.put("many", device, 10, 0)
        turns.put("few", 1, 10, 0)
    first = [turns.take() for _ in range(20)]
    assert Counter(turn.user for turn in first if turn) == {"many": 10, "few": 10}
    devices = Counter(turn.device for turn in first if turn and turn.user == "many")
    assert max(devices.values()) <= 2


def test_what_costs_little_comes_first_and_what_costs_much_comes_too() -> None:
    turns: Turns[str] = Turns(cheapest_first=True)
    turns.put("a", 1, 100, "much")
    order = []
    for number in range(300):
        turns.put("b", 1, 10, f"b{number}")
        turn = turns.take()
        order.append(turn.item if turn else "")
    assert 8 <= order.index("much") <= 12


def test_nobody_saves_turns_up_and_what_was_had_is_not_forgotten_while_others_wait() -> None:
    turns: Turns[int] = Turns()
    for _ in range(100):
        turns.put("busy", 1, 10, 0)
    for _ in range(50):
        turns.take()
    for _ in range(10):
        turns.put("new", 1, 10, 0)
    first = Counter(turn.user for turn in (turns.take() for _ in range(10)) if turn)
    assert first == {"new": 5, "busy": 5}


def test_who_takes_little_waits_for_nobody_while_a_crowd_comes_that_has_had_nothing() -> None:
    turns: Turns[str] = Turns()
    waiting = 0
    for number in range(2_000):
        for newcomer in range(3):  # they come faster than they are answered
            turns.put(f"new {number} {newcomer}", 1, 100, "hello")
        if number % 40 == 0:
            turns.put("light", 1, 60, "word")
            waiting = 0
        turn = turns.take()
        assert turn is not None
        waiting += 1
        assert turns.waiting_for("light") == 0 or waiting <= 2


def test_nobody_owes_more_because_others_cost_less_than_was_reckoned() -> None:
    turns: Turns[str] = Turns()
    turns.put("dear", 1, 10_000, "reckoned")
    turns.put("dear", 1, 10_000, "waits")
    turn = turns.take()
    assert turn is not None
    turns.put("late", 1, 50, "word")
    turns.charge(turn, -9_990)
    turns.put("late", 1, 50, "word")
    assert [turns.take().item for _ in range(2)] == ["word", "word"]  # type: ignore[union-attr]
    assert turns._users.flows["late"].served == 100


def test_who_waits_with_much_gets_a_part_of_it_beside_many_who_take_little() -> None:
    turns: Turns[str] = Turns()
    for _ in range(1_000):
        turns.put("heavy", 1, 100, "much")
    for number in range(4_000):  # all that there is, were it not for somebody else
        turns.put(f"light {number % 40}", 1, 100, "little")
        turns.take()
    assert 1_000 - turns.waiting_for("heavy") / 100 > 4_000 / 41 / 3


def test_what_a_turn_really_cost_is_counted() -> None:
    turns: Turns[int] = Turns()
    for _ in range(10):
        turns.put("dear", 1, 1, 0)
        turns.put("cheap", 1, 1, 0)
    order = []
    while turn := turns.take():
        order.append(turn.user)
        turns.charge(turn, 99 if turn.user == "dear" else 0)
    assert order.index("dear") <= 1
    assert order[:12].count("cheap") == 10


def test_whoever_has_most_waiting_is_displaced_by_who_has_less_only() -> None:
    turns: Turns[str] = Turns(cheapest_first=True)
    turns.put("a", 1, 10, "a1")
    turns.put("a", 2, 20, "a2")
    turns.put("a", 2, 5, "a3")
    turns.put("b", 1, 10, "b1")
    assert turns.displace("b", 30) is None
    turn = turns.displace("b", 20)
    assert turn is not None
    assert (turn.item, turns.waiting) == ("a3", 40)
    assert sorted(each.item for each in _taken(turns)) == ["a1", "a2", "b1"]


def _taken(turns: Turns[str]) -> list[Turn[str]]:
    found = []
    while turn := turns.take():
        found.append(turn)
    return found


def test_what_is_removed_does_not_come() -> None:
    turns: Turns[str] = Turns()
    for item in ("x", "y", "x"):
        turns.put("a", 1, 7, item)
    assert turns.remove("a", 1, lambda item: item == "x") == ["x", "x"]
    assert turns.remove("a", 9, lambda item: True) == []
    assert (turns.waiting, turns.waiting_of("a", 1)) == (7, 7)
    assert [turn.item for turn in _taken(turns)] == ["y"]


def test_who_went_idle_is_forgotten() -> None:
    turns: Turns[int] = Turns()
    turns.put("long", 1, 10**9, 0)
    for user in range(5_000):
        turns.put(user, user, 1, 0)
        turns.take()
    assert len(turns._users.flows) < 3_000


def test_what_came_to_nothing_is_not_had_for_nothing() -> None:
    turns = Turns[str]()
    for _ in range(5):
        turns.put(1, 1, 3, "quick")
    turns.put(2, 2, 3, "other")
    order = []
    while (turn := turns.take()) is not None:
        order.append(turn.item)
        turns.charge(turn, -turn.cost)
    assert order.index("other") <= 3
