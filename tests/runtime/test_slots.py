"""Who keeps a connection when there are too few of them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from zmqchat.runtime.slots import DEADLINE_S, Room, Slots, shared_out


def waiting(slots: Slots, first: int, count: int, place: str, now: float = 0.0) -> list[int]:
    """Lets so many connections begin to wait; those that were hung up for them."""
    lost = [slots.accept(number, place, now) for number in range(first, first + count)]
    return [number for number in lost if number is not None]


def test_whoever_waits_longest_makes_room_at_the_place_with_the_most() -> None:
    slots = Slots(Room(settled=5, spare=5))
    assert waiting(slots, 0, 3, "honest") == []
    assert waiting(slots, 10, 7, "hostile") == []
    # A thousand more from there push each other out; who waits elsewhere goes on waiting.
    assert waiting(slots, 100, 1_000, "hostile") == [*range(10, 17), *range(100, 1_093)]
    assert waiting(slots, 3, 1, "honest") == [1_093]
    assert len(slots) == 10
    for number in range(4):
        assert slots.settle(number, f"user {number}") is None


def test_a_newcomer_at_the_hostile_sides_own_address_has_its_time_too() -> None:
    """Of one place the longest waits first: a handshake is over before its turn comes."""
    slots = Slots(Room(settled=200, spare=56))
    waiting(slots, 1_000, 500, "office")
    slots.accept(1, "office", 1.0)
    assert 1 not in waiting(slots, 2_000, 255, "office", 1.0)
    assert slots.settle(1, "alice") is None


def test_a_trusted_place_makes_room_only_where_nobody_waits_elsewhere() -> None:
    slots = Slots(Room(settled=3, spare=3))
    slots.accept(1, "server", 0.0)
    slots.trust("server")
    lost = [slots.accept(number, f"10.0.0.{number}", 1.0) for number in range(10, 200)]
    slots.accept(2, "server", 2.0)
    assert not {1, 2} & set(lost)
    assert (len(slots), slots.settle(1, "publisher")) == (6, None)
    slots = Slots(Room(settled=1, spare=1))
    slots.trust("server")
    assert waiting(slots, 0, 3, "server") == [0]
    slots.end(1)
    assert slots.overdue(DEADLINE_S + 1) == [2]


def test_who_has_settled_is_not_hung_up_for_those_who_wait() -> None:
    slots = Slots(Room(settled=10, spare=2))
    for number in range(10):
        slots.accept(number, "office", 0.0)
        assert slots.settle(number, number) is None
    lost = waiting(slots, 100, 50, "office")
    assert (len(lost), min(lost)) == (48, 100)
    assert all(slots.is_settled(number) for number in range(10))


def test_connections_that_wait_are_bounded_where_room_is_left_too() -> None:
    slots = Slots(Room(settled=1_000, spare=10, waiting=20))
    assert waiting(slots, 0, 21, "a") == [0]


def test_who_says_nothing_in_time_is_overdue_once() -> None:
    slots = Slots(Room(settled=10, spare=10))
    slots.accept(1, "a", 0.0)
    slots.accept(2, "a", 5.0)
    slots.accept(3, "a", 0.0)
    slots.settle(3, "alice")
    assert slots.overdue(DEADLINE_S) == []
    assert slots.overdue(DEADLINE_S + 1) == [1]
    assert slots.overdue(DEADLINE_S + 2) == []
    slots.unsettle(3, "a", DEADLINE_S)
    assert slots.overdue(2 * DEADLINE_S) == [2]
    assert slots.overdue(2 * DEADLINE_S + 1) == [3]
    assert len(slots) == 0


def test_whose_word_waits_to_be_looked_at_is_not_overdue() -> None:
    slots = Slots(Room(settled=10, spare=10))
    waiting(slots, 1, 3, "a")
    assert slots.overdue(DEADLINE_S + 1, asking={2}) == [1, 3]
    assert slots.overdue(DEADLINE_S + 2) == [2]


def test_the_owner_with_the_most_makes_room_for_one_with_fewer() -> None:
    slots = Slots(Room(settled=5, spare=5))
    for number in range(4):
        assert slots.settle(number, "greedy") is None
    assert slots.settle(10, "bob") is None
    assert slots.settle(11, "carol") == 3
    assert slots.settle(12, "greedy") == 12
    assert slots.settle(13, "bob") == 2
    assert slots.settle(14, "carol") == 14  # she would have as many as the greedy one keeps


def test_who_gets_no_place_is_told_so_and_waits_until_its_deadline() -> None:
    slots = Slots(Room(settled=1, spare=5))
    slots.settle(1, "alice")
    waiting(slots, 2, 1, "office")
    assert slots.settle(2, "alice") == 2
    assert (len(slots), slots.waiting, slots.is_settled(2)) == (2, 1, False)
    # It counts as all that wait do: where they are too many, it makes room.
    assert waiting(slots, 10, 5, "office") == [2]
    assert slots.settle(11, "alice") == 11
    assert slots.overdue(DEADLINE_S + 1) == [*range(10, 15)]


def test_some_places_are_kept_for_who_was_here_before() -> None:
    slots = Slots(Room(settled=8, spare=2, kept=3, each=2))
    for number in range(5):
        assert slots.has_room(f"new {number}", known=False)
        slots.settle(number, f"new {number}")
    assert not slots.has_room("new", known=False)
    assert slots.has_room("old", known=True)
    slots.settle(10, "old")
    slots.settle(11, "old")
    assert not slots.has_room("old", known=True), "and nobody has more than is allowed to one"


def test_news_that_come_late_do_not_make_a_settled_one_wait() -> None:
    slots = Slots(Room(settled=8, spare=2))
    slots.settle(7, "alice")
    assert slots.accept(7, "a", 0.0) is None
    assert slots.is_settled(7)
    slots.end(7)
    slots.accept(7, "a", 0.0)
    assert not slots.is_settled(7)
    slots.unsettle(7, "a", 1.0)  # of the one before
    assert slots.waiting == 1


def test_what_is_shared_out_fits() -> None:
    for connections in (1, 2, 10, 64, 900, 1_000_000):
        room = shared_out(connections, each=64)
        assert 0 < room.kept + 1 <= room.settled + 1
        assert room.most <= max(connections, 2)
    assert shared_out(1_000, each=64, settled=50).settled == 50


_STEPS = st.lists(
    st.tuples(
        st.sampled_from(["accept", "settle", "unsettle", "end", "overdue", "trust"]),
        st.integers(0, 12),
        st.sampled_from("abc"),
    ),
    max_size=80,
)


@given(_STEPS)
def test_there_are_never_too_many_and_the_largest_is_known(
    steps: list[tuple[str, int, str]],
) -> None:
    slots = Slots(Room(settled=4, spare=2, waiting=5))
    for now, (what, number, who) in enumerate(steps):
        if what == "accept":
            slots.accept(number, who, now)
        elif what == "settle":
            slots.settle(number, who)
        elif what == "unsettle":
            slots.unsettle(number, who, now)
        elif what == "end":
            slots.end(number)
        elif what == "trust":
            slots.trust(who)
        else:
            slots.overdue(now + 20.0)
        assert len(slots._owners) <= 4
        assert slots.waiting == len(slots._places) + len(slots._trusted_places) <= 5
        for groups in (slots._places, slots._trusted_places, slots._owners):
            sizes = [len(members) for members in groups._members.values()]
            assert groups.largest == max(sizes, default=0)
