"""Readers: every read is answered, failures too, and what waits is bounded."""

from __future__ import annotations

from threading import Event as Signal

import pytest

from zmqchat.errors import Code, Refused
from zmqchat.protocol import codec
from zmqchat.protocol.replies import Done, Fault, Reply, ReplyBody
from zmqchat.server import workers as module
from zmqchat.server.workers import Workers


def test_each_read_is_answered_whatever_became_of_it(caplog: pytest.LogCaptureFixture) -> None:
    answers: dict[bytes, Reply] = {}
    workers = Workers(lambda ready: answers.update({ready.peer: codec.decode_reply(ready.frame)}))

    def refused() -> ReplyBody:
        raise Refused(Code.NOT_FOUND, "gone", 0.5)

    def broken() -> ReplyBody:
        raise RuntimeError("a bug")

    workers.submit(b"a", 1, Done)
    workers.submit(b"b", 2, refused)
    workers.submit(b"c", 3, broken)
    workers.stop()
    assert answers[b"a"] == Reply(1, ok=Done())
    assert answers[b"b"] == Reply(2, error=Fault("not-found", "gone", 0.5))
    error = answers[b"c"].error
    assert error is not None
    assert error.code == Code.INTERNAL
    assert "a bug" in caplog.text
    assert "a bug" not in error.message


def test_what_waits_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_WAITING", 3)
    gate, answered = Signal(), list[bytes]()

    def slow() -> ReplyBody:
        assert gate.wait(20)
        return Done()

    workers = Workers(lambda ready: answered.append(ready.peer))
    for peer in (b"a", b"b", b"c"):
        workers.submit(peer, 1, slow)
    with pytest.raises(Refused) as refused:
        workers.submit(b"d", 1, slow)
    assert (refused.value.code, refused.value.retryable) == (Code.BUSY, True)
    gate.set()
    workers.stop()
    assert sorted(answered) == [b"a", b"b", b"c"]
