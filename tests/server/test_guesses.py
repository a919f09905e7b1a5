"""Who may try a password, however many others try."""

from __future__ import annotations

from zmqchat.domain import limits as rates
from zmqchat.errors import Code, Refused
from zmqchat.server.guesses import PLACES_PER_USER, TOLD_FROM, Guesses

ALICE, BOB = 1, 2
HOME = "10.0.0.1"
DAY_S = 86_400


def tried(guesses: Guesses, user: int, place: str, now: float) -> Code | None:
    """Tries a password; why it was not looked at, if so."""
    try:
        guesses.allow(user, place, now)
    except Refused as refused:
        return refused.code
    return None


def test_the_owner_is_let_in_at_the_first_try_from_where_it_succeeded_before() -> None:
    guesses = Guesses()
    guesses.came_in(ALICE, HOME)
    for second in range(3_000):  # one place guesses 1.4 times a second, others now and then
        tried(guesses, ALICE, "6.6.6.6", second / 1.4)
        tried(guesses, ALICE, f"6.6.{second % 200}.7", second / 1.4)
        if second % 500 == 0:
            assert tried(guesses, ALICE, HOME, second / 1.4) is None


def test_strangers_share_a_budget_a_day_for_each_name_however_many_addresses_they_have() -> None:
    guesses = Guesses()
    looked_at = sum(
        tried(guesses, ALICE, f"2001:db8:{number}::/64", number * 10.0) is None
        for number in range(DAY_S // 10)
    )
    assert looked_at <= 2 * rates.PASSWORDS_ELSEWHERE.burst
    tried(guesses, ALICE, "1.2.3.4", DAY_S)  # what may have flown in since
    assert tried(guesses, ALICE, "1.2.3.4", DAY_S) is Code.LINK_CODE_NEEDED
    assert tried(guesses, BOB, "1.2.3.4", DAY_S) is None, "another's name is another budget"
    assert tried(guesses, ALICE, "1.2.3.4", 2 * DAY_S) is None, "and so is another day"


def test_one_address_does_not_use_up_what_others_may_try() -> None:
    guesses = Guesses()
    for user in range(1_000, 1_000 + int(rates.PASSWORDS_PER_ADDRESS.burst)):
        assert tried(guesses, user, "6.6.6.6", 0.0) is None
    for _ in range(200):
        assert tried(guesses, ALICE, "6.6.6.6", 0.0) is Code.RATE_LIMITED
    assert tried(guesses, ALICE, "1.2.3.4", 0.0) is None


def test_who_guesses_from_where_the_owner_was_is_bounded_too() -> None:
    guesses = Guesses()
    guesses.came_in(ALICE, HOME)
    codes = [tried(guesses, ALICE, HOME, 0.0) for _ in range(20)]
    assert codes.count(None) == rates.PASSWORDS_WHERE_KNOWN.burst
    assert codes[-1] is Code.RATE_LIMITED
    # A device that is in has its own tries, and so has the owner elsewhere.
    guesses.allow_device(7, 0.0)
    assert tried(guesses, ALICE, "1.2.3.4", 0.0) is None


def test_places_are_remembered_for_those_who_came_in_and_in_bounded_number() -> None:
    guesses = Guesses()
    for number in range(PLACES_PER_USER + 1):
        guesses.came_in(ALICE, f"10.0.0.{number}")
    assert not guesses.is_known(ALICE, "10.0.0.0")
    assert guesses.is_known(ALICE, "10.0.0.1")
    assert not guesses.is_known(BOB, "10.0.0.1")


def test_the_owner_is_told_of_more_wrong_ones_than_its_own_would_be() -> None:
    guesses = Guesses()
    for _ in range(TOLD_FROM - 1):
        guesses.went_wrong(ALICE, 0.0)
    assert guesses.told(ALICE, 0.0) == 0
    guesses.went_wrong(ALICE, 1.0)
    assert guesses.told(ALICE, 2.0) == TOLD_FROM
    assert guesses.told(BOB, 2.0) == 0
    assert guesses.told(ALICE, 2.0 + DAY_S) == 0
    guesses.went_wrong(ALICE, 2.0 + DAY_S)
    assert guesses.told(ALICE, 2.0 + DAY_S) == 0


def test_a_try_that_is_given_back_is_had_again() -> None:
    guesses = Guesses()
    for _ in range(1_000):
        assert tried(guesses, ALICE, HOME, 0.0) is None
        guesses.give_back(ALICE, HOME)
