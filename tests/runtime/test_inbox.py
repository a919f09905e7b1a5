"""Calls from other threads: run in order, in the loop's thread, and they wake it."""

from __future__ import annotations

import select
from collections.abc import Iterator
from functools import partial
from threading import Thread, get_ident

import pytest

from zmqchat.runtime.inbox import Inbox


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    """An inbox, closed at the end."""
    made = Inbox()
    yield made
    made.close()


def _is_awake(inbox: Inbox) -> bool:
    return bool(select.select([inbox.fd], [], [], 0)[0])


def test_calls_run_in_their_order_in_the_thread_that_drains(inbox: Inbox) -> None:
    done: list[tuple[int, int]] = []

    def note(number: int) -> None:
        done.append((number, get_ident()))

    def put_some() -> None:
        for number in range(100_000):  # more than a pipe holds
            inbox.put(partial(note, number))

    assert not _is_awake(inbox)
    thread = Thread(target=put_some)
    thread.start()
    thread.join()
    assert _is_awake(inbox)
    inbox.drain()
    assert done == [(number, get_ident()) for number in range(100_000)]
    while _is_awake(inbox):  # what is left in the pipe wakes for nothing, and ends
        inbox.drain()
    assert len(done) == 100_000


def test_a_call_may_put_another(inbox: Inbox) -> None:
    done: list[str] = []
    inbox.put(lambda: inbox.put(lambda: done.append("second")))
    inbox.drain()
    assert done == ["second"]
