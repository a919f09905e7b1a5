"""Sends: once, in order, or failed with a reason."""

from __future__ import annotations

import math

import pytest

from zmqchat.protocol import limits
from zmqchat.protocol.replies import Accepted, Fault, Refusal
from zmqchat.protocol.requests import SendItem
from zmqchat.sync.context import MOST_TOLD_S, Context
from zmqchat.sync.effects import Acknowledged, Effect, Failed, Held
from zmqchat.sync.outbox import Batch, Outbox, Window


def item(number: int, room: int = 1, size: int = 5) -> SendItem:
    return SendItem(number.to_bytes(16, "big"), room, "posted", b"b" * size)


def numbers(batch: Batch) -> list[int]:
    return [int.from_bytes(item.id, "big") for item in batch]


class Sender:
    """An outbox with its batches taken out."""

    def __init__(self, window: Window = Window()) -> None:  # noqa: B008 - frozen
        self.context = Context(lambda: 0.0)
        self.outbox = Outbox(self.context, window)

    def add(self, *items: SendItem) -> None:
        for one in items:
            self.outbox.add(one)

    def next(self, now: float = 0.0) -> tuple[int, list[int]]:
        batch = self.outbox.next_batch(now)
        return (batch[0], numbers(batch[1])) if batch else (0, [])

    def told(self) -> list[Effect]:
        return [e for e in self.context.take() if isinstance(e, Acknowledged | Failed)]


def test_what_waits_goes_out_together_and_is_acknowledged_once() -> None:
    sender = Sender()
    sender.add(item(1), item(2), item(3, room=2))
    number, sent = sender.next()
    assert sent == [1, 2, 3]
    assert sender.outbox.results(0.0, number, [Accepted(seq, 7) for seq in (5, 6, 1)])
    assert sender.told() == [
        Acknowledged(item(1).id, 1, 5, 7),
        Acknowledged(item(2).id, 1, 6, 7),
        Acknowledged(item(3).id, 2, 1, 7),
    ]
    assert (sender.outbox.entries, sender.outbox.size) == (0, 0)


def test_a_room_has_one_request_under_way_and_others_go_on() -> None:
    sender = Sender()
    sender.add(item(1))
    first, _ = sender.next()
    sender.add(item(2), item(3, room=2))
    assert sender.next()[1] == [3]
    assert sender.outbox.results(0.0, first, [Accepted(1, 1)])
    assert sender.next()[1] == [2]


def test_batches_fit_into_a_request() -> None:
    sender = Sender()
    sender.add(*(item(n, size=60_000) for n in range(1, 40)))
    batch = sender.outbox.next_batch(0.0)
    assert batch is not None
    assert 0 < sum(len(one.body) for one in batch[1]) <= limits.REQUEST_BYTES
    small = Sender(Window(entries=10_000))
    small.add(*(item(n) for n in range(1, 3000)))
    assert len(small.next()[1]) == limits.SENDS_PER_REQUEST


def test_the_window_bounds_what_is_under_way() -> None:
    sender = Sender(Window(entries=3, size=10**6))
    sender.add(*(item(n, room=n) for n in range(1, 6)))
    first, sent = sender.next()
    assert sent == [1, 2, 3]
    assert sender.next()[1] == []
    assert sender.outbox.results(0.0, first, [Accepted(1, 1)] * 3)
    assert sender.next()[1] == [4, 5]


def test_a_refusal_that_may_be_retried_keeps_the_order_and_waits() -> None:
    sender = Sender()
    sender.add(item(1), item(2), item(3), item(4, room=2))
    number, _ = sender.next()
    sender.add(item(5))
    busy = Refusal("busy", "later", 2.0)
    assert sender.outbox.results(10.0, number, [Accepted(1, 1), busy, busy, Accepted(1, 1)])
    assert sender.next(11.9)[1] == []
    assert sender.next(12.0)[1] == [2, 3, 5]


def test_why_sends_wait_is_told_once_where_somebody_must_act() -> None:
    sender = Sender()
    sender.add(item(1))
    full, busy = Refusal("storage-failed", "the disk is full", 1.0), Refusal("busy", "full", 0.1)
    results: list[Accepted | Refusal] = [busy, full, full, Accepted(1, 1)]
    told: list[Effect] = []
    for at, result in enumerate(results):
        number, _ = sender.next(at * 10.0)
        assert sender.outbox.results(at * 10.0, number, [result])
        told += [effect for effect in sender.context.take() if isinstance(effect, Held)]
    assert told == [Held("the disk is full")]
    sender.add(item(2))
    number, _ = sender.next(50.0)
    sender.outbox.refused(50.0, number, Fault("storage-failed", "full again", 1.0))
    assert Held("full again") in sender.context.take()


