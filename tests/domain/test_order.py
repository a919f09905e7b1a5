"""Each sender's order through refusals that may be retried."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.domain.realms import NOW
from zmqchat.domain.order import HOLD_US, Order
from zmqchat.protocol.limits import SENDS_IN_FLIGHT

_ME, _OTHER = b"me", b"other"
A, B, C, D = b"a", b"b", b"c", b"d"


def test_what_follows_a_refused_send_waits_for_it() -> None:
    order = Order()
    assert order.admits(_ME, 1, A, NOW)
    order.refused(_ME, 1, B, NOW)
    assert not order.admits(_ME, 1, C, NOW)
    assert order.admits(_ME, 2, D, NOW)  # another room
    assert order.admits(_OTHER, 1, D, NOW)  # another sender
    assert order.admits(_ME, 1, B, NOW)
    assert order.admits(_ME, 1, C, NOW)
    assert order.admits(_ME, 1, D, NOW)


def test_what_waited_for_another_is_itself_waited_for() -> None:
    order = Order()
    order.refused(_ME, 1, A, NOW)
    assert not order.admits(_ME, 1, B, NOW)
    assert order.admits(_ME, 1, A, NOW)
    assert not order.admits(_ME, 1, C, NOW)  # its sender does not know yet that B was refused
    assert order.admits(_ME, 1, B, NOW)
    assert order.admits(_ME, 1, C, NOW)


def test_a_send_that_was_given_up_is_not_waited_for_any_longer() -> None:
    order = Order()
    order.refused(_ME, 1, A, NOW)
    assert not order.admits(_ME, 1, B, NOW + HOLD_US - 1)
    assert order.admits(_ME, 1, B, NOW + HOLD_US)


def test_a_failed_commit_puts_back_what_it_had_admitted() -> None:
    order = Order()
    order.refused(_ME, 1, A, NOW)
    assert not order.admits(_ME, 1, B, NOW)
    assert order.admits(_ME, 1, A, NOW)
    order.restore()
    order.refused(_ME, 1, B, NOW)  # as the committer tells all of the batch, in its order
    order.refused(_ME, 1, A, NOW)
    assert not order.admits(_ME, 1, B, NOW)
    assert order.admits(_ME, 1, A, NOW)
    assert order.admits(_ME, 1, B, NOW)
    order.settle()
    order.restore()
    assert order.admits(_ME, 1, C, NOW)


def test_a_send_that_is_refused_again_keeps_its_place() -> None:
    order = Order()
    order.refused(_ME, 1, A, NOW)
    assert not order.admits(_ME, 1, B, NOW)
    assert order.admits(_ME, 1, A, NOW)
    order.put_back(_ME, 1, A, NOW)
    order.settle()
    assert not order.admits(_ME, 1, B, NOW)
    assert order.admits(_ME, 1, A, NOW)
    order.put_back(_ME, 1, A, NOW)
    order.restore()  # and its commit failed: it is first all the same, and once
    assert not order.admits(_ME, 1, B, NOW)
    assert order.admits(_ME, 1, A, NOW)
    assert order.admits(_ME, 1, B, NOW)


def test_a_session_that_is_over_holds_nothing_back() -> None:
    order = Order()
    order.refused(_ME, 1, A, NOW)
    order.forget(_ME)
    assert order.admits(_ME, 1, B, NOW)
    order.forget(_ME)


def test_what_is_noted_of_a_session_is_bounded() -> None:
    order = Order()
    for number in range(2 * SENDS_IN_FLIGHT):
        order.refused(_ME, number, number.to_bytes(16, "big"), NOW)
    waiting = order._sessions[_ME]
    assert waiting.count == sum(map(len, waiting.rooms.values())) == SENDS_IN_FLIGHT


@given(st.data())
def test_a_pipelining_sender_keeps_its_order(data: st.DataObject) -> None:
    """Sends go out in order, several at once; some are refused, some commits fail."""
    order, log = Order(), list[int]()
    outbox, flying, replies = list(range(12)), list[int](), list[tuple[int, bool]]()
    for _ in range(200):
        step = data.draw(st.sampled_from(["send", "decide", "decide", "hear", "hear"]))
        if step == "send" and outbox:
            flying.append(outbox.pop(0))
        elif step == "decide" and flying:
            size = data.draw(st.integers(1, len(flying)))
            batch, flying = flying[:size], flying[size:]
            admitted = [order.admits(_ME, 1, bytes([n]), NOW) for n in batch]
            if data.draw(st.booleans()):
                decided = [n for n, yes in zip(batch, admitted, strict=True) if yes]
                later = decided[data.draw(st.integers(0, len(decided))) :]  # not now, says a limit
                for n in reversed(later):
                    order.put_back(_ME, 1, bytes([n]), NOW)
                admitted = [yes and n not in later for n, yes in zip(batch, admitted, strict=True)]
                log.extend(n for n, yes in zip(batch, admitted, strict=True) if yes)
                order.settle()
                replies.extend(zip(batch, admitted, strict=True))
            else:
                order.restore()
                for n in batch:
                    order.refused(_ME, 1, bytes([n]), NOW)
                replies.extend((n, False) for n in batch)
        elif step == "hear" and replies:
            number, accepted = replies.pop(0)
            if not accepted:
                outbox = sorted([number, *outbox])
    assert log == sorted(log)