def test_a_long_wait_is_told_once_and_a_short_one_is_not() -> None:
    sender = Sender()
    sender.add(item(1))
    told: list[Effect] = []
    for at, wait_s in enumerate((0.1, 2.9, 60.0, 60.0)):
        number, _ = sender.next(at * 100.0)
        slow = Refusal("rate-limited", f"wait {wait_s}", wait_s)
        assert sender.outbox.results(at * 100.0, number, [slow])
        told += [effect for effect in sender.context.take() if isinstance(effect, Held)]
    assert told == [Held("wait 60.0")]


def test_a_long_wait_is_told_again_when_all_had_gone_in_between() -> None:
    sender = Sender()
    slow = Refusal("rate-limited", "slowly", 60.0)
    told: list[Effect] = []
    for start in (0.0, 1_000.0):
        sender.add(item(1), item(2))
        for at, second in ((start, slow), (start + 100.0, slow), (start + 200.0, Accepted(2, 1))):
            number, sent = sender.next(at)
            first = [Accepted(1, 1)] if len(sent) == 2 else []
            assert sender.outbox.results(at, number, [*first, second])
        told += [effect for effect in sender.context.take() if isinstance(effect, Held)]
    assert told == [Held("slowly")] * 2


@pytest.mark.parametrize("wait_s", [1e9, math.inf, math.nan, -1e9])
def test_no_answer_holds_sends_for_ever_or_sets_them_going_in_a_circle(wait_s: float) -> None:
    sender = Sender()
    sender.add(item(1))
    number, _ = sender.next()
    assert sender.outbox.results(0.0, number, [Refusal("rate-limited", "later", wait_s)])
    assert sender.next(0.0)[1] == []
    number, sent = sender.next(MOST_TOLD_S)
    assert sent == [1]
    sender.outbox.refused(100.0, number, Fault("busy", "later", wait_s))
    assert sender.next(100.0)[1] == []
    assert sender.next(100.0 + MOST_TOLD_S)[1] == [1]


def test_a_refusal_for_good_fails_that_send_only() -> None:
    sender = Sender()
    sender.add(item(1), item(2))
    number, _ = sender.next()
    no = Refusal("forbidden", "no")
    assert sender.outbox.results(0.0, number, [no, Accepted(1, 1)])
    assert sender.told() == [
        Failed(item(1).id, 1, "forbidden", "no"),
        Acknowledged(item(2).id, 1, 1, 1),
    ]


def test_a_request_that_is_refused_as_a_whole_is_tried_send_by_send() -> None:
    sender = Sender()
    sender.add(item(1), item(2))
    number, _ = sender.next()
    sender.outbox.refused(0.0, number, Fault("bad-request", "what is this"))
    number, sent = sender.next()
    assert sent == [1]
    sender.outbox.refused(0.0, number, Fault("bad-request", "what is this"))
    assert sender.told() == [Failed(item(1).id, 1, "bad-request", "what is this")]
    number, sent = sender.next()
    assert sent == [2]
    assert sender.outbox.results(0.0, number, [Accepted(1, 1)])


def test_after_a_broken_connection_all_goes_out_again_in_order() -> None:
    sender = Sender()
    sender.add(item(1), item(2, room=2))
    sender.next()
    sender.add(item(3), item(4, room=2))
    sender.outbox.reset()
    assert sorted(sender.next()[1]) == [1, 2, 3, 4]
    sender.outbox.reset()
    sent = sender.next()[1]
    assert sent.index(1) < sent.index(3)
    assert sent.index(2) < sent.index(4)


def test_an_answer_of_another_length_is_no_answer() -> None:
    sender = Sender()
    sender.add(item(1), item(2))
    number, _ = sender.next()
    assert not sender.outbox.results(0.0, number, [Accepted(1, 1)])
    assert not sender.outbox.results(0.0, 99, [Accepted(1, 1)])
    sender.outbox.reset()
    assert sender.next()[1] == [1, 2]
